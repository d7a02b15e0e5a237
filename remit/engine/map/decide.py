"""Who answers for one full event, in about a microsecond: two table lookups a dimension.

The diagram of an activity becomes nested tuples, one level a dimension that bears on the answer;
a raw value leads to its place in them by one dictionary. Nothing is parsed or checked on the way:
what is not found in the tables goes the slow way, which says what is wrong with it.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import cast

import numpy as np

from remit.engine.errors import EventError
from remit.engine.language.event_fields import event_value
from remit.engine.language.flaws import FlawError
from remit.engine.language.incoming import parse_event
from remit.engine.map.dense import DenseLevel, dense_levels
from remit.engine.map.diagram import Diagram
from remit.engine.map.restrict import seen
from remit.engine.map.space import Axis, Space
from remit.engine.vocabulary import Value, Vocabulary

__all__ = ["Decider", "Decision", "NumberAtoms", "decider_of"]

MOST_NUMBERS = 65_536
"""Numbers or days of one dimension whose place is remembered; others are looked up each time."""


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


Decider = Callable[[Mapping[str, object]], Decision]
"""Returns the decision for a full event, given as raw values by dimension; nothing is filled in.

What does not bear on the answer is not looked at. It raises `EventError` if a value does not fit,
or the event leaves the answer open.
"""


def decider_of(
    diagram: Diagram[Decision],
    space: Space,
    vocabulary: Vocabulary,
    numbers: Callable[[int], NumberAtoms],
) -> Decider:
    """Return the fast form of a diagram of decisions: what it says of every cell.

    Args:
        numbers: the atoms of the axis at a position; all deciders of a map share them.
    """
    levels, start = dense_levels(diagram)
    axes = [space.axes[level.axis] for level in levels]
    names = tuple(axis.name for axis in axes)
    places = tuple(_places(axis, level, numbers) for axis, level in zip(axes, levels, strict=True))

    def slow(event: Mapping[str, object]) -> Decision:
        known = parse_event(event, vocabulary).values
        found = seen(diagram, space.box_of(known))
        if len(found) == 1:
            return next(iter(found))
        open_ = ", ".join(f"`{name}`" for name in names if not _is_single(space, name, known))
        raise EventError((f"who answers is left open: it depends on {open_}",))

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
    text = (
        f"def follow(root, slow, {given}):\n"
        f"    def decide(event):\n"
        f"        try:\n"
        f"            return root{steps}\n"
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


def _places(
    axis: Axis, level: DenseLevel, numbers: Callable[[int], NumberAtoms]
) -> Mapping[object, int]:
    if not axis.dimension.is_named:
        return numbers(level.axis)
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
