"""Who stands behind a subject, and by what it can be reached."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remit.engine.pack import Contact, Duty, Pack, Roster
from remit.engine.rosters import listed
from remit.validators.check import Cell, Context

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet
    from remit.engine.replay import Replay

__all__ = [
    "Bound",
    "behind",
    "binding_duties",
    "has_people",
    "is_reachable",
    "rosters_of",
    "tells_enough",
]


@dataclass(frozen=True, slots=True)
class Bound:
    """A subject and its duties to answer or to act."""

    subject: str
    duties: tuple[Duty, ...]

    def cells(self, context: Context) -> CellSet:
        """Return the events in which it must answer or act."""
        found = context.map.nowhere()
        for activity in sorted({duty.activity for duty in self.duties}):
            held = context.map.holding(activity, "accountable", self.subject)
            held |= context.map.holding(activity, "responsible", self.subject)
            found |= held & context.map.needed(activity)
        return found

    def holds_at(self, replay: Replay, cell: Cell) -> bool:
        """Return whether it must answer or act in one event, told by the slow path."""
        return any(
            replay.is_needed(activity, cell)
            and any(
                self.subject in replay.holders(activity, letter, cell)
                for letter in ("accountable", "responsible")
            )
            for activity in {duty.activity for duty in self.duties}
        )


def binding_duties(pack: Pack, today: dt.date) -> dict[str, list[Duty]]:
    """Return the duties to answer or to act that are not over, by subject."""
    found: dict[str, list[Duty]] = {}
    for duty in pack.duties():
        is_over = duty.valid is not None and duty.valid.end is not None and duty.valid.end < today
        if {"accountable", "responsible"} & set(duty.roles) and not is_over:
            found.setdefault(duty.subject, []).append(duty)
    return found


def rosters_of(pack: Pack) -> dict[str, list[Roster]]:
    """Return the rosters of each subject, by name."""
    found: dict[str, list[Roster]] = {}
    for _, roster in sorted(pack.rosters.items()):
        found.setdefault(roster.subject, []).append(roster)
    return found


def has_people(subject: str, pack: Pack, rosters: Mapping[str, list[Roster]]) -> bool:
    """Return whether a subject, or some member of it, has staff or people in shifts."""

    def own(name: str) -> bool:
        counts = (count for account in pack.accounts_of(name) for count in account.staff.values())
        return any(counts) or any(bool(listed(one)) for one in rosters.get(name, ()))

    return any(own(name) for name in behind(subject, pack))


def is_reachable(
    subject: str,
    pack: Pack,
    rosters: Mapping[str, list[Roster]],
    works: Callable[[Contact], bool],
) -> bool:
    """Return whether a subject, its lead, a member, or somebody on their rosters has a contact."""

    def contacts(name: str) -> Iterable[Contact]:
        for account in pack.accounts_of(name):
            yield from account.contacts
        for roster in rosters.get(name, ()):
            for person in roster.people:
                yield from person.contacts

    return any(works(one) for name in behind(subject, pack) for one in contacts(name))


def behind(subject: str, pack: Pack) -> tuple[str, ...]:
    """Return a subject and all who answer together as it, however deep."""
    found = [subject]
    for name in found:
        for account in pack.accounts_of(name):
            found += [one for one in account.members if one not in found]
    return tuple(found)


def tells_enough(told: int, concerned: int, percent: int) -> bool:
    """Return whether a pack tells something of so many subjects that silence of others means none.

    A pack that tells it of nobody has not begun to speak of it.
    """
    return told > 0 and told * 100 >= concerned * percent
