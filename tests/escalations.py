"""Two servers and two workers on one ledger, and nobody who answers: each escalation happens once.

Run it from the root: `python -m tests.escalations --backend postgres --escalations 10000`. Each is
a process of its own that knows nothing of the others, as if on a machine of its own. Time is
virtual; a process that is through with all it finds says so, and then the next moment comes.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

from remit.engine.language.loader import load
from remit.engine.map.responsibility import compile_pack
from remit.workflows.adapters.clocks import JumpingClock
from remit.workflows.adapters.journals import MemoryJournal
from remit.workflows.driver import Driver
from remit.workflows.entries import Entry
from remit.workflows.ledger import Ledger
from remit.workflows.reception import Policy, Reception
from remit.workflows.wiring import claims_for
from remit.workflows.working import Limits, PlainRunner, Worker
from tests.databases import Places
from tests.desk import FILES, NOON, SPILL, harbour
from tests.kills.fuse import ANY, Fuse
from tests.kills.relay import fork
from tests.kills.scenes import SENT, World

__all__ = ["Crowd", "Found"]

STEP = dt.timedelta(minutes=5)
STEPS = 30
"""Moments at which everybody looks; after the last of them nobody is left to be called."""
REST = dt.timedelta(seconds=3)
"""After this, what was given back is looked at again."""
SERVERS, WORKERS = 2, 2
DEPUTIES = 8
"""Whom else to call, one after the other, ten minutes each."""

Told = tuple[str, dt.datetime, object]


@dataclass(frozen=True)
class Found:
    """What was there in the end.

    Args:
        faults: what is wrong, a sentence each.
        notes: what the processes' journals say, each with how often.
    """

    incidents: int
    escalations: int
    messages: int
    seconds: float
    faults: tuple[str, ...]
    notes: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Crowd:
    """Processes on one ledger.

    Args:
        place: the ledger's path or URL; it is not there yet.
        folder: for everything else.
    """

    place: str
    folder: Path

    def run(self, escalations: int) -> Found:
        """Let so many happen, or a few more, and hold each incident against one that was alone."""
        pack = load(harbour(self.folder, _long_line()))
        policy = Policy(pack, compile_pack(pack).resolve)
        alone = self._alone(policy)
        each = sum(kind == "escalated" for kind, _, _ in alone)
        incidents = ceil(escalations / each)
        events = [_spill(number) for number in range(incidents)]
        Ledger.at(self.place).close()
        began = time.monotonic()
        started = [self._start(policy, number) for number in range(SERVERS + WORKERS)]
        lines = [line for line, _ in started]
        notes = Counter[str]()
        faults = list(self._steer(lines, events, notes))
        faults += [f"process {pid} ended badly" for _, pid in started if os.waitpid(pid, 0)[1]]
        took = time.monotonic() - began
        with Ledger.at(self.place, create=False) as ledger:
            faults += ledger.verify().problems
            faults += _wrong_stories(ledger, incidents, alone)
            faults += self._wrongly_sent(ledger.entries())
            counts = Counter(entry.kind for entry in ledger.entries())
        return Found(
            incidents,
            counts["escalated"],
            counts["delivered"],
            took,
            tuple(faults),
            tuple(notes.items()),
        )

    def _alone(self, policy: Policy) -> tuple[Told, ...]:
        """Return the story of one incident on a ledger that nobody shares."""
        with Ledger.at(self.folder / "alone.db") as ledger:
            life = _Life(self, policy, ledger, "alone")
            life.take([_spill(0)])
            for step in range(STEPS + 1):
                life.clock.jump_to(NOON + step * STEP)
                life.settle()
            (summary,) = ledger.incidents()
            return _story(ledger.entries(summary.id))

    def _start(self, policy: Policy, number: int) -> tuple[Connection, int]:
        """Start a process; return the line to it, and its number."""
        here, there = Pipe()
        return here, fork(lambda: self._live(policy, f"machine-{number}", there))

    def _live(self, policy: Policy, name: str, line: Connection) -> None:
        with Ledger.at(self.place) as ledger:
            life = _Life(self, policy, ledger, name)
            while (order := line.recv()) is not None:
                moment, events = order
                life.clock.jump_to(moment)
                life.take(events)
                life.settle()
                line.send([f"{what}: {told.get('problem')}" for what, told in life.journal.notes])
                life.journal.notes.clear()

    def _steer(
        self, lines: list[Connection], events: list[bytes], notes: Counter[str]
    ) -> Iterator[str]:
        """Let moments pass; every event comes in at each server."""
        with Ledger.at(self.place, create=False) as ledger:
            notes.update(_all_at(lines, NOON, (events, events[::-1])))
            for step in range(STEPS + 1):
                moment = NOON + step * STEP
                notes.update(_all_at(lines, moment))
                while ledger.overdue(moment) or ledger.undelivered():
                    moment += REST
                    notes.update(_all_at(lines, moment))
                    if moment >= NOON + (step + 1) * STEP:
                        yield f"what is due at {moment} is not done"
                        break
        for line in lines:
            line.send(None)

    def _wrongly_sent(self, entries: tuple[Entry, ...]) -> Iterator[str]:
        """Tell what was sent twice, or not at all."""
        lines = (self.folder / SENT).read_text(encoding="utf-8").splitlines()
        sent = Counter(line.partition(" ")[0] for line in lines)
        yield from (f"sent {count} times: {key}" for key, count in sent.items() if count > 1)
        told = Counter(str(one.payload["message"]) for one in entries if one.kind == "delivered")
        yield from (f"two receipts: {key}" for key, count in told.items() if count > 1)
        yield from (f"sent or told, not both: {key}" for key in sorted({*sent} ^ {*told}))
        called = {f"{e.incident}/{e.number}" for e in entries if e.kind == "escalated"}
        reached = {key.rpartition("/")[0] for key in told}
        yield from (f"nobody was told of: {key}" for key in sorted(called - reached))


class _Life:
    """One process: it takes messages in, and does what is due."""

    def __init__(self, crowd: Crowd, policy: Policy, ledger: Ledger, name: str) -> None:
        self.clock, self.journal = JumpingClock(NOON), MemoryJournal()
        folder = crowd.folder / name if name == "alone" else crowd.folder
        folder.mkdir(exist_ok=True)
        world = World(folder, Fuse(0, ANY, folder), is_keyed=True)
        owner = f"{name}/{os.getpid()}/0"
        # WHY never dead: of processes on other machines nobody knows.
        driver = Driver(ledger, self.clock, world, self.clock, owner, lambda _: False)
        self._claims, self._driver = claims_for(driver)
        self._reception = Reception(ledger, lambda: policy, self.clock, self.journal, lambda *_: "")

    def take(self, events: list[bytes]) -> None:
        """Take in what is sent."""
        for data in events:
            self._reception.take(data, source="hotline")

    def settle(self) -> None:
        """Do all that is due and that nobody else does."""
        runner, limits = PlainRunner(), Limits(at_once=4)
        worker = Worker(self._driver, self._claims, runner, self.journal, limits=limits)
        asyncio.run(worker.settle())


def _all_at(
    lines: list[Connection], moment: dt.datetime, events: tuple[list[bytes], ...] = ()
) -> list[str]:
    """Let a moment come for all at once; return what their journals say when all are through."""
    for number, line in enumerate(lines):
        line.send((moment, events[number] if number < len(events) else []))
    return [note for line in lines for note in line.recv()]


def _long_line() -> dict[str, str]:
    """Return the files of a harbour whose warden has many deputies."""
    names = [f"deputy-{number}" for number in range(DEPUTIES)]
    power = "authority:\n  - {id: lead, power: lead, when: {}}\n"
    found = {f"subjects/{name}.yaml": f"subject: {name}\nunder: warden\n{power}" for name in names}
    warden = FILES["subjects/warden.yaml"].replace("[mate,", f"[{', '.join(names)}, mate,")
    return {**found, "subjects/warden.yaml": warden}


def _spill(number: int) -> bytes:
    return json.dumps({**SPILL, "id": f"spill-{number}", "time": NOON.isoformat()}).encode()


def _story(entries: tuple[Entry, ...]) -> tuple[Told, ...]:
    """Return what happened and when, to the moment; in it, several messages have no order."""
    found = [
        (one.kind, _moment(one.time), one.payload.get("subject") or one.payload.get("to"))
        for one in entries
    ]
    return tuple(sorted(found, key=lambda told: (told[1], str(told))))


def _moment(found: dt.datetime) -> dt.datetime:
    return NOON + (found - NOON) // STEP * STEP


def _wrong_stories(ledger: Ledger, incidents: int, alone: tuple[Told, ...]) -> Iterator[str]:
    found = ledger.incidents()
    if len(found) != incidents:
        yield f"{len(found)} incidents instead of {incidents}"
    for summary in found:
        story = _story(ledger.entries(summary.id))
        more, less = Counter(story) - Counter(alone), Counter(alone) - Counter(story)
        if more or less:
            yield f"{summary.id}: more {dict(more)}, less {dict(less)}"[:600]


def main() -> int:
    """Return 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--escalations", type=int, default=10_000)
    parser.add_argument("--backend", choices=("sqlite", "postgres"), default="postgres")
    options = parser.parse_args()
    places = Places(on_postgres=options.backend == "postgres")
    try:
        with tempfile.TemporaryDirectory() as name:
            found = Crowd(places.at(Path(name)), Path(name)).run(options.escalations)
    finally:
        places.clear()
    sys.stdout.write(
        f"{options.backend}: {found.escalations} escalations in {found.incidents} incidents,"
        f" {found.messages} messages, {len(found.faults)} faults, {found.seconds:.0f} s\n"
    )
    sys.stdout.writelines(f"  {fault}\n" for fault in found.faults[:20])
    sys.stdout.writelines(f"  noted {count} times: {note}\n" for note, count in found.notes)
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
