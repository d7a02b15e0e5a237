"""The published analysis of decision tables, as a peer: a recursive sweep, column by column.

After Calvanese, Dumas, Laurson, Maggi, Montali and Teinemaa, "Semantics and Analysis of DMN
Decision Tables" (BPM 2016) and "Semantic DMN" (Information Systems 78, 2018), written from the
description of their algorithms. A row is a box of one range a column. It shares no code with remit.

Both recursions visit a set of rows anew for every stretch in which it is active: exponential in
the columns in the worst case, where a diagram visits it once.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import pairwise

__all__ = ["Box", "OutOfTimeError", "missing", "overlapping", "volume"]

CHECKED = 3
"""Columns, the first ones, at which the time is looked at: asking for it is not free."""
Range = tuple[int, int]
"""The first value, and past the last."""
Box = tuple[Range, ...]


class OutOfTimeError(Exception):
    """The sweep took longer than it was given."""


def overlapping(rows: Sequence[Box], limit_s: float = 1e9) -> set[frozenset[int]]:
    """Return the maximal sets of rows that have a point in common, by position.

    Raises:
        OutOfTimeError: past `limit_s` seconds of processor time.
    """
    found: set[frozenset[int]] = set()
    deadline = time.process_time() + limit_s

    def sweep(column: int, active: frozenset[int]) -> None:
        if column < CHECKED:
            _check(deadline)
        if column == len(rows[0]):
            found.add(active)
            return
        # An end before a start at the same place: ranges are half open and do not meet there.
        bounds = sorted(
            bound
            for row in active
            for bound in ((rows[row][column][0], 1, row), (rows[row][column][1], 0, row))
        )
        here: set[int] = set()
        grew = False
        for _, starts, row in bounds:
            if starts:
                here.add(row)
                grew = True
                continue
            if grew and len(here) > 1:
                sweep(column + 1, frozenset(here))
            here.discard(row)
            grew = False

    sweep(0, frozenset(range(len(rows))))
    return _maximal(found)


def missing(rows: Sequence[Box], whole: Box, limit_s: float = 1e9) -> list[Box]:
    """Return boxes that no row meets, which together are all that is not covered.

    Boxes that differ in one column, where they touch, are merged.

    Raises:
        OutOfTimeError: past `limit_s` seconds of processor time.
    """
    found: list[Box] = []
    deadline = time.process_time() + limit_s

    def sweep(column: int, active: Sequence[int], prefix: Box) -> None:
        if column < CHECKED:
            _check(deadline)
        if column == len(whole):
            return
        starts: dict[int, list[int]] = {whole[column][0]: [], whole[column][1]: []}
        ends: dict[int, list[int]] = {}
        for row in active:
            low, high = rows[row][column]
            starts.setdefault(low, []).append(row)
            ends.setdefault(high, []).append(row)
        here: set[int] = set()
        for low, high in pairwise(sorted({*starts, *ends})):
            here.difference_update(ends.get(low, ()))
            here.update(starts.get(low, ()))
            if here:
                sweep(column + 1, tuple(here), (*prefix, (low, high)))
            else:
                found.append((*prefix, (low, high), *whole[column + 1 :]))

    sweep(0, range(len(rows)), ())
    return _merged(found)


def volume(boxes: Sequence[Box]) -> int:
    """Return how many points boxes have that do not meet."""
    total = 0
    for box in boxes:
        points = 1
        for low, high in box:
            points *= high - low
        total += points
    return total


def _merged(boxes: Sequence[Box]) -> list[Box]:
    """Return boxes with those joined that touch in one column and are equal in all others.

    WHY by hashing: the published code looks through all boxes found so far for every new one, and
    would spend most of its time there.
    """
    found = list(boxes)
    for column in reversed(range(len(found[0]) if found else 0)):
        groups: dict[tuple[Box, Box], list[Range]] = {}
        for box in found:
            groups.setdefault((box[:column], box[column + 1 :]), []).append(box[column])
        found = [
            (*before, joined, *after)
            for (before, after), ranges in groups.items()
            for joined in _joined(ranges)
        ]
    return found


def _joined(ranges: Sequence[Range]) -> list[Range]:
    found: list[Range] = []
    for low, high in sorted(ranges):
        if found and found[-1][1] == low:
            found[-1] = (found[-1][0], high)
        else:
            found.append((low, high))
    return found


def _maximal(found: set[frozenset[int]]) -> set[frozenset[int]]:
    kept: list[frozenset[int]] = []
    holding: dict[int, list[frozenset[int]]] = {}
    for each in sorted(found, key=len, reverse=True):
        larger = holding.get(next(iter(each)), ())
        if not any(each < other for other in larger):
            kept.append(each)
            for row in each:
                holding.setdefault(row, []).append(each)
    return set(kept)


def _check(deadline: float) -> None:
    if time.process_time() > deadline:
        raise OutOfTimeError
