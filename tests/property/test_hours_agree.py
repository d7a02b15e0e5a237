"""Gaps of rosters, and who is on duty, are what looking at the clock every minute finds."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from remit.engine.means import Hours
from remit.engine.pack import Roster, Shift
from remit.engine.spans import Span
from remit.engine.wall_clock import points, wall_of
from remit.validators.checks.roster_gap import holes

HERE = Span("sample.yaml", 1, 1, 1, 2)
CHANGES = (
    ("Europe/Berlin", dt.date(2026, 3, 28)),
    ("Europe/Berlin", dt.date(2026, 10, 24)),
    ("America/New_York", dt.date(2026, 10, 31)),
    ("Australia/Lord_Howe", dt.date(2026, 4, 4)),
    ("Asia/Shanghai", dt.date(2026, 2, 27)),
    ("Asia/Kathmandu", dt.date(2026, 12, 31)),
)
"""Zones, and a day before their clocks change; one of half an hour, two without any change."""
DAYS = 3

TIMES = st.builds(dt.time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))
ON_DAYS = st.lists(st.integers(0, 6), min_size=1, unique=True).map(tuple)


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    """Draw a roster with up to four shifts, sometimes meant for some hours only."""
    zone, _ = draw(st.sampled_from(CHANGES))
    shifts = tuple(
        Shift(draw(ON_DAYS), draw(TIMES), draw(TIMES), ("li",), HERE)
        for _ in range(draw(st.integers(0, 4)))
    )
    covers = tuple(
        Hours(draw(ON_DAYS), draw(TIMES), draw(TIMES)) for _ in range(draw(st.integers(0, 1)))
    )
    return Roster("duty", "office", zone, (), shifts, HERE, covers)


def shows(mark: dt.datetime, days: tuple[int, ...], start: dt.time, end: dt.time) -> bool:
    """Return whether a time on the wall is one of a shift, begun today or yesterday."""
    time = mark.time()
    yesterday = (mark.weekday() - 1) % 7
    if start < end:
        return mark.weekday() in days and start <= time < end
    return (mark.weekday() in days and time >= start) or (yesterday in days and time < end)


def marks(
    zone: str, start: dt.datetime, minutes: int, step: int
) -> Iterator[tuple[int, dt.datetime]]:
    """Yield moments with the latest time the wall clock has shown: set back, it stands still."""
    known, mark = zoneinfo.ZoneInfo(zone), dt.datetime.min  # noqa: DTZ901 - of no zone, as the wall
    for minute in range(0, minutes, step):
        moment = start + dt.timedelta(minutes=minute)
        mark = max(mark, moment.astimezone(known).replace(tzinfo=None, fold=0))
        yield int(moment.timestamp()), mark


def is_open(roster: Roster, shown: dt.datetime) -> bool:
    """Return whether somebody is meant to be on duty at a time on the wall, and nobody is."""
    meant = not roster.covers or any(
        shows(shown, one.days, one.start, one.end) for one in roster.covers
    )
    return meant and not any(shows(shown, one.days, one.start, one.end) for one in roster.shifts)


@given(rosters(), st.sampled_from(CHANGES), st.integers(0, 2))
@settings(max_examples=60, deadline=None)
def test_a_minute_is_open_just_where_the_clock_on_the_wall_came_to_nobody(
    roster: Roster, change: tuple[str, dt.date], earlier: int
) -> None:
    first = dict([*CHANGES, change])[roster.zone] - dt.timedelta(days=earlier)
    found = points(holes([roster], [wall_of(roster.zone, first, DAYS)]))
    start = dt.datetime(*first.timetuple()[:3], tzinfo=dt.UTC) - dt.timedelta(days=1)
    days = {first + dt.timedelta(days=at) for at in range(DAYS)}
    for second, mark in marks(roster.zone, start, (DAYS + 2) * 24 * 60, 5):
        expected = mark.date() in days and is_open(roster, mark)
        assert expected == any(low <= second < high for low, high in found), mark


def test_what_one_roster_leaves_open_another_may_cover() -> None:
    every = tuple(range(7))
    first = dt.date(2026, 3, 28)
    day = Shift(every, dt.time(7), dt.time(19), ("li",), HERE)
    night = Shift(every, dt.time(19), dt.time(7), ("li",), HERE)
    one = Roster("day", "office", "Europe/Berlin", (), (day,), HERE)
    two = Roster("night", "office", "Europe/Berlin", (), (night,), HERE)
    walls = [wall_of(one.zone, first, DAYS)] * 2
    assert not holes([one, two], walls)
    # The night of the change has an hour less: 11 of its 12 hours are open.
    open_s = [high - low for low, high in points(holes([one], walls[:1]))]
    assert open_s == [7 * 3600, 11 * 3600, 12 * 3600, 5 * 3600]
