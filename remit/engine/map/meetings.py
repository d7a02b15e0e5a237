"""Boxes where duties may clash, and which rows of their activities bear on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remit.engine.map.overrides import Overrides
from remit.engine.map.parts import ActivityPart
from remit.engine.map.rivalry import Box, Columns, Rivals
from remit.engine.map.rows import single_ranged
from remit.engine.map.stacked import Stacked

__all__ = ["Bearing", "Meetings", "bearing_rows"]

AT_ONCE = 1_000_000
"""Pairs of a box and a row that are held at a time."""
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Bearing(NamedTuple):
    """A row that bears on a box.

    Args:
        box: the number of the box.
        row: the position of the row; it may only be near.
        blocks: whether the pair cannot clash where the row is.
    """

    box: int
    row: int
    blocks: bool


@dataclass(frozen=True, slots=True, eq=False)
class Meetings:
    """Boxes where a pair of duties may clash, with the rows that decide who is accountable there.

    Args:
        parts: the activities; their rows share their sets of atoms.
        owner: the position in `parts` of each box's activity, ascending.
        pairs: the positions of the two duties that meet in each box; shape `(boxes, 2)`.
    """

    parts: tuple[ActivityPart, ...]
    boxes: tuple[Box, ...]
    owner: Ints
    pairs: Ints
    columns: Columns
    stacked: Stacked

    @classmethod
    def of(cls, parts: tuple[ActivityPart, ...], rivals: Rivals) -> Meetings:
        """Return the boxes of each activity, a box once for each pair that meets in it."""
        every = [
            (owner, box, pair)
            for owner, part in enumerate(parts)
            for box, pairs in rivals[part.name].items()
            for pair in sorted(pairs)
        ]
        owners, boxes, pairs = zip(*every, strict=True)
        deciding = [part.deciding("accountable") for part in parts]
        columns = Columns.of(parts, deciding)
        owner, pair = np.array(owners, np.int64), np.array(pairs, np.int64)
        return cls(parts, boxes, owner, pair, columns, Stacked(parts))


def bearing_rows(meetings: Meetings) -> Iterator[Bearing]:
    """Yield the rows that bear on each box where both duties of its pair are effective.

    What one of the pair overrides does not, nor does anything in a box that is blocked all over.
    """
    simple = _without_removal(meetings)
    for box, row, is_sure in _near(meetings):
        lower, upper = _related(meetings, box, row)
        keep = upper | ~lower
        blocks = upper & simple[row]
        keep &= ~np.isin(box, box[blocks & is_sure])
        for found in zip(
            box[keep].tolist(), row[keep].tolist(), blocks[keep].tolist(), strict=True
        ):
            yield Bearing(*found)


def _near(meetings: Meetings) -> Iterator[tuple[Ints, Ints, Bools]]:
    """Yield boxes, rows whose outer bounds meet them, and whether the row is all over the box.

    All pairs of one box are in one answer.
    """
    columns = meetings.columns
    low = np.array([[atoms[0][0] for atoms in box] for box in meetings.boxes], np.int64)
    high = np.array([[atoms[-1][1] for atoms in box] for box in meetings.boxes], np.int64)
    starts = np.searchsorted(columns.owner, np.arange(len(meetings.parts) + 1))
    sizes = np.diff(starts)[meetings.owner]
    single = single_ranged(columns.ids, columns.sets)
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


def _without_removal(meetings: Meetings) -> Bools:
    """Return which rows are of duties that no row takes away anywhere."""
    columns = meetings.columns
    most = max(len(part.duties) for part in meetings.parts)
    duty = columns.owner * most + columns.item
    return ~np.isin(duty, duty[columns.removes])


def _related(meetings: Meetings, box: Ints, row: Ints) -> tuple[Bools, Bools]:
    """Return which rows a duty of the pair overrides, and which override one.

    Of the former, those with exceptions are left out: they may bear on others all the same.
    """
    item, owner = meetings.columns.item[row], meetings.owner[box]
    one, other = meetings.pairs[box].T
    above = meetings.stacked.above(
        np.tile(owner, 4),
        np.concatenate((one, other, item, item)),
        np.concatenate((item, item, one, other)),
    ).reshape(4, -1)
    lower, upper = above[0] | above[1], above[2] | above[3]
    for number, part in enumerate(meetings.parts):
        if part.overrides.named:
            for each in np.unique(box[owner == number]).tolist():
                mine = np.flatnonzero(box == each)
                lower[mine], upper[mine] = _related_by_name(
                    part.overrides, meetings.pairs[each].tolist(), item[mine].tolist()
                )
    return lower, upper


def _related_by_name(
    overrides: Overrides, pair: Sequence[int], items: Sequence[int]
) -> tuple[list[bool], list[bool]]:
    below, above = 0, 0
    for duty in pair:
        below |= overrides.overridden("accountable", duty)
        above |= overrides.overriders("accountable", duty)
    below &= ~overrides.excepting
    return [bool(below >> one & 1) for one in items], [bool(above >> one & 1) for one in items]
