"""Serving: one process, one port, with a worker and Prefect beside the API.

It ends on SIGTERM and SIGINT after what is being done; started again, it picks everything up.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import uvicorn

from remit.engine.errors import RemitError
from remit.engine.wording import Language, speaking
from remit.web.app import build_app
from remit.web.desk import Desk, TokenBook
from remit.web.packs import PackHolder
from remit.web.people.door import Door
from remit.web.rounds import keep_round, rounds_of
from remit.workflows.adapters.heartbeats import Heartbeat
from remit.workflows.adapters.signed_links import SignedLinks
from remit.workflows.driver import Driver
from remit.workflows.flows.mounted import MountedPrefect
from remit.workflows.ledger import Ledger
from remit.workflows.ports import Clock, Journal
from remit.workflows.reception import Reception
from remit.workflows.signatures import Secret
from remit.workflows.trouble import in_words
from remit.workflows.wiring import worker_for
from remit.workflows.working import Limits, Worker

__all__ = ["Settings", "listening_at", "serve"]

CATCH_UP_S = 5.0
"""Seconds between two looks for what was recorded and never read."""
CLOSE_S = 5
"""Seconds that requests under way have to end."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What to serve, and how.

    Args:
        home: a folder for what is kept beside the ledger: Prefect's, and the heartbeat.
        drive: incidents driven side by side by this process; 0 leaves that to workers.
        prefect: whether Prefect is wanted at all.
        prefect_url: API of a server elsewhere; where empty, one is mounted.
        prefect_database: URL of the database of the mounted one; SQLite where empty.
        links: reads the links by which people come to their pages; no pages without it.
        public: address of those pages, as people use it; that of each call where empty.
    """

    home: Path
    drive: int = 4
    prefect: bool = True
    prefect_url: str = ""
    prefect_database: str = ""
    secrets: tuple[Secret, ...] = ()
    language: Language = "en"
    links: SignedLinks | None = None
    public: str = ""


def listening_at(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises:
        OSError: if the port is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=512)


def serve(
    listening: socket.socket,
    ledger: Ledger,
    driver: Driver,
    pack: PackHolder,
    journal: Journal,
    settings: Settings,
) -> None:
    """Serve until told to end."""
    with speaking(settings.language):
        asyncio.run(_Server(ledger, driver, pack, journal, settings).run(listening))


class _Server:
    def __init__(
        self,
        ledger: Ledger,
        driver: Driver,
        pack: PackHolder,
        journal: Journal,
        settings: Settings,
    ) -> None:
        self._ledger = ledger
        self._driver = driver
        self._pack = pack
        self._journal = journal
        self._settings = settings
        self._clock: Clock = driver.clock
        self._reception = Reception(ledger, pack.policy, self._clock, journal, pack.take_in)
        self._mounted: MountedPrefect | None = None
        self._worker: Worker | None = None
        self._worked = asyncio.Event()
        self._heart = Heartbeat(settings.home / "heartbeat.json", driver.owner, driver.wall)

    async def run(self, listening: socket.socket) -> None:
        address = _address(listening)
        if self._settings.prefect and not self._settings.prefect_url:
            home = self._settings.home / "prefect"
            database = self._settings.prefect_database
            self._mounted = MountedPrefect(home, address, self._journal, database=database)
        self._worker = self._worker_at(address)
        app = build_app(self._desk(), lifespan=self._live, rest=self._mounted)
        server = _Uvicorn(
            uvicorn.Config(
                app, log_config=None, access_log=False, timeout_graceful_shutdown=CLOSE_S
            )
        )
        _on_signals(lambda: self._end(server), self._reload)
        self._journal.note("serving", {"url": address, "pid": os.getpid()})
        await server.serve([listening])
        self._journal.note("ended")

    async def _end(self, server: uvicorn.Server) -> None:
        """End: the worker first, while Prefect still takes what its flows have to tell."""
        if self._worker is not None:
            self._worker.stop()
            await self._worked.wait()
        server.should_exit = True

    def _worker_at(self, address: str) -> Worker | None:
        settings = self._settings
        if settings.drive < 1:
            return None
        url = settings.prefect_url or f"{address}/api" if settings.prefect else ""
        return worker_for(
            self._driver,
            self._journal,
            limits=Limits(at_once=settings.drive),
            prefect=url,
            home=settings.home / "prefect",
            address=address,
            beat=self._heart.beat,
        )

    def _desk(self) -> Desk:
        return Desk(
            ledger=self._ledger,
            driver=self._driver,
            clock=self._clock,
            reception=self._reception,
            journal=self._journal,
            tokens=TokenBook(self._ledger),
            packs=self._pack,
            secrets=self._settings.secrets,
            wake=self._wake,
            prefect=self._away,
            door=self._door(),
        )

    def _door(self) -> Door | None:
        """Return what the pages for people need."""
        links = self._settings.links
        if links is None:
            return None
        return Door(
            self._ledger,
            lambda language: replace(self._driver, language=language),
            links,
            self._clock,
            pack=self._pack.pack_of,
            after=lambda _, __: self._wake(),
            public=self._settings.public,
        )

    def _away(self) -> str | None:
        return None if self._mounted is None else self._mounted.away

    def _wake(self) -> None:
        if self._worker is not None:
            self._worker.wake()

    @asynccontextmanager
    async def _live(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            if self._mounted is not None:
                await stack.enter_async_context(self._mounted.live())
            await stack.enter_async_context(_in_background(self._catch_up()))
            for one in rounds_of(self._driver, self._pack, self._settings.language):
                await stack.enter_async_context(_in_background(keep_round(one, self._journal)))
            if self._worker is not None:
                await stack.enter_async_context(self._at_work(self._worker))
            yield

    @asynccontextmanager
    async def _at_work(self, worker: Worker) -> AsyncIterator[None]:
        """Let the worker work in a loop of its own, so that its work slows no request down."""
        loop = asyncio.get_running_loop()

        def work() -> None:
            try:
                asyncio.run(worker.run())
            finally:
                loop.call_soon_threadsafe(self._worked.set)

        threading.Thread(target=work, name="worker").start()
        try:
            yield
        finally:
            worker.stop()
            await self._worked.wait()
            self._heart.end()

    async def _catch_up(self) -> None:
        while True:
            try:
                if await asyncio.to_thread(self._reception.catch_up):
                    self._wake()
            except Exception as error:  # noqa: BLE001 - it is looked for again, whatever it was
                self._journal.note("not caught up", {"problem": in_words(error)})
            await asyncio.sleep(CATCH_UP_S)

    def _reload(self) -> None:
        try:
            self._pack.reload()
            self._journal.note("pack loaded anew")
        except RemitError as error:
            self._journal.note("pack not loaded", {"problem": str(error).splitlines()[0]})


class _Uvicorn(uvicorn.Server):
    """WHY: uvicorn's own way with signals ends the process by the signal, not with 0."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def _in_background(work: Coroutine[object, object, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _on_signals(
    end: Callable[[], Coroutine[object, object, None]], reload: Callable[[], None]
) -> None:
    loop = asyncio.get_running_loop()
    ending: list[asyncio.Task[None]] = []

    def on_end() -> None:
        if ending:
            # WHY: who says it twice does not want to wait, and nothing is lost by that.
            os._exit(1)
        ending.append(loop.create_task(end()))

    # WHY suppressed: only the main thread gets signals.
    with suppress(RuntimeError, ValueError):
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, on_end)
        loop.add_signal_handler(signal.SIGHUP, lambda: loop.run_in_executor(None, reload))


def _address(listening: socket.socket) -> str:
    """Return where we can be reached from this machine."""
    host, port = listening.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - it is only compared
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
