"""Exact sets of values of one dimension, as sorted stretches between cuts.

Every dimension is an ordered line: the leaves of a tree in depth-first order, the values of a set
as written, the levels of a scale lowest first, whole numbers, decimals, days. A cut is a place
between two neighbouring points of that line, so a stretch between two cuts is always half open and
the set operations need no case for open or closed ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

__all__ = ["Cut", "IntervalSet", "Stretch"]


class Cut(NamedTuple):
    """A place just before `value`, or just after it where `after` is 1 (decimals only).

    Leaves, levels and values are given by index, days by their ordinal; all of these use `after` 0.
    """

    value: int | Decimal
    after: int = 0


Stretch = tuple[Cut, Cut]


@dataclass(frozen=True, slots=True)
class IntervalSet:
    """A set of points of one dimension.

    INVARIANT: stretches are sorted, not empty, and neither overlap nor touch; so equal sets are
        equal values.
    """

    stretches: tuple[Stretch, ...]

    @classmethod
    def of(cls, *stretches: Stretch) -> IntervalSet:
        """Return the union of `stretches`, in any order, empty ones left out."""
        merged: list[Stretch] = []
        for low, high in sorted(s for s in stretches if s[0] < s[1]):
            if merged and low <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
            else:
                merged.append((low, high))
        return cls(tuple(merged))

    @classmethod
    def indexes(cls, low: int, high: int) -> IntervalSet:
        """Return the whole-numbered points from `low` up to, and without, `high`."""
        return cls.of((Cut(low), Cut(high)))

    def __bool__(self) -> bool:
        """Return whether the set has any point."""
        return bool(self.stretches)

    def __or__(self, other: IntervalSet) -> IntervalSet:
        """Return the union."""
        return IntervalSet.of(*self.stretches, *other.stretches)

    def __and__(self, other: IntervalSet) -> IntervalSet:
        """Return the intersection, in one pass over both."""
        found: list[Stretch] = []
        mine, theirs = iter(self.stretches), iter(other.stretches)
        a, b = next(mine, None), next(theirs, None)
        while a is not None and b is not None:
            low, high = max(a[0], b[0]), min(a[1], b[1])
            if low < high:
                found.append((low, high))
            if a[1] <= b[1]:
                a = next(mine, None)
            else:
                b = next(theirs, None)
        return IntervalSet(tuple(found))

    def __sub__(self, other: IntervalSet) -> IntervalSet:
        """Return the points of this set that `other` lacks."""
        found: list[Stretch] = []
        for start, end in self.stretches:
            low = start
            for cut_low, cut_high in other.stretches:
                if cut_high <= low:
                    continue
                if cut_low >= end:
                    break
                if low < cut_low:
                    found.append((low, cut_low))
                low = max(low, cut_high)
            if low < end:
                found.append((low, end))
        return IntervalSet(tuple(found))

    def __le__(self, other: IntervalSet) -> bool:
        """Return whether every point of this set is in `other`."""
        # Stretches do not touch, so each of mine must lie in one of the other's.
        if len(self.stretches) == 1:
            low, high = self.stretches[0]
            return any(start <= low and high <= end for start, end in other.stretches)
        return self & other == self

    def __lt__(self, other: IntervalSet) -> bool:
        """Return whether this set is a strict subset of `other`."""
        return self != other and self <= other

    def cuts(self) -> tuple[Cut, ...]:
        """Return the cuts that bound the stretches, in order."""
        return tuple(cut for stretch in self.stretches for cut in stretch)
