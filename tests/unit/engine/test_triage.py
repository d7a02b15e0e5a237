"""Signals raise events from messages, by the messages' own times."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from remit.engine import triage as module
from remit.engine.language.event_fields import IDENTITY_LIMIT
from remit.engine.pack import FieldTest
from remit.engine.triage import Message, matches, triage
from tests.signals import HERE, START, field_test, message, pack, signal

HOUR = 3600


def raised(*messages: Message, **options: Any) -> list[tuple[str, ...]]:
    """Return the ids of the messages of each raised event."""
    return [found.messages for found in triage(pack(signal(**options)), messages)]


def at(minute: float) -> dt.datetime:
    return START + dt.timedelta(minutes=minute)


def test_one_message_is_enough_where_the_count_is_one() -> None:
    (found,) = triage(pack(signal(field_test("symptom", "fever"))), [message("a", symptom="fever")])
    assert found.messages == ("a",)
    assert found.time == START
    assert found.event.values == {"level": "iv"}
    assert found.event.time == START


def test_each_message_raises_its_own_event_without_a_window() -> None:
    assert raised(message("a"), message("b", 1)) == [("a",), ("b",)]


def test_messages_of_another_kind_are_not_counted() -> None:
    other = dataclasses.replace(message("a"), source="cap")
    assert triage(pack(signal()), [other]) == ()


def test_enough_messages_within_the_window_raise_one_event() -> None:
    three = [message(name, minute) for name, minute in (("a", 0), ("b", 30), ("c", 60))]
    (found,) = triage(pack(signal(count=3, within=HOUR)), three)
    assert found.messages == ("a", "b", "c")
    assert found.time == at(60)


def test_the_window_holds_both_its_ends_and_no_more() -> None:
    assert raised(message("a", 0), message("b", 60), count=2, within=HOUR) == [("a", "b")]
    assert raised(message("a", 0), message("b", 60.01), count=2, within=HOUR) == []


def test_a_window_slides() -> None:
    times = (0, 50, 70, 90)
    messages = [message(f"m{minute}", minute) for minute in times]
    assert raised(*messages, count=3, within=HOUR) == [("m50", "m70", "m90")]


def test_what_goes_on_stays_one_event_and_what_starts_again_is_another() -> None:
    times = (0, 10, 20, 70, 80, 500, 510)
    messages = [message(f"m{minute:03}", minute) for minute in times]
    assert raised(*messages, count=2, within=HOUR) == [
        ("m000", "m010", "m020", "m070", "m080"),
        ("m500", "m510"),
    ]


def test_the_count_is_reached_when_the_last_needed_message_was_sent() -> None:
    messages = [message(f"m{minute}", minute) for minute in (0, 10, 20, 30)]
    (found,) = triage(pack(signal(count=3, within=HOUR)), messages)
    assert found.time == at(20)


def test_the_same_message_sent_again_counts_once() -> None:
    assert raised(message("a"), message("a"), count=2, within=HOUR) == []


def field_test_two_messages_under_one_id_the_earlier_counts() -> None:
    same = [message("a", 5, place="b2"), message("a", 0, place="b1")]
    (found,) = triage(pack(signal(by=("place",))), same)
    assert found.by == {"place": "b1"}


def test_messages_are_counted_apart_by_what_they_must_agree_on() -> None:
    messages = [
        message("a", 0, place="b1"),
        message("b", 1, place="b2"),
        message("c", 2, place="b1"),
    ]
    (found,) = triage(pack(signal(count=2, within=HOUR, by=("place",))), messages)
    assert found.messages == ("a", "c")
    assert found.by == {"place": "b1"}
    assert found.event.values == {"level": "iv", "place": "b1"}


def test_a_message_that_does_not_say_is_in_no_group() -> None:
    assert raised(message("a"), by=("place",)) == []


def test_a_message_with_several_values_is_in_several_groups() -> None:
    messages = [message("a", place=("b1", "b2")), message("b", 1, place="b2")]
    assert raised(*messages, count=2, within=HOUR, by=("place",)) == [("a", "b")]


def test_a_value_said_twice_is_said_once() -> None:
    assert raised(message("a", place=("b1", "b1")), by=("place",)) == [("a",)]


def test_reports_of_one_person_count_once_where_persons_are_asked_for() -> None:
    messages = [message("a", 0, reporter="x"), message("b", 1, reporter="x")]
    options = {"count": 2, "within": HOUR, "distinct": "reporter"}
    assert raised(*messages, **options) == []
    assert raised(*messages, message("c", 2, reporter="y"), **options) == [("a", "b", "c")]


def test_all_who_do_not_sign_count_as_one_person() -> None:
    options = {"count": 2, "within": HOUR, "distinct": "reporter"}
    assert raised(message("a", 0), message("b", 1), **options) == []
    assert raised(message("a", 0), message("b", 1, reporter="y"), **options) == [("a", "b")]


def test_without_a_window_the_count_runs_over_everything() -> None:
    assert raised(message("a"), message("b", 100_000), count=2) == [("a", "b")]


def test_an_alert_and_its_updates_count_once() -> None:
    thread = [message("a"), message("b", 10, "a"), message("c", 20, "b")]
    assert raised(*thread) == [("a", "b", "c")]
    assert raised(*thread, count=2, within=HOUR) == []
    assert raised(*thread, message("d", 30), count=2, within=HOUR) == [("a", "b", "c", "d")]


def test_two_updates_of_an_alert_nobody_saw_are_one_thread() -> None:
    assert raised(message("b", 10, "a"), message("c", 20, "a")) == [("b", "c")]


def test_a_thread_holds_together_over_times_when_nothing_was_sent() -> None:
    assert raised(message("a"), message("b", 6000, "a"), within=HOUR) == [("a", "b")]


@pytest.mark.parametrize(
    "test, fields, expected",
    [
        (field_test("a", "x", "y"), {"a": "y"}, True),
        (field_test("a", "x"), {"a": "z"}, False),
        (field_test("a", "x"), {}, False),
        (field_test("a", "x"), {"a": ("z", "x")}, True),
        (field_test("a", "x", negated=True), {"a": "z"}, True),
        (field_test("a", "x", negated=True), {"a": ("z", "x")}, False),
        (field_test("a", "x", negated=True), {}, True),
        (FieldTest("a", (), HERE, low=Decimal(3)), {"a": "3"}, True),
        (FieldTest("a", (), HERE, low=Decimal(3)), {"a": "2.9"}, False),
        (FieldTest("a", (), HERE, low=Decimal(3), low_open=True), {"a": "3.0"}, False),
        (FieldTest("a", (), HERE, high=Decimal(3)), {"a": "3"}, True),
        (FieldTest("a", (), HERE, high=Decimal(3), high_open=True), {"a": "3"}, False),
        (FieldTest("a", (), HERE, low=Decimal(3), high=Decimal(5)), {"a": " 4e0 "}, True),
        (FieldTest("a", (), HERE, low=Decimal(3)), {"a": "many"}, False),
        (FieldTest("a", (), HERE, low=Decimal(3)), {"a": "NaN"}, False),
        (FieldTest("a", (), HERE, low=Decimal(3)), {"a": "Infinity"}, False),
        (FieldTest("a", (), HERE, low=Decimal(3)), {"a": "1e999999999"}, False),
        (FieldTest("a", ("unknown",), HERE, low=Decimal(3)), {"a": "unknown"}, True),
        (FieldTest("a", (), HERE, low=Decimal(3), negated=True), {"a": "2"}, True),
    ],
)
def test_a_test_looks_at_the_texts_of_a_field(
    test: FieldTest,
    fields: dict[str, str],
    expected: bool,  # noqa: FBT001 - the answer, not an option
) -> None:
    assert matches(signal(test), message("a", **fields)) is expected


def test_all_tests_of_a_signal_must_hold() -> None:
    both = signal(field_test("a", "x"), field_test("b", "y"))
    assert matches(both, message("m", a="x", b="y"))
    assert not matches(both, message("m", a="x", b="z"))


def test_a_number_agreed_on_becomes_a_number_of_the_event() -> None:
    (found,) = triage(pack(signal(by=("cases",))), [message("a", cases="7")])
    assert found.event.values["cases"] == 7


@pytest.mark.parametrize(
    "field, text",
    [("place", "b9"), ("cases", "7.5"), ("cases", "many"), ("cases", "101"), ("cases", "1e80")],
)
def test_a_value_the_vocabulary_lacks_is_named_and_left_out(field: str, text: str) -> None:
    (found,) = triage(pack(signal(by=(field,))), [message("a", **{field: text})])
    assert found.unplaced == (field,)
    assert found.by == {field: text}
    assert field not in found.event.values


def test_what_the_signal_itself_says_stands() -> None:
    here = signal(by=("place",), raises={"place": "b2"})
    (found,) = triage(pack(here), [message("a", place="b1")])
    assert found.event.values == {"place": "b2"}


def test_a_field_that_is_no_dimension_is_not_added_to_the_event() -> None:
    (found,) = triage(pack(signal(by=("street",))), [message("a", street="x")])
    assert found.event.values == {"level": "iv"}
    assert found.unplaced == ()


def test_raised_events_have_names_of_their_own() -> None:
    messages = [message("a", place=("b1", "b2")), message("b", 100, place="b1")]
    found = triage(pack(signal(within=HOUR, by=("place",))), messages)
    assert [each.event.id for each in found] == ["s/b1/a", "s/b2/a", "s/b1/b"]


def test_an_event_raised_by_messages_with_endless_ids_has_an_id_that_events_may_have() -> None:
    endless = [message("x" * 1000 + end) for end in "ab"]
    first, second = (found.event.id or "" for found in triage(pack(signal()), endless))
    assert len(first) <= IDENTITY_LIMIT
    assert first != second


def test_a_message_with_endless_values_cannot_make_triage_hang(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MAX_GROUPS", 6)
    many = tuple(str(number) for number in range(1000))
    found = triage(pack(signal(by=("a", "b"))), [message("m", a=many, b=many)])
    assert len(found) == 6


def test_a_message_without_an_offset_in_its_time_is_refused() -> None:
    with pytest.raises(ValueError, match="2026"):
        Message("a", "report", {}, dt.datetime(2026, 3, 2, 8, 0))  # noqa: DTZ001 - the fault


def test_times_are_compared_across_offsets() -> None:
    east = dataclasses.replace(
        message("b"),
        time=dt.datetime(2026, 3, 2, 16, 30, tzinfo=dt.timezone(dt.timedelta(hours=8))),
    )
    assert raised(message("a"), east, count=2, within=HOUR) == [("a", "b")]
