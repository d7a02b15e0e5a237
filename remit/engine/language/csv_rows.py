"""The strict CSV reader: one table's text to rows of cells that know their place.

SOURCE: RFC 4180. Cells are separated by commas; a cell may stand in double quotes, and then hold
commas, line breaks, and quotes written twice. Refused, each at its place: a quote inside a cell
without quotes, text behind a closing quote, a quote that is never closed.
INVARIANT: time and memory are linear in the file's size; no cell is ever anything but text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from remit.engine.language.problems import Problems
from remit.engine.language.sources import Source
from remit.engine.wording import tell

__all__ = ["Row", "read_rows"]

_BREAKS = "\r\n"


class Row(NamedTuple):
    """One record of a table.

    Args:
        line: the line it begins in, from 1.
        start: the offset of its first character.
        cells: the texts; quotes around them are taken off.
        places: the offsets of each cell, quotes in; `None` where the row has no quotes, and cells
            follow each other with one comma between.
    """

    line: int
    start: int
    cells: list[str]
    places: list[tuple[int, int]] | None

    def place(self, index: int) -> tuple[int, int]:
        """Return the offsets of a cell without the spaces around it; the row's end past the last.

        Cost: linear in the cells before it.
        """
        if self.places is not None:
            return self.places[min(index, len(self.places) - 1)]
        cells = self.cells
        start = self.start + sum(len(cell) + 1 for cell in cells[:index])
        if index >= len(cells):
            return (start - 1, start - 1)
        return _inner(cells[index], start)

    def all_places(self) -> Iterator[tuple[int, int]]:
        """Yield the offsets of every cell, as `place` does."""
        if self.places is not None:
            yield from self.places
            return
        start = self.start
        for text in self.cells:
            yield _inner(text, start)
            start += len(text) + 1


def _inner(text: str, start: int) -> tuple[int, int]:
    inner = text.strip(" ")
    start += len(text) - len(text.lstrip(" ")) if inner else 0
    return (start, start + len(inner))


class _Unreadable(Exception):  # noqa: N818 - it ends a row after its error was recorded
    """The rest of a row cannot be read; `resume` is where the next line begins."""

    def __init__(self, resume: int) -> None:
        super().__init__(resume)
        self.resume = resume


def read_rows(source: Source, problems: Problems) -> Iterator[Row]:
    """Yield the rows of a table that are not blank; a row that cannot be read is left out."""
    text = source.text
    starts = source.table.starts
    line = 1
    while line < len(starts):
        start = starts[line - 1]
        written = text[start : starts[line]].rstrip(_BREAKS)
        if '"' not in written:
            if written.strip(" ,"):
                yield Row(line, start, written.split(","), None)
            line += 1
            continue
        try:
            row, end = _quoted(source, line, start, problems)
        except _Unreadable as stop:
            end = stop.resume
        else:
            if any(cell.strip(" ") for cell in row.cells):
                yield row
        line = max(bisect_right(starts, end), line) + 1


def _quoted(source: Source, line: int, start: int, problems: Problems) -> tuple[Row, int]:
    """Return a row in which there are quotes, and the offset of its end."""
    text = source.text
    cells: list[str] = []
    places: list[tuple[int, int]] = []
    at = start
    while True:
        cell, place, at = _cell(source, at, problems)
        cells.append(cell)
        places.append(place)
        if at >= len(text) or text[at] != ",":
            return Row(line, start, cells, places), at
        at += 1


def _cell(source: Source, at: int, problems: Problems) -> tuple[str, tuple[int, int], int]:
    """Return one cell, its place, and the offset of the comma or line break behind it."""
    text = source.text
    begin = at
    while text.startswith(" ", begin):
        begin += 1
    if text.startswith('"', begin):
        return _quoted_cell(source, begin, problems)
    end = _plain_end(text, at)
    cell = text[at:end]
    quote = cell.find('"')
    if quote >= 0:
        problems.at(
            source,
            (at + quote, at + quote + 1),
            tell("a quote stands inside a cell that is not in quotes"),
            help=tell('put the whole cell in quotes, and write each `"` inside twice'),
        )
        raise _Unreadable(end)
    inner = cell.strip(" ")
    begin = begin if inner else at
    return cell, (begin, begin + len(inner)), end


def _quoted_cell(
    source: Source, begin: int, problems: Problems
) -> tuple[str, tuple[int, int], int]:
    text = source.text
    close = text.find('"', begin + 1)
    while close >= 0 and text.startswith('"', close + 1):
        close = text.find('"', close + 2)
    if close < 0:
        help_ = tell('close it with `"`; a quote inside a cell is written twice')
        problems.at(source, (begin, begin + 1), tell("this quote is never closed"), help=help_)
        raise _Unreadable(len(text))
    end = close + 1
    while text.startswith(" ", end):
        end += 1
    if end < len(text) and text[end] != "," and text[end] not in _BREAKS:
        stop = _plain_end(text, end)
        problems.at(
            source,
            (end, stop),
            tell("text stands behind the quote that closes the cell"),
            help=tell('a quote inside a cell is written twice: `""`'),
        )
        raise _Unreadable(stop)
    return text[begin + 1 : close].replace('""', '"'), (begin, close + 1), end


def _plain_end(text: str, at: int) -> int:
    """Return where a cell without quotes ends."""
    found = (text.find(sign, at) for sign in (",", "\n", "\r"))
    return min((end for end in found if end >= 0), default=len(text))
