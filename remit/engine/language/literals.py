"""Words that mean the same wherever they stand: numbers, days, constraints written as text."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

__all__ = [
    "CONSTRAINT_PATTERN",
    "DAY_PATTERN",
    "LONGEST_CONSTRAINT",
    "NUMBER_PATTERN",
    "exact_number",
    "number_text",
    "read_day",
    "read_number",
]

NUMBER_PATTERN = r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?"
DAY_PATTERN = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_NAME_PATTERN = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_TOKEN = rf"(?:{_NAME_PATTERN}|{NUMBER_PATTERN})"
_SPACE = "[ ]*"
CONSTRAINT_PATTERN = (
    rf"^{_SPACE}(?:{_TOKEN}|{_TOKEN}{_SPACE}\.\.|{_TOKEN}?{_SPACE}\.\.{_SPACE}<?{_SPACE}{_TOKEN}"
    rf"|(?:>=|<=|>|<){_SPACE}{_TOKEN}){_SPACE}$"
)
"""What any constraint written as text looks like, whatever its dimension; as ECMA-262 and Python
both read it.
"""

LONGEST_CONSTRAINT = 200
"""Characters of a constraint written as text."""
MOST_DIGITS = 40
"""Digits of a number before or after the point; more would make it costly to write out."""

_NUMBER = re.compile(NUMBER_PATTERN)
_DAY = re.compile(DAY_PATTERN)


def read_number(text: str) -> int | Decimal | None:
    """Return a number written in digits, exactly; `None` if it is none."""
    if text.isdigit() and text.isascii() and text[0] != "0" and len(text) <= LONGEST_CONSTRAINT:
        return int(text)
    return Decimal(text) if len(text) <= LONGEST_CONSTRAINT and _NUMBER.fullmatch(text) else None


def read_day(text: str) -> dt.date | None:
    """Return a day written `YYYY-MM-DD`; `None` if it is none."""
    if not _DAY.fullmatch(text):
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def exact_number(raw: object) -> Decimal | None:
    """Return a number of moderate size exactly; `None` if it is none.

    Args:
        raw: an `int`, a `Decimal`, or a float, which counts as the shortest decimal that reads back
            as it.
    """
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        return None
    if isinstance(raw, int):
        return Decimal(raw) if raw.bit_length() <= 3 * MOST_DIGITS else None
    number = Decimal(repr(raw)) if isinstance(raw, float) else raw
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -MOST_DIGITS:
        return None
    return number if number.adjusted() <= MOST_DIGITS else None


def number_text(raw: float | Decimal) -> str | None:
    """Return a number of moderate size in digits, without an exponent; `None` for any other."""
    number = exact_number(raw)
    return None if number is None else f"{number:f}"
