"""Rows: the boxes a diagram is built from, one by one or in columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remit.engine.map.space import Atoms

__all__ = ["AtomSets", "Row", "Table", "single_ranged"]

Ints = NDArray[np.int64]


class Row(NamedTuple):
    """One box that adds `item` to the set at every cell in it, or takes it out where `removes`."""

    item: int
    box: tuple[Atoms, ...]
    removes: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class AtomSets:
    """The distinct sets of atoms that rows have on one axis, by number."""

    number: dict[Atoms, int]

    @classmethod
    def some(cls, axes: int) -> tuple[AtomSets, ...]:
        """Return an empty one for each axis."""
        return tuple(cls({}) for _ in range(axes))


def single_ranged(ids: Ints, sets: Sequence[AtomSets]) -> NDArray[np.bool_]:
    """Return which rows have one range of atoms on every axis.

    Args:
        ids: the number of each row's set of atoms; shape `(rows, axes)`.
        sets: by axis.
    """
    found = np.ones(len(ids), bool)
    for axis, known in enumerate(sets):
        single = np.fromiter((len(atoms) == 1 for atoms in known.number), bool, len(known.number))
        found &= single[ids[:, axis]]
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Rows in columns; what they have on each axis is a number of `sets`.

    Args:
        tags: twice the item, and one more where the row removes it; shape `(rows,)`.
        ids: the number of each row's set of atoms; shape `(rows, axes)`.
        sets: by axis; tables that share them can be joined.
    """

    tags: Ints
    ids: Ints
    sets: tuple[AtomSets, ...]

    @classmethod
    def of(cls, rows: Sequence[Row], sets: tuple[AtomSets, ...]) -> Table:
        """Return rows as a table; what their sets lack is added to `sets`."""
        tags = np.fromiter((2 * row.item + row.removes for row in rows), np.int64, len(rows))
        ids = np.empty((len(rows), len(sets)), np.int64)
        for axis, known in enumerate(sets):
            number = known.number
            # WHY by identity: the same sets come again and again as the same values, and to hash
            # each costs more than all the rest.
            sets_ = [row.box[axis] for row in rows]
            keys = list(map(id, sets_))
            found = {
                key: number.setdefault(atoms, len(number))
                for key, atoms in dict(zip(keys, sets_, strict=True)).items()
            }
            ids[:, axis] = list(map(found.__getitem__, keys))
        return cls(tags, ids, sets)

    @classmethod
    def of_sides(cls, low: Ints, high: Ints) -> Table:
        """Return boxes of one range an axis as rows of item 0.

        Args:
            low: first atoms; shape `(rows, axes)`.
            high: last atoms, exclusive; the same shape.
        """
        ids = np.empty(low.shape, np.int64)
        sets = []
        for axis in range(low.shape[1]):
            stride = int(high[:, axis].max()) + 1
            keys, ids[:, axis] = np.unique(
                low[:, axis] * stride + high[:, axis], return_inverse=True
            )
            pairs = zip((keys // stride).tolist(), (keys % stride).tolist(), strict=True)
            sets.append(AtomSets({(pair,): number for number, pair in enumerate(pairs)}))
        return cls(np.zeros(len(low), np.int64), ids, tuple(sets))

    @classmethod
    def stacked(cls, tables: Sequence[tuple[Atoms, Table]]) -> Table:
        """Return tables that share their sets as one, with a first axis that tells them apart."""
        first = AtomSets({})
        numbers = [first.number.setdefault(atoms, len(first.number)) for atoms, _ in tables]
        heads = np.repeat(numbers, [len(table.tags) for _, table in tables]).astype(np.int64)
        ids = np.concatenate([table.ids for _, table in tables])
        tags = np.concatenate([table.tags for _, table in tables])
        return cls(tags, np.column_stack((heads, ids)), (first, *tables[0][1].sets))

    def chosen(self, items: Iterable[int]) -> Table:
        """Return the rows of some items."""
        wanted = np.fromiter(items, np.int64)
        keep = np.isin(self.tags // 2, wanted)
        return Table(self.tags[keep], self.ids[keep], self.sets)

    def shifted(self, by: int) -> Table:
        """Return the table with every item numbered higher."""
        return Table(self.tags + 2 * by, self.ids, self.sets)

    def renumbered(self, item: Ints) -> Table:
        """Return the table with item `i` numbered `item[i]`."""
        return Table(2 * item[self.tags // 2] + self.tags % 2, self.ids, self.sets)
