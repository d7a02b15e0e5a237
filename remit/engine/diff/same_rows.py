"""Whether two maps have the same duties for an activity: row by row, in columns.

Exact: sets of atoms are compared as sets of values, so the two maps may have cut numbers at other
places, and have their axes in another order. Cost: a look at each distinct set of atoms, once, and
a few nanoseconds a row and axis.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from remit.engine.intervals import Cut
from remit.engine.map.parts import ActivityPart
from remit.engine.map.rows import AtomSets
from remit.engine.map.space import Atoms, Axis, Space

__all__ = ["SameRows"]

Ints = NDArray[np.int64]
Bounds = tuple[tuple[Cut, Cut], ...]
NONE = -1
"""Number of a set of atoms that the old map has not."""


@dataclass(frozen=True, eq=False)
class SameRows:
    """The spaces of two maps over the same dimensions."""

    old: Space
    new: Space
    _known: dict[tuple[int, int], Ints] = field(default_factory=dict)

    def are_same(self, a: ActivityPart, b: ActivityPart) -> bool:
        """Return whether an activity has the same duties in the same order, each with its rows.

        Where a duty is not valid on every day, boxes that hold on none of its days have no row, so
        of such duties more must be looked at.
        """
        if a is b:
            return True
        return (
            len(a.duties) == len(b.duties)
            and a.overrides.holders == b.overrides.holders
            and a.overrides.named == b.overrides.named
            and list(a.place) == list(b.place)
            and np.array_equal(a.table.tags, b.table.tags)
            and all(self._is_same_column(a, b, at) for at in range(len(self.old.axes)))
        )

    def _is_same_column(self, a: ActivityPart, b: ActivityPart, at: int) -> bool:
        other = self._places[at]
        mine, theirs = a.table.sets[at], b.table.sets[other]
        ids = b.table.ids[:, other]
        if mine is not theirs:
            ids = self._numbers(at, mine, theirs)[ids]
        return np.array_equal(a.table.ids[:, at], ids)

    @cached_property
    def _places(self) -> list[int]:
        """Where the new map has each axis of the old one."""
        place = {axis.name: index for index, axis in enumerate(self.new.axes)}
        return [place[axis.name] for axis in self.old.axes]

    def _numbers(self, at: int, mine: AtomSets, theirs: AtomSets) -> Ints:
        """Return the old number of each of the new map's sets on an axis of the old one."""
        # The parts keep both alive for as long as this lives, so an identity is one set of sets.
        key = id(mine), id(theirs)
        found = self._known.get(key)
        if found is None:
            axis, other = self.old.axes[at], self.new.axes[self._places[at]]
            if axis.dimension.is_named or axis.cuts == other.cuts:
                known = mine.number
                numbers = [known.get(atoms, NONE) for atoms in theirs.number]
            else:
                bounds = {_bounds(axis, atoms): number for atoms, number in mine.number.items()}
                numbers = [bounds.get(_bounds(other, atoms), NONE) for atoms in theirs.number]
            found = self._known[key] = np.array(numbers, np.int64)
        return found


def _bounds(axis: Axis, atoms: Atoms) -> Bounds:
    return tuple((axis.cuts[low], axis.cuts[high]) for low, high in atoms)
