"""Who is on duty is what a look at the wall clock every few minutes tells, in every zone."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from remit.engine.means import Hours
from remit.engine.pack import Person, Roster, Shift
from remit.engine.rosters import Stint, stints
from remit.engine.spans import Span
from remit.engine.turns import Absence, Override, Rotation
from remit.engine.wall_clock import wall_of

HERE = Span("sample.yaml", 1, 1, 1, 2)
ZONES = sorted(zoneinfo.available_timezones() - {"localtime"})
STEP_S = 300
DAYS = 4
TIMES = st.builds(dt.time, st.integers(0, 23), st.sampled_from((0, 15, 30)))
WHO = ("an", "bo", "cy")


@cache
def changes_of(zone: str, year: int) -> tuple[int, ...]:
    """Return the moments of a year at which a zone's clock is changed."""
    wall = wall_of(zone, dt.date(year, 1, 1), 365)
    return tuple(start for start, _, _ in wall.pieces[1:])


@st.composite
def nights(draw: st.DrawFn) -> tuple[str, dt.date]:
    """Draw a zone and the day before its clock is changed, of all zones and years there are."""
    zone, year = draw(st.sampled_from(ZONES)), draw(st.integers(1970, 2037))
    changes = changes_of(zone, year)
    assume(changes)
    at = dt.datetime.fromtimestamp(draw(st.sampled_from(changes)), zoneinfo.ZoneInfo(zone))
    return zone, at.date() - dt.timedelta(days=2)


@st.composite
def tiles(draw: st.DrawFn) -> tuple[Shift, ...]:
    """Draw shifts that follow each other round the clock, with neither gap nor overlap."""
    times = sorted(draw(st.sets(TIMES, min_size=2, max_size=5)))
    every = tuple(range(7))
    return tuple(
        Shift(every, one, following, (f"p{at}",), HERE)
        for at, (one, following) in enumerate(zip(times, [*times[1:], times[0]], strict=True))
    )


@given(nights(), tiles())
def test_shifts_that_follow_each_other_leave_no_gap_and_no_overlap_in_any_zone(
    night: tuple[str, dt.date], shifts: tuple[Shift, ...]
) -> None:
    zone, first = night
    wall = wall_of(zone, first, DAYS)
    found = stints(Roster("duty", "office", zone, (), shifts, HERE), wall)
    assert wall.bounds() == (found[0].start, found[-1].end)
    assert all(len(one.people) == 1 for one in found)
    assert all(one.end == other.start for one, other in pairwise(found))


@given(nights(), st.sampled_from((3_600 * 7, 3_600 * 12, 86_400)), TIMES)
def test_a_rotation_leaves_no_gap_and_hands_over_at_its_time_on_the_wall(
    night: tuple[str, dt.date], every: int, time: dt.time
) -> None:
    zone, first = night
    start = dt.datetime.combine(first - dt.timedelta(days=3), time)
    wall = wall_of(zone, first, DAYS)
    rotation = Rotation(WHO, start, every, HERE)
    found = stints(Roster("duty", "office", zone, (), (), HERE, rotations=(rotation,)), wall)
    assert wall.bounds() == (found[0].start, found[-1].end)
    assert all(one.end == other.start for one, other in pairwise(found))


@st.composite
def rosters(draw: st.DrawFn) -> tuple[Roster, dt.date]:
    """Draw a roster of everything there is, about a change of the clock."""
    zone, first = draw(nights())
    wall = dt.datetime.combine(first, dt.time())
    moments = st.builds(
        lambda day, time: dt.datetime.combine(first + dt.timedelta(days=day), time),
        st.integers(0, DAYS - 1),
        TIMES,
    )
    days = st.lists(st.integers(0, 6), min_size=1, unique=True).map(tuple)
    hours = st.builds(Hours, days, TIMES, TIMES)
    people = st.sampled_from(((), ("an",), ("bo",), ("an", "cy"), ("cy", "bo")))
    shifts = st.builds(Shift, days, TIMES, TIMES, people.filter(bool), st.just(HERE))
    rotations = st.builds(
        Rotation,
        st.lists(st.sampled_from(WHO), min_size=1, max_size=3).map(tuple),
        moments.map(lambda at: at - dt.timedelta(days=9)),
        st.sampled_from((3_600 * 5, 3_600 * 12, 86_400, 604_800)),
        st.just(HERE),
        st.just(()) | hours.map(lambda one: (one,)),
    )
    spans = st.tuples(moments, moments).filter(lambda pair: pair[0] < pair[1])
    overrides = st.builds(
        lambda span, who, of: Override(*span, who, HERE, of),
        spans,
        people,
        st.none() | st.sampled_from(WHO),
    )
    away = draw(st.sampled_from(((), (Absence(first, wall.date() + dt.timedelta(days=1)),))))
    return (
        Roster(
            "duty",
            "office",
            zone,
            (Person("an", HERE, away=away),),
            tuple(draw(st.lists(shifts, max_size=3))),
            HERE,
            rotations=tuple(draw(st.lists(rotations, max_size=2))),
            overrides=tuple(draw(st.lists(overrides, max_size=2))),
        ),
        first,
    )


def is_on(mark: dt.datetime, days: tuple[int, ...], start: dt.time, end: dt.time) -> bool:
    """Return whether a time on the wall is one of some hours, begun today or yesterday."""
    if start < end:
        return mark.weekday() in days and start <= mark.time() < end
    late = mark.weekday() in days and mark.time() >= start
    return late or ((mark.weekday() - 1) % 7 in days and mark.time() < end)


def who(roster: Roster, mark: dt.datetime) -> tuple[str, ...]:
    """Return who is on duty at a time on the wall: the slow and readable way."""
    found: list[str] = []
    for shift in roster.shifts:
        if is_on(mark, shift.days, shift.start, shift.end):
            found += shift.people
    for one in roster.rotations:
        hours = [is_on(mark, span.days, span.start, span.end) for span in one.hours]
        if mark >= one.start and (any(hours) or not hours):
            turn = (mark - one.start) // dt.timedelta(seconds=one.every)
            found.append(one.people[turn % len(one.people)])
    away = {
        person.name
        for person in roster.people
        for span in person.away
        if span.first <= mark.date() <= span.last
    }
    people = [name for name in dict.fromkeys(found) if name not in away]
    for override in roster.overrides:
        if not override.start <= mark < override.end:
            continue
        if override.instead_of is None:
            people = list(override.people)
        elif override.instead_of in people:
            at = people.index(override.instead_of)
            people[at : at + 1] = override.people
            people = list(dict.fromkeys(people))
    return tuple(people)


def people_at(found: tuple[Stint, ...], second: int) -> tuple[str, ...]:
    """Return who is on duty at a moment by what was found."""
    return next((one.people for one in found if one.start <= second < one.end), ())


@pytest.mark.slow
@given(rosters())
def test_who_is_on_duty_is_what_the_wall_clock_came_to(drawn: tuple[Roster, dt.date]) -> None:
    roster, first = drawn
    wall = wall_of(roster.zone, first, DAYS)
    found = stints(roster, wall)
    zone, (low, high) = zoneinfo.ZoneInfo(roster.zone), wall.bounds()
    # WHY the latest time shown: set back, the clock that counts stands still until it is reached.
    mark = dt.datetime.min  # noqa: DTZ901 - of no zone, as the wall
    for second in range(low - 86_400, high, STEP_S):
        shown = dt.datetime.fromtimestamp(second, zone).replace(tzinfo=None, fold=0)
        mark = max(mark, shown)
        if second >= low:
            assert who(roster, mark) == people_at(found, second), mark
