"""What a union of boxes leaves open, found by halving space: exact, for what a diagram cannot hold.

A piece of space is cut along a side of the box that covers most of it, until it is covered by a
single box or touched by none (a k-d tree of free order, as HyperCuts cuts for packet
classification). It is cheap where a diagram explodes, as for wide tables of decisions, and explodes
where a diagram is cheap: independent pairs of dimensions. So each is the other's way out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remit.engine.map.rows import Row
from remit.engine.map.space import Atoms

__all__ = ["Cover", "open_boxes", "without"]

BREATH = 1_024
"""Pieces between two looks at the clock."""
FEW = 6
"""Boxes in a piece from which on it is cut to cover it, not to part them."""
Ints = NDArray[np.int64]
Sides = tuple[tuple[int, int], ...]
"""A box of one range of atoms an axis, high exclusive."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What was found.

    Args:
        open: disjoint boxes that no given box touches.
        unexplored: disjoint boxes there was no room left to look into; empty where all is proved.
    """

    open: tuple[Sides, ...]
    unexplored: tuple[Sides, ...]


def open_boxes(
    widths: Sequence[int],
    boxes: Sequence[tuple[Atoms, ...]],
    *,
    most_pieces: int,
    is_up: Callable[[], bool] = lambda: False,
) -> Cover:
    """Return disjoint boxes that together are all cells in none of `boxes`.

    Two ways of cutting are tried: first one that parts the boxes, best where these are the leaves
    of a tree, if a little frayed; then one that covers space fast, best where they lie anyhow.

    Args:
        most_pieces: pieces of space looked at, after which the rest is left unexplored. A piece
            takes about 15 microseconds.
        is_up: whether there is no time left; asked now and then.
    """
    parted = _open_boxes(widths, boxes, most_pieces // 4, FEW, is_up)
    if not parted.unexplored:
        return parted
    return _open_boxes(widths, boxes, most_pieces - most_pieces // 4, None, is_up)


def without(rows: Sequence[Row]) -> list[tuple[Atoms, ...]]:
    """Return the boxes that some rows add, less those that the others remove."""
    found = [row.box for row in rows if not row.removes]
    for row in rows:
        if row.removes:
            found = [part for box in found for part in _less(box, row.box)]
    return found


def _less(box: tuple[Atoms, ...], cut: tuple[Atoms, ...]) -> list[tuple[Atoms, ...]]:
    """Return a box less another as disjoint boxes, one an axis at most."""
    found = []
    rest = list(box)
    for axis, (mine, theirs) in enumerate(zip(box, cut, strict=True)):
        outside = _minus(mine, theirs)
        if outside:
            found.append((*rest[:axis], outside, *box[axis + 1 :]))
        rest[axis] = _minus(mine, outside)
        if not rest[axis]:
            return [box]
    return found


def _minus(mine: Atoms, theirs: Atoms) -> Atoms:
    found = list(mine)
    for start, end in theirs:
        found = [
            part
            for low, high in found
            for part in ((low, min(high, start)), (max(low, end), high))
            if part[0] < part[1]
        ]
    return tuple(found)


def _open_boxes(
    widths: Sequence[int],
    boxes: Sequence[tuple[Atoms, ...]],
    most_pieces: int,
    few: int | None,
    is_up: Callable[[], bool],
) -> Cover:
    flat = [sides for box in boxes for sides in _split(box)]
    low = np.array([[a for a, _ in sides] for sides in flat], np.int64).reshape(-1, len(widths))
    high = np.array([[b for _, b in sides] for sides in flat], np.int64).reshape(-1, len(widths))
    start = np.zeros(len(widths), np.int64)
    pieces = [(start, np.array(widths, np.int64), np.arange(len(flat)))]
    found: list[Sides] = []
    looked = 0
    while pieces and looked < most_pieces:
        looked += 1
        if looked % BREATH == 0 and is_up():
            break
        from_, to, near = pieces.pop()
        if not len(near):
            found.append(_sides(from_, to))
            continue
        inner_low = np.maximum(low[near], from_)
        inner_high = np.minimum(high[near], to)
        cut = _cut(from_, to, inner_low, inner_high, few)
        if cut is None:
            continue
        axis, at = cut
        for side_from, side_to in _halves(from_, to, axis, at):
            touched = (inner_low[:, axis] < side_to[axis]) & (side_from[axis] < inner_high[:, axis])
            pieces.append((side_from, side_to, near[touched]))
    return Cover(tuple(found), tuple(_sides(a, b) for a, b, _ in pieces))


def _split(box: tuple[Atoms, ...]) -> list[Sides]:
    """Return a box as boxes of one range an axis."""
    found: list[Sides] = [()]
    for atoms in box:
        found = [(*sides, pair) for sides in found for pair in atoms]
    return found


def _cut(from_: Ints, to: Ints, low: Ints, high: Ints, few: int | None) -> tuple[int, int] | None:
    """Return where to cut a piece; `None` if some box covers all of it."""
    size = to - from_
    covered = ((high - low) / size).prod(axis=1)
    best = int(covered.argmax())
    below, above = low[best] - from_, to - high[best]
    outside = np.maximum(below, above)
    if not outside.any():
        return None
    if few is not None and len(low) > few:
        found = _parting(from_, to, low, high)
        if found is not None:
            return found
    axis = int((outside / size).argmax())
    at = low[best, axis] if below[axis] >= above[axis] else high[best, axis]
    return axis, int(at)


def _parting(from_: Ints, to: Ints, low: Ints, high: Ints) -> tuple[int, int] | None:
    """Return the side of a box whose plane parts the boxes best: few cut through, evenly many."""
    count = len(low)
    best, found = 1.5 * count, None
    for axis in range(low.shape[1]):
        planes = np.unique(np.concatenate((low[:, axis], high[:, axis])))
        planes = planes[(planes > from_[axis]) & (planes < to[axis])]
        if not len(planes):
            continue
        left = np.searchsorted(np.sort(low[:, axis]), planes)
        right = count - np.searchsorted(np.sort(high[:, axis]), planes, side="right")
        cost = left + right - count + np.maximum(left, right)
        least = int(cost.argmin())
        if cost[least] < best:
            best, found = float(cost[least]), (axis, int(planes[least]))
    return found


def _halves(from_: Ints, to: Ints, axis: int, at: int) -> list[tuple[Ints, Ints]]:
    middle_to, middle_from = to.copy(), from_.copy()
    middle_to[axis] = middle_from[axis] = at
    return [(from_, middle_to), (middle_from, to)]


def _sides(from_: Ints, to: Ints) -> Sides:
    return tuple(zip(from_.tolist(), to.tolist(), strict=True))
