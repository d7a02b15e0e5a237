"""Which steps of which plans run at which events: what a response then draws on.

It follows the response (`workflows/planning.py`): every plan whose `when` holds gives its steps,
an activity that is not needed is left out, and of two steps of one id the first plan's counts.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from remit.engine.means import Needs, Run, Scenario
from remit.engine.pack import Pack, Plan, Step
from remit.engine.spans import Span
from remit.engine.wording import tell, tell_count
from remit.validators.check import Cell, Context
from remit.validators.words import names_words

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet
    from remit.engine.map.diagram import Diagram

__all__ = [
    "NOTHING",
    "Crew",
    "Kept",
    "Total",
    "by_fault",
    "crews_of",
    "draws",
    "kept_at",
    "kept_steps",
    "needs_span",
    "plans_words",
    "run_cells",
    "run_steps",
    "runs_words",
    "steps_of",
    "stock_of",
    "totals",
]

Kept = frozenset[tuple[str, str]]
"""Steps that run in one event, by plan and id."""
NOTHING: Kept = frozenset()
SHARED = "steps by event"
"""What `kept_steps` is found under once it was asked for."""
K = TypeVar("K", bound=Hashable)
N = TypeVar("N", int, Decimal)


@dataclass(frozen=True, slots=True)
class Crew:
    """Steps of incidents of one sort.

    Args:
        ways: the steps that may run in one incident, by id, for each sort of event it may be.
        times: how many such incidents there are at once.
    """

    ways: tuple[Mapping[str, Step], ...]
    times: int = 1


@dataclass(frozen=True, slots=True)
class Total(Generic[N]):
    """What some steps draw of one thing, at most.

    Args:
        steps: those that draw on it, with how much, most first.
    """

    amount: N
    steps: tuple[tuple[Step, N], ...]


def draws(pack: Pack, wanted: Callable[[Needs], object]) -> bool:
    """Return whether some step of the pack draws on what is asked about."""
    return any(
        step.needs is not None and wanted(step.needs)
        for plan in pack.plans.values()
        for step in plan.steps
    )


def kept_steps(context: Context) -> Diagram[Kept]:
    """Return which steps run in each event, of all plans that hold there.

    Steps that neither draw on anything nor stand between two that do are left out.
    """
    if SHARED not in context.shared:
        bearing = _bearing(context.pack)
        plans = [
            plan
            for _, plan in sorted(context.pack.plans.items())
            if any(step.id in bearing for step in plan.steps)
        ]
        cells = ((plan, context.map.cells_of(plan.when)) for plan in plans)
        context.shared[SHARED] = _kept(cells, context)
    return cast("Diagram[Kept]", context.shared[SHARED])


def run_cells(run: Run, scenario: Scenario, context: Context) -> CellSet:
    """Return the events of a run: of its plan, where the scenario happens."""
    cells = context.map.cells_of(context.pack.plans[run.plan].when)
    for when in (run.when, scenario.when):
        if when is not None:
            cells &= context.map.cells_of(when)
    return cells


def run_steps(run: Run, scenario: Scenario, context: Context) -> tuple[Kept, ...]:
    """Return which steps may run together in a run, in any of its events."""
    plan = context.pack.plans[run.plan]
    found = _kept([(plan, run_cells(run, scenario, context))], context)
    only = set(run.steps)
    kept = ({key for key in each if not only or key[1] in only} for each in found.terminals)
    return tuple(sorted({frozenset(each) for each in kept}, key=sorted))


def kept_at(context: Context, cell: Cell) -> Kept:
    """Return which steps run in one event, told by the slow path."""
    found: dict[str, str] = {}
    for name, plan in sorted(context.pack.plans.items()):
        if context.replay.holds(plan.when, cell):
            for step in plan.steps:
                is_led = step.activity == context.pack.lead
                if not is_led and context.replay.is_needed(step.activity, cell):
                    found.setdefault(step.id, name)
    return frozenset((plan, step) for step, plan in found.items())


def steps_of(kept: Kept, pack: Pack) -> Mapping[str, Step]:
    """Return steps by id, in the order of their plans."""
    return {
        step.id: step
        for name in sorted({plan for plan, _ in kept})
        for step in pack.plans[name].steps
        if (name, step.id) in kept
    }


def stock_of(step: Step) -> list[tuple[str, int]]:
    """Return what a step uses up of the stock, by item."""
    found = step.needs.stock if step.needs else {}
    return [(item, count) for item, count in found.items() if count]


def crews_of(scenario: Scenario, context: Context) -> list[Crew]:
    """Return what runs at once in a scenario."""
    return [
        Crew(
            tuple(steps_of(kept, context.pack) for kept in run_steps(run, scenario, context)),
            run.times,
        )
        for run in scenario.runs
    ]


def totals(
    crews: Sequence[Crew], drawn: Callable[[Step], Iterable[tuple[str, N]]], nothing: N
) -> dict[str, Total[N]]:
    """Return what is used up in all, by name: in each incident by the steps that use most.

    Unlike people, what is used up does not come back for the next step.

    Args:
        drawn: what a step uses up.
        nothing: the zero of its numbers.
    """
    names = {
        name
        for crew in crews
        for way in crew.ways
        for step in way.values()
        for name, _ in drawn(step)
    }
    return {name: _total(name, crews, drawn, nothing) for name in sorted(names)}


def _total(
    name: str, crews: Sequence[Crew], drawn: Callable[[Step], Iterable[tuple[str, N]]], nothing: N
) -> Total[N]:
    found: list[tuple[Step, N]] = []
    for crew in crews:
        most, chosen = nothing, []
        for way in crew.ways:
            used = [
                (step, amount * crew.times)
                for step in way.values()
                for one, amount in drawn(step)
                if one == name
            ]
            amount = sum((amount for _, amount in used), nothing)
            if amount > most:
                most, chosen = amount, used
        found += chosen
    found.sort(key=lambda one: (-one[1], one[0].id))
    return Total(sum((amount for _, amount in found), nothing), tuple(found))


def by_fault(
    kept: Diagram[Kept], find: Callable[[Kept], Iterable[tuple[K, int | Decimal]]], context: Context
) -> Iterator[tuple[K, Kept, CellSet]]:
    """Yield each fault with the steps that show it worst and all events that have it.

    Args:
        find: the faults of some steps that run together, each with how bad it is there.
    """
    from remit.engine.map.cells import CellSet

    worst: dict[K, tuple[int | Decimal, Kept]] = {}
    where: dict[K, set[Kept]] = {}
    for each in sorted(kept.terminals, key=sorted):
        for fault, size in find(each):
            where.setdefault(fault, set()).add(each)
            if fault not in worst or size > worst[fault][0]:
                worst[fault] = (size, each)
    for fault, (_, steps) in worst.items():
        found = kept.mapped(lambda each, among=where[fault]: each in among)  # type: ignore[misc]
        cells = CellSet(context.map.ground, found) & context.map.possible()
        yield fault, steps, cells


def needs_span(step: Step) -> Span:
    """Return where a step says what it draws on."""
    return step.spans.get("needs", step.span)


def plans_words(names: Iterable[str]) -> str:
    """Return "the plan `a`", or "the plans `a` and `b` together"."""
    found = sorted(set(names))
    if len(found) == 1:
        return tell("the plan `{plan}`", plan=found[0])
    return tell("the plans {plans} together", plans=names_words(found))


def runs_words(scenario: Scenario) -> str:
    """Return what runs at once in a scenario: "`fire`, 2 times `flood`"."""
    told = [
        tell_count("`{plan}`", "{number} times `{plan}`", run.times, plan=run.plan)
        for run in scenario.runs
    ]
    return ", ".join(told)


def _joined(before: Kept, more: Kept) -> Kept:
    """Return the steps of one plan added to those of plans before it, which keep their ids."""
    if not before or not more:
        return before or more
    ids = {step for _, step in before}
    return before | {key for key in more if key[1] not in ids}


def _adding(key: tuple[str, str]) -> Callable[[Kept | None, bool], Kept | None]:
    return lambda kept, is_here: kept | {key} if is_here and kept is not None else kept


def _bearing(pack: Pack) -> frozenset[str]:
    """Return the ids of steps that draw on something, or stand between two that do.

    No other step changes what is needed at once; leaving them out spares most of the work.
    """
    before: dict[str, set[str]] = {}
    after: dict[str, set[str]] = {}
    drawing = set()
    for plan in pack.plans.values():
        for step in plan.steps:
            before.setdefault(step.id, set()).update(step.after)
            for name in step.after:
                after.setdefault(name, set()).add(step.id)
            if step.needs is not None:
                drawing.add(step.id)
    return frozenset(drawing | (_reached(drawing, before) & _reached(drawing, after)))


def _reached(start: Iterable[str], edges: Mapping[str, Iterable[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        following = set(edges.get(waiting.pop(), ())) - found
        found |= following
        waiting += following
    return found


def _kept(plans: Iterable[tuple[Plan, CellSet]], context: Context) -> Diagram[Kept]:
    from remit.engine.map.diagram import combine

    bearing = _bearing(context.pack)
    found: Diagram[Kept] = context.map.nowhere().diagram.mapped(lambda _: NOTHING)
    for plan, cells in plans:
        context.map.compiled.budget.refuse_late()
        steps = [s for s in plan.steps if s.id in bearing and s.activity != context.pack.lead]
        if not steps or not cells:
            continue
        own: Diagram[Kept | None] = cells.diagram.mapped(lambda holds: NOTHING if holds else None)
        for step in steps:
            needed = context.map.needed(step.activity).diagram
            own = combine(own, needed, _adding((plan.name, step.id)))
        found = combine(found, own, lambda one, more: _joined(one, more or NOTHING))
    return found
