"""Sheets of Excel workbooks; the one door to calamine."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence

from remit.cli.exits import UsageError
from remit.cli.workbook_parts import SheetPart, check_workbook
from remit.engine.charts.sheet import Sheet, clean_text
from remit.engine.wording import tell

__all__ = ["workbook_sheets"]


def workbook_sheets(place: str, content: bytes) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook, formulas as the values they were saved with.

    Raises:
        UsageError: if it cannot be read, or is past the limits.
        ImportError: if calamine is not installed.
    """
    import python_calamine as calamine

    parts = check_workbook(place, content)
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            names = workbook.sheet_names
            return tuple(
                _sheet(
                    name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False), part
                )
                for name, part in zip(names, _padded(parts, len(names)), strict=True)
                if part.right >= 0
            )
    except calamine.PasswordError as error:
        raise UsageError(
            tell("`{place}` has a password", place=place), tell("save it without one")
        ) from error
    except calamine.CalamineError as error:
        raise UsageError(
            tell(
                "`{place}` cannot be read: {reason}",
                place=place,
                reason=" ".join(str(error).split()),
            ),
            tell("open it in a spreadsheet and save it as .xlsx anew"),
        ) from error


def _padded(parts: Sequence[SheetPart], length: int) -> list[SheetPart]:
    return [*parts[:length], *(SheetPart() for _ in range(length - len(parts)))]


def _sheet(name: str, rows: Sequence[Sequence[object]], part: SheetPart) -> Sheet:
    dates = frozenset(
        (at, column)
        for at, row in enumerate(rows)
        for column, value in enumerate(row)
        if isinstance(value, dt.date | dt.time)
    )
    return Sheet(
        clean_text(name),
        tuple(tuple(_texts(row)) for row in rows),
        merges=tuple(part.merges),
        hidden_rows=frozenset(part.hidden_rows),
        hidden_columns=frozenset(part.hidden_columns),
        is_hidden=part.is_hidden,
        fills=part.fills,
        dates=dates,
        comments=part.comments,
    )


def _texts(row: Sequence[object]) -> Iterator[str]:
    for value in row:
        if isinstance(value, str):
            yield clean_text(value)
        elif isinstance(value, bool):
            yield "TRUE" if value else "FALSE"
        elif isinstance(value, float) and value.is_integer():
            yield str(int(value))
        elif isinstance(value, dt.datetime) and value.time() == dt.time():
            yield value.date().isoformat()
        else:
            yield str(value)
