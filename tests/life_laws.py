"""Laws that every life of an incident keeps, told as sentences where it does not.

They hold at every moment: something is due at a set time while an incident is open, nobody is asked
the same twice, what the entries say folds to what there is, the books balance, and the auditor has
nothing to say of a run in which all was done in time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from remit.workflows.auditing import audit_incident
from remit.workflows.deadlines import deadlines
from remit.workflows.due import due_now
from remit.workflows.folding import fold_all
from remit.workflows.ledger_rows import rows_of
from tests.books import problems_of
from tests.desk import Desk

__all__ = ["all_broken", "broken"]


def broken(desk: Desk) -> Iterator[str]:
    """Yield what is wrong with an incident at this moment."""
    incident = desk.incident
    due = due_now(incident, desk.left, desk.now)
    if due:
        yield f"settled, and due all the same: {due[0].draft.kind} {due[0].draft.payload}"
    if not incident.is_over:
        times = deadlines(incident)
        late = sorted(name for name, time in times.items() if time <= desk.now)
        if late:
            yield f"its time is over, and nothing is due: {late}"
        if not times:
            yield f"open, and no time is set: {desk.waiting()}"
    waiting = Counter((item.ask.partition("#")[0], item.subject) for item in incident.open_items())
    for (ask, subject), count in waiting.items():
        if count > 1:
            yield f"{subject} is asked twice: {ask}"


def all_broken(desk: Desk) -> Iterator[str]:
    """Yield what is wrong with an incident at this moment, and with all its entries."""
    yield from broken(desk)
    if fold_all(desk.entries) != desk.incident:
        yield "its entries fold to something else"
    if not rows_of(desk.incident):
        yield "no rows"
    for omission in audit_incident(desk.entries, desk.now):
        # WHY: a desk delivers nothing.
        if omission.kind != "lost-message":
            yield f"audited: {omission.kind}: {omission}"
    for problem in problems_of(_plain(desk)):
        yield f"books: {problem}"


def _plain(desk: Desk) -> Iterator[dict[str, object]]:
    for entry in desk.entries:
        about = {"number": entry.number, "incident": entry.incident, "kind": entry.kind}
        yield {**about, "actor": entry.actor, "payload": entry.payload}
