"""What is played: a pack, what comes in, and people who are a script; loaded once, before forks."""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from remit.engine.language.loader import load
from remit.engine.map.responsibility import compile_pack
from remit.engine.pack import Pack
from remit.workflows.adapters.notifiers import MemoryNotifier
from remit.workflows.arrivals import read_arrival
from remit.workflows.demo.people import DemoPeople
from remit.workflows.demo.run import ALERT, demo_pack
from remit.workflows.ledger import Ledger
from remit.workflows.messages import Message
from remit.workflows.opening import open_incident, record
from remit.workflows.ports import People
from remit.workflows.reception import Policy
from tests.kills.fuse import Fuse
from tests.small_incident import Obliging, write_small_pack

__all__ = ["SENT", "Scene", "World", "demo_scene", "small_scene"]

SENT = "sent.txt"
"""What reached the world outside: a line a message, by key, `repeat` behind it where it said so."""
START = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@dataclass(frozen=True)
class Scene:
    """A play.

    Args:
        arrivals: what comes in, each at the start.
        start: when.
        updates: what comes in about the same incidents, once all that is due at the start is done.
    """

    policy: Policy
    arrivals: tuple[bytes, ...]
    start: dt.datetime
    people: People
    updates: tuple[bytes, ...] = ()

    @property
    def pack(self) -> Pack:
        """The pack of the play."""
        return self.policy.pack

    def open(self, ledger: Ledger) -> tuple[str, ...]:
        """Open the incidents that are not open yet, and return all their names."""
        found = []
        for data in self.arrivals:
            entry = record(ledger, data, "alert", self.start)
            (arrival,) = read_arrival(data, self.pack, source="event.json").arrivals
            opened = open_incident(
                ledger, self.pack, self.policy.resolve, arrival, entry, self.start
            )
            found.append(opened.incident)
        return tuple(found)


def demo_scene() -> Scene:
    """Return the demo: one incident, which goes through all the phases of a large pack."""
    pack = load(demo_pack(None))
    alert = files("remit.workflows.demo").joinpath(ALERT).read_bytes()
    (arrival,) = read_arrival(alert, pack, source=ALERT).arrivals
    assert arrival.event.time is not None
    start = arrival.event.time + dt.timedelta(minutes=2)
    return Scene(Policy(pack, compile_pack(pack).resolve), (alert,), start, DemoPeople())


def small_scene(folder: Path, incidents: int = 3) -> Scene:
    """Return several incidents of a small pack: silence, work handed on, money, stock, a power."""
    pack = load(write_small_pack(folder / "pack"))
    events, updates = (
        tuple(_flood(number, **more) for number in range(incidents)) for more in ({}, {"depth": 2})
    )
    return Scene(Policy(pack, compile_pack(pack).resolve), events, START, Obliging(), updates)


def _flood(number: int, **more: int) -> bytes:
    told = {"id": f"flood-{number}", "time": START.isoformat(), "hazard": "flood"}
    return json.dumps({**told, "phase": "response", **more}).encode()


class World(MemoryNotifier):
    """The world outside: what reached it stays, whoever dies.

    Args:
        folder: of the run.
        is_keyed: whether the same key twice is one message to it, so that several go out at once.
    """

    def __init__(self, folder: Path, fuse: Fuse, *, is_keyed: bool) -> None:
        super().__init__()
        self._is_keyed = is_keyed
        self._path = folder / SENT
        self._fuse = fuse

    def takes_keys(self, channel: str) -> bool:  # noqa: ARG002 -- there is one
        """Return what it was told."""
        return self._is_keyed

    def send(self, message: Message) -> str:
        """Note that a message arrived."""
        self._fuse.burn("send")
        line = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(line, f"{message.key} {'repeat' if message.repeat else ''}\n".encode())
        os.close(line)
        self._fuse.burn("sent")
        return self.channel
