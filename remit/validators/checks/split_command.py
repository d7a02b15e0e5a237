"""split-command: one doer answers to two superiors in the same plan and event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from remit.engine.pack import Pack, Plan
from remit.engine.spans import Related
from remit.engine.wording import tell
from remit.validators.check import Cell, Check, Context, Fault
from remit.validators.command import are_in_line, superiors
from remit.validators.finding import Finding, Unproved
from remit.validators.holders import labels_of
from remit.validators.letters import candidates, held
from remit.validators.plans import activities_of
from remit.validators.words import label_words, names_words

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet, Region
    from remit.engine.replay import Replay

__all__ = ["CHECK"]

Orders = Mapping[str, Sequence[str]]
"""The activities one doer does, by the subject accountable for them."""


@dataclass(frozen=True, slots=True)
class _Doer:
    """A doer in one plan, and how to tell whether two subjects are in one line of command."""

    name: str
    plan: Plan
    pack: Pack
    over: Mapping[str, str | None]

    def pairs(self, names: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield the pairs of other subjects that are in no one line."""
        others = sorted(set(names) - {self.name})
        for one, other in combinations(others, 2):
            if not are_in_line(one, other, self.pack, self.over):
                yield one, other

    def orders(self, replay: Replay, cell: Cell) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for activity in activities_of(self.plan):
            if replay.is_needed(activity, cell) and self.name in replay.holders(
                activity, "responsible", cell
            ):
                for superior in sorted(replay.holders(activity, "accountable", cell)):
                    found.setdefault(superior, []).append(activity)
        return found

    def clashes(self, orders: Orders) -> list[tuple[str, str]]:
        """Return the pairs that want different things of the doer."""
        return [
            (one, other)
            for one, other in self.pairs(orders)
            if any(mine != theirs for mine in orders[one] for theirs in orders[other])
        ]


def faults(context: Context) -> Iterator[Fault | Unproved]:
    """Yield a fault for each plan, doer and pair of superiors that are in no one line."""
    from remit.engine.map.budget import BudgetExceeded

    over = superiors(context.pack) if context.pack.plans else {}
    for _, plan in sorted(context.pack.plans.items()):
        try:
            yield from _faults(plan, over, context)
        except BudgetExceeded as error:
            yield Unproved("", "", str(error), activities_of(plan), duties=error.duties)


def _faults(plan: Plan, over: Mapping[str, str | None], context: Context) -> Iterator[Fault]:
    region = context.map.cells_of(plan.when)
    does: dict[str, list[str]] = {}
    for activity in activities_of(plan):
        for name in candidates(activity, "responsible", context):
            does.setdefault(name, []).append(activity)
    for name, activities in sorted(does.items()):
        doer = _Doer(name, plan, context.pack, over)
        superiors_of = {n for one in activities for n in candidates(one, "accountable", context)}
        # WHY first: most doers have no such pair, which is told without the map.
        if len(activities) > 1 and any(doer.pairs(superiors_of)):
            cells = _split(doer, _under(name, activities, region, context), context)
            if cells:
                yield _fault(doer, cells, context)


def _under(
    doer: str, activities: Sequence[str], region: CellSet, context: Context
) -> dict[str, dict[str, CellSet]]:
    """Return where the doer does each activity for each superior, within a region."""
    does = {name: region & held(name, "responsible", doer, context) for name in activities}
    found: dict[str, dict[str, CellSet]] = {}
    for activity, doing in does.items():
        # WHY: only what is done in the same event as something else can be split.
        others = (cells for name, cells in does.items() if name != activity)
        if not doing or not any(doing & cells for cells in others):
            continue
        for superior in candidates(activity, "accountable", context):
            cells = doing & held(activity, "accountable", superior, context)
            if cells:
                found.setdefault(superior, {})[activity] = cells
    return found


def _split(doer: _Doer, under: Mapping[str, Mapping[str, CellSet]], context: Context) -> CellSet:
    """Return where two superiors in no one line have the doer do different activities."""
    found = context.map.nowhere()
    for one, other in doer.pairs(under):
        for activity, cells in under[one].items():
            others = context.map.nowhere()
            for name, theirs in under[other].items():
                if name != activity:
                    others |= theirs
            found |= cells & others
    return found


def _fault(doer: _Doer, cells: CellSet, context: Context) -> Fault:
    draft = CHECK.draft(
        tell(
            "in the plan `{plan}` `{doer}` works for two subjects that are in no one line of"
            " command",
            plan=doer.plan.name,
            doer=doer.name,
        ),
        doer.plan.span,
        subjects=(doer.name,),
        letter="responsible",
        help=tell(
            "make one of them accountable for both, put one under the other, or let another"
            " subject do one of them"
        ),
    )

    def detail(draft: Finding, region: Region) -> Finding:
        return _placed(draft, doer, doer.orders(context.replay, region.witness))

    def holds_at(replay: Replay, cell: Cell) -> bool:
        orders = doer.orders(replay, cell)
        return replay.holds(doer.plan.when, cell) and bool(doer.clashes(orders))

    return Fault(draft, cells, detail=detail, holds_at=holds_at, as_one=True)


def _placed(draft: Finding, doer: _Doer, orders: Orders) -> Finding:
    """Return the finding at a step done for one superior, with one done for another beside it."""
    first, second = doer.clashes(orders)[0]
    steps = {step.activity: step for step in reversed(doer.plan.steps)}
    mine, theirs = next(
        (mine, theirs) for mine in orders[first] for theirs in orders[second] if mine != theirs
    )
    notes = [
        tell(
            "at the witness it does {activities} for `{name}`",
            activities=names_words(orders[name]),
            name=name,
        )
        for name in dict.fromkeys(name for pair in doer.clashes(orders) for name in pair)
    ]
    labels = labels_of(doer.pack, None, (doer.name, first, second))
    return replace(
        draft,
        span=steps[theirs].span,
        label=tell("done for `{name}`", name=second),
        related=(Related(steps[mine].span, tell("done for `{name}`", name=first)),),
        subjects=(doer.name, first, second),
        notes=(*draft.notes, *notes, *label_words(labels)),
    )


CHECK = Check(
    code="C304",
    name="split-command",
    level="warning",
    family="command",
    summary="one doer answers to two superiors in the same plan and event",
    faults=faults,
    cells_are="under two superiors",
)
