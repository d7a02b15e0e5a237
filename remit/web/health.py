"""How it goes: whether the process lives, whether it can do its work, and figures."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from remit.engine.errors import RemitError
from remit.web.desk import Desk
from remit.web.measures import CONTENT_TYPE, figures_text

__all__ = ["LATE_S", "router"]

LATE_S = 120
"""Seconds after which a deadline that passed and was not seen to says that nobody does the work."""


def router(desk: Desk) -> APIRouter:
    """Return the routes for those who watch the process; they need no token and name nobody."""
    routes = APIRouter(tags=["health"])

    @routes.get("/healthz", summary="Whether the process lives")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @routes.get("/readyz", summary="Whether it can take events in and see to deadlines")
    def readyz() -> Response:
        checks = _checks(desk)
        ready = checks["ledger"] == "ok" and checks["deadlines"] == "ok"
        content = {"status": "ok" if ready else "not ready", **checks}
        return JSONResponse(content, 200 if ready else 503)

    @routes.get("/metrics", summary="Figures in the text form of Prometheus")
    def metrics() -> Response:
        now = desk.clock.now()
        away = desk.prefect()
        try:
            figures = desk.ledger.figures(now)
            text = figures_text(figures, now, prefect=None if away is None else not away)
        except RemitError:
            text = ""
        return PlainTextResponse(text + desk.measures.text(), media_type=CONTENT_TYPE)

    return routes


def _checks(desk: Desk) -> dict[str, object]:
    away = desk.prefect()
    found: dict[str, object] = {"executor": "plain" if away is None or away else "prefect"}
    if away:
        found["prefect"] = away
    try:
        # WHY to write: a ledger that can be read may stand on a disk that is full.
        with desk.ledger.write() as writing:
            writing.try_out()
        now = desk.clock.now()
        oldest = desk.ledger.figures(now).oldest_passed
    except RemitError as error:
        return {**found, "ledger": str(error), "deadlines": "unknown", "oldest_passed_s": None}
    late_s = 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())
    return {
        **found,
        "ledger": "ok",
        "deadlines": "ok" if late_s <= LATE_S else "late",
        "oldest_passed_s": round(late_s, 1),
    }
