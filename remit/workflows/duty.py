"""Duty as people ask about it: who is on, who comes next, what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from remit.engine.pack import Roster
from remit.engine.rosters import Stint, stints_between
from remit.workflows.ledger import Ledger
from remit.workflows.reaching import Changes

__all__ = ["known_rosters", "next_stints"]


def known_rosters(ledger: Ledger) -> tuple[Roster, ...]:
    """Return the rosters that the latest incidents took along, the newest of each name."""
    found: dict[str, Roster] = {}
    for summary in ledger.incidents():
        incident = ledger.incident(summary.id)
        for roster in incident.response.duty if incident is not None else ():
            found.setdefault(roster.name, roster)
        if found:
            break
    return tuple(roster for _, roster in sorted(found.items()))


def next_stints(
    rosters: Iterable[Roster],
    person: str,
    now: dt.datetime,
    days: int,
    changes: Changes,
) -> list[tuple[Roster, Stint]]:
    """Return when a person is on duty from now on, soonest first; neighbours are one stretch."""
    found: list[tuple[Roster, Stint]] = []
    end = now + dt.timedelta(days=days)
    for roster in rosters:
        last: Stint | None = None
        for stint in stints_between(roster, now, end, changes.get(roster.name, ())):
            if person not in stint.people:
                continue
            if last is not None and last.end == stint.start:
                last = Stint(last.start, stint.end, (person,))
                found[-1] = (roster, last)
            else:
                last = Stint(stint.start, stint.end, (person,))
                found.append((roster, last))
    return sorted(found, key=lambda pair: pair[1].start)
