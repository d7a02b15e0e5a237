"""Derived dimensions: which part of the day, or of another dimension, gives which value."""

from __future__ import annotations

from pathlib import Path

import pytest

from remit.engine.language.loader import load
from tests.loading import errors_of, write_pack

HOUR = 3600


def derived(folder: Path, derive: str) -> Path:
    text = f"dimensions: {{shift: {{values: [day, night, eve], derive: {{{derive}}}}}}}\n"
    return write_pack(folder, {"more.yaml": text})


@pytest.mark.parametrize(
    "part, expected",
    [
        ("07:00..<19:00", [(7 * HOUR, 19 * HOUR)]),
        ("07:00..19:00", [(7 * HOUR, 19 * HOUR + 1)]),
        ("19:00..<07:00", [(0, 7 * HOUR), (19 * HOUR, 24 * HOUR)]),
        ("19:00..", [(19 * HOUR, 24 * HOUR)]),
        ("19:00..24:00", [(19 * HOUR, 24 * HOUR)]),
        ("..<07:00", [(0, 7 * HOUR)]),
        ("07:00:30..<07:00:31", [(7 * HOUR + 30, 7 * HOUR + 31)]),
        ("23:00..<00:00", [(23 * HOUR, 24 * HOUR)]),
    ],
)
def test_a_part_of_the_day_is_seconds_after_midnight(
    tmp_path: Path, part: str, expected: list[tuple[int, int]]
) -> None:
    pack = load(derived(tmp_path, f'from: time, day: "{part}", night: else'))
    derivation = pack.vocabulary.dimensions["shift"].derive
    assert derivation is not None
    ((value, allowed),) = derivation.rules
    assert ("day", "night") == (value, derivation.otherwise)
    assert expected == [(low.value, high.value) for low, high in allowed.stretches]


def test_a_value_may_have_several_parts_of_the_day(tmp_path: Path) -> None:
    parts = 'from: time, day: ["06:00..<10:00", "16:00..<18:00"], night: "22:00..<06:00", eve: else'
    derivation = load(derived(tmp_path, parts)).vocabulary.dimensions["shift"].derive
    assert derivation is not None
    assert ["day", "night"] == [value for value, _ in derivation.rules]


def test_another_dimension_may_be_the_source_and_the_date_too(tmp_path: Path) -> None:
    assert () == errors_of(derived(tmp_path, "from: level, day: ..mid, night: high"))
    assert () == errors_of(
        derived(tmp_path, "from: date, day: 2020-01-01..2020-06-30, night: else")
    )


@pytest.mark.parametrize(
    "derive, message",
    [
        (
            'from: time, day: "07:00..<19:00", night: "18:00..<20:00"',
            "this overlaps the rule for `day`",
        ),
        ('from: time, day: "07:00..<07:00"', "`07:00..<07:00` is empty"),
        ('from: time, day: "..<00:00"', "`..<00:00` is empty"),
        ('from: time, day: "24:00.."', "`24:00..` is empty"),
        ('from: time, day: "7:00.."', "`7:00..` is not a part of the day"),
        ("from: time, day: []", "a list is not a part of the day"),
        ("from: time, day: else, night: else", "`else` already gives `day`"),
        ("from: level, day: [low, mid], night: mid..", "this overlaps the rule for `day`"),
        ("from: level, day: lwo", "`level` has no value `lwo`"),
        ("from: levle, day: low", "there is no dimension `levle`"),
        ("from: shift, day: night", "`shift` cannot be derived from itself"),
        ("from: level, noon: low", "`shift` has no value `noon`"),
        ("from: level", "a derivation gives no value"),
        ("day: else", "a derivation needs `from`"),
        ("from: [time], day: else", "a list is not the source of a derivation"),
    ],
)
def test_a_derivation_that_makes_no_sense_is_refused(
    tmp_path: Path, derive: str, message: str
) -> None:
    assert [message] == [error.message for error in errors_of(derived(tmp_path, derive))]
