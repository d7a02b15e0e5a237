"""Where each side can tell of an event, and where it needs an activity: the ground of a diff."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from remit.engine.diff.joint import Boxes, Joint, Reader
from remit.engine.map.budget import Budget
from remit.engine.map.cells import Ground
from remit.engine.map.diagram import Diagram, box_diagram, combine
from remit.engine.map.few_rows import build_few
from remit.engine.map.rows import Row

__all__ = ["Flags", "Grounds"]


class Flags(NamedTuple):
    """What each side says of one activity at a cell, whoever answers.

    `can` is whether the event exists there: its values are known, it is not impossible, and the
    pack has the activity. `needs` implies it.
    """

    can_before: bool
    needs_before: bool
    can_after: bool
    needs_after: bool


@dataclass(frozen=True, eq=False)
class Grounds:
    """The events and needs of two sides over their joint space."""

    joint: Joint
    budget: Budget

    @cached_property
    def ground(self) -> Ground:
        """What cell sets of the diff stand on: the events that can happen on either side."""
        either = self.can[0]
        if not self.can_is_same:
            either = combine(*self.can, lambda a, b: a or b)
        return Ground(self.joint.space, self.joint.vocabulary, either)

    @cached_property
    def can(self) -> tuple[Diagram[bool], Diagram[bool]]:
        """Which events each side can tell of, and that can happen there."""
        old = self._can(self.joint.old)
        return old, old if self.can_is_same else self._can(self.joint.new)

    @cached_property
    def can_is_same(self) -> bool:
        """Whether the same events exist on both sides, told without building a diagram."""
        old, new = self.joint.old, self.joint.new
        return old.known == new.known and _impossible(old) == _impossible(new)

    def is_same(self, activity: str) -> bool:
        """Return whether both sides surely say the same of an activity."""
        return self.can_is_same and _need(self.joint.old, activity) == _need(
            self.joint.new, activity
        )

    def flags(self, activity: str) -> Diagram[Flags]:
        """Return what both sides say of an activity, whoever answers.

        Raises:
            BudgetExceeded: if a diagram would cost more than the budget.
        """
        always = self._always(activity)
        if always is not None:
            return always
        before = self._needs(self.joint.old, self.can[0], activity)
        if self.is_same(activity):
            return before.mapped(lambda pair: Flags(*pair, *pair))
        after = self._needs(self.joint.new, self.can[1], activity)
        return combine(before, after, lambda a, b: Flags(*a, *b))

    def _always(self, activity: str) -> Diagram[Flags] | None:
        """Return the flags of an activity that both sides need everywhere; `None` of others."""
        need = _need(self.joint.old, activity)
        everywhere = tuple(axis.everything() for axis in self.joint.space.axes)
        if need is None or everywhere not in need[0] or need[1] or not self.is_same(activity):
            return None
        can = self.can[0]
        if can.terminals != (True,):
            return None
        return Diagram(can.widths, can.levels, (Flags(True, True, True, True),))  # noqa: FBT003 -- as named

    def _can(self, reader: Reader) -> Diagram[bool]:
        widths = self.joint.space.widths
        known = box_diagram(widths, reader.known)
        rows = [Row(0, box) for box in _impossible(reader)]
        if not rows:
            return known
        not_impossible = build_few(widths, rows, lambda items: not items, budget=self.budget)
        return combine(known, not_impossible, lambda a, b: a and b)

    def _needs(
        self, reader: Reader, can: Diagram[bool], activity: str
    ) -> Diagram[tuple[bool, bool]]:
        need = _need(reader, activity)
        if need is None:
            return can.mapped(lambda _: (False, False))
        rows = [Row(0, box) for box in need[0]]
        rows += [Row(0, box, removes=True) for box in need[1]]
        needed = build_few(self.joint.space.widths, rows, bool, budget=self.budget)
        return combine(can, needed, lambda a, b: (a, a and b))


def _impossible(reader: Reader) -> Boxes:
    conditions = reader.side.pack.vocabulary.impossible
    return frozenset(box for condition in conditions for box in reader.boxes(condition))


def _need(reader: Reader, activity: str) -> tuple[Boxes, Boxes] | None:
    """Return where a side asks for an activity, and where it leaves it unowned on purpose."""
    vocabulary = reader.side.pack.vocabulary
    if activity not in vocabulary.activities:
        return None
    unowned = (
        box
        for entry in vocabulary.unowned
        if entry.activity == activity
        for box in reader.boxes(entry.when)
    )
    return reader.boxes(vocabulary.activities[activity].needed), frozenset(unowned)
