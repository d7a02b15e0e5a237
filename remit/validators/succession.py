"""How many could take a subject's place, and whose absence would leave it with nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from remit.engine.pack import Pack, Roster, Shift
from remit.validators.command import stand_ins

__all__ = ["Absence", "further_people", "says_who_stands_in", "smallest_absence"]

DAY_M = 24 * 60
WEEK_M = 7 * DAY_M
"""Minutes of a day and of a week."""


@dataclass(frozen=True, slots=True)
class Absence:
    """The fewest people without whom a subject and all who stand in for it have nobody.

    Args:
        people: those that are known by name, sorted.
        others: how many more there are, of bodies that name nobody, by body.
        start: minute of the week at which it is so, Monday 00:00 being 0.
        end: minute of the week at which somebody else is there, after `start`.
    """

    people: tuple[str, ...]
    others: tuple[tuple[str, int], ...]
    start: int
    end: int

    @property
    def size(self) -> int:
        """How many people they are."""
        return len(self.people) + sum(count for _, count in self.others)


def says_who_stands_in(pack: Pack) -> bool:
    """Return whether a pack says anything about deputies, members or people at all."""
    return bool(pack.rosters) or any(
        one.deputies or one.members or one.staff
        for each in (pack, *pack.higher)
        for one in each.subjects.values()
    )


def further_people(subject: str, pack: Pack) -> int:
    """Return how many people a subject has besides one, by its staff and its rosters."""
    listed = {person.name for roster in _rosters(subject, pack) for person in roster.people}
    return max(_staff(subject, pack), len(listed), 1) - 1


def smallest_absence(subject: str, pack: Pack) -> Absence | None:
    """Return the smallest absence that leaves a subject with nobody; `None` if none is there.

    A duty has somebody as long as one person is there of the subject or of one that stands in for
    it: paths side by side, so that the smallest cut through the people is all who are there (Menger
    1927), and the smallest over the week is the smallest moment. People of one name are one person.
    A roster of another zone than the subject's counts with all its people at any time, and so does
    a body without a roster with its staff, or as one. Cost: linear in shifts times stretches.
    """
    bodies = (subject, *stand_ins(subject, pack))
    rosters = [roster for body in bodies for roster in _rosters(body, pack)]
    zone = rosters[0].zone if rosters else ""
    local = [roster for roster in rosters if roster.zone == zone]
    always = {person.name for one in rosters if one.zone != zone for person in one.people}
    with_roster = {roster.subject for roster in rosters}
    others = tuple((body, max(_staff(body, pack), 1)) for body in bodies if body not in with_roster)
    shifts = [shift for roster in local for shift in roster.shifts]
    # WHY one of each: at any moment a rotation has one person there, whoever it is.
    always |= {turn.people[0] for roster in local for turn in roster.rotations if not turn.hours}
    found: Absence | None = None
    for start, end in _stretches(shifts):
        there = {name for one in shifts if _is_on(one, start) for name in one.people} | always
        each = Absence(tuple(sorted(there)), others, start, end)
        if each.size and (found is None or each.size < found.size):
            found = each
    return found


def _rosters(subject: str, pack: Pack) -> list[Roster]:
    return [one for _, one in sorted(pack.rosters.items()) if one.subject == subject]


def _staff(subject: str, pack: Pack) -> int:
    accounts = pack.accounts_of(subject)
    return next((sum(one.staff.values()) for one in accounts if one.staff), 0)


def _stretches(shifts: Sequence[Shift]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a week in which the same shifts are on."""
    cuts = sorted({minute % WEEK_M for one in shifts for span in _spans(one) for minute in span})
    cuts = cuts or [0]
    yield from pairwise([*cuts, cuts[0] + WEEK_M])


def _is_on(shift: Shift, minute: int) -> bool:
    return any(
        start <= minute < end or start <= minute + WEEK_M < end for start, end in _spans(shift)
    )


def _spans(shift: Shift) -> Iterator[tuple[int, int]]:
    """Yield from which to which minute of the week a shift is on; the last may pass Sunday."""
    first, last = _minute(shift.start), _minute(shift.end)
    length = last - first if last > first else last + DAY_M - first
    for day in shift.days:
        yield day * DAY_M + first, day * DAY_M + first + length


def _minute(time: dt.time) -> int:
    return time.hour * 60 + time.minute
