"""Forms as Markdown; what nobody filled in is a line to write on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from remit.workflows.forms.form import Block, Form
from remit.workflows.forms.titles import bilingual
from remit.workflows.reports.markdown import markdown_row, markdown_text
from remit.workflows.reports.view import Language

__all__ = ["BLANK", "forms_markdown"]

BLANK = r"\_\_\_\_\_\_\_\_"
"""What an empty place looks like."""


def forms_markdown(forms: Sequence[Form], language: Language) -> str:
    """Return forms as Markdown, one after another."""
    lines: list[str] = []
    for form in forms:
        about = f" ({markdown_text(form.about)})" if form.about else ""
        lines += [f"# {form.code} {bilingual(form.title, language)}{about}", ""]
        for block in form.blocks:
            lines += _block(block, language)
    return "\n".join(lines)


def _block(block: Block, language: Language) -> Iterator[str]:
    yield f"## {block.number}. {bilingual(block.title, language)}"
    yield ""
    for field in block.fields:
        yield f"- {bilingual(field.label, language)}: {_value(field.value)}"
    if block.columns:
        yield markdown_row([bilingual(name, language) for name in block.columns])
        yield markdown_row(["---"] * len(block.columns))
        yield from (markdown_row([_value(text) for text in row]) for row in block.rows)
    if block.picture:
        yield block.picture
    for line in block.lines:
        yield _value(line) + ("  " if len(block.lines) > 1 else "")
    yield ""


def _value(text: str) -> str:
    return markdown_text(text) if text else BLANK
