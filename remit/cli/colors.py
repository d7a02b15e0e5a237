"""Whether to colour what is printed; asked before the library of the terminal is loaded."""

from __future__ import annotations

import os
from typing import IO, Literal

__all__ = ["Color", "choose_color", "wants_color"]

Color = Literal["auto", "always", "never"]


def wants_color(stream: IO[str]) -> bool:
    """Return whether to colour a stream: by `NO_COLOR`, `FORCE_COLOR`, or if it is a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in {"", "0"}:
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def choose_color(color: Color) -> None:
    """Write the choice into the environment, where processes that are started find it too."""
    if color != "auto":
        chosen, other = (
            ("FORCE_COLOR", "NO_COLOR") if color == "always" else ("NO_COLOR", "FORCE_COLOR")
        )
        os.environ[chosen] = "1"
        os.environ.pop(other, None)
