"""How a set of cells is shown: as few boxes a person can read.

First exact boxes: start at a cell, widen one axis at a time to all atoms that keep the box full,
the widest gain first (prime implicants of the set's diagram). Where these are many, because a
missing general duty is pierced by narrow ones, boxes of which most cells belong to the set
("hulls"), and at last the one box round all that is left. Every cell of the set lies in some box
shown, and each box says how much of it is meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from remit.engine.map.counting import Mask, cells_in, free_atoms, full_mask, pick, ranges_of, spread
from remit.engine.map.diagram import Diagram, box_diagram, combine
from remit.engine.map.space import Axis, Space

__all__ = ["MOST_EXACT", "MOST_HULLS", "MOST_PIECES", "THETA", "Hull", "hulls"]

MOST_EXACT = 8
"""Exact boxes shown before hulls are tried instead; past this a reader loses the thread."""
MOST_PIECES = 4
"""Tree nodes or ranges in one constraint; longer lists are read by nobody."""
MOST_HULLS = 11
"""Hulls shown before one last box takes all that is left."""
THETA = 0.5
"""Least part of a hull's possible cells that must belong to the set."""


@dataclass(frozen=True, slots=True, eq=False)
class Hull:
    """A box with the cells of the set in it.

    Args:
        box: atoms by axis; an axis whose atoms all are possible there is whole.
        count: cells of the set in the box, weighted.
        possible: possible cells in the box, weighted.
        witness: one of the cells of the set.
    """

    box: tuple[Mask, ...]
    cells: Diagram[bool]
    count: int
    possible: int
    witness: tuple[int, ...]


def hulls(cells: Diagram[bool], possible: Diagram[bool], space: Space) -> tuple[Hull, ...]:
    """Return few boxes that together hold all of `cells`, in the order found."""
    boxes = _exact(cells, possible, space)
    if boxes is None:
        boxes = _loose(cells, possible, space)
    return tuple(_hull(box, cells, possible, space) for box in boxes)


def _exact(cells: Diagram[bool], possible: Diagram[bool], space: Space) -> list[list[Mask]] | None:
    """Return boxes that lie in the set as far as possible; `None` past `MOST_EXACT`."""
    # WHY: impossible cells may lie in a box, for no witness can use them; so boxes come out whole.
    allowed = combine(cells, possible, lambda mine, can: mine or not can)
    found: list[list[Mask]] = []
    rest = cells
    while (cell := pick(rest, full_mask(space))) is not None:
        if len(found) == MOST_EXACT:
            return None
        box = _widened(allowed, space, cell)
        found.append(box)
        rest = _without(rest, box, space)
    return found


def _widened(allowed: Diagram[bool], space: Space, cell: Sequence[int]) -> list[Mask]:
    box = _point(space, cell)
    waiting = [index for index, width in enumerate(space.widths) if width > 1]
    while waiting:
        free = {
            index: _readable(space.axes[index], free_atoms(allowed, box, index), cell[index])
            for index in waiting
        }
        best = max(waiting, key=lambda index: (free[index].mean(), -index))
        box[best] = free[best]
        waiting.remove(best)
    return box


def _readable(axis: Axis, free: Mask, atom: int) -> Mask:
    """Return the most of `free`, with `atom` in it, that a person can read at a glance."""
    if axis.dimension.kind == "values" or _pieces(axis, free) <= MOST_PIECES:
        return free
    if _pieces(axis, ~free) < MOST_PIECES:
        return free
    kept = np.zeros_like(free)
    if axis.dimension.kind == "tree":
        around = [node for node in axis.dimension.nodes.values() if node[0] <= atom < node[1]]
        low, high = max((n for n in around if free[n[0] : n[1]].all()), key=lambda n: n[1] - n[0])
    else:
        low, high = next(pair for pair in ranges_of(free) if pair[0] <= atom < pair[1])
    kept[low:high] = True
    return kept


def _pieces(axis: Axis, mask: Mask) -> int:
    """Return how many nodes or ranges it takes to name a set of atoms."""
    if axis.dimension.kind != "tree":
        return len(ranges_of(mask))
    covered = np.zeros_like(mask)
    pieces = 0
    for low, high in sorted(axis.dimension.nodes.values(), key=lambda node: node[0] - node[1]):
        if mask[low:high].all() and not covered[low]:
            covered[low:high] = True
            pieces += 1
    return pieces


def _loose(cells: Diagram[bool], possible: Diagram[bool], space: Space) -> list[list[Mask]]:
    found: list[list[Mask]] = []
    rest = cells
    while (cell := pick(rest, full_mask(space))) is not None:
        if len(found) == MOST_HULLS:
            found.append(_rounded(spread(rest, full_mask(space)), space))
            break
        box = _grown(cells, possible, space, _point(space, cell))
        found.append(box)
        rest = _without(rest, box, space)
    return found


def _grown(
    cells: Diagram[bool], possible: Diagram[bool], space: Space, box: list[Mask]
) -> list[Mask]:
    """Widen a box along tree parents, neighbours and whole axes while it stays dense enough."""
    gained = True
    while gained:
        gained = False
        for index, axis in enumerate(space.axes):
            for wider in _candidates(axis, box[index]):
                tried = [*box[:index], wider, *box[index + 1 :]]
                base = cells_in(possible, space, tried)
                if base and cells_in(cells, space, tried) >= THETA * base:
                    box, gained = tried, True
                    break
    return box


def _candidates(axis: Axis, mask: Mask) -> Iterator[Mask]:
    """Yield wider sets of one axis that have a name or are a range, the widest first."""
    if mask.all():
        return
    yield np.ones_like(mask)
    if axis.dimension.kind == "tree":
        around = [
            (low, high)
            for low, high in axis.dimension.nodes.values()
            if mask[low:high].sum() == mask.sum()
        ]
        for low, high in sorted(around, key=lambda node: node[0] - node[1]):
            wider = np.zeros_like(mask)
            wider[low:high] = True
            if (wider & ~mask).any():
                yield wider
    elif axis.dimension.kind != "values":
        low, high = int(mask.argmax()), len(mask) - int(mask[::-1].argmax())
        for first, last in ((low - 1, high), (low, high + 1)):
            if first >= 0 and last <= len(mask):
                wider = np.zeros_like(mask)
                wider[first:last] = True
                yield wider


def _rounded(box: list[Mask], space: Space) -> list[Mask]:
    """Return the smallest box around `box` that is made of tree nodes and ranges."""
    found = []
    for axis, mask in zip(space.axes, box, strict=True):
        wider = mask.copy()
        if axis.dimension.kind == "tree":
            around = [
                n for n in axis.dimension.nodes.values() if mask[n[0] : n[1]].sum() == mask.sum()
            ]
            low, high = min(around, key=lambda n: n[1] - n[0], default=(0, len(mask)))
            wider[low:high] = True
        elif axis.dimension.kind != "values":
            wider[mask.argmax() : len(mask) - mask[::-1].argmax()] = True
        found.append(wider)
    return found


def _hull(box: list[Mask], cells: Diagram[bool], possible: Diagram[bool], space: Space) -> Hull:
    shape = box_diagram(space.widths, [ranges_of(mask) for mask in box])
    inside = combine(cells, shape, lambda mine, here: mine and here)
    witness = pick(inside, box)
    if witness is None:
        raise LookupError
    return Hull(
        tuple(box), inside, cells_in(cells, space, box), cells_in(possible, space, box), witness
    )


def _without(rest: Diagram[bool], box: list[Mask], space: Space) -> Diagram[bool]:
    shape = box_diagram(space.widths, [ranges_of(mask) for mask in box])
    return combine(rest, shape, lambda left, here: left and not here)


def _point(space: Space, cell: Sequence[int]) -> list[Mask]:
    box = [np.zeros(width, bool) for width in space.widths]
    for mask, atom in zip(box, cell, strict=True):
        mask[atom] = True
    return box
