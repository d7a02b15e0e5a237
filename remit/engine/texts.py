"""Texts for people, in one or several languages."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Text"]

ANY_LANGUAGE = ""
"""Language key of a text that was written as a plain string."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text by language; a plain string has the single key `""`."""

    by_language: tuple[tuple[str, str], ...]

    @classmethod
    def plain(cls, text: str) -> Text:
        """Return `text` as a text of no particular language."""
        return cls(((ANY_LANGUAGE, text),))

    def in_language(self, language: str) -> str:
        """Return the text in `language`, else the plain or English one, else the first."""
        found = dict(self.by_language)
        for key in (language, ANY_LANGUAGE, "en"):
            if key in found:
                return found[key]
        return self.by_language[0][1]

    def __str__(self) -> str:
        """Return the English or plain text."""
        return self.in_language("en")
