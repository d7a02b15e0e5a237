"""Constraints: every form of LANGUAGE.md, section 2, what each allows, and what never holds."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from remit.engine.intervals import Cut, IntervalSet
from remit.engine.language.constraints import format_constraint, parse_constraint
from remit.engine.language.flaws import FlawError
from remit.engine.spans import Span
from remit.engine.vocabulary import Dimension, date_dimension

HERE = Span("vocabulary.yaml", 1, 1, 1, 2)
STAGE = Dimension("stage", "values", HERE, values=("early", "mid", "late", "off"))
LEVEL = Dimension("level", "scale", HERE, values=("iv", "iii", "ii", "i"))
PLACE = Dimension(
    "place",
    "tree",
    HERE,
    values=("b1", "b2", "b3", "b4", "yard"),
    nodes={
        "rf": (0, 4),
        "north": (0, 2),
        "b1": (0, 1),
        "b2": (1, 2),
        "south": (2, 4),
        "b3": (2, 3),
        "b4": (3, 4),
        "yard": (4, 5),
    },
    parents={
        "north": "rf",
        "south": "rf",
        "b1": "north",
        "b2": "north",
        "b3": "south",
        "b4": "south",
    },
)
CASES = Dimension("cases", "integer", HERE, minimum=-5, maximum=100)
RAIN = Dimension("rain", "decimal", HERE, minimum=Decimal(0), maximum=Decimal(50))
DATE = date_dimension()


def indexes(*pairs: tuple[int, int]) -> IntervalSet:
    return IntervalSet.of(*((Cut(low), Cut(high)) for low, high in pairs))


def decimals(low: str, low_after: int, high: str, high_after: int) -> IntervalSet:
    return IntervalSet.of((Cut(Decimal(low), low_after), Cut(Decimal(high), high_after)))


def days(low: str, high: str) -> IntervalSet:
    first, last = dt.date.fromisoformat(low), dt.date.fromisoformat(high)
    return IntervalSet.indexes(first.toordinal(), last.toordinal() + 1)


@pytest.mark.parametrize(
    "dimension, raw, expected",
    [
        (STAGE, "early", indexes((0, 1))),
        (STAGE, ["late", "early"], indexes((0, 1), (2, 3))),
        (STAGE, {"not": "mid"}, indexes((0, 1), (2, 4))),
        (STAGE, [{"not": "mid"}, "mid"], indexes((0, 4))),
        (STAGE, {"not": {"not": ["early", "mid"]}}, indexes((0, 2))),
        (LEVEL, "iii..", indexes((1, 4))),
        (LEVEL, "..ii", indexes((0, 3))),
        (LEVEL, "iv..ii", indexes((0, 3))),
        (LEVEL, "iii..<i", indexes((1, 3))),
        (LEVEL, "..<ii", indexes((0, 2))),
        (LEVEL, ">= ii", indexes((2, 4))),
        (LEVEL, "> iii", indexes((2, 4))),
        (LEVEL, "<iii", indexes((0, 1))),
        (LEVEL, " <=  iii ", indexes((0, 2))),
        (LEVEL, "iv .. ii", indexes((0, 3))),
        (LEVEL, ["i", "..iv"], indexes((0, 1), (3, 4))),
        (PLACE, "rf", indexes((0, 4))),
        (PLACE, ["north", "b3"], indexes((0, 3))),
        (PLACE, {"not": "south"}, indexes((0, 2), (4, 5))),
        (CASES, 7, indexes((7, 8))),
        (CASES, -5, indexes((-5, -4))),
        (CASES, "7", indexes((7, 8))),
        (CASES, Decimal("7.0"), indexes((7, 8))),
        (CASES, "10..<50", indexes((10, 50))),
        (CASES, "10..50", indexes((10, 51))),
        (CASES, "..<50", indexes((-5, 50))),
        (CASES, "10..", indexes((10, 101))),
        (CASES, "-3..-1", indexes((-3, 0))),
        (CASES, ">= 10", indexes((10, 101))),
        (CASES, "> 10", indexes((11, 101))),
        (CASES, "<= -4", indexes((-5, -3))),
        (CASES, "< 50", indexes((-5, 50))),
        (CASES, [1, "3..5", {"not": "..97"}], indexes((1, 2), (3, 6), (98, 101))),
        (CASES, "..100", indexes((-5, 101))),
        (RAIN, Decimal("2.50"), decimals("2.5", 0, "2.5", 1)),
        (RAIN, 2.5, decimals("2.5", 0, "2.5", 1)),
        (RAIN, "0.1..<0.3", decimals("0.1", 0, "0.3", 0)),
        (RAIN, "0.1..0.3", decimals("0.1", 0, "0.3", 1)),
        (RAIN, "> 0.1", decimals("0.1", 1, "50", 1)),
        (RAIN, "<= 50", decimals("0", 0, "50", 1)),
        (RAIN, {"not": "..0.1"}, decimals("0.1", 1, "50", 1)),
        (DATE, "2020-01-24", days("2020-01-24", "2020-01-24")),
        (DATE, dt.date(2020, 1, 24), days("2020-01-24", "2020-01-24")),
        (DATE, "2020-01-24..2020-04-30", days("2020-01-24", "2020-04-30")),
        (DATE, "2020-01-24..<2020-04-30", days("2020-01-24", "2020-04-29")),
        (DATE, "..2020-02-29", days("0001-01-01", "2020-02-29")),
        (DATE, "> 9999-12-30", days("9999-12-31", "9999-12-31")),
    ],
)
def test_a_constraint_allows_exactly_these_values(
    dimension: Dimension, raw: object, expected: IntervalSet
) -> None:
    assert expected == parse_constraint(dimension, raw)


@pytest.mark.parametrize(
    "dimension, raw, path, message",
    [
        (STAGE, [], (), "an empty list allows no value of `stage`"),
        (STAGE, "erly", (), "`stage` has no value `erly`"),
        (STAGE, "early..late", (), "`early..late` is a range, and `stage` is a set without order"),
        (STAGE, "> early", (), "`> early` is a range, and `stage` is a set without order"),
        (
            STAGE,
            {"not": ["early", "mid", "late", "off"]},
            (),
            "this never holds: it leaves out every value of `stage`",
        ),
        (STAGE, True, (), "this is no constraint on `stage`"),
        (STAGE, None, (), "this is no constraint on `stage`"),
        (STAGE, {}, (), "an empty map is no constraint on `stage`"),
        (STAGE, {"nto": "early"}, ("nto",), "a constraint on `stage` cannot be a map with `nto`"),
        (
            STAGE,
            {"not": "early", "or": "mid"},
            ("or",),
            "a constraint on `stage` cannot be a map with `or`",
        ),
        (STAGE, ["early", ["mid", "x"]], (1, 1), "`stage` has no value `x`"),
        (STAGE, {"not": ["y"]}, ("not", 0), "`stage` has no value `y`"),
        (STAGE, "", (), "`stage` has no value ``"),
        (PLACE, "rf..yard", (), "`rf..yard` is a range, and `place` is a tree"),
        (LEVEL, "ii..iv", (), "the range `ii..iv` is reversed"),
        (LEVEL, "ii..<ii", (), "the range `ii..<ii` is empty"),
        (LEVEL, "..<iv", (), "the range `..<iv` is empty"),
        (LEVEL, "> i", (), "`> i` never holds: `level` has nothing above `i`"),
        (LEVEL, "< iv", (), "`< iv` never holds: `level` has nothing below `iv`"),
        (LEVEL, "..", (), "`..` is no range"),
        (LEVEL, "iv..<", (), "`iv..<` is no range"),
        (LEVEL, "v..", (), "`level` has no value `v`"),
        (LEVEL, ">=", (), "`level` has no value ``"),
        (CASES, "50..10", (), "the range `50..10` is reversed"),
        (CASES, "10..<10", (), "the range `10..<10` is empty"),
        (CASES, 101, (), "`101` is out of bounds: `cases` goes from -5 to 100"),
        (CASES, "10..101", (), "`101` is out of bounds: `cases` goes from -5 to 100"),
        (CASES, ">= -6", (), "`-6` is out of bounds: `cases` goes from -5 to 100"),
        (CASES, "> 100", (), "`> 100` never holds: `cases` has nothing above `100`"),
        (CASES, Decimal("1.5"), (), "`cases` counts in whole numbers, and `1.5` is none"),
        (CASES, "1e3", (), "`1e3` is no number"),
        (CASES, "1_000", (), "`1_000` is no number"),
        (CASES, "010", (), "`010` is no number"),
        (CASES, "٣", (), "`٣` is no number"),
        (CASES, "1..2..3", (), "`2..3` is no number"),
        (CASES, [10**5000], (0,), "this is no constraint on `cases`"),
        (CASES, float("nan"), (), "this is no constraint on `cases`"),
        (CASES, Decimal("1E+999999999"), (), "this is no constraint on `cases`"),
        (RAIN, Decimal("1E-999999999"), (), "this is no constraint on `rain`"),
        (RAIN, "0.3..0.1", (), "the range `0.3..0.1` is reversed"),
        (RAIN, "..<0", (), "the range `..<0` is empty"),
        (DATE, "2020-02-30", (), "`2020-02-30` is no day"),
        (DATE, "2020-1-2", (), "`2020-1-2` is no day"),
        (DATE, "2020-04-30..2020-01-24", (), "the range `2020-04-30..2020-01-24` is reversed"),
        (STAGE, "x" * 201, (), "this is too long for a constraint on `stage`"),
    ],
)
def test_a_constraint_that_cannot_hold_or_be_read_says_which_part_and_why(
    dimension: Dimension, raw: object, path: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(FlawError) as caught:
        parse_constraint(dimension, raw)
    assert [(path, message)] == [(flaw.path, flaw.message) for flaw in caught.value.flaws]


def test_all_parts_at_fault_are_told_at_once() -> None:
    with pytest.raises(FlawError) as caught:
        parse_constraint(CASES, ["x", 5, {"not": "9..3"}, 500])
    assert [(0,), (2, "not"), (3,)] == [flaw.path for flaw in caught.value.flaws]


def test_a_name_mistyped_is_answered_with_the_near_one() -> None:
    with pytest.raises(FlawError, match="did you mean `early`"):
        parse_constraint(STAGE, "erly")


def test_lists_nested_without_end_are_refused() -> None:
    raw: object = "early"
    for _ in range(40):
        raw = [raw]
    with pytest.raises(FlawError, match="nested more than 16 deep"):
        parse_constraint(STAGE, raw)


@pytest.mark.parametrize(
    "dimension, allowed, expected",
    [
        (STAGE, indexes((0, 1)), "early"),
        (STAGE, indexes((0, 1), (2, 3)), ["early", "late"]),
        (STAGE, indexes((0, 2), (3, 4)), {"not": "late"}),
        (LEVEL, indexes((1, 4)), "iii.."),
        (LEVEL, indexes((0, 3)), "..ii"),
        (LEVEL, indexes((1, 3)), "iii..ii"),
        (LEVEL, indexes((1, 2)), "iii"),
        (LEVEL, indexes((0, 4)), "iv.."),
        (LEVEL, indexes((0, 1), (3, 4)), ["iv", "i"]),
        (PLACE, indexes((0, 4)), "rf"),
        (PLACE, indexes((0, 1), (2, 4)), ["b1", "south"]),
        (PLACE, indexes((0, 2), (3, 5)), {"not": "b3"}),
        (PLACE, indexes((4, 5)), "yard"),
        (CASES, indexes((7, 8)), 7),
        (CASES, indexes((10, 50)), "10..49"),
        (CASES, indexes((-5, 50)), "..49"),
        (CASES, indexes((10, 101)), "10.."),
        (CASES, indexes((-5, 10), (50, 101)), ["..9", "50.."]),
        (RAIN, decimals("0.1", 0, "0.3", 0), "0.1..<0.3"),
        (RAIN, decimals("0.1", 0, "0.3", 1), "0.1..0.3"),
        (RAIN, decimals("0.10", 1, "50", 1), "> 0.1"),
        (RAIN, decimals("0", 0, "7.25", 0), "..<7.25"),
        (RAIN, decimals("2.50", 0, "2.5", 1), "2.5"),
        (RAIN, decimals("0.1", 1, "0.3", 1), {"not": ["..0.1", "> 0.3"]}),
        (DATE, days("2020-01-24", "2020-04-30"), "2020-01-24..2020-04-30"),
        (DATE, days("2020-01-24", "9999-12-31"), "2020-01-24.."),
        (DATE, days("2020-01-24", "2020-01-24"), "2020-01-24"),
    ],
)
def test_a_set_is_written_as_an_author_would(
    dimension: Dimension, allowed: IntervalSet, expected: object
) -> None:
    assert expected == format_constraint(dimension, allowed)


def test_no_constraint_says_nothing_or_more_than_everything() -> None:
    for allowed in (indexes(), indexes((0, 5))):
        with pytest.raises(ValueError, match="IntervalSet"):
            format_constraint(STAGE, allowed)
