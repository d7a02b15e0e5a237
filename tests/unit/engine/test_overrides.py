"""Which duty overrides which: by rank where sets are nested, pair by pair where they are not."""

from __future__ import annotations

from itertools import product

import pytest

from remit.engine.map import overrides
from remit.engine.map.compiled import CompiledPack
from remit.engine.map.overrides import Overrides, mask_of, positions
from remit.engine.map.responsibility import compile_pack
from remit.engine.map.rivalry import rival_boxes
from remit.engine.pack import Duty, Pack
from tests.unit.engine.space_samples import LEVEL, PLACE, STAGE, duty, pack, when

NORTH, B1, B2 = PLACE.only("north"), PLACE.only("b1"), PLACE.only("b2")
LOW = LEVEL.only("iv") | LEVEL.only("iii")
MIDDLE = LEVEL.only("iii") | LEVEL.only("ii")
NESTED = ("place", "stage")


def _relation(*duties: Duty, precedence: tuple[str, ...] = ()) -> Overrides:
    return _compiled(pack(*duties, precedence=precedence)).parts["gate"].overrides


def _compiled(one: Pack) -> CompiledPack:
    return compile_pack(one).compiled


def test_nested_sets_are_ranked_and_no_pair_is_written_out() -> None:
    found = _relation(
        duty("a/all"),
        duty("b/early", when(stage=STAGE.only("early"))),
        duty("c/north", when(place=NORTH)),
        duty("d/b1", when(place=B1)),
        precedence=NESTED,
    )
    assert found.precedence is not None
    assert found.precedence.rank is not None
    assert [0, 1, 2, 3] == found.precedence.rank.tolist()
    assert 0 == len(found.kills("accountable").pairs)
    assert mask_of([3]) == found.effective("accountable", 0b1111)
    assert mask_of([1]) == found.effective("accountable", 0b0011)
    assert 0b0111 == found.overridden("accountable", 3)
    assert 0b1110 == found.overriders("accountable", 0)


def test_sets_that_cross_are_compared_pair_by_pair() -> None:
    found = _relation(
        duty("a/low", when(level=LOW)),
        duty("b/middle", when(level=MIDDLE)),
        duty("c/iii", when(level=LEVEL.only("iii"))),
        precedence=("level",),
    )
    assert found.precedence is not None
    assert found.precedence.rank is None
    assert mask_of([2]) == found.effective("accountable", 0b111)
    assert mask_of([0, 1]) == found.effective("accountable", 0b011)


def test_sets_that_cross_are_ranked_by_the_nested_ones_before_them() -> None:
    found = _relation(
        duty("a/low", when(level=LOW)),
        duty("b/middle", when(level=MIDDLE)),
        duty("c/north-low", when(place=NORTH, level=LOW)),
        duty("d/north-iii", when(place=NORTH, level=LEVEL.only("iii"))),
        precedence=("place", "level"),
    )
    kills = found.kills("accountable")
    assert [0, 0, 1, 1] == kills.rank.tolist()
    assert [[3, 2]] == kills.pairs.tolist()
    assert mask_of([3]) == found.effective("accountable", 0b1111)
    assert mask_of([2]) == found.effective("accountable", 0b0111)
    assert mask_of([0, 1]) == found.effective("accountable", 0b0011)


def test_past_so_many_pairs_only_those_of_small_groups_are_written_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(overrides, "MOST_COMPARED", 4)
    found = _relation(
        duty("a/low", when(level=LOW)),
        duty("b/middle", when(level=MIDDLE)),
        duty("c/iii", when(level=LEVEL.only("iii"))),
        duty("d/north-low", when(place=NORTH, level=LOW)),
        duty("e/north-iii", when(place=NORTH, level=LEVEL.only("iii"))),
        precedence=("place", "level"),
    )
    assert [[4, 3]] == found.kills("accountable").pairs.tolist()
    assert mask_of([2]) == found.effective("accountable", 0b00111)


def test_an_exception_against_the_rank_wins_for_its_pair_alone() -> None:
    found = _relation(
        duty("a/all", over=["c/b1"]),
        duty("b/north", when(place=NORTH)),
        duty("c/b1", when(place=B1)),
        precedence=NESTED,
    )
    assert 0 == found.effective("accountable", 0b111)
    assert mask_of([0]) == found.effective("accountable", 0b101)
    assert not found.is_covering("accountable")


def test_an_exception_without_the_letter_takes_it_away() -> None:
    found = _relation(duty("a/all"), duty("b/not", roles=("informed",), over=["a/all"]))
    assert 0 == found.effective("accountable", 0b11)
    assert not found.is_covering("accountable")
    assert found.is_covering("informed")


@pytest.mark.parametrize("precedence", [(), NESTED])
def test_exceptions_that_have_the_letter_leave_no_hole(precedence: tuple[str, ...]) -> None:
    found = _relation(
        duty("a/all"), duty("b/north", when(place=NORTH), over=["a/all"]), precedence=precedence
    )
    assert found.is_covering("accountable")


def test_effective_is_the_definition_for_every_set_of_matching_duties() -> None:
    sets = [None, NORTH, B1, B2, PLACE.only("south"), NORTH | PLACE.only("b3")]
    stages = [None, STAGE.only("early"), STAGE.only("early") | STAGE.only("mid-term")]
    duties = []
    for number, (place, stage) in enumerate(product(sets, stages)):
        allowed = {k: v for k, v in (("place", place), ("stage", stage)) if v is not None}
        over = [f"s{number - 7}/d"] if number % 5 == 4 and number >= 7 else []
        duties.append(duty(f"s{number}/d", when(**allowed), over=over))
    found = _relation(*duties, precedence=NESTED)
    everything = (1 << len(duties)) - 1
    for seed in range(200):
        matching = hash((seed, "matching")) & everything if seed else everything
        expected = mask_of(
            x for x in positions(matching) if not found.overriders("accountable", x) & matching
        )
        assert expected == found.effective("accountable", matching)


def test_duties_clash_only_where_they_meet_and_neither_overrides() -> None:
    compiled = _compiled(
        pack(
            duty("a/north", when(place=NORTH)),
            duty("b/b1", when(place=B1)),
            duty("c/b1", when(place=B1, stage=STAGE.only("early"))),
            duty("a/south", when(place=PLACE.only("south"))),
            duty("d/b2", when(place=B2), over=["a/north"]),
            precedence=("place",),
        )
    )
    (box,) = rival_boxes(compiled.parts["gate"])["gate"]
    place = next(i for i, axis in enumerate(compiled.space.axes) if axis.name == "place")
    stage = next(i for i, axis in enumerate(compiled.space.axes) if axis.name == "stage")
    assert (((0, 1),), ((0, 1),)) == (box[place], box[stage])


def test_many_clashes_and_few_are_found_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    duties = [
        duty(f"s{number}/d", when(place=PLACE.only(place), stage=STAGE.only(stage)))
        for number, (place, stage) in enumerate(
            product(("north", "b1", "b2", "rf"), ("early", "mid-term"))
        )
    ]
    few = compile_pack(pack(*duties)).conflicts("gate")
    monkeypatch.setattr("remit.engine.map.conflicts.MOST_MEETINGS", 1)
    many = compile_pack(pack(*duties)).conflicts("gate")
    assert 4 <= len(few)
    assert [each.subjects for each in many] == [each.subjects for each in few]
    assert [each.cells.count() for each in many] == [each.cells.count() for each in few]
    assert [each.duties for each in many] == [each.duties for each in few]
