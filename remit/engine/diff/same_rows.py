"""Whether two maps have the same duties for an activity: row by row, in columns.

Exact: sets of atoms are compared as sets of values, so the two maps may have cut numbers at other
places, and have their axes in another order. Cost: a look at each distinct set of atoms, once, and
a few nanoseconds a row and axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, chain

import numpy as np
from numpy.typing import NDArray

from remit.engine.intervals import Cut
from remit.engine.map.parts import ActivityPart
from remit.engine.map.rows import AtomSets, Table
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
    _known: dict[tuple[int, int], _Numbers] = field(default_factory=dict)

    def are_same(self, a: ActivityPart, b: ActivityPart) -> bool:
        """Return whether an activity has the same duties in the same order, each with its rows.

        Where a duty is not valid on every day, boxes that hold on none of its days have no row, so
        of such duties more must be looked at.
        """
        if a is b:
            return True
        mine, theirs = a.table, b.table
        if (
            a.names != b.names
            or len(mine.tags) != len(theirs.tags)
            or a.overrides.holders != b.overrides.holders
            or a.overrides.named != b.overrides.named
        ):
            return False
        ids = self._numbers(a.sets, b.sets).of(theirs.ids)
        return (mine.tags == theirs.tags).all() and (mine.ids == ids).all()  # type: ignore[no-any-return]

    def twins(self, a: ActivityPart, b: ActivityPart) -> frozenset[str]:
        """Return the names of duties that surely are the same in both, letters aside.

        None are told where a duty excepts others, which rows do not show, nor must one of these be
        valid on some days alone.
        """
        if a.overrides.named or b.overrides.named:
            return frozenset()
        names = [name for name in a.place if name in b.place]
        mine, theirs = (
            _Duties.of(part.table, [part.place[name] for name in names]) for part in (a, b)
        )
        same = mine.count == theirs.count
        mine, theirs = mine.chosen(same), theirs.chosen(same)
        ids = self._numbers(a.sets, b.sets).of(b.table.ids[theirs.rows])
        differs = (a.table.ids[mine.rows] != ids).any(axis=1)
        differs |= a.table.tags[mine.rows] % 2 != b.table.tags[theirs.rows] % 2
        same[np.flatnonzero(same)[mine.duty[differs]]] = False
        return frozenset(
            name for name, is_same in zip(names, same.tolist(), strict=True) if is_same
        )

    @cached_property
    def _places(self) -> list[int]:
        """Where the new map has each axis of the old one."""
        place = {axis.name: index for index, axis in enumerate(self.new.axes)}
        return [place[axis.name] for axis in self.old.axes]

    def _numbers(self, mine: tuple[AtomSets, ...], theirs: tuple[AtomSets, ...]) -> _Numbers:
        # The parts keep both alive for as long as this lives, so identities stay theirs.
        key = id(mine), id(theirs)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._made(mine, theirs)
        return found

    def _made(self, mine: tuple[AtomSets, ...], theirs: tuple[AtomSets, ...]) -> _Numbers:
        columns = [
            _by_value(axis, known, self.new.axes[place], theirs[place])
            for axis, known, place in zip(self.old.axes, mine, self._places, strict=True)
        ]
        starts = list(accumulate(map(len, columns[:-1]), initial=0))
        in_order = [*self._places] == [*range(len(columns))]
        return _Numbers(
            None if in_order else np.array(self._places),
            np.array(starts),
            np.array([*chain.from_iterable(columns)], np.int64),
            in_order and all(column == [*range(len(column))] for column in columns),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Duties:
    """The rows of some duties in a table, duty after duty.

    Args:
        first: where the rows of each duty begin.
        count: how many each has.
    """

    first: Ints
    count: Ints

    @classmethod
    def of(cls, table: Table, places: Sequence[int]) -> _Duties:
        """Return the rows of duties by position; those of one are neighbours, in order."""
        item, wanted = table.tags // 2, np.array(places, np.int64)
        found = np.searchsorted(item, wanted)
        after = np.searchsorted(item, wanted, side="right")
        return cls(found, after - found)

    def chosen(self, some: NDArray[np.bool_]) -> _Duties:
        """Return some of the duties."""
        return _Duties(self.first[some], self.count[some])

    @property
    def duty(self) -> Ints:
        """Which duty each row is of."""
        return np.repeat(np.arange(len(self.count)), self.count)

    @property
    def rows(self) -> Ints:
        """The positions of the rows in the table."""
        begin = self.first - (np.cumsum(self.count) - self.count)
        found: Ints = np.repeat(begin, self.count) + np.arange(int(self.count.sum()))
        return found


@dataclass(frozen=True, slots=True, eq=False)
class _Numbers:
    """What the old map calls each set of atoms of the new one.

    Args:
        places: where the new map has each axis of the old one; `None` if all are where they were.
        starts: where the numbers of each of these axes begin.
        numbers: the old number by the new one, axis after axis.
        are_same: whether both maps have the same axes and call every set the same.
    """

    places: Ints | None
    starts: Ints
    numbers: Ints
    are_same: bool

    def of(self, ids: Ints) -> Ints:
        """Return rows of the new map in the old one's numbers, axes in the old order."""
        if self.are_same:
            return ids
        if self.places is not None:
            ids = ids[:, self.places]
        found: Ints = self.numbers[ids + self.starts]
        return found


def _by_value(axis: Axis, mine: AtomSets, other: Axis, theirs: AtomSets) -> list[int]:
    if axis.dimension.is_named or axis.cuts == other.cuts:
        known = mine.number
        return [known.get(atoms, NONE) for atoms in theirs.number]
    bounds = {_bounds(axis, atoms): number for atoms, number in mine.number.items()}
    return [bounds.get(_bounds(other, atoms), NONE) for atoms in theirs.number]


def _bounds(axis: Axis, atoms: Atoms) -> Bounds:
    return tuple((axis.cuts[low], axis.cuts[high]) for low, high in atoms)
