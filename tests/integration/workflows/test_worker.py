"""The worker drives what is due, whatever happens around it, and ends when told to."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from remit.engine.wording import tell
from remit.workflows.adapters.journals import MemoryJournal
from remit.workflows.claiming import LedgerClaims
from remit.workflows.driver import Job
from remit.workflows.ledger import LedgerError
from remit.workflows.ledger_claims import REST_S
from remit.workflows.reaching import WAITS_S
from remit.workflows.working import Jobs, Limits, PlainRunner, Worker
from tests.integration.workflows.conftest import Office, office_at


def _claims(office: Office) -> LedgerClaims:
    driver = office.driver
    return LedgerClaims(driver.ledger, driver.clock, driver.wall, driver.is_dead)


def _worker(office: Office, journal: MemoryJournal | None = None, **limits: int) -> Worker:
    return Worker(
        office.driver,
        _claims(office),
        PlainRunner(),
        journal or MemoryJournal(),
        limits=Limits(**limits),
    )


def test_everything_due_in_all_incidents_is_driven(office: Office) -> None:
    names = [office.open(str(number)).incident for number in range(5)]
    asyncio.run(_worker(office, at_once=2).settle())
    assert ["notified"] * 5 == [office.incident(name).state for name in names]
    assert ["warden"] * 5 == [message.subject for message in office.notifier.sent]


def test_two_workers_on_one_ledger_send_nothing_twice(office: Office, tmp_path: Path) -> None:
    other = office_at(tmp_path, owner="host/2/2")
    for number in range(6):
        office.open(str(number))

    async def both() -> None:
        await asyncio.gather(_worker(office).settle(), _worker(other).settle())

    asyncio.run(both())
    keys = [message.key for message in office.notifier.sent + other.notifier.sent]
    assert 6 == len(keys) == len(set(keys))
    other.ledger.close()


def test_a_message_that_does_not_go_out_is_not_tried_without_a_pause(office: Office) -> None:
    office.notifier.failing = frozenset({"warden"})
    name = office.open().incident
    asyncio.run(_worker(office).settle())
    assert office.ledger.waiting(name)
    office.clock.jump_to(office.clock.now() + dt.timedelta(seconds=WAITS_S[0]))
    office.notifier.failing = frozenset()
    asyncio.run(_worker(office).settle())
    assert not office.ledger.waiting(name)


class _Faulty(PlainRunner):
    """Fails at one incident."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def run(self, incident: str, jobs: Jobs) -> None:
        if incident == self.name:
            raise RuntimeError(tell("a fault"))
        await super().run(incident, jobs)


def test_the_trouble_of_one_incident_does_not_hold_up_the_others(office: Office) -> None:
    bad, good = office.open("bad").incident, office.open("good").incident
    journal = MemoryJournal()
    worker = Worker(office.driver, _claims(office), _Faulty(bad), journal)
    asyncio.run(worker.settle())
    assert ["opened", "notified"] == [office.incident(name).state for name in (bad, good)]
    told = [(what, fields["incident"]) for what, fields in journal.notes]
    assert [("work failed", bad), ("incident stands still", bad)] == told


def test_a_worker_told_to_stop_ends_after_the_present_job(office: Office) -> None:
    name = office.open().incident
    jobs: list[str] = []

    class Watched(PlainRunner):
        is_piecewise = True

        async def run(self, incident: str, jobs_of: Jobs) -> None:
            def watched() -> Iterator[Job]:
                for job in jobs_of():
                    jobs.append(job.name)
                    yield job
                    worker.stop()

            await super().run(incident, watched)

    worker = Worker(office.driver, _claims(office), Watched(), MemoryJournal())
    asyncio.run(asyncio.wait_for(worker.run(), 20))
    assert 1 == len(jobs)
    assert office.driver.is_due(name)
    office.clock.jump_to(office.clock.now() + dt.timedelta(seconds=REST_S))
    asyncio.run(_worker(office).settle())
    assert not office.driver.is_due(name)


@pytest.mark.parametrize("trouble", [LedgerError(tell("held")), RuntimeError("no word for it")])
def test_a_ledger_that_cannot_be_used_ends_no_worker(office: Office, trouble: Exception) -> None:
    class Held(LedgerClaims):
        def claim_due(self, *_: object) -> tuple[str, ...]:
            raise trouble

    journal = MemoryJournal(lambda _: worker.stop())
    worker = Worker(
        office.driver,
        Held(office.ledger, office.clock, office.clock, office.driver.is_dead),
        PlainRunner(),
        journal,
    )
    asyncio.run(asyncio.wait_for(worker.run(), 20))
    assert "ledger not reached" == journal.notes[0][0]


def test_what_came_in_and_led_to_nothing_yet_is_known(office: Office) -> None:
    from remit.workflows.opening import record, set_aside

    office.open()
    assert () == office.ledger.unread()
    received = record(office.ledger, b"{}", "json", office.clock.now())
    assert (received.number,) == office.ledger.unread()
    set_aside(office.ledger, received, "not ours", office.clock.now())
    assert () == office.ledger.unread()


def test_the_figures_tell_what_is_open_late_and_unsent(office: Office) -> None:
    office.open()
    now = office.clock.now()
    figures = office.ledger.figures(now)
    assert (2, 1, 0) == (figures.head, figures.open_incidents, figures.passed)
    asyncio.run(_worker(office).settle())
    figures = office.ledger.figures(now + dt.timedelta(minutes=11))
    assert {"open": 1} == figures.waiting
    assert 1 == figures.passed
    assert now + dt.timedelta(minutes=10) == figures.oldest_passed
    assert ({"sent": 1}, 1, 0) == (figures.outbox, figures.sends, figures.claimed)
