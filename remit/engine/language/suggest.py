"""The name an author may have meant: the nearest by typing slips, within a limit."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["closest", "distance"]

LONGEST_WORD = 80
"""Characters beyond which nothing is suggested."""


def closest(word: str, names: Iterable[str]) -> str | None:
    """Return the name nearest to `word`, the first by alphabet among equals, or `None`.

    Never `word` itself. Near enough is a third of the longer word's letters: one slip in a word of
    up to five letters,
    two in one of up to eight, at most three. Upper and lower case, `_` and spaces for `-`, count as
    no slip.
    """
    if not word or len(word) > LONGEST_WORD:
        return None
    folded = _fold(word)
    best: tuple[int, str] | None = None
    for name in names:
        if name == word:
            continue
        limit = _limit(max(len(folded), len(name)))
        if best is not None:
            limit = min(limit, best[0])
        slips = distance(folded, _fold(name), limit)
        if slips <= limit and (best is None or (slips, name) < best):
            best = (slips, name)
    return None if best is None else best[1]


def distance(one: str, other: str, limit: int) -> int:
    """Return the fewest slips from one word to the other, or some number above `limit`.

    A slip is a letter more, less, or other, or two neighbours exchanged (optimal string alignment).
    Cost: the product of
    the lengths at worst; most pairs end at the comparison of lengths.
    """
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    if one == other:
        return 0
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before = before, row
        row = [i]
        for j, facing in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != facing))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == facing:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > limit and min(before) > limit:
            return limit + 1
    return row[-1]


def _fold(word: str) -> str:
    return word.lower().replace("_", "-").replace(" ", "-")


def _limit(length: int) -> int:
    return min(3, max(1, length // 3))
