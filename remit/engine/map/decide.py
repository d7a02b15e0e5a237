"""Who answers for one full event, in about a microsecond: two table lookups a dimension.

The diagram of an activity becomes nested tuples, one level a dimension that bears on the answer;
a raw value leads to its place in them by one dictionary. A large diagram becomes a few arrays of
small numbers instead, each for several dimensions: a look into one costs more, but tuples that no
cache holds cost more still. Nothing is parsed or checked on the way: what is not found in the
tables goes the slow way, which says what is wrong with it.
"""

from __future__ import annotations

import datetime as dt
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise
from typing import cast

import numpy as np

from remit.engine.errors import EventError
from remit.engine.language.event_fields import event_value
from remit.engine.language.flaws import FlawError
from remit.engine.language.incoming import parse_event
from remit.engine.map.dense import DenseLevel, Place, Step, dense_levels, joined
from remit.engine.map.diagram import Diagram, Ints
from remit.engine.map.restrict import seen
from remit.engine.map.space import Axis, Space
from remit.engine.vocabulary import Value, Vocabulary
from remit.engine.wording import tell

__all__ = ["Decider", "Decision", "Leads", "NumberAtoms", "decider_of"]

MOST_NUMBERS = 65_536
"""Numbers or days of one dimension whose place is remembered; others are looked up each time."""
MOST_NESTED = 16_384
"""Entries of nested tuples, 8 bytes each; with more, arrays are the faster."""
MOST_JOINED = 65_536
"""Entries of an array of several dimensions, 2 or 4 bytes each."""
SHORT = 65_536
"""Numbers below it take 2 bytes."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Who has a letter for an activity at a full event.

    Args:
        needed: whether the activity is needed there; a cell that cannot happen needs nothing.
        subjects: who has the letter, sorted: one where all is well, none in a gap.
        duties: full names of the duties that give it, sorted.
    """

    activity: str
    needed: bool
    subjects: tuple[str, ...]
    duties: tuple[str, ...]


class NumberAtoms(dict[object, int]):
    """The atom of a number or day by raw value, found when first met.

    A boolean passes for the number it equals, as everywhere in Python; `parse_event` refuses it.
    """

    __slots__ = ("_axis", "_cuts")

    def __init__(self, axis: Axis) -> None:
        super().__init__()
        self._axis = axis
        self._cuts = [cut.value for cut in axis.cuts]
        if axis.dimension.kind == "integer" and self._cuts[-1] - self._cuts[0] <= MOST_NUMBERS:
            for atom, (low, high) in enumerate(pairwise(self._cuts)):
                self.update(dict.fromkeys(range(int(low), int(high)), atom))

    def __missing__(self, raw: object) -> int:
        """Return the atom of a value.

        Raises:
            FlawError: if it is none of this dimension's values.
        """
        dimension = self._axis.dimension
        if isinstance(raw, int) and type(raw) is int and dimension.kind == "integer":
            atom = bisect_right(self._cuts, raw) - 1
            if 0 <= atom < self._axis.width:
                return atom
        ((atom, _),) = self._axis.atom_at(event_value(dimension, raw))
        if type(raw) is dt.date and len(self) < MOST_NUMBERS:
            self[raw] = atom
        return atom


class Leads:
    """What raw values lead to; all deciders of a map share it, so that a cache holds it."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._numbers: dict[int, NumberAtoms] = {}
        self._names: dict[tuple[int, int], dict[object, int]] = {}

    def numbers(self, axis: int) -> NumberAtoms:
        """Return the atoms of the numbers or days of an axis."""
        found = self._numbers.get(axis)
        if found is None:
            found = self._numbers[axis] = NumberAtoms(self._space.axes[axis])
        return found

    def names(self, axis: int, stride: int) -> dict[object, int]:
        """Return the atoms of the names of an axis, times `stride`."""
        found = self._names.get((axis, stride))
        if found is None:
            values = self._space.axes[axis].dimension.values
            found = {name: atom * stride for atom, name in enumerate(values)}
            self._names[axis, stride] = found
        return found


Decider = Callable[[Mapping[str, object]], Decision]
"""Returns the decision for a full event, given as raw values by dimension; nothing is filled in.

What does not bear on the answer is not looked at. It raises `EventError` if a value does not fit,
or the event leaves the answer open.
"""


def decider_of(
    diagram: Diagram[Decision],
    space: Space,
    vocabulary: Vocabulary,
    leads: Leads,
) -> Decider:
    """Return the fast form of a diagram of decisions: what it says of every cell."""
    levels, start = dense_levels(diagram)
    names = tuple(space.axes[level.axis].name for level in levels)

    def slow(event: Mapping[str, object]) -> Decision:
        known = parse_event(event, vocabulary).values
        found = seen(diagram, space.box_of(known))
        if len(found) == 1:
            return next(iter(found))
        open_ = ", ".join(f"`{name}`" for name in names if not _is_single(space, name, known))
        raise EventError((tell("who answers is left open: it depends on {open}", open=open_),))

    if sum(level.child.size for level in levels) > MOST_NESTED:
        return _flat(joined(levels, _classes, MOST_JOINED), diagram, space, leads, slow)
    places = [_places(space.axes[level.axis], level, leads) for level in levels]
    follow = _follower(len(names))
    return follow(_nested(levels, start, diagram.terminals, space), slow, *names, *places)


@cache
def _follower(count: int) -> Callable[..., Decider]:
    """Return a function that makes the decider over `count` dimensions.

    WHY made of text: a loop over the dimensions costs half as much again as all its lookups. The
    text holds nothing but counted names; what an author wrote is only ever a value.
    """
    steps = "".join(f"[place{i}[event[name{i}]]]" for i in range(count))
    given = ", ".join([*(f"name{i}" for i in range(count)), *(f"place{i}" for i in range(count))])
    return _compiled(f"root, slow, {given}", f"root{steps}")


def _compiled(given: str, found: str) -> Callable[..., Decider]:
    text = (
        f"def follow({given}):\n"
        f"    def decide(event):\n"
        f"        try:\n"
        f"            return {found}\n"
        f"        except misses:\n"
        f"            return slow(event)\n"
        f"    return decide\n"
    )
    names: dict[str, object] = {"misses": (KeyError, FlawError, TypeError)}
    exec(text, names)  # noqa: S102 -- our own text, made of numbers alone
    return cast("Callable[..., Decider]", names["follow"])


def _is_single(space: Space, name: str, values: Mapping[str, Value]) -> bool:
    if name not in values:
        return False
    axis = next(axis for axis in space.axes if axis.name == name)
    return sum(high - low for low, high in axis.atom_at(values[name])) == 1


def _places(axis: Axis, level: DenseLevel, leads: Leads) -> Mapping[object, int]:
    if not axis.dimension.is_named:
        return leads.numbers(level.axis)
    return dict(zip(axis.dimension.values, level.class_of.tolist(), strict=True))


def _nested(
    levels: tuple[DenseLevel, ...], start: int, terminals: Iterable[Decision], space: Space
) -> object:
    below: list[object] = list(terminals)
    for level in reversed(levels):
        nodes = np.empty(len(below), object)
        nodes[:] = below
        is_named = space.axes[level.axis].dimension.is_named
        table = level.child if is_named else level.child[:, level.class_of]
        below = list(map(tuple, nodes[table].tolist()))
    return below[start]


def _flat(
    steps: Sequence[Step], diagram: Diagram[Decision], space: Space, leads: Leads, slow: Decider
) -> Decider:
    """Return the decider that looks into one array after the other."""
    places = [place for step in steps for place in step.places]
    axes = [space.axes[place.axis] for place in places]
    adding = [_adding(place, axis) for place, axis in zip(places, axes, strict=True)]
    by_atom = []
    lead: list[Mapping[object, int]] = []
    for place, axis, adds in zip(places, axes, adding, strict=True):
        is_named = axis.dimension.is_named
        by_atom.append(not is_named and (place.class_of is not None or place.stride > 1))
        if not is_named:
            lead.append(leads.numbers(place.axis))
        elif place.class_of is None:
            lead.append(leads.names(place.axis, place.stride))
        else:
            lead.append(dict(zip(axis.dimension.values, adds, strict=True)))
    tables: list[Sequence[object]] = [_array(step) for step in steps[:-1]]
    tables.append(tuple(map(diagram.terminals.__getitem__, steps[-1].table.tolist())))
    follow = _flat_follower(tuple(len(step.places) for step in steps), tuple(by_atom))
    return follow(slow, *tables, *(axis.name for axis in axes), *lead, *adding)


def _classes(level: DenseLevel) -> Ints:
    return level.class_of


def _adding(place: Place, axis: Axis) -> tuple[int, ...]:
    """Return what each atom of an axis adds to a row offset."""
    if place.class_of is not None:
        return tuple(place.class_of.tolist())
    return tuple(range(0, axis.width * place.stride, place.stride))


def _array(step: Step) -> array[int]:
    is_short = int(step.table.max()) < SHORT
    return array("H" if is_short else "i", step.table.astype("u2" if is_short else "i4").tobytes())


@cache
def _flat_follower(sizes: tuple[int, ...], by_atom: tuple[bool, ...]) -> Callable[..., Decider]:
    """Return a function that makes the decider over some arrays; see `_follower`.

    Args:
        sizes: how many dimensions each array is of.
        by_atom: for each dimension, whether it leads to an atom, and only that to what it adds.
    """
    terms = [
        f"adds{i}[lead{i}[event[name{i}]]]" if is_atom else f"lead{i}[event[name{i}]]"
        for i, is_atom in enumerate(by_atom)
    ]
    found, rest = "", iter(terms)
    for number, size in enumerate(sizes):
        inside = [found, *islice(rest, size)] if found else list(islice(rest, size))
        found = f"table{number}[{' + '.join(inside)}]"
    words = [f"table{i}" for i in range(len(sizes))]
    words += [f"{word}{i}" for word in ("name", "lead", "adds") for i in range(len(by_atom))]
    return _compiled(f"slow, {', '.join(words)}", found)
