"""Plain reports are read strictly; wrong ones are refused with every reason at its place."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from remit.workflows.intake.decoding import MAX_JSON_BYTES
from remit.workflows.intake.errors import IntakeErrors
from remit.workflows.intake.located import MAX_DEPTH, read_json
from remit.workflows.intake.report import MAX_TEXT, MAX_VALUES, message_of, read_report

FEVER = {
    "kind": "report",
    "id": "7",
    "time": "2026-03-02T08:10:00+08:00",
    "reporter": "b3-hotline",
    "fields": {
        "symptom": ["fever", "cough"],
        "place": "b3",
        "persons": 2,
        "outdoors": False,
        "degrees": 38.50,
    },
}


def as_bytes(**changes: object) -> bytes:
    whole = {**FEVER, **changes}
    kept = {key: value for key, value in whole.items() if value is not None}
    return json.dumps(kept, indent=1, ensure_ascii=False).encode()


def errors(data: bytes) -> list[tuple[str, int, int]]:
    with pytest.raises(IntakeErrors) as caught:
        read_report(data)
    return [(error.reason, error.line, error.column) for error in caught.value.errors]


def reasons(data: bytes) -> list[str]:
    return [reason for reason, _, _ in errors(data)]


def test_a_report_is_a_message_with_its_fields_and_reporter() -> None:
    message = message_of(read_report(as_bytes()))
    assert message.id == "report:b3-hotline:7"
    assert message.source == "report"
    assert message.time == dt.datetime(2026, 3, 2, 0, 10, tzinfo=dt.UTC)
    assert message.fields == {
        "symptom": ("fever", "cough"),
        "place": ("b3",),
        "persons": ("2",),
        "outdoors": ("false",),
        "degrees": ("38.5",),
        "reporter": ("b3-hotline",),
    }


def test_a_reading_is_a_kind_of_its_own() -> None:
    assert message_of(read_report(as_bytes(kind="reading"))).source == "reading"


def test_numbers_are_kept_as_they_were_written() -> None:
    data = as_bytes(fields={"a": 1}).replace(b": 1\n", b": [38.50, 1e400, -0]\n")
    assert read_report(data).fields["a"] == ("38.50", "1e400", "-0")


def test_nobody_has_to_sign() -> None:
    message = message_of(read_report(as_bytes(reporter=None)))
    assert "reporter" not in message.fields


def test_a_report_without_an_id_is_known_again_by_what_it_says() -> None:
    once, again = read_report(as_bytes(id=None)), read_report(as_bytes(id=None))
    other = read_report(as_bytes(id=None, fields={"symptom": "fever"}))
    assert once.id == again.id
    assert once.id != other.id


def test_the_same_report_from_two_places_in_two_time_zones_is_the_same() -> None:
    utc = read_report(as_bytes(id=None, time="2026-03-02T00:10:00Z"))
    assert utc.id == read_report(as_bytes(id=None)).id


def test_two_reporters_may_number_their_reports_alike() -> None:
    one, other = (message_of(read_report(as_bytes(reporter=who))) for who in ("a", "b"))
    assert one.id != other.id


@pytest.mark.parametrize("key", ["kind", "time", "fields"])
def test_a_required_key_may_not_be_missing(key: str) -> None:
    assert errors(as_bytes(**{key: None})) == [("missing-key", 1, 1)]


@pytest.mark.parametrize(
    "changes, reason",
    [
        ({"kind": "cap"}, "bad-value"),
        ({"kind": 1}, "bad-value"),
        ({"id": ""}, "bad-value"),
        ({"id": 7}, "bad-value"),
        ({"reporter": ["a"]}, "bad-value"),
        ({"time": "2026-03-02T08:10:00"}, "time-without-offset"),
        ({"time": "2026-03-02"}, "bad-time"),
        ({"time": "2026-02-30T08:10:00+08:00"}, "bad-time"),
        ({"time": "0001-01-01T00:00:00+08:00"}, "bad-time"),
        ({"time": 1772410200}, "bad-value"),
        ({"fields": []}, "bad-value"),
        ({"fields": {"a": {"b": 1}}}, "bad-value"),
        ({"fields": {"a": [["b"]]}}, "bad-value"),
        ({"fields": {"a": [None]}}, "bad-value"),
        ({"fields": {"reporter": "b"}}, "bad-field"),
        ({"fields": {"": "b"}}, "bad-field"),
        ({"fields": {"a b": "b"}}, "bad-field"),
        ({"fields": {"a": "x" * (MAX_TEXT + 1)}}, "too-large"),
        ({"fields": {"a": ["x"] * (MAX_VALUES + 1)}}, "too-large"),
        ({"reporter": "x" * (MAX_TEXT + 1)}, "too-large"),
        ({"place": "b3"}, "unknown-key"),
    ],
)
def test_a_wrong_value_is_refused(changes: dict[str, object], reason: str) -> None:
    assert reasons(as_bytes(**changes)) == [reason]


def test_a_null_is_not_a_text() -> None:
    data = json.dumps({**FEVER, "reporter": None}).encode()
    assert reasons(data) == ["bad-value"]


def test_an_unknown_key_gets_the_nearest_or_the_place_where_it_belongs() -> None:
    def advice(key: str) -> str:
        with pytest.raises(IntakeErrors) as caught:
            read_report(as_bytes(**{key: "x"}))
        return caught.value.errors[0].help

    assert advice("tiem") == "did you mean `time`?"
    assert advice("symptom") == "what the report tells goes under `fields`"


def test_all_problems_are_told_at_once_each_at_its_place() -> None:
    data = (
        b'{"kind": "rumour",\n "time": "today", "fields": {\n  "place": ["b3",\n            null]}}'
    )
    assert errors(data) == [("bad-value", 1, 10), ("bad-time", 2, 10), ("bad-value", 4, 13)]


@pytest.mark.parametrize(
    "text, reason, place",
    [
        ("", "empty", (1, 1)),
        ("{", "not-json", (1, 2)),
        ('{"a": 1 "b"}', "not-json", (1, 9)),
        ('{"a": "NaN",\n"b": NaN}', "not-json", (2, 6)),
        ("-Infinity", "not-json", (1, 1)),
        ('{"a": 1}\n{"a": 1}', "not-json", (2, 1)),
        ('{"a": 1,\n "b": {"a": 2},\n "a": 3}', "duplicate-key", (3, 2)),
        ('[{"a": 1}, {"a": 2,\n"a": 3}]', "duplicate-key", (2, 1)),
        ("[" * 100_000, "too-deep", (1, MAX_DEPTH + 1)),
        ("9" * 5000, "not-a-report", (1, 1)),
        (" " * MAX_JSON_BYTES + "1", "too-large", (1, 1)),
        ("[1, 2]", "not-a-report", (1, 1)),
        ('"report"', "not-a-report", (1, 1)),
        ("null", "not-a-report", (1, 1)),
    ],
)
def test_what_is_no_report_is_refused(text: str, reason: str, place: tuple[int, int]) -> None:
    assert errors(text.encode()) == [(reason, *place)]


def test_a_report_is_utf_8() -> None:
    assert reasons(as_bytes(reporter="网格员").decode().encode("gbk")) == ["encoding-mismatch"]
    assert read_report(b"\xef\xbb\xbf" + as_bytes(reporter="网格员")).reporter == "网格员"


def test_every_value_of_a_json_text_has_its_place() -> None:
    text = '{\n "a": [1, {"b": "x:{,}\\"y"}],\n "c": {}\n}'
    _, places = read_json(text, "x")
    assert places == {
        (): (1, 1),
        ("a",): (2, 7),
        ("a", 0): (2, 8),
        ("a", 1): (2, 11),
        ("a", 1, "b"): (2, 17),
        ("c",): (3, 7),
    }
