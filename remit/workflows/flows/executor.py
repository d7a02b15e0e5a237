"""Runs drivers as Prefect flows, and goes on without Prefect the moment it does not answer.

INVARIANT: nothing that is due waits for Prefect. If it is missing, broken, slow or gone, the very
same jobs run in this process, and a note says so.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from importlib.util import find_spec
from pathlib import Path

from remit.workflows.driver import Driver, Job
from remit.workflows.executing import Meanwhile, PlainExecutor
from remit.workflows.flows.environment import API_URL, quiet_settings, set_missing
from remit.workflows.flows.server import PrivateServer, ServerError, is_healthy, start_server

__all__ = ["PrefectExecutor"]

STALL_S = 15.0
"""How long a flow may go without finishing a job; past it Prefect counts as gone."""
HEALTH_S = 3.0
"""How long the user's own server may take to say that it is there."""
DRAIN_S = 2
"""How long to wait for Prefect's event queue at the end."""

Note = Callable[[str], None]
Page = Callable[[str], str]


class PrefectExecutor:
    """Runs each stretch of work as one flow run.

    Args:
        note: is told, in one sentence, when Prefect is left out.
        page: gives a Markdown page about an incident, shown in Prefect's own pages.
    """

    name = "prefect"

    def __init__(self, note: Note, page: Page | None = None) -> None:
        self._note = note
        self._page = page
        self._plain = PlainExecutor()
        self._server: PrivateServer | None = None
        self._runner: asyncio.Runner | None = None
        self._context = contextvars.copy_context()
        self._stack = AsyncExitStack()
        self._last = 0.0
        self._gone = ""
        self._start()

    def run(self, driver: Driver, incident: str, meanwhile: Meanwhile | None = None) -> None:
        """Do everything that is due, as one flow run named after the incident."""
        if not self._gone:
            try:
                self._connect()
                self._flow(driver, incident, meanwhile)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with Prefect, the work goes on without it
                self._leave_out(_reason(error))
        # WHY always: what a flow left undone is still due, and what it did is not due again.
        self._plain.run(driver, incident, meanwhile if self._gone else None)

    def close(self) -> None:
        """Let Prefect send what it still holds, and end the private server."""
        if self._runner is not None:
            try:
                self._ask(self._stack.aclose())
                self._runner.close()
                _drain()
            except Exception as error:  # noqa: BLE001 - at the end, nothing of Prefect matters any more
                self._gone = self._gone or _reason(error)
            self._runner = None
        if self._server is not None:
            self._server.stop()
            self._server = None

    def _start(self) -> None:
        """Start the private server, if no other is named: it gets ready meanwhile."""
        if find_spec("prefect") is None:
            self._leave_out("it is not installed")
        elif not os.environ.get(API_URL):
            try:
                self._server = start_server()
            except OSError as error:
                self._leave_out(_reason(error))

    def _connect(self) -> None:
        """Make sure that there is a server, and set up what all flows share."""
        if self._runner is not None:
            return
        if self._server is not None:
            os.environ.update(self._server.settings())
            _import_flows()
            self._server.wait()
        else:
            home = Path(tempfile.gettempdir()) / f"remit-prefect-client-{os.getuid()}"
            set_missing(os.environ, quiet_settings(home))
            if not is_healthy(os.environ[API_URL], timeout_s=HEALTH_S):
                raise ServerError(f"no server answers at {os.environ[API_URL]}")
        from remit.workflows.flows.respond import shared_clients

        self._runner = asyncio.Runner()
        self._ask(shared_clients(self._stack))

    def _flow(self, driver: Driver, incident: str, meanwhile: Meanwhile | None) -> None:
        from remit.workflows.flows.respond import respond_flow

        def jobs_of(name: str) -> Iterator[Job]:
            return driver.jobs(name, meanwhile)

        self._ask(self._watched(respond_flow(jobs_of, self._moved)(incident)))
        if self._page is not None:
            self._ask(self._watched(self._show(incident, self._page(incident))))

    async def _show(self, incident: str, markdown: str) -> None:
        from remit.workflows.flows.respond import show_artifact

        await show_artifact(incident, f"Incident {incident}", markdown)

    async def _watched(self, work: Coroutine[object, object, None]) -> None:
        """Run `work`, and cancel it when nothing has moved for too long."""
        self._moved()
        task = asyncio.ensure_future(work)
        while not task.done():
            await asyncio.wait({task}, timeout=0.5)
            if not task.done() and time.monotonic() - self._last > STALL_S:
                task.cancel()
                raise ServerError(f"it did not move for {STALL_S:.0f} seconds")
        await task

    def _moved(self) -> None:
        self._last = time.monotonic()

    def _ask(self, work: Coroutine[object, object, None]) -> None:
        if self._runner is None:
            work.close()
            return
        self._runner.run(work, context=self._context)

    def _leave_out(self, reason: str) -> None:
        self._gone = reason
        self._note(f"Prefect is left out ({reason}); the work goes on without it")


def _import_flows() -> None:
    """Import Prefect while the server starts: both take seconds."""
    from remit.workflows.flows import respond

    del respond


def _drain() -> None:
    from prefect.events.worker import EventsWorker

    EventsWorker.drain_all(timeout=DRAIN_S)


def _reason(error: BaseException) -> str:
    said = " ".join(str(error).split())
    return (said or type(error).__name__)[:200]
