"""What an alert says becomes messages for signals; drills and ends of alerts are told apart."""

from __future__ import annotations

import datetime as dt

import pytest

from remit.workflows.intake.cap import read_cap
from remit.workflows.intake.cap_messages import held_back, messages
from remit.workflows.intake.cap_values import CapAlert
from tests.alerts import AREA, alert, info, part

REFERENCE = "warning@met.j-city.example,j-city-2026-0100,2026-07-01T12:00:00+08:00"


def read(text: str) -> CapAlert:
    return read_cap(text.encode())


def test_an_alert_is_one_message_with_its_fields() -> None:
    codes = (
        "<eventCode><valueName>GB</valueName><value>11B03</value></eventCode>"
        "<senderName>J City Met</senderName><headline>Rain</headline>"
        "<parameter><valueName>colour</valueName><value>orange</value></parameter>"
        "<area><areaDesc>north</areaDesc>"
        "<geocode><valueName>GB2260</valueName><value>110108</value></geocode>"
        "<geocode><valueName>GB2260</valueName><value>110109</value></geocode></area>"
    )
    (message,) = messages(read(alert(more=info(codes))))
    assert message.source == "cap"
    assert message.time == dt.datetime(2026, 7, 1, 6, 57, tzinfo=dt.UTC)
    assert message.id == "warning@met.j-city.example,j-city-2026-0101,2026-07-01T06:57:00+00:00"
    assert message.about == ()
    assert message.fields == {
        "identifier": ("j-city-2026-0101",),
        "sender": ("warning@met.j-city.example",),
        "sent": ("2026-07-01T14:57:00+08:00",),
        "status": ("Actual",),
        "msgType": ("Alert",),
        "scope": ("Public",),
        "language": ("zh-CN",),
        "category": ("Met",),
        "event": ("暴雨",),
        "urgency": ("Expected",),
        "severity": ("Severe",),
        "certainty": ("Likely",),
        "senderName": ("J City Met",),
        "headline": ("Rain",),
        "areaDesc": ("north",),
        "eventCode.GB": ("11B03",),
        "parameter.colour": ("orange",),
        "geocode.GB2260": ("110108", "110109"),
    }


def test_translations_are_one_message_with_the_values_of_all() -> None:
    both = info(AREA, language="en-US", event="rainstorm") + info()
    (message,) = messages(read(alert(more=both)))
    assert message.fields["event"] == ("rainstorm", "暴雨")
    assert message.fields["severity"] == ("Severe",)


@pytest.mark.parametrize("language", ["zh", "zh-CN", "ZH-cn", "zh-TW"])
def test_the_language_asked_for_comes_first(language: str) -> None:
    both = info(AREA, language="en-US", event="rainstorm") + info()
    (message,) = messages(read(alert(more=both)), language)
    assert message.fields["event"] == ("暴雨", "rainstorm")


def test_blocks_that_differ_in_severity_are_a_message_each_of_one_thread() -> None:
    north = "<area><areaDesc>north</areaDesc></area>"
    both = info(north, severity="Extreme") + info()
    first, second = messages(read(alert(more=both)))
    assert (first.fields["severity"], first.fields["areaDesc"]) == (("Extreme",), ("north",))
    assert (second.fields["severity"], second.fields["areaDesc"]) == (
        ("Severe",),
        ("RF community",),
    )
    assert second.id == f"{first.id}#2"
    assert second.about == (first.id,)


def test_an_alert_that_says_nothing_is_a_message_with_its_head() -> None:
    (message,) = messages(read(alert(more="")))
    assert message.fields["msgType"] == ("Alert",)
    assert "event" not in message.fields


@pytest.mark.parametrize(
    "message_type, source",
    [("Update", "cap"), ("Cancel", "cap-cancel"), ("Ack", "cap-ack"), ("Error", "cap-error")],
)
def test_messages_about_another_have_their_own_source_and_name_it(
    message_type: str, source: str
) -> None:
    text = alert(msgType=message_type, more=part("references", REFERENCE) + info())
    (message,) = messages(read(text))
    assert message.source == source
    assert message.about == (
        "warning@met.j-city.example,j-city-2026-0100,2026-07-01T04:00:00+00:00",
    )


@pytest.mark.parametrize("status", ["Exercise", "System", "Test", "Draft"])
def test_what_is_not_actual_gives_no_message_and_says_why(status: str) -> None:
    drill = read(alert(status=status))
    assert messages(drill) == ()
    assert held_back(drill) == (
        f"the alert's status is `{status}`; only `Actual` may open an incident here"
    )


def test_a_drill_gives_messages_where_it_is_asked_for() -> None:
    drill = read(alert(status="Exercise"))
    (message,) = messages(drill, allow_status={"Actual", "Exercise"})
    assert message.fields["status"] == ("Exercise",)
    assert held_back(drill, {"Actual", "Exercise"}) is None
