"""When time alone makes something due: the end of a wait, a limit of work, a message's next try."""

from __future__ import annotations

import datetime as dt

from remit.workflows.asking import growing
from remit.workflows.breaking import glass_deadlines
from remit.workflows.incident import Incident, Item
from remit.workflows.response import COMMAND_STEP, Ask, StepPlan

__all__ = ["completion_due", "deadlines", "hold_limit", "overdue_due", "recall_due"]

RECALL_SHARE = 4
"""Work in hand is recalled when the last of so many parts of its time begins."""


def completion_due(incident: Incident, step: StepPlan) -> dt.datetime | None:
    """Return by when the work must be done: counted from the moment its doer was first asked."""
    if step.complete is None:
        return None
    asked_at = [item.asked for ask in _asks(incident, step) for item in incident.asked(ask)]
    return min(asked_at) + dt.timedelta(seconds=step.complete) if asked_at else None


def overdue_due(incident: Incident, step: StepPlan) -> dt.datetime | None:
    """Return when it is told, or told again, that the work is late: at growing intervals."""
    progress, limit = incident.progress(step), completion_due(incident, step)
    if limit is None or progress.overdue is None:
        return limit
    return progress.overdue + growing(step.complete or 0, max(progress.overdues, 1) - 1)


def recall_due(incident: Incident, step: StepPlan, item: Item) -> dt.datetime | None:
    """Return when somebody who has the work in hand is recalled, or relieved by the next in line.

    It is recalled when the last part of its time begins, and after that whenever a recall ran out;
    who took it late is left alone for as long as that part.
    """
    limit = hold_limit(incident, step, item)
    if limit is None or step.complete is None:
        return None
    if item.recalls:
        return item.due
    part = dt.timedelta(seconds=step.complete // RECALL_SHARE)
    return limit - part if item.answered is None else max(limit - part, item.answered + part)


def hold_limit(incident: Incident, step: StepPlan, item: Item) -> dt.datetime | None:
    """Return until when a holder has to do the work: who took it over has the full time again."""
    limit = completion_due(incident, step)
    if limit is None or step.complete is None or item.answered is None or item.after is None:
        return limit
    return max(limit, item.answered + dt.timedelta(seconds=step.complete))


def deadlines(incident: Incident) -> dict[str, dt.datetime]:
    """Return when time alone makes something due, by name.

    A question's wait, a step's limit, a message that is to be tried again, an act in need.
    """
    found = dict(glass_deadlines(incident))
    found |= {
        f"message/{key}": sending.again
        for key, sending in incident.sending.items()
        if sending.again is not None
    }
    if incident.is_over:
        return found
    for key, numbers in incident.by_ask.items():
        items = [incident.items[number] for number in numbers]
        silent = [item.due for item in items if item.status == "open"]
        if silent and not _is_settled(incident, key, items[0]):
            found[key] = max(silent)
    for key, alarm in incident.alarms.items():
        if not any(
            item.is_waiting or item.is_settled for item in incident.asked(key)
        ) and _is_pursued(incident, key):
            found[f"{key}/alarm"] = alarm.due
    for step in incident.part.steps:
        if not incident.progress(step).is_past:
            found.update(_of_work(incident, step))
    return found


def _is_settled(incident: Incident, key: str, item: Item) -> bool:
    """Return whether nothing follows when the time of a question is over."""
    progress = incident.progress(f"{item.part}/{item.step}")
    is_past = progress.finished is not None and item.purpose not in {"sign-off", "decide"}
    is_idle = is_past or not _is_pursued(incident, key)
    return is_idle or key in progress.unheard or incident.in_hand(key) is not None


def _is_pursued(incident: Incident, key: str) -> bool:
    """Return whether a question is pursued: of a step under way, of money once it is in hand."""
    part, name, purpose, about = key.split("/", 3)
    if name == COMMAND_STEP:
        return True
    if part != incident.part.name:
        return False
    step = incident.response.part(part).step(name)
    if purpose == "approve" or (purpose, about) == ("decide", "approve"):
        return all(incident.in_hand(ask) is not None for ask in _asks(incident, step))
    progress = incident.progress(step)
    return not progress.is_over and (not progress.is_past or purpose == "sign-off")


def _of_work(incident: Incident, step: StepPlan) -> dict[str, dt.datetime]:
    found: dict[str, dt.datetime] = {}
    for ask in _asks(incident, step):
        item = incident.in_hand(ask)
        if item is not None and item.status == "taken":
            due = recall_due(incident, step, item)
            reliefs = [one.due for one in incident.asked(ask) if one.status == "open"]
            if due is not None:
                found[f"{ask.key}/recall"] = max([due, *reliefs])
    due = overdue_due(incident, step)
    if due is not None:
        found[f"{step.name}/complete"] = due
    return found


def _asks(incident: Incident, step: StepPlan) -> list[Ask]:
    return [ask.in_round(incident.progress(step).round) for ask in step.do]
