"""Who is on duty by a roster, moment by moment: shifts, rotations, absences, overrides, swaps.

One function, `stints`, is read by everybody: the checks, the calendars, and whoever sends messages.
All times of a roster are times on the wall of its zone; `wall_clock` makes moments of them by a
rule that never runs backwards, so the roster has no gap and no overlap that its author did not
write.
Cost: linear in stretches times the logarithm of their number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from remit.engine.intervals import Cut, IntervalSet
from remit.engine.pack import Person, Roster
from remit.engine.turns import Override, Rotation
from remit.engine.wall_clock import DAY_S, Wall, wall_of, wall_second

__all__ = ["Change", "Stint", "covered", "listed", "meant", "on_duty", "stints", "stints_between"]

MIDNIGHT = dt.time.min
LONGEST_LOOK = 4_000
"""Days of a roster that one look may cover; more is a mistake."""


@dataclass(frozen=True, slots=True)
class Change:
    """Who is on duty for once, as a stretch of time: an override, or one side of a swap.

    Args:
        start: seconds of UTC since 1970, in.
        end: the same, out.
        people: who is on duty; nobody where it is empty.
        instead_of: the person they stand in for, where that one is on duty; else everybody.
    """

    start: int
    end: int
    people: tuple[str, ...]
    instead_of: str | None = None


@dataclass(frozen=True, slots=True)
class Stint:
    """A stretch in which the same people are on duty, first called first.

    Args:
        start: seconds of UTC since 1970, in.
        end: the same, out.
    """

    start: int
    end: int
    people: tuple[str, ...]


def stints(roster: Roster, wall: Wall, changes: Sequence[Change] = ()) -> tuple[Stint, ...]:
    """Return who is on duty over the days of a wall clock; stretches with nobody are left out.

    Neighbours differ in their people, or have a gap between them.

    Args:
        wall: of the roster's zone.
        changes: made after the roster was written, in order; a later one wins over an earlier one.
    """
    low, high = wall.bounds()
    plain = [*_planned(roster, wall)]
    made = [*(_moments(one, wall) for one in roster.overrides), *changes]
    away = {person.name: _absences(person, wall) for person in roster.people if person.away}
    cuts = {low, high}
    cuts.update(cut for start, end, _ in plain for cut in (start, end))
    cuts.update(cut for one in made for cut in (one.start, one.end))
    cuts.update(cut for spans in away.values() for span in spans for cut in span)
    found: list[Stint] = []
    for start, end, people in _swept(sorted(cut for cut in cuts if low <= cut <= high), plain):
        there = tuple(name for name in people if not _holds(away.get(name, ()), start))
        for one in made:
            if one.start <= start < one.end:
                there = _changed(there, one)
        if not there:
            continue
        if found and found[-1].end == start and found[-1].people == there:
            found[-1] = Stint(found[-1].start, end, there)
        else:
            found.append(Stint(start, end, there))
    return tuple(found)


def stints_between(
    roster: Roster, start: dt.datetime, end: dt.datetime, changes: Sequence[Change] = ()
) -> tuple[Stint, ...]:
    """Return who is on duty from one moment to another, cut off at both.

    Raises:
        ZoneInfoNotFoundError: if this machine does not know the roster's zone.
        ValueError: if they lie more than `LONGEST_LOOK` days apart.
    """
    low, high = int(start.timestamp()), int(end.timestamp())
    if high - low > LONGEST_LOOK * DAY_S:
        raise ValueError(high - low)
    first = (start.astimezone(dt.UTC) - dt.timedelta(days=2)).date()
    found = _around(roster, first, (high - low) // DAY_S + 5, tuple(changes))
    return tuple(
        Stint(max(one.start, low), min(one.end, high), one.people)
        for one in found
        if one.end > low and one.start < high
    )


def on_duty(roster: Roster, moment: dt.datetime, changes: Sequence[Change] = ()) -> tuple[str, ...]:
    """Return who is on duty at a moment, first called first; nobody is possible.

    Raises:
        ZoneInfoNotFoundError: if this machine does not know the roster's zone.
    """
    found = stints_between(roster, moment, moment + dt.timedelta(seconds=1), changes)
    return found[0].people if found else ()


def listed(roster: Roster) -> frozenset[str]:
    """Return everybody whom a roster ever puts on duty."""
    groups = [one.people for one in roster.shifts]
    groups += [one.people for one in roster.rotations]
    groups += [one.people for one in roster.overrides]
    return frozenset(name for group in groups for name in group)


def covered(roster: Roster, wall: Wall) -> IntervalSet:
    """Return when anybody is on duty by what the pack says, in seconds of UTC."""
    return IntervalSet.of(*((Cut(one.start), Cut(one.end)) for one in stints(roster, wall)))


def meant(roster: Roster, wall: Wall) -> IntervalSet:
    """Return when somebody is meant to be on duty, in seconds of UTC."""
    hours = [(one.days, one.start, one.end) for one in roster.covers]
    return wall.shifts(hours) if hours else wall.whole()


_Stretch = tuple[int, int, tuple[str, ...]]


def _planned(roster: Roster, wall: Wall) -> Iterator[_Stretch]:
    for shift in roster.shifts:
        for low, high in wall.stretches((shift.days, shift.start, shift.end)):
            yield low, high, shift.people
    for rotation in roster.rotations:
        yield from _turns(rotation, wall)


def _turns(rotation: Rotation, wall: Wall) -> Iterator[_Stretch]:
    """Yield the turns of a rotation about the days of a wall clock."""
    origin, every = wall_second(rotation.start), rotation.every
    first = wall_second(dt.datetime.combine(wall.first, MIDNIGHT))
    last = first + wall.days * DAY_S
    hours = [
        span for one in rotation.hours for span in wall.stretches((one.days, one.start, one.end))
    ]
    for number in range(max(0, (first - origin) // every), max(0, (last - origin) // every + 1)):
        # WHY not before its days: a wall clock knows no earlier time.
        shown = max(origin + number * every, first - DAY_S)
        low, high = wall.moment(shown), wall.moment(origin + (number + 1) * every)
        person = (rotation.people[number % len(rotation.people)],)
        if not rotation.hours:
            yield low, high, person
        for start, end in hours:
            if max(low, start) < min(high, end):
                yield max(low, start), min(high, end), person


def _swept(
    cuts: Sequence[int], stretches: Iterable[_Stretch]
) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield the pieces between cuts with the people of all stretches that hold there, in order."""
    ordered = [one for one in stretches if one[0] < one[1]]
    starts = sorted(range(len(ordered)), key=lambda at: ordered[at][0])
    active: set[int] = set()
    following = 0
    for low, high in pairwise(cuts):
        while following < len(starts) and ordered[starts[following]][0] <= low:
            active.add(starts[following])
            following += 1
        active = {at for at in active if ordered[at][1] > low}
        people = (name for at in sorted(active) for name in ordered[at][2])
        yield low, high, tuple(dict.fromkeys(people))


def _changed(people: tuple[str, ...], change: Change) -> tuple[str, ...]:
    if change.instead_of is None:
        return change.people
    if change.instead_of not in people:
        return people
    at = people.index(change.instead_of)
    return tuple(dict.fromkeys((*people[:at], *change.people, *people[at + 1 :])))


def _moments(override: Override, wall: Wall) -> Change:
    return Change(
        wall.moment(wall_second(override.start)),
        wall.moment(wall_second(override.end)),
        override.people,
        override.instead_of,
    )


def _absences(person: Person, wall: Wall) -> tuple[tuple[int, int], ...]:
    day = dt.timedelta(days=1)
    return tuple(
        (
            wall.moment(wall_second(dt.datetime.combine(one.first, MIDNIGHT))),
            wall.moment(wall_second(dt.datetime.combine(one.last + day, MIDNIGHT))),
        )
        for one in person.away
    )


def _holds(spans: Iterable[tuple[int, int]], moment: int) -> bool:
    return any(start <= moment < end for start, end in spans)


@lru_cache(maxsize=256)
def _around(
    roster: Roster, first: dt.date, days: int, changes: tuple[Change, ...]
) -> tuple[Stint, ...]:
    """Return who is on duty on some days: whoever asks for a moment asks for that day again."""
    return stints(roster, _wall(roster.zone, first, days), changes)


@lru_cache(maxsize=256)
def _wall(zone: str, first: dt.date, days: int) -> Wall:
    return wall_of(zone, first, days)
