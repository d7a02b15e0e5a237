"""The slow path: one full event judged by reading every duty, with none of the map's machinery.

Every witness is replayed through this before it is printed, so that a fault in the diagrams cannot
reach a reader. It follows LANGUAGE section 4 rule by rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from remit.engine.conditions import Condition
from remit.engine.intervals import IntervalSet
from remit.engine.map.overrides import constraint_set, explicit_overrides, positions
from remit.engine.map.space import valid_days
from remit.engine.pack import Duty, Letter, Pack
from remit.engine.vocabulary import DATE, Value

__all__ = ["Replay"]


class Replay:
    """Answers about single full events of one pack."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._duties = pack.duties()
        self._explicit = explicit_overrides(self._duties)
        dimension = pack.vocabulary.dimension
        # WHY remembered: every duty asks for the same few values of one event.
        self._points = lru_cache(4096)(lambda name, value: dimension(name).only(value))
        self._known_sets: dict[int, tuple[Duty, tuple[IntervalSet, ...]]] = {}
        self._written: dict[str, _Written] = {}
        # WHY remembered: a witness is first judged, and then its finding placed at what it met.
        self._matching = lru_cache(64)(self._all_matching)

    def holds(self, when: Condition, cell: Mapping[str, Value]) -> bool:
        """Return whether a full event meets a condition."""
        return any(
            all(
                name in cell and self._points(name, cell[name]) <= constraint.allowed
                for name, constraint in box.constraints.items()
            )
            for box in when.boxes
        )

    def is_possible(self, cell: Mapping[str, Value]) -> bool:
        """Return whether the event can happen."""
        return not any(self.holds(when, cell) for when in self._pack.vocabulary.impossible)

    def is_needed(self, activity: str, cell: Mapping[str, Value]) -> bool:
        """Return whether an activity is needed (rule 5)."""
        vocabulary = self._pack.vocabulary
        unowned = (entry for entry in vocabulary.unowned if entry.activity == activity)
        return (
            self.holds(vocabulary.activities[activity].needed, cell)
            and not any(self.holds(entry.when, cell) for entry in unowned)
            and self.is_possible(cell)
        )

    def matches(self, duty: Duty, cell: Mapping[str, Value]) -> bool:
        """Return whether a duty matches (rule 1)."""
        return self.holds(duty.when, cell) and self._stands(duty, cell)

    def _stands(self, duty: Duty, cell: Mapping[str, Value]) -> bool:
        """Return whether a duty whose `when` holds matches."""
        if duty.unless is not None and self.holds(duty.unless, cell):
            return False
        if duty.valid is None:
            return True
        day = self._pack.vocabulary.dimension(DATE).only(cell[DATE])
        return day <= valid_days(duty.valid.start, duty.valid.end)

    def overrides(self, y: Duty, x: Duty, letter: Letter) -> bool:
        """Return whether `y` overrides `x` for a letter (rule 2)."""
        if x.name in self._explicit[y.name]:
            return True
        if y.name in self._explicit[x.name] or letter not in {"accountable", "responsible"}:
            return False
        if y.activity != x.activity or letter not in y.roles or letter not in x.roles:
            return False
        for mine, theirs in zip(self._sets(y), self._sets(x), strict=True):
            if mine != theirs:
                return mine < theirs
        return False

    def _sets(self, duty: Duty) -> tuple[IntervalSet, ...]:
        """Return what a duty allows on each dimension of the precedence."""
        found = self._known_sets.get(id(duty))
        # WHY the duty beside it: for as long as it is kept no other can have its identity.
        if found is None or found[0] is not duty:
            vocabulary = self._pack.vocabulary
            allowed = tuple(constraint_set(duty, d, vocabulary) for d in self._pack.precedence)
            found = self._known_sets[id(duty)] = (duty, allowed)
        return found[1]

    def effective(
        self, activity: str, letter: Letter, cell: Mapping[str, Value]
    ) -> tuple[Duty, ...]:
        """Return the effective duties that have a letter for an activity (rule 3)."""
        matching = self._matching(activity, tuple(cell.items()))
        return tuple(
            x
            for x in matching
            if letter in x.roles and not any(self.overrides(y, x, letter) for y in matching)
        )

    def holders(self, activity: str, letter: Letter, cell: Mapping[str, Value]) -> frozenset[str]:
        """Return the subjects with a letter for an activity (rule 4)."""
        return frozenset(duty.subject for duty in self.effective(activity, letter, cell))

    def _all_matching(
        self, activity: str, values: tuple[tuple[str, Value], ...]
    ) -> tuple[Duty, ...]:
        """Return the duties of an activity that match a full event."""
        if activity not in self._written:
            self._written[activity] = _Written([d for d in self._duties if d.activity == activity])
        cell = dict(values)
        points = {name: self._points(name, value) for name, value in values}
        found = self._written[activity].holding(points)
        return tuple(duty for duty in found if self._stands(duty, cell))


class _Written:
    """Duties by what their `when` says: what many of them say is held against an event once."""

    def __init__(self, duties: Sequence[Duty]) -> None:
        self._duties = duties
        self._owner: list[int] = []
        self._saying: dict[tuple[str, IntervalSet], int] = defaultdict(int)
        for index, duty in enumerate(duties):
            for box in duty.when.boxes:
                for name, constraint in box.constraints.items():
                    self._saying[name, constraint.allowed] |= 1 << len(self._owner)
                self._owner.append(index)

    def holding(self, points: Mapping[str, IntervalSet]) -> Iterator[Duty]:
        """Yield the duties some box of whose `when` has all the points, in order."""
        left = (1 << len(self._owner)) - 1
        for (name, allowed), boxes in self._saying.items():
            if left & boxes and not (name in points and points[name] <= allowed):
                left &= ~boxes
        for index in sorted({self._owner[box] for box in positions(left)}):
            yield self._duties[index]
