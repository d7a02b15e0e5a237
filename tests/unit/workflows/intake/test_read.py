"""Whatever comes in through the one door is known for what it is."""

from __future__ import annotations

import json

import pytest

from remit.workflows.intake.cap_values import CapAlert
from remit.workflows.intake.errors import IntakeErrors
from remit.workflows.intake.read import receive
from remit.workflows.intake.report import Report
from tests.alerts import alert

REPORT = json.dumps({"kind": "report", "time": "2026-03-02T08:10:00+08:00", "fields": {"a": "b"}})


@pytest.mark.parametrize("before", ["", " \n", "\ufeff"])
def test_json_is_read_as_a_report(before: str) -> None:
    received = receive((before + REPORT).encode())
    assert isinstance(received.content, Report)
    assert received.messages[0].source == "report"
    assert received.held_back is None


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_everything_else_is_read_as_an_alert(codec: str) -> None:
    received = receive(alert().encode(codec))
    assert isinstance(received.content, CapAlert)
    assert received.messages[0].source == "cap"


def test_a_drill_is_received_and_held_back() -> None:
    received = receive(alert(status="Exercise").encode())
    assert received.messages == ()
    assert received.held_back == (
        "the alert's status is `Exercise`; only `Actual` may open an incident here"
    )


def test_a_drill_that_was_asked_for_gives_messages() -> None:
    received = receive(alert(status="Exercise").encode(), allow_status={"Exercise"})
    assert len(received.messages) == 1
    assert received.held_back is None


@pytest.mark.parametrize("data", [b"", b"hello", b"{}", b"[]", b"\x00\x01\x02", b"\xff\xff"])
def test_what_is_neither_is_refused_under_the_name_given(data: str) -> None:
    with pytest.raises(IntakeErrors) as caught:
        receive(data, source="in.xml")
    assert caught.value.source == "in.xml"
