"""A ledger on disk and a driver on it, with a clock that jumps and messages kept in memory."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from remit.engine.language.loader import load
from remit.engine.map.responsibility import compile_pack
from remit.workflows.adapters.clocks import JumpingClock
from remit.workflows.adapters.notifiers import MemoryNotifier
from remit.workflows.arrivals import read_arrival
from remit.workflows.driver import Driver
from remit.workflows.incident import Incident
from remit.workflows.ledger import Ledger
from remit.workflows.ledger_writing import Claimed, Writing
from remit.workflows.opening import Opened, open_incident, record
from tests.databases import Places, on_postgres
from tests.desk import NOON, SPILL, harbour


@dataclass
class Office:
    """Everything one process has."""

    ledger: Ledger
    clock: JumpingClock
    notifier: MemoryNotifier
    driver: Driver
    pack: Path
    place: str
    """Where the ledger is, as a path or URL."""

    def open(self, identity: str = "one", **more: object) -> Opened:
        """Open an incident for an event of that name."""
        data = json.dumps({**SPILL, "id": identity, **more}).encode()
        received = record(self.ledger, data, "json", self.clock.now())
        pack = load(self.pack)
        (arrival,) = read_arrival(data, pack, source="event.json").arrivals
        resolve = compile_pack(pack).resolve
        return open_incident(self.ledger, pack, resolve, arrival, received, self.clock.now())

    def incident(self, name: str) -> Incident:
        """Return an incident."""
        found = self.ledger.incident(name)
        assert found is not None
        return found


_PLACES = [Places(on_postgres=False)]
"""Where ledgers are made now: the last one counts."""


@pytest.fixture(params=["sqlite", "postgres"])
def backend(request: pytest.FixtureRequest) -> Iterator[Places]:
    """Run the test on a ledger in a file, then on one on a server."""
    if request.param == "sqlite":
        yield _PLACES[-1]
        return
    with on_postgres() as places:
        _PLACES.append(places)
        yield places
        _PLACES.pop()


def begin_try(writing: Writing, key: str, owner: str, now: dt.datetime, lease_s: int) -> Claimed:
    """Note that a process is about to send a message it claimed, and return that try."""
    tried = writing.claimed([key], owner)[key].again()
    writing.attempt([tried], owner, now=now, lease_s=lease_s)
    return tried


def office_at(folder: Path, *, owner: str = "host/1/1", dead: tuple[str, ...] = ()) -> Office:
    """Return what another process would have on the same ledger."""
    place = _PLACES[-1].at(folder)
    ledger = Ledger.at(place)
    clock, notifier = JumpingClock(NOON), MemoryNotifier()
    driver = Driver(ledger, clock, notifier, clock, owner, lambda name: name in dead)
    return Office(ledger, clock, notifier, driver, harbour(folder), place)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with an empty ledger."""
    found = office_at(tmp_path)
    yield found
    found.ledger.close()
