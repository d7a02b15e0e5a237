"""The report of one incident as a single HTML file: nothing to fetch, nothing to run, fit to print.

INVARIANT: every text of a policy or a person reaches the page through the template's escaping or
through `graph.draw`, which escapes too; the page forbids itself scripts and requests, and allows
the one style sheet inside it by its hash.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from remit.workflows.reports.after_sections import after_sections
from remit.workflows.reports.graph import Edge, Graph, Node, draw
from remit.workflows.reports.labels import LABELS, TAGS
from remit.workflows.reports.sections import Page, Section
from remit.workflows.reports.view import (
    ACTED,
    Cell,
    ChartRow,
    Deadline,
    IncidentView,
    Language,
)
from remit.workflows.times import shown, zone

__all__ = ["render_page", "render_report", "render_template", "write_report"]

_TEMPLATE = "incident.html.j2"
_STYLE = "incident.css"
_PAGE = "page.html.j2"
_SECTIONS = "sections.html.j2"


def write_report(view: IncidentView, path: str | Path) -> Path:
    """Write the report of an incident to a file, and return its path.

    Raises:
        OSError: if it cannot be written.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(render_report(view), encoding="utf-8", newline="\n")
    return target


def render_report(view: IncidentView) -> str:
    """Return the report of an incident as one HTML page. Equal views give equal pages."""
    words = _Words(view, LABELS[view.language])
    sections = after_sections(view)
    return render_template(
        _source(_TEMPLATE),
        _source(_STYLE),
        view.language,
        view=view,
        words=words,
        after=sections,
        after_sections=_sections(sections),
        # WHY safe: `draw` escapes every text.
        graph=Markup(_graph(view, words)),  # noqa: S704
    )


def render_page(page: Page) -> str:
    """Return a page of sections as one HTML page. Equal pages give equal texts."""
    found = _sections(page.sections)
    return render_template(
        _source(_PAGE), _source(_STYLE), page.language, page=page, sections=found
    )


def render_template(source: str, style: str, language: Language, **values: object) -> str:
    """Return a template filled, with the words of a language and its one style sheet.

    Args:
        source: the template; every value that is put into it is escaped.
        style: the style sheet; its hash is what the page allows.
        values: by name in the template.
    """
    return _template(source).render(
        labels=LABELS[language],
        tag=TAGS[language],
        # WHY safe: it is a file of this package.
        style=Markup(style),  # noqa: S704
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        **values,
    )


def _sections(sections: Sequence[Section]) -> Markup:
    # WHY safe: the template escapes every text.
    return Markup(_template(_source(_SECTIONS)).render(sections=sections))  # noqa: S704


def _source(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def _template(source: str) -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(source)


def _graph(view: IncidentView, words: _Words) -> str:
    rows = [row for row in view.chart.rows if row.cells]
    edges = tuple(
        Edge(cell.party, str(index), _letters(cell), bool(cell.acted), bool(cell.planned))
        for index, row in enumerate(rows)
        for cell in row.cells
    )
    joined = {edge.party for edge in edges}
    graph = Graph(
        tuple(Node(party.id, party.label) for party in view.chart.parties if party.id in joined),
        tuple(Node(str(index), words.activity(row)) for index, row in enumerate(rows)),
        edges,
    )
    numbers = {
        "parties": len(graph.parties),
        "activities": len(graph.activities),
        "edges": len(graph.edges),
    }
    title = words.labels["graph-title"].format(id=view.id)
    return draw(
        graph, title=title, description=words.labels["graph-description"].format_map(numbers)
    )


def _letters(cell: Cell) -> str:
    return "".join(letter for letter in ACTED if letter in cell.planned or letter in cell.acted)


@dataclass(frozen=True, slots=True)
class _Words:
    """What the template says of single values."""

    view: IncidentView
    labels: Mapping[str, str]

    def time(self, time: dt.datetime | None) -> str:
        """Return a time to the minute in the incident's zone, or a dash."""
        return "—" if time is None else shown(time, self.view.offset)

    def stamp(self, time: dt.datetime) -> str:
        """Return a time for machines, with its offset."""
        return time.astimezone(zone(self.view.offset)).isoformat(timespec="seconds")

    def offset(self) -> str:
        """Return the offset of all times on the page, like +08:00."""
        return self.stamp(self.view.made)[-len("+00:00") :]

    def marks(self, cell: Cell) -> list[tuple[str, str, str]]:
        """Return each letter of a cell with its mark and what both mean."""
        return [
            (letter, mark, f"{self.labels[f'name-{letter}']}: {self.labels[meaning]}")
            for letter in _letters(cell)
            for mark, meaning in [_mark(cell, letter)]
        ]

    def is_shared(self) -> bool:
        """Return whether a part had several owners at once."""
        owners = self.view.owners
        return len({owner.part for owner in owners}) < len(owners)

    def parts(self) -> list[tuple[str, list[ChartRow]]]:
        """Return the rows of the chart by part, in order."""
        return [(part, list(rows)) for part, rows in groupby(self.view.chart.rows, _part_of)]

    def activity(self, row: ChartRow) -> str:
        """Return a row's activity; with its part where both parts have one of that name."""
        parts = {other.part for other in self.view.chart.rows if other.activity == row.activity}
        return row.activity if len(parts) == 1 else f"{row.activity} · {row.part}"

    def cell(self, row: ChartRow, party: str) -> Cell | None:
        """Return what a party has in a row."""
        return next((cell for cell in row.cells if cell.party == party), None)

    def holders(self, row: ChartRow, letter: str) -> str:
        """Return who has a letter in a row, each with its mark."""
        names = {party.id: party.label for party in self.view.chart.parties}
        found = [
            f"{names[cell.party]}\u00a0{_mark(cell, letter)[0]}"
            for cell in row.cells
            if letter in cell.planned or letter in cell.acted
        ]
        return self.labels["comma"].join(found)

    def letters_used(self) -> str:
        """Return the letters that occur in the chart, in their order."""
        used = {
            letter
            for row in self.view.chart.rows
            for cell in row.cells
            for letter in _letters(cell)
        }
        return "".join(letter for letter in ACTED if letter in used)

    def counted(self) -> str:
        """Return how many deadlines came to what."""
        states = ("kept", "late", "missed", "open")
        counts = {state: self._count(state) for state in states}
        return self.labels["deadlines-count"].format_map(counts)

    def worst_first(self) -> list[Deadline]:
        """Return the deadlines, missed and late ones first."""
        order = ("missed", "late", "open", "kept", "withdrawn")
        return sorted(self.view.deadlines, key=lambda found: order.index(found.state))

    def _count(self, state: str) -> int:
        return sum(found.state == state for found in self.view.deadlines)


def _part_of(row: ChartRow) -> str:
    return row.part


def _mark(cell: Cell, letter: str) -> tuple[str, str]:
    if letter not in cell.acted:
        return "○", "planned-not-done"
    return ("✓", "planned-done") if letter in cell.planned else ("+", "unplanned")
