"""The nearest event in which a subject would have a letter: fewest changes first, then smallest.

A shortest path down the diagram of what the subject holds (Bellman 1958, one level after the other
from the last): each node keeps the cheapest way to a cell that is held, so the answer is exact over
the whole event space. Cost: the edges times the atoms under them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from remit.engine.events import Event
from remit.engine.language.constraints import format_constraint
from remit.engine.map.cells import CellSet
from remit.engine.map.counting import Mask, free_atoms, ranges_of
from remit.engine.map.diagram import Diagram, Level, combine
from remit.engine.map.doubt import doubt_in
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.map.space import Atoms, Axis
from remit.engine.pack import Letter
from remit.engine.replay import Replay
from remit.engine.vocabulary import DATE, Dimension, Value

__all__ = ["Change", "NearestEvent", "change_size", "nearest_event"]

DAYS = 3653
"""Days that count as a change of full size: ten years."""


@dataclass(frozen=True, slots=True)
class Change:
    """One dimension that would have to be otherwise.

    Args:
        size: of the change, as a share of the largest there can be on the dimension: steps on a
            scale, steps up and down a tree, distance of numbers; 1 for a value of a set; for days,
            of ten years.
    """

    dimension: str
    before: Value
    after: Value
    size: Fraction


@dataclass(frozen=True, slots=True)
class NearestEvent:
    """The nearest event in which a subject has a letter.

    Args:
        values: the event in full, a leaf or value a dimension.
        changes: what is otherwise than in the event given; nothing where that may be it.
        needs: what dimensions left open must be, as constraints around the values here; the others
            left open may be anything.
    """

    values: Mapping[str, Value]
    changes: tuple[Change, ...]
    needs: Mapping[str, object]

    @property
    def size(self) -> Fraction:
        """All changes together."""
        return sum((change.size for change in self.changes), Fraction(0))


@dataclass(frozen=True, slots=True)
class _Price:
    """What one atom of an axis costs: 1 for a change, its size, and the value it stands for."""

    is_change: int
    size: Fraction
    value: Value


_Cost = tuple[int, Fraction, tuple[tuple[int, int], ...]]
"""Changes, their size, and by dimension in vocabulary order what settles ties: whether it stays as
it is (so that the first dimension changes before the others), and the atom."""


def nearest_event(
    map: ResponsibilityMap,  # noqa: A002 -- the public name
    event: Event,
    activity: str,
    letter: Letter,
    subject: str,
) -> NearestEvent | None:
    """Return the nearest event in which a subject has a letter; `None` if there is none.

    An event counts if it can happen and the activity is needed in it; for the owner, who is
    accountable for the pack's lead, wherever it can happen.

    Raises:
        KeyError: if there is no such activity.
        RuntimeError: if the slow path does not agree, which is a fault of this program.
    """
    space = map.compiled.space
    goal = _goal(map, activity, letter, subject)
    order = (*map.pack.vocabulary.dimensions, DATE)
    places = [order.index(axis.name) for axis in space.axes]
    prices = [_prices(axis, event.values.get(axis.name)) for axis in space.axes]
    found = _shortest(goal.diagram, prices, places)
    if found is None:
        return None
    atoms = {name: atom for name, (_, atom) in zip(order, found[2], strict=True)}
    values: dict[str, Value] = {}
    changes: list[Change] = []
    by_name = {axis.name: (axis, price) for axis, price in zip(space.axes, prices, strict=True)}
    for name in order:
        _, price = by_name[name]
        chosen = price[atoms[name]]
        values[name] = chosen.value
        if chosen.is_change:
            changes.append(Change(name, event.values[name], chosen.value, chosen.size))
    needs = _needs(goal, event, values)
    if DATE not in event.values and DATE not in needs:
        del values[DATE]
    _replayed(map, activity, letter, subject, values)
    return NearestEvent(values, tuple(changes), needs)


def change_size(dimension: Dimension, before: Value, after: Value) -> Fraction:
    """Return how large a change is; `after` is a leaf, level, value or number."""
    if dimension.kind == "tree":
        return Fraction(_steps(dimension, str(before), str(after)), 2 * _depth(dimension))
    if dimension.kind == "scale":
        steps = dimension.values.index(str(after)) - dimension.values.index(str(before))
        return Fraction(abs(steps), max(1, len(dimension.values) - 1))
    if isinstance(before, dt.date) and isinstance(after, dt.date):
        return Fraction(abs((after - before).days), DAYS)
    if isinstance(before, int | Decimal) and isinstance(after, int | Decimal):
        return abs(Fraction(after) - Fraction(before)) / _reach(dimension)
    return Fraction(int(before != after))


def _goal(
    map: ResponsibilityMap,  # noqa: A002 -- the public name
    activity: str,
    letter: Letter,
    subject: str,
) -> CellSet:
    held = map.holding(activity, letter, subject)
    if activity == map.pack.lead and letter == "accountable":
        # WHY: rule 7 asks who is accountable for the lead, whether or not it is needed there.
        return held
    return held & map.needed(activity)


def _shortest(
    diagram: Diagram[bool], prices: Sequence[Sequence[_Price]], places: Sequence[int]
) -> _Cost | None:
    """Return the cheapest way to a true cell."""
    nothing = ((0, 0),) * len(places)
    best: list[_Cost | None] = [
        (0, Fraction(0), nothing) if held else None for held in diagram.terminals
    ]
    levels = zip(diagram.levels, diagram.widths, prices, places, strict=True)
    for level, width, price, place in reversed(list(levels)):
        best = [
            _cheapest(level, node, width, price, place, best)
            for node in range(len(level.first) - 1)
        ]
    return best[0]


def _cheapest(
    level: Level,
    node: int,
    width: int,
    price: Sequence[_Price],
    place: int,
    below: Sequence[_Cost | None],
) -> _Cost | None:
    found: _Cost | None = None
    first, last = int(level.first[node]), int(level.first[node + 1])
    starts = [*level.start[first:last].tolist(), width]
    for at, child in enumerate(level.child[first:last].tolist()):
        rest = below[child]
        if rest is None:
            continue
        changes, size, tie = rest
        own = range(starts[at], starts[at + 1])
        atom = min(own, key=lambda a: (price[a].is_change, price[a].size, a))
        mark = (1 - price[atom].is_change, atom)
        cost = (
            changes + price[atom].is_change,
            size + price[atom].size,
            (*tie[:place], mark, *tie[place + 1 :]),
        )
        if found is None or cost < found:
            found = cost
    return found


def _prices(axis: Axis, given: Value | None) -> list[_Price]:
    free = Fraction(0)
    if given is None:
        return [_Price(0, free, axis.example(atom)) for atom in range(axis.width)]
    ((low, high),) = axis.atom_at(given)
    found = []
    for atom in range(axis.width):
        if low <= atom < high:
            same = given if high - low == 1 and axis.dimension.kind != "tree" else None
            found.append(_Price(0, free, axis.example(atom) if same is None else same))
        else:
            value = _closest(axis, atom, given)
            found.append(_Price(1, change_size(axis.dimension, given, value), value))
    return found


def _closest(axis: Axis, atom: int, given: Value) -> Value:
    """Return the value inside an atom that is closest to a value outside."""
    low, high = axis.cuts[atom], axis.cuts[atom + 1]
    if axis.dimension.is_named:
        return axis.example(atom)
    if isinstance(given, dt.date):
        below = given.toordinal() < low.value
        return dt.date.fromordinal(int(low.value) if below else int(high.value) - 1)
    number = Decimal(given) if isinstance(given, int | Decimal) else Decimal(0)
    below = number < low.value or (number == low.value and low.after == 1)
    if axis.dimension.kind == "integer":
        return int(low.value) if below else int(high.value) - 1
    if below:
        start = Decimal(low.value)
        return start if not low.after else _just_inside(start, 1, Decimal(high.value))
    end = Decimal(high.value)
    return end if high.after else _just_inside(end, -1, Decimal(low.value))


def _just_inside(end: Decimal, sign: int, other: Decimal) -> Decimal:
    """Return the roundest number next to an end that is not itself inside."""
    exponent = end.as_tuple().exponent
    step = Decimal(1).scaleb(min(0, exponent if isinstance(exponent, int) else 0))
    while sign * (end + sign * step - other) >= 0:
        step /= 10
    return end + sign * step


def _steps(dimension: Dimension, one: str, other: str) -> int:
    """Return the steps up and down the tree from one node to another."""
    up, down = _upward(dimension, one), _upward(dimension, other)
    common = len(set(up) & set(down))
    return len(up) + len(down) - 2 * common


def _upward(dimension: Dimension, node: str) -> list[str]:
    found = [node]
    while (parent := dimension.parents.get(found[-1])) is not None:
        found.append(parent)
    return found


def _depth(dimension: Dimension) -> int:
    return max(len(_upward(dimension, leaf)) for leaf in dimension.values)


def _reach(dimension: Dimension) -> Fraction:
    return Fraction(dimension.maximum) - Fraction(dimension.minimum) or Fraction(1)


def _needs(goal: CellSet, event: Event, values: Mapping[str, Value]) -> dict[str, object]:
    """Return what the dimensions left open must be, as wide as goes around the values chosen."""
    space = goal.ground.space
    # WHY: what cannot happen rules nothing out.
    fits = combine(goal.diagram, goal.ground.possible, lambda held, can: held or not can)
    settled = {name: values[name] for name in event.values if name in values}
    doubt = doubt_in(fits, lambda held: held, space, space.box_of(settled))
    names = {axis.axis.name for axis in doubt.axes}
    wanted = {name: value for name, value in values.items() if name in names - set(settled)}
    box = [
        _mask(axis, atoms)
        for axis, atoms in zip(space.axes, space.box_of({**settled, **wanted}), strict=True)
    ]
    found: dict[str, object] = {}
    for name in wanted:
        at = next(index for index, axis in enumerate(space.axes) if axis.name == name)
        axis = space.axes[at]
        box[at] = np.ones(axis.width, bool)
        box[at] = free_atoms(fits, box, at)
        if not box[at].all():
            found[name] = format_constraint(axis.dimension, axis.allowed(ranges_of(box[at])))
    return found


def _mask(axis: Axis, atoms: Atoms) -> Mask:
    found = np.zeros(axis.width, bool)
    for low, high in atoms:
        found[low:high] = True
    return found


def _replayed(
    map: ResponsibilityMap,  # noqa: A002 -- the public name
    activity: str,
    letter: Letter,
    subject: str,
    values: Mapping[str, Value],
) -> None:
    replay = Replay(map.pack)
    cell = {DATE: dt.date(2000, 1, 1), **values}
    if not replay.is_possible(cell) or subject not in replay.holders(activity, letter, cell):
        raise RuntimeError(f"the nearest event is none for `{subject}`: {cell}")
