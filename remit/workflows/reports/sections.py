"""Pages as sections with paragraphs and tables, before anybody writes them as HTML or Markdown."""

from __future__ import annotations

from dataclasses import dataclass

from remit.workflows.reports.view import Language

__all__ = ["Column", "Page", "Section"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `kind` is `number` for what is set to the right, else empty."""

    label: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, what is said below it, and a table or none.

    Args:
        id: of its heading, one word.
        rows: one text a column; a line feed begins a new line.
        code: a text that is shown as it is, such as a rule; empty for none.
    """

    id: str
    title: str
    says: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of sections."""

    language: Language
    title: str
    above: str
    sections: tuple[Section, ...]
    below: str = ""
