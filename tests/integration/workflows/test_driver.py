"""The driver on a real ledger: nothing lost, nothing doubled, whoever runs it, however often."""

from __future__ import annotations

from pathlib import Path

import pytest

from remit.workflows.adapters.notifiers import FileNotifier
from remit.workflows.adapters.processes import is_dead, this_process
from remit.workflows.answers import Refusal, Word
from remit.workflows.delivering import LEASE_S
from remit.workflows.driver import UnknownIncidentError
from remit.workflows.lifecycle import Verb
from remit.workflows.messages import Message
from remit.workflows.ports import DeliveryError
from tests.desk import NOON
from tests.integration.workflows.conftest import Office, begin_try, office_at

pytestmark = pytest.mark.usefixtures("backend")


def test_running_it_again_does_nothing(office: Office) -> None:
    name = office.open().incident
    assert office.driver.drive(name) > 0
    assert office.driver.drive(name) == 0
    assert [message.subject for message in office.notifier.sent] == ["warden"]


def test_a_message_says_what_is_asked_until_when_and_how_to_reach_whom(office: Office) -> None:
    name = office.open().incident
    office.driver.drive(name)
    (message,) = office.notifier.sent
    assert (message.item, message.due) == (f"{name}-1", "2026-03-02 12:10")
    assert message.contacts == (("phone", "1"),)
    assert message.text == "Warden is told, and asked to lead until 12:10"


def test_another_process_finds_what_the_first_left(office: Office, tmp_path: Path) -> None:
    name = office.open().incident
    for job in office.driver.jobs(name):
        job.run()
        break
    assert office.notifier.sent == []
    other = office_at(tmp_path, owner="host/2/1")
    other.driver.drive(name)
    assert [message.subject for message in other.notifier.sent] == ["warden"]
    other.ledger.close()


def _claim(office: Office, name: str, owner: str) -> None:
    """Leave the incident's messages as a process leaves them that dies while it sends."""
    for job in office.driver.jobs(name):
        if job.name == "messages":
            break
        job.run()
    with office.ledger.write() as writing:
        (key,) = writing.claim(name, owner, now=NOON, lease_s=LEASE_S)
        begin_try(writing, key, owner, NOON, LEASE_S)


def test_what_another_process_is_sending_is_left_alone(office: Office) -> None:
    name = office.open().incident
    _claim(office, name, "host/9/9")
    office.driver.drive(name)
    assert office.notifier.sent == []


def test_a_lease_that_ran_out_is_void_and_the_repeat_is_told(office: Office) -> None:
    name = office.open().incident
    _claim(office, name, "host/9/9")
    office.clock.jump_to(NOON.replace(minute=3))
    office.driver.drive(name)
    assert [message.repeat for message in office.notifier.sent] == [True]
    delivered = [e for e in office.ledger.entries(name) if e.kind == "delivered"]
    assert [(e.payload["tries"], e.payload["repeat"]) for e in delivered] == [(2, True)]


def test_nobody_waits_for_the_lease_of_a_dead_process(office: Office, tmp_path: Path) -> None:
    name = office.open().incident
    _claim(office, name, "host/9/9")
    other = office_at(tmp_path, owner="host/2/1", dead=("host/9/9",))
    other.driver.drive(name)
    assert [message.subject for message in other.notifier.sent] == ["warden"]
    other.ledger.close()


def test_a_process_that_was_overtaken_records_nothing(office: Office) -> None:
    name = office.open().incident
    for job in office.driver.jobs(name):
        if job.name == "messages":
            break
        job.run()
    with office.ledger.write() as writing:
        (key,) = writing.claim(name, "host/9/9", now=NOON, lease_s=0)
        slow = begin_try(writing, key, "host/9/9", NOON, 0)
    office.clock.jump_to(NOON.replace(minute=1))
    office.driver.drive(name)
    with office.ledger.write() as writing:
        assert not writing.settle(slow)
        assert writing.sent([slow]) == frozenset()
        assert writing.claimed([key], "host/9/9") == {}
    assert [e.kind for e in office.ledger.entries(name)].count("delivered") == 1


def test_who_cannot_be_reached_is_tried_again_and_then_told_as_unreached(office: Office) -> None:
    office.notifier.failing = frozenset({"warden"})
    name = office.open().incident
    office.driver.drive(name)
    assert "undelivered" not in [entry.kind for entry in office.ledger.entries(name)]
    assert ["attempted"] == [
        entry.kind for entry in office.ledger.entries(name) if entry.kind == "attempted"
    ]
    office.driver.drive(name)
    assert not office.driver.is_due(name), "its time has not come"
    assert (name,) == office.ledger.undelivered()
    for minute in (1, 2, 3, 4):
        office.clock.jump_to(NOON.replace(minute=minute))
        assert minute == 1 or office.ledger.overdue(office.clock.now()) in {(), (name,)}
        office.driver.drive(name)
    told = {entry.kind: entry.payload for entry in office.ledger.entries(name)}
    assert "`warden` cannot be reached" == told["undelivered"]["reason"]
    assert "warden" == told["nobody-told"]["to"]
    assert "mate" == told["escalated"]["subject"], "the next in line is called at once"
    assert office.ledger.undelivered() == ()
    assert office.ledger.verify().is_whole


def test_an_unreachable_subject_holds_up_nobody_else(office: Office) -> None:
    office.notifier.failing = frozenset({"warden"})
    name = office.open().incident
    office.driver.drive(name)
    office.clock.jump_to(NOON.replace(minute=10))
    office.driver.drive(name)
    assert [message.subject for message in office.notifier.sent] == ["mate"]


def test_an_answer_is_judged_within_the_transaction_that_writes_it(office: Office) -> None:
    name = office.open().incident
    office.driver.drive(name)
    refusal = office.driver.answer(name, 1, Word("ack", "crew"))
    assert isinstance(refusal, Refusal)
    assert not isinstance(office.driver.answer(name, 1, Word("ack", "warden")), Refusal)
    assert isinstance(office.driver.answer(name, 1, Word("ack", "warden")), Refusal)
    kinds = [entry.kind for entry in office.ledger.entries(name)]
    assert kinds.count("answered") == 1
    assert kinds.count("refused") == 2


def test_two_drivers_at_once_do_everything_once(office: Office, tmp_path: Path) -> None:
    """The jobs of two processes interleave; what one finds due the other may have done."""
    name = office.open().incident
    other = office_at(tmp_path, owner="host/2/1")
    office.driver.drive(name)
    office.driver.answer(name, 1, Word("ack", "warden"))
    one, two = office.driver.jobs(name), other.driver.jobs(name)
    for _ in range(20):
        for jobs in (one, two):
            job = next(jobs, None)
            if job is not None:
                job.run()
    messages = [message.key for message in office.notifier.sent + other.notifier.sent]
    assert len(messages) == len(set(messages))
    assert office.ledger.verify().is_whole
    asked = [(i.purpose, i.step, i.subject) for i in office.incident(name).items.values()]
    assert len(asked) == len(set(asked))
    other.ledger.close()


def test_a_fund_is_shared_by_all_incidents_of_a_ledger(office: Office) -> None:
    first, second = office.open("one").incident, office.open("two").incident
    assert office.ledger.stores(office.incident(second)).funds["till"] == 1000
    _feed(office, first)
    assert office.ledger.stores(office.incident(second)).funds["till"] == 300
    assert office.ledger.stores(office.incident(second)).stock["bread"] == 0
    _feed(office, second)
    assert ("decide", "feed") in {
        (item.purpose, item.step) for item in office.incident(second).open_items()
    }


def _feed(office: Office, name: str) -> None:
    """Bring an incident to where its money is set aside, or cannot be."""
    words: tuple[tuple[Verb, str, str], ...] = (
        ("ack", "warden", "command"),
        ("done", "clinic", "consult"),
        ("approve", "council", "order"),
        ("ack", "crew", "do"),
        ("done", "crew", "do"),
        ("ack", "crew", "do"),
        ("approve", "warden", "approve"),
    )
    for verb, subject, purpose in words:
        office.driver.drive(name)
        for item in office.incident(name).open_items():
            if (item.subject, item.purpose) == (subject, purpose):
                office.driver.answer(name, item.number, Word(verb, subject, "said"))
                break
    office.driver.drive(name)


def test_a_clock_that_was_set_back_never_makes_an_entry_older_than_the_one_before(
    office: Office, tmp_path: Path
) -> None:
    name = office.open().incident
    office.clock.jump_to(NOON.replace(hour=15))
    office.driver.drive(name)
    late = office_at(tmp_path, owner="host/2/1")
    late.driver.answer(name, 1, Word("ack", "warden"))
    times = [entry.time for entry in office.ledger.entries(name)]
    assert times == sorted(times)
    late.ledger.close()


def test_deadlines_of_all_incidents_are_found_without_reading_them(office: Office) -> None:
    names = [office.open(str(number)).incident for number in range(3)]
    for name in names:
        office.driver.drive(name)
    office.driver.answer(names[1], 1, Word("ack", "warden"))
    assert office.ledger.overdue(NOON) == ()
    assert set(office.ledger.overdue(NOON.replace(minute=10))) == {names[0], names[2]}


def test_an_unknown_incident_is_told(office: Office) -> None:
    with pytest.raises(UnknownIncidentError) as caught:
        office.driver.drive("nope")
    assert str(caught.value) == "there is no incident `nope` in this ledger"


def _message(key: str = "abcd/3/crew") -> Message:
    return Message(key, "abcd", "crew", "A spill", "crew is asked", "abcd-2", "2026-03-02 12:15")


def test_a_message_file_is_written_once(tmp_path: Path) -> None:
    notifier = FileNotifier(tmp_path / "messages")
    assert notifier.send(_message()) == "file"
    (path,) = (tmp_path / "messages").iterdir()
    before = path.stat().st_mtime_ns
    notifier.send(_message())
    assert [path] == list((tmp_path / "messages").iterdir())
    assert path.stat().st_mtime_ns == before


def test_a_folder_that_cannot_be_written_to_is_a_message_that_did_not_go_out(
    tmp_path: Path,
) -> None:
    (tmp_path / "messages").write_text("in the way", encoding="utf-8")
    with pytest.raises(DeliveryError) as caught:
        FileNotifier(tmp_path / "messages").send(_message())
    assert "cannot be written to" in str(caught.value)


def test_this_process_lives_and_one_that_never_was_is_dead() -> None:
    me = this_process()
    host, pid, _ = me.rsplit("/", 2)
    assert not is_dead(me)
    assert is_dead(f"{host}/{pid}/0"), "another process has had this number"
    assert not is_dead(f"elsewhere-{host}/1/1"), "nothing is known of other machines"
    assert not is_dead("garbage/x/y")
