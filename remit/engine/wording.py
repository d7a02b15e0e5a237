"""What the program says to people, in their language: the one door to the catalogues.

A message is an English template with named places, and that is also its key in the catalogues, as
in GNU gettext. What an author wrote (names, texts, files) goes into the places and is never
translated. `python tools/messages.py` reads the templates out of the code.

INVARIANT: the first argument of `tell` and `mark` and the first two of `tell_count` are literals,
or they could not be found in the code.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    import gettext

__all__ = [
    "LANGUAGES",
    "Language",
    "current_language",
    "mark",
    "speaking",
    "tell",
    "tell_count",
    "tell_marked",
]

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
CATALOGUES = Path(__file__).resolve().parent.parent / "locale"

_spoken: ContextVar[Language] = ContextVar("spoken", default="en")


def current_language() -> Language:
    """Return the language that is spoken here."""
    return _spoken.get()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak a language as long as the block lasts, in this thread and what it awaits."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def tell(template: str, /, **parts: object) -> str:
    """Return a message in the language spoken here, its places filled.

    Args:
        template: with places as `str.format` has them, by name alone; `{{` is a brace.
        parts: what stands in the places; names and quotes as the author wrote them.
    """
    language = _spoken.get()
    found = template if language == "en" else _catalogue(language).gettext(template)
    return found.format(**parts)


def tell_count(one: str, several: str, number: int, /, **parts: object) -> str:
    """Return a message that depends on a number, which stands in the place `{number}`.

    Args:
        one: the template where the number is 1.
        several: the template else.
    """
    language = _spoken.get()
    if language == "en":
        found = one if number == 1 else several
    else:
        found = _catalogue(language).ngettext(one, several, number)
    return found.format(number=number, **parts)


def mark(text: str) -> str:
    """Return a constant as it is, to be told later by `tell_marked`.

    Places in it, if it has any, are filled by whoever tells it.
    A module is loaded once, in whatever language; so its constants wait until they are told.
    """
    return text


def tell_marked(text: str) -> str:
    """Return a constant that was marked, in the language spoken here; any other text as it is.

    Its places stay places.
    """
    language = _spoken.get()
    # WHY the test: the catalogue tells its own facts under the empty text.
    return text if language == "en" or not text else _catalogue(language).gettext(text)


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    # WHY inside: English, the language of the templates, needs no catalogue and no such import.
    import gettext

    # WHY the fallback: a page in the language of the templates is better than none.
    return gettext.translation("remit", CATALOGUES, [language], fallback=True)
