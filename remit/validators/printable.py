"""Text in which nothing steers a terminal or breaks a file: such characters become visible."""

from __future__ import annotations

import unicodedata

__all__ = ["clean"]

_REPLACEMENT = "\ufffd"
_PICTURES = 0x2400
"""First of the Unicode pictures of the control characters, in their order."""


def clean(text: str) -> str:
    """Return text in which nothing steers a terminal: such characters become visible signs."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(letter) for letter in text)


def _visible(letter: str) -> str:
    if letter == "\t":
        return "    "
    category = unicodedata.category(letter)
    if category == "Cc":
        return chr(_PICTURES + ord(letter)) if letter < " " else _REPLACEMENT
    return _REPLACEMENT if category in {"Cf", "Cs", "Zl", "Zp", "Co"} else letter
