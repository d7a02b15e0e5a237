"""Boundaries of small diagrams, and the tests made of them, worked out by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from remit.engine.intervals import Cut, IntervalSet
from remit.engine.map import boundaries as module
from remit.engine.map.boundaries import Boundary, boundaries
from remit.engine.map.budget import BudgetExceeded
from remit.engine.map.diagram import box_diagram
from remit.engine.map.edge_tests import edge_tests
from remit.engine.map.responsibility import compile_pack
from remit.engine.pack import Validity
from remit.engine.vocabulary import Dimension, Vocabulary
from tests.unit.engine.space_samples import CASES, HERE, LEVEL, PLACE, STAGE, duty, pack, when

NORTH = PLACE.only("north")


def test_a_box_has_a_boundary_on_each_side_that_is_not_the_end_of_the_space() -> None:
    box = box_diagram((4, 3), [[(1, 2)], [(0, 2)]])
    assert [
        Boundary(0, 0, below=False, above=True, cell=(0, 0)),
        Boundary(0, 1, below=True, above=False, cell=(1, 0)),
        Boundary(1, 1, below=True, above=False, cell=(1, 1)),
    ] == list(boundaries(box))


def test_one_answer_everywhere_has_no_boundary() -> None:
    assert not list(boundaries(box_diagram((4, 3), [[(0, 4)], [(0, 3)]])))


def test_past_the_budget_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PAIRS", 0)
    with pytest.raises(BudgetExceeded):
        list(boundaries(box_diagram((4, 3), [[(1, 2)], [(0, 2)]])))


def test_whole_numbers_are_tested_at_the_last_and_the_first_of_each_side() -> None:
    many = when(cases=IntervalSet.indexes(10, 100))
    gate = compile_pack(pack(duty("a/few"), duty("b/many", many, over=["a/few"])))
    found = edge_tests(gate.compiled)
    assert [
        ("gate: a at cases 9, b at 10", 9, ("a",)),
        ("gate: b at cases 10, a at 9", 10, ("b",)),
    ] == [(test.name, test.given["cases"], test.expected["accountable"]) for test in found.tests]
    assert (1, 0) == (found.regions, found.left_out)


def test_a_duty_that_holds_everywhere_has_one_test_and_no_boundary() -> None:
    found = edge_tests(compile_pack(pack(duty("a/all"))).compiled)
    assert ["gate: a"] == [test.name for test in found.tests]
    assert 0 == found.regions


def test_two_duties_of_one_subject_are_told_apart_by_name() -> None:
    north = duty("a/north", when(place=NORTH), over=["a/all"])
    found = edge_tests(compile_pack(pack(duty("a/all"), north)).compiled)
    assert "gate: a/north at place b2, a/all at b3" == found.tests[0].name


def test_each_holder_of_a_letter_that_adds_up_has_edges_of_its_own() -> None:
    gate = pack(
        duty("a/all"),
        duty("b/told", when(stage=STAGE.only("early")), roles=("informed",)),
        duty("c/told", when(level=LEVEL.only("i")), roles=("informed",)),
    )
    found = edge_tests(compile_pack(gate).compiled)
    assert {
        "gate (informed): b at stage early, not b at mid-term",
        "gate (informed): not b at stage mid-term, b at early",
        "gate (informed): not c at level ii, c at i",
        "gate (informed): c at level i, not c at ii",
    } == {test.name for test in found.tests}
    assert all(
        set(test.expected) == {"accountable", "informed", "responsible"} for test in found.tests
    )


def test_open_and_closed_ends_of_decimals_are_tested_at_the_bound_itself() -> None:
    rain = Dimension("rain", "decimal", HERE, minimum=Decimal(0), maximum=Decimal(500))
    above = IntervalSet.of((Cut(Decimal("7.5"), 1), Cut(Decimal(500), 1)))
    plain = pack(duty("a/all"), duty("b/wet", when(rain=above), over=["a/all"]))
    vocabulary = replace(plain.vocabulary, dimensions={"rain": rain})
    found = edge_tests(compile_pack(replace(plain, vocabulary=vocabulary)).compiled)
    assert [Decimal("7.5"), Decimal("7.6")] == [test.given["rain"] for test in found.tests]


def test_days_are_tested_at_the_last_and_the_first_of_a_validity() -> None:
    start, end = dt.date(2026, 3, 1), dt.date(2026, 5, 31)
    spring = replace(duty("a/spring"), valid=Validity(start, end, HERE))
    found = edge_tests(compile_pack(pack(spring)).compiled)
    step = dt.timedelta(days=1)
    assert {start - step, start, end, end + step} == {test.given["date"] for test in found.tests}


def test_past_the_limit_it_says_how_many_regions_are_left_out() -> None:
    few = [duty(f"s{n}/d", when(cases=IntervalSet.indexes(n * 10, n * 10 + 10))) for n in range(9)]
    found = edge_tests(compile_pack(pack(*few)).compiled, most=4)
    assert (4, 9, 7) == (len(found.tests), found.regions, found.left_out)


def test_boundaries_where_the_activity_is_not_needed_are_left_alone() -> None:
    plain = pack(duty("a/north", when(place=NORTH)))
    gate = plain.vocabulary.activities["gate"]
    needless = replace(gate, needed=when(cases=CASES.only(3), stage=STAGE.only("early")))
    vocabulary: Vocabulary = replace(plain.vocabulary, activities={"gate": needless})
    found = edge_tests(compile_pack(replace(plain, vocabulary=vocabulary)).compiled)
    assert {(3, "early")} == {(test.given["cases"], test.given["stage"]) for test in found.tests}
