"""The processes that die: each what one of remit's commands runs, with a fuse at its places."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from remit.web import serving
from remit.workflows import ledger_claims
from remit.workflows.adapters.clocks import JumpingClock
from remit.workflows.adapters.journals import MemoryJournal
from remit.workflows.adapters.processes import is_dead, this_process
from remit.workflows.audit_sweep import sweep
from remit.workflows.claiming import LedgerClaims
from remit.workflows.driver import Driver
from remit.workflows.executing import Executor, PlainExecutor
from remit.workflows.ledger import Ledger
from remit.workflows.playing import Play
from remit.workflows.ports import Clock
from remit.workflows.reception import Reception
from remit.workflows.working import Limits, PlainRunner, Worker
from tests.kills.fuse import Fuse, around, watch_writes
from tests.kills.scenes import Scene, World

__all__ = ["PLACES", "Roles"]

_WRITES = ("begin", "commit", "committed")
_SENDS = ("send", "sent")
_CLAIMS = ("claim", "claimed", "release", "released")
_WEB = ("accepted", "recorded", "read", "heard", "answered", "respond", "responded")
PLACES = {
    "driver": (*_WRITES, *_SENDS),
    "flow": (*_WRITES, *_SENDS, "flow", "flown"),
    "worker": (*_WRITES, *_SENDS, *_CLAIMS),
    "sweep": (*_WRITES, *_SENDS, "sweep", "swept"),
    "web": (*_WRITES, *_WEB),
    "server": (*_WRITES, *_SENDS, *_CLAIMS, *_WEB),
}
"""Where a process of each role may die."""


@dataclass(frozen=True)
class Roles:
    """What the processes of one run share.

    Args:
        place: the ledger's path or URL.
        folder: of the run.
        clock: of incidents and processes; without it each process has one of its own, which goes
            on at the ledger's last entry.
        is_keyed: whether their channel takes keys.
    """

    scene: Scene
    place: str
    folder: Path
    clock: Clock | None = None
    is_keyed: bool = True

    def play(self, fuse: Fuse, executor: Callable[[], Executor] = PlainExecutor) -> None:
        """Play the first incident to its close, with people in the same process."""
        watch_writes(fuse)
        with Ledger.at(self.place) as ledger:
            name = self.scene.open(ledger)[0]
            last = ledger.last()
            assert last is not None
            clock = JumpingClock(last.time)
            running = executor()
            Play(self._driver(ledger, fuse, clock), clock, self.scene.people, name).run(running)
            running.close()

    def flow(self, fuse: Fuse) -> None:
        """Play as flows of the Prefect server that the environment names."""
        from remit.workflows.flows.executor import PrefectExecutor

        def noted(sentence: str) -> None:
            fuse.folder.joinpath("notes.txt").open("a").write(f"{sentence}\n")

        PrefectExecutor._flow = around(PrefectExecutor._flow, fuse, "flow", "flown")  # type: ignore[method-assign] -- to die around it
        self.play(fuse, lambda: PrefectExecutor(noted))

    def work(self, fuse: Fuse) -> None:
        """Work like `remit worker`, until killed."""
        watch_writes(fuse)
        _watch_claims(fuse)
        with Ledger.at(self.place) as ledger:
            driver = self._driver(ledger, fuse, self._shared())
            claims = LedgerClaims(ledger, driver.clock, driver.wall, is_dead)
            limits = Limits(at_once=2, poll_s=0.02)
            fenced = Driver(
                ledger,
                driver.clock,
                driver.notifier,
                driver.wall,
                driver.owner,
                is_dead,
                fence=claims.fence,
            )
            journal = MemoryJournal()
            asyncio.run(Worker(fenced, claims, PlainRunner(), journal, limits=limits).run())

    def sweep(self, fuse: Fuse) -> None:
        """Do what is due, and record what was left undone, like the flows `sweep` and `audit`."""
        watch_writes(fuse)
        with Ledger.at(self.place) as ledger:
            clock = self._shared()
            driver = self._driver(ledger, fuse, clock)
            fuse.burn("sweep")
            sweep(ledger, clock.now())
            fuse.burn("swept")
            for name in dict.fromkeys((*ledger.overdue(clock.now()), *ledger.undelivered())):
                driver.drive(name)
                fuse.burn("swept")

    def serve(self, listening: socket.socket, drive: int, fuse: Fuse) -> None:
        """Serve like `remit serve`, until killed.

        Args:
            drive: incidents driven side by side; 0 for the API alone.
        """
        watch_writes(fuse)
        _watch_claims(fuse)
        _watch_web(fuse)
        with Ledger.at(self.place) as ledger:
            driver = self._driver(ledger, fuse, self._shared())
            holder = serving.PackHolder(self.scene.pack.path, ledger, driver.clock)
            settings = serving.Settings(self.folder / "home", drive=drive, prefect=False)
            holder = serving.PackHolder(self.scene.pack.path, ledger, driver.clock)
            serving.serve(listening, ledger, driver, holder, MemoryJournal(), settings)

    def _driver(self, ledger: Ledger, fuse: Fuse, clock: Clock) -> Driver:
        world = World(self.folder, fuse, is_keyed=self.is_keyed)
        wall = self.clock or clock
        return Driver(ledger, clock, world, wall, this_process(), is_dead)

    def _shared(self) -> Clock:
        assert self.clock is not None
        return self.clock


def _watch_claims(fuse: Fuse) -> None:
    """Pass places around the taking and giving back of leases."""
    # WHY: the clock stands still until all is done, so nothing that rests would ever be done.
    ledger_claims.REST_S = 0
    claim, release = LedgerClaims.claim_due, LedgerClaims.release

    def claim_due(*arguments: Any) -> tuple[str, ...]:
        found = claim(*arguments)
        if found:
            fuse.burn("claimed")
        return found

    LedgerClaims.claim_due = claim_due  # type: ignore[method-assign] -- to die around it
    LedgerClaims.release = around(release, fuse, "release", "released")  # type: ignore[method-assign] -- to die around it


Scope = MutableMapping[str, Any]


def _watch_web(fuse: Fuse) -> None:
    """Pass places around what a server does with a request."""
    Reception.take = around(Reception.take, fuse, "accepted", "read")  # type: ignore[method-assign] -- to die around it
    Reception._read = around(Reception._read, fuse, "recorded", "read")  # type: ignore[method-assign] -- to die around it
    Driver.answer = around(Driver.answer, fuse, "heard", "answered")  # type: ignore[method-assign] -- to die around it
    serving.Limits = partial(Limits, poll_s=0.02)  # type: ignore[misc,assignment] -- the clock jumps
    build = serving.build_app

    def build_app(*arguments: Any, **more: Any) -> Callable[..., Awaitable[None]]:
        app = build(*arguments, **more)

        async def watched(scope: Scope, receive: Any, send: Any) -> None:
            async def sending(message: Scope) -> None:
                if message["type"] == "http.response.start":
                    fuse.burn("respond")
                await send(message)
                if message["type"] == "http.response.body":
                    fuse.burn("responded")

            await app(scope, receive, sending if scope["type"] == "http" else send)

        return watched

    serving.build_app = build_app  # type: ignore[assignment] -- to die around it
