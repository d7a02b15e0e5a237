"""What a field of an incoming message must be."""

from __future__ import annotations

import re
from decimal import Decimal

from remit.engine.literals import NUMBER_PATTERN
from remit.engine.model.base import INVALID, Definitions, Invalid, Json, Reading, Type
from remit.engine.model.words import Phrase
from remit.engine.pack import FieldTest
from remit.engine.problems import in_ticks
from remit.engine.spans import Span
from remit.engine.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode
from remit.engine.yaml_scalars import scalar_value

__all__ = ["FIELD_NAME", "FIELD_TESTS", "FieldTestsType"]

LONGEST = 500
_PRINTED = r"^[A-Za-z_][A-Za-z0-9_.:-]*$"
FIELD_NAME = Phrase(
    "a field of a message",
    pattern=_PRINTED,
    expected="a name of letters, digits, `_`, `.`, `:` and `-`",
    longest=100,
)
_COMPARISON = re.compile(rf"(?P<sign>>=|<=|>|<) *(?P<end>{NUMBER_PATTERN})")
_RANGE = re.compile(rf"(?P<low>{NUMBER_PATTERN})? *\.\. *(?P<open><?) *(?P<high>{NUMBER_PATTERN})?")
_EXPECTED = 'a text, a list of texts, a number, `">= 3"`, a range such as `3..7`, or `{not: ...}`'


class FieldTestsType(Type[tuple[FieldTest, ...]]):
    """A map from fields of a message to what they must be; all must hold."""

    def read(self, node: Node, reading: Reading) -> tuple[FieldTest, ...] | Invalid:
        """Return the tests, in the order written."""
        if not isinstance(node, MappingNode):
            return reading.wrong(node, "a map of fields", "a map as `{symptom: fever}`")
        found: list[FieldTest] = []
        for key, value in node.entries.values():
            name = FIELD_NAME.read(ScalarNode(key.text, False, key.start, key.end), reading)
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
        plain: Json = {"anyOf": [text, {"type": "array", "minItems": 1, "items": text}]}
        test = definitions.refer(
            "field-test",
            lambda: {
                "description": "What a field must be: a text, any of several, a number, a range, or `{not: ...}`.",
                "anyOf": [
                    *_parts(plain),
                    {
                        "type": "object",
                        "required": ["not"],
                        "additionalProperties": False,
                        "properties": {"not": plain},
                    },
                ],
            },
        )
        return {
            "type": "object",
            "propertyNames": {"pattern": _PRINTED, "maxLength": 100},
            "additionalProperties": test,
        }


FIELD_TESTS = FieldTestsType()


def _parts(schema: Json) -> list[object]:
    parts = schema["anyOf"]
    assert isinstance(parts, list)
    return parts


def _read(name: str, node: Node, reading: Reading) -> FieldTest | Invalid:
    if isinstance(node, MappingNode):
        inner = node.value("not")
        if inner is None or len(node.entries) > 1 or isinstance(inner, MappingNode):
            return reading.error(
                node, "this is no test of a field", expected=_EXPECTED, found="a map"
            )
        return _read_plain(name, inner, reading, is_negated=True, span=reading.span(node))
    return _read_plain(name, node, reading, is_negated=False, span=reading.span(node))


def _read_plain(
    name: str, node: Node, reading: Reading, *, is_negated: bool, span: Span
) -> FieldTest | Invalid:
    if isinstance(node, SequenceNode):
        if not node.items:
            return reading.error(node, "an empty list allows nothing", expected=_EXPECTED)
        texts = [_text(item, reading) for item in node.items]
        good = tuple(text for text in texts if not isinstance(text, Invalid))
        return (
            FieldTest(name, good, span, negated=is_negated) if len(good) == len(texts) else INVALID
        )
    text = _text(node, reading)
    if isinstance(text, Invalid) or not isinstance(node, ScalarNode):
        return INVALID
    value = scalar_value(node)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return FieldTest(name, (), span, Decimal(value), Decimal(value), negated=is_negated)
    found = _COMPARISON.fullmatch(text)
    if found is not None:
        return _comparison(name, found, span, is_negated=is_negated)
    bounds = _RANGE.fullmatch(text)
    if (
        bounds is not None
        and (bounds["low"] or bounds["high"])
        and not (bounds["open"] and not bounds["high"])
    ):
        return _range(name, bounds, node, reading, is_negated=is_negated, span=span)
    return FieldTest(name, (text,), span, negated=is_negated)


def _comparison(name: str, found: re.Match[str], span: Span, *, is_negated: bool) -> FieldTest:
    end = Decimal(found["end"])
    is_open = len(found["sign"]) == 1
    if found["sign"].startswith(">"):
        return FieldTest(name, (), span, low=end, low_open=is_open, negated=is_negated)
    return FieldTest(name, (), span, high=end, high_open=is_open, negated=is_negated)


def _range(
    name: str, found: re.Match[str], node: Node, reading: Reading, *, is_negated: bool, span: Span
) -> FieldTest | Invalid:
    low = Decimal(found["low"]) if found["low"] else None
    high = Decimal(found["high"]) if found["high"] else None
    is_open = bool(found["open"])
    if (
        low is not None
        and high is not None
        and (high < low or (is_open and high == low))
        and reading.terms is not None
    ):
        what = "reversed" if high < low else "empty"
        return reading.error(
            node, f"the range {in_ticks(found[0])} is {what}", expected="the lower number first"
        )
    return FieldTest(name, (), span, low=low, high=high, high_open=is_open, negated=is_negated)


def _text(node: Node, reading: Reading) -> str | Invalid:
    if not isinstance(node, ScalarNode) or scalar_value(node) is None:
        return reading.wrong(node, "a test of a field", _EXPECTED)
    if not node.text or node.text.isspace():
        return reading.error(node, "a text is empty", expected=_EXPECTED)
    if len(node.text) > LONGEST:
        return reading.error(node, f"a text here has at most {LONGEST} characters")
    return node.text
