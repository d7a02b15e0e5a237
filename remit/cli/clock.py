"""The one place where the command line reads the clock, or waits."""

from __future__ import annotations

import datetime as dt
import time

__all__ = ["current_day", "pause", "seconds"]


def current_day() -> dt.date:
    """Return today's date where this machine stands."""
    return dt.datetime.now().astimezone().date()


def seconds() -> float:
    """Return the seconds of a clock that never goes back; only their differences mean anything."""
    return time.monotonic()


def pause(span_s: float, /) -> None:
    """Wait so many seconds."""
    time.sleep(span_s)
