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
from remit.engine.wording import tell

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
        message = tell(
            "this is too long for a constraint on `{dimension}`", dimension=dimension.name
        )
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
    return value_phrase(dimension) + ("" if dimension.is_named else tell(", or a range"))


def value_phrase(dimension: Dimension) -> str:
    """Return what a value of `dimension` may be."""
    if dimension.kind == "tree":
        # WHY: of a very large tree only the first nodes are looked at, for a message is short.
        first = islice(dimension.nodes, MOST_NODES_SEEN)
        tops = [name for name in first if name not in dimension.parents]
        return tell("{names} or a node below", names=one_of(tops))
    if dimension.is_named:
        return one_of(dimension.values)
    if dimension.kind == "date":
        return tell("a day as `2026-11-23`")
    kind = tell("a whole number") if dimension.kind == "integer" else tell("a number")
    return tell(
        "{kind} from {minimum} to {maximum}",
        kind=kind,
        minimum=dimension.minimum,
        maximum=dimension.maximum,
    )


def _comparison(dimension: Dimension, text: str, sign: str, word: str) -> Stretch:
    end = _end(dimension, word, text)
    lowest, highest = dimension.everything().stretches[0]
    if sign[0] == ">":
        low, high = end[0] if sign == ">=" else end[1], highest
    else:
        low, high = lowest, end[1] if sign == "<=" else end[0]
    if not low < high:
        parts = {"dimension": dimension.name, "word": in_ticks(word)}
        nothing = (
            tell("`{dimension}` has nothing above {word}", **parts)
            if sign == ">"
            else tell("`{dimension}` has nothing below {word}", **parts)
        )
        raise _flaw(tell("{text} never holds: {nothing}", text=in_ticks(text), nothing=nothing))
    return (low, high)


def _range(dimension: Dimension, text: str, first: str, last: str) -> Stretch:
    is_open = last[:1] == "<"
    last = last[1:].lstrip(" ") if is_open else last
    if not last and (is_open or not first):
        raise _flaw(tell("{text} is no range", text=in_ticks(text)), expected_phrase(dimension))
    start = _end(dimension, first, text) if first else None
    end = _end(dimension, last, text) if last else None
    low = start[0] if start else dimension.everything().stretches[0][0]
    high = end[not is_open] if end else dimension.everything().stretches[0][1]
    if low < high:
        return (low, high)
    if start and end and end[0] < start[0]:
        help_ = tell("write {value}", value=in_ticks(f"{last}..{first}"))
        if dimension.kind == "scale":
            help_ += tell("; from low to high: {names}", names=", ".join(dimension.values))
        raise _flaw(tell("the range {text} is reversed", text=in_ticks(text)), help_=help_)
    raise _flaw(
        tell("the range {text} is empty", text=in_ticks(text)),
        help_=tell("`..<` leaves its end out"),
    )


def _end(dimension: Dimension, text: str, whole: str) -> Stretch:
    """Return the cuts before and after the value that ends a range."""
    kind = dimension.kind
    if kind == "scale":
        if text not in dimension.values:
            raise _no_value(dimension, text)
        return dimension.only(text).stretches[0]
    if kind not in {"values", "tree"}:
        return _number(dimension, text)
    what = tell("a set without order") if kind == "values" else tell("a tree")
    raise _flaw(
        tell(
            "{whole} is a range, and `{dimension}` is {what}",
            whole=in_ticks(whole),
            dimension=dimension.name,
            what=what,
        ),
        expected_phrase(dimension),
        tell("write a list") if kind == "values" else tell("name a node, or write a list"),
    )


def _number(dimension: Dimension, text: str) -> Stretch:
    if dimension.kind == "date":
        day = read_day(text)
        if day is None:
            raise _flaw(tell("{text} is no day", text=in_ticks(text)), expected_phrase(dimension))
        return (Cut(day.toordinal()), Cut(day.toordinal() + 1))
    number = read_number(text)
    if number is None:
        raise _flaw(tell("{text} is no number", text=in_ticks(text)), expected_phrase(dimension))
    is_whole = dimension.kind == "integer"
    if is_whole and number != int(number):
        message = tell(
            "`{dimension}` counts in whole numbers, and {text} is none",
            dimension=dimension.name,
            text=in_ticks(text),
        )
        raise _flaw(message, expected_phrase(dimension))
    if not dimension.minimum <= number <= dimension.maximum:
        bounds = tell(
            "`{dimension}` goes from {minimum} to {maximum}",
            dimension=dimension.name,
            minimum=dimension.minimum,
            maximum=dimension.maximum,
        )
        message = tell("{text} is out of bounds: {bounds}", text=in_ticks(text), bounds=bounds)
        raise _flaw(message, expected_phrase(dimension))
    if is_whole:
        return (Cut(int(number)), Cut(int(number) + 1))
    exact = Decimal(number)
    return (Cut(exact), Cut(exact, 1))


def _no_value(dimension: Dimension, text: str) -> FlawError:
    names = dimension.nodes if dimension.kind == "tree" else dimension.values
    message = tell(
        "`{dimension}` has no value {text}", dimension=dimension.name, text=in_ticks(text)
    )
    return FlawError((Flaw(message, (), expected_phrase(dimension), word=text, names=names),))


def _flaw(message: str, expected: str = "", help_: str = "") -> FlawError:
    return FlawError((Flaw(message, (), expected, "", help_),))
