"""Places in files: every value an author wrote keeps one, so that a message can point at it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Related", "Span"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one file.

    Lines and columns count from 1; columns count code points; the end is exclusive.
    `file` is the path as shown to people: the pack's path as given, joined with the file's own.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        """Return `file:line:column`."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that belongs to a finding or an error, with what it shows."""

    span: Span
    message: str
