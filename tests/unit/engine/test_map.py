"""The responsibility map of small packs, answers worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from remit.engine.events import Event
from remit.engine.map.responsibility import compile_pack
from tests.unit.engine.space_samples import CASES, LEVEL, PLACE, STAGE, duty, pack, when

SPACE = 4 * 3 * 4 * 100
NORTH = PLACE.only("north")
EARLY = STAGE.only("early")
FULL = {"place": "b1", "stage": "early", "level": "iv", "cases": 7}


def test_a_full_event_is_answered_by_the_duty_nobody_overrides() -> None:
    gate = compile_pack(
        pack(duty("firm/all"), duty("street/north", when(place=NORTH), over=["firm/all"]))
    )
    found = gate.resolve(Event(FULL))
    assert ("street",) == found.owner
    assert ("firm",) == gate.resolve(Event({**FULL, "place": "b3"})).owner
    (because,) = found.activities["gate"].because
    assert ("street/north", ("firm/all",)) == (because.duty, because.overrides)
    assert found.decided
    assert found.ask is None


def test_an_exception_overrides_what_its_exception_overrides() -> None:
    gate = compile_pack(
        pack(
            duty("a/x"),
            duty("b/y", when(place=NORTH), over=["a/x"]),
            duty("c/z", when(stage=EARLY), over=["b/y"]),
        )
    )
    assert ("c",) == gate.resolve(Event({**FULL, "place": "b4"})).owner
    assert ("c",) == gate.resolve(Event(FULL)).owner


def test_an_overridden_duty_still_overrides() -> None:
    gate = compile_pack(
        pack(duty("a/x"), duty("b/y", over=["a/x"]), duty("c/z", when(stage=EARLY), over=["b/y"]))
    )
    assert ("c",) == gate.resolve(Event(FULL)).owner
    assert ("b",) == gate.resolve(Event({**FULL, "stage": "mid-term"})).owner


def test_precedence_prefers_the_narrower_set_on_the_first_dimension_that_differs() -> None:
    gate = compile_pack(
        pack(
            duty("broad/d", when(stage=EARLY)),
            duty("narrow/d", when(place=NORTH)),
            precedence=("place", "stage"),
        )
    )
    assert ("narrow",) == gate.resolve(Event(FULL)).owner
    assert ("broad",) == gate.resolve(Event({**FULL, "place": "b3"})).owner


def test_sets_that_are_not_nested_do_not_override() -> None:
    gate = compile_pack(
        pack(
            duty("a/d", when(level=LEVEL.only("iv") | LEVEL.only("iii"))),
            duty("b/d", when(level=LEVEL.only("iii") | LEVEL.only("ii"))),
            precedence=("level",),
        )
    )
    assert ("a", "b") == gate.resolve(Event({**FULL, "level": "iii"})).owner


def test_a_partial_event_lists_certain_and_possible_and_asks_what_decides() -> None:
    gate = compile_pack(
        pack(duty("firm/all"), duty("street/north", when(place=NORTH), over=["firm/all"]))
    )
    found = gate.resolve(Event({"stage": "early"}))
    assert () == found.owner
    assert ("firm", "street") == found.activities["gate"].accountable.possible
    assert "place" == found.ask
    assert gate.resolve(Event({"place": "south"})).decided


def test_a_gap_is_one_region_with_its_exact_share_and_a_witness_inside() -> None:
    gate = compile_pack(pack(duty("firm/all", when(place=NORTH))))
    (region,) = gate.unheld("gate", "accountable").regions()
    assert {"place": "south"} == region.constraints
    assert Fraction(1, 2) == region.share
    assert 1 == region.density
    assert region.witness["place"] in {"b3", "b4"}


def test_a_gap_in_a_corner_shape_is_two_whole_regions() -> None:
    gate = compile_pack(pack(duty("firm/all", when(place=NORTH, stage=EARLY))))
    gap = gate.unheld("gate", "accountable")
    found = [region.constraints for region in gap.regions()]
    assert {"place": "south"} in found
    assert {"stage": ["mid-term", "normalised"]} in found or {"stage": {"not": "early"}} in found
    assert 2 == len(found)
    assert Fraction(5, 6) == gap.share()


def test_whole_numbers_count_one_by_one() -> None:
    low = CASES.only(0)
    gate = compile_pack(pack(duty("firm/all", when(cases=CASES.everything() - low))))
    assert SPACE // 100 == gate.unheld("gate", "accountable").count()


def test_impossible_events_are_in_no_gap_and_no_share() -> None:
    gate = compile_pack(
        pack(duty("firm/all", when(place=NORTH)), impossible=(when(place=PLACE.only("south")),))
    )
    assert not gate.unheld("gate", "accountable")
    assert Fraction(1) == gate.possible().share()
    assert {} == gate.resolve(Event({**FULL, "place": "b3"})).activities


def test_a_default_pierced_by_many_narrow_duties_is_one_hull() -> None:
    narrow = [
        duty(f"s{i}/d", when(cases=CASES.only(3 * i), place=PLACE.only(f"b{i % 4 + 1}")))
        for i in range(30)
    ]
    gap = compile_pack(pack(*narrow)).unheld("gate", "accountable")
    (region,) = gap.regions()
    assert {} == region.constraints
    assert region.share == region.density == gap.share() == 1 - Fraction(30, 400)


def test_three_duties_that_meet_in_the_same_cells_are_one_conflict() -> None:
    gate = compile_pack(pack(*(duty(f"{name}/d", when(stage=EARLY)) for name in "abc")))
    (conflict,) = gate.conflicts("gate")
    assert ("a", "b", "c") == conflict.subjects
    assert Fraction(1, 3) == conflict.cells.share()


def test_two_duties_of_one_subject_are_no_conflict() -> None:
    assert () == compile_pack(pack(duty("a/x"), duty("a/y"))).conflicts("gate")


def test_a_duty_hidden_by_the_union_of_others_is_effective_nowhere() -> None:
    south = PLACE.only("south")
    gate = compile_pack(
        pack(
            duty("a/x"),
            duty("b/y", when(place=NORTH), over=["a/x"]),
            duty("c/z", when(place=south), over=["a/x"]),
        )
    )
    assert not gate.effective("a/x")
    assert Fraction(1, 2) == gate.effective("b/y").share()


def test_an_unknown_activity_is_refused() -> None:
    with pytest.raises(KeyError):
        compile_pack(pack(duty("a/x"))).resolve(Event(FULL), "no-such")
