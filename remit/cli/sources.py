"""The lines of files that a message points into."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from remit.engine.errors import PackError

__all__ = ["LARGEST_FILE", "Lines", "lines_in_files", "lines_of_error"]

LARGEST_FILE = 4_000_000
"""Bytes of a file past which no excerpt of it is shown."""
_BREAK = re.compile("\r\n|\n|\r")
"""What ends a line for an editor and for the loader."""


class Lines:
    """Lines of files by number, from 1; read when first asked for, and kept.

    Args:
        known: lines already at hand, by file and number.
    """

    def __init__(self, known: dict[tuple[str, int], str] | None = None) -> None:
        self._known = known or {}
        self._files: dict[str, Sequence[str]] = {}

    def line(self, file: str, number: int) -> str | None:
        """Return a line without its end, or `None` if it cannot be had."""
        if (file, number) in self._known:
            return self._known[file, number]
        if file not in self._files:
            self._files[file] = _read(file)
        lines = self._files[file]
        return lines[number - 1] if 0 < number <= len(lines) else None


def lines_in_files() -> Lines:
    """Return the lines of files as they are now."""
    return Lines()


def lines_of_error(error: PackError) -> Lines:
    """Return the lines a pack error brings along, and those of other files as they are now."""
    if error.span is None:
        return Lines()
    first = error.span.line
    return Lines({(error.span.file, first + at): text for at, text in enumerate(error.excerpt)})


def _read(file: str) -> Sequence[str]:
    path = Path(file)
    try:
        if not path.is_file() or path.stat().st_size > LARGEST_FILE:
            return ()
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
            return _BREAK.split(stream.read())
    except OSError:
        return ()
