"""Every act of a leader or of the community goes through the server, judged as everywhere."""

from __future__ import annotations

import pytest

from remit.workflows.tokens import RIGHTS
from tests.integration.web.conftest import Site, spill

V1 = "/api/v1"
STATE = "  tide: {values: [low, high], state: true, declared_by: lead}\nactivities:"


def _led(site: Site, identity: str = "one") -> str:
    """Return an incident that the warden leads."""
    name = site.opened(identity)
    headers = site.token("warden")
    assert 200 == site.client.post(f"{V1}/items/{name}-1/ack", headers=headers).status_code
    site.settle()
    return name


def _tidal(site: Site) -> None:
    """Give the pack a state."""
    vocabulary = site.office.pack / "vocabulary.yaml"
    text = vocabulary.read_text(encoding="utf-8")
    vocabulary.write_text(text.replace("activities:", STATE, 1), encoding="utf-8")


def test_whoever_leads_cancels_reopens_and_reviews(site: Site) -> None:
    """Each act needs its reason, and says how the incident stands then."""
    name, headers = _led(site), site.token("warden", rights=RIGHTS)
    place = f"{V1}/incidents/{name}"
    bare = site.client.post(f"{place}/cancel", headers=headers)
    assert (409, "`cancel` needs a reason") == (bare.status_code, bare.json()["detail"])
    body = {"reason": "false alarm"}
    done = site.client.post(f"{place}/cancel", headers=headers, json=body)
    assert (200, "cancelled") == (done.status_code, done.json()["state"])
    again = site.client.post(f"{place}/reopen", headers=headers, json={"reason": "it was real"})
    assert (200, "working") == (again.status_code, again.json()["state"])
    assert 409 == site.client.post(f"{place}/review", headers=headers, json=body).status_code


def test_a_token_acts_for_its_subject_alone(site: Site) -> None:
    """What a token may and for whom is asked before the policy is, and the policy is asked too."""
    name = _led(site)
    place, body = f"{V1}/incidents/{name}/cancel", {"reason": "no"}
    crew = site.token("crew", rights=RIGHTS)
    assert 403 == site.client.post(place, headers=crew, json=body).status_code
    as_warden = site.client.post(place, headers=crew, json={**body, "as": "warden"})
    assert (403, "not-allowed") == (
        as_warden.status_code,
        as_warden.json()["type"].rpartition(":")[2],
    )
    assert 403 == site.client.post(place, headers=site.token("warden"), json=body).status_code
    assert not site.office.incident(name).is_over


def test_two_are_made_one_and_one_two(site: Site) -> None:
    """A merged incident goes on as the other; a part that is split off is named."""
    name, other, headers = _led(site), _led(site, "two"), site.token("warden", rights=RIGHTS)
    body = {"reason": "the same spill", "into": other}
    done = site.client.post(f"{V1}/incidents/{name}/merge", headers=headers, json=body)
    assert (200, "merged") == (done.status_code, done.json()["state"])
    event = {"hazard": "spill", "phase": "response", "pier": "south", "id": "three"}
    body = {"reason": "the other pier", "event": event}
    done = site.client.post(f"{V1}/incidents/{other}/split", headers=headers, json=body)
    (part,) = done.json()["with"]
    assert other == site.office.incident(part).split_from
    wrong = {**body, "event": {"hazard": "nonsense"}}
    answer = site.client.post(f"{V1}/incidents/{other}/split", headers=headers, json=wrong)
    assert 422 == answer.status_code


def test_work_is_given_to_another_and_money_asked_for(site: Site) -> None:
    """Items have acts too: what does not fit them is refused with its reason."""
    name, headers = _led(site), site.token("warden", rights=RIGHTS)
    waiting = [item for item in site.office.incident(name).open_items() if item.purpose == "do"]
    for item in waiting[:1]:
        place = f"{V1}/items/{name}-{item.number}"
        body = {"reason": "nearer", "to": "nobody"}
        answer = site.client.post(f"{place}/reassign", headers=headers, json=body)
        assert (409, "refused") == (answer.status_code, answer.json()["type"].rpartition(":")[2])
    for verb, body in (("undo", {}), ("spend", {"amount": "5"}), ("request", {"amount": "5"})):
        answer = site.client.post(f"{V1}/items/{name}-1/{verb}", headers=headers, json=body)
        assert 409 == answer.status_code, verb


def test_a_state_is_declared_by_whom_the_policy_lets(site: Site) -> None:
    """A trial writes nothing, a refusal is written, and the state that stands is told."""
    _tidal(site)
    place, ledger = f"{V1}/state", site.office.ledger
    council, crew = site.token("council", rights=RIGHTS), site.token("crew", rights=RIGHTS)
    body = {"values": {"tide": "high"}, "reason": "seen"}
    tried = site.client.post(place, headers=council, json={**body, "dry_run": True})
    assert (200, False) == (tried.status_code, tried.json()["done"])
    assert () == ledger.entries_of(("declared",))
    assert 403 == site.client.post(place, headers=crew, json=body).status_code
    assert 1 == len(ledger.entries_of(("denied",)))
    assert 200 == site.client.post(place, headers=council, json=body).status_code
    assert {"tide": "high"} == site.client.get(place, headers=council).json()["state"]
    for wrong in ({"values": {}}, {"values": {"tide": "wet"}}, {"values": {"moon": 1}}, {}):
        assert 422 == site.client.post(place, headers=council, json=wrong).status_code


def test_something_is_said_of_one_incident_by_whoever_leads_it(site: Site) -> None:
    """A fact changes what the incident is decided by."""
    name, headers = _led(site), site.token("warden", rights=RIGHTS)
    body = {"values": {"pier": "south"}, "reason": "it drifted"}
    done = site.client.post(f"{V1}/incidents/{name}/update", headers=headers, json=body)
    assert (200, [name]) == (done.status_code, done.json()["incidents"])
    assert "south" == site.office.incident(name).event["pier"]


def test_no_folder_is_named_from_outside(site: Site) -> None:
    """A version to be activated is what is served, or one that was activated before."""
    headers = site.token("council", rights=RIGHTS)
    for version in ("../../etc", "harbour@9", "/"):
        answer = site.client.post(
            f"{V1}/versions/activate", headers=headers, json={"version": version}
        )
        assert 404 == answer.status_code
    bare = site.client.post(f"{V1}/versions/activate", headers=headers, json={})
    assert (403, "refused") == (bare.status_code, bare.json()["type"].rpartition(":")[2])


@pytest.mark.parametrize("verb", sorted(set(RIGHTS) - {"read", "report"}))
def test_every_right_but_reading_and_reporting_is_a_route(site: Site, verb: str) -> None:
    """OpenAPI tells of each act by its name, and of what it takes."""
    paths = site.client.get(f"{V1}/openapi.json").json()["paths"]
    found = {
        way["operationId"]: way
        for path in paths.values()
        for way in path.values()
        if "operationId" in way
    }
    assert "requestBody" in found[verb.replace("-", "_")]
    assert spill()
