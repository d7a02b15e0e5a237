"""What a field of an incoming message must be."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from remit.engine.language.literals import NUMBER_PATTERN
from remit.engine.language.model.base import INVALID, Definitions, Invalid, Json, Reading, Type
from remit.engine.language.model.composed import as_word
from remit.engine.language.model.phrases import Phrase
from remit.engine.language.problems import in_ticks
from remit.engine.language.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode
from remit.engine.language.yaml_scalars import scalar_value
from remit.engine.pack import FieldTest
from remit.engine.wording import mark, tell, tell_marked

__all__ = ["FIELD_NAME", "FIELD_TESTS", "FieldTestsType"]

LONGEST = 500
"""Characters of a text that a field is compared with."""

_FIELD_PATTERN = r"^[A-Za-z_][A-Za-z0-9_.:-]*$"
_LONGEST_FIELD = 100
FIELD_NAME = Phrase(
    "a field of a message",
    pattern=_FIELD_PATTERN,
    expected="a name of letters, digits, `_`, `.`, `:` and `-`",
    longest=_LONGEST_FIELD,
)
_COMPARISON = re.compile(rf"(?P<sign>>=|<=|>|<) *(?P<end>{NUMBER_PATTERN})")
_RANGE = re.compile(rf"(?P<low>{NUMBER_PATTERN})? *\.\. *(?P<open><?) *(?P<high>{NUMBER_PATTERN})?")
_EXPECTED = mark(
    'a text, a list of texts, a number, `">= 3"`, a range such as `3..7`, or `{not: ...}` of these'
)


class FieldTestsType(Type[tuple[FieldTest, ...]]):
    """A map from fields of a message to what they must be; all must hold."""

    def read(self, node: Node, reading: Reading) -> tuple[FieldTest, ...] | Invalid:
        """Return the tests, in the order written."""
        if not isinstance(node, MappingNode):
            return reading.wrong(
                node, tell("a map of fields"), tell("a map as `{{symptom: fever}}`")
            )
        found: list[FieldTest] = []
        for key, value in node.entries.values():
            name = FIELD_NAME.read(as_word(key), reading)
            test = _read(key.text, value, reading)
            if not isinstance(name, Invalid) and not isinstance(test, Invalid):
                found.append(test)
        return tuple(found)

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of the tests."""
        text: Json = {
            "type": ["string", "number", "boolean"],
            "pattern": r"\S",
            "maxLength": LONGEST,
        }
        texts: Json = {"type": "array", "minItems": 1, "items": text}
        turned: Json = {
            "type": "object",
            "required": ["not"],
            "additionalProperties": False,
            "properties": {"not": {"anyOf": [text, texts]}},
        }
        test = definitions.refer(
            "field-test",
            lambda: {
                "description": "A text, any of several, a number, a range, or `{not: ...}`.",
                "anyOf": [text, texts, turned],
            },
        )
        return {
            "type": "object",
            "propertyNames": {"pattern": _FIELD_PATTERN, "maxLength": _LONGEST_FIELD},
            "additionalProperties": test,
        }


FIELD_TESTS = FieldTestsType()


def _read(name: str, node: Node, reading: Reading) -> FieldTest | Invalid:
    if not isinstance(node, MappingNode):
        return _read_plain(name, node, reading)
    inner = node.value("not")
    if inner is None or len(node.entries) > 1 or isinstance(inner, MappingNode):
        message = tell("this is no test of a field")
        return reading.error(node, message, expected=tell_marked(_EXPECTED), found=tell("a map"))
    test = _read_plain(name, inner, reading)
    if isinstance(test, Invalid):
        return test
    return replace(test, negated=True, span=reading.span(node))


def _read_plain(name: str, node: Node, reading: Reading) -> FieldTest | Invalid:
    items = node.items if isinstance(node, SequenceNode) else [node]
    if not items:
        return reading.error(
            node, tell("an empty list allows nothing"), expected=tell_marked(_EXPECTED)
        )
    texts = [_text(item, reading) for item in items]
    good = tuple(text for text in texts if not isinstance(text, Invalid))
    if len(good) < len(texts):
        return INVALID
    test = FieldTest(name, good, reading.span(node))
    return _as_number(test, node, reading) if isinstance(node, ScalarNode) else test


def _as_number(test: FieldTest, node: ScalarNode, reading: Reading) -> FieldTest | Invalid:
    """Return the test of a number where a single text is one, compares with one, or is a range."""
    value = scalar_value(node)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return replace(test, texts=(), low=Decimal(value), high=Decimal(value))
    found = _COMPARISON.fullmatch(node.text)
    if found is not None:
        return _comparison(test, found)
    found = _RANGE.fullmatch(node.text)
    if found is None or not (found["high"] or (found["low"] and not found["open"])):
        return test
    return _range(test, found, node, reading)


def _comparison(test: FieldTest, found: re.Match[str]) -> FieldTest:
    end = Decimal(found["end"])
    is_open = len(found["sign"]) == 1
    if found["sign"].startswith(">"):
        return replace(test, texts=(), low=end, low_open=is_open)
    return replace(test, texts=(), high=end, high_open=is_open)


def _range(
    test: FieldTest, found: re.Match[str], node: ScalarNode, reading: Reading
) -> FieldTest | Invalid:
    low = Decimal(found["low"]) if found["low"] else None
    high = Decimal(found["high"]) if found["high"] else None
    is_open = bool(found["open"])
    if reading.terms is not None and low is not None and high is not None:
        if high < low:
            message = tell("the range {text} is reversed", text=in_ticks(node.text))
            return reading.error(node, message, expected=tell("the lower number first"))
        if is_open and high == low:
            message = tell("the range {text} is empty", text=in_ticks(node.text))
            return reading.error(node, message, help=tell("`..<` leaves its end out"))
    return replace(test, texts=(), low=low, high=high, high_open=is_open)


def _text(node: Node, reading: Reading) -> str | Invalid:
    if not isinstance(node, ScalarNode) or scalar_value(node) is None:
        return reading.wrong(node, tell("a test of a field"), _EXPECTED)
    if not node.text or node.text.isspace():
        return reading.error(node, tell("a text is empty"), expected=tell_marked(_EXPECTED))
    if len(node.text) > LONGEST:
        return reading.error(
            node, tell("a text here has at most {longest} characters", longest=LONGEST)
        )
    return node.text
