"""Derived dimensions: a value computed from the time of the event or from another dimension."""

from __future__ import annotations

import re
from dataclasses import dataclass

from remit.engine.flaws import did_you_mean
from remit.engine.intervals import Cut, IntervalSet
from remit.engine.model.base import INVALID, Definitions, Invalid, Json, Reading, Type
from remit.engine.model.regions import constraint_form, constraint_schema, read_constraint
from remit.engine.model.terms import Terms
from remit.engine.model.words import Identifier, ValueName
from remit.engine.problems import in_ticks, one_of
from remit.engine.spans import Related
from remit.engine.vocabulary import Derivation, Dimension
from remit.engine.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode

__all__ = ["DERIVATION", "DerivationType", "WrittenDerivation", "read_derivation"]

TIME = "time"
ELSE = "else"
DAY_SECONDS = 86_400
_CLOCK = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?|24:00(?::00)?)"
STRETCH_PATTERN = rf"^(?:{_CLOCK}\.\.<?{_CLOCK}|{_CLOCK}\.\.|\.\.<?{_CLOCK})$"
_STRETCH = re.compile(rf"(?P<low>{_CLOCK})?\.\.(?P<open><?)(?P<high>{_CLOCK})?")
_EXPECTED = "times of day as `07:00..<19:00`; past midnight as `19:00..<07:00`"


@dataclass(frozen=True, slots=True)
class WrittenDerivation:
    """A derivation whose form was read; its meaning needs all dimensions."""

    node: MappingNode
    reading: Reading


class DerivationType(Type[WrittenDerivation]):
    """`from` names the source; every other key is a value of the dimension with the part of the
    source that gives it.
    """

    def read(self, node: Node, reading: Reading) -> WrittenDerivation | Invalid:
        """Return the derivation, checked for form."""
        if not isinstance(node, MappingNode):
            return reading.wrong(
                node, "a derivation", 'a map as `{from: time, day: "07:00..<19:00", night: else}`'
            )
        source = node.entries.get("from")
        if source is None:
            return reading.error(
                node, "a derivation needs `from`", expected="`time`, or the name of a dimension"
            )
        name = Identifier("the source of a derivation").read(source[1], reading)
        if isinstance(name, Invalid):
            return INVALID
        if len(node.entries) < 2:  # noqa: PLR2004 - `from` and one value
            return reading.error(
                node, "a derivation gives no value", expected="a value with its part of the source"
            )
        is_whole = True
        for key, (written, value) in node.entries.items():
            if key != "from":
                word = ScalarNode(written.text, False, written.start, written.end)
                is_whole = not isinstance(ValueName().read(word, reading), Invalid) and is_whole
                is_whole = _has_form(name, value, reading) and is_whole
        return WrittenDerivation(node, reading) if is_whole else INVALID

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of a derivation."""
        stretch: Json = {"type": "string", "pattern": STRETCH_PATTERN}
        times: Json = {
            "anyOf": [{"const": ELSE}, stretch, {"type": "array", "minItems": 1, "items": stretch}]
        }
        others: Json = constraint_schema(definitions)
        name = Identifier().schema(definitions)
        return definitions.refer(
            "derivation",
            lambda: {
                "type": "object",
                "description": "How the value is computed: the source, and the part of it that gives each value.",
                "required": ["from"],
                "minProperties": 2,
                "propertyNames": name,
                "properties": {"from": {**name, "description": "`time`, or another dimension."}},
                "if": {"properties": {"from": {"const": TIME}}},
                "then": {"properties": {"from": True}, "additionalProperties": times},
                "else": {"properties": {"from": True}, "additionalProperties": others},
            },
        )


DERIVATION = DerivationType()


def read_derivation(
    written: WrittenDerivation, dimension: Dimension, terms: Terms
) -> Derivation | Invalid:
    """Return how `dimension` is derived, with names and sets that exist; no two values share a part
    of the source.
    """
    node, reading = written.node, written.reading
    source = node.entries["from"][1]
    assert isinstance(source, ScalarNode)
    if not _is_source(source, dimension, terms, reading):
        return INVALID
    inner = Reading(reading.source, reading.problems, reading.references, terms)
    rules: list[tuple[str, IntervalSet, Node]] = []
    otherwise: str | None = None
    is_whole = True
    for name, (key, value) in node.entries.items():
        if name == "from":
            continue
        if name not in (dimension.nodes or dimension.values):
            names = dimension.nodes or dimension.values
            help_ = did_you_mean(name, (*names, "from"))
            reading.error(
                key,
                f"`{dimension.name}` has no value {in_ticks(name)}",
                expected=one_of(names),
                help=help_,
            )
            is_whole = False
        elif isinstance(value, ScalarNode) and value.text == ELSE:
            is_whole = _is_only_else(otherwise, value, reading) and is_whole
            otherwise = name
        else:
            allowed = _allowed(source, value, inner)
            if isinstance(allowed, Invalid):
                is_whole = False
            elif allowed is not None:
                is_whole = _is_apart(name, allowed, value, rules, reading) and is_whole
                rules.append((name, allowed, value))
    if not is_whole:
        return INVALID
    plain = tuple((name, allowed) for name, allowed, _ in rules)
    return Derivation(source.text, plain, otherwise, reading.span(node))


def _is_source(source: ScalarNode, dimension: Dimension, terms: Terms, reading: Reading) -> bool:
    name = source.text
    if not dimension.is_named:
        reading.error(source, f"`{dimension.name}` cannot be derived: its values have no names")
        return False
    if name == dimension.name:
        reading.error(
            source,
            f"`{name}` cannot be derived from itself",
            expected="`time`, or another dimension",
        )
        return False
    if name != TIME and name not in terms.dimensions and not terms.is_excused(name):
        names = (TIME, *terms.dimensions)
        help_ = did_you_mean(name, names)
        reading.error(
            source, f"there is no dimension {in_ticks(name)}", expected=one_of(names), help=help_
        )
        return False
    return True


def _is_only_else(otherwise: str | None, value: Node, reading: Reading) -> bool:
    if otherwise is None:
        return True
    reading.error(
        value, f"`else` already gives {in_ticks(otherwise)}", help="only one value can be the rest"
    )
    return False


def _is_apart(
    name: str,
    allowed: IntervalSet,
    value: Node,
    rules: list[tuple[str, IntervalSet, Node]],
    reading: Reading,
) -> bool:
    for other, taken, place in rules:
        if allowed & taken:
            reading.error(
                value,
                f"this overlaps the rule for {in_ticks(other)}",
                help=f"a part of the source gives one value; narrow {in_ticks(name)} or {in_ticks(other)}",
                related=(Related(reading.span(place), f"{in_ticks(other)} is given here"),),
            )
            return False
    return True


def _has_form(source: str, value: Node, reading: Reading) -> bool:
    if isinstance(value, ScalarNode) and value.text == ELSE:
        return True
    if source != TIME:
        return not isinstance(constraint_form(value, reading), Invalid)
    items = value.items if isinstance(value, SequenceNode) and value.items else [value]
    wrong = [
        item
        for item in items
        if not isinstance(item, ScalarNode) or not re.fullmatch(STRETCH_PATTERN[1:-1], item.text)
    ]
    for item in wrong:
        reading.wrong(item, "a part of the day", _EXPECTED)
    return not wrong


def _allowed(source: ScalarNode, value: Node, reading: Reading) -> IntervalSet | Invalid | None:
    if source.text != TIME:
        return read_constraint(source, value, reading)
    items = value.items if isinstance(value, SequenceNode) else [value]
    parts = [_stretch(item, reading) for item in items if isinstance(item, ScalarNode)]
    good = [part for part in parts if not isinstance(part, Invalid)]
    return (
        IntervalSet.of(*(s for part in good for s in part.stretches))
        if len(good) == len(parts)
        else INVALID
    )


def _stretch(node: ScalarNode, reading: Reading) -> IntervalSet | Invalid:
    found = _STRETCH.fullmatch(node.text)
    assert found is not None
    low = _seconds(found["low"]) if found["low"] else 0
    high = _seconds(found["high"]) + (not found["open"]) if found["high"] else DAY_SECONDS
    high = min(high, DAY_SECONDS)
    if low == DAY_SECONDS or high == 0 or low == high:
        return reading.error(node, f"{in_ticks(node.text)} is empty", expected=_EXPECTED)
    if low < high:
        return IntervalSet.indexes(low, high)
    return IntervalSet.of((Cut(low), Cut(DAY_SECONDS)), (Cut(0), Cut(high)))


def _seconds(text: str) -> int:
    hours, minutes, seconds = (*(int(part) for part in text.split(":")), 0)[:3]
    return hours * 3600 + minutes * 60 + seconds
