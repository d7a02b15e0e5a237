"""The deadlines of a report: of every question and of every step, and what came of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import cast

from remit.workflows.deadlines import completion_due
from remit.workflows.entries import Entry, from_stamp
from remit.workflows.incident import Incident, Item, StepProgress
from remit.workflows.reports.telling import Telling
from remit.workflows.reports.view import Deadline, DeadlineState
from remit.workflows.response import StepPlan

__all__ = ["deadlines_of"]


def deadlines_of(telling: Telling, entries: Iterable[Entry]) -> Iterator[Deadline]:
    """Yield the deadlines of an incident: those of questions as asked, then those of steps.

    Args:
        telling: names, and the incident as it stands.
        entries: the incident's own; they keep the first limit where a reminder has moved it.
    """
    incident = telling.incident
    own = tuple(entries)
    answers = _first_answers(own)
    for entry in own:
        if entry.kind in {"asked", "escalated", "reassigned"}:
            item = incident.items[cast("int", entry.payload["item"])]
            due = from_stamp(cast("str", entry.payload["due"]))
            what = telling.word(f"question-{item.purpose}").format(step=telling.step(item))
            answered = answers.get(item.number)
            state = _came_to(incident, item, due, answered)
            yield Deadline(what, telling.subject(item.subject), due, answered, state)
    for step in telling.steps():
        yield from _of_step(telling, step)


def _of_step(telling: Telling, step: StepPlan) -> Iterator[Deadline]:
    due = completion_due(telling.incident, step)
    if due is None:
        return
    progress = telling.incident.progress(step)
    what = telling.word("limit").format(activity=telling.label("activity", step.activity))
    doers = telling.subjects(step.roles["responsible"] or step.roles["accountable"])
    state = _work_came_to(telling.incident, progress, due)
    yield Deadline(what, doers, due, progress.finished, state)


def _work_came_to(incident: Incident, progress: StepProgress, due: dt.datetime) -> DeadlineState:
    if progress.dropped is not None:
        return "withdrawn"
    if progress.finished is not None:
        return "kept" if progress.finished <= due else "late"
    return "missed" if incident.time > due else "open"


def _first_answers(entries: Iterable[Entry]) -> dict[int, dt.datetime]:
    """Return when each item was first answered; a later word that the work is done is no answer."""
    found: dict[int, dt.datetime] = {}
    for entry in entries:
        if entry.kind == "answered":
            found.setdefault(cast("int", entry.payload["item"]), entry.time)
    return found


def _came_to(
    incident: Incident, item: Item, due: dt.datetime, answered: dt.datetime | None
) -> DeadlineState:
    if answered is not None:
        return "kept" if answered <= due else "late"
    if item.status == "withdrawn" and not _was_passed_over(incident, item):
        return "withdrawn"
    return "missed" if incident.time > due else "open"


def _was_passed_over(incident: Incident, item: Item) -> bool:
    """Return whether time passed without an answer: the next was called, or a reminder sent."""
    others = incident.items.values()
    called = any(other.after == item.number and other.why == "no-answer" for other in others)
    unheard = incident.progress(f"{item.part}/{item.step}").unheard
    return called or item.reminders > 0 or item.ask in unheard
