"""Events written in YAML: what a test is given, what a signal raises, and the state of a pack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from remit.engine.events import Event
from remit.engine.language.event_fields import (
    IDENTITY_LIMIT,
    TIME_PATTERN,
    event_value,
    read_identity,
    read_time,
)
from remit.engine.language.flaws import FlawError
from remit.engine.language.literals import DAY_PATTERN, read_day
from remit.engine.language.model.base import INVALID, Definitions, Invalid, Json, Reading, Type
from remit.engine.language.model.composed import as_word
from remit.engine.language.model.lexicon import values_schema
from remit.engine.language.model.names import Identifier, ValueName
from remit.engine.language.model.regions import report_flaws
from remit.engine.language.problems import in_ticks, one_of
from remit.engine.language.yaml_nodes import MappingNode, Node, ScalarNode
from remit.engine.language.yaml_scalars import plain_value, scalar_value
from remit.engine.vocabulary import DATE, Dimension, Value
from remit.engine.wording import tell

__all__ = ["EVENT", "STATE", "EventType", "StateType"]


class EventType(Type[Event]):
    """One value a dimension; `date`, `time` and `id` too."""

    def read(self, node: Node, reading: Reading) -> Event | Invalid:
        """Return the event."""
        if not isinstance(node, MappingNode):
            return reading.wrong(node, tell("an event"), tell("a map as `{{dimension: value}}`"))
        values: dict[str, Value] = {}
        time: dt.datetime | None = None
        identity: str | None = None
        is_whole = True
        for name, (key, value) in node.entries.items():
            try:
                if name == "time":
                    time = read_time(plain_value(value))
                elif name == "id":
                    identity = read_identity(plain_value(value))
                else:
                    found = _value(key, value, reading)
                    is_whole = is_whole and not isinstance(found, Invalid)
                    if found is not None and not isinstance(found, Invalid):
                        values[name] = found
            except FlawError as error:
                report_flaws(error.flaws, value, reading)
                is_whole = False
        return Event(values, time, identity) if is_whole else INVALID

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of an event."""
        return definitions.refer("event", lambda: event_schema(definitions))


class StateType(Type[Mapping[str, Value]]):
    """The current value of dimensions that have `state: true`."""

    def read(self, node: Node, reading: Reading) -> Mapping[str, Value] | Invalid:
        """Return the values by dimension."""
        if not isinstance(node, MappingNode):
            return reading.wrong(node, tell("a state"), tell("a map as `{{dimension: value}}`"))
        values: dict[str, Value] = {}
        for name, (key, value) in node.entries.items():
            dimension = None if reading.terms is None else reading.terms.dimensions.get(name)
            if dimension is not None and not dimension.state:
                help_ = tell("add `state: true` to the dimension, or remove it here")
                reading.error(
                    key, tell("{name} is not a state dimension", name=in_ticks(name)), help=help_
                )
                continue
            found = _value(key, value, reading)
            if found is not None and not isinstance(found, Invalid):
                values[name] = found
        return values

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of a state."""
        if definitions.lexicon is not None:
            states = (one for one in definitions.lexicon.dimensions.values() if one.state)
            return {
                "type": "object",
                "properties": values_schema(states),
                "additionalProperties": False,
            }
        return {
            "type": "object",
            "propertyNames": Identifier().schema(definitions),
            "additionalProperties": _value_schema(definitions),
        }


_DIMENSION = Identifier("the name of a dimension")
_VALUE = ValueName()

EVENT = EventType()
STATE = StateType()


def event_schema(definitions: Definitions) -> Json:
    """Return the schema of an event as an object of its own."""
    found: Json = {
        "type": "object",
        "description": "One value a dimension, as far as they are known.",
        "propertyNames": Identifier().schema(definitions),
        "properties": {
            DATE: {
                "type": "string",
                "format": "date",
                "pattern": f"^{DAY_PATTERN}$",
                "description": "The day.",
            },
            "time": {
                "type": "string",
                "pattern": TIME_PATTERN,
                "description": "When it happened, with the offset from UTC.",
            },
            "id": {
                "type": "string",
                "pattern": r"\S",
                "maxLength": IDENTITY_LIMIT,
                "description": "The sender's own name for it.",
            },
        },
    }
    if definitions.lexicon is None:
        return {**found, "additionalProperties": _value_schema(definitions)}
    values = values_schema(definitions.lexicon.dimensions.values())
    given = found["properties"]
    return {
        **found,
        "properties": {**values, **(given if isinstance(given, dict) else {})},
        "additionalProperties": False,
    }


def _value_schema(definitions: Definitions) -> Json:
    name = ValueName().schema(definitions)
    return definitions.refer(
        "value",
        lambda: {
            "anyOf": [name, {"type": "number"}],
            "description": "A value, level, node or number.",
        },
    )


def _value(key: ScalarNode, value: Node, reading: Reading) -> Value | Invalid | None:
    """Return one value; `None` where its form is right and no more can be told."""
    terms = reading.terms
    dimension: Dimension | None = None if terms is None else terms.dimensions.get(key.text)
    if dimension is not None:
        try:
            return event_value(dimension, plain_value(value))
        except FlawError as error:
            return report_flaws(error.flaws, value, reading)
    if terms is None or terms.is_excused(key.text):
        return _form(key, value, reading)
    names = (*terms.dimensions, "time", "id")
    return reading.error(
        key,
        tell("there is no dimension {text}", text=in_ticks(key.text)),
        expected=one_of(names),
        help=reading.problems.suggestion(key.text, names, "event field"),
    )


def _form(key: ScalarNode, value: Node, reading: Reading) -> Invalid | None:
    name = _DIMENSION.read(as_word(key), reading)
    raw = scalar_value(value) if isinstance(value, ScalarNode) else None
    if key.text == DATE and (not isinstance(raw, str) or read_day(raw) is None):
        return reading.wrong(value, tell("a day"), tell("a day as `2026-11-23`"))
    is_number = isinstance(raw, int | Decimal) and not isinstance(raw, bool)
    is_right = is_number or not isinstance(_VALUE.read(value, reading), Invalid)
    return None if is_right and not isinstance(name, Invalid) else INVALID
