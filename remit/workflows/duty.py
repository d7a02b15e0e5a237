"""Duty as people ask about it: who is on, who comes next, what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from remit.engine.pack import Roster
from remit.engine.rosters import Stint, stints_between
from remit.workflows.entries import Entry
from remit.workflows.incident import Incident
from remit.workflows.ledger import Ledger
from remit.workflows.reach import OnDuty, by_rosters
from remit.workflows.reaching import Changes
from remit.workflows.roster_changes import ROSTER_KINDS, changes_of

__all__ = ["duty_in", "known_rosters", "next_stints"]


def duty_in(incident: Incident, entries_of: Callable[[Sequence[str]], tuple[Entry, ...]]) -> OnDuty:
    """Return who is on duty by an incident's rosters, and what was changed in them since.

    Args:
        entries_of: gives the community's own entries of some kinds; asked once at most.
    """
    return by_rosters(incident.response, cache(lambda: changes_of(entries_of(ROSTER_KINDS))))


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
