"""A chart as CSV and as Markdown: a row a line, fit to be compared."""

from __future__ import annotations

import csv
import io
import re

from remit.cli.charts.fields import Field, Fields, Note
from remit.engine.wording import tell

__all__ = ["csv_table", "is_formula", "markdown_table"]

STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the start of a formula."""


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet might take a text for a formula."""
    return text.startswith(STARTS_FORMULA)


def csv_table(fields: Fields) -> str:
    """Return names and exact fractions as CSV; each row ends with its first gap and overlap."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    corner = " \\ ".join(fields.corner)
    writer.writerow(
        [_safe(each) for each in (corner, *fields.column_names, "gap: event", "overlap: event")]
    )
    for name, line in zip(fields.row_names, fields.fields, strict=True):
        told = ["; ".join(piece.exact for piece in field.pieces) for field in line]
        events = [_event(line, fields.notes, kind) for kind in ("gap", "overlap")]
        writer.writerow([_safe(each) for each in (name, *told, *events)])
    return stream.getvalue()


def _safe(text: str) -> str:
    # WHY: the sign is how spreadsheets are told that a field is text.
    return f"'{text}" if is_formula(text) else text


def _event(line: tuple[Field, ...], notes: tuple[Note, ...], kind: str) -> str:
    numbers = (piece.note for field in line for piece in field.pieces if piece.kind == kind)
    return next((notes[number - 1].witness for number in numbers if number), "")


def markdown_table(fields: Fields, title: str, about: tuple[str, ...]) -> str:
    """Return a chart as a Markdown table, with its legend and its notes below.

    Args:
        about: lines that stand between the title and the table.
    """
    corner = " \\ ".join(fields.corner)
    lines = [f"# {_plain(title)}", "", *(_plain(line) for line in about), ""]
    lines.append(_row([_plain(name) for name in (corner, *fields.columns)]))
    lines.append("|" + "---|" * (len(fields.columns) + 1))
    for name, line in zip(fields.rows, fields.fields, strict=True):
        lines.append(_row([_plain(name), *(_field(field) for field in line)]))
    lines.append("")
    lines += [f"- {_plain(line)}" for line in (*fields.legend, *fields.remarks)]
    for note in fields.notes:
        where = f"[{note.number}] {note.where[0]} × {note.where[1]}"
        event = tell("for example {event}", event=note.witness)
        lines.append(f"- {_plain(f'{where}: {note.words}; {event}')}")
    lines += ["", f"**{_plain(fields.summary)}**"]
    return "\n".join(lines) + "\n"


def _field(field: Field) -> str:
    told = (
        f"**{_plain(piece.marked)}**" if piece.kind in {"gap", "overlap"} else _plain(piece.words)
        for piece in field.pieces
    )
    return ", ".join(told)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _plain(text: str) -> str:
    """Return text in one line in which nothing is markup."""
    found = " ".join(text.split(" ")) if text.isprintable() else " ".join(text.split())
    return re.sub(r"([\\`*_\[\]|])", r"\\\1", found).replace("<", "&lt;")
