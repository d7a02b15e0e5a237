"""What several threads write at once is one transaction, and still each one's own affair."""

from __future__ import annotations

import threading

import pytest

from remit.workflows.entries import Draft
from remit.workflows.folded import Folded
from remit.workflows.ledger_writing import Writing
from tests.desk import NOON
from tests.integration.workflows.conftest import Office

pytestmark = pytest.mark.usefixtures("backend")

THREADS = 6


def _all_at_once(office: Office, failing: int) -> list[str]:
    """Let several threads write while one holds the ledger; return what each was told."""
    told = [""] * THREADS
    first = threading.Event()
    gathered = threading.Event()

    def work(at: int, writing: Writing) -> None:
        if not first.is_set():
            first.set()
            gathered.wait(10)
        writing.append([Draft("received", {"source": str(at)})], time=NOON)
        if at == failing:
            raise ZeroDivisionError

    def run(at: int) -> None:
        try:
            office.ledger.transact(lambda writing: work(at, writing))
            told[at] = "written"
        except ZeroDivisionError:
            told[at] = "failed"

    threads = [threading.Thread(target=run, args=(at,)) for at in range(THREADS)]
    threads[0].start()
    first.wait(10)
    for thread in threads[1:]:
        thread.start()
    gathered.set()
    for thread in threads:
        thread.join()
    return told


@pytest.mark.parametrize("failing", [0, 3])
def test_work_that_fails_takes_back_its_own_writes_and_nobody_elses(
    office: Office, failing: int
) -> None:
    told = _all_at_once(office, failing)
    assert [at for at in range(THREADS) if told[at] != "written"] == [failing]
    sources = sorted(str(entry.payload["source"]) for entry in office.ledger.entries())
    assert sources == [str(at) for at in range(THREADS) if at != failing]
    assert office.ledger.verify().is_whole


def test_incidents_kept_folded_are_bounded_and_the_latest_state_stays(office: Office) -> None:
    kept = Folded(most=1)
    old = office.incident(office.open("one").incident)
    office.driver.drive(old.id)
    new = office.incident(old.id)
    kept.keep(new)
    kept.keep(old)
    assert kept.get(old.id) == new
    kept.keep(office.incident(office.open("two").incident))
    assert kept.get(old.id) is None
