"""Where words go: results to standard output, all else to standard error, colour where wanted."""

from __future__ import annotations

import sys
from typing import IO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from remit.cli.colors import wants_color
from remit.validators.printable import clean

__all__ = ["clean", "console_for", "padded", "say", "show", "wants_color"]


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


def padded(text: str, width: int, *, to_the_right: bool = False) -> str:
    """Return text filled up to a width on the screen, where some letters are two wide."""
    blank = " " * max(0, width - cell_len(text))
    return blank + text if to_the_right else text + blank
