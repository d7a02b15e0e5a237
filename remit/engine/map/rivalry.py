"""Which duties may clash: pairs that match together somewhere and of which neither overrides.

A join of the rows of many activities at once, tier by tier. Duties that match together have nested
sets wherever a dimension's sets are nested or disjoint, so as long as that is so, only duties with
the very same sets can clash: these are groups, and nearly all are of one. What is left of pairs is
joined axis by axis, and then asked for the override relation. Cost: sorting the rows, and the sum
of the squares of the groups' sizes; large groups are joined as flags, a byte a pair and axis.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from remit.engine.map.budget import Budget
from remit.engine.map.diagram import Diagram
from remit.engine.map.parts import ActivityPart
from remit.engine.map.precedence import NAMING
from remit.engine.map.rows import AtomSets
from remit.engine.map.space import Atoms
from remit.engine.map.stacked import Stacked

__all__ = ["Box", "Clash", "Columns", "Rivals", "meet", "rival_boxes"]

Box = tuple[Atoms, ...]
Rivals = dict[str, dict[Box, set[tuple[int, int]]]]
"""By activity the boxes where duties may clash, each with the pairs of positions that meet in it,
the lower one first."""
FEW = 256
"""Rows of a group that are paired one by one; more are joined as flags."""
BLOCK = 1_024
"""Rows joined with all others at a time: at most this many times their number of flags."""
AT_ONCE = 1_000_000
"""Pairs that are held at a time."""
UNBOUNDED = Budget()
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Clash:
    """Subjects accountable together, the duties that make them so, and in just which cells."""

    subjects: tuple[str, ...]
    duties: tuple[str, ...]
    cells: Diagram[bool]


@dataclass(frozen=True, eq=False)
class Columns:
    """Rows of several activities that share their sets of atoms.

    Args:
        owner: the position in `parts` of each row's activity, ascending.
        item: its duty's position in that activity.
        removes: whether it takes its duty away.
        ids: the number of its set on each axis; shape `(rows, axes)`.
    """

    parts: tuple[ActivityPart, ...]
    owner: Ints
    item: Ints
    removes: Bools
    ids: Ints

    @classmethod
    def of(cls, parts: Sequence[ActivityPart], duties: Sequence[int]) -> Columns:
        """Return the rows of a mask of duties of each activity."""
        tables = [part.table_of(mask) for part, mask in zip(parts, duties, strict=True)]
        tags = np.concatenate([table.tags for table in tables])
        sizes = [len(table.tags) for table in tables]
        ids = np.concatenate([table.ids for table in tables])
        owner = np.repeat(np.arange(len(parts)), sizes)
        return cls(tuple(parts), owner, tags // 2, tags % 2 == 1, ids)

    def chosen(self, rows: Ints | Bools) -> Columns:
        """Return some of the rows."""
        return Columns(
            self.parts, self.owner[rows], self.item[rows], self.removes[rows], self.ids[rows]
        )

    def near(self, box: Box) -> Bools:
        """Return which rows have outer bounds that meet those of a box."""
        found = np.ones(len(self.owner), bool)
        for axis in self.by_axis:
            found &= self.low[axis] < box[axis][-1][1]
            found &= box[axis][0][0] < self.high[axis]
        return found

    @property
    def sets(self) -> tuple[AtomSets, ...]:
        """What the numbers of sets stand for, by axis."""
        return self.parts[0].sets

    @cached_property
    def low(self) -> tuple[Ints, ...]:
        """The first atom of each row, by axis."""
        return self._bounds(0)

    @cached_property
    def high(self) -> tuple[Ints, ...]:
        """The last atom of each row, exclusive, by axis."""
        return self._bounds(1)

    def box(self, row: int) -> Box:
        """Return one row's box."""
        return tuple(
            known[number] for known, number in zip(self._known, self.ids[row].tolist(), strict=True)
        )

    @cached_property
    def by_axis(self) -> list[int]:
        """The axes on which rows differ, the one with most sets first."""
        if not len(self.ids):
            return []
        differs = np.flatnonzero((self.ids != self.ids[0]).any(axis=0)).tolist()
        return sorted(differs, key=lambda axis: -len(self.sets[axis].number))

    @cached_property
    def _known(self) -> list[list[Atoms]]:
        return [list(sets.number) for sets in self.sets]

    def _bounds(self, end: int) -> tuple[Ints, ...]:
        found = []
        for axis, known in enumerate(self._known):
            bounds = np.array([each[-end][end] for each in known], np.int64)
            # WHY narrow: as flags, pairs are compared several to an instruction.
            narrow = bounds.astype(np.min_scalar_type(int(bounds.max(initial=0))))
            found.append(narrow[self.ids[:, axis]])
        return tuple(found)


def rival_boxes(
    *parts: ActivityPart,
    duties: Sequence[int] | None = None,
    most: int | None = None,
    budget: Budget = UNBOUNDED,
) -> Rivals:
    """Return the boxes that together hold every cell with two or more accountable subjects.

    A box is where two duties of different subjects meet of which neither overrides the other;
    activities without any are left out.

    Args:
        parts: activities whose rows share their sets of atoms.
        duties: a mask of the duties of each that are asked about; all where it is left out.
        most: boxes of an activity from which on no further ones are looked for.
        budget: its deadline ends the search.

    Raises:
        BudgetExceeded: if the time is up.
    """
    rows = _Rivals.of(parts, duties)
    found: Rivals = {}
    full: set[int] = set()
    for one, other in budget.in_time(rows.pairs()):
        if len(full) == len(parts):
            break
        owners = rows.columns.owner[one]
        left = ~np.isin(owners, list(full))
        pairs = zip(owners[left].tolist(), one[left].tolist(), other[left].tolist(), strict=True)
        for owner, y, x in budget.in_time(pairs):
            if owner in full:
                continue
            box = meet(rows.columns.box(y), rows.columns.box(x))
            if box is not None:
                boxes = found.setdefault(parts[owner].name, {})
                duties = int(rows.columns.item[y]), int(rows.columns.item[x])
                boxes.setdefault(box, set()).add((min(duties), max(duties)))
                if most is not None and len(boxes) >= most:
                    full.add(owner)
    return found


def meet(one: Box, other: Box) -> Box | None:
    """Return the intersection of two boxes; `None` if it is empty."""
    found = []
    for mine, theirs in zip(one, other, strict=True):
        atoms = mine if mine is theirs else _common(mine, theirs)
        if not atoms:
            return None
        found.append(atoms)
    return tuple(found)


def _common(mine: Atoms, theirs: Atoms) -> Atoms:
    if len(mine) == 1 and len(theirs) == 1:
        # WHY apart: nearly all are such, and where one is inside the other, nothing is made.
        ((low, high),), ((start, end),) = mine, theirs
        if start <= low and high <= end:
            return mine
        if low <= start and end <= high:
            return theirs
        if high <= start or end <= low:
            return ()
        return ((low, end),) if start < low else ((start, high),)
    return tuple(
        (max(low, start), min(high, end))
        for low, high in mine
        for start, end in theirs
        if low < end and start < high
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Rivals:
    """Rows that may clash with others, in groups.

    Args:
        subject: a number a row, one a subject.
        starts: where each group begins, and at last where all end; a group has two rows at least.
    """

    columns: Columns
    stacked: Stacked
    subject: Ints
    starts: Ints

    @classmethod
    def of(cls, parts: Sequence[ActivityPart], duties: Sequence[int] | None) -> _Rivals:
        """Return the rows of the accountable, grouped by activity and by the sets they share."""
        holders = [part.overrides.holders["accountable"] for part in parts]
        if duties is not None:
            holders = [mine & asked for mine, asked in zip(holders, duties, strict=True)]
        every = Columns.of(parts, holders)
        every = every.chosen(np.flatnonzero(~every.removes))
        names = _names(every)
        order = np.argsort(names, kind="stable")
        ordered = names[order]
        fresh = np.ones(len(order), bool)
        fresh[1:] = ordered[1:] != ordered[:-1]
        sizes = np.diff(np.append(np.flatnonzero(fresh), len(order)))
        columns = every.chosen(order[np.repeat(sizes > 1, sizes)])
        starts = np.concatenate(([0], np.cumsum(sizes[sizes > 1]))).astype(np.int64)
        number: dict[str, int] = {}
        subject = [
            number.setdefault(parts[owner].duties[item].subject, len(number))
            for owner, item in zip(columns.owner.tolist(), columns.item.tolist(), strict=True)
        ]
        return cls(columns, Stacked(parts), np.array(subject, np.int64), starts)

    def pairs(self) -> Iterator[tuple[Ints, Ints]]:
        """Yield rows and others that may clash: their outer bounds meet, and neither overrides."""
        sizes = np.diff(self.starts)
        small = sizes <= FEW
        for one, other in _paired(self.starts[:-1][small], sizes[small]):
            yield self._clashing(*self._meeting(one, other))
        for start, end in zip(
            self.starts[:-1][~small].tolist(), self.starts[1:][~small].tolist(), strict=True
        ):
            for one, other in self._flagged(start, end):
                yield self._clashing(one, other)

    def _meeting(self, one: Ints, other: Ints) -> tuple[Ints, Ints]:
        columns = self.columns
        apart = self.subject[one] != self.subject[other]
        one, other = one[apart], other[apart]
        for axis in columns.by_axis:
            low, high = columns.low[axis], columns.high[axis]
            together = (low[one] < high[other]) & (low[other] < high[one])
            one, other = one[together], other[together]
        return one, other

    def _flagged(self, start: int, end: int) -> Iterator[tuple[Ints, Ints]]:
        """Yield the pairs of one large group whose outer bounds meet, the first row before."""
        columns = self.columns
        for begin in range(start, end, BLOCK):
            some, rest = slice(begin, min(begin + BLOCK, end)), slice(begin, end)
            together = self.subject[some, None] != self.subject[None, rest]
            for axis in columns.by_axis:
                low, high = columns.low[axis], columns.high[axis]
                together &= low[some, None] < high[None, rest]
                together &= low[None, rest] < high[some, None]
            one, other = np.nonzero(np.triu(together, 1))
            for first in range(0, len(one), AT_ONCE):
                last = first + AT_ONCE
                yield one[first:last] + begin, other[first:last] + begin

    def _clashing(self, one: Ints, other: Ints) -> tuple[Ints, Ints]:
        """Return the pairs of one activity of which neither duty overrides the other."""
        owner = self.columns.owner
        same = owner[one] == owner[other]
        one, other = one[same], other[same]
        y, x = self.columns.item[one], self.columns.item[other]
        keep = ~self.stacked.decides(owner[one], y, x)
        for number, part in enumerate(self.columns.parts):
            if part.overrides.named:
                mine = np.flatnonzero(keep & (owner[one] == number))
                keep[mine] = ~_excepting(part.overrides.named, y[mine], x[mine])
        return one[keep], other[keep]


def _names(columns: Columns) -> Hashes:
    """Return a name a row; two that may clash have the same one."""
    found = np.zeros(len(columns.owner), np.uint64)
    starts = np.searchsorted(columns.owner, np.arange(len(columns.parts) + 1)).tolist()
    for number, part in enumerate(columns.parts):
        precedence = part.overrides.precedence
        if precedence is not None:
            rows = slice(starts[number], starts[number + 1])
            found[rows] = precedence.leading[columns.item[rows]]
    return found * NAMING + columns.owner.astype(np.uint64)


def _paired(starts: Ints, sizes: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Yield the pairs of rows of each group, the first row before the other, many at a time."""
    rows = np.repeat(starts - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
    others = np.repeat(starts + sizes, sizes) - rows - 1
    reach = np.cumsum(others)
    first = 0
    while first < len(rows):
        before = int(reach[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(reach, before + AT_ONCE, side="right")))
        count = others[first:last]
        one = np.repeat(rows[first:last], count)
        begin = np.cumsum(count) - count
        yield one, one + 1 + np.arange(len(one)) - np.repeat(begin, count)
        first = last


def _excepting(named: Mapping[int, int], y: Ints, x: Ints) -> Bools:
    pairs = zip(y.tolist(), x.tolist(), strict=True)
    return np.array([named.get(a, 0) >> b & 1 or named.get(b, 0) >> a & 1 for a, b in pairs], bool)
