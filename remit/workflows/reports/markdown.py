"""A page of sections as Markdown that every renderer of tables shows alike."""

from __future__ import annotations

import re
from collections.abc import Iterator

from remit.workflows.reports.sections import Page, Section

__all__ = ["markdown_row", "markdown_text", "page_markdown"]


def page_markdown(page: Page) -> str:
    """Return a page as Markdown. Equal pages give equal texts; no text of a person is markup."""
    lines = [f"# {markdown_text(page.title)}", ""]
    if page.above:
        lines += [markdown_text(page.above), ""]
    for section in page.sections:
        lines += [f"## {markdown_text(section.title)}", "", *_section(section)]
    if page.below:
        lines += ["---", "", markdown_text(page.below), ""]
    return "\n".join(lines)


def _section(section: Section) -> Iterator[str]:
    for said in section.says:
        yield from (markdown_text(said), "")
    if section.columns:
        yield markdown_row([_cell(column.label) for column in section.columns])
        yield markdown_row(["--:" if column.kind else "---" for column in section.columns])
        yield from (markdown_row([_cell(text) for text in row]) for row in section.rows)
        yield ""
    if section.code:
        fence = "`" * (1 + max((len(run) for run in re.findall("`{3,}", section.code)), default=2))
        yield from (f"{fence}yaml", section.code.rstrip("\n"), fence, "")


def markdown_row(cells: list[str]) -> str:
    """Return a row of a table of texts that are Markdown."""
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return "<br>".join(markdown_text(line) for line in text.splitlines())


def markdown_text(text: str) -> str:
    r"""Return a text in one line in which nothing is markup."""
    plain = " ".join(text.split())
    plain = re.sub(r"([\\`*\[\]|<>#~])", r"\\\1", plain).replace("_", r"\_")
    return re.sub(r"^([-+]|\d+[.)])(?=\s)", r"\\\1", plain)
