"""What a report calls things: one incident's names in one language, and which parts have begun."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from remit.workflows.incident import Incident, Item
from remit.workflows.reports.labels import LABELS
from remit.workflows.reports.view import Language
from remit.workflows.response import Part, StepPlan
from remit.workflows.sentences import step_label

__all__ = ["Telling", "in_language", "leader_of"]


@dataclass(frozen=True, slots=True)
class Telling:
    """Names for people."""

    incident: Incident
    language: Language

    def word(self, key: str) -> str:
        """Return a word of the page."""
        return LABELS[self.language][key]

    def word_or(self, key: str, other: str) -> str:
        """Return a word of the page, or `other` where it has none."""
        return LABELS[self.language].get(key, other)

    def label(self, kind: str, name: str) -> str:
        """Return what people call a thing: `activity`, `fund`, `stock`, `power`."""
        return self.incident.response.label(kind, name, self.language)

    def subject(self, name: str | None) -> str:
        """Return what people call a subject; nothing for none."""
        return self.label("subject", name) if name else ""

    def subjects(self, names: Iterable[str]) -> str:
        """Return what people call several subjects, as one text."""
        return self.word("comma").join(map(self.subject, names))

    def step(self, item: Item) -> str:
        """Return what people call the step an item belongs to."""
        return step_label(self.incident, item.part, item.step, self.language)

    def part(self, part: Part) -> str:
        """Return what people call a part of the response."""
        return self.word_or(f"part-{part.name}", part.name)

    def parts(self) -> tuple[Part, ...]:
        """Return the parts of the response that have begun."""
        parts = self.incident.response.parts
        return parts if self.incident.is_recovering else parts[:1]

    def steps(self) -> Iterator[StepPlan]:
        """Yield the steps of the parts that have begun."""
        for part in self.parts():
            yield from part.steps


def leader_of(incident: Incident, part: Part) -> str | None:
    """Return who led a part: whoever last took it in hand, else who led the incident before."""
    own = [
        item.subject
        for item in incident.items.values()
        if item.purpose == "command" and item.part == part.name and item.outcome == "acknowledged"
    ]
    return own[-1] if own else incident.commander


def in_language(texts: Mapping[str, str], language: str) -> str:
    """Return a text in a language, else the plain or English one, else any, else nothing."""
    for key in (language, "", "en"):
        if texts.get(key):
            return texts[key]
    return next(iter(texts.values()), "")
