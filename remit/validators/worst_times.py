"""How long responses can take at worst, over the whole event space.

The cells are parted into situations: those in which the same subjects have the letters, hold the
powers and have the same times, as far as one step is concerned. One cell of each is asked on the
slow path (`worst_case.py`), and its answer holds for all of them. Times are then added along the
steps of the plans, cell sets by cell sets: the longest path through a plan is a maximum of sums
(critical path method, Kelley and Walker 1959). Cost: one slow answer a situation of a step, and one
product of diagrams a step and predecessor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from remit.engine.graphs import ordered
from remit.engine.map.budget import BudgetExceeded
from remit.engine.map.cells import CellSet
from remit.engine.map.diagram import Diagram, combine
from remit.engine.pack import Letter, Plan, Step
from remit.validators.check import Context
from remit.validators.letters import candidates, held
from remit.validators.plans import plans_of
from remit.validators.worst_case import FOREVER_S, Timeline

__all__ = ["WorstTimes"]

MOST_SITUATIONS = 2_000
"""Situations of one step that are asked one by one; past them nothing is proved."""
Seconds = int | None
"""A time, or `None` where nothing is known or nothing happens."""
Situation = tuple[object, ...] | None


@dataclass(frozen=True, eq=False)
class WorstTimes:
    """The worst times of the plans that meet one region.

    Raises:
        BudgetExceeded: from every question, if a step has too many situations.
    """

    context: Context
    region: CellSet

    @cached_property
    def lead(self) -> Diagram[Seconds]:
        """Seconds until somebody leads."""
        name = self.context.pack.lead
        if name is None:
            return self.context.map.ground.nothing.mapped(lambda _: None)

        def seconds(timeline: Timeline) -> Seconds:
            stage = timeline.lead()
            return None if stage is None else stage.seconds

        needed = _plain(self.context.map.needed(name).diagram)
        return self._measured(self.region, (needed, *self._answering(name)), seconds)

    @cached_property
    def finish(self) -> Mapping[tuple[str, str], Diagram[Seconds]]:
        """Seconds until each step is done, by plan and id; empty where steps wait in a circle."""
        taken = {f"{plan.name}/{step.id}": (plan, step, cells) for plan, step, cells in self._taken}
        # WHY only where both are taken: of two plans that share steps, each may have its own order.
        order = ordered(
            {
                name: [
                    other
                    for other, (_, before, theirs) in taken.items()
                    if before.id in step.after and cells & theirs
                ]
                for name, (_, step, cells) in taken.items()
            }
        )
        found: dict[tuple[str, str], Diagram[Seconds]] = {}
        for name in order or ():
            plan, step, cells = taken[name]
            found[plan.name, step.id] = self._finish(step, cells, found)
        return found

    @cached_property
    def _taken(self) -> list[tuple[Plan, Step, CellSet]]:
        """The steps that are taken in the region, with where; of two the first by plan counts."""
        spent: dict[str, CellSet] = {}
        found = []
        for plan, cells in plans_of(self.context):
            inside = cells & self.region
            for step in plan.steps:
                if not inside or step.activity == self.context.pack.lead:
                    continue
                where = inside & self.context.map.needed(step.activity)
                before = spent.get(step.id)
                where = where if before is None else where - before
                spent[step.id] = where if before is None else before | where
                if where:
                    found.append((plan, step, where))
        return found

    def _finish(
        self, step: Step, cells: CellSet, found: Mapping[tuple[str, str], Diagram[Seconds]]
    ) -> Diagram[Seconds]:
        start = self.lead
        for plan, other, where in self._taken:
            both = where & cells if other.id in step.after else None
            if both:
                # WHY: where the other step is not taken, nobody waits for it.
                marked = combine(both.diagram, found[plan.name, other.id], _if_taken)
                start = combine(start, marked, _later)
        lasting = self._measured(cells, self._facts(step), lambda one: _sum(one, step))
        return combine(start, lasting, _added)

    def _facts(self, step: Step) -> Iterator[Diagram[object]]:
        activity, pack = step.activity, self.context.pack
        yield from self._answering(activity)
        yield from self._having(activity, "responsible")
        if step.consult_first:
            for name in candidates(activity, "consulted", self.context):
                yield _plain(held(activity, "consulted", name, self.context).diagram)
        for receiver in step.hand_over_to:
            yield _plain(self.context.map.needed(receiver).diagram)
            yield from self._answering(receiver)
        if pack.lead is not None and self.context.map.unheld(activity, "accountable"):
            yield from self._having(pack.lead, "accountable")

    def _answering(self, activity: str) -> Iterator[Diagram[object]]:
        """Yield what bears on who answers for an activity, who may order it, and how soon."""
        yield from self._having(activity, "accountable")
        for duty in self.context.map.compiled.parts[activity].duties:
            if duty.acknowledge is not None or duty.complete is not None:
                yield _plain(self.context.map.effective(duty.name).diagram)
        powers = self.context.pack.vocabulary.activities[activity].requires
        for each in (self.context.pack, *self.context.pack.higher):
            for subject in each.subjects.values():
                whens = [one.when for one in subject.authority if one.power in powers]
                whens += [one.when for one in subject.prohibitions if one.power in powers]
                whens += [one.when for one in subject.assists_only if one.activity == activity]
                for when in whens:
                    if not when.is_always:
                        yield _plain(self.context.map.cells_of(when).diagram)

    def _having(self, activity: str, letter: Letter) -> Iterator[Diagram[object]]:
        subjects = self.context.map.compiled.parts[activity].subjects
        yield self.context.map.compiled.answers(activity, letter).mapped(subjects)

    def _measured(
        self,
        cells: CellSet,
        facts: Iterable[Diagram[object]],
        measure: Callable[[Timeline], Seconds],
    ) -> Diagram[Seconds]:
        """Return what is measured in some cells: once for all those of one situation."""
        parted: Diagram[Situation] = cells.diagram.mapped(lambda inside: () if inside else None)
        for fact in facts:
            parted = combine(parted, fact, _and_this)
            if len(parted.terminals) > MOST_SITUATIONS:
                raise BudgetExceeded(0, len(parted.terminals), MOST_SITUATIONS)
            self.context.map.compiled.budget.refuse_late()
        known: dict[Situation, Seconds] = {None: None}
        for situation in parted.terminals:
            if situation is not None:
                one = CellSet(cells.ground, parted.mapped(_is(situation)))
                timeline = Timeline(self.context.pack, self.context.replay, one.witness())
                known[situation] = measure(timeline)
        return parted.mapped(lambda situation: known[situation])


def _sum(timeline: Timeline, step: Step) -> Seconds:
    stages = timeline.stages(step)
    return None if stages is None else min(sum(one.seconds for one in stages), FOREVER_S)


def _is(situation: Situation) -> Callable[[Situation], bool]:
    return lambda other: other == situation


def _plain(diagram: Diagram[bool]) -> Diagram[object]:
    return diagram.mapped(lambda holds: holds)


def _and_this(situation: Situation, fact: object) -> Situation:
    return None if situation is None else (*situation, fact)


NOT_WAITED_FOR = -1
"""The end of a step that is not taken: it delays nothing."""


def _if_taken(taken: bool, end: Seconds) -> Seconds:  # noqa: FBT001 -- a terminal
    return end if taken else NOT_WAITED_FOR


def _later(one: Seconds, other: Seconds) -> Seconds:
    return None if one is None or other is None else max(one, other)


def _added(start: Seconds, lasting: Seconds) -> Seconds:
    return None if start is None or lasting is None else min(start + lasting, FOREVER_S)
