"""Which activities of two packs are written alike, told without an event space.

Most of a pack is untouched by an edit, and this look at what was read is all that such a part
costs: about two microseconds a duty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from remit.engine.conditions import Condition
from remit.engine.diff.joint import Side
from remit.engine.pack import Duty, Validity
from remit.engine.vocabulary import Dimension

__all__ = ["Sameness", "duties_by_activity"]

ByActivity = Mapping[str, Sequence[Duty]]


@dataclass(frozen=True, eq=False)
class Sameness:
    """Two sides, looked at as written."""

    old: Side
    new: Side
    before: ByActivity
    after: ByActivity

    def is_written_alike(self, activity: str) -> bool:
        """Return whether an activity surely has the same answers and needs on both sides.

        A duty that excepts one of another activity carries its exceptions on through that one, so
        then nothing is said.
        """
        if not self.is_one_space or not self._has_same_need(activity):
            return False
        before, after = self.before.get(activity, ()), self.after.get(activity, ())
        if len(before) != len(after):
            return False
        here = {duty.name for duty in before}
        return all(
            _is_same(a, b) and all(reference.name in here for reference in a.exception_to)
            for a, b in zip(before, after, strict=True)
        )

    @cached_property
    def is_one_space(self) -> bool:
        """Whether both sides have the same events and the same precedence."""
        old, new = self.old.pack, self.new.pack
        mine, others = old.vocabulary.dimensions, new.vocabulary.dimensions
        return (
            self.old.fixed == self.new.fixed
            and old.precedence == new.precedence
            and mine.keys() == others.keys()
            and all(_shape(mine[name]) == _shape(others[name]) for name in mine)
            and _are_same(old.vocabulary.impossible, new.vocabulary.impossible)
        )

    def _has_same_need(self, activity: str) -> bool:
        old, new = self.old.pack.vocabulary, self.new.pack.vocabulary
        if activity not in old.activities or activity not in new.activities:
            return False
        needed = old.activities[activity].needed, new.activities[activity].needed
        unowned = (
            tuple(entry.when for entry in one.unowned if entry.activity == activity)
            for one in (old, new)
        )
        return _means_same(*needed) and _are_same(*unowned)


def duties_by_activity(side: Side) -> dict[str, list[Duty]]:
    """Return the duties of each activity of a side's pack, by full name."""
    found: dict[str, list[Duty]] = {name: [] for name in side.pack.vocabulary.activities}
    for duty in side.duties:
        found[duty.activity].append(duty)
    return found


def _is_same(a: Duty, b: Duty) -> bool:
    return (
        a.name == b.name
        and frozenset(a.roles) == frozenset(b.roles)
        and _means_same(a.when, b.when)
        and _means_same(a.unless, b.unless)
        and _days(a.valid) == _days(b.valid)
        and {one.name for one in a.exception_to} == {one.name for one in b.exception_to}
    )


def _days(valid: Validity | None) -> tuple[object, object] | None:
    return None if valid is None else (valid.start, valid.end)


def _means_same(a: Condition | None, b: Condition | None) -> bool:
    """Return whether two conditions are the same boxes in the same order, wherever written."""
    if a is None or b is None:
        return a is b
    if len(a.boxes) != len(b.boxes):
        return False
    for mine, other in zip(a.boxes, b.boxes, strict=True):
        if mine.constraints.keys() != other.constraints.keys():
            return False
        for name, constraint in mine.constraints.items():
            if constraint.allowed != other.constraints[name].allowed:
                return False
    return True


def _are_same(a: Sequence[Condition], b: Sequence[Condition]) -> bool:
    return len(a) == len(b) and all(map(_means_same, a, b))


def _shape(dimension: Dimension) -> tuple[object, ...]:
    return (
        dimension.kind,
        dimension.values,
        dimension.nodes,
        dimension.minimum,
        dimension.maximum,
    )
