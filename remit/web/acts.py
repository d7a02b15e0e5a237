"""What leaders do about incidents, and money about work: the acts beside the answers to items."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from remit.engine.errors import EventError, RemitError
from remit.engine.wording import tell
from remit.web.desk import Desk
from remit.web.gate import bearer, require
from remit.web.incidents import known_incident
from remit.web.items import known_item, said_in
from remit.web.limits import LARGEST_WORD, body_of
from remit.web.problems import Problem, no_ledger
from remit.workflows.acting import do_act, merge_incidents
from remit.workflows.acts import Act, ActVerb, commands
from remit.workflows.answers import Refusal
from remit.workflows.entries import Draft, Entry
from remit.workflows.incident import Incident
from remit.workflows.intake.errors import IntakeErrors
from remit.workflows.ledger import LedgerError
from remit.workflows.spending import Spending, Wish, judge_spending, judge_wish
from remit.workflows.splitting import SplitError, split_incident
from remit.workflows.tokens import EVERYBODY, Token

__all__ = ["Acting", "asked_for", "openapi_body", "router", "speaker_by"]


class Acting(BaseModel):
    """Who acts, and why."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    by: str | None = Field(None, alias="as", max_length=200, description="The subject that acts.")
    reason: str = Field("", max_length=20_000, description="Why, or what was learnt.")


class Reopening(Acting):
    """What is done anew."""

    steps: tuple[str, ...] = Field((), max_length=200, description="Steps to be done once more.")


class Merging(Acting):
    """What an incident goes on as."""

    into: str = Field(max_length=40, description="The incident it goes on as.")


class Splitting(Acting):
    """What becomes an incident of its own."""

    event: dict[str, object] = Field(description="The event that becomes an incident of its own.")


class Reassigning(Acting):
    """Who gets work."""

    to: str = Field(max_length=200, description="The subject that gets the work.")


class Paying(Acting):
    """A payment, or a wish for more money."""

    amount: str = Field(max_length=40, description="How much, in the currency of the fund.")
    what: str = Field("", alias="for", max_length=2_000, description="What for.")
    payee: str = Field("", max_length=200, description="To whom it is paid.")
    fund: str | None = Field(None, max_length=200, description="The fund of a wish.")


Doing = Callable[[Desk, Token, str, Acting], "Entry | Refusal"]


@dataclass(frozen=True, slots=True)
class _Route:
    """One act as a route.

    Args:
        place: below which it stands: an incident's name or an item's is put for `{name}`.
        do: does it.
    """

    place: str
    summary: str
    form: type[Acting]
    do: Doing


def router(desk: Desk) -> APIRouter:
    """Return the routes by which something is done about incidents and items."""
    routes = APIRouter(tags=["acts"])
    for verb, found in _ROUTES.items():
        _add(routes, desk, verb, found)
    return routes


def openapi_body(form: type[BaseModel]) -> dict[str, object]:
    """Return what OpenAPI says of a body."""
    schema = form.model_json_schema(by_alias=True)
    return {"requestBody": {"content": {"application/json": {"schema": schema}}}}


def speaker_by(token: Token, named: str | None, usual: str) -> str:
    """Return who acts: whoever is named, the token's one subject, or whoever usually would."""
    if named is None and len(token.subjects) == 1 and EVERYBODY not in token.subjects:
        return token.subjects[0]
    return named or usual


def asked_for(error: RemitError, kind: str) -> Problem:
    """Return what an error says that a request is to blame for."""
    return Problem(422, kind, str(error).splitlines()[0], help=str(getattr(error, "help", "")))


def _add(routes: APIRouter, desk: Desk, verb: str, found: _Route) -> None:
    @routes.post(
        f"/{found.place}/{verb}",
        summary=found.summary,
        name=verb,
        operation_id=verb,
        openapi_extra=openapi_body(found.form),
    )
    async def act(name: str, request: Request) -> dict[str, object]:
        token = bearer(desk, request)
        require(token, verb)
        said = said_in(found.form, await body_of(request, LARGEST_WORD))
        return await run_in_threadpool(_done, desk, token, verb, name, said)


def _done(desk: Desk, token: Token, verb: str, name: str, said: Acting) -> dict[str, object]:
    try:
        answer = _ROUTES[verb].do(desk, token, name, said)
    except LedgerError as error:
        raise no_ledger(error, tell("the answer could not be recorded")) from error
    if isinstance(answer, Refusal):
        desk.journal.note("act refused", {"on": name, "act": verb})
        raise Problem(_status(desk, verb, name, answer), "refused", answer.reason, help=answer.help)
    desk.journal.note("act done", {"on": name, "act": verb, "entry": answer.number})
    desk.wake()
    after = known_incident(desk, answer.incident or "")
    return {
        "entry": answer.number,
        "hash": answer.hash,
        "incident": after.id,
        "state": after.state,
        "with": list(after.split[-1:]) if verb == "split" else [],
    }


def _status(desk: Desk, verb: str, name: str, refusal: Refusal) -> int:
    """Return how HTTP calls a refusal: 403 where it is not for whoever acts."""
    leads = verb in _LEADING and not commands(known_incident(desk, name), refusal.draft.actor)
    return 403 if leads else 409


def _about_incident(verb: ActVerb) -> Doing:
    def do(desk: Desk, token: Token, name: str, said: Acting) -> Entry | Refusal:
        incident = known_incident(desk, name)
        by = _leader(token, verb, incident, said)
        steps = said.steps if isinstance(said, Reopening) else ()
        return do_act(desk.driver, incident.id, Act(verb, by, said.reason, steps=steps))

    return do


def _leader(token: Token, verb: str, incident: Incident, said: Acting) -> str:
    """Return who acts about an incident, as far as a token lets it.

    Raises:
        Problem: 403 if the token does not speak for it.
    """
    line = incident.part.command.line
    by = speaker_by(token, said.by, incident.commander or (line[0] if line else ""))
    require(token, verb, by)
    return by


def _merge(desk: Desk, token: Token, name: str, said: Acting) -> Entry | Refusal:
    told = cast("Merging", said)
    incident, into = known_incident(desk, name), known_incident(desk, told.into)
    by = _leader(token, "merge", incident, said)
    return merge_incidents(desk.driver, incident.id, Act("merge", by, said.reason, to=into.id))


def _split(desk: Desk, token: Token, name: str, said: Acting) -> Entry | Refusal:
    told = cast("Splitting", said)
    incident = known_incident(desk, name)
    by = _leader(token, "split", incident, said)
    rules = desk.packs.rules_of(incident)
    if rules is None:
        why = tell("the policy of incident `{id}` is not at hand", id=incident.id)
        raise Problem(409, "no-policy", why)
    data = json.dumps(told.event, ensure_ascii=False).encode()
    act = Act("split", by, said.reason)
    try:
        new = split_incident(desk.driver, incident, act, data, rules, source=tell("message"))
    except (EventError, IntakeErrors, SplitError) as error:
        raise asked_for(error, "unreadable") from error
    if isinstance(new, Refusal):
        return new
    return next(
        entry
        for entry in reversed(desk.ledger.entries(incident.id))
        if entry.kind == "split" and entry.payload["into"] == new
    )


def _seen(desk: Desk, token: Token, name: str, said: Acting) -> Entry | Refusal:
    incident = known_incident(desk, name)
    by = speaker_by(token, said.by, "")
    require(token, "seen", by)
    mine = [
        notice.entry
        for notice in incident.notices.values()
        for subject in notice.subjects
        if incident.response.speaks_for(by, subject) and subject not in notice.seen
    ]
    answers = [
        do_act(desk.driver, incident.id, Act("seen", by, item=number)) for number in mine or [0]
    ]
    return answers[-1]


def _reassign(desk: Desk, token: Token, name: str, said: Acting) -> Entry | Refusal:
    told = cast("Reassigning", said)
    incident, item = known_item(desk, name)
    by = _leader(token, "reassign", incident, said)
    act = Act("reassign", by, said.reason, item.number, told.to)
    return do_act(desk.driver, incident.id, act)


def _undo(desk: Desk, token: Token, name: str, said: Acting) -> Entry | Refusal:
    incident, item = known_item(desk, name)
    by = speaker_by(token, said.by, item.by or item.subject)
    require(token, "undo", by)
    return do_act(desk.driver, incident.id, Act("undo", by, said.reason, item.number))


def _pay(desk: Desk, token: Token, name: str, said: Acting) -> Entry | Refusal:
    told = cast("Paying", said)
    incident, item = known_item(desk, name)
    by = speaker_by(token, said.by, item.subject)
    require(token, "spend", by)

    def judged(found: Incident) -> Draft | Refusal:
        spending = Spending(by, told.amount, told.what or said.reason, told.payee)
        return judge_spending(found, item.number, spending)

    return desk.driver.put(incident.id, judged)


def _wish(desk: Desk, token: Token, name: str, said: Acting) -> Entry | Refusal:
    told = cast("Paying", said)
    incident, item = known_item(desk, name)
    by = speaker_by(token, said.by, item.subject)
    require(token, "request", by)

    def judged(found: Incident) -> Draft | Refusal:
        wish = Wish(by, told.amount, told.what or said.reason, told.fund)
        return judge_wish(found, item.number, wish)

    return desk.driver.put(incident.id, judged)


_LEADING = frozenset({"cancel", "merge", "reopen", "review", "split"})
_INCIDENT, _ITEM = "incidents/{name}", "items/{name}"
_ROUTES: Mapping[str, _Route] = {
    "cancel": _Route(_INCIDENT, "End one that was none", Acting, _about_incident("cancel")),
    "reopen": _Route(
        _INCIDENT, "Let one go on that was over", Reopening, _about_incident("reopen")
    ),
    "review": _Route(_INCIDENT, "Note what was learnt", Acting, _about_incident("review")),
    "merge": _Route(_INCIDENT, "Make two into one", Merging, _merge),
    "split": _Route(_INCIDENT, "Make one into two", Splitting, _split),
    "seen": _Route(_INCIDENT, "Confirm what you were told", Acting, _seen),
    "reassign": _Route(_ITEM, "Give work to another subject", Reassigning, _reassign),
    "undo": _Route(_ITEM, "Take back that work is done", Acting, _undo),
    "spend": _Route(_ITEM, "Pay from what was approved", Paying, _pay),
    "request": _Route(_ITEM, "Ask for more money", Paying, _wish),
}
