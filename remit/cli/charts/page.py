"""A chart as one HTML page: a table with headings for screen readers, and a note for each fault."""

from __future__ import annotations

from remit.cli.charts.fields import Field, Fields, Note, Piece
from remit.cli.pages.markup import Markup, joined, page, tag
from remit.engine.wording import tell

__all__ = ["chart_body", "chart_page"]

SIGNS = {"gap": "✗ ", "overlap": "≠ "}
"""Signs before a fault, for those who do not see its colour."""
MOST_LEVEL = 10
"""Columns whose heads are written level; those of more stand upright."""
MOST_ON_A4 = 24
"""Columns that a sheet of A4 holds in letters that can be read."""


def chart_page(fields: Fields, title: str, about: tuple[str, ...]) -> str:
    """Return a chart as a whole page."""
    head = tag("header", tag("h1", title), *(tag("p", line) for line in about))
    size = "A4 landscape" if len(fields.columns) <= MOST_ON_A4 else "A3 landscape"
    return page(title, joined((head, tag("main", chart_body(fields)))), size=size)


def chart_body(fields: Fields) -> Markup:
    """Return the summary, the table, the legend and the notes."""
    kinds = {note.kind for note in fields.notes}
    verdict = f"p.verdict.{'broken' if 'gap' in kinds else 'shared'}" if kinds else "p.verdict"
    legend = tag("ul.legend", *(tag("li", line) for line in fields.legend))
    remarks = joined(tag("p.soft", line) for line in fields.remarks)
    return joined((
        tag(verdict, fields.summary),
        legend,
        _table(fields),
        remarks,
        _notes(fields.notes),
    ))  # fmt: skip


def _table(fields: Fields) -> Markup:
    if not fields.rows or not fields.columns:
        return tag("p", tell("there is nothing to show"))
    caption = tell("{rows} by {columns}", rows=fields.corner[0], columns=fields.corner[1])
    corner = tag("th", fields.corner[0], attributes={"scope": "col"})
    heads = [
        tag("th", tag("span", label), attributes={"scope": "col", "title": name})
        for label, name in zip(fields.columns, fields.column_names, strict=True)
    ]
    rows = [
        tag(
            "tr",
            tag("th", label, attributes={"scope": "row", "title": name}),
            *(_cell(field, fields) for field in line),
        )
        for label, name, line in zip(fields.rows, fields.row_names, fields.fields, strict=True)
    ]
    table = tag(
        "table.chart.tall" if len(fields.columns) > MOST_LEVEL else "table.chart",
        tag("thead", tag("tr", corner, *heads)),
        tag("tbody", *rows),
    )
    scroller: dict[str, str | int | None] = {"tabindex": 0, "role": "region", "aria-label": caption}
    return tag("div.scroll", table, attributes=scroller)


def _cell(field: Field, fields: Fields) -> Markup:
    pieces = (_piece(piece, fields) for piece in field.pieces)
    return tag(f"td.{field.fault}" if field.fault else "td", *pieces)


def _piece(piece: Piece, fields: Fields) -> Markup:
    sign = SIGNS.get(piece.kind, "")
    link = None
    if piece.note is not None:
        attributes: dict[str, str | int | None] = {
            "href": f"#note-{piece.note}",
            "id": f"at-{piece.note}",
            "title": fields.notes[piece.note - 1].witness,
        }
        link = tag("a.note", f"[{piece.note}]", attributes=attributes)
    title = {"title": piece.title or None}
    return tag(
        f"span.mark.{piece.kind}",
        f"{sign}{piece.words}",
        " " if link else None,
        link,
        attributes={**title},
    )


def _notes(notes: tuple[Note, ...]) -> Markup | None:
    if not notes:
        return None
    items = [
        tag(
            "li",
            tag("b", f"{SIGNS[note.kind]}{note.where[0]} × {note.where[1]}"),
            " ",
            note.words,
            tag("span.why", tell("for example {event}", event=note.witness)),
            tag("a", tell("back to the chart"), attributes={"href": f"#at-{note.number}"}),
            attributes={"id": f"note-{note.number}"},
        )
        for note in notes
    ]
    heading = tag("h2", tell("Gaps and overlaps, each with an event that shows it"))
    return joined((heading, tag("ol.notes", *items)))
