"""While the ledger is away, whoever asks is told so, and when to ask again."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from remit.workflows.ledger import Ledger, LedgerError, LedgerLostError
from remit.workflows.ledger_errors import LedgerDoubtError
from tests.integration.web.conftest import Site, spill
from tests.web_people import site as people_site

V1 = "/api/v1"
JSON = {"Content-Type": "application/json"}
HERE = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}


def _away(monkeypatch: pytest.MonkeyPatch, error: LedgerError) -> None:
    """Let nobody read or write."""

    def refuse(*_: object, **__: object) -> None:
        raise error

    for name in ("_read", "_transaction"):
        monkeypatch.setattr(Ledger, name, refuse)


@pytest.mark.parametrize("path", ["inbox", "incidents", "state"])
def test_who_reads_is_told_to_try_again_in_a_moment(
    site: Site, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    headers = site.token()
    _away(monkeypatch, LedgerLostError("the ledger cannot be reached"))
    answer = site.client.get(f"{V1}/{path}", headers={**headers, "Accept-Language": "zh"})
    assert (503, "5") == (answer.status_code, answer.headers["retry-after"])
    assert ("urn:remit:problem:no-ledger", "台账眼下无法使用") == (
        answer.json()["type"],
        answer.json()["detail"],
    )
    monkeypatch.undo()
    assert 200 == site.client.get(f"{V1}/{path}", headers=headers).status_code


def test_what_may_have_been_written_is_not_told_as_lost(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = {**JSON, **site.token()}
    site.client.get(f"{V1}/state", headers=headers)

    def doubt(*_: object, **__: object) -> None:
        raise LedgerDoubtError("the connection broke as this was written")

    for name in ("transact", "write"):
        monkeypatch.setattr(Ledger, name, doubt)
    answer = site.client.post(f"{V1}/events", content=spill(), headers=headers)
    assert (503, "5") == (answer.status_code, answer.headers["retry-after"])
    assert "urn:remit:problem:in-doubt" == answer.json()["type"]
    assert "it may stand or not" in answer.json()["detail"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "error,english,chinese",
    [
        (LedgerLostError("away"), "Nothing was changed", "没有任何改动"),
        (LedgerDoubtError("away"), "it shows what stands", "页面会显示当前的实际情况"),
    ],
)
def test_a_person_gets_a_page_that_says_what_to_do(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: LedgerError,
    english: str,
    chinese: str,
) -> None:
    with people_site(tmp_path) as pages:
        client, token = TestClient(pages.app), pages.token()
        with monkeypatch.context() as patch:
            _away(patch, error)
            for language, told in (("en", english), ("zh", chinese)):
                for answer in (
                    client.get(f"/a/{token}?lang={language}"),
                    client.post(f"/a/{token}?lang={language}", data={"verb": "ack"}, headers=HERE),
                ):
                    assert (503, "5") == (answer.status_code, answer.headers["retry-after"])
                    assert answer.headers["content-type"].startswith("text/html")
                    assert told in answer.text
        assert 200 == client.get(f"/a/{token}").status_code
