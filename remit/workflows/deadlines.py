"""When time alone makes something due: the end of a wait, a limit of work, a message's next try.

INVARIANT: whatever somebody has in hand has its time, whether the policy sets a limit or not, so no
incident rests for ever because somebody forgot.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from remit.workflows.asking import growing
from remit.workflows.breaking import glass_deadlines
from remit.workflows.holding import NOTHING_HELD
from remit.workflows.incident import Incident, Item
from remit.workflows.response import COMMAND_STEP, Ask, StepPlan
from remit.workflows.waits import (
    command_ask,
    has_doers,
    is_consulted,
    is_led,
    may_begin,
    money_is_missing,
)

__all__ = [
    "completion_due",
    "deadlines",
    "hold_limit",
    "in_hand",
    "overdue_due",
    "recall_due",
    "unlimited",
]

RECALL_SHARE = 4
"""Work in hand is recalled when the last of so many parts of its time begins."""
RECALLED = frozenset({"do", "pay", "supply"})
"""Purposes of what somebody has in hand; who leads is recalled by the close."""
CALL_STATES = {
    "supply": frozenset({"asked"}),
    "spare": frozenset({"asked"}),
    "receive": frozenset({"reserved", "sent"}),
}
"""States of a call for people or stock in which each question about it is pursued."""
DOUBLINGS = 3
"""What is to be paid or sent is first recalled after the time to say so, doubled so many times."""
LEAST_UNLIMITED, MOST_UNLIMITED = dt.timedelta(days=1), dt.timedelta(days=7)
"""Bounds of the time, which doubles, that work without a limit is left alone."""


def completion_due(incident: Incident, step: StepPlan) -> dt.datetime | None:
    """Return by when the work must be done: counted from the moment somebody was first asked.

    Others who come to do it, after a change of stage too, do not make it later.
    """
    if step.complete is None:
        return None
    asked_at = [item.asked for ask in _asks(incident, step) for item in incident.asked(ask)]
    progress, place = incident.progress(step), ("do", step.part, step.id)
    if asked_at and progress.round == 1 and progress.started is not None:
        asked_at += [
            item.asked
            for item in incident.items.values()
            if (item.purpose, item.part, item.step) == place and item.asked >= progress.started
        ]
    return min(asked_at) + dt.timedelta(seconds=step.complete) if asked_at else None


def overdue_due(incident: Incident, step: StepPlan) -> dt.datetime | None:
    """Return when it is told, or told again, that the work is late: at growing intervals."""
    progress, limit = incident.progress(step), completion_due(incident, step)
    if limit is None or progress.overdue is None:
        return limit
    return progress.overdue + growing(step.complete or 0, max(progress.overdues, 1) - 1)


def in_hand(incident: Incident) -> Iterator[tuple[StepPlan, Item]]:
    """Yield what somebody has in hand and is recalled, each with its step."""
    steps = {step.id: step for step in incident.part.steps}
    for item in incident.open_items():
        if item.status != "taken" or item.part != incident.part.name:
            continue
        step = steps.get(item.step)
        if step is not None and item.purpose in RECALLED and not incident.progress(step).is_over:
            yield step, item


def recall_due(incident: Incident, step: StepPlan, item: Item) -> dt.datetime:
    """Return when somebody who has something in hand is recalled, or relieved by the next in line.

    It is recalled when the last part of its time begins, and after that whenever a recall ran out;
    who took it late, or said that it is still at it, is left alone for as long as that part. Where
    no limit is set, it is the more time the oftener it was heard.
    """
    if item.recalls:
        return item.due
    heard = item.heard or item.answered or item.asked
    limit = hold_limit(incident, step, item)
    if limit is None or step.complete is None or item.purpose != "do":
        return heard + unlimited(item)
    part = dt.timedelta(seconds=step.complete // RECALL_SHARE)
    return max(limit - part, heard + part)


def unlimited(item: Item) -> dt.timedelta:
    """Return how long something in hand without a limit is left alone, before its next recall."""
    if item.purpose == "do":
        return min(LEAST_UNLIMITED * (1 << min(item.heards + item.recalls, 3)), MOST_UNLIMITED)
    return growing(item.within, DOUBLINGS + item.heards + item.recalls)


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
        asked = incident.asked(key)
        is_asked = any(item.is_waiting or item.is_settled for item in asked)
        is_decided = asked and incident.asked(_decision(asked[0]))
        if not is_asked and not is_decided and _is_pursued(incident, key):
            found[f"{key}/alarm"] = alarm.due
    for step in incident.part.steps if is_led(incident) else ():
        late = None if incident.progress(step).is_past else overdue_due(incident, step)
        if late is not None:
            found[f"{step.name}/complete"] = late
    if is_led(incident):
        found.update(_of_recalls(incident))
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
        return _is_of_lead(incident, key)
    if part != incident.part.name or not is_led(incident):
        return False
    step = incident.response.part(part).step(name)
    progress = incident.progress(step)
    if progress.is_past or progress.is_over:
        return purpose == "sign-off" and not progress.is_over
    if purpose == "order":
        return is_consulted(incident, step)
    if purpose == "do":
        return may_begin(incident, step)
    return _is_wanted(incident, step, purpose, about.partition("#")[0])


def _is_of_lead(incident: Incident, key: str) -> bool:
    """Return whether a question about the incident as a whole is pursued."""
    part, _, purpose, about = key.split("/", 3)
    if purpose == "command":
        return key.partition("#")[0] == command_ask(incident).key
    is_here = part == incident.part.name and is_led(incident)
    return is_here and not _is_idle_contest(incident, about)


def _is_idle_contest(incident: Incident, about: str) -> bool:
    """Return whether it was to be decided whose some work is, that its giver has no more."""
    if not about.startswith("hand-over:"):
        return False
    given = incident.items[int(about.partition("#")[0].rpartition("@")[2])]
    return not given.is_waiting or given.to is None


def _is_wanted(incident: Incident, step: StepPlan, purpose: str, about: str) -> bool:
    """Return whether a question about means is pursued; every other one is."""
    if purpose == "approve" or (purpose, about) == ("decide", "approve"):
        # WHY: how to go on without the money is decided where nobody can approve it any more.
        is_given_up = purpose == "approve" and incident.asked(f"{step.name}/decide/approve")
        return has_doers(incident, step) and not is_given_up
    if purpose in CALL_STATES:
        holding = incident.means.get(step.name, NOTHING_HELD)
        wanted = holding.call(int(about)).state in CALL_STATES[purpose]
    elif about.startswith("hand-over:"):
        return not _is_idle_contest(incident, about)
    elif purpose == "pay":
        wanted = _is_unpaid(incident, step, about)
    else:
        return True
    return wanted and has_doers(incident, step) and not money_is_missing(incident, step)


def _decision(item: Item) -> str:
    """Return the name of the question how to go on where all have refused another one."""
    return f"{item.part}/{item.step}/decide/{item.purpose}"


def _is_unpaid(incident: Incident, step: StepPlan, about: str) -> bool:
    """Return whether money of a fund is set aside for a step and not spent."""
    holding, fund = incident.means.get(step.name, NOTHING_HELD), about.removeprefix("fund:")
    return any(one.fund == fund and holding.left(one) > 0 for one in holding.requests)


def _of_recalls(incident: Incident) -> Iterator[tuple[str, dt.datetime]]:
    for step, item in in_hand(incident):
        due = recall_due(incident, step, item)
        reliefs = [one.due for one in incident.asked(item.ask) if one.status == "open"]
        yield f"{item.ask}/recall/{item.number}", max([due, *reliefs])


def _asks(incident: Incident, step: StepPlan) -> list[Ask]:
    return [ask.in_round(incident.progress(step).round) for ask in step.do]
