"""Values of a dimension as whole numbers, exactly, so that the second engine compares only those.

Names go by their place on the line, days by their ordinal, whole numbers as they are (the language
keeps them far within 63 bits). Decimals go by how many of the bounds that conditions use they have
passed: no condition tells two values of one such place apart. Written anew beside `map/space.py`,
so that a fault in the one is not a fault in both.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from remit.engine.conditions import Condition
from remit.engine.intervals import Cut, IntervalSet
from remit.engine.pack import Pack
from remit.engine.vocabulary import DATE, Dimension, Value

__all__ = ["Line", "Stretches", "lines_of"]

Stretches = tuple[tuple[int, int], ...]
"""Whole numbers as sorted stretches, both ends in, that neither overlap nor touch."""


@dataclass(frozen=True, slots=True)
class Line:
    """One dimension as whole numbers from `low` to `high`, both in.

    Args:
        cuts: for decimals, the bounds in use; else empty.
    """

    dimension: Dimension
    low: int
    high: int
    cuts: tuple[Cut, ...] = ()

    def position(self, value: Value) -> int:
        """Return where a leaf, level, value, number or day stands.

        Raises:
            ValueError: if the dimension has no such value, or several, as an inner tree node.
        """
        ((low, high),) = self.dimension.only(value).stretches
        if self.cuts:
            return bisect_right(self.cuts, low)
        if int(high.value) - int(low.value) != 1:
            raise ValueError(value)
        return int(low.value)

    def value(self, position: int) -> Value:
        """Return a value that stands at a position: the lower end, or just past it."""
        if self.cuts:
            return self._decimal(position)
        if self.dimension.is_named:
            return self.dimension.values[position]
        return dt.date.fromordinal(position) if self.dimension.kind == DATE else position

    def stretches(self, allowed: IntervalSet) -> Stretches:
        """Return the positions of a set of values."""
        found: list[tuple[int, int]] = []
        for low, high in allowed.stretches:
            first, last = self._after(low), self._after(high) - 1
            if found and found[-1][1] + 1 == first:
                found[-1] = (found[-1][0], last)
            else:
                found.append((first, last))
        return tuple(found)

    def everything(self) -> Stretches:
        """Return all positions."""
        return ((self.low, self.high),)

    def _after(self, cut: Cut) -> int:
        """Return the first position behind a cut."""
        return bisect_right(self.cuts, cut) if self.cuts else int(cut.value)

    def _decimal(self, position: int) -> Decimal:
        low, high = self.cuts[position - 1], self.cuts[position]
        if not low.after:
            return Decimal(low.value)
        return (Decimal(low.value) + Decimal(high.value)) / 2


def lines_of(pack: Pack, conditions: Iterable[Condition]) -> dict[str, Line]:
    """Return the line of every dimension, `date` last.

    Args:
        conditions: all that will be held against the lines; their bounds must be known here.
    """
    bounds: dict[str, set[Cut]] = {}
    for condition in conditions:
        for box in condition.boxes:
            for name, constraint in box.constraints.items():
                bounds.setdefault(name, set()).update(constraint.allowed.cuts())
    names = (*pack.vocabulary.dimensions, DATE)
    return {name: _line(pack.vocabulary.dimension(name), bounds.get(name, set())) for name in names}


def _line(dimension: Dimension, bounds: set[Cut]) -> Line:
    ((low, high),) = dimension.everything().stretches
    if dimension.kind == "decimal":
        cuts = tuple(sorted({low, high} | bounds))
        return Line(dimension, 1, len(cuts) - 1, cuts)
    return Line(dimension, int(low.value), int(high.value) - 1)
