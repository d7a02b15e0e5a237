"""Why a duty does not match an event: the places that, written otherwise, would make it match.

For each duty the written parts that keep it from one event are collected: constraints of `when`
that leave the event out, an `unless` that takes it away, days it is not valid on. A duty with one
such part is near, and the part is where an author would look first. Cost: linear in what the duties
of one activity say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from remit.engine.conditions import Box, Condition
from remit.engine.pack import Duty, Letter
from remit.engine.spans import Span
from remit.engine.vocabulary import DATE, Value, Vocabulary
from remit.validators.check import Context

if TYPE_CHECKING:
    from remit.engine.map.space import Atoms

__all__ = ["Bar", "bars", "close_duties", "is_in", "nearest"]

BarKind = Literal["when", "unless", "valid"]


@dataclass(frozen=True, slots=True)
class Bar:
    """One written part that keeps a duty from a cell.

    Args:
        dimension: for `when`, the one whose constraint leaves the cell out; `None` elsewhere.
    """

    duty: Duty
    kind: BarKind
    span: Span
    dimension: str | None = None


def close_duties(activity: str, cell: Mapping[str, Value], context: Context) -> tuple[Duty, ...]:
    """Return the duties of an activity that at most one dimension of a full event keeps away.

    These are all that match, and all with a single bar; told by the atoms, faster than by `bars`.
    """
    compiled = context.map.compiled
    part = compiled.parts[activity]
    atoms = [box[0][0] for box in compiled.space.box_of(cell)]
    return tuple(
        duty
        for duty, rows in zip(part.duties, part.rows, strict=True)
        if any(not row.removes and _is_close(row.box, atoms) for row in rows)
        or (duty.valid is not None and len(rows) == 0)
    )


def is_in(condition: Condition, cell: Mapping[str, Value], vocabulary: Vocabulary) -> bool:
    """Return whether an event may meet a condition."""
    return any(not _outside(box, cell, vocabulary) for box in condition.boxes)


def bars(duty: Duty, cell: Mapping[str, Value], vocabulary: Vocabulary) -> tuple[Bar, ...]:
    """Return what surely keeps a duty from an event; of its `when`, only the nearest map.

    Nothing for a duty that matches. What the event leaves open keeps no duty from it.
    """
    found: list[Bar] = []
    outside = min((_outside(box, cell, vocabulary) for box in duty.when.boxes), key=len)
    found += [Bar(duty, "when", span, name) for name, span in outside]
    if duty.unless is not None:
        inside = (box for box in duty.unless.boxes if _is_inside(box, cell, vocabulary))
        found += [Bar(duty, "unless", box.span) for box in inside]
    if duty.valid is not None and not _is_valid(duty, cell):
        found.append(Bar(duty, "valid", duty.valid.span))
    return tuple(found)


def nearest(
    duties: Iterable[Duty], letter: Letter, cell: Mapping[str, Value], vocabulary: Vocabulary
) -> tuple[Bar, ...]:
    """Return the parts that alone keep a duty with a letter from an event, the likeliest first.

    Likelier is a duty that says more of the event, then one whose constraint stops nearer to it.
    """
    found = list(_single_bars(duties, letter, cell, vocabulary))
    return tuple(sorted(found, key=lambda bar: _rank(bar, cell, vocabulary)))


def _is_close(box: Sequence[Atoms], cell: Sequence[int]) -> bool:
    left = 1
    for atoms, atom in zip(box, cell, strict=True):
        if not any(low <= atom < high for low, high in atoms):
            if not left:
                return False
            left = 0
    return True


def _single_bars(
    duties: Iterable[Duty], letter: Letter, cell: Mapping[str, Value], vocabulary: Vocabulary
) -> Iterator[Bar]:
    for duty in duties:
        if letter in duty.roles:
            found = bars(duty, cell, vocabulary)
            if len(found) == 1:
                yield found[0]


def _rank(bar: Bar, cell: Mapping[str, Value], vocabulary: Vocabulary) -> tuple[int, int, str]:
    said = max(len(box.constraints) for box in bar.duty.when.boxes)
    return (-said, _distance(bar, cell, vocabulary), bar.duty.name)


def _distance(bar: Bar, cell: Mapping[str, Value], vocabulary: Vocabulary) -> int:
    """Return how far up a tree the nearest allowed leaf is met; 0 for other dimensions."""
    if bar.dimension is None:
        return 0
    dimension = vocabulary.dimension(bar.dimension)
    allowed = [
        box.constraints[bar.dimension]
        for box in bar.duty.when.boxes
        if bar.dimension in box.constraints
    ]
    node: str | None = str(cell.get(bar.dimension))
    steps = 0
    while node is not None and dimension.kind == "tree":
        if any(dimension.only(node) & constraint.allowed for constraint in allowed):
            return steps
        node = dimension.parents.get(node)
        steps += 1
    return steps


def _outside(box: Box, cell: Mapping[str, Value], vocabulary: Vocabulary) -> list[tuple[str, Span]]:
    return [
        (name, constraint.span)
        for name, constraint in box.constraints.items()
        if name in cell and not vocabulary.dimension(name).only(cell[name]) & constraint.allowed
    ]


def _is_inside(box: Box, cell: Mapping[str, Value], vocabulary: Vocabulary) -> bool:
    """Return whether an event is surely in a box."""
    return all(
        name in cell and vocabulary.dimension(name).only(cell[name]) <= constraint.allowed
        for name, constraint in box.constraints.items()
    )


def _is_valid(duty: Duty, cell: Mapping[str, Value]) -> bool:
    day = cell.get(DATE)
    if duty.valid is None or not isinstance(day, dt.date):
        return True
    return (duty.valid.start or dt.date.min) <= day <= (duty.valid.end or dt.date.max)
