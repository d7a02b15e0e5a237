"""Exact counts, examples and box tests on boolean diagrams, level by level."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray

from remit.engine.map.diagram import Diagram, Level
from remit.engine.map.space import Space

__all__ = [
    "MOST_EXACT",
    "Mask",
    "cells_in",
    "count",
    "full_mask",
    "holds_somewhere",
    "pick",
    "ranges_of",
]

MOST_EXACT = 2**53
"""Largest whole number up to which floats hold every one; past it Python's own are used."""
Mask = NDArray[np.bool_]
"""Which atoms of one axis are meant."""


def full_mask(space: Space) -> list[Mask]:
    """Return the box of all cells."""
    return [np.ones(width, bool) for width in space.widths]


def ranges_of(mask: Mask) -> tuple[tuple[int, int], ...]:
    """Return the atoms of a mask as ranges, high exclusive."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    return tuple(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def count(diagram: Diagram[bool], space: Space) -> int:
    """Return how many cells are true, weighted by their atoms; exact, in O(edges)."""
    return cells_in(diagram, space, full_mask(space))


def cells_in(diagram: Diagram[bool], space: Space, box: Sequence[Mask]) -> int:
    """Return how many true cells lie in a box, weighted by their atoms."""
    whole = prod(axis.reach[-1] for axis in space.axes)
    # WHY: floats hold every whole number up to here, and are many times as fast.
    kind = float if whole < MOST_EXACT else object
    below = np.array([int(t) for t in diagram.terminals], kind)
    for axis, level, mask in reversed(list(zip(space.axes, diagram.levels, box, strict=True))):
        weights = np.array(axis.weights, kind) * mask
        reach = np.concatenate((np.zeros(1, kind), np.cumsum(weights)))
        span = reach[level.ends(axis.width)] - reach[level.start]
        below = np.add.reduceat(span * below[level.child], level.first[:-1])
    return int(below[0])


def holds_somewhere(diagram: Diagram[bool]) -> list[bool]:
    """Return for each atom of the first axis whether any cell of it is true."""
    some = np.array(diagram.terminals, bool)
    for level in diagram.levels[:0:-1]:
        some = np.logical_or.reduceat(some[level.child], level.first[:-1])
    level, width = diagram.levels[0], diagram.widths[0]
    found: list[bool] = np.repeat(some[level.child], level.ends(width) - level.start).tolist()
    return found


def pick(diagram: Diagram[bool], box: Sequence[Mask]) -> tuple[int, ...] | None:
    """Return the first true cell in the box, in axis order; `None` if there is none."""
    some = _met(diagram, box)
    node, cell = 0, []
    for depth, level in enumerate(diagram.levels):
        low, high = int(level.first[node]), int(level.first[node + 1])
        ends = level.ends(diagram.widths[depth])
        for edge in range(low, high):
            atoms = np.flatnonzero(box[depth][level.start[edge] : ends[edge]])
            if len(atoms) and some[depth][level.child[edge]]:
                cell.append(int(level.start[edge] + atoms[0]))
                node = int(level.child[edge])
                break
        else:
            return None
    return tuple(cell) if diagram.terminals[node] else None


def _met(diagram: Diagram[bool], box: Sequence[Mask]) -> list[Mask]:
    """Return for each level whether each of its children has a true cell of the box under it."""
    met = [np.array(diagram.terminals, bool)]
    for depth in range(len(diagram.levels) - 1, 0, -1):
        level = diagram.levels[depth]
        good = met[0][level.child] & _touched(level, diagram.widths[depth], box[depth])
        met.insert(0, np.logical_or.reduceat(good, level.first[:-1]))
    return met


def _touched(level: Level, width: int, mask: Mask) -> Mask:
    """Return which edges have an atom in the mask."""
    reach = np.concatenate(([0], np.cumsum(mask)))
    return np.asarray(reach[level.ends(width)] > reach[level.start])
