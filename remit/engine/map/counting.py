"""Exact counts, examples and box tests on boolean diagrams, level by level."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray

from remit.engine.map.diagram import Diagram, Ints, Level
from remit.engine.map.space import Space

__all__ = [
    "MOST_EXACT",
    "Mask",
    "cells_in",
    "count",
    "free_atoms",
    "full_mask",
    "holds_somewhere",
    "pick",
    "ranges_of",
    "spread",
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
    edges: list[int] = (np.flatnonzero(mask[1:] != mask[:-1]) + 1).tolist()
    if len(mask) and mask[0]:
        edges.insert(0, 0)
    if len(mask) and mask[-1]:
        edges.append(len(mask))
    return tuple(zip(edges[::2], edges[1::2], strict=True))


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


def free_atoms(diagram: Diagram[bool], box: Sequence[Mask], axis: int) -> Mask:
    """Return the atoms of one axis for which every cell of the box, with that atom, is true."""
    nodes = _reached(diagram, box, axis)
    solid = _solid(diagram, box, axis)
    level = diagram.levels[axis]
    width = diagram.widths[axis]
    edges = np.concatenate([np.arange(level.first[n], level.first[n + 1]) for n in nodes.tolist()])
    broken = edges[~solid[level.child[edges]]]
    steps = np.zeros(width + 1, np.int64)
    np.add.at(steps, level.start[broken], 1)
    np.add.at(steps, level.ends(width)[broken], -1)
    return np.asarray(np.cumsum(steps)[:width] == 0)


def spread(diagram: Diagram[bool], box: Sequence[Mask]) -> list[Mask]:
    """Return for each axis the atoms of the smallest box around the true cells in the box."""
    some = _met(diagram, box)
    found: list[Mask] = []
    nodes = np.zeros(1, np.int64)
    for depth, level in enumerate(diagram.levels):
        width = diagram.widths[depth]
        edges = np.concatenate(
            [np.arange(level.first[n], level.first[n + 1]) for n in nodes.tolist()]
        )
        edges = edges[some[depth][level.child[edges]]]
        steps = np.zeros(width + 1, np.int64)
        np.add.at(steps, level.start[edges], 1)
        np.add.at(steps, level.ends(width)[edges], -1)
        found.append((np.cumsum(steps)[:width] > 0) & box[depth])
        touched = _touched(level, width, box[depth])
        nodes = np.unique(level.child[edges[touched[edges]]])
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


def _reached(diagram: Diagram[bool], box: Sequence[Mask], axis: int) -> Ints:
    nodes = np.zeros(1, np.int64)
    for level, width, mask in zip(diagram.levels[:axis], diagram.widths, box, strict=False):
        touched = _touched(level, width, mask)
        edges = np.concatenate(
            [np.arange(level.first[n], level.first[n + 1]) for n in nodes.tolist()]
        )
        nodes = np.unique(level.child[edges[touched[edges]]])
    return nodes


def _solid(diagram: Diagram[bool], box: Sequence[Mask], axis: int) -> Mask:
    """Return for each node below `axis` whether all cells of the box under it are true."""
    solid = np.array(diagram.terminals, bool)
    for depth in range(len(diagram.levels) - 1, axis, -1):
        level = diagram.levels[depth]
        good = solid[level.child] | ~_touched(level, diagram.widths[depth], box[depth])
        solid = np.logical_and.reduceat(good, level.first[:-1])
    return solid


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
