"""Who may still answer inside a box: a diagram cut down to the axes and the values that bear on it.

The diagram is walked once down and once up inside the box. Equal nodes become one, values that no
node tells apart become one class, and an axis on which nothing depends is dropped, so what is left
is small however large the pack is. Chances are floating point and only choose among questions; what
is possible is counted in whole numbers and exact.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from remit.engine.map.diagram import Diagram, Ints, Level
from remit.engine.map.space import Atoms, Axis, Space

__all__ = ["Doubt", "Floats", "OpenAxis", "Standing", "doubt_in", "entropies"]

T = TypeVar("T", bound=Hashable)
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
MOST_AT_ONCE = 4_000_000
"""Numbers held at once while chances are added up; more are added up piece by piece."""


@dataclass(frozen=True, slots=True, eq=False)
class OpenAxis:
    """One axis that bears on the outcome, with its atoms inside the box.

    Args:
        index: its place among the axes of the space.
        atoms: the atoms inside, in order.
        klass: the class of each atom; atoms of one class have the same effect in all that follows.
        weight: chance of each atom.
    """

    axis: Axis
    index: int
    atoms: Ints
    klass: Ints
    weight: Floats

    def only(self, chosen: Flags) -> OpenAxis:
        """Return the axis with some of its atoms, their chances made to add up to 1."""
        weight = self.weight[chosen]
        total = weight.sum()
        return replace(
            self,
            atoms=self.atoms[chosen],
            klass=self.klass[chosen],
            weight=weight / total if total else weight,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """What each atom of one axis leaves.

    Args:
        chances: of each outcome together with each atom, one row an atom.
        possible: whether an outcome is possible with an atom, one row an atom.
    """

    chances: Floats
    possible: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Doubt:
    """The outcomes inside a box, as a diagram of the axes that bear on them.

    `tables[k][n, c]` is the node of level `k + 1` that class `c` of axis `k` leads to from node
    `n`; the nodes after the last axis are 0 for "cannot happen" and `1 + o` for outcome `o`.
    `root` is the node to begin with.
    """

    axes: tuple[OpenAxis, ...]
    tables: tuple[Ints, ...]
    outcomes: tuple[Hashable, ...]
    root: int

    def within(self, position: int, chosen: Flags) -> Doubt:
        """Return the doubt where one axis has only some of its atoms."""
        axes = list(self.axes)
        axes[position] = axes[position].only(chosen)
        return replace(self, axes=tuple(axes))

    def standings(self) -> tuple[Standing, ...]:
        """Return what each atom of each axis leaves. Cost: the edges times the outcomes."""
        above, reached = self._downward()
        below, some = self._upward()
        found = []
        for k, axis in enumerate(self.axes):
            table = self.tables[k]
            share = _summed(above[k], below[k + 1], table)
            can = _any(reached[k], some[k + 1], table)
            found.append(Standing(share[axis.klass] * axis.weight[:, None], can[axis.klass]))
        return tuple(found)

    def possible(self) -> Flags:
        """Return which outcomes are possible."""
        _, some = self._upward()
        return np.asarray(some[0][self.root])

    def _downward(self) -> tuple[list[Floats], list[Flags]]:
        above, reached = [np.ones(1)], [np.ones(1, bool)]
        for axis, table, size in zip(self.axes, self.tables, self._sizes(), strict=True):
            weight, present = _by_class(axis, table.shape[1])
            chance = (above[-1][:, None] * weight).ravel()
            above.append(np.bincount(table.ravel(), chance, size).astype(np.float64))
            flags = np.zeros(size, bool)
            flags[table[reached[-1]][:, present].ravel()] = True
            reached.append(flags)
        return above, reached

    def _upward(self) -> tuple[list[Floats], list[Flags]]:
        terminals = np.eye(len(self.outcomes) + 1, len(self.outcomes), -1)
        below, some = [terminals], [terminals > 0]
        for axis, table in zip(reversed(self.axes), reversed(self.tables), strict=True):
            weight, present = _by_class(axis, table.shape[1])
            chances = np.zeros((len(table), len(self.outcomes)))
            can = np.zeros(chances.shape, bool)
            for at in np.flatnonzero(present).tolist():
                chances += weight[at] * below[0][table[:, at]]
                can |= some[0][table[:, at]]
            below.insert(0, chances)
            some.insert(0, can)
        return below, some

    def _sizes(self) -> Iterator[int]:
        """Yield how many nodes the level after each axis has."""
        yield from (len(table) for table in self.tables[1:])
        if self.tables:
            yield len(self.outcomes) + 1


def doubt_in(
    diagram: Diagram[T], outcome: Callable[[T], Hashable], space: Space, box: Sequence[Atoms]
) -> Doubt:
    """Return who may answer inside a box.

    Args:
        outcome: what is asked for, from a terminal; `None` marks cells that do not count.
        box: what the event may be, as atoms by axis.
    """
    inside = [_atoms_of(atoms) for atoms in box]
    stretches, tables = [], []
    nodes = np.zeros(1, np.int64)
    for level, atoms in zip(diagram.levels, inside, strict=True):
        stretch, table = _table(level, nodes, atoms)
        nodes, numbers = np.unique(table, return_inverse=True)
        stretches.append(stretch)
        tables.append(numbers.reshape(table.shape))
    found = [outcome(diagram.terminals[node]) for node in nodes.tolist()]
    outcomes = tuple(dict.fromkeys(each for each in found if each is not None))
    codes = {each: 1 + at for at, each in enumerate(outcomes)} | {None: 0}
    renumber = np.array([codes[each] for each in found], np.int64)
    axes: list[OpenAxis] = []
    kept: list[Ints] = []
    for index in range(len(tables) - 1, -1, -1):
        rows, renumber = np.unique(renumber[tables[index]], axis=0, return_inverse=True)
        renumber = renumber.reshape(-1)
        columns, klass = np.unique(rows, axis=1, return_inverse=True)
        if columns.shape[1] == 1:
            # WHY: nothing depends on this axis; its node leads to the one node below it.
            renumber = columns[:, 0][renumber]
            continue
        klass = klass.reshape(-1)[stretches[index]]
        axes.insert(0, _open(space.axes[index], index, inside[index], klass))
        kept.insert(0, columns)
    return Doubt(tuple(axes), tuple(kept), outcomes, int(renumber[0]))


def entropies(chances: Floats) -> Floats:
    """Return the entropy of each row of chances, in bits times the chance of the row."""
    totals = chances.sum(axis=1)
    return np.asarray(np.maximum(_information(totals) - _information(chances).sum(axis=1), 0.0))


def _information(chances: Floats) -> Floats:
    return np.asarray(chances * np.log2(np.where(chances > 0, chances, 1.0)))


def _atoms_of(ranges: Atoms) -> Ints:
    return np.concatenate([np.arange(low, high) for low, high in ranges])


def _table(level: Level, nodes: Ints, atoms: Ints) -> tuple[Ints, Ints]:
    """Return the stretch of each atom, and where each node leads from each stretch.

    A stretch is a run of atoms that no edge of the nodes divides.
    """
    counts = level.first[nodes + 1] - level.first[nodes]
    reach = np.cumsum(counts)
    edges = np.repeat(level.first[nodes] - (reach - counts), counts) + np.arange(int(reach[-1]))
    stride = int(max(level.start.max(), atoms.max())) + 1
    starts = level.start[edges]
    bounds = np.unique(starts)
    met, stretch = np.unique(np.searchsorted(bounds, atoms, side="right") - 1, return_inverse=True)
    keys = np.repeat(np.arange(len(nodes)), counts) * stride + starts
    wanted = np.arange(len(nodes))[:, None] * stride + bounds[met]
    place = np.searchsorted(keys, wanted.ravel(), side="right") - 1
    return stretch.reshape(-1), level.child[edges[place]].reshape(wanted.shape)


def _open(axis: Axis, index: int, atoms: Ints, klass: Ints) -> OpenAxis:
    total = sum(axis.weights[atom] for atom in atoms.tolist())
    weight = np.array([axis.weights[atom] / total for atom in atoms.tolist()])
    return OpenAxis(axis, index, atoms, klass, weight)


def _by_class(axis: OpenAxis, classes: int) -> tuple[Floats, Flags]:
    """Return the chance of each class, and whether it has an atom at all."""
    weight = np.bincount(axis.klass, axis.weight, classes).astype(np.float64)
    return weight, np.bincount(axis.klass, minlength=classes) > 0


def _summed(above: Floats, below: Floats, table: Ints) -> Floats:
    """Return for each class the chance of each outcome, if that class is given."""
    found = np.zeros((table.shape[1], below.shape[1]))
    step = max(1, MOST_AT_ONCE // max(1, found.size))
    for low in range(0, len(table), step):
        piece = slice(low, low + step)
        found += np.einsum("n,nco->co", above[piece], below[table[piece]])
    return found


def _any(reached: Flags, some: Flags, table: Ints) -> Flags:
    found = np.zeros((table.shape[1], some.shape[1]), bool)
    rows = table[reached]
    step = max(1, MOST_AT_ONCE // max(1, found.size))
    for low in range(0, len(rows), step):
        found |= some[rows[low : low + step]].any(axis=0)
    return found
