"""Events come in once, are answered only when they are recorded, and refused with a reason."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import remit
from remit.web import limits
from remit.web.limits import Buckets, Rate
from remit.workflows.ledger import Ledger, LedgerError
from remit.workflows.signatures import TOLERANCE_S, sign
from tests.integration.web.conftest import KEY, Site, spill

EVENTS = "/api/v1/events"
JSON = {"Content-Type": "application/json"}
ALERT = Path(remit.__file__).parent / "workflows" / "demo" / "alert.xml"


def test_an_event_opens_an_incident_and_the_same_bytes_get_the_same_answer(site: Site) -> None:
    headers = {**JSON, **site.token(rights=("report",))}
    first = site.client.post(EVENTS, content=spill(), headers=headers)
    assert 202 == first.status_code
    assert "opened" == first.json()["status"]
    (name,) = first.json()["incidents"]
    assert "opened" == site.office.incident(name).state
    again = site.client.post(EVENTS, content=spill(), headers=headers)
    assert (202, first.json()) == (again.status_code, again.json())
    assert 1 == len(site.office.ledger.incidents())
    found = site.client.get(first.headers["location"], headers=headers)
    assert first.json() == found.json()


def test_an_alert_nobody_asked_for_is_recorded_and_set_aside(site: Site) -> None:
    headers = {"Content-Type": "application/cap+xml", **site.token()}
    answer = site.client.post(EVENTS, content=ALERT.read_bytes(), headers=headers)
    assert (202, "set-aside") == (answer.status_code, answer.json()["status"])
    assert "no signal of the pack `harbour` answers to it" == answer.json()["reason"]


def test_what_cannot_be_read_is_recorded_and_told_with_its_place(site: Site) -> None:
    headers = {**JSON, **site.token()}
    bad = b'{"hazard": "spill",\n "hazard": "storm"}'
    first = site.client.post(EVENTS, content=bad, headers=headers)
    assert 422 == first.status_code
    assert "application/problem+json" == first.headers["content-type"]
    assert (2, 2) == (first.json()["errors"][0]["line"], first.json()["errors"][0]["column"])
    kinds = [entry.kind for entry in site.office.ledger.entries()]
    assert ["token-issued", "received", "set-aside"] == kinds
    assert first.json() == site.client.post(EVENTS, content=bad, headers=headers).json()
    assert kinds == [entry.kind for entry in site.office.ledger.entries()]


def test_an_event_outside_the_vocabulary_is_told_by_its_field(site: Site) -> None:
    answer = site.client.post(EVENTS, content=spill(pier="west"), headers={**JSON, **site.token()})
    assert 422 == answer.status_code
    assert "pier" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("kind", ["text/plain", "", "application/cloudevents-batch+json"])
def test_kinds_that_are_not_taken_are_415(site: Site, kind: str) -> None:
    headers = {"Content-Type": kind, **site.token()}
    assert 415 == site.client.post(EVENTS, content=spill(), headers=headers).status_code


def test_what_is_too_large_is_413_and_not_read_further(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("remit.web.intake.LARGEST_EVENT", 100)
    headers = {**JSON, **site.token()}
    assert 413 == site.client.post(EVENTS, content=b"x" * 101, headers=headers).status_code

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * 60

    assert 413 == site.client.post(EVENTS, content=chunks(), headers=headers).status_code
    assert limits.LARGEST_EVENT == 4_000_000


def test_a_token_that_may_not_report_reports_nothing(site: Site) -> None:
    headers = {**JSON, **site.token(rights=("read",))}
    assert 403 == site.client.post(EVENTS, content=spill(), headers=headers).status_code
    answer = site.client.post(EVENTS, content=spill(), headers=JSON)
    assert (401, 'Bearer realm="remit"') == (answer.status_code, answer.headers["www-authenticate"])
    assert () == site.office.ledger.incidents()


def test_a_cloudevent_is_taken_once_in_either_form(site: Site) -> None:
    headers = site.token()
    envelope = {
        "specversion": "1.0",
        "id": "7",
        "source": "/gauges/north",
        "type": "spill",
        "data": json.loads(spill()),
    }
    kind = {"Content-Type": "application/cloudevents+json"}
    one = site.client.post(EVENTS, content=json.dumps(envelope), headers={**headers, **kind})
    assert 202 == one.status_code
    binary = {"ce-specversion": "1.0", "ce-id": "7", "ce-source": "/gauges/north", "ce-type": "x"}
    two = site.client.post(EVENTS, content=spill(), headers={**headers, **JSON, **binary})
    assert one.json() == two.json()
    other = site.client.post(EVENTS, content=spill("two"), headers={**headers, **JSON, **binary})
    assert (409, "urn:remit:problem:same-name") == (other.status_code, other.json()["type"])


def test_an_alert_within_a_cloudevent_is_taken_byte_by_byte(site: Site) -> None:
    envelope = {
        "specversion": "1.0",
        "id": "8",
        "source": "x",
        "type": "alert",
        "datacontenttype": "application/cap+xml",
        "data_base64": base64.b64encode(ALERT.read_bytes()).decode(),
    }
    headers = {**site.token(), "Content-Type": "application/cloudevents+json; charset=utf-8"}
    answer = site.client.post(EVENTS, content=json.dumps(envelope), headers=headers)
    assert 202 == answer.status_code
    assert ALERT.read_bytes() in site.office.ledger.received(before=2**40)


def test_an_envelope_that_breaks_the_specification_is_not_recorded(site: Site) -> None:
    headers = {**site.token(), "Content-Type": "application/cloudevents+json"}
    answer = site.client.post(EVENTS, content=b'{"specversion": "0.3", "id": ""}', headers=headers)
    assert 422 == answer.status_code
    assert "missing-attribute" in {error["reason"] for error in answer.json()["errors"]}
    assert ["token-issued"] == [entry.kind for entry in site.office.ledger.entries()]


def _signed(site: Site, body: bytes, id_: str = "m1", age_s: int = 0) -> dict[str, str]:
    time = int(site.office.clock.now().timestamp()) - age_s
    return {
        **JSON,
        "webhook-id": id_,
        "webhook-timestamp": str(time),
        "webhook-signature": f"v1,bm8= {sign(KEY, id_, time, body)}",
    }


def test_a_signed_webhook_needs_no_token_and_may_be_sent_again(site: Site) -> None:
    first = site.client.post(EVENTS, content=spill(), headers=_signed(site, spill()))
    again = site.client.post(EVENTS, content=spill(), headers=_signed(site, spill(), age_s=60))
    assert (202, first.json()) == (again.status_code, again.json())
    assert "gauges (json)" == site.office.ledger.entries()[0].payload["source"]


def test_a_webhook_that_is_old_changed_or_renamed_is_refused(site: Site) -> None:
    old = _signed(site, spill(), age_s=TOLERANCE_S + 1)
    assert 401 == site.client.post(EVENTS, content=spill(), headers=old).status_code
    changed = _signed(site, spill())
    assert 401 == site.client.post(EVENTS, content=spill("two"), headers=changed).status_code
    unsigned = {**JSON, "webhook-id": "m1"}
    assert 401 == site.client.post(EVENTS, content=spill(), headers=unsigned).status_code
    assert 202 == site.client.post(EVENTS, content=spill(), headers=changed).status_code
    other = _signed(site, spill("two"))
    assert 409 == site.client.post(EVENTS, content=spill("two"), headers=other).status_code


def test_who_reports_too_often_is_told_when_to_come_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site.desk.reports, "_rate", Rate(0.5, 1))
    headers = {**JSON, **site.token()}
    assert 202 == site.client.post(EVENTS, content=spill(), headers=headers).status_code
    answer = site.client.post(EVENTS, content=spill(), headers=headers)
    assert (429, "2") == (answer.status_code, answer.headers["retry-after"])


def test_a_bucket_fills_with_time() -> None:
    buckets = Buckets(Rate(2, 2))
    assert [0, 0, 0.5] == [buckets.take("me", 0) for _ in range(3)]
    assert (0, 0) == (buckets.take("other", 0), buckets.take("me", 0.5))


def test_nothing_is_accepted_that_the_ledger_does_not_have(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = {**JSON, **site.token()}
    site.client.get("/api/v1/state", headers=headers)

    def refuse(_: Ledger) -> None:
        raise LedgerError("the disk is full")

    monkeypatch.setattr(Ledger, "write", refuse)
    answer = site.client.post(EVENTS, content=spill(), headers=headers)
    assert (503, "5") == (answer.status_code, answer.headers["retry-after"])
    assert 503 == site.client.get("/readyz").status_code
    monkeypatch.undo()
    assert () == site.office.ledger.incidents()


def test_what_was_recorded_and_not_read_is_read_later(site: Site) -> None:
    from remit.workflows.opening import record

    record(site.office.ledger, spill(), "json", site.office.clock.now())
    assert () == site.desk.reception.catch_up()
    site.office.clock.jump_to(site.office.clock.now() + dt.timedelta(seconds=11))
    (name,) = site.desk.reception.catch_up()
    assert "opened" == site.office.incident(name).state
    assert () == site.desk.reception.catch_up()


def test_a_pack_that_cannot_be_loaded_loses_no_event(site: Site) -> None:
    headers = {**JSON, **site.token()}
    broken = site.office.pack / "pack.yaml"
    text = broken.read_text(encoding="utf-8")
    broken.write_text("remit: 1\nlead: nothing\n", encoding="utf-8")
    answer = site.client.post(EVENTS, content=spill(), headers=headers)
    assert (202, "pending") == (answer.status_code, answer.json()["status"])
    broken.write_text(text, encoding="utf-8")
    site.office.clock.jump_to(site.office.clock.now() + dt.timedelta(seconds=11))
    assert 1 == len(site.desk.reception.catch_up())
