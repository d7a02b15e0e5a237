"""Where one step of an incident stands, in one word of the table of states."""

from __future__ import annotations

from remit.workflows.incident import Incident
from remit.workflows.response import StepPlan
from remit.workflows.states import WorkState
from remit.workflows.waits import is_consulted, is_without, money_is_missing

__all__ = ["step_state"]


def step_state(incident: Incident, step: StepPlan) -> WorkState:
    """Return the state of a step: its end, else the first thing it waits for, else `working`."""
    progress = incident.progress(step)
    if progress.dropped is not None:
        return "dropped"
    if progress.cancelled is not None:
        return "cancelled"
    if progress.finished is not None:
        return "signed-off" if progress.signed is not None else "done"
    if progress.started is None:
        return "planned"
    return _before_its_end(incident, step)


def _before_its_end(incident: Incident, step: StepPlan) -> WorkState:
    if not is_consulted(incident, step):
        return "waiting-consultation"
    unordered = step.order is not None and incident.answer(step.order) is None
    if step.nobody or unordered or _is_to_be_decided(incident, step, "do", "accept"):
        return "waiting-approval"
    asks = [ask.in_round(incident.progress(step).round) for ask in step.do]
    doers = [ask for ask in asks if not is_without(incident, step, ask)]
    if any(incident.in_hand(ask) is None for ask in doers):
        return "notified"
    if money_is_missing(incident, step):
        lacks = step.money is None or _is_to_be_decided(incident, step, "approve")
        return "waiting-resource" if lacks else "waiting-approval"
    done = all(incident.answer(ask) is not None for ask in doers)
    return "waiting-hand-over" if done and step.hand_over else "working"


def _is_to_be_decided(incident: Incident, step: StepPlan, *abouts: str) -> bool:
    """Return whether somebody is asked how to go on without what nobody would give."""
    asked = [item for one in abouts for item in incident.asked(f"{step.name}/decide/{one}")]
    return any(item.status == "open" for item in asked)
