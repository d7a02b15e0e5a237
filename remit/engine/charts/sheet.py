"""A sheet of cells as it was read, whatever the file: texts, merges, what is hidden, colours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

__all__ = ["Merge", "Sheet", "cell_name", "clean_text", "column_name"]

LONGEST_CELL = 5_000
"""Characters kept of a cell; a label has at most 10,000 in a pack."""
_UNWELCOME = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\ufffe\uffff\ud800-\udfff]"
)
"""Characters that no text of a pack may hold, and marks that nobody sees."""
_LETTERS = 26


@dataclass(frozen=True, slots=True)
class Merge:
    """A block of cells merged into one; rows and columns from 0, both ends in."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of cells.

    Args:
        name: of the sheet, or of the file where it has only one.
        rows: the texts, row by row; rows may differ in length.
        first_row: number of the first row, as a spreadsheet or an editor counts.
        hidden_rows: indexes of rows that are not shown; so for columns.
        is_hidden: whether the sheet itself is not shown.
        fills: colours of cells that have one, by row and column.
        dates: cells that hold a day or a time, written as ISO 8601.
        comments: how many cells of the workbook have a comment; told with its first sheet.
    """

    name: str
    rows: tuple[tuple[str, ...], ...]
    first_row: int = 1
    merges: tuple[Merge, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    is_hidden: bool = False
    fills: Mapping[tuple[int, int], str] = field(default_factory=dict)
    dates: frozenset[tuple[int, int]] = frozenset()
    comments: int = 0

    @property
    def width(self) -> int:
        """Cells of the longest row."""
        return max(map(len, self.rows), default=0)

    def text(self, row: int, column: int) -> str:
        """Return the text of a cell in one line; nothing past the edge."""
        return " ".join(self.raw(row, column).split())

    def raw(self, row: int, column: int) -> str:
        """Return the text of a cell with its line breaks; nothing past the edge."""
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return ""
        return self.rows[row][column]

    def place(self, row: int, column: int) -> str:
        """Return a cell's place as people write it: `Sheet1!C7`."""
        return f"{self.name}!{column_name(column)}{row + self.first_row}"

    def row_place(self, row: int) -> str:
        """Return a row's place: `Sheet1!7`."""
        return f"{self.name}!{row + self.first_row}"

    def filled_rows(self) -> Iterator[int]:
        """Yield the indexes of rows that are not blank."""
        return (at for at, row in enumerate(self.rows) if any(cell.strip() for cell in row))

    def with_cells(self, corrected: Mapping[str, str]) -> Sheet:
        """Return the sheet with cells changed, by place."""
        found = {_index(self, place): text for place, text in corrected.items()}
        found = {at: text for at, text in found.items() if at is not None}
        if not found:
            return self
        rows = [list(row) for row in self.rows]
        for at, text in found.items():
            row, column = at or (0, 0)
            rows.extend([] for _ in range(row + 1 - len(rows)))
            rows[row].extend("" for _ in range(column + 1 - len(rows[row])))
            rows[row][column] = clean_text(text)
        return replace(self, rows=tuple(map(tuple, rows)), dates=self.dates - found.keys())


def clean_text(text: str, longest: int = LONGEST_CELL) -> str:
    """Return a text without what steers a terminal or no pack may hold.

    Args:
        longest: characters that are kept.
    """
    return _UNWELCOME.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))[:longest]


def column_name(column: int) -> str:
    """Return the letters of a column, from 0: A, Z, AA."""
    name = ""
    at = column + 1
    while at:
        at, rest = divmod(at - 1, _LETTERS)
        name = chr(ord("A") + rest) + name
    return name


def cell_name(text: str) -> tuple[str, int] | None:
    """Return the column letters and the row number of `C7`; `None` if it is no cell."""
    found = re.fullmatch(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})", text)
    return None if found is None else (found[1].upper(), int(found[2]))


def _index(sheet: Sheet, place: str) -> tuple[int, int] | None:
    name, mark, cell = place.rpartition("!")
    found = cell_name(cell)
    if found is None or (mark and name != sheet.name):
        return None
    column = 0
    for letter in found[0]:
        column = column * _LETTERS + ord(letter) - ord("A") + 1
    row = found[1] - sheet.first_row
    return (row, column - 1) if 0 <= row <= len(sheet.rows) + 1 else None
