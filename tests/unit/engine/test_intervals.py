"""Sets of values of one dimension."""

from __future__ import annotations

from decimal import Decimal

from remit.engine.intervals import Cut, IntervalSet


def whole(*pairs: tuple[int, int]) -> IntervalSet:
    return IntervalSet.of(*((Cut(low), Cut(high)) for low, high in pairs))


def test_touching_stretches_are_one() -> None:
    assert whole((0, 5)) == whole((2, 5), (0, 2))


def test_empty_stretches_are_left_out() -> None:
    assert not whole((3, 3))


def test_union_intersection_and_difference_agree_with_sets_of_points() -> None:
    a, b = whole((0, 3), (5, 9)), whole((2, 6), (8, 12))
    points = lambda s: {p for p in range(15) if whole((p, p + 1)) <= s}  # noqa: E731 - local
    assert points(a) | points(b) == points(a | b)
    assert points(a) & points(b) == points(a & b)
    assert points(a) - points(b) == points(a - b)
    assert points(b) - points(a) == points(b - a)


def test_a_set_is_no_strict_subset_of_itself() -> None:
    assert whole((0, 3)) <= whole((0, 3))
    assert not whole((0, 3)) < whole((0, 3))
    assert whole((1, 2)) < whole((0, 3))


def test_a_decimal_point_lies_between_its_two_cuts() -> None:
    point = IntervalSet.of((Cut(Decimal(50)), Cut(Decimal(50), 1)))
    below = IntervalSet.of((Cut(Decimal(0)), Cut(Decimal(50))))
    up_to = IntervalSet.of((Cut(Decimal(0)), Cut(Decimal(50), 1)))
    assert not point & below
    assert point <= up_to
    assert up_to == below | point
    assert point == up_to - below
