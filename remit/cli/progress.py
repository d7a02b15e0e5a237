"""How far a long run is, on one line of the terminal that vanishes; nothing where none watches."""

from __future__ import annotations

import sys
from collections.abc import Callable

__all__ = ["counting"]


def counting(what: str) -> Callable[[int], None]:
    """Return a function that shows how many of something are done."""
    if not sys.stderr.isatty():
        return _silent

    def show(count: int) -> None:
        sys.stderr.write(f"\r\x1b[K{count:,} {what}\r")
        sys.stderr.flush()

    return show


def _silent(count: int) -> None:
    """Show nobody how far it is."""
