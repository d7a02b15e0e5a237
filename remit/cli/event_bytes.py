"""The bytes of an event or an alert, from a file or from standard input."""

from __future__ import annotations

import sys
from pathlib import Path

from remit.cli.exits import UsageError
from remit.cli.inputs import STDIN
from remit.engine.system_words import why_not
from remit.engine.wording import tell

__all__ = ["read_event"]

LARGEST = 4_000_000
"""Bytes of one event or alert; a larger one is a mistake or an attack."""


def read_event(place: str) -> bytes:
    """Return the bytes of an event, from a file or from standard input.

    Raises:
        UsageError: if it cannot be read, or is too long.
    """
    name = tell("standard input") if place == STDIN else f"`{place}`"
    try:
        if place == STDIN:
            data = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(place).open("rb") as file:
                data = file.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(
            tell("cannot read the event {name}: {reason}", name=name, reason=why_not(error))
        ) from error
    if len(data) > LARGEST:
        raise UsageError(
            tell("the event {name} is longer than {largest:,} bytes", name=name, largest=LARGEST)
        )
    return data
