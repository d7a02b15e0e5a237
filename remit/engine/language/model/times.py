"""Types of times: durations, days, times of day."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from remit.engine.language.literals import DAY_PATTERN, read_day
from remit.engine.language.model.base import Definitions, Invalid, Json, Reading, Type
from remit.engine.language.yaml_nodes import Node, ScalarNode
from remit.engine.wording import tell

__all__ = ["Day", "Duration", "TimeOfDay", "Turn", "WallTime"]

DURATION_PATTERN = r"^(?=.*[1-9])(?:[0-9]{1,6}d)?(?:[0-9]{1,6}h)?(?:[0-9]{1,6}m)?(?:[0-9]{1,6}s)?$"
TIME_PATTERN = r"^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"

TURN_PATTERN = r"^[1-9][0-9]{0,2}[wdh]$"

_TURN = re.compile(TURN_PATTERN[1:-1])
_TURN_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600}
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_DURATION = re.compile(DURATION_PATTERN[1:-1])
_DURATION_PARTS = re.compile(r"([0-9]+)([dhms])")
_TIME = re.compile(TIME_PATTERN[1:-1])
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


class Duration(Type[int]):
    """A length of time in days, hours, minutes and seconds, read into seconds."""

    def read(self, node: Node, reading: Reading) -> int | Invalid:
        """Return the seconds."""
        seconds = _seconds(node.text) if isinstance(node, ScalarNode) else 0
        if seconds:
            return seconds
        expected = tell("a duration such as `15m`, `2h`, `7d` or `1h30m`, longer than nothing")
        return reading.wrong(node, tell("a duration"), expected)

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of a duration."""
        return definitions.refer(
            "duration",
            lambda: {
                "type": "string",
                "pattern": DURATION_PATTERN,
                "description": "Days, hours, minutes, seconds in this order: `15m`, `1h30m`.",
            },
        )


class Day(Type[dt.date]):
    """A day, `YYYY-MM-DD`."""

    def read(self, node: Node, reading: Reading) -> dt.date | Invalid:
        """Return the day."""
        day = read_day(node.text) if isinstance(node, ScalarNode) else None
        return day or reading.wrong(
            node, tell("a day"), tell("a day of the calendar as `2026-11-23`")
        )

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of a day."""
        return definitions.refer(
            "day",
            lambda: {
                "type": "string",
                "pattern": f"^{DAY_PATTERN}$",
                "format": "date",
                "description": "A day of the calendar, `YYYY-MM-DD`.",
            },
        )


class TimeOfDay(Type[dt.time]):
    """A time of day, `HH:MM`; `24:00` is the midnight at the end of the day, read as 00:00."""

    def read(self, node: Node, reading: Reading) -> dt.time | Invalid:
        """Return the time."""
        if not isinstance(node, ScalarNode) or not _TIME.fullmatch(node.text):
            return reading.wrong(
                node, tell("a time of day"), tell("a time from `00:00` to `24:00`")
            )
        return dt.time(int(node.text[:2]) % 24, int(node.text[3:]))

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of a time of day."""
        return definitions.refer(
            "time-of-day",
            lambda: {
                "type": "string",
                "pattern": TIME_PATTERN,
                "description": "A time of day, `HH:MM`.",
            },
        )


class Turn(Type[int]):
    """How long one turn of a rotation lasts on the wall clock, read into seconds."""

    def read(self, node: Node, reading: Reading) -> int | Invalid:
        """Return the seconds."""
        text = node.text if isinstance(node, ScalarNode) else ""
        if _TURN.fullmatch(text):
            return int(text[:-1]) * _TURN_SECONDS[text[-1]]
        expected = tell("`1w`, `2d`, `12h`: weeks, days or hours, at least one")
        return reading.wrong(node, tell("the length of a turn"), expected)

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of a turn's length."""
        return definitions.refer(
            "turn",
            lambda: {
                "type": "string",
                "pattern": TURN_PATTERN,
                "description": "Weeks, days or hours: `1w`, `1d`, `12h`.",
            },
        )


class WallTime(Type[dt.datetime]):
    """A day and a time on the wall clock of a zone told elsewhere, `YYYY-MM-DDTHH:MM`."""

    def read(self, node: Node, reading: Reading) -> dt.datetime | Invalid:
        """Return the time, without zone."""
        text = node.text if isinstance(node, ScalarNode) else ""
        day, _, time = text.partition("T")
        found = read_day(day)
        if found is not None and _CLOCK.fullmatch(time):
            return dt.datetime.combine(found, dt.time(int(time[:2]), int(time[3:])))
        return reading.wrong(
            node,
            tell("a day and time"),
            tell("a time on the wall clock as `2026-11-23T08:00`, without an offset"),
        )

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of a day and time."""
        return definitions.refer(
            "wall-time",
            lambda: {
                "type": "string",
                "pattern": f"^{DAY_PATTERN}T(?:[01][0-9]|2[0-3]):[0-5][0-9]$",
                "description": "A time on the wall clock of the zone, `YYYY-MM-DDTHH:MM`.",
            },
        )


@lru_cache(maxsize=1024)
def _seconds(text: str) -> int:
    if not _DURATION.fullmatch(text):
        return 0
    return sum(int(count) * _SECONDS[unit] for count, unit in _DURATION_PARTS.findall(text))
