"""Journals: JSON lines for programs that gather them, memory for tests, and nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from typing import TextIO

from remit.workflows.ports import Clock

__all__ = ["JsonJournal", "MemoryJournal"]

Fields = Mapping[str, str | int | float | None]


class JsonJournal:
    """Writes each note as one line of JSON, whole and at once.

    Args:
        stream: where to; a stream that is gone ends nothing.
        about: fields of every line, such as the name of this process.
    """

    def __init__(self, stream: TextIO, clock: Clock, about: Fields | None = None) -> None:
        self._stream = stream
        self._clock = clock
        self._about = about or {}
        self._lock = threading.Lock()

    def note(self, what: str, fields: Fields | None = None) -> None:
        """Write one line."""
        time = self._clock.now().isoformat(timespec="milliseconds")
        known = {name: value for name, value in (fields or {}).items() if value is not None}
        line = json.dumps({"time": time, "what": what, **self._about, **known}, ensure_ascii=False)
        with self._lock:
            try:
                self._stream.write(line + "\n")
                self._stream.flush()
            except (OSError, ValueError):
                # WHY: an order is not held up because nobody reads the log.
                return


class MemoryJournal:
    """Keeps what it was given; a fake for tests.

    Args:
        also: is told each note, too.
    """

    def __init__(self, also: Callable[[str], None] | None = None) -> None:
        self.notes: list[tuple[str, Fields]] = []
        self._also = also

    def note(self, what: str, fields: Fields | None = None) -> None:
        """Keep it."""
        self.notes.append((what, fields or {}))
        if self._also is not None:
            self._also(what)
