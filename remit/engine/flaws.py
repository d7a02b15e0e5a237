"""Why a value cannot be read, before it is known where it was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from remit.engine.errors import RemitError
from remit.engine.problems import in_ticks
from remit.engine.suggest import closest

__all__ = ["Flaw", "FlawError", "did_you_mean", "raw_phrase"]

Path = tuple[int | str, ...]
"""The way from a value to the part at fault: indexes of lists, keys of maps."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One reason why a value cannot be read, with the fields of a `PackError` but for its place.

    Args:
        path: from the value to the part at fault.
    """

    message: str
    path: Path = ()
    expected: str = ""
    found: str = ""
    help: str = ""

    def under(self, *steps: int | str) -> Flaw:
        """Return the flaw as seen from further out."""
        return replace(self, path=(*steps, *self.path))

    def sentence(self) -> str:
        """Return all of it in one line."""
        parts = [self.message]
        if self.expected:
            parts.append(f"expected {self.expected}")
        if self.help:
            parts.append(self.help)
        return "; ".join(parts)


class FlawError(RemitError):
    """A value cannot be read, for one reason or several."""

    def __init__(self, flaws: tuple[Flaw, ...]) -> None:
        super().__init__(flaws)
        self.flaws = flaws

    def __str__(self) -> str:
        """Return one sentence a line."""
        return "\n".join(flaw.sentence() for flaw in self.flaws)


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """Return "did you mean `x`?", or nothing where no name is near."""
    nearest = closest(word, names)
    return f"did you mean `{nearest}`?" if nearest else ""


def raw_phrase(raw: object) -> str:
    """Return what was found as a phrase: "text `x`", "a list", "nothing"."""
    if raw is None:
        return "nothing"
    if isinstance(raw, bool):
        return in_ticks("true" if raw else "false")
    if isinstance(raw, Mapping):
        return "a map"
    if isinstance(raw, list | tuple):
        return "a list"
    if isinstance(raw, int | float | Decimal):
        return f"the number {in_ticks(str(raw))}"
    return f"text {in_ticks(str(raw))}"
