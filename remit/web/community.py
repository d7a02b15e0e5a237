"""The community's own acts: to declare a state, tell of an incident, put a version into force."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeVar

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from remit.engine.errors import EventError, PackErrors, RemitError
from remit.engine.language.incoming import parse_event
from remit.engine.language.loader import load
from remit.engine.pack import Pack
from remit.engine.vocabulary import Value, Vocabulary
from remit.engine.wording import tell
from remit.web.acts import Acting, asked_for, openapi_body, speaker_by
from remit.web.desk import Desk
from remit.web.gate import bearer, require
from remit.web.incidents import known_incident
from remit.web.items import said_in
from remit.web.limits import LARGEST_WORD, body_of
from remit.web.problems import Problem, no_ledger
from remit.workflows.activating import activating, agreeing, moving
from remit.workflows.adapters.shelves import candidate_of
from remit.workflows.enacting import Office, Read, declaring, updating
from remit.workflows.enacting import Request as Wanted
from remit.workflows.ledger import LedgerError
from remit.workflows.proposals import Proposal
from remit.workflows.tokens import Token

__all__ = ["router"]

Proposing = Callable[[Office, Read], Proposal]
Form = TypeVar("Form", bound=BaseModel)
Plain = str | int | float | bool


class Trying(Acting):
    """What only would be done."""

    dry_run: bool = Field(default=False, description="Tell what would become of open work only.")
    break_glass: str = Field(
        "", max_length=20_000, description="Why it is done past the policy; it will be reviewed."
    )


class Declaring(Trying):
    """A state that is declared."""

    values: dict[str, Plain] = Field(description="The new value of each dimension.")
    at: dict[str, Plain] = Field(default={}, description="Where it holds; everywhere if empty.")
    basis: str = Field("", max_length=2_000, description="The decision it rests on.")


class Updating(Trying):
    """What has become known of an incident."""

    values: dict[str, Plain] = Field(description="The new value of each dimension.")


class Moving(Trying):
    """Incidents that are to be decided by the version in force."""

    incidents: tuple[str, ...] | None = Field(
        None, max_length=10_000, description="Their names; all open ones where left out."
    )


class Activating(Trying):
    """A version that is to be in force."""

    version: str | None = Field(
        None,
        max_length=200,
        description="As `name@version`, of those activated before; what is served if left out.",
    )


def router(desk: Desk) -> APIRouter:
    """Return the routes of what is done for the community as a whole."""
    routes = APIRouter(tags=["community"])

    @routes.post(
        "/state",
        summary="Declare a state",
        operation_id="declare",
        openapi_extra=openapi_body(Declaring),
    )
    async def declare(request: Request) -> dict[str, object]:
        token, said = await _asked(desk, request, "declare", Declaring)
        return await run_in_threadpool(_declare, desk, token, said)

    @routes.post(
        "/incidents/{incident}/update",
        summary="Say what has become known of an incident",
        operation_id="update",
        openapi_extra=openapi_body(Updating),
    )
    async def update(incident: str, request: Request) -> dict[str, object]:
        token, said = await _asked(desk, request, "update", Updating)
        return await run_in_threadpool(_update, desk, token, incident, said)

    @routes.post(
        "/versions/move",
        summary="Let open incidents be decided by the version in force",
        operation_id="move",
        openapi_extra=openapi_body(Moving),
    )
    async def move(request: Request) -> dict[str, object]:
        token, said = await _asked(desk, request, "move", Moving)
        by = _speaker(token, "move", said)
        act = moving(by, said.incidents, said.reason, said.break_glass)
        return await run_in_threadpool(_enacted, desk, _office(desk), act, said)

    for verb, summary in (("activate", "Put a version into force"), ("agree", "Agree to one")):
        _add_version_act(routes, desk, verb, summary)
    return routes


def _add_version_act(routes: APIRouter, desk: Desk, verb: str, summary: str) -> None:
    @routes.post(
        f"/versions/{verb}",
        summary=summary,
        operation_id=verb,
        openapi_extra=openapi_body(Activating),
    )
    async def act(request: Request) -> dict[str, object]:
        token, said = await _asked(desk, request, verb, Activating)
        return await run_in_threadpool(_activate, desk, token, verb, said)


async def _asked(desk: Desk, request: Request, verb: str, form: type[Form]) -> tuple[Token, Form]:
    token = bearer(desk, request)
    require(token, verb)
    return token, said_in(form, await body_of(request, LARGEST_WORD))


def _declare(desk: Desk, token: Token, said: Declaring) -> dict[str, object]:
    by, office = _speaker(token, "declare", said), _office(desk)
    vocabulary = office.pack.vocabulary
    values = _values(said.values, vocabulary)
    scope = _values(said.at, vocabulary, whole=False)
    wanted = Wanted(by, values, said.reason, said.basis, scope, said.break_glass)
    return _enacted(desk, office, declaring(wanted), said)


def _update(desk: Desk, token: Token, name: str, said: Updating) -> dict[str, object]:
    incident, by, office = (
        known_incident(desk, name),
        _speaker(token, "update", said),
        _office(desk),
    )
    rules = office.rules_of(incident) or office.rules
    values = _values(said.values, rules.pack.vocabulary)
    wanted = Wanted(by, values, said.reason, break_glass=said.break_glass)
    return _enacted(desk, office, updating(incident.id, wanted), said)


def _activate(desk: Desk, token: Token, verb: str, said: Activating) -> dict[str, object]:
    by = _speaker(token, verb, said)
    named = said.version or desk.packs.path

    def served(path: str) -> Pack:
        # WHY: who speaks through the API names no folders of this machine.
        if said.version is not None:
            told = tell("no version `{version}` was activated before", version=said.version)
            raise Problem(404, "no-version", told)
        return load(path)

    try:
        candidate, office = candidate_of(desk.ledger, named, served, desk.clock.now())
    except (RemitError, OSError) as error:
        told = str(error).splitlines()[0]
        raise Problem(409, "no-pack", told) from error
    act = (
        activating(by, candidate, said.reason, said.break_glass)
        if verb == "activate"
        else agreeing(by, candidate, said.reason)
    )
    return _enacted(desk, office, act, said)


def _enacted(desk: Desk, office: Office, act: Proposing, said: Trying) -> dict[str, object]:
    try:
        found = office.look(act) if said.dry_run else office.enact(act)
    except LedgerError as error:
        raise no_ledger(error, tell("the answer could not be recorded")) from error
    if found.denied is not None:
        desk.journal.note("act refused", {"act": found.act})
        raise Problem(403, "refused", found.denied.reason, help=found.denied.help)
    if not said.dry_run:
        desk.journal.note("act done", {"act": found.act})
        desk.wake()
    return {
        "act": found.act,
        "by": found.by,
        "done": not said.dry_run,
        "incidents": [one.change.incident for one in found.planned],
        "ends": [f"{p.change.incident}/{name}" for p in found.planned for name in p.change.ends],
        "new": [f"{p.change.incident}/{name}" for p in found.planned for name in p.change.added],
    }


def _speaker(token: Token, verb: str, said: Acting) -> str:
    by = speaker_by(token, said.by, "")
    if not by:
        raise Problem(422, "wrong-form", tell("not as it should be: {where}", where="`as`"))
    require(token, verb, by)
    return by


def _office(desk: Desk) -> Office:
    try:
        return desk.packs.office()
    except (PackErrors, RemitError) as error:
        raise Problem(409, "no-pack", str(error).splitlines()[0]) from error


def _values(
    told: Mapping[str, Plain], vocabulary: Vocabulary, *, whole: bool = True
) -> dict[str, Value]:
    """Return values as a vocabulary reads them.

    Args:
        whole: whether each must be one value, and not a node above several.

    Raises:
        Problem: 422 if they are none, or there are none where there must be some.
    """
    for name in told:
        if name not in vocabulary.dimensions:
            raise Problem(422, "wrong-form", tell("there is no dimension `{name}`", name=name))
    plain = {key: Decimal(str(one)) if isinstance(one, float) else one for key, one in told.items()}
    try:
        found = dict(parse_event(plain, vocabulary).values)
    except EventError as error:
        raise asked_for(error, "wrong-form") from error
    for name, value in found.items() if whole else ():
        dimension = vocabulary.dimension(name)
        if dimension.is_named and value not in dimension.values:
            said = tell("`{name}={value}` stands for several values", name=name, value=value)
            raise Problem(422, "wrong-form", said)
    if whole and not found:
        raise Problem(422, "wrong-form", tell("nothing would change"))
    return found
