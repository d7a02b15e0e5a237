"""Declaring, updating and taking in, on a ledger: refused for an orphan, written in one piece."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from remit.engine.events import Event
from remit.engine.language.incoming import parse_event
from remit.engine.language.loader import load
from remit.workflows.adapters.shelves import Shelf
from remit.workflows.arrivals import Arrival
from remit.workflows.enacting import Office, Request, declaring, joining, updating
from remit.workflows.entries import ENGINE
from remit.workflows.incident import Incident
from remit.workflows.ledger import Ledger
from remit.workflows.opening import open_incident, record
from remit.workflows.proposals import Proposal
from tests.desk import FILES, NOON, SPILL, harbour

VOCABULARY = (
    FILES["vocabulary.yaml"]
    .replace(
        "feed: {needed: {phase: response}}",
        "feed: {needed: {phase: response, stage: [early, mid, late]}}",
    )
    .replace(
        "dimensions:\n",
        "dimensions:\n"
        "  stage: {values: [early, mid, late, over], state: true, declared_by: lead}\n",
    )
)
CREW = FILES["subjects/crew.yaml"].replace(
    "activity: feed, role: responsible, when: {}", "activity: feed, role: responsible, when: STAGES"
)
CHANGES = {
    "vocabulary.yaml": VOCABULARY,
    "pack.yaml": FILES["pack.yaml"] + "state: {stage: early}\n",
    "subjects/crew.yaml": CREW.replace("STAGES", "{stage: [early, mid]}"),
    "subjects/helpers.yaml": FILES["subjects/helpers.yaml"]
    + "  - {id: feed-mid, activity: feed, role: responsible, when: {stage: mid}}\n",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office of the harbour, with one open spill in the early stage."""
    pack = load(harbour(tmp_path, CHANGES))
    with Ledger.at(tmp_path / "ledger.db") as ledger:
        shelf = Shelf(ledger)
        rules = shelf.put(pack)
        event = parse_event(SPILL, pack.vocabulary)
        arrival = Arrival("spill:1", event, {"en": "A spill"}, "hotline")
        received = record(ledger, b"a spill", "report.json", NOON)
        open_incident(ledger, pack, rules.map.resolve, arrival, received, NOON)
        yield Office(ledger, rules, shelf.rules_of, NOON)


def incident_of(office: Office) -> Incident:
    (summary,) = office.ledger.incidents()
    found = office.ledger.incident(summary.id)
    assert found is not None
    return found


def declare(office: Office, stage: str, by: str = "council") -> Proposal:
    return office.enact(declaring(Request(by, {"stage": stage}, "as it is")))


def test_what_holds_at_the_opening_is_filled_in(office: Office) -> None:
    assert incident_of(office).event["stage"] == "early"


def test_a_declaration_writes_itself_and_every_incident_it_changes(office: Office) -> None:
    found = declare(office, "mid")
    assert found.denied is None
    (own,) = office.ledger.entries_of(("declared",))
    changed = office.ledger.entries(incident_of(office).id)[-1]
    assert (changed.kind, changed.cause, changed.actor) == ("changed", own.number, "council")
    step = incident_of(office).part.step("feed")
    assert [ask.holder for ask in step.do] == ["crew", "helpers"]
    assert office.ledger.verify().is_whole


def test_what_would_leave_work_with_nobody_is_refused_and_named(office: Office) -> None:
    before = incident_of(office)
    found = declare(office, "late")
    assert found.denied is not None
    name = before.id
    assert found.denied.reason == (
        f"open work would be orphaned: {name}/feed `feed`: nobody would be responsible"
    )
    assert incident_of(office) == before
    assert office.ledger.entries_of(("declared",)) == ()
    (denied,) = office.ledger.entries_of(("denied",))
    assert denied.actor == "council"


def test_what_is_not_needed_any_more_ends_and_is_told(office: Office) -> None:
    found = declare(office, "over")
    assert found.denied is None
    assert [one.change.ends for one in found.planned] == [("response/feed",)]
    incident = incident_of(office)
    assert incident.progress("response/feed").dropped is not None
    changed = office.ledger.entries(incident.id)[-1]
    assert "crew" in cast("list[str]", changed.payload["subjects"])
    assert office.ledger.verify().is_whole
    assert declare(office, "early").denied is None
    assert incident_of(office).progress("response/feed").dropped is None, "needed again"
    assert office.ledger.verify().is_whole


def test_to_declare_back_undoes_it(office: Office) -> None:
    before = incident_of(office).response
    assert declare(office, "mid").denied is None
    assert declare(office, "early").denied is None
    assert incident_of(office).response == before


def test_what_holds_already_is_not_declared_again(office: Office) -> None:
    found = declare(office, "early")
    assert found.denied is not None
    assert found.denied.reason == "`stage=early` holds already"


def test_a_fact_is_no_state_and_the_leader_says_it(office: Office) -> None:
    name = incident_of(office).id
    south = Request("crew", {"pier": "south"}, "it drifts")
    found = office.enact(updating(name, south))
    assert found.denied is not None
    found = office.enact(updating(name, Request("warden", {"pier": "south"}, "it drifts")))
    assert found.denied is None
    assert incident_of(office).event["pier"] == "south"


def test_a_fact_cannot_be_declared(office: Office) -> None:
    found = office.enact(declaring(Request("council", {"pier": "south"}, "it drifts")))
    assert found.denied is not None


def test_what_a_later_message_tells_is_taken_in_by_nobodys_word(office: Office) -> None:
    name = incident_of(office).id
    told = Event({"pier": "south", "hazard": "spill"})
    assert office.enact(joining(name, told, 1)).denied is None
    last = office.ledger.entries(name)[-1]
    assert (last.actor, last.payload["because"]) == (ENGINE, "joined")
    assert last.payload["values"] == {"pier": "south"}
    again = office.enact(joining(name, told, 1))
    assert again.planned == ()


def test_an_incident_in_another_state_is_left_alone(office: Office) -> None:
    name = incident_of(office).id
    own = Request("warden", {"pier": "south"}, "it drifts")
    assert office.enact(updating(name, own)).denied is None
    assert declare(office, "mid").denied is None
    moved = incident_of(office)
    found = office.look(declaring(Request("council", {"stage": "early"}, "x")))
    assert [one.change.incident for one in found.planned] == [moved.id]


def test_a_version_that_is_not_at_hand_is_told(office: Office, tmp_path: Path) -> None:
    (tmp_path / "harbour" / "pack.yaml").write_text(
        CHANGES["pack.yaml"].replace('"1"', '"2"'), encoding="utf-8"
    )
    shelf = Shelf(office.ledger)
    rules = shelf.put(load(tmp_path / "harbour"))
    other = Office(office.ledger, rules, shelf.rules_of, NOON)
    found = declare(other, "mid")
    assert found.denied is not None
    assert "is not at hand" in found.denied.reason
