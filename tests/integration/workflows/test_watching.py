"""A worker hears what another process writes, and looks at once."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from remit.workflows.adapters.journals import MemoryJournal
from remit.workflows.adapters.notifiers import MemoryNotifier
from remit.workflows.answers import Word
from remit.workflows.messages import Message
from remit.workflows.wiring import claims_for
from remit.workflows.working import Limits, PlainRunner, Worker
from tests.integration.workflows.conftest import Office, office_at

pytestmark = pytest.mark.usefixtures("backend")


def test_what_gives_work_is_heard_and_silence_is_not(office: Office, tmp_path: Path) -> None:
    name = office.open().incident
    office.driver.drive(name)
    other = office_at(tmp_path, owner="host/2/1")
    watch = other.ledger.watch()
    assert watch.wait(0), "what was written before it began is to be looked at"
    assert not watch.wait(0)
    office.driver.answer(name, 1, Word("ack", "warden"))
    assert watch.wait(10)
    assert not watch.wait(0)
    watch.close()
    assert watch.wait(0), "it begins anew"
    watch.close()
    other.ledger.close()


class _Heard(MemoryNotifier):
    """Tells when a message goes out."""

    def __init__(self) -> None:
        super().__init__()
        self.goes = threading.Semaphore(0)

    def send(self, message: Message) -> str:
        self.goes.release()
        return super().send(message)


@pytest.mark.slow
def test_a_worker_that_polls_once_an_hour_drives_at_once(office: Office, tmp_path: Path) -> None:
    other, notifier = office_at(tmp_path, owner="host/2/1"), _Heard()
    claims, driver = claims_for(replace(other.driver, notifier=notifier))
    worker = Worker(
        driver,
        claims,
        PlainRunner(),
        MemoryJournal(),
        limits=Limits(poll_s=3600),
        watcher=other.ledger.watch(),
    )

    async def working() -> list[bool]:
        running, sent = asyncio.create_task(worker.run()), list[bool]()
        for name in ("one", "two"):
            await asyncio.to_thread(office.open, name)
            sent.append(await asyncio.to_thread(notifier.goes.acquire, timeout=30))
        worker.stop()
        await running
        return sent

    assert [True, True] == asyncio.run(working())
    # WHY: the thread that hears them ends with its next look.
    office.open("last")
    other.ledger.close()
