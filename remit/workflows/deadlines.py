"""When time alone makes something due: the end of a question's wait, the limit of a step's work."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from remit.workflows.incident import Incident
from remit.workflows.response import StepPlan

__all__ = ["completion_due", "deadlines"]


def completion_due(incident: Incident, step: StepPlan) -> dt.datetime | None:
    """Return by when the work must be done: counted from the moment its doer was first asked."""
    if step.complete is None:
        return None
    progress = incident.progress(step)
    asked_at = [
        item.asked for ask in step.do for item in incident.asked(replace(ask, round=progress.round))
    ]
    return min(asked_at) + dt.timedelta(seconds=step.complete) if asked_at else None


def deadlines(incident: Incident) -> dict[str, dt.datetime]:
    """Return when time alone makes something due, by name: a question's wait, a step's limit."""
    if incident.state == "closed":
        return {}
    found: dict[str, dt.datetime] = {}
    for key, numbers in incident.by_ask.items():
        items = [incident.items[number] for number in numbers]
        silent = [item.due for item in items if item.status == "open"]
        name = f"{items[0].part}/{items[0].step}"
        if silent and key not in incident.progress(name).unheard:
            found[key] = max(silent)
    for step in incident.part.steps:
        due, progress = completion_due(incident, step), incident.progress(step)
        if due is not None and not progress.is_past and progress.overdue is None:
            found[f"{step.name}/complete"] = due
    return found
