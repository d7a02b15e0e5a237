"""Faults that only show where several work at once, or die one after the other: all mended."""

from __future__ import annotations

import datetime as dt
import json
import threading
from pathlib import Path

import pytest

from remit.workflows.adapters.journals import MemoryJournal
from remit.workflows.adapters.notifiers import MemoryNotifier
from remit.workflows.claiming import LedgerClaims
from remit.workflows.delivering import LEASE_S
from remit.workflows.messages import Message
from remit.workflows.opening import ConflictError
from remit.workflows.reception import Policy, Reception
from tests.desk import NOON, SPILL
from tests.integration.workflows.conftest import Office, begin_try, office_at
from tests.kills.scenes import small_scene

pytestmark = pytest.mark.usefixtures("backend")


def _until_messages(office: Office, name: str) -> None:
    for job in office.driver.jobs(name):
        if job.name == "messages":
            return
        job.run()


def test_what_two_dead_processes_left_is_sent_at_once(office: Office) -> None:
    """The first died while it sent, the second before it sent what the first had claimed."""
    name = office.open().incident
    _until_messages(office, name)
    with office.ledger.write() as writing:
        (key,) = writing.claim(name, "host/8/8", now=NOON, lease_s=LEASE_S)
        begin_try(writing, key, "host/8/8", NOON, LEASE_S)
        writing.rest(name)
    ledger, clock = office.ledger, office.clock
    dead = LedgerClaims(ledger, clock, clock, lambda name: name == "host/8/8")
    assert dead.claim_due("host/9/9", NOON, 60, 9) == (name,)
    both = LedgerClaims(ledger, clock, clock, lambda name: name in {"host/8/8", "host/9/9"})
    assert both.claim_due("host/1/1", NOON, 60, 9) == (name,)


def test_each_message_of_many_has_the_whole_lease(office: Office) -> None:
    """Those before it may have taken long: nobody else may take it while it goes out."""
    name = office.open().incident
    _until_messages(office, name)
    late = NOON + dt.timedelta(seconds=LEASE_S - 1)
    with office.ledger.write() as writing:
        (key,) = writing.claim(name, "host/9/9", now=NOON, lease_s=LEASE_S)
        begin_try(writing, key, "host/9/9", late, LEASE_S)
    office.clock.jump_to(NOON + dt.timedelta(seconds=LEASE_S + 5))
    office.driver.drive(name)
    assert [] == office.notifier.sent


class _Slow(MemoryNotifier):
    """Sends nothing until it may."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.may = threading.Event(), threading.Event()

    def send(self, message: Message) -> str:
        self.begun.set()
        assert self.may.wait(10)
        return super().send(message)


def test_two_threads_of_one_process_do_not_send_one_message_twice(office: Office) -> None:
    """A receiver that hangs for longer than a lease lets the same worker claim it again."""
    name = office.open().incident
    _until_messages(office, name)
    slow = _Slow()
    object.__setattr__(office.driver, "notifier", slow)
    first = threading.Thread(target=office.driver.deliver, args=(name,))
    first.start()
    assert slow.begun.wait(10)
    assert 0 == office.driver.deliver(name)
    slow.may.set()
    first.join()
    assert [False] == [message.repeat for message in slow.sent]


def test_two_servers_set_one_message_aside_once_and_give_one_name_once(
    office: Office, tmp_path: Path
) -> None:
    other = office_at(tmp_path, owner="host/2/2")
    policy = Policy(*small_policy(tmp_path))
    desks = [
        Reception(each.ledger, lambda: policy, each.clock, MemoryJournal(), lambda *_: "")
        for each in (office, other)
    ]
    gate = threading.Barrier(2)
    told: list[str] = []

    def take(number: int, data: bytes, name: str) -> None:
        gate.wait()
        try:
            told.append(desks[number].take(data, identities=(name,)).status)
        except ConflictError:
            told.append("conflict")
        except Exception as error:  # noqa: BLE001 -- told to the test
            told.append(type(error).__name__)

    for round_ in range(8):
        spoilt = json.dumps({**SPILL, "id": f"x{round_}", "hazard": "nothing"}).encode()
        told.clear()
        both = [threading.Thread(target=take, args=(at, spoilt, f"a{round_}")) for at in (0, 1)]
        for each in both:
            each.start()
        for each in both:
            each.join()
        told.clear()
        pair = [spoilt + b" ", spoilt + b"  "]
        both = [threading.Thread(target=take, args=(at, pair[at], f"b{round_}")) for at in (0, 1)]
        for each in both:
            each.start()
        for each in both:
            each.join()
        assert 1 == told.count("conflict")
    kinds = [entry.kind for entry in office.ledger.entries()]
    assert (16, 16) == (kinds.count("received"), kinds.count("set-aside"))
    other.ledger.close()


def small_policy(folder: Path) -> tuple[object, object]:
    """Return a compiled pack that answers to no spill."""
    policy = small_scene(folder / "small").policy
    return policy.pack, policy.resolve


def test_who_asks_for_money_is_looked_at_when_a_fund_has_less(
    office: Office, tmp_path: Path
) -> None:
    """Three ask for 4000 of 9000: when two have it, the third must decide how to go on."""
    del office
    from tests.kills.relay import Kills
    from tests.kills.runs import Run

    folder = tmp_path / "run"
    folder.mkdir()
    scene = small_scene(tmp_path / "money")
    from tests.integration.workflows.conftest import _PLACES

    outcome, _ = Run("worker", scene, _PLACES[-1].at(folder), folder)(Kills(1))
    assert () == outcome.faults
    story = [told for name in outcome.stories for told in outcome.stories[name]]
    assert any(kind == "asked" and "decide/approve" in str(load) for kind, _, _, load in story)
