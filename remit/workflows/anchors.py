"""Anchors: heads of a ledger noted elsewhere, which show later that no end was cut or rewritten.

The chain proves that nothing in between was changed. Whoever can write the whole database can cut
its end, or write all of it anew, and the chain fits again; no ledger can prove otherwise by itself.
An anchor kept where that one cannot write does: on paper, in another's mailbox, on a machine that
only takes.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path

from remit.engine.errors import RemitError
from remit.engine.system_words import why_not
from remit.engine.wording import tell
from remit.workflows.entries import stamp
from remit.workflows.ledger_chain import Head

__all__ = ["AnchorError", "anchor_line", "append_anchor", "read_anchors"]


@dataclass(eq=True)
class AnchorError(RemitError):
    """A file of anchors that cannot be used.

    Args:
        place: the file, and the line if there is one.
    """

    place: str
    reason: str

    def __post_init__(self) -> None:
        """Keep the fields as the exception's arguments, so that it can be pickled."""
        super().__init__(self.place, self.reason)

    def __hash__(self) -> int:
        """Return a hash by fields."""
        return hash((self.place, self.reason))

    def __str__(self) -> str:
        """Return the sentence, led by the place."""
        return f"{self.place}: {self.reason}"


def anchor_line(head: Head, now: dt.datetime) -> str:
    """Return a head and the time it was noted, as one line."""
    return f"{head} {stamp(now)}"


def append_anchor(path: Path, line: str) -> None:
    """Write an anchor to the end of a file, durably.

    Raises:
        AnchorError: if it cannot be written.
    """
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise AnchorError(
            str(path), tell("it cannot be written: {reason}", reason=why_not(error))
        ) from error


def read_anchors(path: Path) -> tuple[Head, ...]:
    """Return the anchors of a file in order; blank lines and lines with `#` are left out.

    Raises:
        AnchorError: if it cannot be read, has none, or a line is none.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = why_not(error) if isinstance(error, OSError) else tell("it is not UTF-8")
        raise AnchorError(str(path), tell("it cannot be read: {reason}", reason=reason)) from error
    found = []
    for number, line in enumerate(lines, 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        try:
            found.append(Head.parse(words[0]))
        except ValueError:
            raise AnchorError(
                f"{path}:{number}", tell("this is no anchor: expected NUMBER:HASH and a time")
            ) from None
    if not found:
        raise AnchorError(str(path), tell("it holds no anchor"))
    return tuple(found)
