"""A diagram as dense tables, one an axis that matters: for following many or single paths fast.

An axis of which no node makes a difference is left out. On the others, atoms that no node tells
apart are one *class*, so a table has a column a class, not a column an atom: an axis of two
thousand leaves of which thirty boundaries are used costs thirty columns.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from remit.engine.map.diagram import Diagram, Ints, Level

__all__ = ["DenseLevel", "dense_levels"]

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


def _dense(level: Level, width: int, axis: int, renumber: Ints) -> DenseLevel:
    bounds = np.unique(level.start)
    class_of = np.searchsorted(bounds, np.arange(width), side="right") - 1
    first = np.searchsorted(bounds, level.start)
    last = np.empty_like(first)
    last[:-1] = first[1:]
    last[level.first[1:] - 1] = len(bounds)
    child = np.repeat(renumber[level.child], last - first)
    return DenseLevel(axis, class_of, child.reshape(len(level.first) - 1, len(bounds)))
