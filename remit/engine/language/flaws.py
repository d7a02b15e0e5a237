"""Why a value cannot be read, before it is known where it was written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from remit.engine.errors import RemitError
from remit.engine.language.problems import did_you_mean, in_ticks
from remit.engine.wording import tell

__all__ = ["Flaw", "FlawError", "raw_phrase"]

Path = tuple[int | str, ...]
"""The way from a value to the part at fault: indexes of lists, keys of maps."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One reason why a value cannot be read, with the fields of a `PackError` but for its place.

    Args:
        path: from the value to the part at fault.
        word: what was written where one of `names` may stand; the nearest is looked for only when
            the flaw is told, for there may be very many of both.
    """

    message: str
    path: Path = ()
    expected: str = ""
    found: str = ""
    help: str = ""
    word: str = ""
    names: Collection[str] = ()

    def under(self, step: int | str) -> Flaw:
        """Return the flaw as seen from one step further out."""
        return replace(self, path=(step, *self.path))

    def sentence(self) -> str:
        """Return all of it in one line."""
        expected = tell("expected {expected}", expected=self.expected) if self.expected else ""
        found = tell("found {found}", found=self.found) if self.found else ""
        help_ = self.help or did_you_mean(self.word, self.names)
        return tell("; ").join(part for part in (self.message, expected, found, help_) if part)


class FlawError(RemitError):
    """A value cannot be read, for one reason or several."""

    def __init__(self, flaws: tuple[Flaw, ...]) -> None:
        super().__init__(flaws)
        self.flaws = flaws

    def __str__(self) -> str:
        """Return one sentence a line."""
        return "\n".join(flaw.sentence() for flaw in self.flaws)


def raw_phrase(raw: object) -> str:
    """Return what was found as a phrase: "text `x`", "a list", "nothing"."""
    if raw is None:
        return tell("nothing")
    if isinstance(raw, bool):
        return in_ticks("true" if raw else "false")
    if isinstance(raw, Mapping):
        return tell("a map")
    if isinstance(raw, list | tuple):
        return tell("a list")
    if isinstance(raw, int | float | Decimal):
        return tell("the number {number_in_ticks}", number_in_ticks=number_in_ticks(raw))
    return tell("text {raw}", raw=in_ticks(str(raw)))


def number_in_ticks(number: float | Decimal) -> str:
    """Return a number as written, in backticks; one with too many digits is only named so."""
    # WHY: writing out a whole number of a million digits takes minutes, and Python refuses to.
    if isinstance(number, int) and number.bit_length() > MOST_BITS:
        return tell("`of too many digits`")
    return in_ticks(str(number))


MOST_BITS = 400
"""Bits of a whole number that is written out in a message."""
