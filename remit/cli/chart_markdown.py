"""Tables in Markdown as sheets: a row is a line of the file, so that places can be found again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from remit.engine.charts.sheet import Sheet, clean_text

__all__ = ["markdown_sheets"]

LONGEST_LINE = 100_000
"""Characters of a line that are read; a row of a hundred columns has some thousands."""
_LONGEST_RULE = 5_000
_RULE = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_CELL = re.compile(r"(?<!\\)\|")
_MARKS = re.compile(r"\*\*(?P<bold>[^*]+)\*\*|__(?P<under>[^_]+)__|`(?P<code>[^`]+)`")
_LINK = re.compile(r"\[(?P<text>[^\]]+)\]\([^)]*\)")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def markdown_sheets(name: str, text: str) -> tuple[Sheet, ...]:
    """Return a sheet for each table, with the lines around it in their first column.

    Args:
        name: of the file; a second table is called after the heading above it.
    """
    lines = _clean_lines(text)
    tables = list(_tables(lines))
    found: list[Sheet] = []
    for number, (start, end) in enumerate(tables):
        top = tables[number - 1][1] if number else 0
        bottom = tables[number + 1][0] if number + 1 < len(tables) else len(lines)
        rows = [_row(line, is_table=start <= at < end) for at, line in _slice(lines, top, bottom)]
        title = _heading(lines, start) if len(tables) > 1 else ""
        own = title or (f"{name} {number + 1}" if len(tables) > 1 else name)
        if any(sheet.name == own for sheet in found):
            own = f"{own} ({number + 1})"
        found.append(Sheet(own, tuple(rows), first_row=top + 1))
    return tuple(found)


def _clean_lines(text: str) -> list[str]:
    """Return the lines of a text without what no pack may hold."""
    return [clean_text(line, LONGEST_LINE) for line in text.splitlines()]


def _slice(lines: Sequence[str], top: int, bottom: int) -> Iterator[tuple[int, str]]:
    return ((at, lines[at]) for at in range(top, bottom))


def _tables(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the first line of each table and the line behind its last."""
    at = 0
    while at + 1 < len(lines):
        if "|" in lines[at] and "|" in lines[at + 1] and _is_rule(lines[at + 1]):
            end = at + 2
            while end < len(lines) and "|" in lines[end]:
                end += 1
            yield at, end
            at = end
        else:
            at += 1


def _row(line: str, *, is_table: bool) -> tuple[str, ...]:
    if not is_table:
        return (line.lstrip("#> ").strip(),)
    if _is_rule(line):
        return ()
    inner = line.strip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return tuple(_cell(cell) for cell in _CELL.split(inner))


def _is_rule(line: str) -> bool:
    return len(line) <= _LONGEST_RULE and _RULE.fullmatch(line.strip()) is not None


def _cell(text: str) -> str:
    plain = _BREAK.sub("\n", text.replace("\\|", "|").strip())
    plain = _LINK.sub(lambda found: found["text"], plain)
    return _MARKS.sub(lambda found: found["bold"] or found["under"] or found["code"], plain)


def _heading(lines: Sequence[str], start: int) -> str:
    for at in range(start - 1, -1, -1):
        if lines[at].startswith("#"):
            return lines[at].lstrip("# ").strip()
        if "|" in lines[at]:
            return ""
    return ""
