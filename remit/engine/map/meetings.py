"""Boxes where duties may clash, and which rows of their activities bear on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remit.engine.map.parts import ActivityPart
from remit.engine.map.rivalry import Box, Columns, Rivals

__all__ = ["Meetings", "kept_rows"]

AT_ONCE = 1_000_000
"""Pairs of a box and a row that are held at a time."""
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Meetings:
    """Boxes of some activities, with the rows that decide who is accountable there.

    Args:
        parts: the activities; their rows share their sets of atoms.
        owner: the position in `parts` of each box's activity, ascending.
    """

    parts: tuple[ActivityPart, ...]
    boxes: tuple[Box, ...]
    owner: Ints
    columns: Columns

    @classmethod
    def of(cls, parts: tuple[ActivityPart, ...], boxes: Rivals) -> Meetings:
        """Return the boxes of each activity by name, in the order of the activities."""
        owner = np.repeat(np.arange(len(parts)), [len(boxes[part.name]) for part in parts])
        flat = tuple(box for part in parts for box in boxes[part.name])
        deciding = [part.deciding("accountable") for part in parts]
        return cls(parts, flat, owner, Columns.of(parts, deciding))


def kept_rows(meetings: Meetings) -> Iterator[tuple[int, int]]:
    """Yield the number of each box and the rows that bear on it, some of which may only be near.

    A row is left out where a duty overrides it that matches all over the box.
    """
    for box, row, is_sure in _near(meetings):
        keep = np.ones(len(box), bool)
        owner = meetings.owner[box]
        for number in np.unique(owner).tolist():
            mine = np.flatnonzero(owner == number)
            keep[mine] = _kept(meetings, number, box[mine], row[mine], is_sure[mine])
        yield from zip(box[keep].tolist(), row[keep].tolist(), strict=True)


def _near(meetings: Meetings) -> Iterator[tuple[Ints, Ints, Bools]]:
    """Yield boxes, rows whose outer bounds meet them, and whether the row is all over the box.

    All pairs of one box are in one answer.
    """
    columns = meetings.columns
    low = np.array([[atoms[0][0] for atoms in box] for box in meetings.boxes], np.int64)
    high = np.array([[atoms[-1][1] for atoms in box] for box in meetings.boxes], np.int64)
    starts = np.searchsorted(columns.owner, np.arange(len(meetings.parts) + 1))
    sizes = np.diff(starts)[meetings.owner]
    single = _single(columns)
    first = 0
    while first < len(sizes):
        reach = np.cumsum(sizes[first:])
        last = first + max(1, int(np.searchsorted(reach, AT_ONCE, side="right")))
        count = sizes[first:last]
        box = np.repeat(np.arange(first, last), count)
        begin = starts[meetings.owner[first:last]] - (np.cumsum(count) - count)
        row = np.repeat(begin, count) + np.arange(len(box))
        for axis in columns.by_axis:
            near = columns.low[axis][row] < high[box, axis]
            near &= low[box, axis] < columns.high[axis][row]
            box, row = box[near], row[near]
        is_sure = single[row]
        for axis in columns.by_axis:
            is_sure &= columns.low[axis][row] <= low[box, axis]
            is_sure &= high[box, axis] <= columns.high[axis][row]
        yield box, row, is_sure
        first = last


def _single(columns: Columns) -> Bools:
    """Return which rows have one range of atoms on every axis."""
    found = np.ones(len(columns.owner), bool)
    for axis, sets in enumerate(columns.sets):
        single = np.fromiter((len(atoms) == 1 for atoms in sets.number), bool, len(sets.number))
        found &= single[columns.ids[:, axis]]
    return found


def _kept(meetings: Meetings, number: int, box: Ints, row: Ints, is_sure: Bools) -> Bools:
    """Return which rows of one activity are not overridden all over their box.

    Of the duties that match all over a box, the foremost by precedence is asked. What it overrides
    bears on nothing there: what that would override in turn, it overrides itself.
    """
    keep = np.ones(len(box), bool)
    overrides = meetings.parts[number].overrides
    # WHY not with exceptions: they make that what overrides is not transitive.
    if overrides.named or overrides.precedence is None:
        return keep
    columns = meetings.columns
    item = columns.item[row]
    removed = columns.removes[row]
    count = len(overrides.duties)
    spoilt = np.unique(box[removed] * count + item[removed])
    sure = np.flatnonzero(is_sure & ~removed & ~np.isin(box * count + item, spoilt))
    order = overrides.precedence.order[item[sure]]
    best = sure[np.lexsort((order, box[sure]))]
    last = np.ones(len(best), bool)
    last[:-1] = box[best[1:]] != box[best[:-1]]
    best = best[last]
    place = np.searchsorted(box[best], box)
    has = place < len(best)
    has[has] = box[best[place[has]]] == box[has]
    rivals = np.flatnonzero(has)
    top = item[best[place[rivals]]]
    keep[rivals] = ~overrides.precedence.above(top, item[rivals])
    return keep
