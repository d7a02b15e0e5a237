"""Form 201: the briefing with which an incident is handed on."""

from __future__ import annotations

from collections.abc import Iterator

from remit.workflows.conformance.history import number_in, text_in
from remit.workflows.entries import Entry
from remit.workflows.forms.assignments import picture_of
from remit.workflows.forms.form import Block, Form
from remit.workflows.forms.source import Source

__all__ = ["briefing"]

ACTIONS = frozenset({
    "opened", "answered", "escalated", "handed-over", "reassigned", "started", "finished",
    "dropped", "overdue", "recovering", "closed", "cancelled", "merged", "reopened", "changed",
})  # fmt: skip
"""Kinds that are actions; what else is in the ledger stands in the logs."""
DRAWS = frozenset({"drawn", "posted"})
"""Kinds that set something aside for a step."""
COLUMNS = ("Resource", "Resource Identifier", "Date/Time Ordered", "ETA", "Arrived",
           "Notes (location/assignment/status)")  # fmt: skip


def briefing(source: Source) -> Form:
    """Return form 201: the situation, objectives, actions, organisation and resources."""
    return Form(
        "ICS 201",
        "Incident Briefing",
        (
            source.named(),
            Block("2", "Incident Number", lines=(source.incident.id,), alone=False),
            Block(
                "3",
                "Date/Time Initiated",
                lines=(source.time(source.incident.opened),),
                alone=False,
            ),
            Block("4", "Map/Sketch", lines=("",)),
            Block(
                "5",
                "Situation Summary and Health and Safety Briefing",
                lines=tuple(_situation(source)),
            ),
            source.prepared("6", "Incident Commander"),
            Block("7", "Current and Planned Objectives", lines=tuple(_objectives(source))),
            Block(
                "8",
                "Current and Planned Actions, Strategies, and Tactics",
                columns=("Time", "Actions"),
                rows=tuple(
                    (source.time(entry.time), source.says(entry))
                    for entry in source.entries()
                    if entry.kind in ACTIONS
                ),
            ),
            Block("9", "Current Organization", picture=picture_of(source, "ics201")),
            Block("10", "Resource Summary", columns=COLUMNS, rows=tuple(_resources(source))),
        ),
    )


def _situation(source: Source) -> Iterator[str]:
    opened = source.history.opened
    yield source.says(opened)
    for name, value in source.history.event.items():
        if name not in {"id", "time"}:
            yield f"{name}: {value}"


def _objectives(source: Source) -> Iterator[str]:
    """Yield the steps of the plan, each with how far it has come."""
    telling = source.telling
    for step in source.steps():
        label = telling.label("activity", step.activity)
        progress = source.incident.progress(step)
        done = progress.signed or progress.finished
        if done is not None:
            yield f"☑ {label} ({source.time(done)})"
        elif progress.dropped is not None:
            yield f"☒ {label} ({telling.word('step-dropped')})"
        else:
            yield f"☐ {label}"


def _resources(source: Source) -> Iterator[tuple[str, ...]]:
    for entry in source.entries():
        if entry.kind in DRAWS:
            yield _drawn(source, entry)
        elif entry.kind == "assigned":
            names = entry.payload.get("subjects")
            for name in names if isinstance(names, list) else []:
                label = source.telling.subject(str(name))
                yield (label, str(name), source.time(entry.time), "", "☐", _step(source, entry))


def _drawn(source: Source, entry: Entry) -> tuple[str, ...]:
    node = entry.payload
    kind = "stock" if entry.kind == "drawn" else "staff"
    name = text_in(node, kind)
    label = source.telling.label(kind, name)
    quantity, short = number_in(node, "quantity") or 0, number_in(node, "short") or 0
    missing = f" ({source.telling.word('short')}: {short})" if short else ""
    time = source.time(entry.time)
    return (f"{quantity} × {label}{missing}", name, time, "", "☑", _step(source, entry))


def _step(source: Source, entry: Entry) -> str:
    node = entry.payload
    part, step = text_in(node, "part"), text_in(node, "step")
    activity = source.history.activity(part, step, entry.number)
    return source.telling.label("activity", activity)
