"""Watches one flow run: whether Prefect lets it move, and whose fault it is if it fails."""

from __future__ import annotations

import asyncio
import contextvars
import time
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from typing import TypeVar

from remit.engine.wording import tell
from remit.workflows.driver import Job
from remit.workflows.flows.server import ServerError

__all__ = ["Stretch"]

LOOK_S = 0.25

T = TypeVar("T")


class Stretch:
    """One run of an incident's jobs by a flow.

    Args:
        jobs: each to be run before the next is taken.
    """

    def __init__(self, jobs: Iterator[Job]) -> None:
        self._jobs = jobs
        self._last = time.monotonic()
        self._begun = False
        self._at_work = False
        self.fault: Exception | None = None
        """What went wrong in the work itself, which is not Prefect's."""

    def jobs(self) -> Iterator[Job]:
        """Yield the jobs, and note that they move."""
        while True:
            self._begun = True
            job = self._noting(lambda: next(self._jobs, None))
            if job is None:
                return
            yield Job(job.name, partial(self._noting, job.run))

    async def watch(
        self,
        work: Coroutine[object, object, None],
        *,
        patience_s: float,
        stall_s: float,
        context: contextvars.Context | None = None,
    ) -> None:
        """Run a flow over the jobs, and give it up when Prefect lets it wait for too long.

        Args:
            patience_s: seconds until the first job must have begun.
            stall_s: seconds that may pass between two jobs; a job itself takes as long as it takes.

        Raises:
            ServerError: if it was given up.
        """
        task = asyncio.get_running_loop().create_task(work, context=context)
        try:
            while not task.done():
                await asyncio.wait({task}, timeout=LOOK_S)
                limit = stall_s if self._begun else patience_s
                if not task.done() and not self._at_work and self._idle_s() > limit:
                    raise ServerError(
                        tell("it did not move for {seconds:.0f} seconds", seconds=limit)
                    )
            await task
        finally:
            task.cancel()

    def _idle_s(self) -> float:
        return time.monotonic() - self._last

    def _noting(self, work: Callable[[], T]) -> T:
        self._at_work = True
        try:
            return work()
        except Exception as error:
            self.fault = error
            raise
        finally:
            self._at_work = False
            self._last = time.monotonic()
