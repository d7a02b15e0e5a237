"""An incident in which something goes wrong stands still alone, and somebody is told."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from remit.cli.diagnosis import PARTS
from remit.web.packs import PackHolder
from remit.workflows import driver as driving
from remit.workflows import ledger_folding
from remit.workflows import reception as receptions
from remit.workflows.adapters.journals import MemoryJournal
from remit.workflows.arrivals import Arrival
from remit.workflows.claiming import LedgerClaims
from remit.workflows.due import Due
from remit.workflows.entries import Draft, Entry
from remit.workflows.folding import fold_all
from remit.workflows.incident import Incident
from remit.workflows.opening import open_arrivals
from remit.workflows.reception import Reception
from remit.workflows.states import LifecycleError
from remit.workflows.trouble import LONGEST_REST_S, rest_s
from remit.workflows.working import PlainRunner, Worker
from tests.integration.web.conftest import spill
from tests.integration.workflows.conftest import Office


@pytest.fixture
def names(office: Office) -> tuple[str, str]:
    """Two incidents; things go wrong in the first."""
    return office.open("bad").incident, office.open("good").incident


@pytest.fixture
def work(office: Office) -> Callable[[int], list[dict[str, object]]]:
    """Let seconds pass and a worker do what is due; returns what failed."""
    driver, journal = office.driver, MemoryJournal()
    claims = LedgerClaims(office.ledger, office.clock, office.clock, driver.is_dead)
    worker = Worker(driver, claims, PlainRunner(), journal)

    def working(seconds: int) -> list[dict[str, object]]:
        office.clock.jump_to(office.clock.now() + dt.timedelta(seconds=seconds))
        journal.notes.clear()
        asyncio.run(worker.settle())
        return [dict(told) for what, told in journal.notes if what == "work failed"]

    return working


def _poison(patch: pytest.MonkeyPatch, name: str) -> None:
    """Let what is due in an incident be what its state does not allow."""

    def poisoned(look: Callable[..., tuple[Due, ...]]) -> Callable[..., tuple[Due, ...]]:
        def wrong(incident: Incident, *more: Any) -> tuple[Due, ...]:
            if incident.id == name:
                return (Due("response/close", Draft("closed", {"by": "warden"})),)
            return look(incident, *more)

        return wrong

    patch.setattr(driving, "due_now", poisoned(driving.due_now))
    patch.setattr(driving, "next_due", poisoned(driving.next_due))


def test_an_entry_that_is_not_allowed_is_told_once_and_tried_ever_later(
    office: Office, names: tuple[str, str], work: Callable[[int], list[dict[str, object]]]
) -> None:
    bad, _ = names
    with pytest.MonkeyPatch.context() as patch:
        _poison(patch, bad)
        with pytest.raises(LifecycleError):
            office.driver.drive(bad)
        (failed,) = work(0)
        assert (bad, 1, 2) == (failed["incident"], failed["times"], failed["again_s"])
        assert ["opened", "notified"] == [office.incident(name).state for name in names]
        told = [one for one in office.notifier.sent if one.incident == bad]
        assert "warden" in {one.subject for one in told}, "the owner, and those above all"
        assert all("cannot go on" in one.text for one in told)
        (failed,) = work(2)
        assert (2, 4) == (failed["times"], failed["again_s"])
        assert [] == work(3), "it rests for four"
        assert 3 == work(1)[0]["times"]
        assert len(told) == len([one for one in office.notifier.sent if one.incident == bad])
        (entry,) = office.ledger.stuck()
        assert ("stuck", bad) == (entry.kind, entry.incident)
    assert [] == work(8)
    assert "notified" == office.incident(bad).state
    assert () == office.ledger.stuck()
    assert 1 == sum(one.kind == "stuck" for one in office.ledger.entries())
    assert office.ledger.verify().is_whole


def test_waits_grow_and_have_an_end() -> None:
    assert [2, 4, 8] == [rest_s(times) for times in (1, 2, 3)]
    assert LONGEST_REST_S == rest_s(12) == rest_s(10_000)


def test_an_answer_wakes_even_what_rests_for_long(
    office: Office, names: tuple[str, str], work: Callable[[int], list[dict[str, object]]]
) -> None:
    """What somebody said may be what was missing."""
    bad, _ = names
    with pytest.MonkeyPatch.context() as patch:
        _poison(patch, bad)
        for seconds in (0, 2, 4, 8):
            assert 1 == len(work(seconds))
        with office.ledger.write() as writing:
            draft = Draft("joined", {"source": "json"}, cause=1)
            writing.append([draft], time=office.clock.now(), incident=bad)
        assert 1 == len(work(0))


def test_an_incident_that_cannot_be_read_stands_still_alone(
    office: Office, names: tuple[str, str], work: Callable[[int], list[dict[str, object]]]
) -> None:
    bad, good = names

    def unreadable(entries: Iterable[Entry], before: Incident | None = None) -> Incident | None:
        found = tuple(entries)
        if before is None and found and found[0].incident == bad:
            raise ValueError("entry 2 is of an unknown kind")
        return fold_all(found, before)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger_folding, "fold_all", unreadable)
        patch.setattr(office.ledger, "_folded", type(office.ledger._folded)())
        assert [bad] == [failed["incident"] for failed in work(0)][:1]
        assert "notified" == office.incident(good).state
        (told,) = office.ledger.stuck()
        assert (None, bad) == (told.incident, told.payload["incident"])


def test_what_waits_for_the_same_things_goes_on_beside_it(
    office: Office, names: tuple[str, str]
) -> None:
    """A driver looks after those who wait for what came free, too: their trouble is their own."""
    bad, good = names
    with pytest.MonkeyPatch.context() as patch:
        _poison(patch, bad)
        patch.setattr(office.ledger, "wanting", lambda: (bad,))
        office.driver.drive(good)
    assert "notified" == office.incident(good).state


def test_the_machine_tells_what_stands_still(
    office: Office,
    names: tuple[str, str],
    work: Callable[[int], list[dict[str, object]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bad, _ = names
    monkeypatch.setenv("REMIT_LEDGER", office.place)
    assert "ok" == PARTS["incidents"]().state
    with pytest.MonkeyPatch.context() as patch:
        _poison(patch, bad)
        work(0)
    found = PARTS["incidents"]()
    assert ("broken", True) == (found.state, f"`{bad}`" in found.told)


def test_a_message_that_cannot_be_taken_in_holds_up_no_other(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack, journal = PackHolder(str(office.pack), office.ledger, office.clock), MemoryJournal()
    taking = Reception(office.ledger, pack.policy, office.clock, journal, pack.take_in)

    def faulty(*more: Any, **named: Any) -> object:
        arrivals: tuple[Arrival, ...] = more[3]
        if arrivals[0].origin == "event:bad":
            raise LifecycleError("notified", "change")
        return open_arrivals(*more, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(receptions, "open_arrivals", faulty)
        for identity in ("bad", "good"):
            patch.setattr(Reception, "_read", lambda *_: None)
            taking.take(spill(identity))
            patch.undo()
            patch.setattr(receptions, "open_arrivals", faulty)
        office.clock.jump_to(office.clock.now() + dt.timedelta(minutes=1))
        assert 1 == len(taking.catch_up()), "the other one"
        assert () == taking.catch_up()
        notes = [dict(told) for what, told in journal.notes if what == "reading failed"]
        assert [(1, 2)] == [(one["times"], one["again_s"]) for one in notes]
    monkeypatch.undo()
    office.clock.jump_to(office.clock.now() + dt.timedelta(seconds=2))
    assert 1 == len(taking.catch_up())
    assert 2 == len(office.ledger.incidents())
