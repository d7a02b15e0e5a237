"""The state of the community: what was declared, where, and what holds for an event."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import remit
from remit.engine.events import Event
from remit.engine.language.loader import load
from remit.workflows.community import community_of
from remit.workflows.entries import GENESIS, Draft, Entry, Json
from tests.desk import FILES, NOON, harbour

VOCABULARY = FILES["vocabulary.yaml"].replace(
    "dimensions:\n",
    "dimensions:\n"
    "  stage: {values: [early, late], state: true, declared_by: lead}\n"
    "  quay: {tree: {east: [e1, e2], west: }}\n",
)


@pytest.fixture
def pack(tmp_path: Path) -> remit.Pack:
    changes = {
        "vocabulary.yaml": VOCABULARY,
        "pack.yaml": FILES["pack.yaml"] + "state: {stage: early}\n",
    }
    return load(harbour(tmp_path, changes))


def declared(number: int, to: str, scope: dict[str, Json] | None = None, pack: str = "") -> Entry:
    payload: dict[str, Json] = {
        "dimension": "stage",
        "from": "early",
        "to": to,
        "power": "lead",
        "reason": "test",
        "basis": "",
        "scope": scope or {},
        "pack": pack or "harbour",
    }
    return Entry.chained(
        Draft("declared", payload, actor="council"),
        number=number,
        incident=None,
        time=NOON + dt.timedelta(hours=number),
        policy="",
        previous=GENESIS,
    )


def test_it_starts_where_the_pack_says(pack: remit.Pack) -> None:
    assert community_of([], pack).at(Event({})) == {"stage": "early"}


def test_what_was_declared_last_holds(pack: remit.Pack) -> None:
    found = community_of([declared(1, "late"), declared(2, "early"), declared(3, "late")], pack)
    assert found.at(Event({})) == {"stage": "late"}
    assert [one.entry for one in found.of("stage")] == [1, 2, 3]


def test_what_held_at_a_time_can_be_asked(pack: remit.Pack) -> None:
    found = community_of([declared(1, "late")], pack)
    assert found.until(NOON).at(Event({})) == {"stage": "early"}
    assert found.until(NOON + dt.timedelta(hours=1)).at(Event({})) == {"stage": "late"}


def test_a_declaration_for_a_place_holds_for_events_certainly_there(pack: remit.Pack) -> None:
    found = community_of([declared(1, "late", {"quay": "east"})], pack)
    assert found.at(Event({"quay": "e1"})) == {"stage": "late"}
    assert found.at(Event({"quay": "west"})) == {"stage": "early"}
    assert found.everywhere() == {"stage": "early"}


def test_where_it_is_not_known_whether_it_is_there_the_state_is_open(pack: remit.Pack) -> None:
    found = community_of([declared(1, "late", {"quay": "e1"})], pack)
    assert found.at(Event({"quay": "east"})) == {}
    assert found.at(Event({})) == {}
    same = community_of([declared(1, "early", {"quay": "e1"})], pack)
    assert same.at(Event({})) == {"stage": "early"}, "it makes no difference"


def test_a_later_one_for_everywhere_ends_one_for_a_place(pack: remit.Pack) -> None:
    found = community_of([declared(1, "late", {"quay": "e1"}), declared(2, "early")], pack)
    assert found.at(Event({"quay": "e1"})) == {"stage": "early"}


def test_declarations_of_another_pack_are_another_communitys(pack: remit.Pack) -> None:
    found = community_of([declared(1, "late", pack="elsewhere")], pack)
    assert found.at(Event({})) == {"stage": "early"}


def test_a_value_that_a_later_version_has_no_word_for_is_passed_over(pack: remit.Pack) -> None:
    found = community_of([declared(1, "late"), declared(2, "normal")], pack)
    assert found.at(Event({})) == {"stage": "late"}
