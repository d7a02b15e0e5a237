"""What a step waits for before its work, and before its end: read off what is known, no more."""

from __future__ import annotations

from remit.workflows.asking import untried
from remit.workflows.holding import NOTHING_HELD
from remit.workflows.incident import Incident
from remit.workflows.response import Ask, StepPlan

__all__ = [
    "command_ask", "has_doers", "is_consulted", "is_led", "is_without", "may_begin",
    "money_is_missing", "waived",
]  # fmt: skip


def waived(incident: Incident, step: StepPlan, about: str) -> bool:
    """Return whether it was decided to go on without what nobody would give."""
    found = incident.asked(f"{step.name}/decide/{about}")
    return any(item.outcome == "settled" for item in found)


def is_without(incident: Incident, step: StepPlan, ask: Ask) -> bool:
    """Return whether the work goes on without a doer whom nobody would be, as was decided.

    That was perhaps decided of another doer: as long as somebody can be called, nobody is done
    without.
    """
    items, approver = incident.asked(ask), incident.progress(step).approver
    nobody = incident.in_hand(ask) is None
    silent = any(item.status == "open" for item in items)
    left = untried((name for name in ask.line if name != approver), items) if items else []
    return nobody and not silent and not left and waived(incident, step, "do")


def is_consulted(incident: Incident, step: StepPlan) -> bool:
    """Return whether all who must be heard before the work were, declined, or had their time."""
    return not step.consult_first or all(_is_heard(incident, ask) for ask in step.consult)


def _is_heard(incident: Incident, ask: Ask) -> bool:
    items, passed = incident.asked(ask), incident.skipped.get(ask.key, frozenset())
    declined = {item.subject for item in items if item.outcome == "declined"}
    refused = bool(items) and declined | passed >= set(ask.line)
    given_up = ask.key in incident.progress(f"{ask.part}/{ask.step}").unheard
    return incident.answer(ask) is not None or given_up or refused


def may_begin(incident: Incident, step: StepPlan) -> bool:
    """Return whether the doer may be asked: the consulted were heard, the order was given."""
    ordered = step.order is None or incident.answer(step.order) is not None
    return not step.nobody and ordered and is_consulted(incident, step)


def has_doers(incident: Incident, step: StepPlan) -> bool:
    """Return whether somebody has all of the work in hand, or it was decided to go on without."""
    asks = (ask.in_round(incident.progress(step).round) for ask in step.do)
    return all(incident.in_hand(ask) is not None or is_without(incident, step, ask) for ask in asks)


def money_is_missing(incident: Incident, step: StepPlan) -> bool:
    """Return whether the step waits for money, and nobody decided to go on without it."""
    if step.money is None and not step.unfunded:
        return False
    if any(item.outcome == "settled" for item in incident.asked(f"{step.name}/decide/approve")):
        return False
    planned = [one for one in incident.means.get(step.name, NOTHING_HELD).requests if one.planned]
    return not planned or any(one.set_aside is None for one in planned)


def command_ask(incident: Incident) -> Ask:
    """Return who leads now; recovery keeps the leader where the same subject owns it."""
    first, part = incident.response.parts[0], incident.part
    return first.command if part.command.holder == first.command.holder else part.command


def is_led(incident: Incident) -> bool:
    """Return whether somebody leads, or led, what is under way: until then nothing else goes on."""
    # WHY not whether somebody leads now: work goes on while the lead changes hands.
    return command_ask(incident).part in incident.led
