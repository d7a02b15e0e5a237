"""Diagrams of few edges, level by level in plain Python.

What `diagram` does in arrays costs some twenty numpy calls a level, whatever their size: a thousand
times what a diagram of a dozen edges needs. So operations whose diagrams are small are done here,
with the same results.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

__all__ = ["MOST_EDGES", "Node", "Nodes", "few_combined", "few_reduced"]

A = TypeVar("A")
B = TypeVar("B")
V = TypeVar("V")
MOST_EDGES = 400
"""Edges of a diagram, or of two together, up to which plain Python is faster than arrays."""
Node = Sequence[tuple[int, int]]
"""Where each edge of a node starts, and its child."""
Nodes = Sequence[Node]
"""The nodes of one level."""


def few_reduced(raw: Sequence[Nodes], renumber: Sequence[int]) -> tuple[list[Nodes], list[int]]:
    """Return the canonical levels of raw ones whose root is node 0, and the terminals they reach.

    Nodes are numbered as they are first reached from the root.

    Args:
        renumber: for each child of the last level, the number of its terminal.
    """
    below: Sequence[int] = renumber
    levels: list[list[tuple[tuple[int, int], ...]]] = []
    for nodes in reversed(raw):
        known: dict[tuple[tuple[int, int], ...], int] = {}
        below = [known.setdefault(_merged(node, below), len(known)) for node in nodes]
        levels.append(list(known))
    reach = [below[0]]
    found: list[Nodes] = []
    for level in reversed(levels):
        number: dict[int, int] = {}
        found.append(
            [
                [(start, number.setdefault(child, len(number))) for start, child in level[node]]
                for node in reach
            ]
        )
        reach = list(number)
    return found, reach


def few_combined(
    a: Sequence[Nodes], b: Sequence[Nodes], merge: Callable[[int, int], V]
) -> tuple[list[Nodes], list[V]]:
    """Return the raw levels of the pairs of nodes that meet, and what `merge` makes of the last."""
    pairs = [(0, 0)]
    raw: list[Nodes] = []
    for level_a, level_b in zip(a, b, strict=True):
        number: dict[tuple[int, int], int] = {}
        raw.append(
            [
                [
                    (start, number.setdefault((x, y), len(number)))
                    for start, x, y in _refined(level_a[one], level_b[other])
                ]
                for one, other in pairs
            ]
        )
        pairs = list(number)
    return raw, [merge(one, other) for one, other in pairs]


def _merged(node: Node, below: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Return the edges of a node with their children's numbers, equal neighbours as one."""
    edges: list[tuple[int, int]] = []
    last = -1
    for start, child in node:
        number = below[child]
        if number != last:
            edges.append((start, number))
            last = number
    return tuple(edges)


def _refined(one: Node, other: Node) -> list[tuple[int, int, int]]:
    """Return the common refinement of two nodes' edges."""
    if len(one) == 1:
        child = one[0][1]
        return [(start, child, below) for start, below in other]
    if len(other) == 1:
        child = other[0][1]
        return [(start, below, child) for start, below in one]
    found = []
    i = j = 0
    while i < len(one) and j < len(other):
        start = max(one[i][0], other[j][0])
        found.append((start, one[i][1], other[j][1]))
        ends = (
            one[i + 1][0] if i + 1 < len(one) else _NEVER,
            other[j + 1][0] if j + 1 < len(other) else _NEVER,
        )
        i += ends[0] <= ends[1]
        j += ends[1] <= ends[0]
    return found


_NEVER = 1 << 62
"""Where the last edge of a node ends: after every atom."""
