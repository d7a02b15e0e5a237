"""A whole report as sections of a page, for those who read it as text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from remit.workflows.reports.after_sections import after_sections
from remit.workflows.reports.labels import LABELS
from remit.workflows.reports.sections import Column, Page, Section
from remit.workflows.reports.view import ACTED, Cell, ChartRow, IncidentView
from remit.workflows.times import shown

__all__ = ["report_page"]


def report_page(view: IncidentView) -> Page:
    """Return a report as one page of sections."""
    labels = LABELS[view.language]
    sections = tuple(_Sections(view, labels).all())
    made = labels["made"].format(time=shown(view.made, view.offset), offset=_offset(view))
    above = f"{labels['report']} · {view.pack.label}"
    return Page(view.language, view.title, above, sections, made)


def _offset(view: IncidentView) -> str:
    sign = "-" if view.offset < 0 else "+"
    hours, minutes = divmod(abs(view.offset), 60)
    return f"{sign}{hours:02}:{minutes:02}"


@dataclass(frozen=True, slots=True)
class _Sections:
    view: IncidentView
    labels: Mapping[str, str]

    def all(self) -> Iterator[Section]:
        yield self.summary()
        yield self.owners()
        yield from after_sections(self.view)
        yield self.timeline()
        yield self.chart()
        yield from self.means()
        yield self.verification()
        if self.view.notes:
            yield Section("notes", self.labels["notes"], self.view.notes)

    def summary(self) -> Section:
        view, labels = self.view, self.labels
        pack = f"{view.pack.label} ({view.pack.name}), {labels['version']} {view.pack.version}"
        rows = [
            (labels["incident"], view.id),
            (labels["state"], view.state),
            (labels["opened"], self.time(view.opened)),
            (labels["closed"], self.time(view.closed) if view.closed else labels["not-closed"]),
            (labels["policy"], f"{pack}, {view.pack.digest[:12]}"),
            *((fact.name, fact.value) for fact in view.facts),
        ]
        says = () if view.after is None else (view.after.summary,)
        return Section("summary", labels["summary"], says, self.heads("item", "what"), tuple(rows))

    def owners(self) -> Section:
        labels = self.labels
        rows = [
            (
                owner.part,
                owner.subject,
                "\n".join(clause.basis or clause.duty for clause in owner.clauses),
            )
            for owner in self.view.owners
        ]
        none = () if rows else (labels["nobody"],)
        led = [
            labels["led-by"].format(subject=one.led_by) for one in self.view.owners if one.led_by
        ]
        return Section(
            "owner",
            labels["owner"],
            (*none, *dict.fromkeys(led)),
            self.heads("part", "owner", "clause") if rows else (),
            tuple(rows),
        )

    def timeline(self) -> Section:
        rows = [
            (
                str(row.number),
                self.time(row.time),
                row.actor,
                f"{row.what}\n{row.why}" if row.why else row.what,
            )
            for row in self.view.timeline
        ]
        return self.table("timeline", ("number", "time", "actor", "what"), rows)

    def chart(self) -> Section:
        parties = {party.id: party.label for party in self.view.chart.parties}
        rows = [
            (row.activity, row.part, row.state, self.holders(row, parties))
            for row in self.view.chart.rows
            if row.cells
        ]
        return self.table("chart", ("activity", "part", "state", "letters"), rows)

    def holders(self, row: ChartRow, parties: Mapping[str, str]) -> str:
        labels = self.labels
        lines = []
        for letter in ACTED:
            names = [
                f"{parties[cell.party]} {_mark(cell, letter)}"
                for cell in row.cells
                if letter in cell.planned or letter in cell.acted
            ]
            if names:
                joined = labels["comma"].join(names)
                lines.append(f"{labels[f'name-{letter}']}{labels['colon']}{joined}")
        return "\n".join(lines)

    def means(self) -> Iterator[Section]:
        money = [
            (
                row.activity,
                row.fund,
                f"{row.amount} {row.currency}",
                row.requested_by or "—",
                row.approved_by or "—",
                self.time(row.set_aside),
            )
            for row in self.view.money
        ]
        names = ("activity", "fund", "amount", "requested-by", "approved-by", "set-aside")
        yield self.table("money", names, money)
        stock = [
            (row.activity, row.item, str(row.quantity), str(row.short)) for row in self.view.stock
        ]
        yield self.table("stock", ("activity", "item", "quantity", "short"), stock)
        given = [
            (
                one.work,
                one.giver,
                one.receiver,
                self.time(one.offered),
                one.outcome,
                self.time(one.time),
            )
            for one in self.view.hand_overs
        ]
        heads = ("work", "giver", "receiver", "offered", "outcome", "time")
        yield self.table("hand-overs", heads, given)

    def verification(self) -> Section:
        found, labels = self.view.verification, self.labels
        verdict = labels["whole"].format(entries=found.entries) if found.is_whole else ""
        head = f"{labels['head']}{labels['colon']}{found.head}"
        says = (verdict or labels["broken"], *found.problems, head)
        return Section("verification", labels["verification"], says)

    def table(
        self, name: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]
    ) -> Section:
        if not rows:
            return Section(name, self.labels[name], (self.labels["none"],))
        return Section(name, self.labels[name], (), self.heads(*columns), tuple(rows))

    def heads(self, *names: str) -> tuple[Column, ...]:
        numbers = {"number", "quantity", "short", "amount"}
        return tuple(Column(self.labels[name], "number" * (name in numbers)) for name in names)

    def time(self, time: dt.datetime | None) -> str:
        return "—" if time is None else shown(time, self.view.offset)


def _mark(cell: Cell, letter: str) -> str:
    if letter not in cell.acted:
        return "○"
    return "✓" if letter in cell.planned else "+"
