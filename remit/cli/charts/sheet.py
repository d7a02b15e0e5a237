"""A chart as an Excel workbook: the one door to XlsxWriter, which the extra `sheet` brings.

Equal charts give equal files: the workbook's own times are fixed.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

from rich.cells import cell_len

from remit.cli.charts.fields import Field, Fields
from remit.cli.charts.tables import is_formula
from remit.engine.wording import tell

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

__all__ = ["workbook"]

WRITTEN = dt.datetime(2000, 1, 1)  # noqa: DTZ001 -- a workbook's times have no zone
LONGEST_CELL = 32_767
"""Characters of a cell; Excel refuses a file with longer ones."""
WIDEST = 45
"""Width of a column, in letters."""
COLOURS = {"gap": ("#F8CFCB", "#8C1D18"), "overlap": ("#FCE8B8", "#5C4400")}
"""Fill and ink of a fault."""


def workbook(fields: Fields, title: str, about: tuple[str, ...]) -> bytes:
    """Return a workbook of two sheets: the chart, and what its signs and faults mean.

    Raises:
        ImportError: if the extra `sheet` is not installed.
    """
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": title, "created": WRITTEN})
    _chart(book, fields)
    _notes(book, fields, title, about)
    book.close()
    return stream.getvalue()


def _chart(book: Workbook, fields: Fields) -> None:
    sheet = book.add_worksheet(tell("Chart"))
    bold = {"bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#F4F4F1"}
    plain = {"text_wrap": True, "valign": "top", "border": 1}
    styles = _Styles(book)
    sheet.freeze_panes(1, 1)
    for column, name in enumerate((" \\ ".join(fields.corner), *fields.columns)):
        _write(sheet, 0, column, name, styles.of(bold, name))
    for row, (name, line) in enumerate(zip(fields.rows, fields.fields, strict=True), 1):
        _write(sheet, row, 0, name, styles.of(bold, name))
        for column, field in enumerate(line, 1):
            words = "\n".join(piece.marked for piece in field.pieces)
            colours: dict[str, object] = {}
            if field.fault:
                fill, ink = COLOURS[field.fault]
                colours = {"bg_color": fill, "font_color": ink, "bold": True}
            _write(sheet, row, column, words, styles.of({**plain, **colours}, words))
            comment = _comment(field, fields)
            if comment:
                sheet.write_comment(row, column, comment, {"x_scale": 2.5, "y_scale": 1.5})
    if fields.rows:
        sheet.autofilter(0, 0, len(fields.rows), len(fields.columns))
    sheet.set_column(0, 0, min(WIDEST, 2 + max(map(cell_len, (*fields.rows, "")))))
    for column in range(len(fields.columns)):
        shown = (p.words for line in fields.fields for p in line[column].pieces)
        sheet.set_column(
            column + 1,
            column + 1,
            min(
                WIDEST,
                2 + max(map(cell_len, shown), default=8),
            ),
        )
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _notes(book: Workbook, fields: Fields, title: str, about: tuple[str, ...]) -> None:
    sheet = book.add_worksheet(tell("Notes"))
    styles = _Styles(book)
    sheet.set_column(0, 0, 110)
    lines = [title, *about, fields.summary, *fields.legend, *fields.remarks]
    for note in fields.notes:
        where = f"{note.where[0]} × {note.where[1]}"
        event = tell("for example {event}", event=note.witness)
        lines.append(f"[{note.number}] {where}: {note.words}; {event}")
    for row, line in enumerate(lines):
        style: dict[str, object] = {"text_wrap": True, "bold": row == 0}
        _write(sheet, row, 0, line, styles.of(style, line))


class _Styles:
    """Formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}

    def of(self, style: dict[str, object], text: str) -> Format:
        """Return a format; one that says "this is text" where a text looks like a formula."""
        wanted = {**style, "quote_prefix": True} if is_formula(text) else style
        key = tuple(wanted.items())
        if key not in self._made:
            self._made[key] = self._book.add_format(wanted)
        return self._made[key]


def _write(sheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    # WHY as a string: what is written so is never read as a formula, a number or a link.
    if text:
        sheet.write_string(row, column, text[:LONGEST_CELL], style)
    else:
        sheet.write_blank(row, column, None, style)


def _comment(field: Field, fields: Fields) -> str:
    lines = [f"{piece.words}: {piece.title}" for piece in field.pieces if piece.kind != "idle"]
    if all(piece.kind in {"held", "idle"} for piece in field.pieces):
        return ""
    numbers = [piece.note for piece in field.pieces if piece.note is not None]
    lines += [tell("for example {event}", event=fields.notes[at - 1].witness) for at in numbers]
    return "\n".join(lines)
