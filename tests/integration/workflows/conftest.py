"""A ledger on disk and a driver on it, with a clock that jumps and messages kept in memory."""

from __future__ import annotations

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
from remit.workflows.opening import Opened, open_incident, record
from tests.desk import NOON, SPILL, harbour


@dataclass
class Office:
    """Everything one process has."""

    ledger: Ledger
    clock: JumpingClock
    notifier: MemoryNotifier
    driver: Driver
    pack: Path

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


def office_at(folder: Path, *, owner: str = "host/1/1", dead: tuple[str, ...] = ()) -> Office:
    """Return what another process would have on the same ledger."""
    ledger = Ledger.at(folder / "ledger.db")
    clock, notifier = JumpingClock(NOON), MemoryNotifier()
    driver = Driver(ledger, clock, notifier, clock, owner, lambda name: name in dead)
    return Office(ledger, clock, notifier, driver, harbour(folder))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with an empty ledger."""
    found = office_at(tmp_path)
    yield found
    found.ledger.close()
