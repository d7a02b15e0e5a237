"""The text of one file, and the way from offsets in it to lines, columns and excerpts."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import accumulate, chain

from remit.engine.spans import Span

__all__ = ["KeySpans", "LineTable", "Source"]

LONGEST_EXCERPT_LINE = 400
"""Code points of a line shown in an excerpt; a place further right on a longer line gets no
excerpt.
"""
MOST_EXCERPT_LINES = 6
"""Lines of an excerpt; of a longer stretch the first ones are shown."""

OFFSET = "I"
"""How an offset in a file is packed: files are far smaller than four gigabytes."""
MOST_SHARED = 4_096
"""Orders of keys of which one tuple is kept for all that have it."""


class LineTable:
    """Where the lines of a file begin, by offset in code points; last, a place past all text."""

    __slots__ = ("file", "starts")

    def __init__(self, file: str, starts: Iterable[int]) -> None:
        self.file = file
        # WHY packed: it is kept for as long as the pack, of every file.
        self.starts = array(OFFSET, starts)

    def parts(self) -> tuple[str, list[int]]:
        """Return what it was made of."""
        return self.file, self.starts.tolist()

    def __eq__(self, other: object) -> bool:
        """Return whether both speak of the same lines of the same file."""
        if not isinstance(other, LineTable):
            return NotImplemented
        return (self.file, self.starts) == (other.file, other.starts)

    def __hash__(self) -> int:
        """Return a hash by file."""
        return hash(self.file)

    def span(self, start: int, end: int) -> Span:
        """Return the stretch from `start` to `end`, exclusive."""
        starts = self.starts
        line = bisect_right(starts, start)
        column = start - starts[line - 1] + 1
        if end < starts[line]:
            return Span(self.file, line, column, line, column + end - start)
        end_line = bisect_right(starts, end)
        return Span(self.file, line, column, end_line, end - starts[end_line - 1] + 1)


class Source:
    """One file as read: the path shown to people and the text with its line breaks."""

    __slots__ = ("_lines", "file", "table", "text")

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self._lines: list[str] | None = None
        lines = text.split("\n")
        if "\r" in text:
            lines = _lines_with_breaks(text)
            starts = [0, *accumulate(len(line) for line in lines)]
        else:
            starts = [0, *accumulate(len(line) + 1 for line in lines)]
        # WHY: a place at the very end of the text still lies on the last line.
        starts[-1] = len(text) + 1
        self.table = LineTable(file, starts)

    def span(self, start: int, end: int) -> Span:
        """Return the stretch from offset `start` to `end`, exclusive."""
        return self.table.span(start, end)

    def excerpt(self, span: Span) -> tuple[str, ...]:
        """Return the lines of `span` without their breaks; nothing for a place too far right."""
        if span.column > LONGEST_EXCERPT_LINE:
            return ()
        if self._lines is None:
            self._lines = [line.rstrip("\r\n") for line in _lines_with_breaks(self.text)]
        last = min(span.end_line, span.line + MOST_EXCERPT_LINES - 1)
        return tuple(_cut(line) for line in self._lines[span.line - 1 : last])


class KeySpans(Mapping[str, Span]):
    """The place of each key's value, made into spans when asked for.

    WHY packed: a large pack has one a duty, and a dict of pairs of numbers takes six times as much.
    """

    __slots__ = ("_keys", "_places", "_table")

    def __init__(self, table: LineTable, keys: tuple[str, ...], places: bytes) -> None:
        self._table = table
        self._keys = keys
        self._places = places

    @classmethod
    def of(cls, table: LineTable, places: Mapping[str, tuple[int, int]]) -> KeySpans:
        """Return the places of some keys, each from an offset to another, exclusive."""
        flat = array(OFFSET, chain.from_iterable(places.values()))
        return cls(table, _shared(tuple(places)), flat.tobytes())

    def parts(self) -> tuple[LineTable, tuple[str, ...], bytes]:
        """Return what it was made of."""
        return self._table, self._keys, self._places

    def __getitem__(self, key: str) -> Span:
        """Return the place of the value under `key`."""
        if key not in self._keys:
            raise KeyError(key)
        place = 2 * self._keys.index(key)
        start, end = array(OFFSET, self._places)[place : place + 2]
        return self._table.span(start, end)

    def __repr__(self) -> str:
        """Return all spans in writing; what is repeated so is equal."""
        return f"KeySpans({dict(self)!r})"

    def __iter__(self) -> Iterator[str]:
        """Iterate over the keys as written."""
        return iter(self._keys)

    def __len__(self) -> int:
        """Return how many keys were written."""
        return len(self._keys)


@lru_cache(maxsize=MOST_SHARED)
def _shared(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return one value for all equal ones."""
    return keys


def _lines_with_breaks(text: str) -> list[str]:
    # WHY: str.splitlines also breaks at form feeds and separators, which an editor counts as part
    # of the line.
    pieces = text.replace("\r\n", "\n\n").replace("\r", "\n") if "\r" in text else text
    lines: list[str] = []
    start = 0
    while True:
        found = pieces.find("\n", start)
        if found < 0:
            lines.append(text[start:])
            return lines
        end = found + 2 if text.startswith("\r\n", found) else found + 1
        lines.append(text[start:end])
        start = end


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST_EXCERPT_LINE else line[:LONGEST_EXCERPT_LINE] + "…"
