"""Duties written as a table, one a row: the same duties as in YAML, with their places in the table.

Idea: the words of a column repeat, so each word is read once, by the type that reads it in YAML,
and then known; only names and places are new in every row.
Cost: about ten microseconds a duty.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import cast

from remit.engine.conditions import Box, Condition, Constraint
from remit.engine.intervals import IntervalSet
from remit.engine.language.csv_rows import Row, read_rows
from remit.engine.language.model.base import INVALID, Invalid, Reading, Reference
from remit.engine.language.model.table_cells import Cell
from remit.engine.language.model.table_columns import NOTHING, Column, read_headings
from remit.engine.language.problems import in_ticks
from remit.engine.language.sources import KeySpans
from remit.engine.language.yaml_nodes import Node, ScalarNode, SequenceNode
from remit.engine.pack import Duty, DutyReference, Letter, Validity
from remit.engine.spans import Span
from remit.engine.texts import Text
from remit.engine.wording import tell

__all__ = ["MOST_ROWS", "TableDuties", "read_duty_table"]

MOST_ROWS = 500_000
"""Duties of one table."""
_REQUIRED = ("id", "activity", "role")
_FRESH = frozenset({"id", "exception_to"})
"""Columns whose words hardly repeat, or lie in another place in every row."""
_NAMES = frozenset({"activity", "subject"})
"""Columns of which every cell names something declared elsewhere."""
Places = dict[str, tuple[int, int]]


class TableDuties:
    """What one table holds.

    Args:
        duties: those that can be read, in order.
        ids: subject and id of every row that has both, also where the rest of it has errors.
        is_whole: whether no row was lost.
    """

    __slots__ = ("duties", "ids", "is_whole")

    def __init__(self) -> None:
        self.duties: list[Duty] = []
        self.ids: list[tuple[str, str]] = []
        self.is_whole = True


class _Found:
    """What was read of one row."""

    __slots__ = ("is_whole", "languages", "places", "unless", "until", "values", "when")

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self.when: dict[str, Constraint] = {}
        self.unless: dict[str, Constraint] = {}
        self.languages: dict[str, list[tuple[str, str]]] = {}
        self.places: Places = {}
        self.until = (0, 0)
        self.is_whole = True


def read_duty_table(reading: Reading, *, with_subject: bool) -> TableDuties:
    """Return the duties of a table; errors go to the problems of `reading`.

    Args:
        reading: of the table's file; its scope is the subject of all rows.
        with_subject: whether a column names the subject of each row instead.
    """
    table = TableDuties()
    rows = _Rows(reading)
    heading = next(rows, None)
    if heading is None:
        table.is_whole = False
        if rows.lost:
            return table
        here = ScalarNode("", False, 0, 0)  # noqa: FBT003 - as all nodes
        help_ = tell("begin with a row of headings: `id,activity,role`")
        reading.error(here, tell("the table has no headings"), help=help_)
        return table
    columns = read_headings(heading, reading, with_subject=with_subject)
    if isinstance(columns, Invalid):
        table.is_whole = False
        return table
    reader = _RowReader(reading, columns, with_subject=with_subject)
    for count, row in enumerate(rows, 1):
        if count > MOST_ROWS:
            start, end = row.place(0)
            here = ScalarNode("", False, start, end)  # noqa: FBT003 - as all nodes
            reading.error(
                here,
                tell("the table has more than {most_rows} rows", most_rows=MOST_ROWS),
                help=tell("split it"),
            )
            break
        reader.read(row, table)
    table.is_whole = rows.lost == 0
    return table


class _Rows(Iterator[Row]):
    """The rows of a table; `lost` counts the errors for which rows were left out."""

    def __init__(self, reading: Reading) -> None:
        self._problems = reading.problems
        self._rows = read_rows(reading.source, reading.problems)
        self.lost = 0

    def __next__(self) -> Row:
        before = len(self._problems)
        try:
            return next(self._rows)
        finally:
            self.lost += len(self._problems) - before


class _RowReader:
    """Reads the rows below one row of headings."""

    def __init__(self, reading: Reading, columns: list[Column], *, with_subject: bool) -> None:
        self.reading = reading
        self.columns = columns
        self.width = len(columns)
        self.with_subject = with_subject
        self.source = reading.source
        self.file = reading.source.file
        self.line = 1
        self.line_start = 0
        self.line_end = 0

    def read(self, row: Row, table: TableDuties) -> None:
        """Read one row, and add what it says to `table`."""
        if len(row.cells) != self.width and not self._fits(row):
            return
        found = self._cells(row)
        values = found.values
        subject = str(values.get("subject", "")) if self.with_subject else self.reading.scope
        if subject and "id" in values:
            table.ids.append((subject, str(values["id"])))
        if "subject" in found.places:
            del found.places["subject"]
        has_days = self._has_days_in_order(found)
        if self._has_required(row, found) and has_days and found.is_whole and subject:
            table.duties.append(self._duty(subject, found))

    def _cells(self, row: Row) -> _Found:
        self.line = row.line
        self.line_start = row.start
        starts = self.source.table.starts
        self.line_end = starts[row.line]
        found = _Found()
        places = row.places
        at = row.start
        for index, (column, raw) in enumerate(zip(self.columns, row.cells, strict=False)):
            if places is not None:
                start, end = places[index]
            else:
                start, end = at, at + len(raw)
                at = end + 1
            if not raw:
                continue
            value = column.memory.get(raw)
            if value is None or raw[0] == " " or raw[-1] == " ":
                if not raw.strip(" "):
                    continue
                if places is None and (raw[0] == " " or raw[-1] == " "):
                    start, end = row.place(index)
                value = self._read(column, raw, start, end)
            if value is INVALID:
                found.is_whole = False
            else:
                self._keep(column, value, start, end, found)
        return found

    def _read(self, column: Column, raw: str, start: int, end: int) -> object:
        """Return the value of a cell whose words were not seen before."""
        cell = Cell(raw, start, end)
        reading = self.reading
        if column.part == "ignored" and not column.heading.text:
            here = ScalarNode(cell.text, False, start, end)  # noqa: FBT003 - as all nodes
            help_ = tell("name the column, or empty it")
            reading.error(here, tell("the column of this cell has no heading"), help=help_)
        # WHY: what a known word refers to is recorded in every row, by `_keep`; reading it for the
        # first time records it too.
        before = len(reading.references)
        value = column.read(cell, reading)
        del reading.references[before:]
        if value is not INVALID and column.name not in _FRESH:
            column.memory[raw] = value
        return value

    def _keep(self, column: Column, value: object, start: int, end: int, found: _Found) -> None:
        name = column.name
        if column.part == "key":
            if name == "exception_to":
                value = self._exceptions(cast("tuple[tuple[str, ...], Node]", value))
            elif name == "role":
                value = cast("tuple[object, Node]", value)[0]
            elif name in _NAMES:
                self.reading.references.append(Reference(name, str(value), self.source, start, end))
            if column.language:
                text = cast("Text", value).by_language[0][1]
                found.languages.setdefault(name, []).append((column.language, text))
            else:
                found.values[name] = value
            if name == "valid_until":
                found.until = (start, end)
        elif value is not NOTHING:
            allowed = cast("IntervalSet", value)
            group = found.when if column.part == "when" else found.unless
            group[name] = Constraint(allowed, self._span(start, end))
        key = column.key
        known = found.places.get(key)
        found.places[key] = (start, end) if known is None else (known[0], end)

    def _exceptions(self, value: tuple[tuple[str, ...], Node]) -> tuple[DutyReference, ...]:
        names, node = value
        items = node.items if isinstance(node, SequenceNode) else [node]
        made: list[DutyReference] = []
        for name, item in zip(names, items, strict=False):
            self.reading.references.append(
                Reference("duty", name, self.source, item.start, item.end)
            )
            made.append(DutyReference(name, self._span(item.start, item.end)))
        return tuple(made)

    def _span(self, start: int, end: int) -> Span:
        if end >= self.line_end:
            return self.source.span(start, end)
        column = start - self.line_start + 1
        return Span(self.file, self.line, column, self.line, column + end - start)

    def _fits(self, row: Row) -> bool:
        """Return whether a row has a cell for every column; cells beyond that are blank."""
        found = len(row.cells)
        extra = next((i for i in range(self.width, found) if row.cells[i].strip(" ")), None)
        if extra is None and found > self.width:
            return True
        expected = tell("{width} cells, as the row of headings has", width=self.width)
        here = row.place(found if extra is None else extra)
        message = tell("the row has fewer cells than the table has columns")
        help_ = tell("put a comma for each blank cell")
        if extra is not None:
            message = tell("the row has more cells than the table has columns")
            help_ = tell("put a cell that holds a comma in quotes")
        self.reading.problems.at(
            self.source,
            here,
            message,
            expected=expected,
            found=tell("{found} cells", found=found),
            help=help_,
        )
        return False

    def _has_required(self, row: Row, found: _Found) -> bool:
        needed = ("subject", *_REQUIRED) if self.with_subject else _REQUIRED
        if all(name in found.values for name in needed):
            return True
        for index, column in enumerate(self.columns):
            name = column.name
            if column.part == "key" and name in needed and not row.cells[index].strip(" "):
                message = tell("a duty needs {name}", name=in_ticks(name))
                place = row.place(index)
                help_ = tell("fill the cell in")
                self.reading.problems.at(self.source, place, message, help=help_)
        return False

    def _duty(self, subject: str, found: _Found) -> Duty:
        values = found.values
        places = found.places
        span = self._span(*places["id"])
        valid = self._validity(found) if "valid" in places else None
        when = Condition.always(span)
        if "when" in places:
            when = self._condition(found.when, places["when"])
        unless = None
        if "unless" in places:
            unless = self._condition(found.unless, places["unless"])
        for name, texts in found.languages.items():
            values[name] = Text(tuple(texts))
        exceptions = values.get("exception_to", ())
        return Duty(
            str(values["id"]),
            subject,
            str(values["activity"]),
            cast("tuple[Letter, ...]", values["role"]),
            when,
            span,
            unless,
            cast("tuple[DutyReference, ...]", exceptions),
            valid,
            cast("int | None", values.get("acknowledge")),
            cast("int | None", values.get("complete")),
            cast("Text | None", values.get("label")),
            cast("Text | None", values.get("basis")),
            KeySpans.of(self.source.table, places),
            cast("int", values.get("ack", 1)),
        )

    def _condition(
        self, constraints: Mapping[str, Constraint], place: tuple[int, int]
    ) -> Condition:
        span = self._span(*place)
        return Condition((Box(constraints, span),), span)

    def _validity(self, found: _Found) -> Validity:
        start, end = _days(found)
        return Validity(start, end, self._span(*found.places["valid"]))

    def _has_days_in_order(self, found: _Found) -> bool:
        start, end = _days(found)
        if start is None or end is None or start <= end:
            return True
        message = tell("the days are reversed")
        help_ = tell(
            "`valid_until` must not be before {isoformat}", isoformat=in_ticks(start.isoformat())
        )
        self.reading.problems.at(self.source, found.until, message, help=help_)
        return False


def _days(found: _Found) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and the last day on which a duty holds."""
    start = cast("dt.date | None", found.values.get("valid_from"))
    return start, cast("dt.date | None", found.values.get("valid_until"))
