"""The worker: claims open work, drives it, and looks again, until it is told to stop.

It holds no state that matters: killed anywhere, another one, or the next, finds in the ledger what
is due. Any number may run on a ledger at once, on any machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from threading import Event, Thread
from typing import Protocol

from remit.engine.errors import RemitError
from remit.workflows.claiming import ClaimLostError
from remit.workflows.driver import Driver, Job
from remit.workflows.ledger_errors import LedgerError
from remit.workflows.ports import Claims, Journal, Watcher
from remit.workflows.trouble import in_words, rest_s, tell_stuck

__all__ = ["Jobs", "Limits", "PlainRunner", "Runner", "Worker"]

Jobs = Callable[[], Iterator[Job]]
"""Gives what is due in an incident, each job to be run before the next is asked for."""


class Runner(Protocol):
    """Runs the jobs of incidents, several at once."""

    @property
    def is_piecewise(self) -> bool:
        """Whether it shows each piece of work by itself; else all of an incident is one job."""
        ...

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

    is_piecewise = False

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
        gather_s: seconds to wait for more room, once there is some, before the next look.
        lease_s: seconds after which another process may take what this one claimed.
        tend_s: seconds between two rounds of tidying up.
        grace_s: seconds that work under way has to end once the worker is told to stop.
    """

    at_once: int = 4
    poll_s: float = 1.0
    gather_s: float = 0.05
    lease_s: int = 60
    tend_s: float = 30.0
    grace_s: float = 20.0


class Worker:
    """Drives whatever is due in a ledger.

    Args:
        beat: is called after every look, with how many incidents are being driven.
        watcher: hears what others write, so that it looks at once; it polls all the same.
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
        watcher: Watcher | None = None,
    ) -> None:
        self._driver = driver
        self._claims = claims
        self._runner = runner
        self._journal = journal
        self._limits = limits or Limits()
        self._beat = beat
        self._watcher = watcher
        self._wake = asyncio.Event()
        self._stopping = False
        self._stopped = Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._under_way: dict[asyncio.Task[None], str] = {}
        self._finished: dict[str, int | None] = {}
        self._faults: dict[str, int] = {}

    def wake(self) -> None:
        """Let it look at once; may be called from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)

    def stop(self) -> None:
        """Let it end after the jobs that are being done; may be called from any thread."""
        self._stopping = True
        self._stopped.set()
        self.wake()

    async def run(self) -> None:
        """Work until told to stop."""
        self._loop = asyncio.get_running_loop()
        tending = asyncio.create_task(self._tend())
        if self._watcher is not None:
            Thread(target=self._watch, args=(self._watcher,), name="watch", daemon=True).start()
        try:
            while not self._stopping:
                await self.look()
                await self._rest()
            await self._end()
        finally:
            self._stopped.set()
            tending.cancel()
            await asyncio.gather(tending, return_exceptions=True)
            await self._runner.close()

    async def look(self) -> tuple[str, ...]:
        """Give back what is done, claim what is due as far as there is room, begin to drive it.

        Returns the incidents it begins with.
        """
        room = self._limits.at_once - len(self._under_way)
        names: tuple[str, ...] = ()
        self._wake.clear()
        try:
            await self._give_back()
            if room > 0:
                names = await asyncio.to_thread(self._claim, room)
        except Exception as error:  # noqa: BLE001 - whatever it was, deadlines need the next look
            self._journal.note("ledger not reached", {"problem": in_words(error)})
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
        again_s: int | None = 0
        try:
            await self._runner.run(incident, lambda: self._jobs(incident))
            self._faults.pop(incident, None)
            again_s = None
        except (LedgerError, ClaimLostError) as error:
            self._note_failure(incident, error)
        except Exception as error:  # noqa: BLE001 - one incident's trouble must not end the others
            self._faults[incident] = times = self._faults.get(incident, 0) + 1
            again_s = rest_s(times)
            self._note_failure(incident, error, times=times, again_s=again_s)
            await self._tell_stuck(incident, error)
        self._finished[incident] = again_s

    async def _give_back(self) -> None:
        """Give back the leases on what is done, all at once; those that are not given run out."""
        finished = dict(self._finished)
        if finished:
            await asyncio.to_thread(self._claims.release, self._driver.owner, finished)
        for name in finished:
            del self._finished[name]

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
        driver = self._driver
        if not self._runner.is_piecewise:
            yield Job("everything", lambda: driver.drive_at_once(incident))
            return
        for job in driver.jobs(incident):
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
        # WHY not at once: a look costs as much for one incident as for many.
        if self._under_way and len(self._under_way) > self._limits.at_once // 2:
            done, _ = await asyncio.wait(self._under_way, timeout=self._limits.gather_s)
            self._forget(done)

    async def _end(self) -> None:
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=self._limits.grace_s)
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        try:
            await self._give_back()
        except RemitError as error:
            # WHY no more than this: a lease that is not given back runs out.
            self._journal.note("leases not given back", {"problem": str(error)})

    def _watch(self, watcher: Watcher) -> None:
        """Look at the ledger as soon as somebody wrote to it, until the end."""
        while not self._stopped.is_set():
            try:
                if watcher.wait(self._limits.poll_s):
                    self.wake()
            except Exception:  # noqa: BLE001 - without it, work would be seen by polling alone
                # WHY not told: whoever looks at the same ledger tells it, and polls meanwhile.
                self._stopped.wait(self._limits.poll_s)
        watcher.close()

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
