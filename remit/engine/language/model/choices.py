"""Types of numbers, truth values, and words of which one is chosen."""

from __future__ import annotations

from decimal import Decimal
from typing import Generic, TypeVar

from remit.engine.language.model.base import Definitions, Invalid, Json, Reading, Type
from remit.engine.language.problems import in_ticks, one_of
from remit.engine.language.yaml_nodes import Node, ScalarNode
from remit.engine.language.yaml_scalars import is_text, scalar_value
from remit.engine.pack import EVERYBODY
from remit.engine.wording import tell

__all__ = ["MOST_OF_SEVERAL", "Amount", "Choice", "Flag", "Quorum", "Whole"]

N = TypeVar("N", bound=str)

MOST_OF_SEVERAL = 99
"""Bound of how many of several; more never answer together as one."""
_QUORUMS = {"any": 1, "all": EVERYBODY}


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
            help_ = tell("write `true`")
        elif (
            isinstance(node, ScalarNode)
            and node.plain
            and node.text.lower() in {"no", "off", "false", "n"}
        ):
            help_ = tell("write `false`")
        return reading.wrong(node, tell("`true` or `false`"), tell("`true` or `false`"), help_)

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
        expected = tell(
            "a whole number from {minimum} to {maximum}", minimum=self.minimum, maximum=self.maximum
        )
        if isinstance(value, Decimal) and value == value.to_integral_value():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            return reading.wrong(node, tell("a whole number"), expected)
        if not self.minimum <= value <= self.maximum:
            return reading.error(
                node,
                tell("{value} is out of bounds", value=in_ticks(str(value))),
                expected=expected,
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
        expected = tell(
            "a number from {minimum} to {maximum}", minimum=self.minimum, maximum=self.maximum
        )
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return reading.wrong(node, tell("a number"), expected)
        if not self.minimum <= value <= self.maximum:
            return reading.error(
                node,
                tell("{value} is out of bounds", value=in_ticks(str(value))),
                expected=expected,
            )
        return Decimal(value)

    def schema(self, definitions: Definitions) -> Json:  # noqa: ARG002 - the signature of `Type`
        """Return the schema of the number."""
        return {"type": "number", "minimum": self.minimum, "maximum": self.maximum}


class Quorum(Type[int]):
    """How many of several: `any` is one, `all` is `EVERYBODY`, or a number."""

    def read(self, node: Node, reading: Reading) -> int | Invalid:
        """Return the number."""
        word = node.text if isinstance(node, ScalarNode) and is_text(node) else ""
        if word in _QUORUMS:
            return _QUORUMS[word]
        value = scalar_value(node) if isinstance(node, ScalarNode) else None
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_OF_SEVERAL:
            return value
        help_ = reading.problems.suggestion(word, _QUORUMS, tell("how many"))
        expected = tell("`any`, `all`, or a whole number from 1 to {most}", most=MOST_OF_SEVERAL)
        return reading.wrong(node, tell("how many"), expected, help_)

    def schema(self, definitions: Definitions) -> Json:  # noqa: ARG002 - the signature of `Type`
        """Return the schema of the choice."""
        number = {"type": "integer", "minimum": 1, "maximum": MOST_OF_SEVERAL}
        return {"anyOf": [{"enum": list(_QUORUMS)}, number]}


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
        text = node.text if isinstance(node, ScalarNode) and is_text(node) else ""
        found = self.names.get(text)
        if found is None:
            help_ = reading.problems.suggestion(text, self.names, self.what)
            return reading.wrong(node, self.what, one_of(self.names), help_)
        return found

    def schema(self, definitions: Definitions) -> Json:  # noqa: ARG002 - the signature of `Type`
        """Return the schema of the choice."""
        return {"enum": list(self.names)}
