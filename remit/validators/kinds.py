"""Kinds of events: the values of one dimension, and which of them signals raise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from remit.engine.conditions import Box, Condition, Constraint
from remit.engine.intervals import IntervalSet
from remit.engine.pack import Signal
from remit.engine.vocabulary import Dimension
from remit.validators.check import Context

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet

__all__ = ["cells_with", "groups_of", "named_dimension", "needed_anywhere", "raised_by"]

RESPONSE = ("phase", "response")
"""The dimension and value by which a vocabulary tells the response from what comes before and
after."""


def named_dimension(name: str, context: Context) -> Dimension | None:
    """Return a dimension of names, or `None` where the vocabulary has none of that name."""
    found = context.pack.vocabulary.dimensions.get(name)
    return found if found is not None and found.is_named else None


def raised_by(signal: Signal, dimension: Dimension) -> IntervalSet:
    """Return the values of a dimension that an event raised by a signal may have.

    An event that leaves the dimension out may have any: by a field that messages agree on, by
    derivation, or because nobody knows.
    """
    value = signal.raises.values.get(dimension.name)
    return dimension.everything() if value is None else dimension.only(value)


def cells_with(dimension: Dimension, allowed: IntervalSet, context: Context) -> CellSet:
    """Return the possible cells with some values of a named dimension."""
    constraint = Constraint(allowed, dimension.span)
    box = Box({dimension.name: constraint}, dimension.span)
    return context.map.cells_of(Condition((box,), dimension.span))


def needed_anywhere(context: Context, *, in_response: bool) -> CellSet:
    """Return the cells in which some activity is needed.

    Args:
        in_response: of these only those of the response, where the vocabulary tells it apart.
    """
    found = context.map.nowhere()
    for activity in context.pack.vocabulary.activities:
        found |= context.map.needed(activity)
    name, value = RESPONSE
    phase = named_dimension(name, context)
    if in_response and phase is not None and value in phase.values:
        found &= cells_with(phase, phase.only(value), context)
    return found


def groups_of(dimension: Dimension, values: Iterable[int]) -> Iterator[tuple[str, IntervalSet]]:
    """Yield names for some values, given by index: whole nodes of a tree first, then the rest."""
    left = set(values)
    nodes = sorted(dimension.nodes.items(), key=lambda node: (node[1][0] - node[1][1], node[0]))
    for name, (low, high) in nodes:
        inside = set(range(low, high))
        if inside and inside <= left:
            left -= inside
            # WHY: of a node with one leaf the leaf says more.
            alone = dimension.values[low] if high == low + 1 else name
            yield alone, IntervalSet.indexes(low, high)
    for index in sorted(left):
        yield dimension.values[index], IntervalSet.indexes(index, index + 1)
