"""Decision diagrams over atoms: flat arrays, one level an axis, edges labelled by ranges of atoms.

A diagram maps every cell to a terminal. It is quasi-reduced: equal nodes of a level are one node,
and every path passes every level, so that all operations run level by level in numpy without
recursion. With a fixed order of axes it is canonical: equal functions are equal arrays (Gouda and
Liu 2007, firewall decision diagrams; Bryant 1986 for the reduction).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Generic, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from remit.engine.map.small import MOST_EDGES, Nodes, few_combined, few_reduced

__all__ = [
    "Diagram",
    "Hashes",
    "Ints",
    "Level",
    "RawLevel",
    "box_diagram",
    "combine",
    "diagram_of",
    "grouped",
    "grouped_hashes",
    "mix",
    "reduced",
]

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]
T = TypeVar("T", bound=Hashable)
U = TypeVar("U", bound=Hashable)
V = TypeVar("V", bound=Hashable)
NARROWED = 2_000
"""Edges from which on a level is narrowed: below that, nothing is to be gained."""
_SHIFTS = tuple(np.uint64(bits) for bits in (30, 27, 31))
_FACTORS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """The nodes of one axis: node `n` has edges `first[n]` up to `first[n + 1]`.

    Edge `e` starts at atom `start[e]`, ends where the node's next edge starts (or at the width),
    and leads to `child[e]`.
    INVARIANT: in a diagram that is kept these may be of 32 bits (`narrowed`), whatever their types
        say, so what multiplies them takes them from `_picked`, or beside numbers of 64 bits.
    """

    first: Ints
    start: Ints
    child: Ints

    def ends(self, width: int) -> Ints:
        """Return where each edge ends, exclusive."""
        end = np.empty(len(self.start), np.int64)
        end[:-1] = self.start[1:]
        end[self.first[1:] - 1] = width
        return end

    def owners(self) -> Ints:
        """Return the node of each edge."""
        return np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))


RawLevel = Level
"""A level whose children are still numbered as they were found, before reduction."""


@dataclass(frozen=True, slots=True, eq=False)
class Diagram(Generic[T]):
    """A function from cells to distinct terminals; node 0 of the first level is the root."""

    widths: tuple[int, ...]
    levels: tuple[Level, ...]
    terminals: tuple[T, ...]

    def __call__(self, cell: Sequence[int]) -> T:
        """Return the terminal of one cell, given as an atom an axis."""
        node = 0
        for level, atom in zip(self.levels, cell, strict=True):
            low, high = level.first[node], level.first[node + 1]
            edge = low + np.searchsorted(level.start[low:high], atom, side="right") - 1
            node = int(level.child[edge])
        return self.terminals[node]

    def mapped(self, change: Callable[[T], U]) -> Diagram[U]:
        """Return the diagram with every terminal changed, reduced again."""
        if not self.levels:
            return Diagram(self.widths, (), (change(self.terminals[0]),))
        return reduced(self.widths, list(self.levels), [change(t) for t in self.terminals])

    def cofactor(self, atom: int) -> Diagram[T]:
        """Return what the diagram says of the other axes where the first is `atom`."""
        edge = np.searchsorted(self.levels[0].start, atom, side="right") - 1
        child = int(self.levels[0].child[edge])
        return _from_root(self.widths[1:], list(self.levels[1:]), child, self.terminals)

    def cofactors(self, count: int) -> tuple[Diagram[T], ...]:
        """Return what `cofactor` does for each of the first `count` atoms, in one pass for all."""
        top = self.levels[0]
        nodes = top.child[np.searchsorted(top.start, np.arange(count), side="right") - 1]
        root = np.arange(count)
        kept: list[list[Level]] = [[] for _ in range(count)]
        for level in self.levels[1:]:
            picked = _picked(level, nodes)
            owner = np.repeat(root, np.diff(picked.first))
            key = owner * (int(picked.child.max()) + 1) + picked.child
            _, chosen, group = np.unique(key, return_index=True, return_inverse=True)
            # WHY: sorted by where they come first, the children of a root are neighbours.
            place = np.empty_like(chosen)
            place[np.argsort(chosen)] = np.arange(len(chosen))
            chosen = np.sort(chosen)
            of_root = np.searchsorted(root, np.arange(count + 1))
            nodes, root = picked.child[chosen], owner[chosen]
            child = place[group] - np.searchsorted(root, owner)
            for number, (low, high) in enumerate(pairwise(of_root.tolist())):
                first = picked.first[low : high + 1]
                edges = slice(first[0], first[-1])
                kept[number].append(Level(first - first[0], picked.start[edges], child[edges]))
        named: list[list[T]] = [[] for _ in range(count)]
        for number, node in zip(root.tolist(), nodes.tolist(), strict=True):
            named[number].append(self.terminals[node])
        return tuple(
            Diagram(self.widths[1:], tuple(levels), tuple(terminals))
            for levels, terminals in zip(kept, named, strict=True)
        )

    def lifted(self, width: int) -> Diagram[T]:
        """Return the diagram with a first axis of `width` atoms that it does not depend on."""
        top = Level(np.array([0, 1]), np.zeros(1, np.int64), np.zeros(1, np.int64))
        return Diagram((width, *self.widths), (top, *self.levels), self.terminals)

    def narrowed(self) -> Diagram[T]:
        """Return the diagram with the numbers of its large levels in half the memory."""
        return Diagram(self.widths, tuple(map(_narrow, self.levels)), self.terminals)

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return sum(len(level.first) - 1 for level in self.levels)

    @property
    def edges(self) -> int:
        """How many edges there are."""
        return sum(len(level.start) for level in self.levels)

    def same(self, other: Diagram[T]) -> bool:
        """Return whether both are the same function; the axes must be the same."""
        return combine(self, other, lambda a, b: a == b).terminals == (True,)


def reduced(widths: tuple[int, ...], raw: list[Level], terminals: Sequence[T]) -> Diagram[T]:
    """Return the canonical diagram of raw levels whose root is node 0 of the first.

    `terminals[k]` is the terminal of child `k` of the last level; equal ones are merged. Cost:
    O(edges log edges).
    """
    if raw and sum(len(level.start) for level in raw) <= MOST_EDGES:
        return diagram_of(widths, [_nodes(level) for level in raw], terminals)
    distinct, numbers = _distinct(terminals)
    renumber = np.array(numbers, np.int64)
    levels: list[Level] = []
    for found in reversed(raw):
        level, renumber = _reduced_level(found, renumber)
        levels.append(level)
    levels.reverse()
    return _from_root(widths, levels, int(renumber[0]) if raw else 0, distinct)


def diagram_of(widths: tuple[int, ...], raw: Sequence[Nodes], terminals: Sequence[T]) -> Diagram[T]:
    """Return what `reduced` does, of raw levels in lists; at least one."""
    distinct, numbers = _distinct(terminals)
    levels, reached = few_reduced(raw, numbers)
    return Diagram(widths, tuple(map(_level, levels)), tuple(distinct[n] for n in reached))


def combine(a: Diagram[T], b: Diagram[U], merge: Callable[[T, U], V]) -> Diagram[V]:
    """Return the diagram of `merge(a(cell), b(cell))`, walking only pairs of nodes that meet.

    Cost: O(p log p) in the edges p of the product; p is at most the product of both, near the
        larger one in practice.
    """
    if a.levels and a.edges + b.edges <= MOST_EDGES:
        few, found = few_combined(
            [_nodes(level) for level in a.levels],
            [_nodes(level) for level in b.levels],
            lambda x, y: merge(a.terminals[x], b.terminals[y]),
        )
        return diagram_of(a.widths, few, found)
    pairs_a, pairs_b = np.zeros(1, np.int64), np.zeros(1, np.int64)
    raw: list[Level] = []
    for level_a, level_b in zip(a.levels, b.levels, strict=True):
        owner, start, child_a, child_b = _product_edges(level_a, level_b, pairs_a, pairs_b)
        # WHY one key: both are numbers of nodes, so a pair of them fits 64 bits.
        chosen, child = grouped(child_a * (int(child_b.max()) + 1) + child_b)
        first = np.searchsorted(owner, np.arange(len(pairs_a) + 1))
        raw.append(Level(first, start, child))
        pairs_a, pairs_b = child_a[chosen], child_b[chosen]
    merged = [
        merge(a.terminals[x], b.terminals[y])
        for x, y in zip(pairs_a.tolist(), pairs_b.tolist(), strict=True)
    ]
    if not raw:
        merged = [merge(a.terminals[0], b.terminals[0])]
    return reduced(a.widths, raw, merged)


def box_diagram(widths: tuple[int, ...], box: Sequence[Sequence[tuple[int, int]]]) -> Diagram[bool]:
    """Return the diagram of one box, given as sorted ranges of atoms an axis that do not touch.

    It is written down as it is, nodes and terminals in the order in which they are reached.
    """
    if not all(box):
        everywhere = box_diagram(widths, [((0, width),) for width in widths])
        return Diagram(widths, everywhere.levels, (False,))
    # By level, the nodes there: true is the one inside the box, false the one outside.
    nodes = [True]
    levels = []
    for width, ranges in zip(widths, box, strict=True):
        first, start, leads = [0], list[int](), list[bool]()
        for is_inside in nodes:
            for low, high in ranges if is_inside else ():
                if low > 0 and len(start) == first[-1]:
                    start.append(0)
                    leads.append(False)
                start.append(low)
                leads.append(True)
                if high < width:
                    start.append(high)
                    leads.append(False)
            if not is_inside:
                start.append(0)
                leads.append(False)
            first.append(len(start))
        nodes = list(dict.fromkeys(leads))
        child = [int(target != nodes[0]) for target in leads]
        levels.append(
            Level(np.array(first, np.int64), np.array(start, np.int64), np.array(child, np.int64))
        )
    return Diagram(widths, tuple(levels), tuple(nodes))


def mix(values: Ints, seed: int) -> Hashes:
    """Return 64-bit hashes of non-negative integers (splitmix64, Steele, Lea and Flood 2014)."""
    z = values.astype(np.uint64) + np.uint64(seed * 0x9E3779B97F4A7C15 % 2**64)
    z = (z ^ (z >> _SHIFTS[0])) * _FACTORS[0]
    z = (z ^ (z >> _SHIFTS[1])) * _FACTORS[1]
    return z ^ (z >> _SHIFTS[2])


def grouped(*keys: NDArray[np.uint64] | Ints) -> tuple[Ints, Ints]:
    """Return one position of each distinct key, in key order, and the group of every position.

    Several arrays are one key, the last the most significant.
    """
    order = np.lexsort(keys) if len(keys) > 1 else np.argsort(keys[0])
    fresh = np.ones(len(order), bool)
    fresh[1:] = False
    for key in keys:
        ordered = key[order]
        fresh[1:] |= ordered[1:] != ordered[:-1]
    group = np.empty(len(order), np.int64)
    group[order] = np.cumsum(fresh) - 1
    return order[fresh], group


def grouped_hashes(one: Hashes, two: Hashes) -> tuple[Ints, Ints]:
    """Return what `grouped(two, one)` does, for names of 128 bits: sorted by their first half.

    Where two names share just that half, which chance brings about once in 2^64, all is compared.
    """
    order = np.argsort(one)
    ordered, second = one[order], two[order]
    fresh = np.ones(len(order), bool)
    fresh[1:] = ordered[1:] != ordered[:-1]
    if (second[1:] != second[:-1])[~fresh[1:]].any():
        return grouped(two, one)
    group = np.empty(len(order), np.int64)
    group[order] = np.cumsum(fresh) - 1
    return order[fresh], group


def _distinct(terminals: Sequence[T]) -> tuple[tuple[T, ...], list[int]]:
    """Return the distinct terminals, and the number of each of all among them."""
    distinct = tuple(dict.fromkeys(terminals))
    number = {terminal: at for at, terminal in enumerate(distinct)}
    return distinct, [number[terminal] for terminal in terminals]


def _nodes(level: Level) -> Nodes:
    edges = list(zip(level.start.tolist(), level.child.tolist(), strict=True))
    return [edges[low:high] for low, high in pairwise(level.first.tolist())]


def _level(nodes: Nodes) -> Level:
    first = list(accumulate(map(len, nodes), initial=0))
    start = [start for node in nodes for start, _ in node]
    child = [child for node in nodes for _, child in node]
    return Level(np.array(first), np.array(start), np.array(child))


def _reduced_level(level: Level, renumber: Ints) -> tuple[Level, Ints]:
    child = renumber[level.child]
    owner = level.owners()
    keep = np.ones(len(child), bool)
    keep[1:] = (child[1:] != child[:-1]) | (owner[1:] != owner[:-1])
    owner, start, child = owner[keep], level.start[keep], child[keep]
    first = np.searchsorted(owner, np.arange(len(level.first)))
    chosen, numbers = grouped_hashes(*_names(start, child, first))
    return _picked(Level(first, start, child), chosen), numbers


def _names(start: Ints, child: Ints, first: Ints) -> tuple[Hashes, Hashes]:
    """Return a 128-bit name of each node's edges; others share it with chance 2^-128."""
    place = mix(start, 1).view(np.int64) ^ child
    one, two = (np.add.reduceat(mix(place, seed), first[:-1]) for seed in (2, 3))
    return one, two


def _picked(level: Level, nodes: Ints) -> Level:
    """Return the level with only `nodes`, in that order."""
    counts = np.diff(level.first)[nodes].astype(np.int64, copy=False)
    first = np.concatenate(([0], np.cumsum(counts)))
    edges = np.repeat(level.first[nodes] - first[:-1], counts) + np.arange(int(first[-1]))
    # WHY wide: what is made of these is computed with, and must not overflow.
    start, child = (each[edges].astype(np.int64, copy=False) for each in (level.start, level.child))
    return Level(first.astype(np.int64), start, child)


def _narrow(level: Level) -> Level:
    if len(level.start) < NARROWED:
        return level
    first, start, child = (
        cast("Ints", each.astype(np.int32)) for each in (level.first, level.start, level.child)
    )
    return Level(first, start, child)


def _from_root(
    widths: tuple[int, ...], levels: list[Level], root: int, terminals: tuple[T, ...]
) -> Diagram[T]:
    """Return the diagram numbered as reached from the root, unreached nodes dropped."""
    reach = np.array([root])
    kept: list[Level] = []
    for level in levels:
        picked = _picked(level, reach)
        reach, child = _in_order(picked.child)
        kept.append(Level(picked.first, picked.start, child))
    return Diagram(widths, tuple(kept), tuple(terminals[k] for k in reach.tolist()))


def _in_order(child: Ints) -> tuple[Ints, Ints]:
    chosen, group = grouped(child)
    order = np.argsort(chosen, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return child[chosen[order]], rank[group]


def _product_edges(
    a: Level, b: Level, nodes_a: Ints, nodes_b: Ints
) -> tuple[Ints, Ints, Ints, Ints]:
    """Return owner, start and both children of every edge of the pairs' common refinement."""
    picked_a, picked_b = _picked(a, nodes_a), _picked(b, nodes_b)
    owner = np.concatenate((picked_a.owners(), picked_b.owners()))
    start = np.concatenate((picked_a.start, picked_b.start))
    side = np.repeat([0, 1], [len(picked_a.start), len(picked_b.start)])
    child = np.concatenate((picked_a.child, picked_b.child))
    order = np.lexsort((side, start, owner))
    owner, start, side, child = owner[order], start[order], side[order], child[order]
    index = np.arange(len(owner))
    last_a = np.maximum.accumulate(np.where(side == 0, index, 0))
    last_b = np.maximum.accumulate(np.where(side == 1, index, 0))
    final = np.ones(len(owner), bool)
    final[:-1] = (owner[1:] != owner[:-1]) | (start[1:] != start[:-1])
    return owner[final], start[final], child[last_a[final]], child[last_b[final]]
