"""Texts in lines that fit, for pictures whose letters the reader's own font draws."""

from __future__ import annotations

import unicodedata

__all__ = ["broken", "ems_of"]


def broken(text: str, ems: float, most: int) -> tuple[str, ...]:
    """Return a text in lines that fit, broken at spaces and hyphens and between wide letters.

    Args:
        ems: how wide a line may be.
        most: lines; the last one ends with an ellipsis where there would be more.
    """
    lines: list[str] = []
    line = ""
    for word in _words(" ".join(text.split()), ems):
        if line and ems_of(line + word.rstrip()) > ems:
            lines.append(line.rstrip())
            line = ""
        line += word
    lines.append(line.rstrip())
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1][:-1]}…"]
    return tuple(lines)


def ems_of(text: str) -> float:
    """Return how wide a text is at most, in ems."""
    return sum(map(_width, text))


def _words(text: str, ems: float) -> list[str]:
    """Return the pieces a text may be broken into; a narrow word too long for a line is cut."""
    words = [""]
    for letter in text:
        is_wide = _width(letter) == 1
        if is_wide or ems_of(words[-1]) + _width(letter) > ems:
            words.append(letter)
        else:
            words[-1] += letter
        if is_wide or letter in " -":
            words.append("")
    return [word for word in words if word]


def _width(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0
    if unicodedata.east_asian_width(letter) in {"W", "F"}:
        return 1
    # WHY rough, and rather too much: these are the widest common fonts'.
    if letter in "mwMW@%—…":
        return 0.95
    if letter in "fijltI .,:;'|!()[]/-":
        return 0.4
    return 0.72 if letter.isupper() else 0.62
