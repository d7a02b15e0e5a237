"""Pack errors: why something cannot be read. A finding (the policy is wrong) is another thing."""

from __future__ import annotations

from dataclasses import dataclass

from remit.engine.spans import Related, Span

__all__ = ["EventError", "PackError", "PackErrors", "RemitError", "SeasonErrors"]


class RemitError(Exception):
    """Base of everything this package raises on purpose."""


@dataclass(frozen=True, slots=True)
class PackError:
    """One reason why a pack cannot be read.

    Args:
        span: where; `None` only if no file could be read at all.
        message: one line, lower case, no final period, what the author wrote in backticks.
        expected: what would have been right, as a phrase, or empty.
        found: what was there, as a phrase, or empty.
        help: what to do, or empty; "did you mean `x`?" goes here.
        excerpt: the lines of the file from `span.line` to `span.end_line`, as read; empty where
            unreadable.
    """

    message: str
    span: Span | None
    expected: str = ""
    found: str = ""
    help: str = ""
    related: tuple[Related, ...] = ()
    excerpt: tuple[str, ...] = ()


class PackErrors(RemitError):  # noqa: N818 -- several, each a `PackError`
    """A pack cannot be loaded: all reasons of one run, sorted by place, none twice."""

    def __init__(self, path: str, errors: tuple[PackError, ...]) -> None:
        super().__init__(path, errors)
        self.path = path
        self.errors = errors

    def __str__(self) -> str:
        """Return one line an error, the place first."""
        return "\n".join(f"{e.span or self.path}: {e.message}" for e in self.errors)


class SeasonErrors(PackErrors):
    """A season cannot be read, or does not fit its pack: all reasons of one run."""


class EventError(RemitError):
    """An event does not fit the vocabulary: one sentence a reason."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__(reasons)
        self.reasons = reasons

    def __str__(self) -> str:
        """Return the reasons, one a line."""
        return "\n".join(self.reasons)
