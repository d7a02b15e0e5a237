"""One value of an event, checked against its dimension."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal

from remit.engine.flaws import Flaw, FlawError, did_you_mean, raw_phrase
from remit.engine.literals import read_day
from remit.engine.problems import in_ticks, one_of
from remit.engine.vocabulary import Dimension, Value

__all__ = ["read_value"]

MOST_DIGITS = 40
"""Digits of a number before or after the point; more would make it costly to write out."""


def read_value(dimension: Dimension, raw: object) -> Value:
    """Return one value of `dimension`: a name, a number of its kind, or a day.

    Args:
        raw: as YAML or JSON give it; a float counts as the shortest decimal that reads back as it.

    Raises:
        FlawError: if it is no value of the dimension.
    """
    if dimension.is_named:
        return _name(dimension, raw)
    if dimension.kind == "date":
        return _day(raw)
    return _number(dimension, raw)


def _name(dimension: Dimension, raw: object) -> str:
    names = dimension.nodes if dimension.kind == "tree" else dimension.values
    # WHY: a block of flats may be called 7, and YAML then gives a number.
    text = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw
    if isinstance(text, str) and text in names:
        return text
    tops = [name for name in dimension.nodes if name not in dimension.parents]
    expected = one_of(tops) + " or a node below" if dimension.kind == "tree" else one_of(names)
    if not isinstance(text, str):
        raise _flaw(f"this is no value of `{dimension.name}`", expected, raw_phrase(raw))
    raise _flaw(
        f"`{dimension.name}` has no value {in_ticks(text)}", expected, "", did_you_mean(text, names)
    )


def _day(raw: object) -> dt.date:
    if isinstance(raw, dt.date) and not isinstance(raw, dt.datetime):
        return raw
    day = read_day(raw) if isinstance(raw, str) else None
    if day is None:
        raise _flaw("`date` must be a day", "a day as `2026-11-23`", raw_phrase(raw))
    return day


def _number(dimension: Dimension, raw: object) -> int | Decimal:
    kind = "a whole number" if dimension.kind == "integer" else "a number"
    expected = f"{kind} from {dimension.minimum} to {dimension.maximum}"
    number = _exact(raw)
    if number is None:
        help_ = "write it without quotes" if isinstance(raw, str) and raw.strip().isdigit() else ""
        raise _flaw(f"this is no value of `{dimension.name}`", expected, raw_phrase(raw), help_)
    if not dimension.minimum <= number <= dimension.maximum:
        raise _flaw(f"{in_ticks(str(raw))} is out of bounds of `{dimension.name}`", expected)
    if dimension.kind == "decimal":
        return number
    if number != number.to_integral_value():
        raise _flaw(f"{in_ticks(str(raw))} is not whole", expected)
    return int(number)


def _exact(raw: object) -> Decimal | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        return None
    if isinstance(raw, int):
        return Decimal(raw) if raw.bit_length() <= 3 * MOST_DIGITS else None
    if isinstance(raw, float) and not math.isfinite(raw):
        return None
    number = Decimal(repr(raw)) if isinstance(raw, float) else raw
    if not number.is_finite() or number.adjusted() > MOST_DIGITS:
        return None
    exponent = number.as_tuple().exponent
    return number if isinstance(exponent, int) and exponent >= -MOST_DIGITS else None


def _flaw(message: str, expected: str, found: str = "", help_: str = "") -> FlawError:
    return FlawError((Flaw(message, (), expected, found, help_),))
