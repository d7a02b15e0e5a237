"""Derived dimensions: a value computed from the time of the event or from another dimension."""

from __future__ import annotations

from dataclasses import dataclass

from remit.engine.intervals import IntervalSet
from remit.engine.language.model.base import INVALID, Definitions, Invalid, Json, Reading, Type
from remit.engine.language.model.composed import as_word
from remit.engine.language.model.day_parts import day_part_schema, has_day_form, read_day_part
from remit.engine.language.model.names import Identifier, ValueName
from remit.engine.language.model.regions import constraint_form, constraint_schema, read_constraint
from remit.engine.language.model.terms import Terms
from remit.engine.language.problems import did_you_mean, in_ticks, one_of
from remit.engine.language.yaml_nodes import MappingNode, Node, ScalarNode
from remit.engine.spans import Related
from remit.engine.vocabulary import Derivation, Dimension
from remit.engine.wording import tell

__all__ = ["DERIVATION", "DerivationType", "WrittenDerivation", "read_derivation"]

MOST_RULES = 500
"""Values that one derivation may give; each is held against each."""

FROM = "from"
TIME = "time"
ELSE = "else"
_SOURCE = Identifier("the source of a derivation")
_VALUE = ValueName()


@dataclass(frozen=True, slots=True)
class WrittenDerivation:
    """A derivation whose form was read; its meaning needs all dimensions."""

    source: ScalarNode
    node: MappingNode
    reading: Reading


class DerivationType(Type[WrittenDerivation]):
    """A map: `from` names the source; each other key is a value, with the part that gives it."""

    def read(self, node: Node, reading: Reading) -> WrittenDerivation | Invalid:
        """Return the derivation, checked for form."""
        if not isinstance(node, MappingNode):
            expected = tell('a map as `{{from: time, day: "07:00..<19:00", night: else}}`')
            return reading.wrong(node, tell("a derivation"), expected)
        source = node.value(FROM)
        if source is None:
            expected = tell("`time`, or the name of a dimension")
            return reading.error(node, tell("a derivation needs `from`"), expected=expected)
        name = _SOURCE.read(source, reading)
        if isinstance(name, Invalid) or not isinstance(source, ScalarNode):
            return INVALID
        if len(node.entries) > MOST_RULES:
            return reading.error(
                node, tell("a derivation has at most {most_rules} rules", most_rules=MOST_RULES)
            )
        if len(node.entries) == 1:
            expected = tell("a value with its part of the source")
            return reading.error(node, tell("a derivation gives no value"), expected=expected)
        is_whole = True
        for key, value in node.entries.values():
            if key.text != FROM:
                is_named = not isinstance(_VALUE.read(as_word(key), reading), Invalid)
                is_whole = _has_form(name, value, reading) and is_named and is_whole
        return WrittenDerivation(source, node, reading) if is_whole else INVALID

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of a derivation."""
        others = constraint_schema(definitions)
        name = Identifier().schema(definitions)
        return definitions.refer(
            "derivation",
            lambda: {
                "type": "object",
                "description": "The source, and for each value the part of it that gives it.",
                "required": [FROM],
                "minProperties": 2,
                "maxProperties": MOST_RULES,
                "propertyNames": name,
                "properties": {FROM: {**name, "description": "`time`, or another dimension."}},
                "if": {"properties": {FROM: {"const": TIME}}},
                "then": {
                    "properties": {FROM: True},
                    "additionalProperties": {"anyOf": [{"const": ELSE}, day_part_schema()]},
                },
                "else": {"properties": {FROM: True}, "additionalProperties": others},
            },
        )


DERIVATION = DerivationType()


def read_derivation(
    written: WrittenDerivation, dimension: Dimension, terms: Terms
) -> Derivation | Invalid:
    """Return how `dimension` is derived, with names and sets that exist.

    No two values share a part of the source, and at most one is the rest.
    """
    if not _is_source(written, dimension, terms):
        return INVALID
    reading = Reading(
        written.reading.source, written.reading.problems, written.reading.references, terms
    )
    rules: list[tuple[ScalarNode, IntervalSet, Node]] = []
    rest: list[ScalarNode] = []
    is_whole = True
    for key, value in written.node.entries.values():
        if key.text == FROM:
            continue
        if not _is_value(key, dimension, reading):
            is_whole = False
        elif isinstance(value, ScalarNode) and value.text == ELSE:
            rest.append(key)
        else:
            allowed = _allowed(written.source, value, reading)
            if allowed is not None and not isinstance(allowed, Invalid):
                rules.append((key, allowed, value))
            is_whole = is_whole and not isinstance(allowed, Invalid)
    if not _are_apart(rules, reading) or not _is_one_rest(rest, reading) or not is_whole:
        return INVALID
    order = {name: rank for rank, name in enumerate(dimension.nodes or dimension.values)}
    plain = sorted(((key.text, allowed) for key, allowed, _ in rules), key=lambda r: order[r[0]])
    otherwise = rest[0].text if rest else None
    span = reading.span(written.node)
    return Derivation(written.source.text, tuple(plain), otherwise, span)


def _is_source(written: WrittenDerivation, dimension: Dimension, terms: Terms) -> bool:
    source, reading = written.source, written.reading
    name = source.text
    if not dimension.is_named:
        message = tell(
            "`{dimension}` cannot be derived: its values have no names", dimension=dimension.name
        )
        reading.error(source, message)
    elif name == dimension.name:
        message = tell("`{name}` cannot be derived from itself", name=name)
        reading.error(source, message, expected=tell("`time`, or another dimension"))
    elif name != TIME and name not in terms.dimensions and not terms.is_excused(name):
        names = (TIME, *terms.dimensions)
        reading.error(
            source,
            tell("there is no dimension {name}", name=in_ticks(name)),
            expected=one_of(names),
            help=did_you_mean(name, names),
        )
    else:
        return True
    return False


def _is_value(key: ScalarNode, dimension: Dimension, reading: Reading) -> bool:
    names = dimension.nodes or dimension.values
    if key.text in names:
        return True
    reading.error(
        key,
        tell(
            "`{dimension}` has no value {text}", dimension=dimension.name, text=in_ticks(key.text)
        ),
        expected=one_of(names),
        help=did_you_mean(key.text, (*names, FROM)),
    )
    return False


def _is_one_rest(rest: list[ScalarNode], reading: Reading) -> bool:
    for key in rest[1:]:
        message = tell("`else` already gives {text}", text=in_ticks(rest[0].text))
        reading.error(key, message, help=tell("only one value can be the rest"))
    return len(rest) <= 1


def _are_apart(rules: list[tuple[ScalarNode, IntervalSet, Node]], reading: Reading) -> bool:
    is_whole = True
    for index, (key, allowed, value) in enumerate(rules):
        for other, taken, place in rules[:index]:
            if allowed & taken:
                both = tell(
                    "{one_key} or {other}", one_key=in_ticks(key.text), other=in_ticks(other.text)
                )
                related = Related(
                    reading.span(place), tell("{text} is given here", text=in_ticks(other.text))
                )
                reading.error(
                    value,
                    tell("this overlaps the rule for {text}", text=in_ticks(other.text)),
                    help=tell("a part of the source gives one value; narrow {both}", both=both),
                    related=(related,),
                )
                is_whole = False
    return is_whole


def _has_form(source: str, value: Node, reading: Reading) -> bool:
    if isinstance(value, ScalarNode) and value.text == ELSE:
        return True
    if source == TIME:
        return has_day_form(value, reading)
    return not isinstance(constraint_form(value, reading), Invalid)


def _allowed(source: ScalarNode, value: Node, reading: Reading) -> IntervalSet | Invalid | None:
    if source.text == TIME:
        return read_day_part(value, reading)
    return read_constraint(source, value, reading)
