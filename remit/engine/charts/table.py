"""Where the table of letters is on a sheet: heads, labels, letters, and what stands around it.

A column holds letters if it holds more of them than of other texts. The heads are the last row
above the letters that names at least half of these columns; the labels stand to their left.
Cost: linear in the cells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from remit.engine.charts.codes import TICKS, Codes, is_nothing, is_strict, read_codes
from remit.engine.charts.heads import head_kind
from remit.engine.charts.sheet import Merge, Sheet

__all__ = ["MOST_FILLED", "Table", "find_table", "is_wide", "with_merges_filled"]

MOST_FILLED = 200_000
"""Cells that merges may fill; of more, only what fits is filled."""
MOST_HEADS = 8
"""Rows looked at above the letters."""
_HALF = 0.5
_FEW = 3
_Codes = Mapping[tuple[int, int], Codes]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of letters on a sheet; all rows and columns are indexes.

    Args:
        sheet: with its merges filled.
        head: the row that names the letter columns.
        above: a second row of heads above it, or `None`.
        below: a row of letters below it that says what a tick means, or `None`.
        labels: columns left of the letters that hold anything.
        letters: columns of letters.
        beside: columns right of the first letter that hold other things.
        rows: of the body.
    """

    sheet: Sheet
    codes: _Codes
    head: int
    above: int | None
    below: int | None
    labels: tuple[int, ...]
    letters: tuple[int, ...]
    beside: tuple[int, ...]
    rows: range

    def outside(self) -> Iterator[tuple[int, int]]:
        """Yield the filled cells that are no part of the table."""
        top = self.head if self.above is None else self.above
        inside = {*self.labels, *self.letters, *self.beside}
        for row in self.sheet.filled_rows():
            for column in range(len(self.sheet.rows[row])):
                is_in = top <= row < self.rows.stop and column in inside
                if not is_in and self.sheet.text(row, column):
                    yield row, column


def with_merges_filled(sheet: Sheet) -> Sheet:
    """Return a sheet in which every cell of a merge says what the merge says, but for titles."""
    if not sheet.merges:
        return sheet
    rows = [list(row) for row in sheet.rows]
    left = MOST_FILLED
    for merge in sheet.merges:
        text = sheet.raw(merge.top, merge.left)
        if not text.strip() or is_wide(merge, sheet):
            continue
        for row in range(merge.top, min(merge.bottom + 1, len(rows))):
            end = min(merge.right + 1, sheet.width)
            left -= end - merge.left
            if left < 0:
                break
            rows[row].extend("" for _ in range(end - len(rows[row])))
            rows[row][merge.left : end] = [text] * (end - merge.left)
    return replace(sheet, rows=tuple(map(tuple, rows)))


def is_wide(merge: Merge, sheet: Sheet) -> bool:
    """Return whether a merge is a title or a heading across the table."""
    width = merge.right - merge.left + 1
    return merge.left == 0 and width >= _FEW and width > _HALF * sheet.width


def find_table(sheet: Sheet) -> Table | None:
    """Return the table of letters on a sheet; `None` if there is none."""
    codes = {
        (row, column): found
        for row in sheet.filled_rows()
        for column, text in enumerate(sheet.rows[row])
        if text and (found := read_codes(text)) is not None
    }
    letters = _letter_columns(sheet, codes)
    while letters:
        table = _table(sheet, codes, letters)
        if table is None:
            return None
        kept = _with_heads(table)
        if kept == letters:
            return _widened(table)
        letters = kept
    return None


def _with_heads(table: Table) -> tuple[int, ...]:
    """Return the columns of letters that have a head; not those of a legend beside the table."""
    named = [c for c in table.letters if table.sheet.text(table.head, c)]
    codes = {
        column
        for column in named
        if (found := table.codes.get((table.head, column))) is not None
        and is_strict(found, table.sheet.text(table.head, column))
    }
    others = [column for column in named if column not in codes]
    if not others:
        return tuple(named)
    return tuple(c for c in named if c not in codes or c < others[-1])


def _letter_columns(sheet: Sheet, codes: _Codes) -> tuple[int, ...]:
    first: dict[int, int] = {}
    values: dict[int, list[str]] = {}
    for (row, column), found in codes.items():
        first.setdefault(column, row)
        values.setdefault(column, []).extend(found.codes)
    others: Counter[int] = Counter()
    for row in sheet.filled_rows():
        for column, text in enumerate(sheet.rows[row]):
            if column in first and row > first[column] and not is_nothing(text):
                others[column] += (row, column) not in codes
    found_in = Counter(column for _, column in codes)
    return tuple(
        column
        for column in sorted(first)
        if found_in[column] > others[column] and not _is_numbering(values[column], column)
    )


def _is_numbering(values: Sequence[str], column: int) -> bool:
    """Return whether a column of single signs counts rows instead of giving letters."""
    if all(value.isdigit() for value in values):
        return len(set(values)) > 1 or len(values) == 1
    is_run = all(ord(after) - ord(one) == 1 for one, after in _pairs(values))
    return column == 0 or (is_run and len(values) >= _FEW and values[0] == "A")


def _pairs(values: Sequence[str]) -> Iterator[tuple[str, str]]:
    singles = [value for value in values if len(value) == 1]
    return pairwise(singles)


def _table(sheet: Sheet, codes: _Codes, letters: tuple[int, ...]) -> Table | None:
    rows = _letter_rows(sheet, codes, letters)
    if not rows:
        return None
    below = _row_of_letters(codes, letters, rows)
    body = rows[1:] if below is not None else rows
    if not body:
        return None
    start = rows[0] if below is not None else body[0]
    head = _head_row(sheet, letters, start, 1 if below is not None else _HALF * len(letters))
    if head is None:
        return None
    if below is not None:
        sheet = _spread(sheet, head, letters)
    labels = tuple(
        column
        for column in range(letters[0])
        if any(sheet.text(row, column) for row in range(head, body[-1] + 1))
    )
    if not labels:
        return None
    top = body[0]
    while top - 1 > (head if below is None else below):
        top -= 1
    above = _row_above(sheet, head, labels, letters)
    if above is not None:
        sheet = _spread(sheet, above, letters)
    return Table(sheet, codes, head, above, below, labels, letters, (), range(top, body[-1] + 1))


def _letter_rows(sheet: Sheet, codes: _Codes, letters: Sequence[int]) -> list[int]:
    """Return the rows that hold letters, without heads that look like them, as `PM` does."""
    rows = sorted({row for row, column in codes if column in set(letters)})
    while rows and _looks_like_heads(sheet, codes, letters, rows[0]):
        rows = rows[1:]
    return rows


def _looks_like_heads(sheet: Sheet, codes: _Codes, letters: Sequence[int], row: int) -> bool:
    texts = {c: text for c in letters if not is_nothing(text := sheet.text(row, c))}
    found = {c: codes[row, c] for c in texts if (row, c) in codes}
    own = [text for c in range(letters[0]) if (text := sheet.text(row, c))]
    if any(is_strict(one, texts[c]) for c, one in found.items()):
        # WHY one word: bodies may be called A and B, under `Task`; an activity is seldom one such.
        return any(head_kind(text) in {"activity", "party"} and " " not in text for text in own)
    return len(found) * 2 <= len(texts) or not own or any(map(head_kind, own))


def _row_of_letters(codes: _Codes, letters: Sequence[int], rows: Sequence[int]) -> int | None:
    """Return the first row if it says what the ticks below it mean."""
    first, rest = rows[0], set(rows[1:])
    below = {
        code
        for (row, column), found in codes.items()
        if row in rest and column in letters
        for code in found.codes
    }
    own = [codes[first, column].codes for column in letters if (first, column) in codes]
    named = [code for found in own for code in found]
    is_own = len(own) > _HALF * len(letters) and not TICKS.intersection(named)
    return first if below and below <= TICKS and is_own else None


def _head_row(sheet: Sheet, letters: Sequence[int], start: int, fewest: float) -> int | None:
    for row in range(start - 1, max(start - 1 - MOST_HEADS, -1), -1):
        named = sum(bool(sheet.text(row, column)) for column in letters)
        if named and named >= fewest:
            return row
    return None


def _spread(sheet: Sheet, row: int, letters: Sequence[int]) -> Sheet:
    """Return the sheet with blank heads filled from the left, as a merge would show them."""
    if sheet.merges:
        return sheet
    cells = [sheet.text(row, column) for column in range(sheet.width)]
    for column in range(letters[0] + 1, letters[-1] + 1):
        cells[column] = cells[column] or cells[column - 1]
    return replace(sheet, rows=(*sheet.rows[:row], tuple(cells), *sheet.rows[row + 1 :]))


def _row_above(
    sheet: Sheet, head: int, labels: Sequence[int], letters: Sequence[int]
) -> int | None:
    """Return the row above the heads if it names groups of columns."""
    # WHY one blank row: a table in Markdown has its rule there.
    filled = (row for row in (head - 1, head - 2) if row >= 0 and any(sheet.rows[row]))
    above = next(filled, None)
    if above is None:
        return None
    groups = {sheet.text(above, column) for column in letters} - {""}
    heads = {sheet.text(head, column) for column in labels}
    own = {sheet.text(above, column) for column in labels} - {""}
    return above if groups and (own <= heads or _are_heads(own)) else None


def _are_heads(texts: set[str]) -> bool:
    return bool(texts) and all(head_kind(text) is not None for text in texts)


def _widened(table: Table) -> Table:
    """Return the table with the columns that have a head and no letter, and those beside."""
    sheet = table.sheet
    letters, beside = set(table.letters), []
    for column in range(table.letters[0], sheet.width):
        if column in letters:
            continue
        head = sheet.text(table.head, column)
        if not head:
            if column > table.letters[-1]:
                break
            continue
        is_blank = not any(sheet.text(row, column) for row in table.rows)
        if is_blank and head_kind(head) not in {"basis", "note"}:
            letters.add(column)
        else:
            beside.append(column)
    return replace(table, letters=tuple(sorted(letters)), beside=tuple(beside))
