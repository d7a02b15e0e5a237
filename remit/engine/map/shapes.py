"""A set of cells made ready for being measured: what every atom adds to a box, in one pass.

To choose a box one must know how many cells each atom of each axis would bring in. One pass from
the root (how many ways into a node stay in the box) and one from the leaves (how many cells of the
box lie below it) answer that for all atoms of all axes at once, as forward and backward messages do
on a chain (Baum and others 1970). Small sets are kept as their disjoint boxes, for which a pass is
a few array operations; sets with many as their diagram.

All axes are laid on one line of atoms, one after another, so that a box is one mask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from remit.engine.map.counting import MOST_EXACT, Mask, ranges_of
from remit.engine.map.diagram import Diagram, Ints, box_diagram, combine
from remit.engine.map.space import Space

__all__ = ["MOST_PIECES", "Line", "Numbers", "Shape", "shape_of"]

MOST_PIECES = 4_000
"""Disjoint boxes of a set kept as such; past this its diagram is the smaller."""
Numbers = NDArray[Any]
"""Whole numbers, as floats where these are exact, else as Python's."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """All atoms of a space, one axis after another.

    Args:
        first: where each axis begins, and at last how many atoms there are.
        weights: what each atom counts for.
    """

    first: tuple[int, ...]
    weights: Numbers

    @classmethod
    def of(cls, space: Space) -> Line:
        """Return the line of a space; its numbers are exact for all counts that can come up."""
        whole = 1
        for axis in space.axes:
            whole *= axis.reach[-1]
        weights = [weight for axis in space.axes for weight in axis.weights]
        first = [0]
        for width in space.widths:
            first.append(first[-1] + width)
        return cls(tuple(first), np.array(weights, float if whole < MOST_EXACT else object))

    def whole(self) -> Mask:
        """Return the box of all cells."""
        return np.ones(self.first[-1], bool)

    def part(self, axis: int) -> slice:
        """Return where an axis lies."""
        return slice(self.first[axis], self.first[axis + 1])

    def parts(self, box: Mask) -> list[Mask]:
        """Return a box as a mask an axis."""
        return [box[self.part(axis)] for axis in range(len(self.first) - 1)]

    def reach(self, box: Mask) -> Numbers:
        """Return the running sum of the weights inside a box, starting with 0."""
        found = np.zeros(len(box) + 1, self.weights.dtype)
        np.cumsum(np.where(box, self.weights, 0), out=found[1:])
        return found

    def spread(self, where: Ints, count: Numbers) -> Numbers:
        """Return the sum of counts at each place of the line and one past it."""
        if self.weights.dtype == object:
            found = np.zeros(self.first[-1] + 1, object)
            np.add.at(found, where, count)
            return found
        return np.bincount(where, count, self.first[-1] + 1)


class Shape(Protocol):
    """A set of cells that can be measured."""

    def gains(self, box: Mask) -> Numbers:
        """Return for each atom how many cells the box has with its axis cut to that atom."""

    def count(self, box: Mask) -> int:
        """Return how many cells are in the box."""

    def seed(self, box: Mask) -> tuple[int, ...] | None:
        """Return a cell in the box from amid the most of the set, an atom an axis, if any is."""

    def without(self, box: Mask) -> Shape:
        """Return the set without the cells of a box."""


def shape_of(diagram: Diagram[bool], line: Line) -> Shape:
    """Return the set of a diagram's true cells, in the form that is smaller."""
    if diagram.terminals == (True,):
        return _Everything(line)
    low, high = _pieces(diagram, line)
    if low is not None and high is not None:
        return _Pieces(line, low, high)
    return _Levels(line, diagram)


def _pieces(diagram: Diagram[bool], line: Line) -> tuple[Ints, Ints] | tuple[None, None]:
    """Return the disjoint boxes of the true cells as atoms on the line; none if they are many."""
    hits = np.array(diagram.terminals, bool)
    some = [hits]
    for level in reversed(diagram.levels):
        some.insert(0, np.logical_or.reduceat(some[0][level.child], level.first[:-1]))
    low, high = np.zeros((1, 0), np.int64), np.zeros((1, 0), np.int64)
    node = np.zeros(int(some[0][0]), np.int64)
    low, high = low[: len(node)], high[: len(node)]
    for axis, level in enumerate(diagram.levels):
        counts = np.diff(level.first)[node]
        ends = np.cumsum(counts)
        if len(ends) and ends[-1] > MOST_PIECES * 4:
            return None, None
        which = np.repeat(np.arange(len(node)), counts)
        edge = np.arange(len(which)) + np.repeat(level.first[node] - ends + counts, counts)
        live = some[axis + 1][level.child[edge]]
        which, edge = which[live], edge[live]
        if len(which) > MOST_PIECES:
            return None, None
        start, end = level.start[edge], level.ends(diagram.widths[axis])[edge]
        low = np.column_stack((low[which], start + line.first[axis]))
        high = np.column_stack((high[which], end + line.first[axis]))
        node = level.child[edge]
    return low, high


@dataclass(frozen=True, eq=False)
class _Everything:
    """All cells, of which each box has as many as its axes multiplied."""

    line: Line

    @cached_property
    def _first(self) -> Ints:
        return np.array(self.line.first[:-1], np.int64)

    @cached_property
    def _widths(self) -> Ints:
        return np.diff(self.line.first)

    def gains(self, box: Mask) -> Numbers:
        sides = self._sides(box)
        others = np.ones(len(sides), self.line.weights.dtype)
        for axis in range(len(sides)):
            others[axis] = sides[:axis].prod() * sides[axis + 1 :].prod()
        return np.asarray(np.repeat(others, self._widths) * self.line.weights)

    def count(self, box: Mask) -> int:
        return int(self._sides(box).prod())

    def seed(self, box: Mask) -> tuple[int, ...] | None:
        if not self.count(box):
            return None
        return tuple(int(part.argmax()) for part in self.line.parts(box))

    def without(self, box: Mask) -> Shape:
        first = np.array([self.line.first[:-1]], np.int64)
        return _Pieces(self.line, first, np.array([self.line.first[1:]], np.int64)).without(box)

    def _sides(self, box: Mask) -> Numbers:
        return np.asarray(np.add.reduceat(np.where(box, self.line.weights, 0), self._first))


@dataclass(frozen=True, eq=False)
class _Pieces:
    """A set as disjoint boxes: from `low` up to, without, `high`, a column an axis."""

    line: Line
    low: Ints
    high: Ints

    def gains(self, box: Mask) -> Numbers:
        inside = self._inside(box)
        width = inside.shape[1]
        before = np.ones_like(inside)
        after = np.ones_like(inside)
        for axis in range(1, width):
            before[:, axis] = before[:, axis - 1] * inside[:, axis - 1]
            after[:, width - 1 - axis] = after[:, width - axis] * inside[:, width - axis]
        others = (before * after).ravel()
        steps = self.line.spread(self.low.ravel(), others)
        steps = steps - self.line.spread(self.high.ravel(), others)
        return np.asarray(np.cumsum(steps)[:-1] * self.line.weights)

    def count(self, box: Mask) -> int:
        return int(self._inside(box).prod(axis=1).sum())

    def seed(self, box: Mask) -> tuple[int, ...] | None:
        volumes = self._inside(box).prod(axis=1)
        if not len(volumes) or not volumes.any():
            return None
        largest = int(np.argmax(volumes))
        edges = zip(self.low[largest].tolist(), self.high[largest].tolist(), strict=True)
        return tuple(
            low + int(box[low:high].argmax()) - first
            for (low, high), first in zip(edges, self.line.first, strict=False)
        )

    def without(self, box: Mask) -> Shape:
        low, high = self.low, self.high
        reach = np.concatenate(([0], np.cumsum(box)))
        if (reach[high] - reach[low] == high - low).all():
            return _Pieces(self.line, low[:0], high[:0])
        outside: list[tuple[Ints, Ints]] = []
        for axis in range(len(self.line.first) - 1):
            part = self.line.part(axis)
            mask = box[part]
            outside += [
                _cut(low, high, axis, start + part.start, end + part.start)
                for start, end in ranges_of(~mask)
            ]
            kept = [
                _cut(low, high, axis, start + part.start, end + part.start)
                for start, end in ranges_of(mask)
            ]
            low, high = _joined(kept, low.shape[1])
        low, high = _joined(outside, low.shape[1])
        return _Pieces(self.line, low, high)

    def _inside(self, box: Mask) -> Numbers:
        reach = self.line.reach(box)
        return np.asarray(reach[self.high] - reach[self.low])


def _cut(low: Ints, high: Ints, axis: int, start: int, end: int) -> tuple[Ints, Ints]:
    lows, highs = np.maximum(low[:, axis], start), np.minimum(high[:, axis], end)
    left = lows < highs
    low, high = low[left], high[left]
    low[:, axis], high[:, axis] = lows[left], highs[left]
    return low, high


def _joined(pieces: Sequence[tuple[Ints, Ints]], width: int) -> tuple[Ints, Ints]:
    if not pieces:
        return np.zeros((0, width), np.int64), np.zeros((0, width), np.int64)
    return np.concatenate([p[0] for p in pieces]), np.concatenate([p[1] for p in pieces])


@dataclass(frozen=True, eq=False)
class _Levels:
    """A set as its diagram."""

    line: Line
    diagram: Diagram[bool]

    @cached_property
    def _ends(self) -> list[Ints]:
        return [
            level.ends(width)
            for level, width in zip(self.diagram.levels, self.diagram.widths, strict=True)
        ]

    def gains(self, box: Mask) -> Numbers:
        below, spans = self._below(box)
        reach = np.ones(1, self.line.weights.dtype)
        found = []
        for axis, level in enumerate(self.diagram.levels):
            owners = level.owners()
            passing = reach[owners] * below[axis + 1][level.child]
            part = self.line.part(axis)
            shifted = level.start + part.start, self._ends[axis] + part.start
            steps = self.line.spread(shifted[0], passing) - self.line.spread(shifted[1], passing)
            found.append(np.cumsum(steps)[part] * self.line.weights[part])
            into = np.zeros(len(below[axis + 1]), self.line.weights.dtype)
            np.add.at(into, level.child, reach[owners] * spans[axis])
            reach = into
        return np.concatenate(found)

    def count(self, box: Mask) -> int:
        return int(self._below(box)[0][0][0])

    def seed(self, box: Mask) -> tuple[int, ...] | None:
        below, spans = self._below(box)
        if not below[0][0]:
            return None
        node, cell = 0, []
        for axis, level in enumerate(self.diagram.levels):
            low, high = int(level.first[node]), int(level.first[node + 1])
            passing = spans[axis][low:high] * below[axis + 1][level.child[low:high]]
            edge = low + int(np.argmax(passing))
            first = self.line.first[axis]
            atoms = box[first + level.start[edge] : first + self._ends[axis][edge]]
            cell.append(int(level.start[edge] + atoms.argmax()))
            node = int(level.child[edge])
        return tuple(cell)

    def without(self, box: Mask) -> Shape:
        shape = box_diagram(self.diagram.widths, [ranges_of(mask) for mask in self.line.parts(box)])
        rest = combine(self.diagram, shape, lambda mine, here: mine and not here)
        return _Levels(self.line, rest)

    def _below(self, box: Mask) -> tuple[list[Numbers], list[Numbers]]:
        """Return for each level the cells of the box under each node, and each edge's own."""
        reach = self.line.reach(box)
        below = [np.array([int(t) for t in self.diagram.terminals], self.line.weights.dtype)]
        spans: list[Numbers] = []
        for axis in range(len(self.diagram.levels) - 1, -1, -1):
            level, first = self.diagram.levels[axis], self.line.first[axis]
            span = reach[self._ends[axis] + first] - reach[level.start + first]
            spans.insert(0, span)
            below.insert(0, np.add.reduceat(span * below[0][level.child], level.first[:-1]))
        return below, spans
