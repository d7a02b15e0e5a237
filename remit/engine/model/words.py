"""Types written as one word: names, texts, durations, days, times of day, numbers, choices."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache
from typing import Generic, TypeVar

from remit.engine.literals import DAY_PATTERN, read_day
from remit.engine.model.base import INVALID, Definitions, Invalid, Json, Reading, Type
from remit.engine.model.base import Reference as Mention
from remit.engine.problems import in_ticks, one_of
from remit.engine.texts import Text
from remit.engine.yaml_nodes import MappingNode, Node, ScalarNode
from remit.engine.yaml_scalars import scalar_value

__all__ = [
    "IDENTIFIER_PATTERN",
    "Amount",
    "Choice",
    "Day",
    "Duration",
    "Flag",
    "Identifier",
    "Phrase",
    "Reference",
    "Texts",
    "TimeOfDay",
    "ValueName",
    "Whole",
]

IDENTIFIER_PATTERN = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
DUTY_PATTERN = r"^[a-z0-9]+(?:-[a-z0-9]+)*/[a-z0-9]+(?:-[a-z0-9]+)*$"
LANGUAGE_PATTERN = r"^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$"
DURATION_PATTERN = r"^(?=.*[1-9])(?:[0-9]{1,6}d)?(?:[0-9]{1,6}h)?(?:[0-9]{1,6}m)?(?:[0-9]{1,6}s)?$"
TIME_PATTERN = r"^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
LONGEST_IDENTIFIER = 100
LONGEST_TEXT = 10_000

_IDENTIFIER = re.compile(IDENTIFIER_PATTERN[1:-1])
_DUTY = re.compile(DUTY_PATTERN[1:-1])
_LANGUAGE = re.compile(LANGUAGE_PATTERN[1:-1])
_DURATION = re.compile(DURATION_PATTERN[1:-1])
_DURATION_PARTS = re.compile(r"([0-9]+)([dhms])")
_TIME = re.compile(TIME_PATTERN[1:-1])
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
_WORDS_NOT_NAMES = frozenset({"null", "true", "false"})

N = TypeVar("N", bound=str)


def _is_text(node: ScalarNode) -> bool:
    # WHY: nearly every plain scalar of a pack begins with a letter; these three words are all that
    # is not text then.
    if not node.plain:
        return True
    if node.text[:1] in _LETTERS:
        return node.text not in _WORDS_NOT_NAMES
    return isinstance(scalar_value(node), str)


def _quoted(node: Node) -> str:
    return (
        f'write `"{node.text}"` in quotes'
        if isinstance(node, ScalarNode) and node.plain and node.text
        else ""
    )


class Identifier(Type[str]):
    """A name: lower-case ASCII words and digits with hyphens between.

    Args:
        what: the thing named, with its article, for messages.
    """

    def __init__(self, what: str = "a name") -> None:
        self.what = what

    def read(self, node: Node, reading: Reading) -> str | Invalid:
        """Return the name."""
        if type(node) is ScalarNode and _is_text(node):
            text = node.text
            if len(text) <= LONGEST_IDENTIFIER and _IDENTIFIER.fullmatch(text):
                return text
        return self._refuse(node, reading)

    def _refuse(self, node: Node, reading: Reading) -> Invalid:
        form = f"lower-case words, digits and hyphens, at most {LONGEST_IDENTIFIER} characters"
        expected = f"{self.what}: {form}"
        if not isinstance(node, ScalarNode):
            return reading.wrong(node, self.what, expected)
        if not _is_text(node):
            return reading.wrong(node, self.what, expected, _quoted(node))
        folded = "-".join(re.findall(r"[a-z0-9]+", node.text.lower()))
        fits = (
            bool(folded)
            and folded != node.text
            and node.text.isascii()
            and len(folded) <= LONGEST_IDENTIFIER
        )
        return reading.wrong(node, self.what, expected, f"write {in_ticks(folded)}" if fits else "")

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of a name."""
        return definitions.refer(
            "identifier",
            lambda: {
                "type": "string",
                "pattern": IDENTIFIER_PATTERN,
                "maxLength": LONGEST_IDENTIFIER,
                "description": "A name: lower-case words and digits with hyphens between.",
            },
        )


class Reference(Identifier):
    """The name of something declared elsewhere in the pack.

    Args:
        kind: what is named, as `references.py` knows it: `activity`, `subject`, ...
    """

    def __init__(self, kind: str) -> None:
        article = "an" if kind[0] in "aeiou" else "a"
        super().__init__(f"the name of {article} {kind}")
        self.kind = kind

    def read(self, node: Node, reading: Reading) -> str | Invalid:
        """Return the name, and let it be looked up later."""
        name = super().read(node, reading)
        if name is not INVALID and reading.terms is not None:
            reading.references.append(
                Mention(self.kind, str(name), reading.source, node.start, node.end)
            )
        return name


class DutyName(Type[str]):
    """The full name of a duty, `subject/duty`."""

    def read(self, node: Node, reading: Reading) -> str | Invalid:
        """Return the name, and let it be looked up later."""
        if not isinstance(node, ScalarNode) or not _is_text(node) or not _DUTY.fullmatch(node.text):
            return reading.wrong(node, "the full name of a duty", "`subject/duty`")
        if reading.terms is not None:
            reading.references.append(
                Mention("duty", node.text, reading.source, node.start, node.end)
            )
        return node.text

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of a duty's full name."""
        return definitions.refer(
            "duty-name",
            lambda: {
                "type": "string",
                "pattern": DUTY_PATTERN,
                "description": "A duty in full: `subject/duty`.",
            },
        )


class ValueName(Type[str]):
    """The name of a value, level or leaf; a whole number may stand without quotes."""

    name = Identifier("the name of a value")

    def read(self, node: Node, reading: Reading) -> str | Invalid:
        """Return the name."""
        if not isinstance(node, ScalarNode):
            return self.name.read(node, reading)
        value = scalar_value(node)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return str(value)
        return self.name.read(node, reading)

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of a value's name."""
        name = Identifier().schema(definitions)
        return definitions.refer(
            "value-name",
            lambda: {
                "anyOf": [name, {"type": "integer", "minimum": 0}],
                "description": "The name of a value.",
            },
        )


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
                node, self.what, self.expected, "" if self.numbers else _quoted(node)
            )
        text = node.text
        if not text or text.isspace():
            return reading.error(node, f"{self.what} is empty", expected=self.expected)
        if len(text) > self.longest:
            return reading.error(node, f"{self.what} has more than {self.longest} characters")
        if self._compiled is not None and not self._compiled.fullmatch(text):
            return reading.wrong(node, self.what, self.expected)
        return text

    def _is_allowed(self, node: ScalarNode) -> bool:
        if _is_text(node):
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
                node, "a text", "a text, or a map of languages as `{en: ..., zh: ...}`"
            )
        if not node.entries:
            return reading.error(
                node,
                "a text is missing here",
                expected="a map of languages as `{en: ..., zh: ...}`",
            )
        found: list[tuple[str, str]] = []
        for language, (key, value) in node.entries.items():
            if not _LANGUAGE.fullmatch(language):
                reading.wrong(key, "a language", "a language code such as `en`, `zh` or `zh-hant`")
            text = self._one(value, reading)
            if not isinstance(text, Invalid):
                found.append((language, text))
        return Text(tuple(found)) if found else INVALID

    def _one(self, node: Node, reading: Reading) -> str | Invalid:
        if not isinstance(node, ScalarNode) or not _is_text(node):
            return reading.wrong(node, "a text", help=_quoted(node))
        if len(node.text) > LONGEST_TEXT:
            return reading.error(node, f"a text has at most {LONGEST_TEXT} characters")
        if not node.text or node.text.isspace():
            return reading.error(node, "a text is empty", help="write it, or leave the key out")
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


class Duration(Type[int]):
    """A length of time in days, hours, minutes and seconds, read into seconds."""

    def read(self, node: Node, reading: Reading) -> int | Invalid:
        """Return the seconds."""
        seconds = _seconds(node.text) if isinstance(node, ScalarNode) else 0
        if seconds:
            return seconds
        expected = "a duration such as `15m`, `2h`, `7d` or `1h30m`, longer than nothing"
        return reading.wrong(node, "a duration", expected)

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of a duration."""
        return definitions.refer(
            "duration",
            lambda: {
                "type": "string",
                "pattern": DURATION_PATTERN,
                "description": "Days, hours, minutes, seconds in this order: `15m`, `1h30m`.",
            },
        )


@lru_cache(maxsize=1024)
def _seconds(text: str) -> int:
    if not _DURATION.fullmatch(text):
        return 0
    return sum(int(count) * _SECONDS[unit] for count, unit in _DURATION_PARTS.findall(text))


class Day(Type[dt.date]):
    """A day, `YYYY-MM-DD`."""

    def read(self, node: Node, reading: Reading) -> dt.date | Invalid:
        """Return the day."""
        day = read_day(node.text) if isinstance(node, ScalarNode) else None
        return day or reading.wrong(node, "a day", "a day of the calendar as `2026-11-23`")

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of a day."""
        return definitions.refer(
            "day",
            lambda: {
                "type": "string",
                "pattern": f"^{DAY_PATTERN}$",
                "format": "date",
                "description": "A day of the calendar, `YYYY-MM-DD`.",
            },
        )


class TimeOfDay(Type[dt.time]):
    """A time of day, `HH:MM`; `24:00` is the midnight at the end of the day, read as 00:00."""

    def read(self, node: Node, reading: Reading) -> dt.time | Invalid:
        """Return the time."""
        if not isinstance(node, ScalarNode) or not _TIME.fullmatch(node.text):
            return reading.wrong(node, "a time of day", "a time from `00:00` to `24:00`")
        return dt.time(int(node.text[:2]) % 24, int(node.text[3:]))

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of a time of day."""
        return definitions.refer(
            "time-of-day",
            lambda: {
                "type": "string",
                "pattern": TIME_PATTERN,
                "description": "A time of day, `HH:MM`.",
            },
        )


class Flag(Type[bool]):
    """`true` or `false`, and no other spelling."""

    def read(self, node: Node, reading: Reading) -> bool | Invalid:
        """Return whether it is `true`."""
        value = scalar_value(node) if isinstance(node, ScalarNode) else None
        if isinstance(value, bool):
            return value
        help_ = ""
        if (
            isinstance(node, ScalarNode)
            and node.plain
            and node.text.lower() in {"yes", "on", "true", "y"}
        ):
            help_ = "write `true`"
        elif (
            isinstance(node, ScalarNode)
            and node.plain
            and node.text.lower() in {"no", "off", "false", "n"}
        ):
            help_ = "write `false`"
        return reading.wrong(node, "`true` or `false`", "`true` or `false`", help_)

    def schema(self, definitions: Definitions) -> Json:  # noqa: ARG002 - the signature of `Type`
        """Return the schema of a truth value."""
        return {"type": "boolean"}


class Whole(Type[int]):
    """A whole number within bounds, both in."""

    def __init__(self, minimum: int, maximum: int) -> None:
        self.minimum = minimum
        self.maximum = maximum

    def read(self, node: Node, reading: Reading) -> int | Invalid:
        """Return the number."""
        value = scalar_value(node) if isinstance(node, ScalarNode) else None
        expected = f"a whole number from {self.minimum} to {self.maximum}"
        if isinstance(value, Decimal) and value == value.to_integral_value():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            return reading.wrong(node, "a whole number", expected)
        if not self.minimum <= value <= self.maximum:
            return reading.error(
                node, f"{in_ticks(str(value))} is out of bounds", expected=expected
            )
        return value

    def schema(self, definitions: Definitions) -> Json:  # noqa: ARG002 - the signature of `Type`
        """Return the schema of the number."""
        return {"type": "integer", "minimum": self.minimum, "maximum": self.maximum}


class Amount(Type[Decimal]):
    """A number within bounds, both in, taken exactly as written."""

    def __init__(self, minimum: int, maximum: int) -> None:
        self.minimum = minimum
        self.maximum = maximum

    def read(self, node: Node, reading: Reading) -> Decimal | Invalid:
        """Return the number."""
        value = scalar_value(node) if isinstance(node, ScalarNode) else None
        expected = f"a number from {self.minimum} to {self.maximum}"
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return reading.wrong(node, "a number", expected)
        if not self.minimum <= value <= self.maximum:
            return reading.error(
                node, f"{in_ticks(str(value))} is out of bounds", expected=expected
            )
        return Decimal(value)

    def schema(self, definitions: Definitions) -> Json:  # noqa: ARG002 - the signature of `Type`
        """Return the schema of the number."""
        return {"type": "number", "minimum": self.minimum, "maximum": self.maximum}


class Choice(Type[N], Generic[N]):
    """One of a few words.

    Args:
        what: what is chosen, with its article.
    """

    def __init__(self, what: str, *names: N) -> None:
        self.what = what
        self.names = {str(name): name for name in names}

    def read(self, node: Node, reading: Reading) -> N | Invalid:
        """Return the word."""
        text = node.text if isinstance(node, ScalarNode) and _is_text(node) else ""
        found = self.names.get(text)
        if found is None:
            help_ = reading.problems.suggestion(text, self.names, self.what)
            return reading.wrong(node, self.what, one_of(self.names), help_)
        return found

    def schema(self, definitions: Definitions) -> Json:  # noqa: ARG002 - the signature of `Type`
        """Return the schema of the choice."""
        return {"enum": list(self.names)}
