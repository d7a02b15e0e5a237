"""What is known: incidents, their stories, and how things stand."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import PlainTextResponse

from remit.engine.wording import current_language, tell
from remit.web.desk import Desk
from remit.web.gate import bearer, require
from remit.web.problems import Problem
from remit.web.shown import entry_json, incident_json, item_json, summary_json
from remit.workflows.flows.page import page_of
from remit.workflows.incident import Incident

__all__ = ["known_incident", "router"]

LONGEST_NAME = 40
Limit = Annotated[int, Query(ge=1, le=500, description="At most so many.")]
After = Annotated[int, Query(ge=0, le=2**60, description="Those after this number.")]


def known_incident(desk: Desk, name: str) -> Incident:
    """Return an incident.

    Raises:
        Problem: 404 if there is none.
    """
    found = desk.ledger.incident(name[:LONGEST_NAME])
    if found is None:
        raise Problem(404, "no-incident", tell("there is no incident `{name}`", name=name[:40]))
    return found


def router(desk: Desk) -> APIRouter:
    """Return the routes by which what is known is read."""
    routes = APIRouter(tags=["incidents"])

    @routes.get("/incidents", summary="All incidents, the latest first")
    def incidents(
        request: Request,
        state: Literal["open", "closed", "all"] = "all",
        after: Annotated[str, Query(max_length=LONGEST_NAME)] = "",
        limit: Limit = 100,
    ) -> dict[str, object]:
        require(bearer(desk, request), "read")
        is_over = None if state == "all" else state == "closed"
        found = desk.ledger.incidents(is_over=is_over, after=after, most=limit + 1)
        shown, more = found[:limit], len(found) > limit
        return {
            "incidents": [summary_json(summary) for summary in shown],
            "next": shown[-1].id if more else None,
        }

    @routes.get("/incidents/{incident}", summary="One incident as it stands")
    def incident_of(incident: str, request: Request) -> dict[str, object]:
        require(bearer(desk, request), "read")
        return incident_json(known_incident(desk, incident))

    @routes.get(
        "/incidents/{incident}/timeline",
        summary="What happened in an incident",
        response_model=None,
    )
    def timeline(
        incident: str,
        request: Request,
        after: After = 0,
        limit: Limit = 100,
        format: Literal["json", "markdown"] = "json",  # noqa: A002 - the name of the parameter
    ) -> Response | dict[str, object]:
        require(bearer(desk, request), "read")
        found, language = known_incident(desk, incident), current_language()
        if format == "markdown":
            text = page_of(desk.ledger, found.id, language)
            return PlainTextResponse(text, media_type="text/markdown")
        story = [entry for entry in desk.ledger.story(found.id) if entry.number > after]
        shown = story[:limit]
        more = len(story) > limit
        return {
            "incident": found.id,
            "state": found.state,
            "entries": [entry_json(entry, found, language) for entry in shown],
            "next": shown[-1].number if more else None,
        }

    _add_standing(routes, desk)
    return routes


def _add_standing(routes: APIRouter, desk: Desk) -> None:
    """Add the routes that tell how things stand: in an incident, and in the community."""

    @routes.get("/incidents/{incident}/items", summary="What is or was asked in an incident")
    def items(incident: str, request: Request) -> dict[str, object]:
        require(bearer(desk, request), "read")
        found = known_incident(desk, incident)
        return {"items": [item_json(found, item) for item in found.items.values()]}

    @routes.get("/state", summary="The pack in force, and how much is open")
    def state_of(request: Request) -> dict[str, object]:
        require(bearer(desk, request), "read")
        pack, state = desk.packs.pack(), {}
        if pack is not None:
            state = desk.packs.office().community().everywhere()
        figures = desk.ledger.figures(desk.clock.now())
        return {
            "pack": None
            if pack is None
            else {"name": pack.name, "version": pack.version, "digest": pack.digest},
            "state": {name: str(value) for name, value in sorted(state.items())},
            "head": str(desk.ledger.head()),
            "open_incidents": figures.open_incidents,
            "waiting_items": sum(figures.waiting.values()),
            "passed_deadlines": figures.passed,
        }
