"""Boundaries: where one step along one dimension changes the answer.

A boundary region is a dimension, an edge between two neighbouring atoms of it, and an answer on
each side: all cells at that edge with those two answers. Regions are found by walking, for each
edge, the pairs of nodes below it that differ, each pair once, whichever edge leads there (the
product of two diagrams, Bryant 1986, without building it).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

from remit.engine.map.budget import BudgetExceeded
from remit.engine.map.diagram import Diagram, Level

__all__ = ["MOST_PAIRS", "Boundary", "boundaries"]

T = TypeVar("T", bound=Hashable)
Path = tuple[int, ...]
Edges = list[tuple[int, int]]
"""Where each edge of a node starts, and where it leads."""
MOST_PAIRS = 2_000_000
"""Pairs of answers noted for all pairs of nodes together; past it memory would run short."""


@dataclass(frozen=True, slots=True)
class Boundary(Generic[T]):
    """One boundary region, and its first cell.

    Args:
        axis: position of the dimension among the axes.
        atom: the edge lies between this atom and the next.
        below: the answer at `atom`.
        above: the answer at the next atom.
        cell: the first cell of the region on the lower side; with the next atom, on the upper.
    """

    axis: int
    atom: int
    below: T
    above: T
    cell: Path


def boundaries(diagram: Diagram[T]) -> Iterator[Boundary[T]]:
    """Yield every boundary region once: by axis, then edge, then first cell.

    Cost: the edges of the pairs of nodes met, times the pairs of answers below each.

    Raises:
        BudgetExceeded: past `MOST_PAIRS`.
    """
    walk = _Walk(diagram)
    for axis, first_paths in enumerate(_first_paths(walk.levels)):
        found: dict[tuple[int, int, int], Path] = {}
        for node, prefix in enumerate(first_paths):
            for (_, low), (start, high) in pairwise(walk.levels[axis][node]):
                for (below, above), rest in walk.pairs(axis + 1, low, high).items():
                    cell = (*prefix, start - 1, *rest)
                    region = (start - 1, below, above)
                    if region not in found or cell < found[region]:
                        found[region] = cell
        for (atom, below, above), cell in sorted(
            found.items(), key=lambda item: (item[0][0], item[1])
        ):
            terminals = diagram.terminals
            yield Boundary(axis, atom, terminals[below], terminals[above], cell)


class _Walk(Generic[T]):
    """Pairs of nodes of one level, and the pairs of different answers that lie below them."""

    def __init__(self, diagram: Diagram[T]) -> None:
        self.levels = [_edges(level) for level in diagram.levels]
        self._below: list[dict[tuple[int, int], dict[tuple[int, int], Path]]]
        self._below = [{} for _ in self.levels]
        self._noted = 0

    def pairs(self, depth: int, a: int, b: int) -> dict[tuple[int, int], Path]:
        """Return the pairs of answers that differ below two nodes, with the first path to each."""
        if a == b:
            return {}
        if depth == len(self.levels):
            return {(a, b): ()}
        known = self._below[depth].get((a, b))
        if known is None:
            known = self._below[depth][a, b] = self._found(depth, a, b)
            self._noted += len(known)
            if self._noted > MOST_PAIRS:
                raise BudgetExceeded(depth, self._noted, MOST_PAIRS)
        return known

    def _found(self, depth: int, a: int, b: int) -> dict[tuple[int, int], Path]:
        found: dict[tuple[int, int], Path] = {}
        seen: set[tuple[int, int]] = set()
        for start, x, y in _refined(self.levels[depth][a], self.levels[depth][b]):
            if (x, y) not in seen:
                seen.add((x, y))
                for answers, rest in self.pairs(depth + 1, x, y).items():
                    found.setdefault(answers, (start, *rest))
        return found


def _edges(level: Level) -> list[Edges]:
    start, child = level.start.tolist(), level.child.tolist()
    return [
        list(zip(start[low:high], child[low:high], strict=True))
        for low, high in pairwise(level.first.tolist())
    ]


def _first_paths(levels: list[list[Edges]]) -> Iterator[list[Path]]:
    """Yield for each level the first path, in the order of atoms, to each of its nodes."""
    paths: list[Path] = [()]
    for level in levels:
        yield paths
        found: dict[int, Path] = {}
        for node, path in sorted(enumerate(paths), key=lambda item: item[1]):
            for start, child in level[node]:
                found.setdefault(child, (*path, start))
        paths = [found[node] for node in sorted(found)]


def _refined(a: Edges, b: Edges) -> Iterator[tuple[int, int, int]]:
    """Yield where each stretch common to two nodes starts, and where both lead."""
    starts = sorted({start for start, _ in a} | {start for start, _ in b})
    in_a, in_b = dict(a), dict(b)
    x, y = in_a[0], in_b[0]
    for start in starts:
        x, y = in_a.get(start, x), in_b.get(start, y)
        yield start, x, y
