"""The one place where the command line reads the clock."""

from __future__ import annotations

import datetime as dt

__all__ = ["current_day"]


def current_day() -> dt.date:
    """Return today's date where this machine stands."""
    return dt.datetime.now().astimezone().date()
