"""The application: our API under `/api/v1`, pages, health, and whatever else is mounted."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

import remit
from remit.engine.wording import current_language, speaking, tell
from remit.web import acts, community, health, incidents, intake, items
from remit.web.desk import Desk
from remit.web.gate import address_of, bearer, is_local, require
from remit.web.incidents import known_incident
from remit.web.people.router import people_router
from remit.web.problems import (
    Problem,
    language_of,
    on_http,
    on_ledger,
    on_problem,
    on_validation,
    problem_response,
)
from remit.workflows.ledger_errors import LedgerError
from remit.workflows.reports.html import render_report
from remit.workflows.reports.reading import view_of

__all__ = ["API", "REST", "ROUTERS", "build_app"]

API = "/api/v1"
REST = ("/api", "/prefect")
"""Where Prefect's API and pages are, but for what is ours below it."""

Scope = MutableMapping[str, object]
Receive = Callable[[], Awaitable[MutableMapping[str, object]]]
Send = Callable[[MutableMapping[str, object]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]
Router = Callable[[Desk], APIRouter]


def people(desk: Desk) -> APIRouter:
    """Return the pages for people, where there are keys that open them."""
    return APIRouter() if desk.door is None else people_router(desk.door)


ROUTERS: tuple[tuple[str, Router], ...] = (
    (API, intake.router),
    (API, incidents.router),
    (API, items.router),
    (API, acts.router),
    (API, community.router),
    ("", health.router),
    ("", people),
)
"""Where each router is mounted, and what makes it; pages for people are mounted with ``""``."""


def build_app(
    desk: Desk,
    *,
    lifespan: Callable[[], AbstractAsyncContextManager[None]] | None = None,
    rest: Asgi | None = None,
) -> FastAPI:
    """Return the application.

    Args:
        lifespan: what lives as long as it does.
        rest: answers what is below `REST`: Prefect's API and pages; only for requests made at
            this machine.
    """

    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        if lifespan is None:
            yield
            return
        async with lifespan():
            yield

    app = FastAPI(
        title="remit",
        version=remit.__version__,
        description="Who answers for what, proved and carried out.",
        openapi_url=f"{API}/openapi.json",
        # WHY none: these pages fetch their scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        lifespan=living,
    )
    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(LedgerError, on_ledger)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_validation)
    for prefix, make in ROUTERS:
        app.include_router(make(desk), prefix=prefix)
    app.include_router(_pages(desk))
    if rest is not None:
        app.add_middleware(_Fork, rest=_Guarded(rest))
    app.add_middleware(_Edge, desk=desk)
    return app


def _pages(desk: Desk) -> APIRouter:
    """Return the page of an incident, to which Prefect's pages link."""
    routes = APIRouter(tags=["pages"])

    @routes.get("/incidents/{incident}", response_class=HTMLResponse, include_in_schema=False)
    def page(incident: str, request: Request) -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not is_local(address_of(request), headers):
            require(bearer(desk, request), "read")
        found = known_incident(desk, incident)
        view = view_of(
            desk.ledger, found.id, desk.packs.pack_of(found), language=current_language()
        )
        return HTMLResponse(render_report(view))

    return routes


class _Edge:
    """What holds for every request: its language, its measure, and no traceback in the answer."""

    def __init__(self, app: Asgi, desk: Desk) -> None:
        self._app = app
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noted(message: MutableMapping[str, object]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(str(message["status"]))
            await send(message)

        request = Request(scope)
        with speaking(language_of(request.headers.get("accept-language", ""))):
            try:
                await self._app(scope, receive, noted)
            except Exception as error:  # noqa: BLE001 - the outer edge
                self._desk.journal.note(
                    "request failed",
                    {"path": str(scope["path"]), "problem": f"{type(error).__name__}: {error}"},
                )
                fault = Problem(500, "fault", tell("a fault in remit itself"))
                await problem_response(fault)(scope, receive, noted)
        found = getattr(scope.get("route"), "path", "other")
        route = "prefect" if scope.get("remit.rest") else found
        seconds = time.perf_counter() - began
        self._desk.measures.note(request.method, route, status, seconds)


class _Fork:
    """Passes on what is below Prefect's addresses and not below ours."""

    def __init__(self, app: Asgi, rest: Asgi) -> None:
        self._app = app
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope.get("path", ""))
        # WHY noted: a measure of each of Prefect's routes would say nothing to those who watch us.
        scope["remit.rest"] = theirs = _below(path, *REST) and not _below(path, API)
        await (self._rest if theirs else self._app)(scope, receive, send)


def _below(path: str, *bases: str) -> bool:
    return any(path == base or path.startswith(f"{base}/") for base in bases)


class _Guarded:
    """Lets those at this machine through, and nobody else."""

    def __init__(self, app: Asgi) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"} and not self._lets_in(scope):
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
                return
            said = tell("this is for those at the machine itself")
            await problem_response(Problem(403, "not-here", said))(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _lets_in(self, scope: Scope) -> bool:
        from starlette.requests import HTTPConnection

        connection = HTTPConnection(scope)
        headers = {name.lower(): value for name, value in connection.headers.items()}
        return is_local(connection.client.host if connection.client else "", headers)
