"""Messages on their way: way after way, held by night, given up with an alarm, never lost."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from remit.engine.language.loader import load
from remit.engine.map.responsibility import compile_pack
from remit.workflows.adapters.channels import ChannelNotifier
from remit.workflows.adapters.clocks import JumpingClock
from remit.workflows.adapters.notifiers import FileNotifier, MemoryNotifier
from remit.workflows.adapters.robot_channels import RobotChannel
from remit.workflows.answers import Word
from remit.workflows.arrivals import read_arrival
from remit.workflows.delivering import LEASE_S
from remit.workflows.driver import Driver
from remit.workflows.entries import Draft, Entry, Json
from remit.workflows.ledger import Ledger
from remit.workflows.messages import Message
from remit.workflows.opening import open_incident, record
from tests.desk import SPILL, harbour
from tests.integration.workflows.conftest import begin_try
from tests.receivers import http_receiver

ROSTER = """
roster: {subject}-duty
subject: {subject}
zone: UTC
people:
  an:
    language: zh
    contacts: [{{channel: wecom, to: an}}, {{channel: phone, to: "2"}}]
  bo:
    contacts: [{{channel: sms, to: "3"}}]
    quiet: {{from: "22:00", to: "07:00"}}
shifts:
  - {{days: every, from: "00:00", to: "00:00", people: [{people}]}}
"""
NIGHT = dt.datetime(2026, 3, 2, 23, 0, tzinfo=dt.UTC)


class Town:
    """A harbour by night, its driver, and what it wrote."""

    def __init__(self, folder: Path) -> None:
        changes = {
            "rosters/warden.yaml": ROSTER.format(subject="warden", people="an, bo"),
            "rosters/kitchen.yaml": ROSTER.format(subject="kitchen", people="bo"),
        }
        self.clock, self.notifier = JumpingClock(NIGHT), MemoryNotifier()
        self.ledger = Ledger.at(folder / "ledger.db")
        self.home = harbour(folder, changes)
        self.driver = self.driver_of("host/1/1")
        data = json.dumps({**SPILL, "id": "one"}).encode()
        received = record(self.ledger, data, "json", NIGHT)
        pack = load(self.home)
        (arrival,) = read_arrival(data, pack, source="event.json").arrivals
        resolve = compile_pack(pack).resolve
        self.name = open_incident(self.ledger, pack, resolve, arrival, received, NIGHT).incident

    def driver_of(self, owner: str) -> Driver:
        """Return the driver of another process."""
        return Driver(self.ledger, self.clock, self.notifier, self.clock, owner, lambda _: False)

    def drive(self, seconds: int = 0) -> None:
        """Let time pass, and do what is due."""
        self.clock.jump_to(self.clock.now() + dt.timedelta(seconds=seconds))
        self.driver.drive(self.name)

    def of(self, *kinds: str) -> list[Entry]:
        """Return the entries of some kinds."""
        return [entry for entry in self.ledger.entries(self.name) if entry.kind in kinds]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    found = Town(tmp_path)
    yield found
    assert found.ledger.verify().is_whole
    found.ledger.close()


def test_the_next_channel_and_the_next_person_are_tried_at_once(town: Town) -> None:
    town.notifier.failing = frozenset({"wecom"})
    town.drive()
    (failed,) = town.of("attempted")
    (arrived,) = town.of("delivered")
    assert ("an", "wecom") == (failed.payload["person"], failed.payload["channel"])
    assert ("an", "phone") == (town.notifier.sent[0].person, town.notifier.sent[0].channel)
    assert (2, False) == (arrived.payload["tries"], arrived.payload["repeat"])
    assert "zh" == town.notifier.sent[0].language


def test_what_a_robot_refuses_with_200_goes_by_the_next_contact(town: Town) -> None:
    with http_receiver() as receiver:
        receiver.answer = b'{"errcode": 45009, "errmsg": "api freq out of limit"}'
        address = f"http://127.0.0.1:{receiver.port}/?key="
        robot = RobotChannel("wecom", "wecombot://key", town.clock, address=address)
        phone = FileNotifier(town.home.parent / "sent", "phone")
        notifier = ChannelNotifier({"wecom": robot, "phone": phone})
        driver = Driver(town.ledger, town.clock, notifier, town.clock, "host/2/1", lambda _: False)
        driver.drive(town.name)
    assert 1 == len(receiver.calls)
    (failed,) = town.of("attempted")
    (arrived,) = town.of("delivered")
    assert "wecom" == failed.payload["channel"]
    assert "45009 api freq out of limit" in str(failed.payload["reason"])
    assert ("phone", 2) == (arrived.payload["channel"], arrived.payload["tries"])


def test_what_is_urgent_wakes_the_last_who_is_left(town: Town) -> None:
    town.notifier.failing = frozenset({"wecom", "phone"})
    town.drive()
    assert "bo" == town.notifier.sent[0].person, "ten minutes to answer end before the night does"


def test_a_round_in_vain_is_repeated_and_then_is_an_alarm(town: Town) -> None:
    town.notifier.failing = frozenset({"wecom", "phone", "sms"})
    town.drive()
    assert [None, None, None] != [one.payload.get("again") for one in town.of("attempted")]
    assert (town.name,) == town.ledger.undelivered()
    before = len(town.of("attempted"))
    town.drive(10)
    assert before == len(town.of("attempted")), "its time has not come"
    for _ in range(4):
        town.drive(40)
    (alarm,) = town.of("nobody-told")
    assert ("warden", ["council"]) == (alarm.payload["to"], alarm.payload["subjects"])
    assert 1 == len(town.of("undelivered"))
    (called,) = town.of("escalated")
    assert ("untold", "mate") == (called.payload["why"], called.payload["subject"])
    assert {"council", "mate"} <= {message.subject for message in town.notifier.sent}


def test_what_is_not_urgent_waits_for_the_morning(town: Town) -> None:
    town.drive()
    town.driver.answer(town.name, 1, Word("ack", "warden"))
    town.drive()
    (held,) = town.of("held")
    morning = dt.datetime(2026, 3, 3, 7, 0, tzinfo=dt.UTC)
    assert ("kitchen", ["bo"]) == (held.payload["to"], held.payload["people"])
    assert "kitchen" not in {message.subject for message in town.notifier.sent}
    assert not town.driver.is_due(town.name)
    town.clock.jump_to(morning)
    assert town.name in town.ledger.overdue(town.clock.now())
    town.drive()
    assert "kitchen" in {message.subject for message in town.notifier.sent}
    kitchen = [one for one in town.of("delivered") if one.payload["to"] == "kitchen"]
    assert [False] == [one.payload["repeat"] for one in kitchen]


def test_a_subject_that_cannot_be_reached_is_passed_at_once(town: Town) -> None:
    town.notifier.channels = frozenset({"wecom"})
    town.notifier.failing = frozenset({"wecom"})
    town.drive()
    for _ in range(5):
        town.drive(40)
    alarms = [one.payload["to"] for one in town.of("nobody-told")]
    assert "warden" in alarms
    assert "mate" in alarms, "it has no contact, so nobody waits for it"
    told = [one.payload["to"] for one in town.of("undelivered")]
    assert len(alarms) <= len(told) < 40, "an alarm that reaches nobody raises no further one"


def test_a_process_that_dies_while_it_sends_leaves_a_repeat(town: Town) -> None:
    for job in town.driver.jobs(town.name):
        if job.name == "messages":
            break
        job.run()
    with town.ledger.write() as writing:
        (key,) = writing.claim(town.name, "host/9/9", now=NIGHT, lease_s=LEASE_S)
        begin_try(writing, key, "host/9/9", NIGHT, LEASE_S)
    town.drive(LEASE_S + 1)
    assert [True] == [message.repeat for message in town.notifier.sent]
    assert [key] == [message.key for message in town.notifier.sent]


def test_whom_no_way_leads_to_is_passed_in_the_same_drive(town: Town) -> None:
    town.notifier.channels = frozenset({"nothing"})
    town.driver.drive_at_once(town.name)
    assert ["undelivered"] * 2 == [one.kind for one in town.of("undelivered")][:2]
    assert "mate" in [one.payload["subject"] for one in town.of("escalated")]
    assert not town.driver.is_due(town.name)


class _DeadError(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("is_keyed,unknown", [(True, 3), (False, 1)])
def test_without_keys_only_one_message_may_arrive_twice_after_a_death(
    town: Town, monkeypatch: pytest.MonkeyPatch, *, is_keyed: bool, unknown: int
) -> None:
    """What goes out between two writes is not known to have arrived when the process dies."""
    town.drive()
    town.driver.answer(town.name, 1, Word("ack", "warden"))
    town.drive()
    subjects = ["clinic", "council", "crew"]
    payload: dict[str, Json] = {"part": "response", "step": "", "about": "closed"}
    with town.ledger.write() as writing:
        informed = Draft("informed", {**payload, "subjects": [*subjects]})
        writing.append([informed], time=NIGHT, incident=town.name)
    town.notifier.sent.clear()
    notifier = town.notifier
    monkeypatch.setattr(notifier, "takes_keys", lambda _: is_keyed)
    send, sent = notifier.send, notifier.sent

    def dying(message: Message) -> str:
        channel = send(message)
        if len(sent) == len(subjects):
            raise _DeadError
        return channel

    monkeypatch.setattr(notifier, "send", dying)
    with pytest.raises(_DeadError):
        town.drive()
    monkeypatch.setattr(notifier, "send", send)
    town.drive(LEASE_S + 1)
    assert unknown == sum(message.repeat for message in sent)
    assert len(subjects) + unknown == len(sent)
