"""What a plain scalar means: nothing, `true` or `false`, a whole number, a decimal, or text.

Fewer spellings than YAML 1.1 has: `yes`, `on`, `010`, `1_000`, `12:30`, `1e3`, `.5` and dates are
text. Decimals are exact.
"""

from __future__ import annotations

import re
from decimal import Decimal

from remit.engine.language.yaml_nodes import Node, ScalarNode, SequenceNode

__all__ = [
    "LONGEST_NUMBER",
    "Plain",
    "is_nothing",
    "is_text",
    "plain_value",
    "scalar_value",
]

Plain = str | int | bool | Decimal | None
"""What a scalar can be."""

LONGEST_NUMBER = 30
"""Characters of a number; a longer one is text, so that no number costs more than its characters.
"""

_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)(\.[0-9]+)?")
_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "true": True,
    "false": False,
}
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
_NUMBER_STARTS = frozenset("0123456789+-")


def scalar_value(node: ScalarNode) -> Plain:
    """Return what a scalar means; a quoted one is text."""
    text = node.text
    if not node.plain:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS or len(text) > LONGEST_NUMBER:
        return text
    found = _NUMBER.fullmatch(text)
    if found is None:
        return text
    return int(text) if found[1] is None else Decimal(text)


def is_text(node: ScalarNode) -> bool:
    """Return whether a scalar is text."""
    # WHY: nearly every plain scalar of a pack begins with a letter; these three words are all that
    # is not text then.
    if not node.plain:
        return True
    if node.text[:1] in _LETTERS:
        return node.text not in _WORDS
    return isinstance(scalar_value(node), str)


def is_nothing(node: Node) -> bool:
    """Return whether nothing was written (or `null`, or `~`)."""
    return isinstance(node, ScalarNode) and node.plain and node.text in {"", "~", "null"}


def plain_value(node: Node) -> object:
    """Return the node as a plain document: dicts with string keys, lists, and what scalars mean."""
    if isinstance(node, ScalarNode):
        return scalar_value(node)
    if isinstance(node, SequenceNode):
        return [plain_value(item) for item in node.items]
    return {key: plain_value(value) for key, (_, value) in node.entries.items()}
