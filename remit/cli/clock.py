"""The one place where the command line reads the clock."""

from __future__ import annotations

import datetime as dt
import time

__all__ = ["current_day", "seconds"]


def current_day() -> dt.date:
    """Return today's date where this machine stands."""
    return dt.datetime.now().astimezone().date()


def seconds() -> float:
    """Return the seconds of a clock that never goes back; only their differences mean anything."""
    return time.monotonic()
