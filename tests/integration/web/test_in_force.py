"""At the door of the server counts what was declared and activated, not what the folder says."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from remit.engine.language.loader import load
from remit.web.app import build_app
from remit.web.people.door import Door
from remit.web.rounds import rounds_of
from remit.workflows.adapters.shelves import candidate_of
from remit.workflows.adapters.signed_links import SignedLinks
from remit.workflows.entries import Draft
from tests.desk import NOON, harbour
from tests.integration.web.conftest import Site, spill
from tests.web_client import Client
from tests.web_people import KEYS, ROSTER

V1 = "/api/v1"
JSON = {"Content-Type": "application/json"}


def _activated(site: Site) -> str:
    """Put a second version of the folder into force, and return its digest."""
    pack = site.office.pack / "pack.yaml"
    written = pack.read_text(encoding="utf-8")
    pack.write_text(written.replace('version: "1"', 'version: "2"'), encoding="utf-8")
    ledger = site.office.ledger
    candidate, _ = candidate_of(ledger, str(site.office.pack), load, NOON)
    pack.write_text(written, encoding="utf-8")
    found = candidate.pack
    named = {"name": found.name, "version": found.version, "digest": found.digest}
    more = {
        "home": candidate.home,
        "files": candidate.archive,
        "reason": "",
        "agreed": [],
        "power": "",
        "before": "",
    }
    with ledger.write() as writing:
        writing.append([Draft("activated", {**named, **more}, actor="council")], time=NOON)
    return found.digest


@pytest.mark.slow
def test_an_event_is_resolved_by_the_version_in_force(site: Site) -> None:
    """A version that is activated while the server runs decides what comes in from then on."""
    headers = site.token()
    assert "1" == site.client.get(f"{V1}/state", headers=headers).json()["pack"]["version"]
    digest = _activated(site)
    shown = site.client.get(f"{V1}/state", headers=headers).json()["pack"]
    assert ("2", digest) == (shown["version"], shown["digest"])
    taken = site.client.post(f"{V1}/events", headers={**JSON, **headers}, content=spill("new"))
    (name,) = taken.json()["incidents"]
    assert digest == site.office.incident(name).policy


def test_people_answer_by_the_links_of_their_messages(site: Site) -> None:
    """The pages of the server's people act through the same gate, and wake the worker."""
    harbour(site.office.pack.parent, {"rosters/warden.yaml": ROSTER})
    office, woken = site.office, list[str]()
    links = SignedLinks(KEYS, "http://127.0.0.1", 7, office.clock)
    door = Door(
        office.ledger,
        lambda language: replace(office.driver, language=language, linker=links),
        links,
        office.clock,
        pack=site.desk.packs.pack_of,
        after=lambda _, incident: woken.append(incident),
    )
    client = Client(build_app(replace(site.desk, door=door)))
    name = site.opened()
    incident = office.incident(name)
    path = links.to_item(incident, incident.items[1], "an").removeprefix("http://127.0.0.1")
    assert 404 == site.client.get(path).status_code
    assert 200 == client.get(path).status_code
    sent = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://127.0.0.1"}
    assert 303 == client.post(path, headers=sent, content="verb=ack").status_code
    assert "warden" == office.incident(name).commander
    assert [name] == woken


def test_whoever_comes_on_duty_is_told_by_the_server_once(site: Site) -> None:
    """The round that tells of duty asks the pack in force, and tells nobody twice."""
    harbour(site.office.pack.parent, {"rosters/warden.yaml": ROSTER})
    _, telling, auditing = rounds_of(site.office.driver, site.desk.packs, "en")
    assert 1 == telling.work()
    assert 0 == telling.work()
    assert ["an"] == [message.person for message in site.office.notifier.sent]
    assert 0 == auditing.work()


def test_the_state_that_is_told_is_the_one_declared(site: Site) -> None:
    """What was declared last is what the server tells, wherever it was declared."""
    words = {"dimension": "tide", "from": None, "to": "high", "power": "lead", "reason": "seen"}
    more = {"basis": "", "scope": {}, "pack": "harbour"}
    vocabulary = site.office.pack / "vocabulary.yaml"
    text = vocabulary.read_text(encoding="utf-8")
    tide = "  tide: {values: [low, high], state: true, declared_by: lead}\nactivities:"
    vocabulary.write_text(text.replace("activities:", tide, 1), encoding="utf-8")
    with site.office.ledger.write() as writing:
        writing.append([Draft("declared", {**words, **more}, actor="council")], time=NOON)
    shown = site.client.get(f"{V1}/state", headers=site.token()).json()
    assert {"tide": "high"} == shown["state"], json.dumps(shown)
