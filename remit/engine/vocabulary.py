"""The event space as values: dimensions, activities, powers, regions left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from remit.engine.conditions import Condition
from remit.engine.intervals import Cut, IntervalSet
from remit.engine.spans import Span
from remit.engine.texts import Text

__all__ = [
    "DATE",
    "RESERVED_FIELDS",
    "Activity",
    "DeclaredBy",
    "Derivation",
    "Dimension",
    "DimensionKind",
    "Power",
    "Unowned",
    "Value",
    "Vocabulary",
    "date_dimension",
    "plain",
]

DimensionKind = Literal["values", "scale", "tree", "integer", "decimal", "date"]
Value = str | int | Decimal | dt.date
"""One value of an event: a leaf, node, level or value by name, a number, or a day."""

DATE = "date"
"""Name of the built-in dimension that `valid` speaks of."""
RESERVED_FIELDS = (DATE, "time", "id")
"""Event fields that no dimension may be named after."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a value is computed from another field of the event.

    `source` is `time` (then the stretches of `rules` are seconds after midnight, 0 to 86,400, as
    `Cut(int)`) or another dimension (then they are sets of that dimension). `otherwise` is the
    value for everything else.
    """

    source: str
    rules: tuple[tuple[str, IntervalSet], ...]
    otherwise: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class DeclaredBy:
    """Which power lets somebody declare that a dimension has a value.

    Args:
        powers: the power by value; for a tree by node, which counts for what lies below it.
        otherwise: the power for every other value; `None` where nobody may declare it.
    """

    powers: Mapping[str, str]
    otherwise: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Dimension:
    """One direction of the event space.

    Args:
        values: names in line order: values as written, levels lowest first, leaves depth first;
            empty for numbers and `date`.
        nodes: for a tree, each node (leaves too) with its leaves as indexes `(low, high)`, high
            exclusive.
        parents: for a tree, each node's parent; top nodes have none.
        minimum: lowest number, in; only for `integer` and `decimal`.
        maximum: highest number, in.
    """

    name: str
    kind: DimensionKind
    span: Span
    label: Text | None = None
    labels: Mapping[str, Text] = field(default_factory=dict)
    values: tuple[str, ...] = ()
    nodes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)
    minimum: int | Decimal = 0
    maximum: int | Decimal = 0
    unit: str | None = None
    state: bool = False
    derive: Derivation | None = None
    declared_by: DeclaredBy | None = None

    def power_to_declare(self, value: Value) -> str | None:
        """Return the power that declaring a value needs; `None` where nobody may declare it."""
        rule = self.declared_by
        if rule is None:
            return None
        name: str | None = str(value)
        while name is not None:
            if name in rule.powers:
                return rule.powers[name]
            name = self.parents.get(name)
        return rule.otherwise

    @property
    def is_named(self) -> bool:
        """Whether values are names rather than numbers or days."""
        return self.kind in {"values", "scale", "tree"}

    def everything(self) -> IntervalSet:
        """Return the set of all values."""
        if self.is_named:
            return IntervalSet.indexes(0, len(self.values))
        if self.kind == "decimal":
            return IntervalSet.of((Cut(self.minimum), Cut(self.maximum, 1)))
        return IntervalSet.of((Cut(self.minimum), Cut(self.maximum + 1)))

    def only(self, value: Value) -> IntervalSet:
        """Return the set of one value; for a tree node, of its leaves.

        Raises:
            KeyError: if a named dimension has no such value.
            ValueError: if a number or day is out of bounds or of the wrong type.
        """
        if self.kind == "tree":
            low, high = self.nodes[str(value)]
            return IntervalSet.indexes(low, high)
        if self.is_named:
            if value not in self.values:
                raise KeyError(value)
            index = self.values.index(str(value))
            return IntervalSet.indexes(index, index + 1)
        return self._only_number(value)

    def _only_number(self, value: Value) -> IntervalSet:
        if self.kind == "date":
            if not isinstance(value, dt.date):
                raise ValueError(value)
            return IntervalSet.indexes(value.toordinal(), value.toordinal() + 1)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise ValueError(value)  # noqa: TRY004 -- every misfit is one kind of error
        if not self.minimum <= value <= self.maximum:
            raise ValueError(value)
        if self.kind == "decimal":
            exact = Decimal(value)
            return IntervalSet.of((Cut(exact), Cut(exact, 1)))
        if value != int(value):
            raise ValueError(value)
        return IntervalSet.indexes(int(value), int(value) + 1)


@dataclass(frozen=True, slots=True)
class Activity:
    """A row of the chart: where it is needed, and which powers its owner must hold."""

    name: str
    span: Span
    needed: Condition
    label: Text | None = None
    requires: tuple[str, ...] = ()
    requires_spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Power:
    """Something a subject may be entitled to do.

    `apart_from` names powers that nobody may hold together with it.
    """

    name: str
    span: Span
    label: Text | None = None
    basis: Text | None = None
    apart_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unowned:
    """A region in which an activity is left without an owner on purpose."""

    activity: str
    when: Condition
    reason: Text
    span: Span


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything a pack may speak of, in the order written, higher packs' first."""

    dimensions: Mapping[str, Dimension]
    activities: Mapping[str, Activity]
    powers: Mapping[str, Power]
    unowned: tuple[Unowned, ...] = ()
    impossible: tuple[Condition, ...] = ()

    def dimension(self, name: str) -> Dimension:
        """Return a declared dimension, or the built-in `date`.

        Raises:
            KeyError: if there is none of that name.
        """
        return date_dimension() if name == DATE else self.dimensions[name]


def plain(value: Value) -> str | int | float:
    """Return one value of an event for JSON; a decimal that no float holds exactly as text."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if not isinstance(value, Decimal):
        return value
    if value == value.to_integral_value():
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else f"{value:f}"


def date_dimension() -> Dimension:
    """Return the built-in dimension of days, 0001-01-01 to 9999-12-31, counted by ordinal."""
    low, high = dt.date.min.toordinal(), dt.date.max.toordinal()
    return Dimension(DATE, "date", Span("", 1, 1, 1, 1), minimum=low, maximum=high)
