"""Which way a message goes: people on duty, their contacts, quiet hours, rounds, and giving up."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from remit.engine.rosters import Change
from remit.workflows.entries import Draft, Json
from remit.workflows.incident import Incident, Sending
from remit.workflows.reaching import GiveUp, Hold, Send, Told, again_at, next_way, ways
from remit.workflows.response_json import response_from_json, response_to_json
from tests.desk import NOON, Desk, harbour, response_of

ROSTER = """
roster: warden-duty
subject: warden
zone: UTC
people:
  an:
    label: {en: An Li, zh: 安丽}
    language: zh
    contacts: [{channel: wecom, to: an}, {channel: phone, to: "2"}]
    quiet: {from: "22:00", to: "07:00", except: [urgent, storm]}
  bo:
    contacts: [{channel: sms, to: "3"}]
    quiet: {from: "22:00", to: "07:00"}
shifts:
  - {days: every, from: "00:00", to: "12:00", people: [bo]}
  - {days: every, from: "12:00", to: "00:00", people: [an, bo]}
"""
NIGHT = NOON.replace(hour=23)


@pytest.fixture
def incident(tmp_path: Path) -> Incident:
    home = harbour(tmp_path, {"rosters/warden.yaml": ROSTER})
    return Desk(response_of(home)).incident


def told(minutes: int | None = None, at: dt.datetime = NOON, *, alarm: bool = False) -> Told:
    due = None if minutes is None else at + dt.timedelta(minutes=minutes)
    return Told("key", "warden", at, due, alarm)


def everything(channel: str) -> bool:
    return channel != "none"


def step(
    incident: Incident, message: Told, now: dt.datetime = NOON, *failed: tuple[str, str]
) -> Send | Hold | GiveUp:
    found = replace(incident, sending={"key": Sending(failed=failed)})
    return next_way(message, found, now, {}, everything)


def names(incident: Incident, now: dt.datetime = NOON) -> list[tuple[str, str]]:
    return [way.name for way in ways(told(), incident, now, {})]


def test_people_on_duty_come_first_each_by_their_contacts_then_the_subject(
    incident: Incident,
) -> None:
    assert [("an", "wecom"), ("an", "phone"), ("bo", "sms"), ("", "phone")] == names(incident)
    assert [("bo", "sms"), ("", "phone")] == names(incident, NOON.replace(hour=11))


def test_a_swap_changes_who_is_told(incident: Incident) -> None:
    low = int(NOON.timestamp())
    changes = {"warden-duty": [Change(low, low + 60, ("bo",), "an")]}
    assert "bo" == ways(told(), incident, NOON, changes)[0].person


def test_a_way_that_failed_is_followed_by_the_next(incident: Incident) -> None:
    found = step(incident, told(15), NOON, ("an", "wecom"), ("an", "phone"))
    assert isinstance(found, Send)
    assert ("bo", "sms") == found.way.name


def test_when_every_way_failed_there_is_none(incident: Incident) -> None:
    tried = [way.name for way in ways(told(), incident, NOON, {})]
    assert isinstance(step(incident, told(15), NOON, *tried), GiveUp)


def test_who_is_not_to_be_woken_is_passed_over(incident: Incident) -> None:
    found = step(incident, told(at=NIGHT), NIGHT)
    assert isinstance(found, Send)
    assert ("", "phone") == found.way.name
    assert ("an", "bo") == found.passed


def test_what_must_be_answered_by_night_wakes_whoever_said_so(incident: Incident) -> None:
    found = step(incident, told(15, NIGHT), NIGHT)
    assert isinstance(found, Send)
    assert ("an", "wecom") == found.way.name


def test_a_level_that_somebody_named_wakes_them(incident: Incident) -> None:
    message = replace(told(at=NIGHT), levels=frozenset({"storm"}))
    found = step(incident, message, NIGHT)
    assert isinstance(found, Send)
    assert "an" == found.way.person


def without_own_contacts(incident: Incident) -> Incident:
    return replace(incident, response=replace(incident.response, contacts={}))


def test_what_is_not_urgent_waits_for_the_morning_if_everybody_sleeps(incident: Incident) -> None:
    found = step(without_own_contacts(incident), told(at=NIGHT), NIGHT)
    morning = NIGHT.replace(hour=7) + dt.timedelta(days=1)
    assert Hold(morning, ("an", "bo")) == found


def test_what_is_urgent_is_kept_from_nobody_if_there_is_no_other_way(incident: Incident) -> None:
    alone = without_own_contacts(incident)
    tried = [("an", "wecom"), ("an", "phone")]
    found = step(alone, told(15, NIGHT), NIGHT, *tried)
    assert isinstance(found, Send)
    assert "bo" == found.way.person
    assert isinstance(step(alone, told(at=NIGHT, alarm=True), NIGHT, *tried), Send)


def test_a_channel_that_is_not_set_up_is_no_way(incident: Incident) -> None:
    found = next_way(told(15), incident, NOON, {}, lambda name: name == "sms")
    assert isinstance(found, Send)
    assert ("bo", "sms") == found.way.name
    lost = next_way(told(15), incident, NOON, {}, lambda _: False)
    assert GiveUp("`warden` is reached by `phone` alone, and no such channel is set up") == lost


def test_nothing_tells_how_to_reach_who_has_no_contact(incident: Incident) -> None:
    message = Told("key", "press", NOON)
    found = next_way(message, incident, NOON, {}, bool)
    assert GiveUp("nothing tells how to reach `press`") == found
    assert isinstance(next_way(message, incident, NOON, {}, lambda _: True), Send)


@pytest.mark.parametrize(
    "rounds, minutes, expected", [(0, None, 30), (1, None, 120), (4, None, None), (0, 10, 30)]
)
def test_waits_grow_and_end(rounds: int, minutes: int | None, expected: int | None) -> None:
    again = again_at(told(minutes), Sending(rounds=rounds), NOON)
    assert expected == (None if again is None else (again - NOON).total_seconds())


def test_a_question_is_given_up_while_there_is_time_for_the_next_in_line() -> None:
    now = NOON + dt.timedelta(seconds=120)
    assert again_at(told(10), Sending(rounds=1), now) is None
    assert again_at(told(60), Sending(rounds=1), now) is not None


def test_rosters_survive_the_ledger(incident: Incident) -> None:
    response = incident.response
    assert response.duty
    assert response == response_from_json(response_to_json(response))


def test_a_response_of_an_older_ledger_has_no_rosters(incident: Incident) -> None:
    node = {**response_to_json(incident.response)}
    del node["duty"], node["above"]
    assert () == response_from_json(node).duty


def test_an_alarm_ends_the_time_of_what_nobody_was_told_of(incident: Incident) -> None:
    desk = Desk(incident.response)
    payload: dict[str, Json] = {"to": "warden", "message": "key", "item": 1, "subjects": []}
    desk.write(Draft("nobody-told", {**payload, "part": "response", "step": ""}))
    desk.settle()
    last = desk.entries[-1]
    assert ("escalated", "untold") == (last.kind, last.payload["why"])
    assert "mate" == last.payload["subject"]
