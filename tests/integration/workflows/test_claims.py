"""Many workers share the open work: each incident is with one of them, and with none that died."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from remit.workflows.answers import Word
from remit.workflows.claiming import ClaimLostError, LedgerClaims
from remit.workflows.delivering import LEASE_S
from remit.workflows.ledger_claims import REST_S
from remit.workflows.reaching import WAITS_S
from tests.desk import NOON
from tests.integration.workflows.conftest import Office, office_at

pytestmark = pytest.mark.usefixtures("backend")

ONE, TWO = "host/1/1", "host/2/1"


def _claims(office: Office, dead: tuple[str, ...] = ()) -> LedgerClaims:
    return LedgerClaims(office.ledger, office.clock, office.clock, lambda name: name in dead)


def _take(claims: LedgerClaims, owner: str, office: Office, most: int = 9) -> set[str]:
    return set(claims.claim_due(owner, office.clock.now(), LEASE_S, most))


def _later(office: Office, seconds: int) -> None:
    office.clock.jump_to(office.clock.now() + dt.timedelta(seconds=seconds))


def test_what_was_just_opened_is_taken_by_one_worker(office: Office) -> None:
    names = {office.open(str(number)).incident for number in range(3)}
    claims = _claims(office)
    first = _take(claims, ONE, office, most=2)
    second = _take(claims, TWO, office, most=2)
    assert (len(first), first | second, first & second) == (2, names, set())
    assert _take(claims, ONE, office) == set()


def test_an_incident_in_which_nothing_is_due_is_left_alone(office: Office) -> None:
    name = office.open().incident
    claims = _claims(office)
    assert _take(claims, ONE, office) == {name}
    office.driver.drive(name)
    claims.release(ONE, {name: None})
    _later(office, REST_S + 1)
    assert _take(claims, ONE, office) == set()


def test_an_answer_wakes_an_incident_at_once(office: Office) -> None:
    name = office.open().incident
    claims = _claims(office)
    _take(claims, ONE, office)
    office.driver.drive(name)
    claims.release(ONE, {name: None})
    office.driver.answer(name, 1, Word("ack", "warden"))
    assert _take(claims, TWO, office) == {name}


def test_what_follows_from_an_answer_wakes_nobody_where_it_was_done_with_it(
    office: Office,
) -> None:
    name = office.open().incident
    office.driver.drive(name)
    office.driver.answer(name, 1, Word("ack", "warden"), follow=True)
    assert office.ledger.awake([name]) == ()
    assert ("close-gate", "consult") in {
        (item.step, item.purpose) for item in office.incident(name).open_items()
    }


def test_a_passed_deadline_is_work(office: Office) -> None:
    name = office.open().incident
    office.driver.drive(name)
    claims = _claims(office)
    for given in _take(claims, ONE, office):
        claims.release(ONE, {given: None})
    assert _take(claims, ONE, office) == set()
    _later(office, 600)
    assert _take(claims, ONE, office) == {name}


def test_a_message_that_waits_is_work(office: Office) -> None:
    office.notifier.failing = frozenset({"warden"})
    name = office.open().incident
    claims = _claims(office)
    _take(claims, ONE, office)
    office.driver.drive(name)
    claims.release(ONE, {name: None})
    assert _take(claims, ONE, office) == set(), "it rests before it is tried again"
    _later(office, REST_S + 1)
    assert _take(claims, ONE, office) == set(), "its time to be tried again has not come"
    _later(office, WAITS_S[0])
    assert _take(claims, ONE, office) == {name}


def test_what_could_not_be_done_is_looked_at_again_after_a_rest(office: Office) -> None:
    name = office.open().incident
    claims = _claims(office)
    _take(claims, ONE, office)
    office.driver.drive(name)
    claims.release(ONE, {name: 0})
    assert _take(claims, TWO, office) == set()
    _later(office, REST_S + 1)
    assert _take(claims, TWO, office) == {name}


def test_a_lease_that_ran_out_is_void(office: Office) -> None:
    name = office.open().incident
    claims = _claims(office)
    _take(claims, ONE, office)
    _later(office, LEASE_S - 1)
    assert _take(claims, TWO, office) == set()
    _later(office, 1)
    assert _take(claims, TWO, office) == {name}


def test_nobody_waits_for_a_lease_of_the_dead(office: Office) -> None:
    name = office.open().incident
    _take(_claims(office), ONE, office)
    assert _take(_claims(office, dead=(ONE,)), TWO, office) == {name}


def test_whoever_lost_its_lease_writes_nothing(office: Office, tmp_path: Path) -> None:
    name = office.open().incident
    slow, quick = _claims(office), _claims(office)
    _take(slow, ONE, office)
    _later(office, LEASE_S + 1)
    _take(quick, TWO, office)
    before = office.ledger.head()
    with pytest.raises(ClaimLostError) as caught:
        replace(office.driver, fence=slow.fence).drive(name)
    assert str(caught.value) == f"another process has taken over incident `{name}`"
    assert office.ledger.head() == before
    slow.release(ONE, {name: None})
    other = office_at(tmp_path, owner=TWO)
    assert replace(other.driver, fence=quick.fence).drive(name) > 0
    other.ledger.close()


def test_whoever_writes_keeps_its_lease(office: Office) -> None:
    name = office.open().incident
    claims = _claims(office)
    _take(claims, ONE, office)
    _later(office, LEASE_S - 1)
    replace(office.driver, fence=claims.fence).drive(name)
    office.driver.answer(name, 1, Word("ack", "warden"))
    _later(office, LEASE_S - 1)
    assert _take(claims, TWO, office) == set()


@pytest.mark.slow
def test_workers_at_once_never_take_the_same(office: Office, tmp_path: Path) -> None:
    names = [office.open(str(number)).incident for number in range(12)]
    taken: list[str] = []
    problems: list[BaseException] = []

    def work(owner: str) -> None:
        try:
            mine = office_at(tmp_path, owner=owner)
            claims = _claims(mine)
            while found := claims.claim_due(owner, NOON, LEASE_S, 2):
                taken.extend(found)
            mine.ledger.close()
        except BaseException as error:  # noqa: BLE001 -- told below, in the test's own thread
            problems.append(error)

    threads = [threading.Thread(target=work, args=(f"host/{n}/1",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert sorted(taken) == sorted(names)


def test_taking_waits_for_no_writer(office: Office) -> None:
    """A writer that renews several leases in its own order would else wait for whoever takes."""
    if not office.place.startswith("postgresql"):
        pytest.skip("a ledger in a file has one writer at a time, of whatever kind")
    names = {office.open(str(number)).incident for number in range(3)}
    claims = _claims(office)
    assert names == _take(claims, ONE, office)
    _later(office, LEASE_S + 1)
    held, other = min(names), LedgerClaims(office.ledger, office.clock, office.clock, _never)
    with office.ledger.write() as writing:
        claims.fence(writing, held)
        assert names - {held} == _take(other, TWO, office)


def _never(_: str) -> bool:
    return False
