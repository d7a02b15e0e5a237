"""The timeline of a report, each entry with the clause behind it; and who owned the incident."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from remit.workflows.entries import ENGINE, Entry
from remit.workflows.incident import Item
from remit.workflows.reports.clauses import LETTER_OF, Clauses
from remit.workflows.reports.telling import Telling, leader_of
from remit.workflows.reports.view import Clause, Owner, TimelineRow
from remit.workflows.response import StepPlan
from remit.workflows.sentences import sentence
from remit.workflows.stepping import step_of

__all__ = ["Timeline", "is_left_out"]


def is_left_out(entry: Entry) -> bool:
    """Return whether the timeline leaves an entry out: that a message arrived as it should."""
    return entry.kind == "delivered" and not entry.payload["repeat"]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Tells entries and owners of one incident; without clauses where no pack is at hand."""

    telling: Telling
    clauses: Clauses | None

    def rows(self, story: Iterable[Entry]) -> Iterator[TimelineRow]:
        """Yield one row an entry, in order."""
        telling = self.telling
        for entry in story:
            if not is_left_out(entry):
                actor = ENGINE if entry.actor == ENGINE else telling.subject(entry.actor)
                what = sentence(entry, telling.incident, telling.language)
                yield TimelineRow(entry.number, entry.time, actor, what, self._why(entry))

    def owners(self) -> Iterator[Owner]:
        """Yield who owned each part that has begun, and who led it if another did."""
        telling = self.telling
        lead = telling.incident.response.lead
        for part in telling.parts():
            leader = leader_of(telling.incident, part)
            other = "" if leader in part.owners else telling.subject(leader)
            for owner in part.owners:
                clauses = self._duty(part.name, lead, "command", owner)
                yield Owner(telling.part(part), telling.subject(owner), clauses, other)

    def _why(self, entry: Entry) -> str:
        if entry.kind == "opened":
            first = self.telling.incident.response.parts[0]
            lead = self.telling.incident.response.lead
            clauses = [self._duty(first.name, lead, "command", owner) for owner in first.owners]
            return self._told([clause for found in clauses for clause in found])
        if entry.kind not in {"asked", "escalated", "reassigned", "answered"}:
            return ""
        item = self.telling.incident.items[cast("int", entry.payload["item"])]
        step = step_of(self.telling.incident, item)
        if entry.kind != "answered":
            return self._why_asked(item, step)
        if entry.payload["outcome"] == "ordered" and self.clauses and step:
            return self._told(self.clauses.of_powers(item.part, step.powers, item.subject))
        return self._band(step, item) if entry.payload["outcome"] == "approved" else ""

    def _why_asked(self, item: Item, step: StepPlan | None) -> str:
        """Return the duty by which somebody is asked, its own or that of whom it stands in for."""
        activity = step.activity if step else self.telling.incident.response.lead
        clauses: tuple[Clause, ...] = ()
        if item.offer_of is None and item.purpose == "accept":
            receiving = item.ask.partition("#")[0].rpartition("/")[2]
            clauses = self._duty(item.part, receiving, item.purpose, item.holder)
        elif item.offer_of is None:
            clauses = self._duty(item.part, activity, item.purpose, item.holder)
        told = self._told(clauses)
        if item.subject == item.holder or item.purpose in {"approve", "pay"}:
            return told
        place = self.telling.word("why-place").format(holder=self.telling.subject(item.holder))
        return f"{place}{self._joint()}{told}" if told else place

    def _duty(self, part: str, activity: str, purpose: str, subject: str) -> tuple[Clause, ...]:
        letter = LETTER_OF.get(purpose)
        if self.clauses is None or letter is None:
            return ()
        return self.clauses.of_duty(part, activity, letter, subject)

    def _band(self, step: StepPlan | None, item: Item) -> str:
        if self.clauses is None or step is None or step.money is None:
            return ""
        band = self.clauses.band_of(step.money, item.subject)
        if band is None:
            return ""
        fund = self.telling.label("fund", step.money.fund)
        if band.up_to is None:
            return self.telling.word("why-any").format(fund=fund)
        amount, currency = f"{band.up_to:f}", step.money.currency
        return self.telling.word("why-band").format(amount=amount, currency=currency, fund=fund)

    def _told(self, clauses: Iterable[Clause]) -> str:
        texts = [
            self.telling.word("why-clause" if clause.basis else "why-duty").format(
                duty=clause.duty, basis=clause.basis
            )
            for clause in clauses
        ]
        return self._joint().join(dict.fromkeys(texts))

    def _joint(self) -> str:
        return self.telling.word("semicolon")
