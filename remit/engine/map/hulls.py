"""How a set of cells is shown: as few boxes a person can read.

First exact boxes: start at a cell, widen one axis at a time to all atoms that keep the box full,
the widest gain first (prime implicants of the set). Where these are many, because a missing general
duty is pierced by narrow ones, boxes of which most cells belong to the set ("hulls"), and at last
the one box round all that is left. Every cell of the set lies in some box shown, each box says how
much of it is meant, and shows the part of it that belongs to the set whole.

Cost: a few passes over the set an axis and box; see `shapes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from remit.engine.map.counting import Mask, ranges_of
from remit.engine.map.diagram import Diagram
from remit.engine.map.examples import liked_atoms
from remit.engine.map.shapes import Line, Numbers, Shape, shape_of
from remit.engine.map.space import Space

__all__ = ["MOST_EXACT", "MOST_HULLS", "MOST_NAMES", "Frame", "Hull", "hull_around", "hulls"]

MOST_EXACT = 8
"""Exact boxes shown before hulls are tried instead; past this a reader loses the thread."""
FEW = 2
"""Exact boxes that are shown in place of one hull."""
MOST_NAMES = 4
"""Tree nodes or ranges in one constraint; longer lists are read by nobody."""
MOST_HULLS = 11
"""Hulls shown before one last box takes all that is left."""
LARGEST = 30_000
"""Edges of a set's diagram past which it is shown as one box: to find better ones takes minutes,
and what is so frayed has no few regions to be told by."""
HALF = 2
"""One in so many of a hull's possible cells must belong to the set."""
Box = Mask
"""Which atoms of the whole line are meant; see `shapes.Line`."""
Range = tuple[int, int]
"""Atoms of one axis from the first up to, without, the second."""


@dataclass(frozen=True, slots=True, eq=False)
class Hull:
    """A box with how much of the set is in it.

    Args:
        box: atoms by axis; an axis whose atoms all are possible there is whole.
        count: cells of the set in the box, weighted.
        possible: possible cells in the box, weighted.
        full: a box in it all of whose possible cells belong to the set; `box` where that does.
        full_count: cells of the set in `full`, weighted.
        witness: the cell of the set that is easiest to read, from `full`.
    """

    box: tuple[Mask, ...]
    count: int
    possible: int
    full: tuple[Mask, ...]
    full_count: int
    witness: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """What every set of one space is shown within.

    Args:
        possible: what can happen at all.
        nodes: for each axis that is a tree, its nodes as atoms, the widest first.
        all_possible: whether everything can happen.
    """

    space: Space
    line: Line
    possible: Shape
    nodes: tuple[tuple[Range, ...], ...]
    all_possible: bool

    @classmethod
    def of(cls, possible: Diagram[bool], space: Space) -> Frame:
        """Return the frame of a space."""
        line = Line.of(space)
        nodes = (
            tuple(sorted(axis.dimension.nodes.values(), key=lambda node: node[0] - node[1]))
            for axis in space.axes
        )
        all_possible = possible.terminals == (True,)
        return cls(space, line, shape_of(possible, line), tuple(nodes), all_possible)


@dataclass(frozen=True, slots=True, eq=False)
class _Sets:
    """The set to show in its frame."""

    cells: Shape
    frame: Frame

    @property
    def space(self) -> Space:
        return self.frame.space

    @property
    def line(self) -> Line:
        return self.frame.line

    @property
    def possible(self) -> Shape:
        return self.frame.possible


def hulls(cells: Diagram[bool], frame: Frame) -> tuple[Hull, ...]:
    """Return few boxes that together hold all of `cells`, in the order found."""
    sets = _Sets(shape_of(cells, frame.line), frame)
    if sum(len(level.start) for level in cells.levels) > LARGEST:
        return (_hull(_around(sets.cells, sets), sets),)
    single = _single(sets)
    if single is not None:
        return (single,)
    boxes = _exact(sets)
    if boxes is None or len(boxes) > FEW:
        hulls_of_it = _loose(sets)
        # WHY: one cause told in one hull reads better than in three exact pieces, but not than two.
        if boxes is None or len(boxes) > FEW * len(hulls_of_it):
            boxes = hulls_of_it
    return tuple(_hull(box, sets) for box in boxes)


def hull_around(cells: Diagram[bool], frame: Frame) -> Hull:
    """Return the one box around all of `cells`, which must not be none."""
    sets = _Sets(shape_of(cells, frame.line), frame)
    return _hull(_around(sets.cells, sets), sets)


def _single(sets: _Sets) -> Hull | None:
    """Return the hull of a set that is one box a person can read, where everything can happen.

    It is what `_exact` would find, for no box in the set is wider: a fifth of the work, and most
    gaps are of this kind.
    """
    if not sets.frame.all_possible:
        return None
    box = sets.cells.gains(sets.line.whole()) > 0
    count = sets.possible.count(box)
    if not count or sets.cells.count(box) != count:
        return None
    for index in range(len(sets.space.axes)):
        mask = box[sets.line.part(index)]
        if _readable(sets, index, box, int(mask.argmax())).sum() != mask.sum():
            return None
    parts = tuple(sets.line.parts(box))
    return Hull(parts, count, count, parts, count, _cell(box, sets))


def _exact(sets: _Sets) -> list[Box] | None:
    """Return boxes that lie in the set as far as possible; `None` where these are many."""
    found: list[Box] = []
    whole = sets.line.whole()
    rest, left = sets.cells, sets.cells.count(whole)
    while (seed := rest.seed(whole)) is not None:
        box = _widened(sets, seed, whole)
        found.append(box)
        rest = rest.without(box)
        gained, left = left, rest.count(whole)
        gained -= left
        # WHY: the box around the most is taken first, so those to come are hardly larger.
        if len(found) + left / gained > MOST_EXACT:
            return None
    return found


def _widened(sets: _Sets, seed: Sequence[int], within: Box, *, least_first: bool = False) -> Box:
    """Return a box around a cell all of whose possible cells belong to the set.

    The axis that gains most is widened first, or last: neither is best for every set.
    Impossible cells may lie in it, for no witness can use them; so boxes come out whole.
    """
    box = _point(sets.line, seed)
    waiting = [index for index, width in enumerate(sets.space.widths) if width > 1]
    while waiting:
        possible = sets.possible.gains(box)
        free = (sets.cells.gains(box) == possible) & within
        wider = {index: _readable(sets, index, free, seed[index]) for index in waiting}
        held = {index: possible[sets.line.part(index)][wider[index]].sum() for index in waiting}
        waiting.sort(key=lambda index: (-held[index], -wider[index].mean(), index))
        best = waiting[-1] if least_first else waiting[0]
        box[sets.line.part(best)] = wider[best]
        # WHY: an axis that cannot be widened now never can.
        waiting = [index for index in waiting if index != best and wider[index].sum() > 1]
    return box


def _readable(sets: _Sets, index: int, free: Box, atom: int) -> Mask:
    """Return the most of an axis's free atoms, `atom` among them, that a person can take in."""
    axis, mask = sets.space.axes[index], free[sets.line.part(index)]
    kind, nodes = axis.dimension.kind, sets.frame.nodes[index]
    if kind == "values" or int(mask.sum()) in {1, len(mask)}:
        return mask
    inside = _sums(mask)
    if kind != "tree":
        ranges = ranges_of(mask)
        if len(ranges) <= MOST_NAMES:
            return mask
        low, high = next(pair for pair in ranges if pair[0] <= atom < pair[1])
    else:
        if _names(nodes, inside, full=True) <= MOST_NAMES:
            return mask
        if _names(nodes, inside, full=False) < MOST_NAMES:
            return mask
        low, high = next(
            (low, high)
            for low, high in nodes
            if low <= atom < high and inside[high] - inside[low] == high - low
        )
    kept = np.zeros_like(mask)
    kept[low:high] = True
    return kept


def _names(nodes: Sequence[Range], inside: Sequence[int], *, full: bool) -> int:
    """Return how many nodes it takes to name what is inside, or with `full` false what is not.

    Counted no further than the most that anybody reads, and one.
    """
    names, covered = 0, set[int]()
    for low, high in nodes:
        part = inside[high] - inside[low]
        if part == (high - low if full else 0) and low not in covered:
            covered.update(range(low, high))
            names += 1
            if names > MOST_NAMES:
                break
    return names


def _sums(numbers: Numbers) -> list[int]:
    """Return the running sum of some numbers, starting with 0."""
    return [0, *np.cumsum(numbers).tolist()]


def _loose(sets: _Sets) -> list[Box]:
    found: list[Box] = []
    whole = sets.line.whole()
    rest = sets.cells
    while (seed := rest.seed(whole)) is not None:
        if len(found) == MOST_HULLS:
            found.append(_around(rest, sets))
            break
        box = _grown(sets, rest, _point(sets.line, seed))
        found.append(box)
        rest = rest.without(box)
    return found


def _grown(sets: _Sets, rest: Shape, box: Box) -> Box:
    """Widen a box, the densest gain first, while most of what is added is not yet shown.

    What is added must be dense by itself: else a hull would swallow what is well owned.
    """
    while (wider := _densest(sets, rest, box)) is not None:
        box = wider
    return box


def _densest(sets: _Sets, rest: Shape, box: Box) -> Box | None:
    mine, base = rest.gains(box), sets.possible.gains(box)
    best: tuple[float, float] = (0.0, 0.0)
    found: tuple[int, Sequence[Range]] | None = None
    for index in range(len(sets.space.axes)):
        part = sets.line.part(index)
        mask = box[part]
        if mask.all():
            continue
        new, every = mine[part], base[part]
        new_to, every_to = _sums(new), _sums(every)
        has, had = new[mask].sum(), every[mask].sum()
        for wider in _candidates(sets, index, mask, new * HALF >= every):
            gain = sum(new_to[high] - new_to[low] for low, high in wider) - has
            whole = sum(every_to[high] - every_to[low] for low, high in wider) - had
            if whole and gain * HALF >= whole and (gain / whole, gain) > best:
                best = (gain / whole, gain)
                found = index, wider
    return None if found is None else _with(box, sets.line.part(found[0]), found[1])


def _with(box: Box, part: slice, ranges: Sequence[Range]) -> Box:
    wider = box.copy()
    for low, high in ranges:
        wider[part.start + low : part.start + high] = True
    return wider


def _candidates(sets: _Sets, index: int, mask: Mask, dense: Mask) -> Iterator[Sequence[Range]]:
    """Yield wider sets of one axis that have a name or are a range."""
    kind = sets.space.axes[index].dimension.kind
    width = len(mask)
    yield ((0, width),)
    if kind == "values":
        if (dense & ~mask).any():
            yield ranges_of(mask | dense)
        return
    first, last = int(mask.argmax()), width - int(mask[::-1].argmax())
    if kind == "tree":
        for low, high in sets.frame.nodes[index]:
            if low <= first and last <= high and high - low > last - first:
                yield ((low, high),)
    else:
        # WHY doubled: an axis of hundreds of bounds is crossed in a few steps, not one by one.
        step = 1
        while step <= max(first, width - last):
            if first:
                yield ((max(0, first - step), last),)
            if last < width:
                yield ((first, min(width, last + step)),)
            step *= 2


def _around(cells: Shape, sets: _Sets) -> Box:
    """Return the smallest box around a set that is made of tree nodes and ranges."""
    gains = cells.gains(sets.line.whole()) > 0
    found = sets.line.whole()
    for index, axis in enumerate(sets.space.axes):
        part = sets.line.part(index)
        mask = gains[part].astype(bool)
        wider = mask.copy()
        first, last = int(mask.argmax()), len(mask) - int(mask[::-1].argmax())
        if axis.dimension.kind == "tree":
            around = (n for n in sets.frame.nodes[index] if n[0] <= first and last <= n[1])
            first, last = min(around, key=lambda n: n[1] - n[0], default=(0, len(mask)))
        if axis.dimension.kind != "values":
            wider[first:last] = True
        found[part] = wider
    return found


def _hull(box: Box, sets: _Sets) -> Hull:
    count, possible = sets.cells.count(box), sets.possible.count(box)
    full, inside = box, possible
    if count < possible:
        seed = _openest(sets, box)
        for least_first in (False, True):
            tried = _widened(sets, seed, box, least_first=least_first)
            held = sets.cells.count(tried)
            if not least_first or held > inside:
                full, inside = tried, held
    parts = sets.line.parts
    return Hull(tuple(parts(box)), count, possible, tuple(parts(full)), inside, _cell(full, sets))


def _openest(sets: _Sets, box: Box) -> list[int]:
    """Return a cell of the set in a box around which most of the set lies, axis by axis."""
    left = box.copy()
    cell = []
    for index in range(len(sets.space.axes)):
        part = sets.line.part(index)
        mine, every = sets.cells.gains(left)[part], sets.possible.gains(left)[part]
        there = np.flatnonzero((mine > 0) & left[part])
        atom = int(max(there, key=lambda atom: (mine[atom] / every[atom], mine[atom], -atom)))
        cell.append(atom)
        left[part] = False
        left[part.start + atom] = True
    return cell


def _cell(full: Box, sets: _Sets) -> tuple[int, ...]:
    """Return the possible cell of a full box that is easiest to read."""
    box = full.copy()
    cell = [0] * len(sets.space.axes)
    for index, axis in enumerate(sets.space.axes):
        part = sets.line.part(index)
        liked = liked_atoms(axis, box[part])
        if len(liked) > 1 and not sets.frame.all_possible:
            can = sets.possible.gains(box)[part]
            liked = [atom for atom in liked if can[atom]]
        cell[index] = liked[0]
        box[part] = False
        box[part.start + liked[0]] = True
    return tuple(cell)


def _point(line: Line, cell: Sequence[int]) -> Box:
    box = np.zeros(line.first[-1], bool)
    for first, atom in zip(line.first, cell, strict=False):
        box[first + atom] = True
    return box
