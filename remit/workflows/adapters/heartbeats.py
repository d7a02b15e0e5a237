"""A file that shows that a process lives, for whoever watches it from outside."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from remit.workflows.ports import Clock

__all__ = ["Heartbeat"]

EVERY_S = 5.0


class Heartbeat:
    """Writes a file every few seconds; it is old where the process hangs, gone where it ended.

    Args:
        owner: the process, as the ledger names it.
    """

    def __init__(self, path: Path, owner: str, clock: Clock) -> None:
        self._path = path
        self._owner = owner
        self._clock = clock
        self._last = float("-inf")

    def beat(self, under_way: int) -> None:
        """Write that the process lives, and how many incidents it drives; not too often."""
        if time.monotonic() - self._last < EVERY_S:
            return
        self._last = time.monotonic()
        now = self._clock.now().isoformat(timespec="seconds")
        text = json.dumps({"time": now, "owner": self._owner, "driving": under_way})
        draft = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(text + "\n", encoding="utf-8")
            draft.replace(self._path)
        except OSError:
            # WHY: a full disk is told by what cannot be recorded, not by this.
            return

    def end(self) -> None:
        """Take the file away: the process ends as it should."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError:
            return
