"""The precedence of several activities at once: pairs of duties of many are compared in one go.

To compare the few pairs that one activity has costs some dozens of numpy calls, whatever their
number; so where many activities have a few each, their duties stand one after another.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from remit.engine.map.parts import ActivityPart
from remit.engine.map.precedence import Precedence

__all__ = ["Stacked"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Pairs = tuple[Ints, Ints, Ints]
"""The activity, the first duty and the other of some pairs, by position."""
AT_ONCE = 1_000_000
"""Pairs of duties that are compared at a time."""


@dataclass(frozen=True, eq=False)
class Stacked:
    """The precedence of some activities; duties are told by activity and position in it."""

    parts: Sequence[ActivityPart]

    def above(self, owner: Ints, y: Ints, x: Ints) -> Bools:
        """Return where `y` is put above `x`: duties that match together, of the same activity.

        Args:
            owner: the position in `parts` of the activity of each pair.
        """
        return self._related(owner, y, x, Precedence.above, _is_within)

    def decides(self, owner: Ints, y: Ints, x: Ints) -> Bools:
        """Return where one of two duties is put above the other, as `above` does."""
        return self._related(owner, y, x, Precedence.decides, _are_nested)

    def ordered(self, items: Sequence[Collection[int]]) -> Iterator[Pairs]:
        """Yield the pairs of some duties of which the first is put above the other.

        Activities with a rank, or with exceptions, which may have more to say, are left out.

        Args:
            items: by activity, the positions of the duties.
        """
        for owner, y, x in self._pairs(items):
            above = self.above(owner, y, x)
            yield owner[above], y[above], x[above]

    def _pairs(self, items: Sequence[Collection[int]]) -> Iterator[Pairs]:
        """Yield all pairs of some duties, many at a time."""
        waiting: list[Pairs] = []
        for number, (part, mine) in enumerate(zip(self.parts, items, strict=True)):
            precedence = part.overrides.precedence
            if precedence is None or precedence.rank is not None or part.overrides.named:
                continue
            every = np.array(sorted(mine), np.int64)
            step = max(1, AT_ONCE // max(1, len(every)))
            for begin in range(0, len(every), step):
                some = every[begin : begin + step]
                y, x = np.repeat(some, len(every)), np.tile(every, len(some))
                if sum(len(each) for _, each, _ in waiting) + len(y) > AT_ONCE:
                    yield from _in_one(waiting)
                    waiting = []
                waiting.append((np.full(len(y), number), y, x))
        yield from _in_one(waiting)

    def _related(
        self,
        owner: Ints,
        y: Ints,
        x: Ints,
        apart: Callable[[Precedence, Ints, Ints], Bools],
        relation: Callable[[Ints, Ints], Bools],
    ) -> Bools:
        found = np.zeros(len(owner), bool)
        if self.bounds is None:
            together = np.zeros(0, np.int64)
        else:
            together = np.flatnonzero(self._is_ranged[owner])
            first = self._first[owner[together]]
            found[together] = self._compared(first + y[together], first + x[together], relation)
        if len(together) < len(owner):
            for number in np.unique(owner).tolist():
                precedence = self.parts[number].overrides.precedence
                if precedence is not None and not self._is_ranged[number]:
                    mine = np.flatnonzero(owner == number)
                    found[mine] = apart(precedence, y[mine], x[mine])
        return found

    def _compared(self, y: Ints, x: Ints, relation: Callable[[Ints, Ints], Bools]) -> Bools:
        """Return how the ranges of each pair relate on the first dimension where they differ."""
        found = np.zeros(len(y), bool)
        undecided = np.arange(len(y))
        for bounds in self.bounds if self.bounds is not None else ():
            mine, theirs = bounds[y], bounds[x]
            alike = (mine == theirs).all(axis=1)
            found[undecided[~alike]] = relation(mine[~alike], theirs[~alike])
            undecided, y, x = undecided[alike], y[alike], x[alike]
            if not len(undecided):
                break
        return found

    @cached_property
    def bounds(self) -> Ints | None:
        """The ranges of the activities' duties, those one by one left out; `None` if all are."""
        known = [
            precedence.ranges
            for part, is_ranged in zip(self.parts, self._is_ranged.tolist(), strict=True)
            if is_ranged
            and (precedence := part.overrides.precedence) is not None
            and precedence.ranges is not None
        ]
        return np.concatenate(known, axis=1) if known else None

    @cached_property
    def _is_ranged(self) -> Bools:
        """Which activities are compared together: those without a rank that have ranges only."""
        return np.array(
            [
                (precedence := part.overrides.precedence) is not None
                and precedence.rank is None
                and precedence.ranges is not None
                for part in self.parts
            ],
            bool,
        )

    @cached_property
    def _first(self) -> Ints:
        """Where the duties of each activity begin in `bounds`."""
        sizes = [len(part.duties) for part in self.parts] * self._is_ranged
        return np.asarray(np.cumsum(sizes) - sizes)


def _in_one(arrays: Sequence[Pairs]) -> Iterator[Pairs]:
    if arrays:
        owner, y, x = (np.concatenate(each) for each in zip(*arrays, strict=True))
        yield owner, y, x


def _is_within(one: Ints, other: Ints) -> Bools:
    found: Bools = (one[:, 0] >= other[:, 0]) & (one[:, 1] <= other[:, 1])
    return found


def _are_nested(one: Ints, other: Ints) -> Bools:
    return _is_within(one, other) | _is_within(other, one)
