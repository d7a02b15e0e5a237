"""Events that come from outside, checked against a vocabulary."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from remit.engine.errors import EventError
from remit.engine.events import Event
from remit.engine.language.incoming import parse_event
from remit.engine.language.loader import load
from remit.engine.vocabulary import Vocabulary
from tests.loading import write_pack

EAST = dt.timezone(dt.timedelta(hours=8))


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    text = "dimensions:\n  floor: {values: [1, 2]}\n"
    folder: Path = write_pack(tmp_path_factory.mktemp("pack"), {"more.yaml": text})
    return load(folder).vocabulary


def test_an_event_gives_values_time_and_id(vocabulary: Vocabulary) -> None:
    event = parse_event(
        {
            "stage": "early",
            "place": "east",
            "level": "mid",
            "cases": 7,
            "depth": Decimal("-0.50"),
            "date": "2020-02-29",
            "time": "2020-02-29T08:30:00+08:00",
            "id": "report 7",
        },
        vocabulary,
    )
    values = {
        "stage": "early",
        "place": "east",
        "level": "mid",
        "cases": 7,
        "depth": Decimal("-0.5"),
        "date": dt.date(2020, 2, 29),
    }
    assert Event(values, dt.datetime(2020, 2, 29, 8, 30, tzinfo=EAST), "report 7") == event


@pytest.mark.parametrize(
    "given, expected",
    [
        ({"cases": 7.0}, {"cases": 7}),
        ({"cases": Decimal("7.00")}, {"cases": 7}),
        ({"depth": 0.1}, {"depth": Decimal("0.1")}),
        ({"depth": 3}, {"depth": Decimal(3)}),
        ({"floor": 1}, {"floor": "1"}),
        ({"floor": "2"}, {"floor": "2"}),
        ({"date": dt.date(2020, 1, 1)}, {"date": dt.date(2020, 1, 1)}),
        ({}, {}),
    ],
)
def test_numbers_are_taken_exactly(
    vocabulary: Vocabulary, given: dict[str, object], expected: dict[str, Any]
) -> None:
    assert expected == parse_event(given, vocabulary).values


@pytest.mark.parametrize(
    "text, expected",
    [
        ("2020-02-29T08:30:00Z", dt.datetime(2020, 2, 29, 8, 30, tzinfo=dt.UTC)),
        ("2020-02-29t08:30:00z", dt.datetime(2020, 2, 29, 8, 30, tzinfo=dt.UTC)),
        ("2020-02-29 08:30+08:00", dt.datetime(2020, 2, 29, 8, 30, tzinfo=EAST)),
        ("2020-02-29T08:30:00+0800", dt.datetime(2020, 2, 29, 8, 30, tzinfo=EAST)),
        (
            "2020-02-29T08:30:00.9999999Z",
            dt.datetime(2020, 2, 29, 8, 30, 0, 999_999, tzinfo=dt.UTC),
        ),
    ],
)
def test_a_time_has_its_offset(vocabulary: Vocabulary, text: str, expected: dt.datetime) -> None:
    assert expected == parse_event({"time": text}, vocabulary).time
    assert expected == parse_event({"time": expected}, vocabulary).time


@pytest.mark.parametrize(
    "given, reason",
    [
        ({"stge": "early"}, "there is no dimension `stge`; did you mean `stage`?"),
        ({"tme": "x"}, "there is no dimension `tme`; did you mean `time`?"),
        ({"activity": "supply"}, "there is no dimension `activity`"),
        (
            {"stage": "erly"},
            "`stage` has no value `erly`; expected one of `early`, `late`; did you mean `early`?",
        ),
        (
            {"stage": "early..late"},
            (
                "`stage` has no value `early..late`; expected one of `early`, `late`; "
                "an event has one value of a dimension, not a range"
            ),
        ),
        (
            {"cases": "3..5"},
            (
                "this is no value of `cases`; expected a whole number from 0 to 100; "
                "found text `3..5`; an event has one value of a dimension, not a range"
            ),
        ),
        (
            {"place": "tow"},
            "`place` has no value `tow`; expected `town` or a node below; did you mean `town`?",
        ),
        (
            {"stage": None},
            "this is no value of `stage`; expected one of `early`, `late`; found nothing",
        ),
        (
            {"stage": ["early"]},
            "this is no value of `stage`; expected one of `early`, `late`; found a list",
        ),
        (
            {"stage": True},
            "this is no value of `stage`; expected one of `early`, `late`; found `true`",
        ),
        (
            {"cases": 101},
            "`101` is out of bounds of `cases`; expected a whole number from 0 to 100",
        ),
        ({"cases": 1.5}, "`1.5` is not whole; expected a whole number from 0 to 100"),
        (
            {"cases": "7"},
            (
                "this is no value of `cases`; expected a whole number from 0 to 100; "
                "found text `7`; write it without quotes"
            ),
        ),
        (
            {"cases": True},
            "this is no value of `cases`; expected a whole number from 0 to 100; found `true`",
        ),
        (
            {"date": "2020-02-30"},
            "`date` must be a day; expected a day as `2026-11-23`; found text `2020-02-30`",
        ),
        (
            {"date": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)},
            (
                "`date` must be a day; expected a day as `2026-11-23`; "
                "found text `2020-01-01 00:00:00+00:00`"
            ),
        ),
        ({"id": ""}, "`id` must be a text; expected a text that is not empty; found text ``"),
        ({"id": 7}, "`id` must be a text; expected a text that is not empty; found the number `7`"),
    ],
)
def test_what_does_not_fit_is_told_in_one_sentence(
    vocabulary: Vocabulary, given: dict[str, object], reason: str
) -> None:
    with pytest.raises(EventError) as caught:
        parse_event(given, vocabulary)
    assert (reason,) == caught.value.reasons


@pytest.mark.parametrize(
    "given",
    [
        "2020-02-29T08:30:00",
        dt.datetime(2020, 2, 29, 8, 30),  # noqa: DTZ001 - the point of the test
    ],
)
def test_a_time_without_offset_is_refused(vocabulary: Vocabulary, given: object) -> None:
    with pytest.raises(EventError, match="`time` has no offset: `2020-02-29T08:30:00`"):
        parse_event({"time": given}, vocabulary)


@pytest.mark.parametrize(
    "given",
    ["yesterday", "2020-02-30T08:30:00Z", "2020-02-29T25:30:00Z", "2020-02-29", 7, None, ""],
)
def test_what_is_no_time_is_refused(vocabulary: Vocabulary, given: object) -> None:
    with pytest.raises(EventError, match="`time` is no time"):
        parse_event({"time": given}, vocabulary)


@pytest.mark.parametrize(
    "number",
    [
        10**5000,
        Decimal("1E+999999999"),
        Decimal("1E-999999999"),
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        float("nan"),
        float("inf"),
        1e300,
        5e-324,
    ],
    ids=lambda number: type(number).__name__,
)
def test_a_number_of_absurd_size_is_refused_and_not_written_out(
    vocabulary: Vocabulary, number: object
) -> None:
    for name in ("cases", "depth", "floor"):
        with pytest.raises(EventError) as caught:
            parse_event({name: number}, vocabulary)
        assert len(str(caught.value)) < 200


def test_all_reasons_are_told_at_once_up_to_a_limit(vocabulary: Vocabulary) -> None:
    with pytest.raises(EventError) as caught:
        parse_event({"stage": "x", "cases": -1, "time": "x"}, vocabulary)
    assert 3 == len(caught.value.reasons)
    with pytest.raises(EventError) as caught:
        parse_event({f"field-{n}": n for n in range(10_000)}, vocabulary)
    assert 51 == len(caught.value.reasons)
    assert "there are more reasons" == caught.value.reasons[-1]
