"""Form 214: the activity log of each subject, out of the entries it wrote or that concern it."""

from __future__ import annotations

from collections.abc import Iterator

from remit.workflows.conformance.history import number_in, text_in
from remit.workflows.entries import Entry
from remit.workflows.forms.form import Block, Form
from remit.workflows.forms.source import Source

__all__ = ["activity_logs"]

NAMING = ("subject", "by", "to", "holder")
"""Fields of a payload that name a subject an entry concerns."""


def activity_logs(source: Source) -> Iterator[Form]:
    """Yield a log for each subject that acted, in the order in which they first did."""
    for subject in dict.fromkeys(source.history.asked[n].subject for n in source.history.asked):
        rows = tuple(
            (source.time(entry.time), source.says(entry))
            for entry in source.entries()
            if subject in _concerned(source, entry)
        )
        if rows:
            yield _log(source, subject, rows)


def _log(source: Source, subject: str, rows: tuple[tuple[str, str], ...]) -> Form:
    telling = source.telling
    return Form(
        "ICS 214",
        "Activity Log",
        (
            source.named(),
            source.operational(),
            Block("3", "Name", lines=("",), alone=False),
            Block("4", "ICS Position", lines=(_position(source, subject),), alone=False),
            Block("5", "Home Agency (and Unit)", lines=(telling.subject(subject),), alone=False),
            Block(
                "6",
                "Resources Assigned",
                columns=("Name", "ICS Position", "Home Agency"),
                rows=tuple(_resources(source, subject)) or (("", "", ""),),
            ),
            Block("7", "Activity Log", columns=("Date/Time", "Notable Activities"), rows=rows),
            source.prepared("8", telling.subject(subject)),
        ),
        about=subject,
    )


def _position(source: Source, subject: str) -> str:
    """Return what a subject is in the incident: its leader, or by the letters of the steps."""
    if subject == source.incident.commander:
        return "Incident Commander"
    held = [
        source.telling.label("activity", step.activity)
        for step in source.steps()
        if subject in source.doers(step)
    ]
    return source.telling.word("comma").join(dict.fromkeys(held))


def _resources(source: Source, subject: str) -> Iterator[tuple[str, ...]]:
    """Yield who supports the steps that a subject does."""
    telling = source.telling
    names: dict[str, str] = {}
    for step in source.steps():
        if subject in source.doers(step):
            for name in step.roles.get("supports", ()):
                names.setdefault(name, telling.label("activity", step.activity))
    for name, label in names.items():
        yield ("", label, telling.subject(name))


def _concerned(source: Source, entry: Entry) -> set[str]:
    found = {entry.actor, *(text_in(entry.payload, name) for name in NAMING)}
    item = source.history.asked.get(number_in(entry.payload, "item") or 0)
    if item is not None:
        found.add(item.subject)
    named = entry.payload.get("subjects")
    if isinstance(named, list):
        found.update(str(name) for name in named)
    return found
