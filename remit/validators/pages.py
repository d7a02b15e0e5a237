"""The pages of the checks: Markdown files beside them, printed by `remit explain`."""

from __future__ import annotations

from importlib.resources import files

from remit.validators.check import Check

__all__ = ["SECTIONS", "page_of", "section_of"]

SECTIONS = (
    "What it checks",
    "Why it matters",
    "Fails",
    "Passes",
    "How it is decided, and what it costs",
    "Options",
    "When to silence it",
    "See also",
)
"""Headings of every page, in order."""


def page_of(check: Check) -> str:
    """Return the page of a check as Markdown.

    Raises:
        FileNotFoundError: if it has none.
    """
    page = files("remit.validators.checks") / f"{check.name.replace('-', '_')}.md"
    return page.read_text(encoding="utf-8")


def section_of(check: Check, heading: str) -> str:
    """Return what stands under one of the `SECTIONS` of a check's page."""
    _, _, rest = page_of(check).partition(f"\n## {heading}\n")
    return rest.partition("\n## ")[0].strip()
