"""What forms are filled from: one incident, its entries, and the operational period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from remit.workflows.conformance.history import History
from remit.workflows.entries import ENGINE, Entry
from remit.workflows.forms.form import Block, Field
from remit.workflows.incident import Incident
from remit.workflows.reports.telling import Telling, in_language
from remit.workflows.reports.view import Language
from remit.workflows.response import StepPlan
from remit.workflows.sentences import sentence
from remit.workflows.times import shown

__all__ = ["Period", "Source"]


@dataclass(frozen=True, slots=True)
class Period:
    """From when to when; both ends are in."""

    start: dt.datetime
    end: dt.datetime

    def has(self, time: dt.datetime) -> bool:
        """Return whether a time lies in it."""
        return self.start <= time <= self.end


@dataclass(frozen=True, slots=True)
class Source:
    """One incident to fill forms from.

    Args:
        story: its entries, led by the message that raised it.
    """

    incident: Incident
    history: History
    story: tuple[Entry, ...]
    period: Period
    language: Language

    @property
    def telling(self) -> Telling:
        """The names of the incident."""
        return Telling(self.incident, self.language)

    @property
    def title(self) -> str:
        """What the incident is called."""
        return in_language(self.incident.title, self.language) or self.incident.id

    @property
    def commander(self) -> str:
        """What people call who leads it; nothing while nobody does."""
        return self.telling.subject(self.incident.commander)

    def entries(self) -> Iterator[Entry]:
        """Yield the entries of the period, but for messages that arrived as they should."""
        for entry in self.story:
            if entry.kind != "delivered" and self.period.has(entry.time):
                yield entry

    def says(self, entry: Entry) -> str:
        """Return what an entry says."""
        return sentence(entry, self.incident, self.language)

    def actor(self, entry: Entry) -> str:
        """Return what people call who wrote an entry."""
        return ENGINE if entry.actor == ENGINE else self.telling.subject(entry.actor)

    def time(self, time: dt.datetime | None) -> str:
        """Return a time to the minute in the incident's own zone; nothing for none."""
        return "" if time is None else shown(time, self.incident.offset)

    def steps(self) -> Iterator[StepPlan]:
        """Yield the steps of the parts that have begun."""
        yield from self.telling.steps()

    def doers(self, step: StepPlan) -> tuple[str, ...]:
        """Return who does a step: whoever has it in hand, or did it, else whoever is to."""
        acting = (
            item.subject
            for item in self.incident.items.values()
            if (item.part, item.step, item.purpose) == (step.part, step.id, "do")
            and item.outcome in {"acknowledged", "done"}
        )
        found = tuple(dict.fromkeys(acting))
        return found or step.roles.get("responsible", ()) or step.roles.get("accountable", ())

    def named(self, number: str = "1") -> Block:
        """Return the block with the incident's name, which every form begins with."""
        return Block(number, "Incident Name", lines=(self.title,), alone=False)

    def operational(self, number: str = "2") -> Block:
        """Return the block with the operational period."""
        fields = (
            Field("From", self.time(self.period.start)),
            Field("To", self.time(self.period.end)),
        )
        return Block(number, "Operational Period", fields, alone=False)

    def prepared(self, number: str, position: str) -> Block:
        """Return the block of who prepared the form: its signature is for people."""
        numbers = f"{self.story[0].number}-{self.story[-1].number}"
        fields = (
            Field("Name", f"remit ({self.incident.id}, {numbers})"),
            Field("Position/Title", position),
            Field("Signature"),
            Field("Date/Time", self.time(self.story[-1].time)),
        )
        return Block(number, "Prepared by", fields)
