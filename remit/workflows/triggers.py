"""Which move of the tables of states each kind of entry makes, and whether it may be made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from remit.workflows.entries import Entry
from remit.workflows.incident import Incident, Item
from remit.workflows.lifecycle import PURPOSES, Outcome
from remit.workflows.response import COMMAND_STEP, StepPlan
from remit.workflows.states import INCIDENT, WORK, IncidentState, LifecycleError, Trigger
from remit.workflows.step_states import step_state

__all__ = ["check_item", "check_work", "state_after"]

_TRIGGERS: Mapping[str, Trigger] = {
    "opened": "open", "asked": "notify", "escalated": "escalate", "skipped": "skip",
    "alarm": "alarm", "reminded": "remind", "unheard": "give-up", "lacking": "give-up",
    "started": "begin", "assigned": "assign", "overdue": "overdue", "finished": "finish",
    "informed": "inform", "signed-off": "sign-off", "dropped": "drop", "handed-over": "hand-over",
    "lapsed": "lapse", "reassigned": "reassign", "undone": "undo", "recovering": "recover",
    "closed": "close", "reviewed": "review", "reopened": "reopen", "cancelled": "cancel",
    "merged": "merge", "absorbed": "absorb", "split": "split", "joined": "note",
    "delivered": "note", "undelivered": "note", "refused": "note", "seen": "note",
    "changed": "change", "glass-broken": "note", "glass-ended": "change",
    "attempted": "note", "held": "note", "nobody-told": "note",
    "stuck": "note",
}  # fmt: skip
"""By kind of entry. A kind that is not here tells of means, and is a `supply` of its step."""

_OUTCOMES: Mapping[Outcome, Trigger] = {
    "acknowledged": "acknowledge", "advised": "advise", "ordered": "order", "approved": "approve",
    "done": "complete", "accepted": "accept", "signed-off": "sign-off", "closed": "sign-off",
    "settled": "settle", "dropped": "settle", "declined": "decline", "returned": "return",
    "offered": "offer", "granted": "supply", "sent": "supply", "received": "supply",
    "missing": "supply", "paid": "supply", "justified": "note", "unjustified": "note",
}  # fmt: skip
"""By what an answer came to. The one who is asked to close signs off; the close is an entry."""

_OF_ALL: frozenset[Trigger] = frozenset({"cancel", "merge", "reopen", "undo"})
"""Moves that take several steps along at once."""


def state_after(before: Incident, entry: Entry, after: Incident) -> IncidentState:
    """Return the state of the incident after an entry.

    Args:
        after: the incident with the entry folded in, but for its state.

    Raises:
        LifecycleError: if its state before does not allow what the entry tells.
    """
    trigger = _of_incident(before, entry, after)
    if trigger == "reopen":
        state = cast("str", entry.payload["state"])
        INCIDENT.check(before.state, trigger, state)
    else:
        state = INCIDENT.after(before.state, trigger)
    return cast("IncidentState", state)


def check_work(before: Incident, entry: Entry, after: Incident) -> None:
    """See that the step an entry is about may move as it tells, and the steps it takes along.

    Raises:
        LifecycleError: if it may not.
    """
    trigger = _trigger(before, entry)
    if trigger in _OF_ALL:
        for part in before.response.parts:
            for step in part.steps:
                was, now = step_state(before, step), step_state(after, step)
                if was != now:
                    WORK.check(was, trigger, now)
        return
    found = None if trigger == "note" else _step(before, entry)
    if found is not None:
        WORK.check(step_state(before, found), trigger, step_state(after, found))


def check_item(item: Item, outcome: Outcome) -> None:
    """See that an item may be answered, and with such an outcome.

    Raises:
        LifecycleError: if not.
    """
    fits = outcome in PURPOSES[item.purpose].answers.values()
    is_said = item.status == "taken" and outcome == "acknowledged" and not item.recalls
    if not item.is_waiting or not fits or is_said:
        raise LifecycleError(item.status, _OUTCOMES.get(outcome, "settle"), "item")


def _trigger(before: Incident, entry: Entry) -> Trigger:
    # WHY: an act past the policy is judged whatever has become of the work, or the incident.
    if _purpose(before, entry) == "review":
        return "note"
    if entry.kind == "answered":
        return _OUTCOMES[cast("Outcome", entry.payload["outcome"])]
    return _TRIGGERS.get(entry.kind, "supply")


def _of_incident(before: Incident, entry: Entry, after: Incident) -> Trigger:
    trigger = _trigger(before, entry)
    if trigger == "note" or _step(before, entry) is None:
        return _of_command(entry, trigger, after)
    return trigger if trigger == "inform" else "work"


def _of_command(entry: Entry, trigger: Trigger, after: Incident) -> Trigger:
    """Return the move of the incident as a whole; a "mine" of one of several is `agree`."""
    if trigger == "acknowledge":
        item = after.items[cast("int", entry.payload["item"])]
        return "acknowledge" if after.in_hand(item.ask) is not None else "agree"
    if entry.kind == "lacking" and "/command/" in cast("str", entry.payload["ask"]):
        return "acknowledge"
    return trigger


def _purpose(incident: Incident, entry: Entry) -> str | None:
    """Return the purpose of the question an entry is about, if it is about one."""
    number = entry.payload.get("item")
    if entry.kind in {"answered", "reminded"} and isinstance(number, int):
        return incident.items[number].purpose
    return cast("str | None", entry.payload.get("purpose"))


def _step(incident: Incident, entry: Entry) -> StepPlan | None:
    """Return the step an entry is about, or `None` for what concerns the incident as a whole."""
    node = entry.payload
    part, step = node.get("part"), node.get("step")
    number = node.get("item") if entry.kind in {"answered", "reminded"} else node.get("from")
    if step is None and isinstance(number, int):
        item = incident.items[number]
        part, step = item.part, item.step
    if not isinstance(part, str) or not isinstance(step, str) or step == COMMAND_STEP:
        return None
    return incident.response.part(part).step(step)
