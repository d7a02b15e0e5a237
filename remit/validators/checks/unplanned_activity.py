"""unplanned-activity: a plan holds and an activity is needed, and no plan has a step for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from remit.engine.spans import Related
from remit.engine.wording import tell
from remit.validators.check import Cell, Check, Context, Fault, by_activity
from remit.validators.finding import Finding, Unproved
from remit.validators.gaps import MOST_RELATED
from remit.validators.holders import labels_of
from remit.validators.plans import activities_of, plans_of
from remit.validators.words import label_words, names_words

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet, Region
    from remit.engine.replay import Replay

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault | Unproved]:
    """Yield a fault for each activity that some event's plans leave out.

    The lead activity is no step of any plan: to lead is to see to the plan.
    """
    if not context.pack.plans:
        return
    plans = tuple((activities_of(plan), cells) for plan, cells in plans_of(context))
    left_out = {context.pack.lead, *context.pack.checks.planning.standing}

    def find(activity: str) -> Iterator[Fault]:
        with_step, without_step = context.map.nowhere(), context.map.nowhere()
        for activities, cells in plans:
            if activity in activities:
                with_step |= cells
            else:
                without_step |= cells
        open_cells = without_step - with_step
        found = open_cells & context.map.needed(activity) if open_cells else open_cells
        if activity not in left_out and found:
            yield _fault(activity, found, context)

    yield from by_activity(context, find)


def _fault(activity: str, cells: CellSet, context: Context) -> Fault:
    draft = CHECK.draft(
        tell(
            "no plan has a step for `{activity}` in some events that have a plan", activity=activity
        ),
        context.pack.vocabulary.activities[activity].span,
        activity=activity,
        label=tell("needed there"),
        notes=label_words(labels_of(context.pack, activity)),
        help=tell(
            "add a step for it, or list it as `standing` under `checks` in pack.yaml if it goes on"
            " without a plan"
        ),
    )

    def detail(draft: Finding, region: Region) -> Finding:
        replay, plans = context.replay, context.pack.plans.values()
        holding = sorted(
            (plan for plan in plans if replay.holds(plan.when, region.witness)),
            key=lambda plan: plan.name,
        )
        names = names_words(plan.name for plan in holding)
        return replace(
            draft,
            related=tuple(
                Related(plan.span, tell("holds there")) for plan in holding[:MOST_RELATED]
            ),
            notes=(*draft.notes, tell("at the witness the plans are {names}", names=names)),
        )

    def holds_at(replay: Replay, cell: Cell) -> bool:
        holding = [p for p in context.pack.plans.values() if replay.holds(p.when, cell)]
        has_step = any(activity in activities_of(plan) for plan in holding)
        return replay.is_needed(activity, cell) and bool(holding) and not has_step

    return Fault(draft, cells, detail=detail, holds_at=holds_at, as_one=True)


CHECK = Check(
    code="P603",
    name="unplanned-activity",
    level="note",
    family="plans and time",
    summary="a plan holds and an activity is needed, and no plan has a step for it",
    faults=faults,
    cells_are="without a step",
    options=frozenset({"standing"}),
)
