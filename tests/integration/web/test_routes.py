"""What is known can be read, what waits can be answered, each by whom it is for."""

from __future__ import annotations

import datetime as dt

import pytest

from remit.engine.wording import tell
from remit.web.app import Receive, Scope, Send, build_app
from remit.web.gate import is_local
from remit.web.problems import language_of
from remit.workflows.tokens import KINDS, revoke_token, tokens_of
from tests.integration.web.conftest import Site
from tests.web_client import Client

V1 = "/api/v1"


def test_an_incident_is_answered_through_the_api_to_its_next_step(site: Site) -> None:
    name, headers = site.opened(), site.token("warden")
    (item,) = site.client.get(f"{V1}/inbox", headers=headers).json()["items"]
    assert (f"{name}-1", "command") == (item["id"], item["asks"])
    said = site.client.post(f"{V1}/items/{item['id']}/ack", headers=headers)
    assert (200, "working") == (said.status_code, said.json()["state"])
    again = site.client.post(f"{V1}/items/{item['id']}/ack", headers=headers)
    assert (200, said.json()["entry"]) == (again.status_code, again.json()["entry"])
    site.settle()
    shown = site.client.get(f"{V1}/incidents/{name}", headers=headers).json()
    assert "warden" == shown["led_by"]


def test_a_token_speaks_for_its_subjects_only(site: Site) -> None:
    name = site.opened()
    crew = site.token("crew")
    answer = site.client.post(f"{V1}/items/{name}-1/ack", headers=crew)
    assert 403 == answer.status_code
    assert f"`crew` may not answer `{name}-1`: it asks `warden`" == answer.json()["detail"]
    other = site.client.post(f"{V1}/items/{name}-1/ack", headers=crew, json={"as": "warden"})
    assert "this token does not speak for `warden`" == other.json()["detail"]
    reader = site.token("warden", rights=("read",))
    assert 403 == site.client.post(f"{V1}/items/{name}-1/ack", headers=reader).status_code
    assert 403 == site.client.get(f"{V1}/inbox?subject=warden", headers=crew).status_code


def test_a_word_that_does_not_count_is_refused_with_its_reason(site: Site) -> None:
    name, headers = site.opened(), site.token("warden")
    place = f"{V1}/items/{name}-1"
    assert 422 == site.client.post(f"{place}/decline", headers=headers).status_code
    assert 422 == site.client.post(f"{place}/approve", headers=headers).status_code
    offered = site.client.post(f"{place}/hand-over", headers=headers, json={"to": "mate"})
    assert 409 == offered.status_code
    assert 422 == site.client.post(f"{place}/ack", headers=headers, json={"x": 1}).status_code
    assert 422 == site.client.post(f"{place}/ack", headers=headers, content=b"{").status_code
    assert 404 == site.client.post(f"{V1}/items/{name}-9/ack", headers=headers).status_code
    assert 404 == site.client.post(f"{V1}/items/nope/ack", headers=headers).status_code
    assert 404 == site.client.get(f"{V1}/incidents/nope", headers=headers).status_code
    assert 404 == site.client.get(f"{V1}/nope", headers=headers).status_code
    assert 405 == site.client.post(f"{V1}/inbox", headers=headers).status_code


def test_a_revoked_or_expired_or_changed_token_does_not_hold(site: Site) -> None:
    headers = site.token()
    assert 200 == site.client.get(f"{V1}/inbox", headers=headers).status_code
    wrong = {"Authorization": headers["Authorization"][:-1] + "_"}
    assert 401 == site.client.get(f"{V1}/inbox", headers=wrong).status_code
    ledger = site.office.ledger
    (id_,) = tokens_of(ledger.entries_of(KINDS))
    revoke_token(ledger, id_, site.office.clock.now())
    site.desk.tokens.forget()
    assert 401 == site.client.get(f"{V1}/inbox", headers=headers).status_code


def test_who_tries_tokens_is_slowed_down(site: Site) -> None:
    wrong = {"Authorization": "Bearer nonsense"}
    answers = [site.client.get(f"{V1}/inbox", headers=wrong).status_code for _ in range(25)]
    assert (401, 429) == (answers[0], answers[-1])


def test_refusals_are_told_in_the_language_asked_for(site: Site) -> None:
    answer = site.client.get(f"{V1}/inbox", headers={"Accept-Language": "zh-CN,en;q=0.5"})
    assert (401, "zh") == (answer.status_code, answer.headers["content-language"])
    assert set(answer.json()) == {"type", "title", "status", "detail", "help"}
    assert ("en", "zh", "en") == (
        language_of(""),
        language_of("fr, zh;q=0.2"),
        language_of("en, zh"),
    )


def test_a_timeline_is_read_page_by_page(site: Site) -> None:
    name, headers = site.opened(), site.token()
    place = f"{V1}/incidents/{name}/timeline"
    first = site.client.get(f"{place}?limit=2", headers=headers).json()
    assert ["received", "opened"] == [entry["kind"] for entry in first["entries"]]
    rest = site.client.get(f"{place}?after={first['next']}", headers=headers).json()
    assert "asked" == rest["entries"][0]["kind"]
    assert rest["next"] is None
    text = site.client.get(f"{place}?format=markdown", headers=headers).text
    assert "Warden is told, and asked to lead until 12:10" in text


def test_incidents_are_listed_page_by_page(site: Site) -> None:
    names = {site.opened(str(number)) for number in range(3)}
    headers = site.token()
    first = site.client.get(f"{V1}/incidents?limit=2&state=open", headers=headers).json()
    second = site.client.get(f"{V1}/incidents?after={first['next']}", headers=headers).json()
    found = [each["id"] for each in (*first["incidents"], *second["incidents"])]
    assert (names, 3, None) == (set(found), len(found), second["next"])
    assert (
        [] == site.client.get(f"{V1}/incidents?state=closed", headers=headers).json()["incidents"]
    )
    assert 422 == site.client.get(f"{V1}/incidents?limit=0", headers=headers).status_code


def test_how_things_stand_is_told(site: Site) -> None:
    site.opened()
    state = site.client.get(f"{V1}/state", headers=site.token()).json()
    assert ("harbour", 1, 1) == (
        state["pack"]["name"],
        state["open_incidents"],
        state["waiting_items"],
    )


def test_health_tells_of_a_deadline_nobody_saw_to(site: Site) -> None:
    site.opened()
    assert {"status": "ok"} == site.client.get("/healthz").json()
    assert 200 == site.client.get("/readyz").status_code
    site.office.clock.jump_to(site.office.clock.now() + dt.timedelta(minutes=15))
    answer = site.client.get("/readyz")
    assert (503, "late", 300.0) == (
        answer.status_code,
        answer.json()["deadlines"],
        answer.json()["oldest_passed_s"],
    )
    text = site.client.get("/metrics").text
    assert "remit_oldest_passed_deadline_seconds 300.0\n" in text
    assert 'remit_outbox_messages{status="sent"} 1\n' in text
    assert 'remit_requests_total{method="GET",route="/healthz",status="200"} 1\n' in text


def test_the_api_describes_itself(site: Site) -> None:
    found = site.client.get(f"{V1}/openapi.json").json()
    paths = set(found["paths"])
    assert {f"{V1}/events", f"{V1}/items/{{item}}/hand-over", "/healthz"} <= paths
    named = [
        operation.get("operationId")
        for path in found["paths"].values()
        for operation in path.values()
    ]
    assert len(named) == len(set(named))


def test_the_page_of_an_incident_is_for_those_at_the_machine_and_for_readers(site: Site) -> None:
    name = site.opened()
    assert "<html" in site.client.get(f"/incidents/{name}").text
    away = {"X-Forwarded-For": "203.0.113.9"}
    assert 401 == site.client.get(f"/incidents/{name}", headers=away).status_code
    reader = {**away, **site.token()}
    assert 200 == site.client.get(f"/incidents/{name}", headers=reader).status_code


@pytest.mark.parametrize(
    "client,host,here",
    [
        ("127.0.0.1", "127.0.0.1:8420", True),
        ("::1", "[::1]:8420", True),
        ("127.0.0.1", "localhost", True),
        ("127.0.0.1", "evil.example", False),
        ("10.0.0.7", "127.0.0.1", False),
        ("", "localhost", False),
    ],
)
def test_prefect_is_for_those_at_the_machine(client: str, host: str, *, here: bool) -> None:
    assert here is is_local(client, {"host": host})


def test_what_is_mounted_below_prefects_addresses_is_guarded(site: Site) -> None:
    async def prefect(scope: Scope, _: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(scope["path"]).encode()})

    app = build_app(site.desk, rest=prefect)
    here, away = Client(app), Client(app, "10.1.1.1")
    assert "/api/health" == here.get("/api/health").text
    assert "/prefect/runs" == here.get("/prefect/runs").text
    assert 403 == away.get("/api/health").status_code
    assert 401 == away.get(f"{V1}/inbox").status_code
    assert 404 == here.get("/nothing").status_code
    assert ["websocket.close"] == away.websocket("/api/events/in")


def test_a_fault_of_ours_is_told_without_a_traceback(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(tell("boom"))

    headers = site.token()
    monkeypatch.setattr(site.desk.ledger, "inbox", broken)
    answer = site.client.get(f"{V1}/inbox", headers=headers)
    assert (500, "urn:remit:problem:fault") == (answer.status_code, answer.json()["type"])
    assert "boom" not in answer.text
    assert "request failed" in [what for what, _ in site.journal.notes]
