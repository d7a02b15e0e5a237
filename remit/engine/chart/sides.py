"""The two sides of a chart: which activities, subjects or values stand along them.

A value is a set of atoms of one dimension: a value or level, a node of a tree at some depth, or a
stretch of numbers or days that no condition of the pack divides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from remit.engine.intervals import IntervalSet
from remit.engine.map.counting import Mask
from remit.engine.map.space import Axis, Space
from remit.engine.pack import Pack
from remit.engine.texts import Text
from remit.engine.vocabulary import DATE, Dimension, Vocabulary

__all__ = [
    "Heading",
    "Side",
    "activity_side",
    "deepest",
    "narrowed",
    "subject_side",
    "value_side",
    "whole_box",
]

SideKind = Literal["activity", "subject", "dimension"]


@dataclass(frozen=True, slots=True)
class Heading:
    """One row or column.

    Args:
        name: of the activity, the subject, the value or the node; of a stretch of numbers or days,
            nothing, for it has no name.
        allowed: the values of the dimension; `None` for activities and subjects.
    """

    name: str
    label: Text | None = None
    allowed: IntervalSet | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """All rows, or all columns.

    Args:
        name: `activity`, `subject`, or the dimension.
    """

    kind: SideKind
    name: str
    headings: tuple[Heading, ...]
    label: Text | None = None


def activity_side(pack: Pack, names: Iterable[str] = ()) -> Side:
    """Return the side of all activities, or of those named, in the order of the vocabulary."""
    chosen = frozenset(names)
    found = (
        Heading(activity.name, activity.label)
        for activity in pack.vocabulary.activities.values()
        if not chosen or activity.name in chosen
    )
    return Side("activity", "activity", tuple(found))


def subject_side(pack: Pack, names: Iterable[str] = ()) -> Side:
    """Return the side of all subjects that have duties, or of those named, by name."""
    chosen = frozenset(names)
    found = (
        Heading(name, subject.label)
        for name, subject in sorted(pack.subjects.items())
        if (name in chosen if chosen else subject.duties)
    )
    return Side("subject", "subject", tuple(found))


def value_side(axis: Axis, depth: int | None = None, within: Mask | None = None) -> Side:
    """Return the side of a dimension's values.

    Args:
        axis: the dimension as the map cuts it.
        depth: of a tree, the nodes that stand so far down, the top ones at 1, and the leaves above
            them; the first depth that has two nodes where left out.
        within: leave out the values of which no atom is in it.
    """
    dimension = axis.dimension
    if dimension.kind == "tree":
        found = _nodes(dimension, depth or _first_branching(dimension))
    elif dimension.is_named:
        found = [Heading(name, dimension.labels.get(name)) for name in dimension.values]
    else:
        found = [Heading("", None, axis.allowed(((atom, atom + 1),))) for atom in range(axis.width)]
    headings = (
        Heading(each.name, each.label, each.allowed or dimension.only(each.name)) for each in found
    )
    kept = tuple(
        each for each in headings if within is None or (mask_of(axis, each.allowed) & within).any()
    )
    return Side("dimension", dimension.name, kept, dimension.label)


def deepest(dimension: Dimension) -> int:
    """Return how deep a tree goes, its top nodes at 1."""
    depths = _depths(dimension)
    return max(depths.values(), default=1)


def mask_of(axis: Axis, allowed: IntervalSet | None) -> Mask:
    """Return which atoms of an axis are allowed."""
    found = np.zeros(axis.width, bool)
    for low, high in axis.atoms(allowed or axis.dimension.everything()):
        found[low:high] = True
    return found


def whole_box(space: Space) -> tuple[Mask, ...]:
    """Return the box of all cells."""
    return tuple(np.ones(width, bool) for width in space.widths)


def narrowed(
    box: Sequence[Mask], space: Space, name: str, allowed: IntervalSet
) -> tuple[Mask, ...]:
    """Return a box cut to some values of a dimension."""
    return tuple(
        mask & mask_of(axis, allowed) if axis.name == name else mask
        for axis, mask in zip(space.axes, box, strict=True)
    )


def _first_branching(dimension: Dimension) -> int:
    depths = _depths(dimension)
    for depth in range(1, max(depths.values(), default=1)):
        if len(_nodes(dimension, depth)) > 1:
            return depth
    return max(depths.values(), default=1)


def _nodes(dimension: Dimension, depth: int) -> list[Heading]:
    depths = _depths(dimension)
    leaves = frozenset(dimension.values)
    found = [
        name
        for name in dimension.nodes
        if depths[name] == depth or (depths[name] < depth and name in leaves)
    ]
    found.sort(key=lambda name: dimension.nodes[name])
    return [Heading(name, dimension.labels.get(name)) for name in found]


def _depths(dimension: Dimension) -> dict[str, int]:
    return {name: 1 + sum(1 for _ in _above(name, dimension)) for name in dimension.nodes}


def _above(name: str, dimension: Dimension) -> Iterator[str]:
    while name in dimension.parents:
        name = dimension.parents[name]
        yield name


def known_sides(vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return all that may stand along a side."""
    return ("activity", "subject", *vocabulary.dimensions, DATE)
