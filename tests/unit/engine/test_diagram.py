"""Decision diagrams: building, combining and reducing them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from remit.engine.map import diagram
from remit.engine.map.budget import Budget, BudgetExceeded
from remit.engine.map.build import build
from remit.engine.map.diagram import Diagram, box_diagram, combine
from remit.engine.map.overrides import Kills
from remit.engine.map.restrict import seen
from remit.engine.map.rows import Row

WIDTHS = (3, 2, 4)
ANY = (((0, 3),), ((0, 2),), ((0, 4),))
CORNER = (((0, 1),), ((0, 1),), ((0, 1),))
SPLIT = (((0, 1), (2, 3)), ((0, 2),), ((1, 3),))


def table(diagram: Diagram[object]) -> dict[tuple[int, ...], object]:
    return {cell: diagram(cell) for cell in product(*map(range, WIDTHS))}


def inside(box: tuple[tuple[tuple[int, int], ...], ...], cell: tuple[int, ...]) -> bool:
    return all(any(low <= a < high for low, high in r) for a, r in zip(cell, box, strict=True))


def test_a_cell_holds_the_items_whose_rows_contain_it() -> None:
    found = build(WIDTHS, [Row(0, ANY), Row(1, CORNER), Row(2, SPLIT)], lambda items: items)
    expected = {
        cell: (0, *([1] if inside(CORNER, cell) else []), *([2] if inside(SPLIT, cell) else []))
        for cell in product(*map(range, WIDTHS))
    }
    assert expected == table(found)


def test_a_removing_row_takes_its_item_out_and_no_other() -> None:
    found = build(WIDTHS, [Row(0, ANY), Row(1, ANY), Row(0, SPLIT, removes=True)], tuple)
    assert (1,) == found((0, 0, 1))
    assert (0, 1) == found((1, 0, 1))


def test_rows_that_overlap_with_the_same_rest_do_not_cancel_each_other() -> None:
    left, right = (((0, 2),), *ANY[1:]), (((1, 3),), *ANY[1:])
    found = build(WIDTHS, [Row(0, left), Row(0, right)], tuple)
    assert {(0,)} == set(table(found).values())


def test_no_rows_give_the_empty_set_everywhere() -> None:
    assert {()} == set(table(build(WIDTHS, [], tuple)).values())


def test_equal_functions_are_equal_diagrams_whatever_the_rows() -> None:
    whole = build(WIDTHS, [Row(0, ANY)], tuple)
    halves = [(((0, 2),), *ANY[1:]), (((2, 3),), *ANY[1:])]
    assert whole.same(build(WIDTHS, [Row(0, box) for box in halves], tuple))
    assert whole.nodes == build(WIDTHS, [Row(0, box) for box in halves], tuple).nodes
    assert not whole.same(build(WIDTHS, [Row(0, CORNER)], tuple))


BY_PAIRS = Kills(np.full(4, -1), np.array([(3, 0), (3, 1), (3, 2)]))
BY_RANK = Kills(np.array([0, 0, 0, 1]), np.empty((0, 2), np.int64))


@pytest.mark.parametrize("kills", [BY_PAIRS, BY_RANK])
def test_a_kill_changes_no_answer_that_ignores_the_killed(kills: Kills) -> None:
    rows = [Row(0, ANY), Row(1, SPLIT), Row(2, CORNER), Row(3, CORNER)]
    met: list[tuple[int, ...]] = []

    def last(items: tuple[int, ...]) -> int:
        met.append(items)
        return max(items)

    assert build(WIDTHS, rows, max).same(build(WIDTHS, rows, last, kills))
    assert (3,) in met
    assert not [items for items in met if 3 in items and len(items) > 1]


def test_a_box_is_true_inside_and_false_outside() -> None:
    assert {cell: inside(SPLIT, cell) for cell in product(*map(range, WIDTHS))} == table(
        box_diagram(WIDTHS, SPLIT)
    )


@pytest.mark.parametrize(
    "box", [ANY, SPLIT, CORNER, (((1, 2),), ((0, 2),), ((0, 4),)), (((0, 3),), (), ((0, 1),))]
)
def test_a_box_is_numbered_as_every_other_diagram(
    box: tuple[tuple[tuple[int, int], ...], ...],
) -> None:
    rows = [Row(0, box)] if all(box) else []
    expected, found = build(WIDTHS, rows, bool), box_diagram(WIDTHS, box)
    assert expected.terminals == found.terminals
    for one, other in zip(expected.levels, found.levels, strict=True):
        assert [one.first.tolist(), one.start.tolist(), one.child.tolist()] == [
            other.first.tolist(),
            other.start.tolist(),
            other.child.tolist(),
        ]


def test_combining_merges_cell_by_cell() -> None:
    both = combine(box_diagram(WIDTHS, SPLIT), box_diagram(WIDTHS, CORNER), lambda a, b: (a, b))
    assert (True, False) == both((2, 1, 2))
    assert (False, True) == both((0, 0, 0))
    assert (False, False) == both((1, 0, 0))


def test_a_walk_inside_a_box_sees_only_its_terminals() -> None:
    found = build(WIDTHS, [Row(0, CORNER), Row(1, SPLIT)], tuple)
    assert frozenset({(0,)}) == seen(found, CORNER)
    assert frozenset({(1,), ()}) == seen(found, (((0, 2),), ((0, 1),), ((1, 2),)))


def test_a_narrowed_diagram_is_the_same_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagram, "NARROWED", 0)
    wide = build(WIDTHS, [Row(0, ANY), Row(1, CORNER), Row(2, SPLIT)], tuple)
    found = wide.narrowed()
    assert {np.dtype(np.int32)} == {level.child.dtype for level in found.levels}
    assert table(wide) == table(found)
    assert wide.same(found)
    for atom, part in enumerate(found.cofactors(WIDTHS[0])):
        assert part.same(wide.cofactor(atom))


def test_past_its_budget_a_build_says_so() -> None:
    rows = [Row(item, SPLIT) for item in range(10)]
    with pytest.raises(BudgetExceeded, match="memberships"):
        build(WIDTHS, rows, tuple, budget=Budget(memberships=5))


def test_past_its_time_a_build_says_so_and_names_the_rows_it_was_at() -> None:
    rows = [Row(item, SPLIT) for item in range(3)]
    with pytest.raises(BudgetExceeded, match="the time is up") as caught:
        build(WIDTHS, rows, tuple, budget=Budget(deadline=10.0, clock=lambda: 10.1))
    assert {0, 1, 2} == set(caught.value.items)
