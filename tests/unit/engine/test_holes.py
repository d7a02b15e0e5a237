"""Gaps looked for in the few boxes that a general duty leaves out are all gaps there are."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from remit.engine.map.budget import Budget, BudgetExceeded
from remit.engine.map.cover import without
from remit.engine.map.diagram import box_diagram
from remit.engine.map.holes import MOST_LOOKS, open_of
from remit.engine.map.rows import Row

WIDTHS = (3, 2, 4)
EVERYTHING = tuple(((0, width),) for width in WIDTHS)
CELLS = list(product(*map(range, WIDTHS)))
Box = tuple[tuple[tuple[int, int], ...], ...]


def _inside(box: Box, cell: tuple[int, ...]) -> bool:
    return all(any(low <= a < high for low, high in r) for a, r in zip(cell, box, strict=True))


def _some(draw: Random, chance: float) -> Box:
    """Return a box that leaves out what is drawn on each axis, though never all of it."""
    box = []
    for width in WIDTHS:
        kept = [atom for atom in range(width) if draw.random() < chance] or [0]
        starts = [atom for atom in kept if atom - 1 not in kept]
        ends = [atom + 1 for atom in kept if atom + 1 not in kept]
        box.append(tuple(zip(starts, ends, strict=True)))
    return tuple(box)


def _duties(draw: Random) -> list[list[Row]]:
    """Return a duty that is general but for some boxes, and others with few of their own."""
    duties = [[Row(0, EVERYTHING)]]
    duties += [[Row(n, _some(draw, 0.6))] for n in range(1, draw.randint(1, 6))]
    for rows in duties:
        for _ in range(draw.randint(0 if rows[0].item else 1, 3)):
            rows.append(Row(rows[0].item, _some(draw, 0.6), removes=True))
    draw.shuffle(duties)
    return duties


@pytest.mark.parametrize("seed", range(120))
def test_what_is_open_is_what_no_duty_matches(seed: int) -> None:
    duties = _duties(Random(seed))  # noqa: S311 -- the same boxes every time
    boxes = [box for rows in duties for box in without(rows)]
    expected = {cell for cell in CELLS if not any(_inside(box, cell) for box in boxes)}
    left = open_of(duties, WIDTHS)
    assert left is not None
    found = left.diagram(WIDTHS, Budget()) if left.holes else None
    assert expected == {cell for cell in CELLS if found is not None and found(cell)}


def test_a_duty_that_holds_everywhere_leaves_no_hole() -> None:
    left = open_of([[Row(0, _some(Random(1), 0.5))], [Row(1, EVERYTHING)]], WIDTHS)  # noqa: S311
    assert left is not None
    assert not left.holes


def test_a_hole_that_another_duty_matches_all_over_is_none() -> None:
    hole = (((0, 1),), ((0, 2),), ((1, 2), (3, 4)))
    wider = (((0, 2),), ((0, 2),), ((1, 4),))
    general = [Row(0, EVERYTHING), Row(0, hole, removes=True)]
    left = open_of([general, [Row(1, wider)]], WIDTHS)
    assert left is not None
    assert not left.holes
    again = open_of([general, [Row(1, wider), Row(1, hole, removes=True)]], WIDTHS)
    assert again is not None
    assert (hole,) == again.holes
    assert box_diagram(WIDTHS, hole).same(again.diagram(WIDTHS, Budget()))


def test_without_a_general_duty_it_is_not_easy_to_tell() -> None:
    assert open_of([[Row(0, (((0, 3),), ((0, 2),), ((0, 3),)))]], WIDTHS) is None


def test_where_there_are_too_many_boxes_to_look_into_others_prove_it() -> None:
    widths = (MOST_LOOKS,)
    general = [Row(0, (((0, MOST_LOOKS),),))]
    general += [Row(0, (((n, n + 1),),), removes=True) for n in range(400)]
    others = [[Row(n, (((n, n + 1),),))] for n in range(1, 300)]
    assert open_of([general, *others], widths) is None
    assert open_of([general, *others[:10]], widths) is not None


def test_past_its_budget_it_says_so() -> None:
    general = [Row(0, EVERYTHING), Row(0, (((0, 3),), ((0, 1),), ((0, 4),)), removes=True)]
    left = open_of([general, [Row(1, (((1, 2),), ((0, 2),), ((1, 2),)))]], WIDTHS)
    assert left is not None
    with pytest.raises(BudgetExceeded, match="memberships"):
        left.diagram(WIDTHS, Budget(memberships=1))
