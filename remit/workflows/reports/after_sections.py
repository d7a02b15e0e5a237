"""What is told of an incident after it, as sections of a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from remit.engine.durations import length
from remit.workflows.reports.after_view import After, LimitShare
from remit.workflows.reports.labels import LABELS
from remit.workflows.reports.sections import Column, Section
from remit.workflows.reports.view import IncidentView
from remit.workflows.times import shown

__all__ = ["after_sections", "limit_rows", "numbers", "took"]

MINUTE = 60
NUMBERS = ("count", "number", "share", "used", "cost-planned", "cost-actual")
"""Columns that are set to the right."""


def after_sections(view: IncidentView) -> tuple[Section, ...]:
    """Return the sections of a report that are told after an incident; none where it has none."""
    if view.after is None:
        return ()
    return tuple(_Sections(view, view.after, LABELS[view.language]).all())


def numbers(entries: tuple[int, ...]) -> str:
    """Return numbers of entries as one text."""
    return ", ".join(map(str, entries))


def took(seconds: int | None) -> str:
    """Return a length of time for people, to the minute where it is longer; a dash for none."""
    if seconds is None:
        return "—"
    if seconds < 0:
        return f"-{took(-seconds)}"
    return length(seconds // MINUTE * MINUTE) if seconds >= MINUTE else length(seconds)


def limit_rows(shares: tuple[LimitShare, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the rows of a table of limits: what, kept, share, median, longest."""
    return tuple(
        (
            one.what,
            f"{one.kept}/{one.of}",
            f"{100 * one.kept // one.of} %",
            took(one.median),
            took(one.worst),
        )
        for one in shares
    )


@dataclass(frozen=True, slots=True)
class _Sections:
    view: IncidentView
    after: After
    labels: Mapping[str, str]

    def all(self) -> Iterator[Section]:
        """Yield the sections in the order in which they are read."""
        yield from (self.key_times(), self.performed(), self.limits(), self.conformance())
        found = (self.consultations(), self.messages(), self.costs(), self.changes())
        yield from (one for one in found if one is not None)
        if self.after.open_reviews:
            yield Section("open-reviews", self.labels["open-reviews"], self.after.open_reviews)
        if self.after.lessons:
            yield self.lessons()

    def key_times(self) -> Section:
        rows = tuple(
            (one.what, self.time(one.time), took(one.since)) for one in self.after.key_times
        )
        return self.section("key-times", ("what", "time", "since"), rows)

    def performed(self) -> Section:
        rows = tuple(
            (
                one.activity,
                one.part,
                self.labels[f"name-{one.letter}"],
                one.planned,
                one.actual or self.labels["nobody-did"],
                one.how,
                numbers(one.entries),
            )
            for one in self.after.performed
        )
        names = ("activity", "part", "letter", "planned", "actual", "how", "entries")
        return self.section("performed", names, rows)

    def limits(self) -> Section:
        names = ("what", "kept", "share", "median", "worst")
        return self.section("limits", names, limit_rows(self.after.limits))

    def conformance(self) -> Section:
        rows = tuple((one.name, one.says, numbers(one.entries)) for one in self.after.departures)
        if not rows:
            return Section("conformance", self.labels["conformance"], (self.labels["clean"],))
        return self.section("conformance", ("kind", "what", "entries"), rows)

    def consultations(self) -> Section | None:
        rows = tuple(
            (
                one.activity,
                one.subject,
                self.time(one.asked),
                self.time(one.answered),
                one.outcome,
                one.note,
            )
            for one in self.after.consultations
        )
        names = ("activity", "actor", "asked", "answered", "outcome", "note")
        return self.section("consultations", names, rows) if rows else None

    def messages(self) -> Section | None:
        found = self.after.messages
        if found is None:
            return None
        counts = {
            "sent": found.sent,
            "delivered": found.delivered,
            "repeated": found.repeated,
            "again": found.tried_again,
            "held": found.held,
            "lost": found.not_delivered,
        }
        rows = tuple(
            (self.labels[f"messages-{name}"], str(count))
            for name, count in counts.items()
            if count or name in {"sent", "delivered", "lost"}
        )
        colon = self.labels["colon"]
        says = tuple(f"{subject}{colon}{reason}" for subject, reason in found.untold)
        return self.section("messages", ("what", "count"), rows, says)

    def costs(self) -> Section | None:
        rows = tuple(
            (
                one.activity,
                one.kind,
                one.name,
                one.subject,
                one.quantity,
                f"{one.planned} {one.currency}" if one.planned else "—",
                f"{one.actual} {one.currency}" if one.actual else "—",
            )
            for one in self.after.costs
        )
        names = ("activity", "kind", "item", "actor", "used", "cost-planned", "cost-actual")
        return self.section("costs", names, rows, self.after.totals) if rows else None

    def changes(self) -> Section | None:
        rows = tuple((str(one.number), self.time(one.time), one.what) for one in self.after.changes)
        return self.section("changes", ("number", "time", "what"), rows) if rows else None

    def lessons(self) -> Section:
        rows = tuple((self.time(one.time), one.subject, one.note) for one in self.after.lessons)
        return self.section("lessons", ("time", "actor", "note"), rows)

    def section(
        self,
        name: str,
        columns: tuple[str, ...],
        rows: tuple[tuple[str, ...], ...],
        says: tuple[str, ...] = (),
    ) -> Section:
        kinds = dict.fromkeys(NUMBERS, "number")
        heads = tuple(Column(self.labels[one], kinds.get(one, "")) for one in columns)
        none = () if rows else (self.labels["none"],)
        return Section(name, self.labels[name], (*says, *none), heads if rows else (), rows)

    def time(self, time: dt.datetime | None) -> str:
        return "—" if time is None else shown(time, self.view.offset)
