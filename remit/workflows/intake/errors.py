"""Intake errors: why a file cannot be taken, all reasons of it, each at its place."""

from __future__ import annotations

from dataclasses import dataclass

from remit.engine.errors import RemitError
from remit.engine.wording import tell

__all__ = ["MAX_ERRORS", "IntakeError", "IntakeErrors", "Problems"]

MAX_ERRORS = 100
"""Errors told of one file; what lies past it is counted in one last error."""
MAX_FOUND = 80
"""Characters of the sender's own words shown as found; longer ones are cut with an ellipsis."""
MAX_MESSAGE = 200
"""Characters of a message, which may name the sender's own words too."""


@dataclass(frozen=True, slots=True, order=True)
class IntakeError:
    """One reason why a file cannot be taken.

    Args:
        line: from 1.
        column: from 1, in code points.
        reason: the kind of fault in a few hyphenated words, for programs; it never changes.
        message: one line, lower case, no final period, what the sender wrote in backticks.
        expected: what would have been right, as a phrase, or empty.
        found: what was there, as a phrase, or empty.
        help: what to do, or empty.
    """

    line: int
    column: int
    reason: str
    message: str
    expected: str = ""
    found: str = ""
    help: str = ""


class IntakeErrors(RemitError):  # noqa: N818 - it is many; one of them is an IntakeError
    """A file cannot be taken: all reasons, sorted by place, none twice."""

    def __init__(self, source: str, errors: tuple[IntakeError, ...]) -> None:
        super().__init__(source, errors)
        self.source = source
        self.errors = errors

    def __str__(self) -> str:
        """Return one line an error, the place first."""
        return "\n".join(f"{self.source}:{e.line}:{e.column}: {_sentence(e)}" for e in self.errors)

    def __eq__(self, other: object) -> bool:
        """Return whether `other` tells the same of a file of the same name."""
        return isinstance(other, IntakeErrors) and self.args == other.args

    def __hash__(self) -> int:
        """Return a hash that agrees with equality."""
        return hash(self.args)


class Problems:
    """Collects the errors of one file."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._found: set[IntakeError] = set()

    def add(
        self,
        place: tuple[int, int],
        reason: str,
        message: str,
        *,
        expected: str = "",
        found: str = "",
        advice: str = "",
    ) -> None:
        """Keep one error at `place` (line, column)."""
        told = (_shown(message, MAX_MESSAGE), expected, _shown(found, MAX_FOUND), advice)
        self._found.add(IntakeError(*place, reason, *told))

    @property
    def is_full(self) -> bool:
        """Whether more errors were found than are told, so that costly advice is in vain."""
        return len(self._found) > MAX_ERRORS

    def raise_if_any(self) -> None:
        """Raise what was found.

        Raises:
            IntakeErrors: if anything was.
        """
        if self._found:
            raise self.errors()

    def errors(self) -> IntakeErrors:
        """Return what was found as an exception, sorted by place and cut to `MAX_ERRORS`."""
        found = sorted(self._found)
        kept, rest = found[:MAX_ERRORS], found[MAX_ERRORS:]
        if rest:
            first = rest[0]
            more = IntakeError(
                first.line,
                first.column,
                "more-errors",
                tell("and {number} more errors", number=len(rest)),
            )
            kept.append(more)
        return IntakeErrors(self._source, tuple(kept))


def _shown(text: str, longest: int) -> str:
    """Return a text on one line, cut, with whatever could move a terminal's cursor written out."""
    cut = text if len(text) <= longest else f"{text[:longest]}…"
    line = " ".join(cut.split())
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in line)


def _sentence(error: IntakeError) -> str:
    parts = [error.message]
    if error.expected:
        parts.append(tell("expected {expected}", expected=error.expected))
    if error.found:
        parts.append(tell("found {found}", found=error.found))
    return tell("; ").join(parts)
