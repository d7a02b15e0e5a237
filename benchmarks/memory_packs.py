"""Packs made in memory, without YAML, where what is measured begins after loading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import remit
from remit.engine.conditions import Box, Condition, Constraint
from remit.engine.intervals import IntervalSet
from remit.engine.pack import Duty, Subject
from remit.engine.spans import Span
from remit.engine.vocabulary import Activity, Dimension

__all__ = ["Nested", "condition", "duty", "names", "numbers", "pack_of", "tree"]

PLACE = Span("generated.yaml", 1, 1, 1, 2)
Nested = Mapping[str, object]
"""A tree's nodes, each with its nodes or, at last, a list of leaves."""


def names(name: str, values: Sequence[str], kind: str = "scale") -> Dimension:
    """Return a dimension of levels, lowest first, or of `values`."""
    return Dimension(name, kind, PLACE, values=tuple(values))  # type: ignore[arg-type] # one of two


def numbers(name: str, most: int) -> Dimension:
    """Return a dimension of the whole numbers from 0 to `most`."""
    return Dimension(name, "integer", PLACE, minimum=0, maximum=most)


def tree(name: str, nested: Nested) -> Dimension:
    """Return a tree."""
    leaves: list[str] = []
    nodes: dict[str, tuple[int, int]] = {}
    parents: dict[str, str] = {}

    def walk(inner: object, parent: str | None) -> None:
        for node in inner if isinstance(inner, list) else dict(inner):  # type: ignore[call-overload]
            low = len(leaves)
            if parent is not None:
                parents[node] = parent
            if isinstance(inner, list):
                leaves.append(node)
            else:
                walk(inner[node], node)  # type: ignore[index]
            nodes[node] = (low, len(leaves))

    walk(nested, None)
    return Dimension(name, "tree", PLACE, values=tuple(leaves), nodes=nodes, parents=parents)


def condition(box: Mapping[str, tuple[int, int]]) -> Condition:
    """Return a condition of one box: by dimension the first index or number, and past the last."""
    constraints = {name: _constraint(low, high) for name, (low, high) in box.items()}
    return Condition((Box(constraints, PLACE),), PLACE)


@cache
def _constraint(low: int, high: int) -> Constraint:
    """Return one value for all that say the same, as a loader does."""
    return Constraint(IntervalSet.indexes(low, high), PLACE)


def duty(subject: str, name: str, activity: str, when: Condition, line: int = 1) -> Duty:
    """Return a duty to be accountable."""
    span = Span(f"{subject}.yaml", line, 1, line, 2)
    return Duty(name, subject, activity, ("accountable",), when, span)


def pack_of(
    dimensions: Iterable[Dimension],
    activities: Sequence[str],
    duties: Iterable[Duty],
    precedence: Sequence[str] = (),
) -> remit.Pack:
    """Return a pack whose activities are needed everywhere."""
    own: dict[str, list[Duty]] = {}
    for each in duties:
        own.setdefault(each.subject, []).append(each)
    always = Condition.always(PLACE)
    return remit.Pack(
        name="generated",
        version="1",
        path="generated",
        digest="0" * 64,
        span=PLACE,
        vocabulary=remit.Vocabulary(
            dimensions={dimension.name: dimension for dimension in dimensions},
            activities={name: Activity(name, PLACE, always) for name in activities},
            powers={},
        ),
        subjects={
            name: Subject(name, Span(f"{name}.yaml", 1, 1, 1, 2), duties=tuple(mine))
            for name, mine in own.items()
        },
        lead=activities[0],
        precedence=tuple(precedence),
    )
