"""Laws of constraints: written and read again they are the same set, and say what they allow."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from remit.engine.intervals import Cut, IntervalSet
from remit.engine.language.constraints import format_constraint, parse_constraint
from remit.engine.language.flaws import FlawError
from remit.engine.vocabulary import Dimension, Value
from tests.unit.engine.test_constraints import CASES, DATE, LEVEL, PLACE, RAIN, STAGE

FIRST = dt.date(2020, 1, 1)
AMOUNTS = tuple(Decimal(n) / 4 for n in range(201))
DAYS = tuple(FIRST + dt.timedelta(days=n) for n in range(40))
POINTS: dict[str, tuple[Value, ...]] = {
    "stage": STAGE.values,
    "level": LEVEL.values,
    "place": PLACE.values,
    "cases": tuple(range(-5, 101)),
    "rain": AMOUNTS,
    "date": DAYS,
}
DIMENSIONS = st.sampled_from([STAGE, LEVEL, PLACE, CASES, RAIN, DATE])


def spelled(value: Value) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)


@st.composite
def constraints(draw: st.DrawFn, dimension: Dimension, depth: int = 0) -> Any:
    """Draw a constraint in any spelling, right or wrong in its bounds."""
    names = list(dimension.nodes) if dimension.kind == "tree" else POINTS[dimension.name]
    value = draw(st.sampled_from(names))
    other = draw(st.sampled_from(names))
    forms = ["value", "list", "not"]
    if dimension.kind not in {"values", "tree"}:
        forms += ["range", "range", "comparison", "comparison"]
    form = draw(st.sampled_from(forms[: 1 if depth > 2 else None]))
    if form == "list":
        return draw(st.lists(constraints(dimension, depth + 1), min_size=1, max_size=3))
    if form == "not":
        return {"not": draw(constraints(dimension, depth + 1))}
    if form == "range":
        low = draw(st.sampled_from([spelled(value), ""]))
        high = draw(st.sampled_from([spelled(other), ""])) if low else spelled(other)
        return f"{low}..{draw(st.sampled_from(['', '<'])) if high else ''}{high}"
    if form == "comparison":
        return f"{draw(st.sampled_from(['<', '<=', '>', '>=']))} {spelled(value)}"
    return draw(st.sampled_from([value, spelled(value)]))


def allows(dimension: Dimension, raw: Any, point: Value) -> bool:  # noqa: PLR0911 - a form each
    """Return whether a constraint allows a point, read word by word and without any set."""
    if isinstance(raw, list):
        return any(allows(dimension, item, point) for item in raw)
    if isinstance(raw, dict):
        return not allows(dimension, raw["not"], point)
    text = spelled(raw)
    if text[0] in "<>":
        sign, end = text.split(" ")
        order = rank(dimension, point) - rank(dimension, end)
        return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[sign]
    if ".." in text:
        low, high = text.split("..")
        is_above = not low or rank(dimension, point) >= rank(dimension, low)
        if high.startswith("<"):
            return is_above and rank(dimension, point) < rank(dimension, high[1:])
        return is_above and (not high or rank(dimension, point) <= rank(dimension, high))
    if dimension.kind == "tree":
        low_leaf, high_leaf = dimension.nodes[text]
        return low_leaf <= dimension.values.index(str(point)) < high_leaf
    return rank(dimension, point) == rank(dimension, text)


def rank(dimension: Dimension, value: Value | str) -> Decimal:
    if dimension.is_named:
        return Decimal(dimension.values.index(str(value)))
    if dimension.kind == "date":
        return Decimal(dt.date.fromisoformat(spelled(value)).toordinal())
    return Decimal(str(value))


def contains(dimension: Dimension, allowed: IntervalSet, point: Value) -> bool:
    return dimension.only(point) <= allowed


@given(st.data())
def test_a_constraint_allows_the_points_its_words_allow_or_is_refused(data: st.DataObject) -> None:
    dimension = data.draw(DIMENSIONS)
    raw = data.draw(constraints(dimension))
    expected = [point for point in POINTS[dimension.name] if allows(dimension, raw, point)]
    try:
        allowed = parse_constraint(dimension, raw)
    except FlawError:
        # A part that holds nowhere is refused even where the whole would hold.
        return
    found = [point for point in POINTS[dimension.name] if contains(dimension, allowed, point)]
    assert expected == found
    assert allowed


@given(st.data())
def test_what_is_refused_never_holds_or_has_a_part_that_never_does(data: st.DataObject) -> None:
    dimension = data.draw(DIMENSIONS)
    raw = data.draw(constraints(dimension))
    try:
        parse_constraint(dimension, raw)
    except FlawError:
        assert any(never_holds(dimension, part) for part in parts_of(raw))


def parts_of(raw: Any) -> list[Any]:
    if isinstance(raw, list):
        return [raw, *(part for item in raw for part in parts_of(item))]
    if isinstance(raw, dict):
        return [raw, *parts_of(raw["not"])]
    return [raw]


def never_holds(dimension: Dimension, raw: Any) -> bool:
    edges: tuple[Value, ...] = (dt.date.min, dt.date.max) if dimension.kind == "date" else ()
    points = (*POINTS[dimension.name], *edges)
    if dimension.kind == "decimal":
        points = (*points, *(point + Decimal("0.125") for point in AMOUNTS[:-1]))
    return not any(allows(dimension, raw, point) for point in points)


@st.composite
def sets(draw: st.DrawFn, dimension: Dimension) -> IntervalSet:
    """Draw a set of a dimension's values that is not empty."""
    whole = dimension.everything()
    (low, high) = whole.stretches[0]
    if dimension.kind == "decimal":
        numbers = st.sampled_from(AMOUNTS)
        cut = st.builds(Cut, numbers, st.sampled_from([0, 1]))
    elif dimension.kind == "date":
        ordinals = st.integers(FIRST.toordinal(), FIRST.toordinal() + 20)
        ends = st.sampled_from([int(low.value), int(high.value)])
        cut = st.builds(Cut, ordinals | ends, st.just(0))
    else:
        cut = st.builds(Cut, st.integers(int(low.value), int(high.value)), st.just(0))
    pairs = draw(st.lists(st.tuples(cut, cut), min_size=1, max_size=4))
    found = IntervalSet.of(*pairs) & whole
    return found or whole


@given(st.data())
def test_a_set_written_and_read_again_is_the_same_set(data: st.DataObject) -> None:
    dimension = data.draw(DIMENSIONS)
    allowed = data.draw(sets(dimension))
    written = format_constraint(dimension, allowed)
    assert allowed == parse_constraint(dimension, written)
    assert allowed == parse_constraint(dimension, json.loads(json.dumps(written)))


@given(st.data())
def test_a_constraint_read_and_written_again_means_the_same(data: st.DataObject) -> None:
    dimension = data.draw(DIMENSIONS)
    try:
        allowed = parse_constraint(dimension, data.draw(constraints(dimension)))
    except FlawError:
        return
    assert allowed == parse_constraint(dimension, format_constraint(dimension, allowed))
