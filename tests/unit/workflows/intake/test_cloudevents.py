"""CloudEvents are held to the text of the specification, not to its looser schema."""

from __future__ import annotations

import json

import pytest

from remit.workflows.intake.cloudevents import read_binary, read_structured
from remit.workflows.intake.errors import IntakeErrors

GOOD = {"specversion": "1.0", "id": "1", "source": "/x", "type": "t", "data": {"a": 1}}


def _reasons(**more: object) -> set[str]:
    body = {key: value for key, value in {**GOOD, **more}.items() if value != "absent"}
    with pytest.raises(IntakeErrors) as raised:
        read_structured(json.dumps(body).encode())
    return {error.reason for error in raised.value.errors}


def test_what_an_envelope_carries_is_taken_out_as_it_was_written() -> None:
    head = b'{"specversion":"1.0","id":"1","source":"/x","type":"t",'
    event = read_structured(head + b'\n "data": {"a":  1.50, "b": "\xc3\xa9"}}')
    assert b'{"a":  1.50, "b": "\xc3\xa9"}' == event.data
    assert ("1", "/x", "t", "application/json") == (
        event.id,
        event.source,
        event.type,
        event.content_type,
    )


def test_text_of_another_type_and_base64_are_taken_out_too() -> None:
    xml = read_structured(
        json.dumps({**GOOD, "datacontenttype": "text/xml", "data": "<a>é</a>"}).encode()
    )
    assert "<a>é</a>".encode() == xml.data
    coded = {key: value for key, value in GOOD.items() if key != "data"}
    raw = read_structured(json.dumps({**coded, "data_base64": "AAE="}).encode())
    assert b"\x00\x01" == raw.data


@pytest.mark.parametrize(
    "more,reason",
    [
        ({"id": ""}, "missing-attribute"),
        ({"source": "absent"}, "missing-attribute"),
        ({"type": None}, "missing-attribute"),
        ({"specversion": "0.3"}, "unknown-version"),
        ({"time": "2026-03-02T08:00:00"}, "bad-value"),
        ({"time": "2026-13-02T08:00:00Z"}, "bad-value"),
        ({"source": "a b"}, "bad-value"),
        ({"datacontenttype": "json"}, "bad-value"),
        ({"My-Ext": "x"}, "bad-name"),
        ({"ext": {"a": 1}}, "not-an-attribute"),
        ({"id": 7}, "not-a-text"),
        ({"subject": "a\u0000b"}, "bad-text"),
        ({"data": "absent"}, "no-data"),
        ({"data_base64": "AAE="}, "two-data"),
        ({"data": "absent", "data_base64": "!!"}, "bad-base64"),
    ],
)
def test_what_breaks_the_specification_is_told(more: dict[str, object], reason: str) -> None:
    assert reason in _reasons(**more)


def test_an_envelope_is_an_object() -> None:
    with pytest.raises(IntakeErrors):
        read_structured(b"[]")


def test_headers_are_attributes_and_percent_encoded() -> None:
    headers = {
        "content-type": "text/xml",
        "ce-specversion": "1.0",
        "ce-id": "a%20b",
        "ce-source": "/x",
        "ce-type": "t",
    }
    event = read_binary(headers, b"<a/>")
    assert ("a b", "text/xml", b"<a/>") == (event.id, event.content_type, event.data)
    with pytest.raises(IntakeErrors):
        read_binary({**headers, "ce-datacontenttype": "text/xml"}, b"")
    with pytest.raises(IntakeErrors):
        read_binary({"ce-id": "1"}, b"")


def test_an_identity_is_of_source_and_id_together() -> None:
    one = read_structured(json.dumps({**GOOD, "source": "a", "id": "b c"}).encode())
    two = read_structured(json.dumps({**GOOD, "source": "a", "id": "b"}).encode())
    assert one.identity != two.identity
