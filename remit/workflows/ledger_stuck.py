"""Which incidents stand still because what is due in them cannot be written."""

from __future__ import annotations

from sqlalchemy import Connection, select

from remit.workflows import ledger_schema as schema
from remit.workflows.entries import Entry
from remit.workflows.ledger_reading import entry_of
from remit.workflows.sending import SENDING_CHANGES

__all__ = ["STUCK", "standing", "stuck_entries"]

STUCK = "stuck"
"""The kind of entry that tells it: of the incident, or of none where that cannot be read."""
_STILL = (STUCK, "answered", "refused", "joined", *SENDING_CHANGES)
"""Kinds of entries after which an incident may stand still as before."""


def stuck_entries(connection: Connection) -> tuple[Entry, ...]:
    """Return what tells of each incident that stands still, the latest that does, by number."""
    table = schema.entries
    rows = connection.execute(
        select(table).where(table.c.kind == STUCK).order_by(table.c.number)
    ).all()
    latest = {str(entry.payload["incident"]): entry for entry in map(entry_of, rows)}
    return tuple(
        entry for name, entry in latest.items() if not _went_on(connection, name, entry.number)
    )


def standing(connection: Connection, incident: str) -> Entry | None:
    """Return what tells that an incident stands still, or `None` if it does not, or is untold."""
    found = (one for one in stuck_entries(connection) if one.payload["incident"] == incident)
    return next(found, None)


def _went_on(connection: Connection, incident: str, number: int) -> bool:
    table = schema.entries
    query = select(table.c.number).where(
        table.c.incident == incident, table.c.number > number, table.c.kind.not_in(_STILL)
    )
    return connection.execute(query.limit(1)).first() is not None
