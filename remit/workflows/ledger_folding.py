"""Incidents folded from the entries of a ledger: from what is kept of them, and what came since."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from remit.workflows import ledger_schema as schema
from remit.workflows.entries import Entry
from remit.workflows.folded import Folded
from remit.workflows.folding import fold_all
from remit.workflows.incident import Incident
from remit.workflows.ledger_reading import entry_of

__all__ = ["MOST_LATER", "catch_up", "fold_incident"]

MOST_LATER = 500
"""Entries by others that a transaction looks at at once; past it, incidents are read one by one."""


def catch_up(connection: Connection, kept: Folded, head: int) -> None:
    """Bring what is kept up to the head, which this transaction holds, by one look at the rest."""
    since = kept.upto
    if since is None or head - since > MOST_LATER:
        kept.begin_anew(head)
    elif since < head:
        found: dict[str, list[Entry]] = {}
        for row in connection.execute(_LATER, {"after": since}):
            # WHY by name first: what came in, and what opened others, may be large.
            if row.incident is not None and kept.get(row.incident) is not None:
                found.setdefault(row.incident, []).append(entry_of(row))
        kept.follow(since, head, found)


def fold_incident(
    connection: Connection, kept: Folded, incident: str, head: int = -1
) -> Incident | None:
    """Return an incident as it stands, or `None` if there is none of that name.

    Args:
        head: the number of the last entry, where this transaction holds it.
    """
    sure = kept.sure(incident, head)
    if sure is not None:
        return sure
    known = kept.get(incident)
    since = {"incident": incident, "after": known.last if known is not None else 0}
    return fold_all((entry_of(row) for row in connection.execute(_SINCE, since)), known)


# WHY made once: these run with every write, and making them anew costs more than running them.
_LATER = (
    select(schema.entries)
    .where(schema.entries.c.number > bindparam("after"))
    .order_by(schema.entries.c.number)
)
_SINCE = (
    select(schema.entries)
    .where(
        schema.entries.c.incident == bindparam("incident"),
        schema.entries.c.number > bindparam("after"),
    )
    .order_by(schema.entries.c.number)
)
