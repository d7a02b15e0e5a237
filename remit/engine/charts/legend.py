"""What a chart itself says its letters mean: `R = Responsible`, `● 主责`, or two cells in a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from remit.engine.charts.codes import SIGNS, read_codes
from remit.engine.charts.meanings import word_meaning
from remit.engine.charts.sheet import Sheet

__all__ = ["legend_of"]

_SIGNS = "".join(sorted(SIGNS))
_PAIR = re.compile(
    rf"(?:(?<![A-Za-z])(?P<letter>[A-Za-z])|(?P<sign>[{_SIGNS}]))\s*"
    r"(?:=|:|：|-|–|—|→|\bis\b|\bfor\b|表示|代表|为|是|[(（])\s*"
    r"(?P<word>[^\s=:：,;，；、。\n)）|/][^=:：,;，；、。\n)）|/]{0,60})"
)
_SIGN_PAIR = re.compile(rf"(?P<sign>[{_SIGNS}])\s*(?P<word>[^\s{_SIGNS},;，；、。]{{1,12}})")


def legend_of(sheet: Sheet, cells: Iterable[tuple[int, int]]) -> dict[str, str]:
    """Return the word for each letter that texts around a table explain.

    Args:
        cells: the places outside of the table.
    """
    found: dict[str, str] = {}
    for row, column in cells:
        for code, word in (*_in_text(sheet.raw(row, column)), *_beside(sheet, row, column)):
            if code not in found and word_meaning(word) is not None:
                found[code] = word
    return found


def _in_text(text: str) -> Iterator[tuple[str, str]]:
    for pattern in (_PAIR, _SIGN_PAIR):
        for match in pattern.finditer(text):
            groups = match.groupdict()
            code = (groups.get("letter") or groups.get("sign") or "").upper()
            # WHY the beginning of it: the explanation may go on without a comma before the next.
            yield code, re.split(r"\s+(?=[A-Z]\s*[=:：-])", groups["word"])[0].strip()


def _beside(sheet: Sheet, row: int, column: int) -> Iterator[tuple[str, str]]:
    codes = read_codes(sheet.text(row, column))
    word = sheet.text(row, column + 1)
    if codes is not None and len(codes.codes) == 1 and len(codes.codes[0]) == 1 and word:
        yield codes.codes[0], word
