"""Which dimension to ask for next."""

from __future__ import annotations

from remit.engine.map.ask import best_question
from remit.engine.map.build import build
from remit.engine.map.rows import Row
from remit.engine.map.space import space_of
from tests.unit.engine.space_samples import PLACE, STAGE, duty, pack, when

SPACE = space_of(pack(duty("a/x", when(place=PLACE.only("b1"), stage=STAGE.only("early")))))
ORDER = ("place", "stage", "level", "cases", "date")
ANYTHING = SPACE.box_of({})


def diagram_of(*whens: object) -> object:
    rows = [Row(i, box) for i, condition in enumerate(whens) for box in SPACE.boxes(condition)]
    return build(SPACE.widths, rows, tuple)


def test_the_dimension_that_settles_the_outcome_is_asked_first() -> None:
    found = diagram_of(when(place=PLACE.only("north")))
    assert "place" == best_question(found, lambda t: t, SPACE, ANYTHING, ORDER)


def test_of_two_the_one_after_which_less_is_left_to_ask() -> None:
    # A tree is asked level by level, so for one building it takes two questions.
    found = diagram_of(when(place=PLACE.only("b1"), stage=STAGE.only("early")))
    assert "stage" == best_question(found, lambda t: t, SPACE, ANYTHING, ORDER)
    found = diagram_of(
        when(place=PLACE.only("north"), stage=STAGE.everything() - STAGE.only("early"))
    )
    assert "place" == best_question(found, lambda t: t, SPACE, ANYTHING, ORDER)
    known = SPACE.box_of({"place": "b1"})
    assert "stage" == best_question(found, lambda t: t, SPACE, known, ORDER)


def test_an_outcome_that_needs_two_answers_at_once_still_gets_a_question_that_matters() -> None:
    north, south = PLACE.only("north"), PLACE.only("south")
    early, later = STAGE.only("early"), STAGE.everything() - STAGE.only("early")
    either = when(place=north, stage=early), when(place=south, stage=later)
    rows = [Row(0, box) for condition in either for box in SPACE.boxes(condition)]
    found = build(SPACE.widths, rows, tuple)
    assert best_question(found, lambda t: t, SPACE, ANYTHING, ORDER) in {"place", "stage"}


def test_nothing_open_is_nothing_to_ask() -> None:
    known = SPACE.box_of({"place": "b1", "stage": "early", "level": "i", "cases": 5})
    found = diagram_of(when())
    assert best_question(found, lambda t: t, SPACE, known, ORDER) is None
