"""Which duties may clash: pairs that match together somewhere and of which neither overrides.

A join of all pairs by their boxes, axis by axis in numpy, one rank against itself; few pairs are
left, and only where these meet a diagram has to be made. Cost: the sum of the squares of the ranks'
sizes, times the axes, in single array operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, groupby

import numpy as np
from numpy.typing import NDArray

from remit.engine.map.parts import ActivityPart
from remit.engine.map.rows import Row
from remit.engine.map.space import Atoms

__all__ = ["Box", "bounds_of", "meet", "rival_boxes"]

Box = tuple[Atoms, ...]
FEW = 6
"""Rows that are compared one by one."""
BLOCK = 1_024
"""Rows joined with all others at a time: at most this many times their number of flags."""
Ints = NDArray[np.int64]


def rival_boxes(part: ActivityPart) -> Iterator[Box]:
    """Yield boxes that together hold every cell with two or more accountable subjects.

    A box is where two duties of different subjects meet of which neither overrides the other.
    """
    overrides = part.overrides
    rank = overrides.precedence.rank if overrides.precedence is not None else None

    def key(row: Row) -> int:
        # WHY by rank: of two duties of different ranks, one overrides the other, whichever way.
        return 0 if rank is None else int(rank[row.item])

    rows = [row for row in part.rows_of(overrides.holders["accountable"]) if not row.removes]
    for _, group in groupby(sorted(rows, key=key), key=key):
        same = list(group)
        for one, other in _pairs(part, same):
            if _may_clash(part, same[one].item, same[other].item):
                box = meet(same[one].box, same[other].box)
                if box is not None:
                    yield box


def meet(one: Box, other: Box) -> Box | None:
    """Return the intersection of two boxes; `None` if it is empty."""
    found = []
    for mine, theirs in zip(one, other, strict=True):
        atoms = mine if mine == theirs else _common(mine, theirs)
        if not atoms:
            return None
        found.append(atoms)
    return tuple(found)


def bounds_of(boxes: Sequence[Box]) -> tuple[Ints, Ints]:
    """Return the first atoms of boxes, and the last, exclusive; shape `(boxes, axes)` each."""
    low = np.array([[atoms[0][0] for atoms in box] for box in boxes], np.int64)
    high = np.array([[atoms[-1][1] for atoms in box] for box in boxes], np.int64)
    return low, high


def _may_clash(part: ActivityPart, y: int, x: int) -> bool:
    if part.duties[y].subject == part.duties[x].subject:
        return False
    exceptions = part.overrides.named.get(y, 0) | part.overrides.excepted.get(y, 0)
    if exceptions >> x & 1:
        return False
    precedence = part.overrides.precedence
    return precedence is None or not (precedence.is_above(y, x) or precedence.is_above(x, y))


def _common(mine: Atoms, theirs: Atoms) -> Atoms:
    return tuple(
        (max(low, start), min(high, end))
        for low, high in mine
        for start, end in theirs
        if low < end and start < high
    )


def _pairs(part: ActivityPart, rows: Sequence[Row]) -> Iterable[tuple[int, int]]:
    """Return the pairs of positions of rows that may clash, the lower position first."""
    # WHY: most ranks have one or two rows, for which the arrays would cost more than they save.
    return combinations(range(len(rows)), 2) if len(rows) <= FEW else _meeting(part, rows)


def _meeting(part: ActivityPart, rows: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """Yield the pairs whose outer bounds meet and of which precedence puts neither first."""
    low, high = bounds_of([row.box for row in rows])
    differs = np.flatnonzero(((low != low[0]) | (high != high[0])).any(axis=0)).tolist()
    item = np.array([row.item for row in rows], np.int64)
    names: dict[str, int] = {}
    subject = np.array([names.setdefault(part.duties[i].subject, len(names)) for i in item])
    precedence = part.overrides.precedence
    beats = None if precedence is None else precedence.beats
    for start in range(0, len(rows), BLOCK):
        some, rest = slice(start, start + BLOCK), slice(start, None)
        together = subject[some, None] != subject[None, rest]
        for axis in differs:
            together &= low[some, axis, None] < high[None, rest, axis]
            together &= low[None, rest, axis] < high[some, axis, None]
        if beats is not None:
            mine, theirs = item[some], item[rest]
            together &= ~(beats[np.ix_(mine, theirs)] | beats[np.ix_(theirs, mine)].T)
        for one, other in np.argwhere(np.triu(together, 1)).tolist():
            yield start + one, start + other
