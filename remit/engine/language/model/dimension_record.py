"""One dimension of the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from remit.engine.language.model.choices import Amount, Flag, Whole
from remit.engine.language.model.composed import ListOf, MapOf
from remit.engine.language.model.declared_by import DECLARED_BY, EVERY_OTHER
from remit.engine.language.model.derivations import DERIVATION, WrittenDerivation
from remit.engine.language.model.names import ValueName
from remit.engine.language.model.phrases import Phrase, Texts
from remit.engine.language.model.records import Field, Found, Record, Shape
from remit.engine.language.model.trees import TREE
from remit.engine.language.problems import in_ticks, one_of
from remit.engine.language.yaml_nodes import MappingNode
from remit.engine.texts import Text
from remit.engine.vocabulary import Dimension, DimensionKind
from remit.engine.wording import tell

__all__ = ["DIMENSION", "WrittenDimension"]

LARGEST = 10**15
"""Largest bound of a number, either side of zero; a 64-bit integer holds any sum the analysis makes
of them.
"""

MOST_VALUES = 10_000
"""Values or levels of one dimension; more of them want a tree, which is searched by name."""


@dataclass(frozen=True, slots=True)
class WrittenDimension:
    """A dimension but for its derivation, which needs the others."""

    dimension: Dimension
    derive: WrittenDerivation | None


@dataclass(frozen=True, slots=True)
class _Bounds:
    minimum: Decimal
    maximum: Decimal


_WHOLE_MIN = Field("min", Whole(-LARGEST, LARGEST), "Lowest number, in.", is_required=True)
_WHOLE_MAX = Field("max", Whole(-LARGEST, LARGEST), "Highest number, in.", is_required=True)
_MIN = Field("min", Amount(-LARGEST, LARGEST), "Lowest number, in.", is_required=True)
_MAX = Field("max", Amount(-LARGEST, LARGEST), "Highest number, in.", is_required=True)


def _check_bounds(found: Found) -> None:
    low = found.reading.source.text[found.at(_MIN).start : found.at(_MIN).end]
    if found.need(_MIN) > found.need(_MAX):
        found.reading.error(
            found.at(_MAX),
            tell("the bounds are reversed"),
            help=tell("`max` must be at least {low}", low=in_ticks(low)),
        )


_INTEGER_BOUNDS = Record(
    "a pair of whole bounds",
    "Bounds of whole numbers, both in.",
    (_WHOLE_MIN, _WHOLE_MAX),
    lambda found: _Bounds(Decimal(found.need(_WHOLE_MIN)), Decimal(found.need(_WHOLE_MAX))),
    check=_check_bounds,
)
_DECIMAL_BOUNDS = Record(
    "a pair of bounds",
    "Bounds of numbers, both in.",
    (_MIN, _MAX),
    lambda found: _Bounds(found.need(_MIN), found.need(_MAX)),
    check=_check_bounds,
)
_NAMES = ListOf(ValueName(), "a list of names", fewest=1, most=MOST_VALUES, unique=True)

_VALUES = Field("values", _NAMES, "A set of values, in no order.")
_SCALE = Field("scale", _NAMES, "Ordered levels, lowest first.")
_TREE = Field("tree", TREE, "Names within names; a node means the set of its leaves.")
_INTEGER = Field("integer", _INTEGER_BOUNDS, "Whole numbers within bounds.")
_DECIMAL = Field("decimal", _DECIMAL_BOUNDS, "Exact numbers within bounds.")
_KINDS = (_VALUES, _SCALE, _TREE, _INTEGER, _DECIMAL)
_LABEL = Field("label", Texts(), "The name shown to people.")
_LABELS = Field(
    "labels",
    MapOf(ValueName(), Texts(), "labels by value"),
    "The names of values, levels or nodes shown to people.",
)
_UNIT = Field("unit", Phrase("a unit", longest=50), "What the numbers count.")
_STATE = Field("state", Flag(), "Whether the community is *in* one of the values, such as a stage.")
_DECLARED_BY = Field("declared_by", DECLARED_BY, "The power that declaring a value needs.")
_DERIVE = Field("derive", DERIVATION, "How the value is computed from another field of the event.")


def _check(found: Found) -> None:
    reading = found.reading
    is_number = _kind(found) in {"integer", "decimal"}
    if not is_number and _UNIT.name in found.node.entries:
        reading.error(found.at(_UNIT), tell("only numbers have a `unit`"))
    if is_number and _LABELS.name in found.node.entries:
        reading.error(found.at(_LABELS), tell("only named values have `labels`"))
    if is_number and _DERIVE.name in found.node.entries:
        reading.error(found.at(_DERIVE), tell("only named values can be derived"))
    if found.get(_STATE) and found.get(_DERIVE) is not None:
        reading.error(found.at(_DERIVE), tell("a dimension is either a state or derived, not both"))
    if found.get(_DERIVE) is not None and found.get(_DECLARED_BY) is not None:
        reading.error(
            found.at(_DECLARED_BY), tell("what is derived from another field cannot be declared")
        )
    if not is_number:
        _check_labels(found)
    _check_declared(found)


def _check_declared(found: Found) -> None:
    """Refuse values that the dimension does not have; a number is declared by one power."""
    names, node, rule = frozenset(_names(found)), found.at(_DECLARED_BY), found.get(_DECLARED_BY)
    for name in () if rule is None else rule.powers:
        if name not in names and isinstance(node, MappingNode):
            message = tell(
                "{found} has no value {name}", found=in_ticks(found.name), name=in_ticks(name)
            )
            known = (*names, EVERY_OTHER)
            help_ = found.reading.problems.suggestion(name, known, f"declared {found.name}")
            expected = one_of(known)
            found.reading.error(node.entries[name][0], message, expected=expected, help=help_)


def _check_labels(found: Found) -> None:
    names = frozenset(_names(found))
    node = found.at(_LABELS)
    labels = found.get(_LABELS) or {}
    for name in labels:
        if name not in names and isinstance(node, MappingNode):
            key = node.entries[name][0]
            help_ = found.reading.problems.suggestion(name, names, f"value of {found.name}")
            message = tell(
                "{found} has no value {name}", found=in_ticks(found.name), name=in_ticks(name)
            )
            found.reading.error(key, message, expected=one_of(names), help=help_)


def _kind(found: Found) -> DimensionKind:
    kinds: tuple[tuple[Field[object], DimensionKind], ...] = (
        (_VALUES, "values"),
        (_SCALE, "scale"),
        (_TREE, "tree"),
        (_INTEGER, "integer"),
    )
    return next((kind for field, kind in kinds if found.get(field) is not None), "decimal")


def _names(found: Found) -> tuple[str, ...]:
    tree = found.get(_TREE)
    return tuple(tree.nodes) if tree is not None else found.get(_VALUES) or found.get(_SCALE) or ()


def _build(found: Found) -> WrittenDimension:
    kind = _kind(found)
    labels: Mapping[str, Text] = found.get(_LABELS) or {}
    tree = found.get(_TREE)
    bounds = found.get(_INTEGER) or found.get(_DECIMAL)
    low, high = (bounds.minimum, bounds.maximum) if bounds is not None else (Decimal(0), Decimal(0))
    is_exact = kind == "decimal"
    dimension = Dimension(
        found.name,
        kind,
        found.span(),
        label=found.get(_LABEL),
        labels=labels,
        values=tuple(tree.leaves)
        if tree is not None
        else found.get(_VALUES) or found.get(_SCALE) or (),
        nodes=tree.nodes if tree is not None else {},
        parents=tree.parents if tree is not None else {},
        minimum=low if is_exact else int(low),
        maximum=high if is_exact else int(high),
        unit=found.get(_UNIT),
        state=bool(found.get(_STATE)),
        declared_by=found.get(_DECLARED_BY),
    )
    return WrittenDimension(dimension, found.get(_DERIVE))


DIMENSION = Record(
    "a dimension",
    "One direction of the event space: values, a scale, a tree, whole numbers or decimals.",
    (*_KINDS, _LABEL, _LABELS, _UNIT, _STATE, _DECLARED_BY, _DERIVE),
    _build,
    check=_check,
    shape=Shape(exactly_one=_KINDS),
)
