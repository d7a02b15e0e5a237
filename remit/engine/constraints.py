"""Constraints as authors write them, read into exact sets of values of one dimension.

One grammar for every dimension (LANGUAGE, section 2): a value, a tree node, a list, a range, a comparison, `{not: ...}`.
A constraint that is empty, reversed, out of bounds or never holds is refused, with the part at fault.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal

from remit.engine.flaws import Flaw, FlawError, did_you_mean, raw_phrase
from remit.engine.intervals import Cut, IntervalSet
from remit.engine.problems import in_ticks, one_of
from remit.engine.vocabulary import Dimension

__all__ = ["CONSTRAINT_PATTERN", "DAY_PATTERN", "NUMBER_PATTERN", "parse_constraint", "read_day", "read_number"]

NUMBER_PATTERN = r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?"
DAY_PATTERN = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_NAME_PATTERN = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_TOKEN = rf"(?:{_NAME_PATTERN}|{NUMBER_PATTERN})"
_SPACE = "[ ]*"
CONSTRAINT_PATTERN = (
    rf"^{_SPACE}(?:{_TOKEN}|{_TOKEN}{_SPACE}\.\.|{_TOKEN}?{_SPACE}\.\.{_SPACE}<?{_SPACE}{_TOKEN}"
    rf"|(?:>=|<=|>|<){_SPACE}{_TOKEN}){_SPACE}$"
)
"""What any constraint written as text looks like, whatever its dimension; as ECMA-262 and Python both read it."""

LONGEST_TEXT = 200
_RANGE = re.compile(r"(?P<low>.*?) *\.\. *(?P<open><?) *(?P<high>.*)", re.DOTALL)
_COMPARISON = re.compile(r"(?P<sign>>=|<=|>|<) *(?P<end>.*)", re.DOTALL)
_NUMBER = re.compile(NUMBER_PATTERN)
_DAY = re.compile(DAY_PATTERN)
DEEPEST = 16
"""Lists and `not` inside one another."""


def parse_constraint(dimension: Dimension, raw: object) -> IntervalSet:
    """Return the values that a constraint allows.

    Args:
        raw: text, a number, a list of constraints, or `{"not": constraint}`, as YAML or JSON give them.

    Raises:
        FlawError: if it cannot be read, or never holds; with every part at fault.
    """
    flaws: list[Flaw] = []
    found = _read(dimension, raw, flaws, 0)
    if found is None or flaws:
        raise FlawError(tuple(flaws))
    return found


def read_number(text: str) -> Decimal | None:
    """Return a number written in digits, exactly; `None` if it is none."""
    return Decimal(text) if len(text) <= LONGEST_TEXT and _NUMBER.fullmatch(text) else None


def read_day(text: str) -> dt.date | None:
    """Return a day written `YYYY-MM-DD`; `None` if it is none."""
    if not _DAY.fullmatch(text):
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _read(dimension: Dimension, raw: object, flaws: list[Flaw], depth: int) -> IntervalSet | None:
    if depth > DEEPEST:
        flaws.append(Flaw(f"lists and `not` are nested more than {DEEPEST} deep"))
        return None
    if isinstance(raw, list | tuple):
        return _read_list(dimension, raw, flaws, depth)
    if isinstance(raw, Mapping):
        return _read_not(dimension, raw, flaws, depth)
    try:
        if isinstance(raw, str):
            return _read_text(dimension, raw)
        if isinstance(raw, int | Decimal | float) and not isinstance(raw, bool):
            return _only(dimension, str(raw))
        if isinstance(raw, dt.date) and not isinstance(raw, dt.datetime):
            return _only(dimension, raw.isoformat())
    except FlawError as error:
        flaws.extend(error.flaws)
        return None
    help_ = f"write {in_ticks(chr(34) + str(raw).lower() + chr(34))} in quotes" if isinstance(raw, bool) else ""
    flaws.append(
        Flaw(f"this is no constraint on `{dimension.name}`", (), _expected(dimension), raw_phrase(raw), help_)
    )
    return None


def _read_list(
    dimension: Dimension, raw: list[object] | tuple[object, ...], flaws: list[Flaw], depth: int
) -> IntervalSet | None:
    if not raw:
        flaws.append(
            Flaw(
                f"an empty list allows no value of `{dimension.name}`",
                help=f"leave `{dimension.name}` out to allow every value",
            )
        )
        return None
    parts: list[IntervalSet] = []
    for index, item in enumerate(raw):
        inner: list[Flaw] = []
        part = _read(dimension, item, inner, depth + 1)
        flaws.extend(flaw.under(index) for flaw in inner)
        if part is not None:
            parts.append(part)
    return IntervalSet.of(*(stretch for part in parts for stretch in part.stretches))


def _read_not(
    dimension: Dimension, raw: Mapping[object, object], flaws: list[Flaw], depth: int
) -> IntervalSet | None:
    if set(raw) != {"not"}:
        other = next((str(key) for key in raw if key != "not"), "")
        flaws.append(
            Flaw(
                f"a constraint on `{dimension.name}` cannot be a map with {in_ticks(other)}" if other
                else f"an empty map is no constraint on `{dimension.name}`",
                (other,) if other else (),
                "`{not: ...}`",
                help=did_you_mean(other, ("not",)),
            )
        )
        return None
    inner: list[Flaw] = []
    part = _read(dimension, raw["not"], inner, depth + 1)
    flaws.extend(flaw.under("not") for flaw in inner)
    if part is None or inner:
        return None
    rest = dimension.everything() - part
    if not rest:
        flaws.append(Flaw(f"this never holds: it leaves out every value of `{dimension.name}`"))
        return None
    return rest


def _read_text(dimension: Dimension, raw: str) -> IntervalSet:
    text = raw.strip(" ")
    if len(text) > LONGEST_TEXT:
        raise _flaw(f"this is too long for a constraint on `{dimension.name}`", _expected(dimension))
    if text[:1] in {"<", ">"}:
        return _read_comparison(dimension, text)
    if ".." in text:
        return _read_range(dimension, text)
    return _only(dimension, text)


def _read_comparison(dimension: Dimension, text: str) -> IntervalSet:
    found = _COMPARISON.fullmatch(text)
    assert found is not None
    sign = found["sign"]
    end = _end(dimension, found["end"], text)
    everything = dimension.everything()
    lowest, highest = everything.stretches[0][0], everything.stretches[-1][1]
    if sign == ">=":
        low, high = end[0], highest
    elif sign == ">":
        low, high = end[1], highest
    else:
        low, high = lowest, end[1] if sign == "<=" else end[0]
    if not low < high:
        side = "above" if sign == ">" else "below"
        raise _flaw(f"{in_ticks(text)} never holds: `{dimension.name}` has nothing {side} {in_ticks(found['end'])}")
    return IntervalSet.of((low, high))


def _read_range(dimension: Dimension, text: str) -> IntervalSet:
    found = _RANGE.fullmatch(text)
    assert found is not None
    if not found["high"] and (found["open"] or not found["low"]):
        raise _flaw(f"{in_ticks(text)} is no range", _expected(dimension))
    everything = dimension.everything()
    low, high = everything.stretches[0][0], everything.stretches[-1][1]
    start = end = None
    if found["low"]:
        start = _end(dimension, found["low"], text)
        low = start[0]
    if found["high"]:
        end = _end(dimension, found["high"], text)
        high = end[0] if found["open"] else end[1]
    if low < high:
        return IntervalSet.of((low, high))
    if start and end and end[0] < start[0]:
        turned = f"{found['high']}..{found['low']}"
        order = f"; from low to high: {', '.join(dimension.values)}" if dimension.kind == "scale" else ""
        raise _flaw(f"the range {in_ticks(text)} is reversed", help_=f"write {in_ticks(turned)}{order}")
    raise _flaw(f"the range {in_ticks(text)} is empty", help_="`..<` leaves its end out")


def _end(dimension: Dimension, text: str, whole: str) -> tuple[Cut, Cut]:
    """Return the cuts before and after the value that ends a range."""
    if dimension.kind in {"values", "tree"}:
        kind = "a set without order" if dimension.kind == "values" else "a tree"
        raise _flaw(
            f"{in_ticks(whole)} is a range, and `{dimension.name}` is {kind}",
            _expected(dimension),
            help_="write a list" if dimension.kind == "values" else "name a node, or write a list",
        )
    return _only(dimension, text).stretches[0]


def _only(dimension: Dimension, text: str) -> IntervalSet:
    if dimension.is_named:
        return _only_name(dimension, text)
    if dimension.kind == "date":
        day = read_day(text)
        if day is None:
            raise _flaw(f"{in_ticks(text)} is no day", "a day as `2026-11-23`, or a range of days")
        return dimension.only(day)
    number = read_number(text)
    if number is None:
        raise _flaw(f"{in_ticks(text)} is no number", _expected(dimension))
    if dimension.kind == "integer" and number != number.to_integral_value():
        raise _flaw(f"`{dimension.name}` counts in whole numbers, and {in_ticks(text)} is none", _expected(dimension))
    if not dimension.minimum <= number <= dimension.maximum:
        raise _flaw(
            f"{in_ticks(text)} is out of bounds: `{dimension.name}` goes from {dimension.minimum} to {dimension.maximum}",
            _expected(dimension),
        )
    return dimension.only(int(number) if dimension.kind == "integer" else number)


def _only_name(dimension: Dimension, text: str) -> IntervalSet:
    names = dimension.nodes if dimension.kind == "tree" else dimension.values
    if text not in names:
        raise _flaw(
            f"`{dimension.name}` has no value {in_ticks(text)}", _expected(dimension), help_=did_you_mean(text, names)
        )
    return dimension.only(text)


def _expected(dimension: Dimension) -> str:
    if dimension.kind == "tree":
        return one_of([name for name in dimension.nodes if name not in dimension.parents])+ " or a node below"
    if dimension.is_named:
        return one_of(dimension.values)
    if dimension.kind == "date":
        return "a day as `2026-11-23`, or a range of days"
    kind = "a whole number" if dimension.kind == "integer" else "a number"
    return f"{kind} from {dimension.minimum} to {dimension.maximum}, or a range"


def _flaw(message: str, expected: str = "", help_: str = "") -> FlawError:
    return FlawError((Flaw(message, (), expected, "", help_),))
