"""Runs drivers as Prefect flows, and goes on without Prefect the moment it does not answer.

INVARIANT: nothing that is due waits for Prefect. If it is missing, broken, slow or gone, the very
same jobs run in this process, and a note says so.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from importlib.util import find_spec

from remit.engine.wording import Language, tell
from remit.workflows.driver import Driver
from remit.workflows.executing import Meanwhile, PlainExecutor
from remit.workflows.flows.environment import API_URL, quiet_settings, settings_in_force
from remit.workflows.flows.server import PrivateServer, ServerError, is_healthy, start_server
from remit.workflows.flows.template import cache_folder
from remit.workflows.flows.watching import Stretch

__all__ = ["PATIENCE_S", "PrefectExecutor"]

STALL_S = 15.0
"""How long a flow may go without finishing a job; past it Prefect counts as gone."""
HEALTH_S = 3.0
"""How long the user's own server may take to say that it is there."""
DRAIN_S = 2
"""How long to wait for Prefect's event queue at the end."""

PATIENCE_S = 10.0
"""How long work waits, unless told otherwise, for a private server to get ready."""

Note = Callable[[str], None]


class PrefectExecutor:
    """Runs each stretch of work as one flow run.

    Args:
        note: is told, in one sentence, when Prefect is left out.
        language: of what Prefect's own pages show.
        patience_s: seconds that work may wait for a private server to get ready.
        server: one that was started ahead.
    """

    name = "prefect"

    def __init__(
        self,
        note: Note,
        *,
        language: Language = "en",
        patience_s: float = PATIENCE_S,
        server: PrivateServer | None = None,
    ) -> None:
        self._note = note
        self._language: Language = language
        self._patience_s = patience_s
        self._plain = PlainExecutor()
        self._server = server
        self._runner: asyncio.Runner | None = None
        self._context = contextvars.copy_context()
        self._stack = AsyncExitStack()
        self._gone = ""
        self._start()

    def run(self, driver: Driver, incident: str, meanwhile: Meanwhile | None = None) -> None:
        """Do everything that is due, as one flow run named after the incident."""
        if not self._gone:
            try:
                if self._connect():
                    self._flow(driver, incident, meanwhile)
                    return
                self._note(
                    tell(
                        "Prefect is not ready after {seconds:g} s; the work goes on without it",
                        seconds=self._patience_s,
                    )
                )
            except Exception as error:  # noqa: BLE001 - whatever is wrong with Prefect, the work goes on without it
                self._leave_out(_reason(error))
        # WHY safe at any point: what a flow left undone is due, and what it did is not due again.
        self._plain.run(driver, incident, meanwhile)

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
            self._leave_out(tell("it is not installed"))
        elif self._server is None and not os.environ.get(API_URL):
            try:
                self._server = start_server()
            except OSError as error:
                self._leave_out(_reason(error))

    def _connect(self) -> bool:
        """Set up what all flows share; false where the private server is not ready yet."""
        if self._runner is not None:
            return True
        if self._server is not None:
            url, settings = self._server.url, self._server.settings()
        else:
            url, settings = os.environ[API_URL], quiet_settings(cache_folder() / "prefect")
        with settings_in_force(settings, yielding=self._server is None):
            # WHY before waiting: importing takes as long as the server takes to start.
            from remit.workflows.flows.respond import shared_clients
        if self._server is not None:
            if not self._server.wait(self._patience_s):
                return False
        elif not is_healthy(url, timeout_s=HEALTH_S):
            raise ServerError(tell("no server answers at {url}", url=url))
        self._runner = asyncio.Runner()
        self._ask(shared_clients(self._stack, url))
        return True

    def _flow(self, driver: Driver, incident: str, meanwhile: Meanwhile | None) -> None:
        from remit.workflows.flows.respond import respond_flow, tagged
        from remit.workflows.flows.showing import Showing

        stretch = Stretch(driver.jobs(incident, meanwhile))
        # WHY not ours: nobody can look at a server that is thrown away after one run.
        shown = Showing(driver.ledger, self._language).tell if self._server is None else None
        respond = respond_flow(lambda _: stretch.jobs(), ended=shown)
        try:
            self._ask(stretch.watch(tagged(respond, incident), patience_s=STALL_S, stall_s=STALL_S))
        except Exception as error:
            if stretch.fault is not None and stretch.fault is not error:
                raise stretch.fault from error
            raise

    def _ask(self, work: Coroutine[object, object, None]) -> None:
        if self._runner is None:
            work.close()
            return
        self._runner.run(work, context=self._context)

    def _leave_out(self, reason: str) -> None:
        self._gone = reason
        self._note(
            tell("Prefect is left out ({reason}); the work goes on without it", reason=reason)
        )


def _drain() -> None:
    from prefect.events.worker import EventsWorker

    EventsWorker.drain_all(timeout=DRAIN_S)


def _reason(error: BaseException) -> str:
    said = " ".join(str(error).split())
    return (said or type(error).__name__)[:200]
