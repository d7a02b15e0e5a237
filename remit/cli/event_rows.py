"""Events from tables, a row at a time: CSV here, Arrow files through their own door.

INVARIANT: at most one row of CSV, or one batch of Arrow, is held; so a file may be of any length.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from remit.cli.exits import UsageError
from remit.cli.inputs import LARGEST_EVENT, did_you_mean, parse_json
from remit.engine.language.csv_rows import Row, read_rows
from remit.engine.language.problems import Problems
from remit.engine.language.sources import Source
from remit.engine.system_words import why_not
from remit.engine.vocabulary import RESERVED_FIELDS, Vocabulary
from remit.engine.wording import tell

__all__ = ["BadRow", "EventRow", "csv_events", "known_fields"]

_NUMBERS = ("integer", "decimal")


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event as written.

    Args:
        number: its line, or its row where there are no lines; from 1.
        columns: where each field stands in its line, in characters from 1.
    """

    number: int
    values: Mapping[str, object]
    columns: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is no event, and why."""

    number: int
    column: int
    message: str


def known_fields(names: Sequence[str], vocabulary: Vocabulary, place: str) -> None:
    """Refuse columns that are no fields of an event.

    Raises:
        UsageError: at the first one, or at one that is there twice.
    """
    known = (*vocabulary.dimensions, *RESERVED_FIELDS)
    for at, name in enumerate(names):
        if name not in known:
            message = tell(
                "`{place}` has a column `{name}`, and no dimension is called so",
                place=place,
                name=name,
            )
            raise UsageError(message, did_you_mean(name, known))
        if name in names[:at]:
            raise UsageError(
                tell("`{place}` has the column `{name}` twice", place=place, name=name),
                tell("keep one of the two"),
            )


def csv_events(place: str, vocabulary: Vocabulary) -> Iterator[EventRow | BadRow]:
    """Yield the events of a CSV file; the first row names the dimensions, a blank cell is unknown.

    Raises:
        UsageError: if it cannot be read, or its headings are no fields of an event.
    """
    try:
        with Path(place).open("rb") as file:
            yield from _events(place, file, vocabulary)
    except OSError as error:
        raise UsageError(
            tell("cannot read `{place}`: {reason}", place=place, reason=why_not(error))
        ) from error


def _events(
    place: str, lines: Iterable[bytes], vocabulary: Vocabulary
) -> Iterator[EventRow | BadRow]:
    names: list[str] | None = None
    numbers: frozenset[str] = frozenset()
    for found in _records(place, lines):
        if isinstance(found, BadRow):
            if names is None:
                raise UsageError(f"`{place}`: {found.message}")
            yield found
        elif names is None:
            names = [cell.strip(" ") for cell in found.cells]
            known_fields(names, vocabulary, place)
            dimensions = vocabulary.dimensions.items()
            numbers = frozenset(name for name, one in dimensions if one.kind in _NUMBERS)
        else:
            yield _event(found, names, numbers)
    if names is None:
        raise UsageError(
            tell("`{place}` is empty", place=place), tell("its first row names the dimensions")
        )


def _event(row: Row, names: Sequence[str], numbers: frozenset[str]) -> EventRow | BadRow:
    if len(row.cells) != len(names):
        message = tell(
            "the row has {number} cells, and the row of headings {headings}",
            number=len(row.cells),
            headings=len(names),
        )
        return BadRow(row.line, 1, message)
    values: dict[str, object] = {}
    columns: dict[str, int] = {}
    for name, cell, place in zip(names, row.cells, row.all_places(), strict=True):
        text = cell.strip(" ")
        if text:
            values[name] = _number(text) if name in numbers else text
            columns[name] = place[0] - row.start + 1
    return EventRow(row.line, values, columns)


def _number(text: str) -> object:
    try:
        found = parse_json(text)
    except ValueError:
        return text
    return found if isinstance(found, int | Decimal) and not isinstance(found, bool) else text


def _records(place: str, lines: Iterable[bytes]) -> Iterator[Row | BadRow]:
    """Yield the rows of a CSV file, each with the line it begins in."""
    pending: list[str] = []
    begin = 1
    size = quotes = 0
    for number, line in enumerate(lines, 1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            yield BadRow(number, error.start + 1, tell("it is not UTF-8"))
            pending.clear()
            size = quotes = 0
            continue
        if not pending:
            if '"' not in text:
                # WHY: nearly every row is one plain line.
                if text.strip(" ,\r\n"):
                    yield Row(number, 0, text.rstrip("\r\n").split(","), None)
                continue
            begin = number
        pending.append(text)
        size += len(text)
        # WHY: a row is whole when its quotes come in pairs; a quote within is written twice.
        quotes += text.count('"')
        if quotes % 2 == 0 or size > LARGEST_EVENT:
            yield from _rows(place, "".join(pending), begin)
            pending.clear()
            size = quotes = 0
    if pending:
        yield from _rows(place, "".join(pending), begin)


def _rows(place: str, text: str, begin: int) -> Iterator[Row | BadRow]:
    """Yield what some lines hold, by line."""
    problems = Problems()
    found: list[Row | BadRow] = [
        row._replace(line=begin + row.line - 1) for row in read_rows(Source(place, text), problems)
    ]
    for error in problems.sorted():
        if error.span is not None:
            line = begin + error.span.line - 1
            found.append(BadRow(line, error.span.column, error.message))
    yield from sorted(found, key=_line)


def _line(found: Row | BadRow) -> int:
    return found.number if isinstance(found, BadRow) else found.line
