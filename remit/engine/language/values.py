"""One value of an event, checked against its dimension."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from remit.engine.language.constraint_texts import value_phrase
from remit.engine.language.flaws import Flaw, FlawError, raw_phrase
from remit.engine.language.literals import exact_number, number_text, read_day, read_number
from remit.engine.language.problems import in_ticks
from remit.engine.vocabulary import Dimension, Value
from remit.engine.wording import tell

__all__ = ["read_value"]


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
    text = number_text(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw
    if not isinstance(text, str):
        message = tell("this is no value of `{dimension}`", dimension=dimension.name)
        raise _flaw(message, value_phrase(dimension), raw_phrase(raw))
    if text not in names:
        message = tell(
            "`{dimension}` has no value {text}", dimension=dimension.name, text=in_ticks(text)
        )
        expected = value_phrase(dimension)
        help_ = _range_help(text)
        raise FlawError((Flaw(message, (), expected, help=help_, word=text, names=names),))
    return text


def _range_help(raw: object) -> str:
    """Return what to write where a range stands, as conditions have them."""
    if not isinstance(raw, str) or ".." not in raw:
        return ""
    return tell("an event has one value of a dimension, not a range")


def _day(raw: object) -> dt.date:
    if isinstance(raw, dt.date) and not isinstance(raw, dt.datetime):
        return raw
    day = read_day(raw) if isinstance(raw, str) else None
    if day is None:
        raise _flaw(tell("`date` must be a day"), tell("a day as `2026-11-23`"), raw_phrase(raw))
    return day


def _number(dimension: Dimension, raw: object) -> int | Decimal:
    expected = value_phrase(dimension)
    number = exact_number(raw)
    if number is None:
        help_ = (
            tell("write it without quotes")
            if isinstance(raw, str) and read_number(raw) is not None
            else _range_help(raw)
        )
        message = tell("this is no value of `{dimension}`", dimension=dimension.name)
        raise _flaw(message, expected, raw_phrase(raw), help_)
    if not dimension.minimum <= number <= dimension.maximum:
        raise _flaw(
            tell(
                "{raw} is out of bounds of `{dimension}`",
                raw=in_ticks(str(raw)),
                dimension=dimension.name,
            ),
            expected,
        )
    if dimension.kind == "decimal":
        return number
    if number != int(number):
        raise _flaw(tell("{raw} is not whole", raw=in_ticks(str(raw))), expected)
    return int(number)


def _flaw(message: str, expected: str, found: str = "", help_: str = "") -> FlawError:
    return FlawError((Flaw(message, (), expected, found, help_),))
