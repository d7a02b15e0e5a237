"""The letters in one cell of a chart: `A/R`, `AR`, `R & C`, `A*`, `主责`, a tick."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from remit.engine.charts.meanings import word_meaning

__all__ = ["SIGNS", "TICKS", "Codes", "is_nothing", "is_strict", "read_codes"]

TICKS = frozenset("X✓✔√☑☒×Y1●•")
"""Signs that say there is a part, but not which."""
SIGNS = frozenset("●○◎△▲▽▼☆★■□◆◇⊙√✓✔☑×•")
"""Signs that stand for a letter where a legend says so."""
_ALPHABET = frozenset("RASCIVQODPLM")
"""Letters that are written together without anything between."""
_LONGEST = 40
"""Characters of a cell that can be letters; a longer one is a text."""
_MOST_TOGETHER = 5
_NOTHING = {"", "-", "--", "/", "\\", ".", "n/a", "na", "n.a.", "none", "nil", "无", "不适用", "空"}
_DASHES = re.compile(r"[\u2010-\u2015\u2212\uff0d]")
_FOOTNOTE = re.compile(
    r"[\u00b9\u00b2\u00b3\u2070\u2074-\u2079*†‡§#^]+|\[\d+\]|\(\d+\)|(?<=[A-Za-z])\d{1,2}$"
    r"|(?<=[A-Za-z])[\u2460-\u2473]|注\d+$"
)
_CATEGORY = re.compile(r"\bcat(?:egory)?\.?\s*([12])\b", re.IGNORECASE)
_BETWEEN = re.compile(
    r"\s*(?:[/\\,;&+|，、；\n]|\band\b|和|及|兼)\s*|\s+|(?<=[A-Za-z])-(?=[A-Za-z])"
)
_BRACKETS = re.compile(r"^[(\[（【]\s*(.+?)\s*[)\]）】]$")


@dataclass(frozen=True, slots=True)
class Codes:
    """The letters of a cell.

    Args:
        codes: in the order written, none twice; letters in upper case, words as the legend of
            meanings has them.
        mark: what else was there: a footnote sign, brackets.
    """

    codes: tuple[str, ...]
    mark: str = ""


def is_nothing(text: str) -> bool:
    """Return whether a cell says that there is nothing: blank, a dash, "n/a"."""
    return _DASHES.sub("-", text).strip().casefold() in _NOTHING


def is_strict(found: Codes, text: str) -> bool:
    """Return whether letters stand apart, so that they cannot be a short name such as `PM`."""
    return len(found.codes) == 1 or not text.strip().isalpha()


@lru_cache(maxsize=4_096)
def read_codes(text: str) -> Codes | None:
    """Return the letters of a cell; `None` if it holds anything else, or nothing."""
    if len(text) > _LONGEST or is_nothing(text):
        return None
    marks = "".join(_FOOTNOTE.findall(text)) if not _CATEGORY.search(text) else ""
    rest = _FOOTNOTE.sub("", text) if marks else text
    plain = _CATEGORY.sub(r"cat\1", unicodedata.normalize("NFKC", rest)).strip(" .:")
    if not plain:
        return None
    bracketed = _BRACKETS.match(plain)
    if bracketed:
        plain, marks = bracketed[1], f"{marks}()"
    whole = _whole(plain)
    if whole is not None:
        return Codes(whole, marks)
    found: list[str] = []
    for part in _BETWEEN.split(plain):
        inner = _BRACKETS.match(part)
        codes = _whole(inner[1] if inner else part)
        if codes is None:
            return None
        marks = f"{marks}()" if inner else marks
        found.extend(code for code in codes if code not in found)
    return Codes(tuple(found), marks)


def _whole(part: str) -> tuple[str, ...] | None:
    """Return the letters of a text without separators."""
    if len(part) == 1:
        upper = part.upper()
        return (upper,) if upper in SIGNS or (upper.isascii() and upper.isalnum()) else None
    word = word_meaning(part)
    if word is not None:
        return (word[0],)
    upper = part.upper()
    is_run = len(upper) <= _MOST_TOGETHER and _ALPHABET.issuperset(upper)
    if is_run and len(set(upper)) == len(upper):
        return tuple(upper)
    if SIGNS.issuperset(part):
        return tuple(dict.fromkeys(part))
    return None
