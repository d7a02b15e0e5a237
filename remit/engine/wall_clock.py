"""The clock on the wall of a zone, held against seconds of UTC.

A time on the wall is one moment: the first at which the clock shows it or a later one. So a time
that the clock shows twice is the first of the two (`fold=0` of PEP 495), and one that it skips is
the moment of the jump. That rule never runs backwards: what follows on the wall without a gap and
without an overlap does so in UTC, through every change of the clock.
Cost: a zone is asked for its offset four times a day.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from remit.engine.intervals import Cut, IntervalSet

__all__ = ["DAY_S", "Wall", "Week", "points", "wall_of", "wall_second"]

DAY_S = 86_400
"""Seconds of a day on the wall clock."""
PROBE_S = 6 * 3_600
"""Seconds between two looks at a zone's offset; two changes of it lie farther apart."""

Week = tuple[tuple[int, ...], dt.time, dt.time]
"""Weekdays (0 is Monday), start and end of a shift; past midnight if it does not end later."""


@dataclass(frozen=True, slots=True)
class Wall:
    """The clock on the wall of one zone over some days.

    Args:
        first: the first day.
        days: how many days.
        pieces: stretches of UTC in which the zone keeps one offset: start and end in seconds since
            1970, and the offset in seconds.
    """

    zone: str
    first: dt.date
    days: int
    pieces: tuple[tuple[int, int, int], ...]

    def bounds(self) -> tuple[int, int]:
        """Return the first moment of its days, and the first after them."""
        start = _wall_second(self.first)
        return self.moment(start), self.moment(start + self.days * DAY_S)

    def whole(self) -> IntervalSet:
        """Return all of its days."""
        return IntervalSet.indexes(*self.bounds())

    def moment(self, shown: int) -> int:
        """Return the first moment at which the clock shows a time, or a later one.

        Args:
            shown: the time in seconds since 1970 as if the zone were UTC, not before its days.
        """
        for start, end, offset in self.pieces:
            if end + offset > shown:
                return max(start, shown - offset)
        return self.pieces[-1][1]

    def stretches(self, week: Week) -> Iterator[tuple[int, int]]:
        """Yield from when to when a shift is on, those begun the day before its days included."""
        weekdays, start, end = week
        low, high = _second(start), _second(end)
        high += DAY_S if high <= low else 0
        for at in range(-1, self.days):
            day = self.first + dt.timedelta(days=at)
            if day.weekday() in weekdays:
                midnight = _wall_second(day)
                yield self.moment(midnight + low), self.moment(midnight + high)

    def shifts(self, weeks: Iterable[Week]) -> IntervalSet:
        """Return when shifts are on, within its days."""
        found = (one for week in weeks for one in self.stretches(week))
        return IntervalSet.of(*((Cut(low), Cut(high)) for low, high in found)) & self.whole()

    def hours(self, dates: IntervalSet, seconds: IntervalSet) -> IntervalSet:
        """Return some hours of some days.

        Args:
            dates: days by their ordinal.
            seconds: seconds after midnight.
        """
        found = []
        for at in range(self.days):
            day = self.first + dt.timedelta(days=at)
            ordinal = day.toordinal()
            if IntervalSet.indexes(ordinal, ordinal + 1) <= dates:
                midnight = _wall_second(day)
                found += [(midnight + low, midnight + high) for low, high in points(seconds)]
        return self.moments(found)

    def moments(self, shown: Iterable[tuple[int, int]]) -> IntervalSet:
        """Return whenever the wall clock shows given times, in seconds of UTC since 1970.

        Times that it shows twice are in it twice.

        Args:
            shown: times in seconds since 1970 as if the zone were UTC, the ends out.
        """
        found = []
        for low, high in shown:
            for start, end, offset in self.pieces:
                a, b = max(start, low - offset), min(end, high - offset)
                if a < b:
                    found.append((Cut(a), Cut(b)))
        return IntervalSet.of(*found)

    def local(self, moment: int) -> str:
        """Return a moment as the wall clock shows it: `2026-11-28 07:00`."""
        shown = dt.datetime.fromtimestamp(moment, zoneinfo.ZoneInfo(self.zone))
        return f"{shown:%Y-%m-%d %H:%M}"


def wall_of(zone: str, first: dt.date, days: int) -> Wall:
    """Return the wall clock of a zone of the IANA database, a day more at both ends.

    Raises:
        ZoneInfoNotFoundError: if this machine does not know the zone.
    """
    known = zoneinfo.ZoneInfo(zone)
    start = _wall_second(first) - 2 * DAY_S
    end = start + (days + 4) * DAY_S
    pieces: list[tuple[int, int, int]] = []
    at, offset = start, _offset(known, start)
    for probe in range(start + PROBE_S, end + PROBE_S, PROBE_S):
        found = _offset(known, probe)
        if found != offset:
            change = _change(known, probe - PROBE_S, probe, offset)
            pieces.append((at, change, offset))
            at, offset = change, found
    return Wall(zone, first, days, (*pieces, (at, end, offset)))


def points(found: IntervalSet) -> Sequence[tuple[int, int]]:
    """Return the stretches of a set of whole numbers, the ends out."""
    return [(int(low.value), int(high.value)) for low, high in found.stretches]


def _change(zone: zoneinfo.ZoneInfo, low: int, high: int, offset: int) -> int:
    """Return the first second with another offset, between one with `offset` and one without."""
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle) == offset:
            low = middle
        else:
            high = middle
    return high


def _offset(zone: zoneinfo.ZoneInfo, moment: int) -> int:
    found = dt.datetime.fromtimestamp(moment, zone).utcoffset()
    return int(found.total_seconds()) if found is not None else 0


def _wall_second(day: dt.date) -> int:
    return (day.toordinal() - dt.date(1970, 1, 1).toordinal()) * DAY_S


def wall_second(shown: dt.datetime) -> int:
    """Return a time on the wall, without zone, in seconds since 1970 as if the zone were UTC."""
    return _wall_second(shown.date()) + _second(shown.time()) + shown.second


def _second(time: dt.time) -> int:
    return time.hour * 3_600 + time.minute * 60
