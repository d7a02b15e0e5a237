"""The event space cut into atoms: short rows of numbered, indivisible stretches.

A leaf, level or value is an atom of its own; numbers and days are cut wherever some condition of
the pack has a bound, so no condition can tell two points of one atom apart (the elementary
intervals of Gouda and Liu's firewall decision diagrams).
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, chain, pairwise

from remit.engine.conditions import Condition, Constraint
from remit.engine.intervals import Cut, IntervalSet
from remit.engine.pack import Duty, Pack
from remit.engine.vocabulary import DATE, Dimension, Value, Vocabulary

__all__ = [
    "Atoms",
    "Axis",
    "Bounds",
    "Space",
    "bounds_of",
    "scenario_conditions",
    "space_of",
    "valid_days",
]

Atoms = tuple[tuple[int, int], ...]
"""A set of atoms of one axis: sorted ranges `(low, high)`, high exclusive, that do not touch."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One dimension with its atoms.

    Args:
        cuts: bounds of the atoms, one more than there are atoms.
        weights: what each atom counts for: 1 a value, leaf, level; whole numbers one each; and 1
            for a stretch of decimals or days between neighbouring bounds, for these have no
            smallest step or no end.
        reach: running sum of `weights`, starting with 0.
    """

    dimension: Dimension
    cuts: tuple[Cut, ...]
    weights: tuple[int, ...]
    reach: tuple[int, ...]

    @property
    def name(self) -> str:
        """The dimension's name."""
        return self.dimension.name

    @property
    def width(self) -> int:
        """How many atoms there are."""
        return len(self.weights)

    def atoms(self, allowed: IntervalSet) -> Atoms:
        """Return the atoms that make up `allowed`.

        Raises:
            ValueError: if a bound of `allowed` lies inside an atom.
        """
        found = []
        for low, high in allowed.stretches:
            first, last = bisect_left(self.cuts, low), bisect_left(self.cuts, high)
            if self.cuts[first] != low or self.cuts[last] != high:
                raise ValueError(self.name)
            found.append((first, last))
        return tuple(found)

    def atom_at(self, value: Value) -> Atoms:
        """Return the atoms of one value: several for an inner tree node, else one.

        Raises:
            KeyError: if a named dimension has no such value.
            ValueError: if a number or day is out of bounds.
        """
        ((low, high),) = self.dimension.only(value).stretches
        if self.dimension.is_named:
            return ((int(low.value), int(high.value)),)
        index = bisect_right(self.cuts, low) - 1
        return ((index, index + 1),)

    def allowed(self, atoms: Atoms) -> IntervalSet:
        """Return the values of some atoms."""
        return IntervalSet.of(*((self.cuts[low], self.cuts[high]) for low, high in atoms))

    def example(self, atom: int) -> Value:
        """Return one value inside an atom, the roundest there is."""
        low, high = self.cuts[atom], self.cuts[atom + 1]
        if self.dimension.is_named:
            return self.dimension.values[int(low.value)]
        if self.dimension.kind == DATE:
            return _example_day(int(low.value), int(high.value), self.dimension)
        if self.dimension.kind == "integer":
            return int(low.value)
        return _example_decimal(low, high)

    def everything(self) -> Atoms:
        """Return all atoms."""
        return ((0, self.width),)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the conditions use that bear on who answers, and on where anybody must.

    Args:
        used: the bounds by dimension, of numbers and days alone: the atoms of others need none.
        spoken: how often each dimension is spoken of.
    """

    used: Mapping[str, frozenset[Cut]]
    spoken: Counter[str]


@dataclass(frozen=True, slots=True)
class Space:
    """All axes, the one that decides most first."""

    axes: tuple[Axis, ...]

    @property
    def widths(self) -> tuple[int, ...]:
        """Atoms of each axis, in order."""
        return tuple(axis.width for axis in self.axes)

    def boxes(self, condition: Condition) -> Iterator[tuple[Atoms, ...]]:
        """Yield each box of a condition as atoms by axis; `date` has none of its own here."""
        for box in condition.boxes:
            yield tuple(
                axis.atoms(box.constraints[axis.name].allowed)
                if axis.name in box.constraints
                else axis.everything()
                for axis in self.axes
            )

    def box_of(self, values: Mapping[str, Value]) -> tuple[Atoms, ...]:
        """Return what an event may be, as atoms by axis; what is not known may be anything."""
        return tuple(
            axis.atom_at(values[axis.name]) if axis.name in values else axis.everything()
            for axis in self.axes
        )

    def cell_values(self, cell: tuple[int, ...], vocabulary: Vocabulary) -> dict[str, Value]:
        """Return a cell as a full event; `date` only where some condition depends on it."""
        found = {axis.name: axis.example(atom) for axis, atom in zip(self.axes, cell, strict=True)}
        by_name = {axis.name: axis for axis in self.axes}
        names = [*vocabulary.dimensions]
        if by_name[DATE].width > 1:
            names.append(DATE)
        return {name: found[name] for name in names}


def space_of(pack: Pack, further: Iterable[Condition] = (), bounds: Bounds | None = None) -> Space:
    """Return the atoms of a pack's event space, cut by its own conditions and by `further` ones.

    The order of the axes is most-constrained first, ties by vocabulary order: a small diagram
    needs the dimensions that most duties speak of near the root.

    Args:
        bounds: what `bounds_of` says of the pack, where that is known.
    """
    measured = bounds or bounds_of(pack)
    cuts = {name: set(used) for name, used in measured.used.items()}
    spoken = measured.spoken.copy()
    for condition in (*_other_conditions(pack), *further):
        for box in condition.boxes:
            for name, constraint in box.constraints.items():
                cuts.setdefault(name, set()).update(constraint.allowed.cuts())
                spoken[name] += 1
    names = [*pack.vocabulary.dimensions, DATE]
    names.sort(key=lambda name: -spoken[name])
    return Space(tuple(_axis(pack.vocabulary.dimension(n), cuts.get(n, set())) for n in names))


def bounds_of(pack: Pack) -> Bounds:
    """Return what the conditions of a pack use. Cost: a quarter of a microsecond a constraint."""
    dimensions = pack.vocabulary.dimensions.values()
    numbers = [DATE, *(one.name for one in dimensions if not one.is_named)]
    boxes = [box.constraints for one in _conditions(pack) for box in one.boxes]
    spoken = Counter(chain.from_iterable(boxes))
    used = {name: _cuts(name, boxes) for name in numbers if name in spoken}
    validities = [duty.valid for duty in _duties(pack) if duty.valid is not None]
    if validities:
        spoken[DATE] += len(validities)
        spans = {(one.start, one.end) for one in validities}
        days = (cut for start, end in spans for cut in valid_days(start, end).cuts())
        used[DATE] = used.get(DATE, frozenset()) | frozenset(days)
    return Bounds(used, spoken)


def valid_days(start: dt.date | None, end: dt.date | None) -> IntervalSet:
    """Return the days from `start` to `end`, both in; `None` is open."""
    low = (start or dt.date.min).toordinal()
    high = (end or dt.date.max).toordinal()
    return IntervalSet.indexes(low, high + 1)


def scenario_conditions(pack: Pack) -> Iterator[Condition]:
    """Yield the conditions of the scenarios of a pack, by name of scenario."""
    for _, scenario in sorted(pack.scenarios.items()):
        found = (scenario.when, *(run.when for run in scenario.runs))
        yield from (condition for condition in found if condition is not None)


def _duties(pack: Pack) -> Iterator[Duty]:
    return (duty for subject in pack.subjects.values() for duty in subject.duties)


def _conditions(pack: Pack) -> Iterator[Condition]:
    """Yield the conditions that bear on who answers, and where anybody must."""
    vocabulary = pack.vocabulary
    yield from (activity.needed for activity in vocabulary.activities.values())
    yield from (entry.when for entry in vocabulary.unowned)
    yield from vocabulary.impossible
    for duty in _duties(pack):
        yield duty.when
        if duty.unless is not None:
            yield duty.unless


def _other_conditions(pack: Pack) -> Iterator[Condition]:
    yield from (limit.when for limit in pack.binding_limits())
    yield from (entry.when for entry in pack.accept)
    yield from (plan.when for plan in pack.plans.values())
    yield from scenario_conditions(pack)
    yield from (drill.when for drill in pack.drills.values() if drill.when is not None)
    for each in (pack, *pack.higher):
        for subject in each.subjects.values():
            yield from (grant.when for grant in subject.authority)
            yield from (entry.when for entry in subject.prohibitions)
            yield from (entry.when for entry in subject.assists_only)


def _cuts(name: str, boxes: Sequence[Mapping[str, Constraint]]) -> frozenset[Cut]:
    found = (box[name].allowed for box in boxes if name in box)
    # WHY by identity: a pack holds few sets of values, each many times.
    distinct = {id(allowed): allowed for allowed in found}
    return frozenset(cut for allowed in distinct.values() for cut in allowed.cuts())


def _axis(dimension: Dimension, used: set[Cut]) -> Axis:
    ((low, high),) = dimension.everything().stretches
    if dimension.is_named:
        cuts = tuple(Cut(index) for index in range(int(high.value) + 1))
    else:
        cuts = tuple(sorted({low, high} | used))
    weights = [1] * (len(cuts) - 1)
    if dimension.kind == "integer":
        weights = [int(b.value - a.value) for a, b in pairwise(cuts)]
    return Axis(dimension, cuts, tuple(weights), tuple(accumulate(weights, initial=0)))


def _example_day(low: int, high: int, dimension: Dimension) -> dt.date:
    if low == dimension.minimum and high == dimension.maximum + 1:
        return dt.date(2000, 1, 1)
    return dt.date.fromordinal(high - 1 if low == dimension.minimum else low)


def _example_decimal(low: Cut, high: Cut) -> Decimal:
    start, end = Decimal(low.value), Decimal(high.value)
    if not low.after:
        return start
    middle = (start + end) / 2
    for places in range(-6, 12):
        step = Decimal(1).scaleb(-places)
        rounded = (middle / step).to_integral_value() * step
        if start < rounded < end:
            return (
                rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded
            )
    return middle
