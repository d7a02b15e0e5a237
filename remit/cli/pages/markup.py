"""HTML as values: every text is escaped on its way in, and nothing else makes markup.

INVARIANT: a `Markup` holds well-formed, escaped HTML; only this module makes one of plain text, and
`trusted` takes only what another module of this program has escaped itself.
"""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files

from remit.engine.wording import Language, current_language

__all__ = ["EMPTY", "Markup", "allowed", "joined", "page", "tag", "text", "trusted"]

_VOID = frozenset({"br", "col", "hr", "link", "meta"})
_TAGS: dict[Language, str] = {"en": "en", "zh": "zh-Hans"}
_STYLE = "page.css"


@dataclass(frozen=True, slots=True)
class Markup:
    """Escaped HTML."""

    html: str

    def __bool__(self) -> bool:
        """Return whether there is any."""
        return bool(self.html)


EMPTY = Markup("")
Content = Markup | str | None
"""A child of an element: text is escaped, `None` is left out."""


def text(words: str) -> Markup:
    """Return plain text, escaped; what no HTML may hold becomes the replacement sign."""
    return Markup(escape(allowed(words)))


def trusted(html: str) -> Markup:
    """Return HTML that another module of this program made and escaped."""
    return Markup(html)


def joined(parts: Iterable[Content], between: str = "") -> Markup:
    """Return parts one after another, with plain text between them."""
    found = (_markup(part).html for part in parts if part is not None)
    return Markup(escape(between).join(found))


def tag(
    name: str, /, *children: Content, attributes: dict[str, str | int | None] | None = None
) -> Markup:
    """Return an element.

    Args:
        name: of the element, perhaps with classes: `td.gap.wide`.
        attributes: those that are `None` are left out.
    """
    element, *classes = name.split(".")
    pairs: dict[str, str | int | None] = {"class": " ".join(classes) or None, **(attributes or {})}
    written = "".join(
        f' {key}="{escape(allowed(str(value)))}"'
        for key, value in pairs.items()
        if value is not None
    )
    if element in _VOID:
        return Markup(f"<{element}{written}>")
    return Markup(f"<{element}{written}>{joined(children).html}</{element}>")


def allowed(words: str) -> str:
    """Return text without the control characters and halves of letters that HTML and XML refuse."""
    if words.isprintable():
        return words
    return "".join(
        letter if letter in "\n\t" or (letter >= " " and not _is_refused(letter)) else "\ufffd"
        for letter in words
    )


def page(title: str, body: Markup, *, kind: str = "", size: str = "") -> str:
    """Return a whole page in the language spoken here.

    Args:
        kind: class of the body, for its style.
        size: paper to print on, as CSS has it, such as `A4 landscape`.
    """
    style = _style() + (f"@page {{ size: {size}; }}\n" if size else "")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'none'; base-uri 'none'"
    head = joined((
        tag("meta", attributes={"charset": "utf-8"}),
        tag("meta", attributes={"http-equiv": "Content-Security-Policy", "content": policy}),
        tag("meta", attributes={"name": "viewport", "content": "width=device-width"}),
        tag("title", title),
        # WHY as it is: a style sheet is not escaped in HTML, and this one is a file of the package.
        Markup(f"<style>{style}</style>"),
    ))  # fmt: skip
    whole = tag(
        "html",
        tag("head", head),
        tag(f"body.{kind}" if kind else "body", body),
        attributes={"lang": _TAGS[current_language()]},
    )
    return f"<!DOCTYPE html>\n{whole.html}\n"


def _markup(part: Content) -> Markup:
    if isinstance(part, Markup):
        return part
    return EMPTY if part is None else text(part)


def _is_refused(letter: str) -> bool:
    """Return whether a letter is a control character, half of one, or none at all."""
    return unicodedata.category(letter) in {"Cc", "Cs"} or letter in "\ufffe\uffff"


@cache
def _style() -> str:
    return files(__package__).joinpath(_STYLE).read_text(encoding="utf-8")
