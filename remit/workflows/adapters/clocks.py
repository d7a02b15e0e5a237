"""Clocks: the machine's, and one that jumps."""

from __future__ import annotations

import datetime as dt

__all__ = ["JumpingClock", "SystemClock"]


class SystemClock:
    """The machine's clock, in the machine's zone."""

    def now(self) -> dt.datetime:
        """Return the time."""
        return dt.datetime.now().astimezone()


class JumpingClock:
    """A clock that stands still until it is told to jump."""

    def __init__(self, start: dt.datetime) -> None:
        self._now = start

    def now(self) -> dt.datetime:
        """Return the time it stands at."""
        return self._now

    def jump_to(self, time: dt.datetime) -> None:
        """Move on to `time`; a clock never goes back, so an earlier time changes nothing."""
        self._now = max(self._now, time)
