"""Walking a diagram only inside a box: what a partial event can still meet."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from remit.engine.map.diagram import Diagram, Level
from remit.engine.map.space import Atoms

__all__ = ["seen", "stretches"]

T = TypeVar("T", bound=Hashable)


def seen(diagram: Diagram[T], box: Sequence[Atoms]) -> frozenset[T]:
    """Return the terminals of the cells in a box. Cost: the edges inside the box."""
    nodes = {0}
    for level, width, atoms in zip(diagram.levels, diagram.widths, box, strict=True):
        reached: set[int] = set()
        for node in nodes:
            first, last = level.first[node], level.first[node + 1]
            starts, children = level.start[first:last].tolist(), level.child[first:last].tolist()
            for low, high in atoms:
                # WHY not `stretches`: single events are resolved by this, which needs no ends.
                begin = bisect_right(starts, low) - 1
                reached.update(children[begin : bisect_left(starts, min(high, width))])
        nodes = reached
    return frozenset(diagram.terminals[node] for node in nodes)


def stretches(level: Level, node: int, width: int, atoms: Atoms) -> Iterator[tuple[int, int, int]]:
    """Yield `(low, high, child)` for the stretches of a node's atoms inside the box."""
    first, last = int(level.first[node]), int(level.first[node + 1])
    starts = level.start[first:last].tolist()
    children = level.child[first:last].tolist()
    edges = pairwise([*starts, width])
    for (start, end), child in zip(edges, children, strict=True):
        for low, high in atoms:
            if low < end and start < high:
                yield max(low, start), min(high, end), child
