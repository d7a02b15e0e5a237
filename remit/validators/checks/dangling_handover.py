"""dangling-handover: work is handed over to an activity for which nobody is there to take it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from remit.engine.pack import Letter, Plan, Step
from remit.engine.spans import Related
from remit.engine.wording import tell
from remit.validators.check import Cell, Check, Context, Fault
from remit.validators.finding import Level, Unproved
from remit.validators.holders import labels_of
from remit.validators.letters import candidates
from remit.validators.plans import activities_of, planned, plans_of
from remit.validators.words import label_words

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet
    from remit.engine.replay import Replay

__all__ = ["CHECK"]

Reason = Literal["not needed", "nobody", "not planned", "same"]
LEVELS: dict[Reason, Level] = {
    "not needed": "warning",
    "nobody": "warning",
    "not planned": "note",
    "same": "note",
}


@dataclass(frozen=True, slots=True)
class _Handover:
    """Work of one step that goes to one activity."""

    plan: Plan
    step: Step
    receiver: str


def faults(context: Context) -> Iterator[Fault | Unproved]:
    """Yield a fault for each hand-over of a step and each reason why it goes nowhere."""
    from remit.engine.map.budget import BudgetExceeded

    for plan, cells in plans_of(context):
        for step in plan.steps:
            for receiver in step.hand_over_to:
                try:
                    yield from _faults(_Handover(plan, step, receiver), cells, context)
                except BudgetExceeded as error:
                    about = (step.activity, receiver)
                    yield Unproved("", "", str(error), about, duties=error.duties)


def _faults(handover: _Handover, plan: CellSet, context: Context) -> Iterator[Fault]:
    for reason, cells in _regions(handover, plan, context):
        if cells:
            yield _fault(handover, reason, cells, context)


def _regions(
    handover: _Handover, plan: CellSet, context: Context
) -> Iterator[tuple[Reason, CellSet]]:
    """Yield where the hand-over fails, by the first reason that holds."""
    step, receiver = handover.step, handover.receiver
    base = plan & context.map.needed(step.activity)
    needed = base & context.map.needed(receiver)
    yield "not needed", base - needed
    nobody = needed & context.map.unheld(receiver, "accountable")
    yield "nobody", nobody
    taken = needed - nobody
    loose = taken - planned(receiver, context)
    if receiver != context.pack.lead:
        yield "not planned", loose
        taken -= loose
    yield "same", taken & _kept(step.activity, receiver, context)


def _kept(activity: str, receiver: str, context: Context) -> CellSet:
    """Return where the one who does an activity is the one who answers for the receiving one."""
    found = context.map.nowhere()
    doers = candidates(activity, "responsible", context)
    for subject in candidates(receiver, "accountable", context):
        if subject in doers:
            taking = _alone(receiver, "accountable", subject, context)
            found |= taking & _alone(activity, "responsible", subject, context)
    return found


def _alone(activity: str, letter: Letter, subject: str, context: Context) -> CellSet:
    from remit.engine.map.cells import CellSet

    compiled = context.map.compiled
    subjects = compiled.parts[activity].subjects
    answers = compiled.answers(activity, letter)
    return CellSet(context.map.ground, answers.mapped(lambda share: subjects(share) == {subject}))


def _fault(handover: _Handover, reason: Reason, cells: CellSet, context: Context) -> Fault:
    step, receiver = handover.step, handover.receiver
    activity = context.pack.vocabulary.activities[receiver]
    draft = CHECK.draft(
        _message(handover, reason),
        step.spans.get("hand_over_to", step.span),
        activity=step.activity,
        letter="accountable",
        label=tell("handed over here"),
        related=(Related(activity.span, tell("the receiving activity")),),
        notes=label_words(
            [*labels_of(context.pack, step.activity), *labels_of(context.pack, receiver)]
        ),
        help=_cure(reason, receiver),
    )

    def holds_at(replay: Replay, cell: Cell) -> bool:
        inside = replay.holds(handover.plan.when, cell) and replay.is_needed(step.activity, cell)
        return inside and _reason_at(handover, replay, cell, context) == reason

    return Fault(replace(draft, level=LEVELS[reason]), cells, holds_at=holds_at, as_one=True)


def _reason_at(handover: _Handover, replay: Replay, cell: Cell, context: Context) -> Reason | None:
    step, receiver = handover.step, handover.receiver
    if not replay.is_needed(receiver, cell):
        return "not needed"
    takers = replay.holders(receiver, "accountable", cell)
    if not takers:
        return "nobody"
    if receiver != context.pack.lead and not any(
        replay.holds(plan.when, cell) and receiver in activities_of(plan)
        for plan in context.pack.plans.values()
    ):
        return "not planned"
    doers = replay.holders(step.activity, "responsible", cell)
    return "same" if len(takers) == 1 and takers == doers else None


def _message(handover: _Handover, reason: Reason) -> str:
    names = {
        "step": handover.step.id,
        "plan": handover.plan.name,
        "receiver": handover.receiver,
    }
    if reason == "not needed":
        return tell(
            "`{step}` of the plan `{plan}` hands over to `{receiver}`, which is not needed in some"
            " of its events",
            **names,
        )
    if reason == "nobody":
        return tell(
            "`{step}` of the plan `{plan}` hands over to `{receiver}`, for which nobody is"
            " accountable in some of its events",
            **names,
        )
    if reason == "not planned":
        return tell(
            "`{step}` of the plan `{plan}` hands over to `{receiver}`, for which no plan has a step"
            " in some of its events",
            **names,
        )
    return tell(
        "`{step}` of the plan `{plan}` hands over to `{receiver}`, for which its own doer answers"
        " in some of its events",
        **names,
    )


def _cure(reason: Reason, receiver: str) -> str:
    if reason == "not needed":
        return tell(
            "widen `needed` of `{receiver}`, or hand over to another activity", receiver=receiver
        )
    if reason == "nobody":
        return tell("make a subject accountable for `{receiver}` there", receiver=receiver)
    if reason == "not planned":
        return tell("add a step for `{receiver}`, or leave the hand-over out", receiver=receiver)
    return tell("leave the hand-over out, or hand over to what another subject answers for")


CHECK = Check(
    code="P602",
    name="dangling-handover",
    level="warning",
    family="plans and time",
    summary="work is handed over to an activity for which nobody is there to take it",
    faults=faults,
    cells_are="without a receiver",
)
