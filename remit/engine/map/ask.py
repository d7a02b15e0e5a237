"""Which dimension to ask for next: the one whose answer leaves least doubt about the outcome.

Doubt is the expected entropy of the outcome over the cells an event may still be (Quinlan 1986,
choice of attribute), counted by one walk down and one walk up the diagram inside the event's box.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log2
from typing import TypeVar

from remit.engine.map.diagram import Diagram
from remit.engine.map.restrict import stretches
from remit.engine.map.space import Atoms, Space

__all__ = ["best_question"]

T = TypeVar("T", bound=Hashable)
Outcomes = Counter[Hashable]
TIE = 1e-9
"""Differences of expected doubt, in bits, that floating point makes and no person would notice."""


@dataclass(frozen=True, slots=True)
class _Walk:
    """Cells above each reached node and outcomes below it, by level; terminals last."""

    above: list[dict[int, int]]
    below: list[dict[int, Outcomes]]


def best_question(
    diagram: Diagram[T],
    outcome: Callable[[T], Hashable],
    space: Space,
    box: Sequence[Atoms],
    order: Sequence[str],
) -> str | None:
    """Return the dimension to ask for, or `None` if no open dimension bears on the outcome.

    Args:
        outcome: what is asked for, from a terminal; `None` marks cells that do not count.
        box: what the event may be, as atoms by axis.
        order: dimensions, first first, to settle ties.
    """
    walk = _walked(diagram, outcome, space, box)
    best: tuple[float, bool, int] | None = None
    chosen = None
    for index, axis in enumerate(space.axes):
        if sum(high - low for low, high in box[index]) <= 1:
            continue
        doubt, matters = _doubt_after(diagram, walk, space, box, index)
        score = (round(doubt / TIE) * TIE, not matters, order.index(axis.name))
        if best is None or score < best:
            best, chosen = score, axis.name
    return chosen


def _walked(
    diagram: Diagram[T], outcome: Callable[[T], Hashable], space: Space, box: Sequence[Atoms]
) -> _Walk:
    above: list[dict[int, int]] = [{0: 1}]
    for index, level in enumerate(diagram.levels):
        reached: dict[int, int] = {}
        reach = space.axes[index].reach
        for node, cells in above[-1].items():
            for low, high, child in stretches(level, node, diagram.widths[index], box[index]):
                reached[child] = reached.get(child, 0) + cells * (reach[high] - reach[low])
        above.append(reached)
    last: dict[int, Outcomes] = {}
    for node in above[-1]:
        found = outcome(diagram.terminals[node])
        last[node] = Counter() if found is None else Counter({found: 1})
    below = [last]
    for index in range(len(diagram.levels) - 1, -1, -1):
        below.insert(0, _summed(diagram, space, box, index, list(above[index]), below[0]))
    return _Walk(above, below)


def _summed(
    diagram: Diagram[T],
    space: Space,
    box: Sequence[Atoms],
    index: int,
    nodes: list[int],
    children: dict[int, Outcomes],
) -> dict[int, Outcomes]:
    reach = space.axes[index].reach
    found = {}
    for node in nodes:
        total: Outcomes = Counter()
        for low, high, child in stretches(
            diagram.levels[index], node, diagram.widths[index], box[index]
        ):
            for name, cells in children[child].items():
                total[name] += cells * (reach[high] - reach[low])
        found[node] = total
    return found


def _doubt_after(
    diagram: Diagram[T], walk: _Walk, space: Space, box: Sequence[Atoms], index: int
) -> tuple[float, bool]:
    """Return the doubt, in bits times cells, left when an axis is known, and if it matters."""
    level, width = diagram.levels[index], diagram.widths[index]
    edges = {node: list(stretches(level, node, width, box[index])) for node in walk.above[index]}
    bounds = sorted(
        {bound for found in edges.values() for low, high, _ in found for bound in (low, high)}
    )
    matters = False
    doubt = 0.0
    reach = space.axes[index].reach
    splits: dict[int, Outcomes] = {low: Counter() for low in bounds}
    for node, found in edges.items():
        below = [walk.below[index + 1][child] for _, _, child in found]
        matters = matters or len({child for _, _, child in found}) > 1
        for (low, high, _), outcomes in zip(found, below, strict=True):
            for bound in bounds:
                if low <= bound < high:
                    for name, cells in outcomes.items():
                        splits[bound][name] += walk.above[index][node] * cells
    for low, high in pairwise(bounds):
        doubt += (reach[high] - reach[low]) * _entropy(splits[low])
    return doubt, matters


def _entropy(outcomes: Outcomes) -> float:
    """Return the entropy of counted outcomes, times their number."""
    total = sum(outcomes.values())
    return -sum(n * log2(n / total) for n in outcomes.values() if n)
