"""Places in a text as editors count them: lines from 0, and characters in the units agreed upon.

SOURCE: Language Server Protocol 3.17, "Text Documents" and "Position": lines end with LF, CR LF or
CR, as they do for the loader, and a character is a UTF-16 code unit unless both sides agree on
another; so an emoji counts two, a Chinese character one.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Literal

from remit.engine.language.sources import Source
from remit.engine.spans import Span

__all__ = ["Place", "Places", "Range", "Units"]

Units = Literal["utf-8", "utf-16", "utf-32"]
Place = tuple[int, int]
"""Line and character, both from 0."""
Range = tuple[Place, Place]
"""From a place to another, which is out."""

_BEYOND_BASIC = 0x10000


class Places:
    """The way between offsets, spans and places of one text."""

    def __init__(self, source: Source, units: Units = "utf-16") -> None:
        self.source = source
        self.units = units

    def place(self, offset: int) -> Place:
        """Return the place of an offset in code points; one past the end is the end."""
        at = min(max(offset, 0), len(self.source.text))
        line = bisect_right(self.source.table.starts, at) - 1
        return (line, self._width(self.source.text[self.source.table.starts[line] : at]))

    def offset(self, place: Place) -> int:
        """Return the offset of a place; one past the end of its line is that end."""
        line, character = place
        starts, text = self.source.table.starts, self.source.text
        if line + 1 >= len(starts):
            return len(text)
        start, end = starts[line], min(starts[line + 1], len(text))
        while end > start and text[end - 1] in "\r\n":
            end -= 1
        left = character
        for at in range(start, end):
            if left <= 0:
                return at
            left -= self._width(text[at])
        return end

    def range(self, start: int, end: int) -> Range:
        """Return the range between two offsets."""
        return (self.place(start), self.place(end))

    def of_span(self, span: Span) -> Range:
        """Return the range of a span; of an older text, as far as this one goes."""
        return self.range(
            self._at(span.line, span.column), self._at(span.end_line, span.end_column)
        )

    def _at(self, line: int, column: int) -> int:
        starts = self.source.table.starts
        if line >= len(starts):
            return len(self.source.text)
        return min(starts[line - 1] + column - 1, starts[line])

    def _width(self, text: str) -> int:
        if self.units == "utf-32" or text.isascii():
            return len(text)
        if self.units == "utf-8":
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text) + sum(ord(letter) >= _BEYOND_BASIC for letter in text)
