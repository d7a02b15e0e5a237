"""When people are on duty: shifts of a week on the wall clock of a zone, as seconds of UTC.

A shift holds whenever the clock on the wall shows one of its times. So an hour that a zone skips
lacks nobody, and an hour that it has twice is covered twice by whoever has it (PEP 495 tells such
times apart by their offset from UTC, as is done here).
Cost: linear in shifts times days; a zone is asked for its offset four times a day.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from remit.engine.intervals import Cut, IntervalSet

__all__ = ["DAY_S", "Wall", "Week", "points", "wall_of"]

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

    def whole(self) -> IntervalSet:
        """Return all of its days."""
        start = _wall_second(self.first)
        return self.moments([(start, start + self.days * DAY_S)])

    def shifts(self, weeks: Iterable[Week]) -> IntervalSet:
        """Return when shifts are on, within its days, those begun the day before included."""
        weeks = tuple(weeks)
        found = []
        for at in range(-1, self.days):
            day = self.first + dt.timedelta(days=at)
            for weekdays, start, end in weeks:
                if day.weekday() in weekdays:
                    low, high = _second(start), _second(end)
                    midnight = _wall_second(day)
                    high += DAY_S if high <= low else 0
                    found.append((midnight + low, midnight + high))
        return self.moments(found) & self.whole()

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
        """Return when the wall clock shows given times, in seconds of UTC since 1970.

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


def _second(time: dt.time) -> int:
    return time.hour * 3_600 + time.minute * 60
