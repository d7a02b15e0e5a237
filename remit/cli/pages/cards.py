"""Duty cards as a page to print, a card a sheet of paper, and as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from remit.cli.pages.card_words import Item, Section, Sheet
from remit.cli.pages.markup import Markup, joined, page, tag
from remit.engine.wording import tell

__all__ = ["Paper", "card_body", "cards_markdown", "cards_page", "items_list"]

Paper = Literal["a4", "a5", "a6"]


def cards_page(sheets: Sequence[Sheet], title: str, paper: Paper) -> str:
    """Return cards as one page, printed a card a sheet."""
    cards = tag("main.cards", *(card_body(sheet) for sheet in sheets))
    return page(title, cards, kind=f"paper-{paper}", size=paper.upper())


def card_body(sheet: Sheet) -> Markup:
    """Return one card."""
    return tag(
        "article.card",
        tag("h2", sheet.who, attributes={"id": sheet.id}),
        tag("p.stage", sheet.when) if sheet.when else None,
        *(tag("p.soft", line) for line in sheet.about),
        *(joined((tag("h3", s.heading), items_list(s))) for s in sheet.sections),
        tag("p.sources", sheet.source),
        attributes={"aria-labelledby": sheet.id},
    )


def items_list(section: Section, link: Callable[[Item], Markup | str] | None = None) -> Markup:
    """Return the items of a section as a list.

    Args:
        link: what stands for an item's own words, if anything else than these.
    """
    return tag("ul.tasks", *(_item(item, link) for item in section.items))


def _item(item: Item, link: Callable[[Item], Markup | str] | None) -> Markup:
    return tag(
        f"li.{item.kind}",
        tag("b", item.what if link is None else link(item)),
        *(tag("span.where", line) for line in item.where),
        tag("span.where.by", item.time) if item.time else None,
        *(tag("span.with", line) for line in item.others),
        tag("span.sources", tell("source: {source}", source=item.source)) if item.source else None,
    )


def cards_markdown(sheets: Sequence[Sheet]) -> str:
    """Return cards as Markdown, a heading each."""
    return "\n".join(line for sheet in sheets for line in _markdown(sheet))


def _markdown(sheet: Sheet) -> Iterator[str]:
    yield f"# {_plain(sheet.who)}"
    yield ""
    for line in (sheet.when, *sheet.about):
        if line:
            yield f"- {_plain(line)}"
    for section in sheet.sections:
        yield ""
        yield f"## {_plain(section.heading)}"
        yield ""
        for item in section.items:
            yield f"- **{_plain(item.what)}**"
            source = tell("source: {source}", source=item.source) if item.source else ""
            for line in (*item.where, item.time, *item.others, source):
                if line:
                    yield f"  - {_plain(line)}"
    yield ""
    yield f"{_plain(sheet.source)}"
    yield ""


def _plain(text: str) -> str:
    """Return text in one line in which nothing is markup."""
    found = re.sub(r"([\\`*_\[\]|#])", r"\\\1", " ".join(text.split()))
    return found.replace("<", "&lt;")
