"""Types of texts: those shown to people, and those taken as they stand."""

from __future__ import annotations

import re
from decimal import Decimal

from remit.engine.language.model.base import INVALID, Definitions, Invalid, Json, Reading, Type
from remit.engine.language.model.names import quote_help
from remit.engine.language.yaml_nodes import MappingNode, Node, ScalarNode
from remit.engine.language.yaml_scalars import is_text, scalar_value
from remit.engine.texts import Text
from remit.engine.wording import tell, tell_marked

__all__ = ["LANGUAGE_PATTERN", "Phrase", "Texts"]

LANGUAGE_PATTERN = r"^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$"
LONGEST_TEXT = 10_000
"""Characters of a text for people."""

_LANGUAGE = re.compile(LANGUAGE_PATTERN[1:-1])


class Phrase(Type[str]):
    """A text that is not translated: a channel, an address, a unit.

    Args:
        what: what it is, with its article.
        numbers: whether a number may stand without quotes; it is taken as written.
        pattern: what all of it must look like, in ECMA-262; with `expected` to say so.
    """

    def __init__(
        self,
        what: str,
        *,
        numbers: bool = False,
        pattern: str = "",
        expected: str = "",
        longest: int = 500,
    ) -> None:
        self.what = what
        self.numbers = numbers
        self.pattern = pattern
        self.expected = expected
        self.longest = longest
        self._compiled = re.compile(pattern[1:-1]) if pattern else None

    def read(self, node: Node, reading: Reading) -> str | Invalid:
        """Return the text as written."""
        if not isinstance(node, ScalarNode) or not self._is_allowed(node):
            return reading.wrong(
                node, self.what, self.expected, "" if self.numbers else quote_help(node)
            )
        text = node.text
        if not text or text.isspace():
            return reading.error(
                node,
                tell("{what} is empty", what=tell_marked(self.what)),
                expected=tell_marked(self.expected),
            )
        if len(text) > self.longest:
            return reading.error(
                node,
                tell(
                    "{what} has more than {longest} characters",
                    what=tell_marked(self.what),
                    longest=self.longest,
                ),
            )
        if self._compiled is not None and not self._compiled.fullmatch(text):
            return reading.wrong(node, self.what, self.expected)
        return text

    def _is_allowed(self, node: ScalarNode) -> bool:
        if is_text(node):
            return True
        value = scalar_value(node)
        return self.numbers and isinstance(value, int | Decimal) and not isinstance(value, bool)

    def schema(self, definitions: Definitions) -> Json:  # noqa: ARG002 - the signature of `Type`
        """Return the schema of the text."""
        found: Json = {
            "type": ["string", "number"] if self.numbers else "string",
            "maxLength": self.longest,
        }
        found["pattern"] = self.pattern or r"\S"
        return found


class Texts(Type[Text]):
    """A text for people: a string, or a map of languages."""

    def read(self, node: Node, reading: Reading) -> Text | Invalid:
        """Return the text in its languages."""
        if type(node) is ScalarNode:
            text = self._one(node, reading)
            return INVALID if isinstance(text, Invalid) else Text((("", text),))
        if not isinstance(node, MappingNode):
            return reading.wrong(
                node,
                tell("a text"),
                tell("a text, or a map of languages as `{{en: ..., zh: ...}}`"),
            )
        if not node.entries:
            return reading.error(
                node,
                tell("a text is missing here"),
                expected=tell("a map of languages as `{{en: ..., zh: ...}}`"),
            )
        found: list[tuple[str, str]] = []
        for language, (key, value) in node.entries.items():
            if not _LANGUAGE.fullmatch(language):
                reading.wrong(
                    key, tell("a language"), tell("a language code such as `en`, `zh` or `zh-hant`")
                )
            text = self._one(value, reading)
            if not isinstance(text, Invalid):
                found.append((language, text))
        return Text(tuple(found)) if found else INVALID

    def _one(self, node: Node, reading: Reading) -> str | Invalid:
        if not isinstance(node, ScalarNode) or not is_text(node):
            return reading.wrong(node, tell("a text"), help=quote_help(node))
        if len(node.text) > LONGEST_TEXT:
            return reading.error(
                node,
                tell("a text has at most {longest_text} characters", longest_text=LONGEST_TEXT),
            )
        if not node.text or node.text.isspace():
            return reading.error(
                node, tell("a text is empty"), help=tell("write it, or leave the key out")
            )
        return node.text

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of a text."""
        line: Json = {"type": "string", "pattern": r"\S", "maxLength": LONGEST_TEXT}
        return definitions.refer(
            "text",
            lambda: {
                "description": "A text for people, in one language or by language code.",
                "anyOf": [
                    line,
                    {
                        "type": "object",
                        "minProperties": 1,
                        "propertyNames": {"pattern": LANGUAGE_PATTERN},
                        "additionalProperties": line,
                    },
                ],
            },
        )
