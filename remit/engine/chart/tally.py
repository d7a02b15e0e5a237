"""Exact counts of what a diagram says inside a box, for every terminal at once."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from math import prod
from typing import TypeVar

import numpy as np

from remit.engine.map.counting import MOST_EXACT, Mask
from remit.engine.map.diagram import Diagram
from remit.engine.map.space import Space

__all__ = ["tally"]

T = TypeVar("T", bound=Hashable)


def tally(diagram: Diagram[T], space: Space, box: Sequence[Mask]) -> dict[T, int]:
    """Return how many cells of a box each terminal has, weighted by their atoms; those with any.

    One pass from the root, which adds up for each node how many cells of the box lead to it. Cost:
    O(edges).
    """
    whole = prod(axis.reach[-1] for axis in space.axes)
    # WHY: floats hold every whole number up to here, and are many times as fast.
    kind = float if whole < MOST_EXACT else object
    above = np.ones(1, kind)
    sizes = [len(level.first) - 1 for level in diagram.levels[1:]] + [len(diagram.terminals)]
    for axis, level, mask, size in zip(space.axes, diagram.levels, box, sizes, strict=True):
        weights = np.array(axis.weights, kind) * mask
        reach = np.concatenate((np.zeros(1, kind), np.cumsum(weights)))
        brought = (reach[level.ends(axis.width)] - reach[level.start]) * above[level.owners()]
        above = np.zeros(size, kind)
        np.add.at(above, level.child, brought)
    counts = (int(count) for count in above.tolist())
    return {held: count for held, count in zip(diagram.terminals, counts, strict=True) if count}
