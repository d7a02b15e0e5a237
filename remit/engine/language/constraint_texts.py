"""Constraints written as one text: a name, a number, a day, a range, a comparison."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import islice

from remit.engine.intervals import Cut, IntervalSet, Stretch
from remit.engine.language.flaws import Flaw, FlawError
from remit.engine.language.literals import LONGEST_CONSTRAINT, read_day, read_number
from remit.engine.language.problems import in_ticks, one_of
from remit.engine.vocabulary import Dimension

__all__ = ["expected_phrase", "read_text", "value_phrase"]

MOST_NODES_SEEN = 1_000
"""Nodes looked at for a message."""
_COMPARISON = re.compile(r"(>=|<=|>|<) *(.*)", re.DOTALL)


def read_text(dimension: Dimension, raw: str) -> IntervalSet:
    """Return the values that a constraint written as text allows.

    Raises:
        FlawError: if it cannot be read, or never holds.
    """
    text = raw.strip(" ")
    if len(text) > LONGEST_CONSTRAINT:
        message = f"this is too long for a constraint on `{dimension.name}`"
        raise _flaw(message, expected_phrase(dimension))
    low, dots, high = text.partition("..")
    if dots:
        return IntervalSet((_range(dimension, text, low.rstrip(" "), high.lstrip(" ")),))
    found = _COMPARISON.fullmatch(text)
    if found is not None:
        return IntervalSet((_comparison(dimension, text, found[1], found[2]),))
    if not dimension.is_named:
        return IntervalSet((_number(dimension, text),))
    names = dimension.nodes if dimension.kind == "tree" else dimension.values
    if text not in names:
        raise _no_value(dimension, text)
    return dimension.only(text)


def expected_phrase(dimension: Dimension) -> str:
    """Return what a constraint on `dimension` may be."""
    return value_phrase(dimension) + ("" if dimension.is_named else ", or a range")


def value_phrase(dimension: Dimension) -> str:
    """Return what a value of `dimension` may be."""
    if dimension.kind == "tree":
        # WHY: of a very large tree only the first nodes are looked at, for a message is short.
        first = islice(dimension.nodes, MOST_NODES_SEEN)
        tops = [name for name in first if name not in dimension.parents]
        return f"{one_of(tops)} or a node below"
    if dimension.is_named:
        return one_of(dimension.values)
    if dimension.kind == "date":
        return "a day as `2026-11-23`"
    kind = "a whole number" if dimension.kind == "integer" else "a number"
    return f"{kind} from {dimension.minimum} to {dimension.maximum}"


def _comparison(dimension: Dimension, text: str, sign: str, word: str) -> Stretch:
    end = _end(dimension, word, text)
    lowest, highest = dimension.everything().stretches[0]
    if sign[0] == ">":
        low, high = end[0] if sign == ">=" else end[1], highest
    else:
        low, high = lowest, end[1] if sign == "<=" else end[0]
    if not low < high:
        side = "above" if sign == ">" else "below"
        nothing = f"`{dimension.name}` has nothing {side} {in_ticks(word)}"
        raise _flaw(f"{in_ticks(text)} never holds: {nothing}")
    return (low, high)


def _range(dimension: Dimension, text: str, first: str, last: str) -> Stretch:
    is_open = last[:1] == "<"
    last = last[1:].lstrip(" ") if is_open else last
    if not last and (is_open or not first):
        raise _flaw(f"{in_ticks(text)} is no range", expected_phrase(dimension))
    start = _end(dimension, first, text) if first else None
    end = _end(dimension, last, text) if last else None
    low = start[0] if start else dimension.everything().stretches[0][0]
    high = end[not is_open] if end else dimension.everything().stretches[0][1]
    if low < high:
        return (low, high)
    if start and end and end[0] < start[0]:
        help_ = f"write {in_ticks(f'{last}..{first}')}"
        if dimension.kind == "scale":
            help_ += f"; from low to high: {', '.join(dimension.values)}"
        raise _flaw(f"the range {in_ticks(text)} is reversed", help_=help_)
    raise _flaw(f"the range {in_ticks(text)} is empty", help_="`..<` leaves its end out")


def _end(dimension: Dimension, text: str, whole: str) -> Stretch:
    """Return the cuts before and after the value that ends a range."""
    kind = dimension.kind
    if kind == "scale":
        if text not in dimension.values:
            raise _no_value(dimension, text)
        return dimension.only(text).stretches[0]
    if kind not in {"values", "tree"}:
        return _number(dimension, text)
    what = "a set without order" if kind == "values" else "a tree"
    raise _flaw(
        f"{in_ticks(whole)} is a range, and `{dimension.name}` is {what}",
        expected_phrase(dimension),
        "write a list" if kind == "values" else "name a node, or write a list",
    )


def _number(dimension: Dimension, text: str) -> Stretch:
    if dimension.kind == "date":
        day = read_day(text)
        if day is None:
            raise _flaw(f"{in_ticks(text)} is no day", expected_phrase(dimension))
        return (Cut(day.toordinal()), Cut(day.toordinal() + 1))
    number = read_number(text)
    if number is None:
        raise _flaw(f"{in_ticks(text)} is no number", expected_phrase(dimension))
    is_whole = dimension.kind == "integer"
    if is_whole and number != int(number):
        message = f"`{dimension.name}` counts in whole numbers, and {in_ticks(text)} is none"
        raise _flaw(message, expected_phrase(dimension))
    if not dimension.minimum <= number <= dimension.maximum:
        bounds = f"`{dimension.name}` goes from {dimension.minimum} to {dimension.maximum}"
        message = f"{in_ticks(text)} is out of bounds: {bounds}"
        raise _flaw(message, expected_phrase(dimension))
    if is_whole:
        return (Cut(int(number)), Cut(int(number) + 1))
    exact = Decimal(number)
    return (Cut(exact), Cut(exact, 1))


def _no_value(dimension: Dimension, text: str) -> FlawError:
    names = dimension.nodes if dimension.kind == "tree" else dimension.values
    message = f"`{dimension.name}` has no value {in_ticks(text)}"
    return FlawError((Flaw(message, (), expected_phrase(dimension), word=text, names=names),))


def _flaw(message: str, expected: str = "", help_: str = "") -> FlawError:
    return FlawError((Flaw(message, (), expected, "", help_),))
