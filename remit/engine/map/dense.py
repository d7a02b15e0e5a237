"""A diagram as dense tables, one an axis that matters: for following many or single paths fast.

An axis of which no node makes a difference is left out. On the others, atoms that no node tells
apart are one *class*, so a table has a column a class, not a column an atom: an axis of two
thousand leaves of which thirty boundaries are used costs thirty columns. Neighbouring axes may be
joined to one table, whose columns are their classes' pairs: one look where two would be needed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from remit.engine.map.diagram import Diagram, Ints, Level

__all__ = ["DenseLevel", "Place", "Step", "dense_levels", "joined"]

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True, eq=False)
class DenseLevel:
    """The nodes of one axis as a table.

    Args:
        axis: which axis.
        class_of: the class of each atom; shape `(atoms,)`.
        child: for each node and class, the node of the next level in the list, or, in the last,
            the terminal's position; shape `(nodes, classes)`.
    """

    axis: int
    class_of: Ints
    child: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """What an axis adds to a row offset: its code times `stride`, or what `class_of` has of it."""

    axis: int
    stride: int
    class_of: NDArray[np.int32] | None


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """Neighbouring axes as one table.

    Args:
        table: for each row offset plus what its axes add, the row offset in the next table, or, in
            the last, the terminal's position.
    """

    places: tuple[Place, ...]
    table: NDArray[np.int32]


def dense_levels(diagram: Diagram[T]) -> tuple[tuple[DenseLevel, ...], int]:
    """Return the tables from the root on, and where a path starts in the first of them.

    Without any level the start is the position of the only terminal. Cost: O(nodes times classes).
    """
    found: list[DenseLevel] = []
    renumber = np.arange(len(diagram.terminals))
    for axis in range(len(diagram.levels) - 1, -1, -1):
        level, width = diagram.levels[axis], diagram.widths[axis]
        if len(level.start) == len(level.first) - 1:
            renumber = renumber[level.child]
            continue
        found.append(_dense(level, width, axis, renumber))
        renumber = np.arange(len(level.first) - 1)
    return tuple(reversed(found)), int(renumber[0])


def joined(
    levels: Sequence[DenseLevel], codes: Callable[[DenseLevel], Ints], most: int
) -> tuple[Step, ...]:
    """Return tables of as many neighbouring levels each as have at most `most` entries together.

    A path starts at row offset 0 of the first table.

    Args:
        codes: the class of each code by which an axis of a level is given.
    """
    groups: list[list[_Column]] = []
    entries = most + 1
    for level in levels:
        nodes, classes = level.child.shape
        if entries * classes > most:
            groups.append([])
            entries = nodes
        class_of = codes(level)
        column = _Column.of(level, class_of, by_class=entries * len(class_of) > most)
        groups[-1].append(column)
        entries *= column.count
    # A row offset is a node's number times the entries a node has; a terminal's is its position.
    strides = [*(prod(column.count for column in group) for group in groups), 1]
    return tuple(_step(group, below) for group, below in zip(groups, strides[1:], strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class _Column:
    """One axis of a table, by code or by class: `child` has a row a node, `count` columns."""

    axis: int
    class_of: Ints | None
    child: Ints

    @property
    def count(self) -> int:
        return int(self.child.shape[1])

    @classmethod
    def of(cls, level: DenseLevel, class_of: Ints, *, by_class: bool) -> _Column:
        if len(class_of) == level.child.shape[1]:
            return cls(level.axis, None, level.child)
        if by_class:
            return cls(level.axis, class_of, level.child)
        return cls(level.axis, None, level.child[:, class_of])


def _step(group: Sequence[_Column], below: int) -> Step:
    node = np.arange(len(group[0].child))[:, None]
    for column in group:
        node = column.child[node].reshape(len(node), -1)
    places = []
    stride = node.shape[1]
    for column in group:
        stride //= column.count
        class_of = None if column.class_of is None else (column.class_of * stride).astype(np.int32)
        places.append(Place(column.axis, stride, class_of))
    return Step(tuple(places), np.ascontiguousarray(node * below, np.int32).reshape(-1))


def _dense(level: Level, width: int, axis: int, renumber: Ints) -> DenseLevel:
    bounds = np.unique(level.start)
    class_of = np.searchsorted(bounds, np.arange(width), side="right") - 1
    first = np.searchsorted(bounds, level.start)
    last = np.empty_like(first)
    last[:-1] = first[1:]
    last[level.first[1:] - 1] = len(bounds)
    child = np.repeat(renumber[level.child], last - first)
    return DenseLevel(axis, class_of, child.reshape(len(level.first) - 1, len(bounds)))
