"""The worker: claims open work, drives it, and looks again, until it is told to stop.

It holds no state that matters: killed anywhere, another one, or the next, finds in the ledger what
is due. Any number may run on a ledger at once, on any machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from remit.engine.errors import RemitError
from remit.workflows.claiming import ClaimLostError
from remit.workflows.driver import Driver, Job
from remit.workflows.ledger_errors import LedgerError
from remit.workflows.ports import Claims, Journal
from remit.workflows.trouble import in_words, rest_s, tell_stuck

__all__ = ["Jobs", "Limits", "PlainRunner", "Runner", "Worker"]

Jobs = Callable[[], Iterator[Job]]
"""Gives what is due in an incident, each job to be run before the next is asked for."""


class Runner(Protocol):
    """Runs the jobs of incidents, several at once."""

    async def run(self, incident: str, jobs: Jobs) -> None:
        """Do everything that is due in an incident."""
        ...

    async def tend(self) -> None:
        """Do what is to be done from time to time, such as ending what the dead left behind."""
        ...

    async def close(self) -> None:
        """Let go of whatever it holds."""
        ...


class PlainRunner:
    """Runs jobs in threads of this process, and needs nothing."""

    async def run(self, incident: str, jobs: Jobs) -> None:  # noqa: ARG002 - the jobs know it
        """Do everything that is due."""
        await asyncio.to_thread(_run_all, jobs)

    async def tend(self) -> None:
        """Have nothing to tend."""

    async def close(self) -> None:
        """Hold nothing."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How a worker goes about it.

    Args:
        at_once: incidents driven side by side, at least 1.
        poll_s: seconds between two looks when nothing wakes it.
        lease_s: seconds after which another process may take what this one claimed.
        tend_s: seconds between two rounds of tidying up.
        grace_s: seconds that work under way has to end once the worker is told to stop.
    """

    at_once: int = 4
    poll_s: float = 1.0
    lease_s: int = 60
    tend_s: float = 30.0
    grace_s: float = 20.0


class Worker:
    """Drives whatever is due in a ledger.

    Args:
        beat: is called after every look, with how many incidents are being driven.
    """

    def __init__(
        self,
        driver: Driver,
        claims: Claims,
        runner: Runner,
        journal: Journal,
        *,
        limits: Limits | None = None,
        beat: Callable[[int], None] | None = None,
    ) -> None:
        self._driver = driver
        self._claims = claims
        self._runner = runner
        self._journal = journal
        self._limits = limits or Limits()
        self._beat = beat
        self._wake = asyncio.Event()
        self._stopping = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._under_way: dict[asyncio.Task[None], str] = {}
        self._faults: dict[str, int] = {}

    def wake(self) -> None:
        """Let it look at once; may be called from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)

    def stop(self) -> None:
        """Let it end after the jobs that are being done; may be called from any thread."""
        self._stopping = True
        self.wake()

    async def run(self) -> None:
        """Work until told to stop."""
        self._loop = asyncio.get_running_loop()
        tending = asyncio.create_task(self._tend())
        try:
            while not self._stopping:
                await self.look()
                await self._rest()
            await self._end()
        finally:
            tending.cancel()
            await asyncio.gather(tending, return_exceptions=True)
            await self._runner.close()

    async def look(self) -> tuple[str, ...]:
        """Claim what is due as far as there is room, and begin to drive it; return what that is."""
        room = self._limits.at_once - len(self._under_way)
        names: tuple[str, ...] = ()
        self._wake.clear()
        if room > 0:
            try:
                names = await asyncio.to_thread(self._claim, room)
            except RemitError as error:
                self._journal.note("ledger not reached", {"problem": str(error)})
        for name in names:
            self._under_way[asyncio.create_task(self._drive(name))] = name
        if self._beat is not None:
            self._beat(len(self._under_way))
        return names

    async def settle(self) -> None:
        """Look, and drive, until nothing is due any more."""
        while await self.look() or self._under_way:
            if self._under_way:
                done, _ = await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
                self._forget(done)

    def _claim(self, most: int) -> tuple[str, ...]:
        driver = self._driver
        return self._claims.claim_due(driver.owner, driver.wall.now(), self._limits.lease_s, most)

    async def _drive(self, incident: str) -> None:
        rest: int | None = None
        again = True
        try:
            await self._runner.run(incident, lambda: self._jobs(incident))
            self._faults.pop(incident, None)
            again = False
        except (LedgerError, ClaimLostError) as error:
            self._note_failure(incident, error)
        except Exception as error:  # noqa: BLE001 - one incident's trouble must not end the others
            self._faults[incident] = times = self._faults.get(incident, 0) + 1
            rest = rest_s(times)
            self._note_failure(incident, error, times=times, again_s=rest)
            await self._tell_stuck(incident, error)
        try:
            await asyncio.to_thread(
                partial(
                    self._claims.release, self._driver.owner, incident, again=again, rest_s=rest
                )
            )
        except RemitError as error:
            # WHY no more than this: a lease that is not given back runs out.
            self._journal.note(
                "lease not given back", {"incident": incident, "problem": str(error)}
            )

    async def _tell_stuck(self, incident: str, problem: Exception) -> None:
        try:
            if await asyncio.to_thread(tell_stuck, self._driver, incident, in_words(problem)):
                self._journal.note("incident stands still", {"incident": incident})
        except Exception as error:  # noqa: BLE001 - the next failure tells it
            self._note_failure(incident, error)

    def _note_failure(self, incident: str, error: Exception, **more: int) -> None:
        told: dict[str, str | int | float | None] = {"incident": incident}
        self._journal.note("work failed", {**told, "problem": in_words(error), **more})

    def _jobs(self, incident: str) -> Iterator[Job]:
        for job in self._driver.jobs(incident):
            if self._stopping:
                return
            yield job

    async def _rest(self) -> None:
        """Wait until woken, until something under way has ended, or for the time of a poll."""
        waking = asyncio.create_task(self._wake.wait())
        waited: set[asyncio.Task[object]] = {waking, *self._under_way}
        done, _ = await asyncio.wait(
            waited, timeout=self._limits.poll_s, return_when=asyncio.FIRST_COMPLETED
        )
        waking.cancel()
        self._forget(done)

    async def _end(self) -> None:
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=self._limits.grace_s)
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _tend(self) -> None:
        while True:
            try:
                await self._runner.tend()
            except Exception as error:  # noqa: BLE001 - tidying up is never worth ending for
                self._journal.note("not tidied up", {"problem": str(error)[:300]})
            await asyncio.sleep(self._limits.tend_s)

    def _forget(self, done: Collection[object]) -> None:
        self._under_way = {task: name for task, name in self._under_way.items() if task not in done}


def _run_all(jobs: Jobs) -> None:
    for job in jobs():
        job.run()
