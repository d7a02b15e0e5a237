"""Where words go: results to standard output, all else to standard error, colour where wanted."""

from __future__ import annotations

import sys
import unicodedata
from typing import IO

from rich.console import Console
from rich.text import Text

from remit.cli.colors import wants_color

__all__ = ["clean", "console_for", "say", "show", "wants_color"]

_REPLACEMENT = "\ufffd"
_PICTURES = 0x2400
"""First of the Unicode pictures of the control characters, in their order."""


def console_for(stream: IO[str], *, is_colored: bool | None = None) -> Console:
    """Return a console that prints what it is given, wraps nothing and sees markup in nothing.

    Args:
        is_colored: whether it colours; as the stream wants it where left out.
    """
    color = wants_color(stream) if is_colored is None else is_colored
    return Console(
        file=stream,
        force_terminal=color,
        color_system="standard" if color else None,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=True,
    )


def show(text: Text | str) -> None:
    """Print a result."""
    console_for(sys.stdout).print(text)


def say(text: Text | str) -> None:
    """Print what is not a result: errors, advice, progress."""
    console_for(sys.stderr).print(text)


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
