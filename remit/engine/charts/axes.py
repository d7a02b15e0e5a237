"""The two sides of a table of letters: what its rows and its columns are called and grouped by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from remit.engine.charts.chart import Answers, Setting
from remit.engine.charts.codes import is_nothing
from remit.engine.charts.heads import dimension_name, head_kind, is_stage_word
from remit.engine.charts.meanings import folded
from remit.engine.charts.sheet import Sheet, column_name
from remit.engine.charts.table import Table, is_wide

__all__ = ["Axis", "Line", "column_axis", "recurs", "row_axis"]

_NUMBER = re.compile(
    r"[A-Za-z]{0,4}[.\- ]?\d+(?:[.\-]\d+)*[.)、]?|[ivxIVX]+[.)]|[一二三四五六七八九十]+、?"
)
_HALF = 0.5
TOTALS = {"total", "totals", "sum", "合计", "总计", "小计", "共计"}
"""Labels of rows that count letters and are no activity."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row or a column of a table.

    Args:
        at: its index.
        label: what it is called.
        group: the heading over it, or empty.
        setting: what columns of stages say of it.
        place: the cell that names it.
    """

    at: int
    label: str
    group: str
    setting: Setting
    place: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """All rows, or all columns.

    Args:
        head: what stands over the labels, or empty.
        group_head: what stands over the groups, or empty.
        headings: places of rows taken for headings that are no merged cells.
        unread: heads of columns and labels of rows that were not read.
    """

    lines: tuple[Line, ...]
    head: str = ""
    group_head: str = ""
    headings: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(slots=True)
class _Columns:
    """What each column of labels holds."""

    label: int
    stages: list[int]
    groups: list[int]
    basis: list[int]
    unread: list[int]


def row_axis(table: Table, answers: Answers) -> Axis:
    """Return the rows of a table; none where only its heads are left."""
    sheet = table.sheet
    written = [row for row in table.rows if _has_letters(table, row) and not _is_head(table, row)]
    if not written:
        return Axis(())
    columns = _columns(table, written)
    usual = Counter(_filled(table, row) for row in written).most_common(1)[0][0]
    styles = {_style(table, row) for row in written}
    key = f"headings/{sheet.name}"
    answered = {place.strip().upper() for place in answers.get(key).split(",")}
    lines: list[Line] = []
    headings: list[str] = []
    totals: list[str] = []
    section = ""
    last: dict[int, str] = {}
    for row in table.rows:
        is_blank = not any(sheet.text(row, column) for column in (*table.labels, *table.letters))
        if is_blank or _is_head(table, row):
            continue
        if folded(sheet.text(row, columns.label)) in TOTALS:
            totals.append(sheet.text(row, columns.label))
            continue
        place = sheet.place(row, _first_filled(table, row))
        is_wanted = place.rpartition("!")[2] in answered or "ACTIVITIES" in answered
        is_short = not _has_letters(table, row) and (
            usual == 1
            or _filled(table, row) != usual
            or _style(table, row) not in styles
            or is_stage_word(sheet.text(row, columns.label))
        )
        if is_short and not is_wanted:
            section, last = sheet.text(row, columns.label), {}
            section = section or sheet.text(row, _first_filled(table, row))
            if not _is_merged(sheet, row) and not is_stage_word(section):
                headings.append(place)
            continue
        lines.append(_line(table, columns, row, section, last))
    heads = [_head(table, column) for column in (columns.label, *columns.groups[:1])]
    unread = (*(_head(table, c) or column_name(c) for c in columns.unread), *totals)
    return Axis(tuple(lines), heads[0], heads[1] if heads[1:] else "", tuple(headings), unread)


def column_axis(table: Table) -> Axis:
    """Return the columns of letters of a table."""
    sheet = table.sheet
    lines = [
        Line(
            column,
            sheet.text(table.head, column),
            sheet.text(table.above, column) if table.above is not None else "",
            (),
            sheet.place(table.head, column),
        )
        for column in table.letters
    ]
    lines = [replace(one, group="") if one.group == one.label else one for one in lines]
    groups = {line.group for line in lines} - {""}
    if len(groups) == 1 and not is_stage_word(next(iter(groups))):
        # WHY: one text over all columns says what they are, as "Departments" does.
        return Axis(tuple(replace(one, group="") for one in lines), next(iter(groups)))
    turned = [replace(one, label=one.group, group=one.label) for one in lines]
    is_turned = (
        bool(groups)
        and all(one.group for one in lines)
        and recurs(turned)
        and all(is_stage_word(one.label) for one in lines)
        and not any(is_stage_word(one.group) for one in lines)
    )
    return Axis(tuple(turned if is_turned else lines))


def recurs(lines: Sequence[Line]) -> bool:
    """Return whether most labels stand in more than one group."""
    groups: dict[str, set[str]] = {}
    for line in lines:
        groups.setdefault(line.label, set()).add(line.group)
    several = sum(len(found) > 1 for found in groups.values())
    return several > 0 and several >= _HALF * len(groups)


def _columns(table: Table, rows: Sequence[int]) -> _Columns:
    kinds = {column: head_kind(_head(table, column)) for column in table.labels}
    found = _Columns(table.labels[0], [], [], [], [])
    found.basis = [c for c in (*table.labels, *table.beside) if _is_basis(table, c)]
    found.stages = [column for column, kind in kinds.items() if kind == "stage"]
    aside = {*found.basis, *found.stages}
    plain = [
        column
        for column in table.labels
        if column not in aside
        and kinds[column] not in {"number", "note"}
        and not _is_numbers(table, column, rows)
    ]
    plain = plain or [column for column in table.labels if column not in aside]
    plain = plain or list(table.labels)
    found.label = max(
        plain, key=lambda c: (_distinct(table, c, rows), kinds[c] in {"activity", "party"}, c)
    )
    for column in plain:
        if column == found.label:
            continue
        if column < found.label and _distinct(table, column, rows) <= _HALF * len(rows) + 1:
            found.groups.append(column)
        else:
            found.unread.append(column)
    found.stages = [column for column in found.stages if column != found.label]
    found.unread += [column for column in table.beside if column not in found.basis]
    return found


def _is_basis(table: Table, column: int) -> bool:
    return head_kind(_head(table, column)) == "basis"


def _line(table: Table, columns: _Columns, row: int, section: str, last: dict[int, str]) -> Line:
    sheet = table.sheet
    for column in (*columns.groups, *columns.stages):
        last[column] = sheet.text(row, column) or last.get(column, "")
    parts = [section, *(last[column] for column in columns.groups)]
    setting = tuple(
        (dimension_name(_head(table, column)), last[column])
        for column in columns.stages
        if last[column] and not is_nothing(last[column])
    )
    label = sheet.text(row, columns.label)
    if not label:
        filled = [sheet.text(row, column) for column in table.labels]
        label = next((text for text in reversed(filled) if text), "")
    basis = "; ".join(filter(None, (sheet.text(row, column) for column in columns.basis)))
    place = sheet.place(row, columns.label)
    return Line(row, label, " / ".join(filter(None, parts)), setting, place, basis)


def _head(table: Table, column: int) -> str:
    own = table.sheet.text(table.head, column)
    if own or table.above is None:
        return own
    return table.sheet.text(table.above, column)


def _is_numbers(table: Table, column: int, rows: Sequence[int]) -> bool:
    texts = [text for row in rows if (text := table.sheet.text(row, column))]
    numbers = sum(_NUMBER.fullmatch(text) is not None for text in texts)
    return numbers > _HALF * len(texts) or not texts


def _distinct(table: Table, column: int, rows: Sequence[int]) -> int:
    return len({table.sheet.text(row, column) for row in rows} - {""})


def _style(table: Table, row: int) -> str:
    """Return how a row is numbered: `1`, `1.1`, `一`; headings are often numbered otherwise."""
    number = table.sheet.text(row, _first_filled(table, row))
    if not _NUMBER.fullmatch(number):
        return ""
    plain = re.sub(r"\d+", "9", re.sub(r"[一二三四五六七八九十]+", "一", number))
    return re.sub(r"[ivxIVX]+", "i", plain).rstrip(".)、")


def _has_letters(table: Table, row: int) -> bool:
    return any(table.sheet.text(row, column) for column in table.letters)


def _filled(table: Table, row: int) -> int:
    return sum(bool(table.sheet.text(row, column)) for column in table.labels)


def _first_filled(table: Table, row: int) -> int:
    filled = (column for column in table.labels if table.sheet.text(row, column))
    return next(filled, table.labels[0])


def _is_head(table: Table, row: int) -> bool:
    """Return whether the heads are written once more, as on a new page."""
    sheet = table.sheet
    return all(sheet.text(row, c) == sheet.text(table.head, c) for c in table.letters)


def _is_merged(sheet: Sheet, row: int) -> bool:
    return any(merge.top == row and is_wide(merge, sheet) for merge in sheet.merges)
