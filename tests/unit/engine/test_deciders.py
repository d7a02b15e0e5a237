"""Fast answers for full events: what they look at, and what they refuse."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from itertools import product

import numpy as np
import pytest

from remit.engine.errors import EventError
from remit.engine.intervals import Cut, IntervalSet
from remit.engine.map.responsibility import ResponsibilityMap, compile_pack
from remit.engine.pack import Pack, Validity
from remit.engine.vocabulary import Dimension, Vocabulary
from tests.unit.engine.space_samples import HERE, LEVEL, PLACE, STAGE, duty, pack, when

NORTH = PLACE.only("north")
FULL = {"place": "b1", "stage": "early", "level": "iv", "cases": 7}


def _gate() -> ResponsibilityMap:
    many = IntervalSet.indexes(10, 100)
    return compile_pack(
        pack(
            duty("firm/all"),
            duty("street/north", when(place=NORTH, cases=many), over=["firm/all"]),
        )
    )


def _rain() -> ResponsibilityMap:
    rain = Dimension("rain", "decimal", HERE, minimum=Decimal(0), maximum=Decimal(100))
    heavy = IntervalSet.of((Cut(Decimal("0.1"), 1), Cut(Decimal(100), 1)))
    plain: Pack = pack(duty("firm/all"), duty("street/rain", when(rain=heavy), over=["firm/all"]))
    vocabulary = Vocabulary({"rain": rain}, plain.vocabulary.activities, {})
    return compile_pack(replace(plain, vocabulary=vocabulary))


def test_a_decision_names_subjects_and_the_duties_behind_them() -> None:
    found = _gate().decide({**FULL, "cases": 10}, "gate")
    assert ("street",) == found.subjects
    assert ("street/north",) == found.duties
    assert found.needed


def test_what_does_not_bear_on_the_answer_may_be_left_out() -> None:
    assert ("firm",) == _gate().decide({"place": "b3", "cases": 99}, "gate").subjects


def test_an_inner_place_is_enough_where_all_of_it_has_one_answer() -> None:
    assert ("street",) == _gate().decide({"place": "north", "cases": 50}, "gate").subjects


def test_an_event_that_leaves_the_answer_open_is_told_on_what_it_depends() -> None:
    with pytest.raises(EventError, match="it depends on `place`"):
        _gate().decide({"cases": 50}, "gate")
    with pytest.raises(EventError, match="it depends on `place`"):
        _gate().decide({"place": "rf", "cases": 50}, "gate")


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"place": "b9"}, "no value `b9`"),
        ({"place": ["b1"]}, "no value"),
        ({"cases": 100}, "out of bounds"),
        ({"cases": -1}, "out of bounds"),
        ({"cases": "7"}, "no value"),
        ({"cases": 1.5}, "not whole"),
        ({"cases": None}, "no value"),
        ({"plaze": "b1"}, "did you mean `place`"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_reason(
    wrong: dict[str, object], said: str
) -> None:
    event = {name: value for name, value in FULL.items() if name != "place" or "plaze" not in wrong}
    with pytest.raises(EventError, match=said):
        _gate().decide({**event, **wrong}, "gate")


def test_an_unknown_activity_is_refused() -> None:
    with pytest.raises(KeyError):
        _gate().decide(FULL, "no-such")
    with pytest.raises(KeyError):
        _gate().resolve_batch({}, "no-such")


@pytest.mark.parametrize("raw", [0.1, Decimal("0.1"), 0, Decimal("0.10")])
def test_a_bound_is_exact_for_floats_and_decimals_alike(raw: object) -> None:
    rain = _rain()
    assert ("firm",) == rain.decide({"rain": raw}, "gate").subjects
    assert ("street",) == rain.decide({"rain": Decimal("0.1000000000000000001")}, "gate").subjects
    assert ("firm",) == rain.decide({"rain": raw}, "gate").subjects


def test_columns_of_floats_are_coded_as_their_shortest_decimals() -> None:
    rain = np.array([0.0, 0.1, 0.10000000000000002, 100.0])
    found = _rain().resolve_batch({"rain": rain}, "gate")
    assert [("firm",), ("firm",), ("street",), ("street",)] == [each.subjects for each in found]


def test_days_decide_by_date_and_by_text() -> None:
    until = Validity(None, dt.date(2026, 3, 1), HERE)
    dated = compile_pack(
        pack(replace(duty("old/d"), valid=until), duty("new/d", when(place=NORTH)))
    )
    day = dt.date(2026, 3, 1)
    assert ("old",) == dated.decide({"place": "b3", "date": day}, "gate").subjects
    assert () == dated.decide({"place": "b3", "date": "2026-03-02"}, "gate").subjects
    columns = {"place": ["b3", "b3"], "date": [day, "2026-03-02"]}
    assert [("old",), ()] == [each.subjects for each in dated.resolve_batch(columns, "gate")]


def test_names_in_an_array_of_numbers_are_indexes() -> None:
    columns = {"place": np.array([0, 3], np.uint8), "cases": np.array([10, 10])}
    found = _gate().resolve_batch(columns, "gate")
    assert [("street",), ("firm",)] == [each.subjects for each in found]
    assert 2 == len(found)
    assert ("firm",) == found[1].subjects


def test_columns_longer_than_a_block_are_answered_to_their_end() -> None:
    count = 40_000
    columns = {"place": np.zeros(count, np.uint8), "cases": np.arange(count) % 100}
    found = _gate().resolve_batch(columns, "gate")
    assert [("firm",), ("street",)] == [found[20_000].subjects, found[39_999].subjects]


@pytest.mark.parametrize(
    "columns, said",
    [
        ({"place": ["b1"]}, "depends on `cases`"),
        ({"place": ["b1"], "cases": [1, 2]}, "different lengths"),
        ({"place": ["b1", "b9"], "cases": [1, 2]}, "row 2: `place` has no value `b9`"),
        ({"place": ["b1", "rf"], "cases": [1, 2]}, "row 2: `place: rf` stands for several values"),
        ({"place": np.array([0, 4]), "cases": [1, 2]}, "row 2"),
        ({"place": ["b1", "b1"], "cases": np.array([1, 100])}, "row 2: `100` is out of bounds"),
        ({"place": ["b1", "b1"], "cases": [1, True]}, "row 2"),
        ({"place": ["b1", ["b1"]], "cases": [1, 1]}, "row 2"),
    ],
)
def test_a_column_that_does_not_fit_is_refused_with_its_row(
    columns: dict[str, list[object]], said: str
) -> None:
    with pytest.raises(EventError, match=said):
        _gate().resolve_batch(columns, "gate")


MANY = IntervalSet.indexes(0, 50)
CROSSING = [IntervalSet.indexes(low, low + 20) for low in range(0, 60, 7)]


@pytest.mark.parametrize("precedence", [(), ("place", "stage"), ("cases", "place")])
@pytest.mark.parametrize("has_exceptions", [False, True])
def test_many_duties_are_decided_by_masks_as_by_the_diagram(
    monkeypatch: pytest.MonkeyPatch, precedence: tuple[str, ...], *, has_exceptions: bool
) -> None:
    places = [None, *map(PLACE.only, ("north", "south", "b1", "b3"))]
    stages = [None, STAGE.only("early")]
    duties = []
    for number, (place, stage, cases) in enumerate(
        product(places, stages, [None, MANY, *CROSSING])
    ):
        chosen = {"place": place, "stage": stage, "cases": cases}
        allowed = {name: one for name, one in chosen.items() if one is not None}
        over = [f"s{number - 10}/d"] if has_exceptions and number % 11 == 10 else []
        one = duty(f"s{number}/d", when(**allowed), over=over)
        duties.append(
            replace(one, unless=when(stage=STAGE.only("mid-term"))) if number % 5 == 3 else one
        )
    whole = pack(*duties, precedence=precedence)
    monkeypatch.setattr("remit.engine.map.deciders.FEWEST", 1_000)
    by_diagram = compile_pack(whole).decider("gate")
    monkeypatch.setattr("remit.engine.map.deciders.FEWEST", 0)
    by_masks = compile_pack(whole).decider("gate")
    for place, stage, cases in product(PLACE.values, STAGE.values, range(0, 100, 3)):
        event = {"place": place, "stage": stage, "cases": cases}
        assert by_diagram(event) == by_masks(event)


def test_masks_refuse_what_does_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("remit.engine.map.deciders.FEWEST", 0)
    gate = _gate()
    with pytest.raises(EventError, match="no value `b9`"):
        gate.decide({**FULL, "place": "b9"}, "gate")
    with pytest.raises(EventError, match="depend on"):
        gate.decide({"place": "b1"}, "gate")


def test_no_events_have_no_decisions() -> None:
    assert [] == list(_gate().resolve_batch({"place": [], "cases": []}, "gate"))


def test_an_activity_with_one_answer_needs_no_value_at_all() -> None:
    always = compile_pack(pack(duty("firm/all")))
    assert ("firm",) == always.decide({}, "gate").subjects
    assert [("firm",)] * 3 == [
        each.subjects for each in always.resolve_batch({"stage": [STAGE.values[0]] * 3}, "gate")
    ]


@pytest.mark.parametrize("most", [0, 5, 12, 40, 1 << 16])
def test_columns_are_answered_as_events_are_however_axes_are_joined(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("remit.engine.map.batch.MOST_ENTRIES", most)
    monkeypatch.setattr("remit.engine.map.batch.BLOCK", 7)
    late, upper = STAGE.only("normalised"), LEVEL.only("ii")
    map_ = compile_pack(
        pack(
            duty("firm/all"),
            duty("street/north", when(place=NORTH, cases=IntervalSet.indexes(10, 100))),
            duty("street/late", when(stage=late, place=PLACE.only("b4"))),
            duty("guard/upper", when(level=upper, cases=IntervalSet.indexes(40, 60))),
        )
    )
    names = {"place": PLACE, "stage": STAGE, "level": LEVEL}
    events = list(product(*(d.values for d in names.values()), (0, 10, 39, 40, 59, 60, 99)))
    columns = {name: np.array([e[i] for e in events]) for i, name in enumerate(names)}
    columns["cases"] = np.array([e[3] for e in events])
    expected = [map_.decide(dict(zip(columns, event, strict=True)), "gate") for event in events]
    assert expected == list(map_.resolve_batch(columns, "gate"))


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.uint64, np.dtype(">i4")])
@pytest.mark.parametrize("most", [0, 1 << 16])
def test_whole_numbers_of_any_kind_are_codes(
    kind: type[np.generic], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("remit.engine.map.batch.MOST_ENTRIES", most)
    columns = {"place": np.array([0, 3, 1], kind), "cases": np.array([99, 99, 9], kind)}
    found = [each.subjects for each in _gate().resolve_batch(columns, "gate")]
    assert [("street",), ("firm",), ("firm",)] == found


@pytest.mark.parametrize("joined", [0, 5, 12, 40, 1 << 16])
def test_arrays_give_the_decisions_that_nested_tuples_give(
    joined: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, upper = STAGE.only("normalised"), LEVEL.only("ii")
    many = pack(
        duty("firm/all"),
        duty("street/north", when(cases=IntervalSet.indexes(10, 100), place=NORTH)),
        duty("street/late", when(stage=late, place=PLACE.only("b4"))),
        duty("guard/upper", when(level=upper, cases=IntervalSet.indexes(40, 60))),
    )
    nested = compile_pack(many).decider("gate", "accountable")
    monkeypatch.setattr("remit.engine.map.decide.MOST_NESTED", 0)
    monkeypatch.setattr("remit.engine.map.decide.MOST_JOINED", joined)
    flat = compile_pack(many).decider("gate", "accountable")
    names = {"place": PLACE, "stage": STAGE, "level": LEVEL}
    for values in product(*(d.values for d in names.values()), (0, 9, 10, 39, 40, 59, 60, 99)):
        event = dict(zip((*names, "cases"), values, strict=True))
        assert nested(event) == flat(event)
    with pytest.raises(EventError, match="it depends on `place`"):
        flat({"stage": "early", "level": "iv", "cases": 50})
    with pytest.raises(EventError, match="`b9`"):
        flat({**FULL, "place": "b9"})
    with pytest.raises(EventError, match="1000"):
        flat({**FULL, "cases": 1000})


@pytest.mark.parametrize("short", [0, 1 << 16])
def test_arrays_hold_large_numbers_as_well_as_small_ones(
    short: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("remit.engine.map.decide.MOST_NESTED", 0)
    monkeypatch.setattr("remit.engine.map.decide.MOST_JOINED", 0)
    monkeypatch.setattr("remit.engine.map.decide.SHORT", short)
    assert ("street",) == _gate().decide({**FULL, "cases": 10}, "gate").subjects
    assert ("firm",) == _gate().decide({**FULL, "cases": 9}, "gate").subjects
