"""Prefect's API and pages inside our own server: one process, one port.

INVARIANT: ours serves whether this works or not. It gets ready in the background, and until then,
or where it cannot start, whoever asks for it is told so.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import cast

from remit.engine.wording import tell
from remit.workflows.flows.environment import resident_settings
from remit.workflows.flows.serve import queue_writers
from remit.workflows.flows.template import copy_template, keep_template
from remit.workflows.ports import Journal

__all__ = ["MountedPrefect"]

CLOSE_S = 5.0
"""Seconds that Prefect has to end."""

Scope = MutableMapping[str, object]
Receive = Callable[[], Awaitable[MutableMapping[str, object]]]
Send = Callable[[MutableMapping[str, object]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


class MountedPrefect:
    """Prefect's server as an application inside ours.

    Args:
        home: a folder of its own.
        address: where our server listens, such as `http://127.0.0.1:8420`.
        database: URL of its database; an SQLite file in its home where empty.
    """

    def __init__(self, home: Path, address: str, journal: Journal, *, database: str = "") -> None:
        self._home = home
        self._address = address
        self._journal = journal
        self._database = database
        self._app: Asgi | None = None
        self._away = tell("it is getting ready")

    @property
    def away(self) -> str:
        """Why it is not there; empty where it is."""
        return self._away

    @asynccontextmanager
    async def live(self) -> AsyncIterator[None]:
        """Let it live as long as the block lasts."""
        ending = asyncio.Event()
        living = asyncio.create_task(self._live(ending))
        try:
            yield
        finally:
            ending.set()
            done, _ = await asyncio.wait({living}, timeout=CLOSE_S)
            if not done:
                living.cancel()
                await asyncio.gather(living, return_exceptions=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or tell why not."""
        if self._app is not None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1013})
        else:
            await _tell_away(send, self._away)

    async def _live(self, ending: asyncio.Event) -> None:
        try:
            app, lifespan = await asyncio.to_thread(self._make)
            async with lifespan:
                if not self._database:
                    await asyncio.to_thread(keep_template, self._home)
                self._app, self._away = app, ""
                self._journal.note("prefect serves", {"url": f"{self._address}/prefect"})
                await ending.wait()
                self._app, self._away = None, tell("it is ending")
        except Exception as error:  # noqa: BLE001 - whatever is wrong with Prefect, ours serves on
            said = " ".join(str(error).split())[:300] or type(error).__name__
            self._app, self._away = None, said
            self._journal.note("prefect does not serve", {"reason": said})

    def _make(self) -> tuple[Asgi, AbstractAsyncContextManager[object]]:
        """Return the application, and what must be entered while it serves."""
        if find_spec("prefect") is None:
            raise ModuleNotFoundError(tell("it is not installed"))
        self._home.mkdir(parents=True, exist_ok=True)
        if not self._database and not (self._home / "prefect.db").exists():
            copy_template(self._home)
        settings = resident_settings(self._home, self._address, self._database)
        _put(settings)
        queue_writers()
        from prefect.server.api.server import create_app

        app = create_app()
        return cast("Asgi", app), app.router.lifespan_context(app)


def _put(settings: Mapping[str, str]) -> None:
    for name, value in settings.items():
        os.environ.setdefault(name, value)


async def _tell_away(send: Send, reason: str) -> None:
    detail = tell("Prefect is not there: {reason}", reason=reason)
    content = {
        "type": "urn:remit:problem:no-prefect",
        "title": tell("this cannot be done just now"),
        "status": 503,
        "detail": detail,
    }
    headers = [(b"content-type", b"application/problem+json"), (b"retry-after", b"5")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(content).encode()})
