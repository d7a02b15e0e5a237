"""A duty that another surely takes the place of could go: no answer in any cell is another then."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from remit.engine.conditions import Box, Condition
from remit.engine.intervals import IntervalSet
from remit.engine.map.bitmaps import Bitmaps
from remit.engine.map.overrides import positions
from remit.engine.map.parts import ActivityPart
from remit.engine.map.responsibility import compile_pack
from remit.engine.map.stand_ins import StandIns
from remit.engine.pack import Duty, Letter
from tests.unit.engine.space_samples import HERE, PLACE, STAGE, duty, pack, when

PLACES = (None, *map(PLACE.only, ("north", "south", "b1", "b2", "b4")))
STAGES = (None, STAGE.only("early"), STAGE.only("early") | STAGE.only("normalised"))
CASES = (None, *(IntervalSet.indexes(*each) for each in ((10, 60), (20, 40), (30, 80))))
LETTERS: tuple[Letter, ...] = ("accountable", "informed")


@st.composite
def _conditions(draw: st.DrawFn) -> Condition:
    boxes: tuple[Box, ...] = ()
    for _ in range(draw(st.sampled_from([1, 1, 1, 2]))):
        allowed = {
            "place": draw(st.sampled_from(PLACES)),
            "stage": draw(st.sampled_from(STAGES)),
            "cases": draw(st.sampled_from(CASES)),
        }
        boxes += when(**{name: each for name, each in allowed.items() if each is not None}).boxes
    return Condition(boxes, HERE)


@st.composite
def _duties(draw: st.DrawFn) -> list[Duty]:
    found: list[Duty] = []
    for number in range(draw(st.integers(2, 7))):
        over = draw(st.sampled_from([(), (), (), tuple(one.name for one in found[-1:])]))
        one = duty(
            f"{draw(st.sampled_from('ab'))}/d{number}",
            draw(_conditions()),
            over=over,
            roles=draw(st.sampled_from([LETTERS[:1], LETTERS[:1], LETTERS])),
        )
        hole = draw(st.sampled_from([None, None, None, STAGE.only("early")]))
        found.append(one if hole is None else replace(one, unless=when(stage=hole)))
    return found


@settings(max_examples=400)
@given(_duties(), st.sampled_from([(), ("place",), ("stage", "place"), ("cases", "place")]))
def test_without_a_duty_that_is_replaced_the_same_subjects_answer(
    duties: list[Duty], precedence: tuple[str, ...]
) -> None:
    compiled = compile_pack(pack(*duties, precedence=precedence)).compiled
    part = compiled.parts["gate"]
    cells = product(*(range(width) for width in compiled.space.widths))
    bitmaps = Bitmaps(compiled)
    matching = {bitmaps.matching(cell, "gate") for cell in cells}
    stand_ins = StandIns(part)
    for me, letter in product(range(len(part.duties)), LETTERS):
        if stand_ins.serve(me, letter):
            assert all(_subjects(part, letter, m) == _subjects(part, letter, m & ~(1 << me))
                       for m in matching)  # fmt: skip


def _subjects(part: ActivityPart, letter: Letter, matching: int) -> set[str]:
    effective = part.overrides.effective(letter, matching)
    return {part.duties[index].subject for index in positions(effective)}


def test_a_duty_inside_another_of_its_subject_is_replaced_by_it() -> None:
    inner = duty("a/inner", when(place=PLACE.only("b1")))
    outer = duty("a/outer", when(place=PLACE.only("north")))
    between = duty("b/between", when(place=PLACE.only("north"), stage=STAGE.only("early")))

    def replaced(*duties: Duty) -> bool:
        part = compile_pack(pack(*duties, precedence=("place", "stage"))).compiled.parts["gate"]
        return StandIns(part).serve(part.place["a/inner"], "accountable")

    assert replaced(inner, outer)
    assert not replaced(inner)
    assert not replaced(inner, outer, between)
