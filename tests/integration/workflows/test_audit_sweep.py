"""The auditor over a whole ledger: silent about what went well, and heard once about the rest."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from remit.workflows.audit_sweep import audit_ledger, sweep
from remit.workflows.auditing import AUDITED
from remit.workflows.ledger import Ledger
from tests.desk import NOON
from tests.integration.workflows.conftest import Office
from tests.integration.workflows.test_migrations import restored

LATE = NOON + dt.timedelta(minutes=30)

pytestmark = pytest.mark.usefixtures("backend")


def test_a_sweep_records_what_it_finds_once(office: Office) -> None:
    name = office.open().incident
    assert sweep(office.ledger, NOON) == ()
    office.driver.drive(name)
    (found,) = sweep(office.ledger, LATE)
    assert (found.kind, found.subject) == ("passed-deadline", "warden")
    assert sweep(office.ledger, LATE) == ()
    (entry,) = office.ledger.entries_of((AUDITED,))
    assert (entry.incident, entry.cause, entry.payload["incident"]) == (None, found.entry, name)
    assert office.ledger.verify().is_whole


def test_what_the_driver_did_in_time_is_not_told(office: Office) -> None:
    name = office.open().incident
    for _ in range(12):
        office.driver.drive(name)
        assert sweep(office.ledger, office.clock.now()) == ()
        office.clock.jump_to(office.clock.now() + dt.timedelta(minutes=15))


def test_the_demo_of_the_first_format_left_nothing_undone_but_what_was_broken_off(
    tmp_path: Path,
) -> None:
    with Ledger.at(restored(tmp_path)) as ledger:
        last = ledger.last()
        assert last is not None
        found = audit_ledger(ledger, last.time)

        assert found == ()
        later = audit_ledger(ledger, last.time + dt.timedelta(days=1))
    assert {(one.kind, one.incident) for one in later} == {
        ("passed-deadline", "7r4h"),
        ("passed-deadline", "g97n"),
        ("lost-message", "g97n"),
    }
