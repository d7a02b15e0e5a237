"""What one subject must do, may do and must not do in a part of the event space: its duty card.

It is read from the map, so a duty that others override is not on the card where they do. Duties of
one activity with the same letters and times are one task, whose region is theirs together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from remit.engine.conditions import Condition
from remit.engine.intervals import IntervalSet
from remit.engine.map.cells import CellSet
from remit.engine.map.counting import Mask, ranges_of
from remit.engine.map.diagram import box_diagram
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.pack import LETTERS, Duty, Letter
from remit.engine.texts import Text
from remit.engine.vocabulary import DATE

__all__ = ["Card", "CardRegion", "Rule", "Task", "card_of"]

Box = tuple[Mask, ...]
_Kind = tuple[tuple[Letter, ...], int | None, int | None]
"""What makes duties one task: letters and both times."""
MOST_REGIONS = 6
"""Regions of a task that are told one by one; how many more there are is told."""
OWN: tuple[Letter, ...] = ("accountable", "responsible")


@dataclass(frozen=True, slots=True)
class CardRegion:
    """A box of events.

    Args:
        values: what each dimension may be there; one that the card as a whole leaves as free as
            the region does is left out.
        is_full: whether the task is the subject's in all of it.
    """

    values: Mapping[str, IntervalSet]
    is_full: bool = True


@dataclass(frozen=True, slots=True)
class Task:
    """One activity that is the subject's to some extent.

    Args:
        regions: where, the largest first; one without values is everywhere.
        further: how many regions more there are.
        acknowledge: seconds, as in a duty.
        complete: seconds, as in a duty.
        bases: what the duties rest on, each once.
        others: who else has which letter in some of these events. Where the subject only supports,
            is consulted or informed: who is accountable.
    """

    activity: str
    letters: tuple[Letter, ...]
    regions: tuple[CardRegion, ...]
    further: int
    acknowledge: int | None
    complete: int | None
    bases: tuple[Text, ...]
    others: Mapping[Letter, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A power the subject has or must not use, or an activity it may only assist in.

    Args:
        name: of the power or the activity.
        regions: where, as it is written.
    """

    name: str
    regions: tuple[CardRegion, ...]
    basis: Text | None


@dataclass(frozen=True, slots=True)
class Card:
    """All that is a subject's in a part of the event space."""

    subject: str
    tasks: tuple[Task, ...]
    powers: tuple[Rule, ...]
    prohibitions: tuple[Rule, ...]
    assists_only: tuple[Rule, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.tasks


def card_of(map_: ResponsibilityMap, subject: str, box: Box) -> Card:
    """Return the card of a subject for the events of a box.

    Args:
        box: a mask an axis, in the order of the map's space.

    Raises:
        BudgetExceeded: if a diagram would cost more than the map's budget.
    """
    maker = _Maker(map_, subject, box)
    accounts = map_.pack.accounts_of(subject)
    return Card(
        subject,
        tuple(maker.tasks()),
        tuple(maker.rules((g.power, g.when, g.basis) for a in accounts for g in a.authority)),
        tuple(maker.rules((p.power, p.when, p.basis) for a in accounts for p in a.prohibitions)),
        tuple(maker.rules((x.activity, x.when, x.basis) for a in accounts for x in a.assists_only)),
    )


class _Maker:
    def __init__(self, map_: ResponsibilityMap, subject: str, box: Box) -> None:
        self.map = map_
        self.subject = subject
        self.box = box
        ground = map_.ground
        shape = box_diagram(ground.space.widths, [ranges_of(mask) for mask in box])
        self.inside = CellSet(ground, shape) & map_.possible()

    def tasks(self) -> Iterator[Task]:
        """Yield the tasks, by the strongest letter, then in the order of the vocabulary."""
        found = [task for activity in self._activities() for task in self._tasks_of(activity)]
        yield from sorted(found, key=lambda task: LETTERS.index(task.letters[0]))

    def rules(self, written: Iterable[tuple[str, Condition, Text | None]]) -> Iterator[Rule]:
        """Yield those that concern some event of the box."""
        for name, when, basis in written:
            if self.map.cells_of(when) & self.inside:
                yield Rule(name, tuple(self._written(when)), basis)

    def _activities(self) -> list[str]:
        mine = {duty.activity for duty in self._duties()}
        return [name for name in self.map.pack.vocabulary.activities if name in mine]

    def _duties(self) -> tuple[Duty, ...]:
        account = self.map.pack.subjects.get(self.subject)
        return () if account is None else account.duties

    def _tasks_of(self, activity: str) -> Iterator[Task]:
        room = self.map.needed(activity) & self.inside
        if not room:
            return
        kinds: dict[_Kind, tuple[CellSet, list[Duty]]] = {}
        for duty in self._duties():
            if duty.activity != activity:
                continue
            for letters, cells in self._held(duty, room):
                key = (letters, duty.acknowledge, duty.complete)
                before = kinds.get(key)
                if before is None:
                    kinds[key] = (cells, [duty])
                else:
                    kinds[key] = (before[0] | cells, [*before[1], duty])
        for (letters, *_), (cells, duties) in kinds.items():
            yield self._task(activity, letters, cells, duties)

    def _held(self, duty: Duty, room: CellSet) -> Iterator[tuple[tuple[Letter, ...], CellSet]]:
        """Yield the letters of a duty with the cells where it gives them, those alike together."""
        found: list[tuple[tuple[Letter, ...], CellSet]] = []
        for letter in LETTERS:
            if letter not in duty.roles:
                continue
            effective = self.map.compiled.effective(duty.name, letter)
            cells = CellSet(room.ground, effective.mapped(lambda holds: holds is True)) & room
            if not cells:
                continue
            for at, (letters, other) in enumerate(found):
                if cells.same_as(other):
                    found[at] = ((*letters, letter), other)
                    break
            else:
                found.append(((letter,), cells))
        yield from found

    def _task(
        self, activity: str, letters: tuple[Letter, ...], cells: CellSet, duties: list[Duty]
    ) -> Task:
        regions = cells.regions()
        bases = {duty.basis.by_language: duty.basis for duty in duties if duty.basis is not None}
        asked = LETTERS if set(letters) & set(OWN) else OWN[:1]
        return Task(
            activity,
            letters,
            tuple(
                CardRegion(self._values(region.box), region.density == 1)
                for region in regions[:MOST_REGIONS]
            ),
            max(0, len(regions) - MOST_REGIONS),
            duties[0].acknowledge,
            duties[0].complete,
            tuple(bases.values()),
            {letter: self._others(activity, letter, cells) for letter in asked},
        )

    def _others(self, activity: str, letter: Letter, cells: CellSet) -> tuple[str, ...]:
        part = self.map.compiled.parts[activity]
        names = {duty.subject for duty in part.duties if letter in duty.roles} - {self.subject}
        return tuple(
            name for name in sorted(names) if self.map.holding(activity, letter, name) & cells
        )

    def _values(self, region: Box) -> dict[str, IntervalSet]:
        """Return what a region allows, without what the card's own box says already."""
        space = self.map.compiled.space
        found = {
            axis.name: axis.allowed(ranges_of(mask))
            for axis, mask, whole in zip(space.axes, region, self.box, strict=True)
            if not (mask == whole).all()
        }
        names = (*self.map.pack.vocabulary.dimensions, DATE)
        return {name: found[name] for name in names if name in found}

    def _written(self, when: Condition) -> Iterator[CardRegion]:
        space = self.map.compiled.space
        for box in when.boxes:
            values = {}
            is_met = True
            for axis, whole in zip(space.axes, self.box, strict=True):
                constraint = box.constraints.get(axis.name)
                if constraint is None:
                    continue
                inside = axis.allowed(ranges_of(whole)) & constraint.allowed
                is_met = is_met and bool(inside)
                if inside != axis.allowed(ranges_of(whole)):
                    values[axis.name] = inside
            if is_met:
                yield CardRegion(values)
