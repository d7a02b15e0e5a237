"""Runs the jobs of a resident worker as Prefect flows, and without Prefect while it is away.

INVARIANT: nothing that is due waits for Prefect longer than `patience_s`, and only the first
incident after it went away waits at all: the others go on plainly until it answers again.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

from remit.engine.wording import Language, tell
from remit.workflows.flows.environment import API_URL, quiet_settings
from remit.workflows.flows.server import ServerError, is_healthy
from remit.workflows.flows.watching import Stretch
from remit.workflows.ledger import Ledger
from remit.workflows.ports import Journal
from remit.workflows.working import Jobs, PlainRunner

__all__ = ["AGAIN_S", "OWNER", "PATIENCE_S", "PrefectRunner"]

PATIENCE_S = 4.0
"""Seconds an order may wait for Prefect to begin a flow run."""
STALL_S = 8.0
"""Seconds Prefect may take between two jobs, or to note the end."""
AGAIN_S = 10.0
"""Seconds after which a Prefect that went away is asked again."""
HEALTH_S = 2.0
DRAIN_S = 2
OWNER = "owner:"
"""Begins the tag of a flow run that names the process which runs it."""


class PrefectRunner:
    """Runs each stretch of work as one flow run of a server that is already there.

    While Prefect is away, all that is due in an incident is one job.

    Args:
        url: the server's API.
        home: a folder of Prefect's own, below which it writes.
        ledger: whose incidents are shown on Prefect's pages.
        owner: this process.
        is_dead: tells of another process whether it has certainly ended.
        address: where our own pages are.
    """

    def __init__(
        self,
        url: str,
        home: Path,
        journal: Journal,
        ledger: Ledger,
        *,
        owner: str,
        is_dead: Callable[[str], bool],
        address: str = "",
        language: Language = "en",
    ) -> None:
        self._url = url
        self._home = home
        self._journal = journal
        self._ledger = ledger
        self._owner = owner
        self._is_dead = is_dead
        self._address = address
        self._language: Language = language
        self._plain = PlainRunner()
        self._stack = AsyncExitStack()
        self._context = contextvars.copy_context()
        self._under_way: dict[str, Stretch] = {}
        self._is_connected = False
        self._connecting: asyncio.Task[None] | None = None
        self._retry_at = 0.0
        self._away = ""
        self._tell: Callable[[str], Awaitable[None]] | None = None

    @property
    def is_piecewise(self) -> bool:
        """Whether Prefect is there to show each piece of work."""
        return self._is_connected and not self._away

    @property
    def away(self) -> str:
        """Why Prefect is done without at present; empty where it is not."""
        return self._away

    async def run(self, incident: str, jobs: Jobs) -> None:
        """Do everything that is due, as one flow run named after the incident."""
        if self._is_there():
            stretch = Stretch(jobs())
            try:
                await self._flow(incident, stretch)
            except Exception as error:
                if stretch.fault is not None:
                    raise stretch.fault from error
                self._leave_out(error)
            else:
                return
        # WHY safe at any point: what a flow left undone is due, and what it did is not due again.
        await self._plain.run(incident, jobs)

    async def tend(self) -> None:
        """Look whether Prefect is there again, and end the flow runs that the dead left running."""
        if not self._is_there():
            return
        from remit.workflows.flows.reconciling import end_zombies

        work = end_zombies(self._lives, own=self._owner)
        ended = await asyncio.get_running_loop().create_task(
            asyncio.wait_for(work, 30), context=self._context.copy()
        )
        for name in ended:
            self._journal.note("flow run of a dead process ended", {"flow_run": name})

    async def close(self) -> None:
        """Let Prefect send what it still holds."""
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        if not self._is_connected:
            return
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(DRAIN_S * 2):
                await loop.create_task(self._stack.aclose(), context=self._context)
                await asyncio.to_thread(_drain)
        except Exception as error:  # noqa: BLE001 - at the end, nothing of Prefect matters any more
            self._away = self._away or str(error)

    def _is_there(self) -> bool:
        """Return whether Prefect may be used now; where it may not, look for it meanwhile."""
        if self._is_connected and not self._away:
            return True
        if self._connecting is None and time.monotonic() >= self._retry_at:
            self._connecting = asyncio.create_task(self._connect())
        return False

    async def reach(self) -> None:
        """Look for Prefect at once, and wait until it is found, or not."""
        if not self._is_there() and self._connecting is not None:
            await self._connecting

    async def _connect(self) -> None:
        try:
            await self._reach()
            what = "prefect is back" if self._away else "prefect is there"
            self._journal.note(what, {"url": self._url})
            self._away = ""
        except Exception as error:  # noqa: BLE001 - whatever is wrong with Prefect, the work goes on without it
            self._leave_out(error)
        finally:
            self._connecting = None

    async def _reach(self) -> None:
        if not await asyncio.to_thread(is_healthy, self._url, timeout_s=HEALTH_S):
            raise ServerError(tell("no server answers at {url}", url=self._url))
        if self._is_connected:
            return
        await asyncio.to_thread(self._import)
        from remit.workflows.flows.respond import shared_clients

        await asyncio.get_running_loop().create_task(
            shared_clients(self._stack, self._url), context=self._context
        )
        self._is_connected = True

    def _import(self) -> None:
        """Import Prefect under our settings; the user's own come first."""
        for name, value in {**quiet_settings(self._home), API_URL: self._url}.items():
            os.environ.setdefault(name, value)
        from remit.workflows.flows import reconciling, respond, showing

        del reconciling, respond
        self._tell = showing.Showing(self._ledger, self._language, self._address).tell

    async def _flow(self, incident: str, stretch: Stretch) -> None:
        from remit.workflows.flows.respond import respond_flow, tagged

        respond = respond_flow(lambda _: stretch.jobs(), ended=self._tell)
        work = tagged(respond, incident, OWNER + self._owner)
        self._under_way[incident] = stretch
        try:
            await stretch.watch(
                work, patience_s=PATIENCE_S, stall_s=STALL_S, context=self._context.copy()
            )
        finally:
            self._under_way.pop(incident, None)

    def _lives(self, owner: str, incident: str) -> bool | None:
        """Return whether the run of an incident by a process goes on; `None` if nobody can tell."""
        if owner == self._owner:
            return True if incident in self._under_way else None
        return False if self._is_dead(owner) else None

    def _leave_out(self, error: BaseException) -> None:
        said = " ".join(str(error).split())[:200] or type(error).__name__
        self._retry_at = time.monotonic() + AGAIN_S
        if not self._away:
            self._journal.note("prefect is away", {"reason": said})
        self._away = said


def _drain() -> None:
    from prefect.events.worker import EventsWorker

    EventsWorker.drain_all(timeout=DRAIN_S)
