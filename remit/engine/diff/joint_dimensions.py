"""One dimension of two packs as one line of points, and how each pack reads a point of it.

A point that both packs have by name is one point. Where one pack has split a leaf into finer ones
under it, the points are the finer ones, and the other pack reads each of them as the leaf it has.
So a point is read as at most one value by a pack, and every value is the reading of some point.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate, pairwise

from remit.engine.errors import RemitError
from remit.engine.intervals import Cut, IntervalSet
from remit.engine.map.space import Atoms, Axis
from remit.engine.vocabulary import Dimension, Value
from remit.engine.wording import tell

__all__ = ["IncomparableError", "Reading", "joint_axis"]

NUMBERS = frozenset({"integer", "decimal"})


class IncomparableError(RemitError):
    """A dimension is a number in one pack and a name in the other: no event is read by both."""

    def __init__(self, dimension: str) -> None:
        super().__init__(dimension)
        self.dimension = dimension

    def __str__(self) -> str:
        """Return the reason as one sentence."""
        return tell(
            "`{dimension}` is a number in one pack and a set of names in the other, so no"
            " event is read by both",
            dimension=self.dimension,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """How one pack reads the points of a joint axis.

    Args:
        own: the pack's dimension; `None` if it has none of that name, and so asks for no value.
        known: the atoms that this pack can tell of.
        values: for a named dimension, the pack's own value at each atom, by index; `None` where it
            has none.
    """

    own: Dimension | None
    axis: Axis
    known: Atoms
    values: tuple[int | None, ...] = ()
    _met: dict[int, tuple[IntervalSet, Atoms]] = field(default_factory=dict, repr=False)

    @property
    def is_plain(self) -> bool:
        """Whether the pack knows every atom, each as itself."""
        everything = self.known == self.axis.everything()
        return everything and self.values == tuple(range(len(self.values)))

    @property
    def is_faithful(self) -> bool:
        """Whether sets of atoms are just sets of the pack's own values: nested where these are."""
        return self.own is not None and self.is_plain and not self._rounds

    def atoms(self, allowed: IntervalSet) -> Atoms:
        """Return the atoms the pack reads as a value in `allowed`; none if no point is one."""
        # WHY by identity: a pack holds few sets of values, each many times, and to hash one costs
        # more than all the rest. What is met is kept here, so that it stays the one of its number.
        met = self._met.get(id(allowed))
        if met is None:
            met = self._met[id(allowed)] = allowed, _joined(self._ranges(allowed))
        return met[1]

    def value(self, shown: Value) -> Value:
        """Return what the pack reads where a joint event says `shown`."""
        if self.own is None or not self.values:
            return shown
        index = self.values[self.axis.dimension.values.index(str(shown))]
        return shown if index is None else self.own.values[index]

    @property
    def _rounds(self) -> bool:
        return (
            self.axis.dimension.kind == "integer"
            and self.own is not None
            and (self.own.kind == "decimal")
        )

    def _ranges(self, allowed: IntervalSet) -> list[tuple[int, int]]:
        if not self.values:
            return self._stretches(_whole(allowed) if self._rounds else allowed)
        if self.is_plain:
            return [(int(low.value), int(high.value)) for low, high in allowed.stretches]
        wanted = {
            index
            for low, high in allowed.stretches
            for index in range(int(low.value), int(high.value))
        }
        return [(at, at + 1) for at, value in enumerate(self.values) if value in wanted]

    def _stretches(self, allowed: IntervalSet) -> list[tuple[int, int]]:
        cuts = self.axis.cuts
        return [
            (bisect_left(cuts, low), bisect_left(cuts, high)) for low, high in allowed.stretches
        ]


def joint_axis(
    old: Dimension | None, new: Dimension | None, used: tuple[Iterable[Cut], Iterable[Cut]]
) -> tuple[Reading, Reading]:
    """Return how the old and the new pack read one axis; both have the same axis.

    Args:
        old: the dimension as the old pack has it, `None` if it has not; one of the two must be.
        used: the bounds in the conditions of the old pack, and of the new.

    Raises:
        IncomparableError: if one is a number and the other is not.
    """
    if old is not None and new is not None and old.is_named != new.is_named:
        raise IncomparableError(new.name)
    some = new or old
    if some is None:
        raise ValueError
    if some.is_named:
        return _named(old, new)
    return _numbered(old, new, used)


def _numbered(
    old: Dimension | None, new: Dimension | None, used: tuple[Iterable[Cut], Iterable[Cut]]
) -> tuple[Reading, Reading]:
    both = [one for one in (old, new) if one is not None]
    dimension = both[-1]
    # WHY: where one pack counts and the other measures, the events of both are the whole numbers.
    rounds = {one.kind for one in both} == NUMBERS
    cuts: set[Cut] = set()
    ends: list[tuple[Cut, Cut]] = []
    for one, bounds in zip((old, new), used, strict=True):
        if one is None:
            continue
        rounded = rounds and one.kind == "decimal"
        ((low, high),) = one.everything().stretches
        ends.append((_ceiling(low), _ceiling(high)) if rounded else (low, high))
        cuts.update(map(_ceiling, bounds) if rounded else bounds)
    low, high = min(one[0] for one in ends), max(one[1] for one in ends)
    line = tuple(sorted(cut for cut in {*cuts, *(end for pair in ends for end in pair)}))
    if rounds or dimension.kind == "integer":
        dimension = replace(
            dimension, kind="integer", minimum=int(low.value), maximum=int(high.value) - 1
        )
    elif dimension.kind == "decimal":
        dimension = replace(dimension, minimum=low.value, maximum=high.value)
    weights = [1] * (len(line) - 1)
    if dimension.kind == "integer":
        weights = [int(b.value - a.value) for a, b in pairwise(line)]
    axis = Axis(dimension, line, tuple(weights), tuple(accumulate(weights, initial=0)))
    spans = iter(ends)
    old_reading, new_reading = (
        Reading(None, axis, axis.everything())
        if one is None
        else Reading(one, axis, _joined([_place(axis, next(spans))]))
        for one in (old, new)
    )
    return old_reading, new_reading


def _named(old: Dimension | None, new: Dimension | None) -> tuple[Reading, Reading]:
    if old is None or new is None or (old.values == new.values and old.nodes == new.nodes):
        some = new or old
        if some is None:
            raise ValueError
        axis = _points(some)
        old_reading, new_reading = (
            Reading(one, axis, axis.everything(), tuple(range(axis.width)) if one else ())
            for one in (old, new)
        )
        return old_reading, new_reading
    points = _names(old, new)
    axis = _points(_joint(points, old, new))
    names = axis.dimension.values
    old_reading, new_reading = (
        _reading(one, axis, [points[name][at] for name in names])
        for at, one in enumerate((old, new))
    )
    return old_reading, new_reading


def _reading(own: Dimension, axis: Axis, values: Sequence[int | None]) -> Reading:
    known = _joined([(at, at + 1) for at, value in enumerate(values) if value is not None])
    return Reading(own, axis, known, tuple(values))


class _Line:
    """A named dimension with its values by name."""

    def __init__(self, dimension: Dimension) -> None:
        self.values = dimension.values
        self.index = {name: index for index, name in enumerate(dimension.values)}
        self.parents = dimension.parents
        self.inner = frozenset(name for name in dimension.nodes if name not in self.index)

    def read(self, name: str, other: _Line) -> int | None:
        """Return the value read at a point of `other`: of that name, else the nearest above it."""
        above: str | None = name
        while above is not None and above not in self.inner:
            if above in self.index:
                return self.index[above]
            above = other.parents.get(above)
        return None


def _names(old: Dimension, new: Dimension) -> dict[str, tuple[int | None, int | None]]:
    """Return the points by name, in order, with the index of what each pack reads there."""
    lines = _Line(old), _Line(new)
    found = {
        name: (lines[0].read(name, lines[1]), lines[1].read(name, lines[0]))
        for name in _merged(new.values, old.values)
        if name not in lines[0].inner and name not in lines[1].inner
    }
    for at, line in enumerate(lines):
        covered = {pair[at] for pair in found.values()}
        for name, index in line.index.items():
            if index not in covered:
                # WHY: all that the other pack has under this name is a leaf elsewhere in this one.
                found[name] = (index, None) if at == 0 else (None, index)
    return found


def _merged(new: Sequence[str], old: Sequence[str]) -> list[str]:
    """Return the names of both in the new order, an old one after what it followed."""
    present = frozenset(new)
    after: dict[str | None, list[str]] = {}
    last: str | None = None
    for name in old:
        if name in present:
            last = name
        else:
            after.setdefault(last, []).append(name)
    found = list(after.get(None, ()))
    for name in new:
        found += [name, *after.get(name, ())]
    return found


def _joint(points: Mapping[str, object], old: Dimension, new: Dimension) -> Dimension:
    kind = (
        new.kind
        if old.kind == new.kind
        else ("tree" if "tree" in {old.kind, new.kind} else "values")
    )
    if kind != "tree":
        return replace(new, kind=kind, values=tuple(points), nodes={}, parents={})
    children: dict[str, dict[str, None]] = {}
    for point in points:
        below, above = point, _parent(point, points, old, new)
        while below not in children.setdefault(above, {}):
            children[above][below] = None
            if not above:
                break
            below, above = above, _parent(above, points, old, new)
    values: list[str] = []
    nodes: dict[str, tuple[int, int]] = {}
    _walk("", children, points, values, nodes)
    parents = {child: above for above, found in children.items() if above for child in found}
    return replace(new, kind=kind, values=tuple(values), nodes=nodes, parents=parents)


def _parent(name: str, points: Mapping[str, object], old: Dimension, new: Dimension) -> str:
    """Return the node above in the joint tree, `""` at the top: the new pack's word goes first."""
    above: str | None = name
    while above is not None:
        above = (new if above in new.nodes or above in new.values else old).parents.get(above)
        if above is not None and above not in points:
            return above
    return ""


def _walk(
    node: str,
    children: Mapping[str, Iterable[str]],
    points: Mapping[str, object],
    values: list[str],
    nodes: dict[str, tuple[int, int]],
) -> None:
    """Number the points under a node depth first, and note where each node begins and ends."""
    for child in children.get(node, ()):
        low = len(values)
        if child in points:
            values.append(child)
        else:
            _walk(child, children, points, values, nodes)
        nodes[child] = (low, len(values))


def _points(dimension: Dimension) -> Axis:
    width = len(dimension.values)
    return Axis(dimension, *_points_of(width))


@lru_cache(maxsize=64)
def _points_of(width: int) -> tuple[tuple[Cut, ...], tuple[int, ...], tuple[int, ...]]:
    """Return the cuts between so many points, what each counts, and the places of the cuts."""
    places = tuple(range(width + 1))
    return tuple(map(Cut, places)), (1,) * width, places


def _place(axis: Axis, ends: tuple[Cut, Cut]) -> tuple[int, int]:
    return bisect_left(axis.cuts, ends[0]), bisect_left(axis.cuts, ends[1])


def _whole(allowed: IntervalSet) -> IntervalSet:
    """Return the whole numbers of a set of decimals."""
    return IntervalSet.of(*((_ceiling(low), _ceiling(high)) for low, high in allowed.stretches))


def _ceiling(cut: Cut) -> Cut:
    """Return the place of a cut among the whole numbers."""
    value = Decimal(cut.value)
    return Cut(math.floor(value) + 1 if cut.after else math.ceil(value))


def _joined(ranges: list[tuple[int, int]]) -> Atoms:
    found: list[tuple[int, int]] = []
    for low, high in ranges:
        if low >= high:
            continue
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], high)
        else:
            found.append((low, high))
    return tuple(found)
