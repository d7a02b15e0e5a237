"""Gaps of rosters are those that looking at the clock every minute finds."""

from __future__ import annotations

import datetime as dt
import zoneinfo

from hypothesis import given, settings
from hypothesis import strategies as st

from remit.engine.means import Hours
from remit.engine.pack import Roster, Shift
from remit.engine.spans import Span
from remit.validators.checks.roster_gap import holes
from remit.validators.hours import points, wall_of

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


def shows(shown: dt.datetime, days: tuple[int, ...], start: dt.time, end: dt.time) -> bool:
    """Return whether the time on the wall is one of a shift, begun today or yesterday."""
    time = shown.time()
    yesterday = (shown.weekday() - 1) % 7
    if start < end:
        return shown.weekday() in days and start <= time < end
    return (shown.weekday() in days and time >= start) or (yesterday in days and time < end)


def is_open(roster: Roster, shown: dt.datetime) -> bool:
    """Return whether somebody is meant to be on duty at a time on the wall, and nobody is."""
    meant = not roster.covers or any(
        shows(shown, one.days, one.start, one.end) for one in roster.covers
    )
    return meant and not any(shows(shown, one.days, one.start, one.end) for one in roster.shifts)


@given(rosters(), st.sampled_from(CHANGES), st.integers(0, 2))
@settings(max_examples=60, deadline=None)
def test_a_minute_is_open_just_where_the_clock_on_the_wall_shows_nobody(
    roster: Roster, change: tuple[str, dt.date], earlier: int
) -> None:
    first = dict([*CHANGES, change])[roster.zone] - dt.timedelta(days=earlier)
    found = points(holes([roster], [wall_of(roster.zone, first, DAYS)]))
    zone, start = zoneinfo.ZoneInfo(roster.zone), dt.datetime(*first.timetuple()[:3], tzinfo=dt.UTC)
    days = {first + dt.timedelta(days=at) for at in range(DAYS)}
    for minute in range(-24 * 60, (DAYS + 1) * 24 * 60, 5):
        moment = start + dt.timedelta(minutes=minute)
        shown = moment.astimezone(zone)
        expected = shown.date() in days and is_open(roster, shown)
        second = int(moment.timestamp())
        assert expected == any(low <= second < high for low, high in found), shown


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
