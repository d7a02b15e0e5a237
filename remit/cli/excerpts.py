"""Pieces of files with signs under the places of a message, aligned under letters of any width.

```text
  --> subjects/office.yaml:41:37
   |
41 |     when: {hazard: epidemic, stage: [early, mid-term]}
   |                                     ^^^^^^^^^^^^^^^^^ stops here
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.cells import cell_len
from rich.text import Text

from remit.cli.screen import clean
from remit.cli.sources import Lines
from remit.engine.spans import Span
from remit.engine.wording import tell

__all__ = ["WIDEST_LINE", "Mark", "excerpt", "gutter_width"]

WIDEST_LINE = 120
"""Code points of a line shown whole; of a longer one, a window around the place."""
BEFORE = 40
"""Code points of a window before the place."""
GUTTER = "blue"


@dataclass(frozen=True, slots=True)
class Mark:
    """One place with what it shows.

    Args:
        style: colour of its signs and words, as rich names it.
    """

    span: Span
    label: str
    is_primary: bool
    style: str

    @property
    def sign(self) -> str:
        """What stands under the place: the main place and the others differ without colour too."""
        return "^" if self.is_primary else "-"


@dataclass(frozen=True, slots=True)
class _Shown:
    """A line, or a window of it: `start` code points are left out before it."""

    text: str
    start: int
    cut_before: bool
    cut_after: bool

    @property
    def before(self) -> str:
        return "…" if self.cut_before else ""

    def whole(self) -> str:
        return self.before + clean(self.text) + ("…" if self.cut_after else "")


def gutter_width(marks: Sequence[Mark]) -> int:
    """Return the digits of the largest line number."""
    return max((len(str(mark.span.line)) for mark in marks), default=1)


def excerpt(marks: Sequence[Mark], lines: Lines, width: int) -> Iterator[Text]:
    """Yield the lines of an excerpt: the file of the first mark first, then the others.

    Args:
        marks: the main place first.
        lines: where the text comes from.
        width: digits kept for line numbers.
    """
    files = list(dict.fromkeys(mark.span.file for mark in marks))
    for at, file in enumerate(files):
        here = [mark for mark in marks if mark.span.file == file]
        main = min(here, key=lambda mark: (not mark.is_primary, mark.span))
        arrow = "-->" if at == 0 else ":::"
        head = Text(" " * width)
        head.append(f"{arrow} ", GUTTER).append(clean(str(main.span)))
        body = list(_body(sorted(here, key=lambda mark: mark.span), lines, width))
        if not body and main.label:
            head.append(f" {clean(main.label)}", main.style)
        yield head
        if body:
            yield _gutter(width)
        yield from body


def _body(marks: Sequence[Mark], lines: Lines, width: int) -> Iterator[Text]:
    last = None
    for number, group in groupby(marks, key=lambda mark: mark.span.line):
        text = lines.line(marks[0].span.file, number)
        if text is None:
            continue
        if last is not None and number > last + 1:
            yield Text("..." + " " * max(0, width - 2), GUTTER)
        last = number
        yield from _line(number, text, list(group), width)


def _line(number: int, text: str, marks: Sequence[Mark], width: int) -> Iterator[Text]:
    if len(text) <= WIDEST_LINE:
        shown = _Shown(text, 0, cut_before=False, cut_after=False)
        yield _source_line(number, shown, width)
        for mark in marks:
            yield _underline(mark, shown, width)
        return
    for mark in marks:
        shown = _window(text, mark.span.column - 1)
        yield _source_line(number, shown, width)
        yield _underline(mark, shown, width)


def _window(text: str, column: int) -> _Shown:
    start = max(0, min(column, len(text)) - BEFORE)
    piece = text[start : start + WIDEST_LINE]
    return _Shown(piece, start, start > 0, start + WIDEST_LINE < len(text))


def _source_line(number: int, shown: _Shown, width: int) -> Text:
    line = Text(f"{number:>{width}} |", GUTTER)
    text = shown.whole().rstrip()
    return line.append(f" {text}", "default") if text else line


def _underline(mark: Mark, shown: _Shown, width: int) -> Text:
    first = max(0, mark.span.column - 1 - shown.start)
    ends_here = mark.span.end_line == mark.span.line
    last = mark.span.end_column - 1 - shown.start if ends_here else len(shown.text.rstrip())
    indent = cell_len(shown.before + clean(shown.text[:first]))
    signs = cell_len(shown.before + clean(shown.text[:last])) - indent
    label = mark.label
    if not ends_here:
        label = tell("{label} (to line {line})", label=label, line=mark.span.end_line).lstrip()
    line = _gutter(width).append(" " * (indent + 1))
    line.append(mark.sign * max(1, signs), mark.style)
    return line.append(f" {clean(label)}", mark.style) if label else line


def _gutter(width: int) -> Text:
    return Text(" " * (width + 1) + "|", GUTTER)
