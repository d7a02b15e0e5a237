"""A chart on a terminal: as many columns a page as fit its width, the rows' names on each.

Widths are those of the terminal's cells, where a Chinese letter takes two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, chop_cells
from rich.text import Text

from remit.cli.charts.fields import Field, Fields
from remit.cli.screen import clean
from remit.engine.wording import tell

__all__ = ["drawn", "wrapped"]

WIDEST_FIELD = 22
"""Cells of a field; what is longer goes on in the next line."""
WIDEST_HEAD = 12
"""Cells of a column's head, where its fields and the words in it are narrower."""
MOST_HEAD_LINES = 4
"""Lines of a column's head; what is longer is cut, and told whole below."""
NARROWEST = 24
"""Cells of a terminal below which nothing is narrowed any more."""
GAP = 2
STYLES = {"gap": "bold red", "overlap": "bold yellow", "idle": "dim"}
Line = list[tuple[str, str]]
"""Pieces of text with their styles."""


@dataclass(frozen=True, slots=True)
class _Column:
    at: int
    width: int
    head: tuple[str, ...]


def drawn(fields: Fields, width: int) -> Iterator[Text]:
    """Yield the lines of a chart, then its legend and its notes.

    Args:
        width: of the terminal, in cells.
    """
    width = max(width, NARROWEST)
    longest = max(map(cell_len, (*fields.rows, " \\ ".join(fields.corner))), default=0)
    side = min(longest, max(12, width // 3))
    cut: list[str] = []
    columns = [_column(at, fields, width - side - GAP, cut) for at in range(len(fields.columns))]
    pages = list(_pages(columns, width - side))
    for number, page in enumerate(pages, 1):
        if number > 1:
            yield Text()
        if len(pages) > 1:
            yield Text(
                tell("columns, page {number} of {all}", number=number, all=len(pages)), "dim"
            )
        yield from _page(fields, page, side)
    if not columns or not fields.rows:
        yield Text(tell("there is nothing to show"))
    yield from _below(fields, cut, width)


def _below(fields: Fields, cut: Sequence[str], width: int) -> Iterator[Text]:
    lines = [(line, "dim") for line in fields.legend]
    if cut:
        lines.append((tell("… cut short: {names}", names="; ".join(cut)), "dim"))
    lines += [(line, "") for line in fields.remarks]
    yield Text()
    for line, style in lines:
        yield from (Text(part, style) for part in wrapped(clean(line), width, indent=2))
    for note in fields.notes:
        told = f"[{note.number}] {note.where[0]} × {note.where[1]}: {note.words}"
        style = STYLES[note.kind]
        yield from (Text(part, style) for part in wrapped(clean(told), width, indent=4))
        event = tell("for example {event}", event=note.witness)
        yield from (Text(f"    {part}") for part in wrapped(clean(event), width - 4, indent=2))
    yield Text(clean(fields.summary), "bold" if fields.has_faults else "bold green")


def _column(at: int, fields: Fields, room: int, cut: list[str]) -> _Column:
    parts = [words for line in fields.fields for words, _ in _words(line[at])]
    inside = min(max(map(cell_len, parts), default=0), WIDEST_FIELD)
    name = clean(fields.columns[at])
    words = max(map(cell_len, _words_of(name)), default=0)
    width = min(max(inside, min(cell_len(name), WIDEST_HEAD), min(words, WIDEST_FIELD), 2), room)
    head = wrapped(name, width)
    if len(head) > MOST_HEAD_LINES:
        last = chop_cells(head[MOST_HEAD_LINES - 1], max(1, width - 1))[0]
        head = (*head[: MOST_HEAD_LINES - 1], f"{last}…")
        cut.append(name)
    return _Column(at, width, tuple(head))


def _pages(columns: Sequence[_Column], room: int) -> Iterator[list[_Column]]:
    page: list[_Column] = []
    used = 0
    for column in columns:
        if page and used + GAP + column.width > room:
            yield page
            page, used = [], 0
        page.append(column)
        used += GAP + column.width
    if page:
        yield page


def _page(fields: Fields, columns: Sequence[_Column], side: int) -> Iterator[Text]:
    corner = wrapped(clean(" \\ ".join(fields.corner)), side)
    heads = [corner, *(column.head for column in columns)]
    widths = [side, *(column.width for column in columns)]
    tallest = max(map(len, heads))
    raised = [["", *[""] * (tallest - len(head) - 1), *head][-tallest:] for head in heads]
    yield from _joined([[(part, "bold") for part in head] for head in raised], widths)
    yield Text("  ".join("─" * width for width in widths), "dim")
    for name, line in zip(fields.rows, fields.fields, strict=True):
        parts: list[Line] = [[(part, "") for part in wrapped(clean(name), side)]]
        parts += [_inside(line[column.at], column.width) for column in columns]
        yield from _joined(parts, widths)


def _inside(field: Field, width: int) -> Line:
    return [
        (part, style) for words, style in _words(field) for part in wrapped(clean(words), width)
    ]


def _joined(parts: Sequence[Line], widths: Sequence[int]) -> Iterator[Text]:
    """Yield the lines of a row whose fields have several."""
    for number in range(max(map(len, parts))):
        text = Text()
        for at, (field, width) in enumerate(zip(parts, widths, strict=True)):
            words, style = field[number] if number < len(field) else ("", "")
            text.append(" " * GAP if at else "").append(words, style)
            text.append(" " * (width - cell_len(words)))
        text.rstrip()
        yield text


def _words(field: Field) -> Iterator[tuple[str, str]]:
    """Yield the lines of a field with their styles."""
    for piece in field.pieces:
        yield piece.marked, STYLES.get(piece.kind, "")


def wrapped(text: str, width: int, indent: int = 0) -> tuple[str, ...]:
    """Return a text in lines of at most `width` cells, broken at spaces and behind hyphens.

    Args:
        indent: how far all lines but the first are indented.
    """
    lines: list[str] = []
    line = ""
    for word in _words_of(text):
        room = width - (indent if lines else 0)
        if line and cell_len(line + word.rstrip()) > room:
            lines.append(line.rstrip())
            line = ""
            room = width - indent
        first, *rest = chop_cells(word.rstrip(), room) if cell_len(word.rstrip()) > room else [word]
        line += first
        for part in rest:
            lines.append(line)
            line = part
    lines.append(line.rstrip())
    return tuple(f"{' ' * indent if number else ''}{part}" for number, part in enumerate(lines))


def _words_of(text: str) -> list[str]:
    """Return the pieces a text may be broken into; wide letters stand for themselves."""
    found: list[str] = re.findall(r"[^ -]*-+|[^ -]+ *| +", text)
    pieces: list[str] = []
    for word in found:
        if word.isascii():
            pieces.append(word)
        else:
            pieces += re.findall(r"[\x00-\u2e7f]+|[^\x00-\u2e7f]", word)
    return pieces
