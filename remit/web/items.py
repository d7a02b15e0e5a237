"""What waits for people, and what they say to it: all through the one gate, `Driver.answer`."""

from __future__ import annotations

from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from remit.engine.wording import tell
from remit.web.desk import Desk
from remit.web.gate import bearer, require
from remit.web.incidents import known_incident
from remit.web.limits import LARGEST_WORD, body_of
from remit.web.problems import Problem, no_ledger
from remit.web.shown import item_json
from remit.workflows.answers import Refusal, Word
from remit.workflows.community_glass import GLASS_KINDS, is_glass, open_glass, say_glass
from remit.workflows.entries import Entry
from remit.workflows.gate import Denied
from remit.workflows.incident import Incident, Item
from remit.workflows.ledger import LedgerError
from remit.workflows.lifecycle import PURPOSES, Verb
from remit.workflows.tokens import EVERYBODY, Token

__all__ = ["Said", "known_item", "router", "said_in"]

LONGEST_NUMBER = 9
Form = TypeVar("Form", bound=BaseModel)


class Said(BaseModel):
    """What somebody says to an item."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    by: str | None = Field(None, alias="as", max_length=200, description="The subject that speaks.")
    note: str = Field("", max_length=20_000, description="Why, or what is advised.")
    to: str | None = Field(None, max_length=200, description="Who should take work handed over.")
    amount: str | None = Field(
        None, max_length=40, description="How much is given, or came; all of it where left out."
    )
    break_glass: str = Field(
        "", max_length=20_000, description="Why it is done past the policy; it will be reviewed."
    )


def router(desk: Desk) -> APIRouter:
    """Return the routes of items."""
    routes = APIRouter(tags=["items"])

    @routes.get("/inbox", summary="What waits for a subject, the most urgent first")
    def inbox(
        request: Request,
        subject: Annotated[str | None, Query(max_length=200)] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> dict[str, object]:
        token = bearer(desk, request)
        subjects = _read_for(token, subject)
        waiting = desk.ledger.inbox(subjects)[:limit]
        incidents = {name: desk.ledger.incident(name) for name in {one.incident for one in waiting}}
        found = [
            item_json(incident, incident.items[one.number])
            for one in waiting
            if (incident := incidents[one.incident]) is not None
        ]
        past = [
            {"id": one.name, "act": one.act, "by": one.by, "reason": one.reason}
            for one in open_glass(desk.ledger.entries_of(GLASS_KINDS))
            if subjects is None or any(one.may_judge(name) for name in subjects)
        ]
        return {"items": found, "past_policy": past}

    @routes.get("/items/{item}", summary="One thing that was asked")
    def item_of(item: str, request: Request) -> dict[str, object]:
        require(bearer(desk, request), "read")
        incident, found = known_item(desk, item)
        return item_json(incident, found)

    for verb, summary in _SUMMARIES.items():
        _add_verb(routes, desk, verb, summary)
    return routes


_SUMMARIES: dict[Verb, str] = {
    "ack": "Say “mine”",
    "done": "Report work as done, advise, sign off",
    "decline": "Decline, with the reason",
    "approve": "Order, release money, sign off, close",
    "hand-over": "Offer work to another subject",
}


def _add_verb(routes: APIRouter, desk: Desk, verb: Verb, summary: str) -> None:
    body = {"content": {"application/json": {"schema": Said.model_json_schema(by_alias=True)}}}

    @routes.post(
        f"/items/{{item}}/{verb}",
        summary=summary,
        name=verb,
        operation_id=verb.replace("-", "_"),
        openapi_extra={"requestBody": body},
    )
    async def say(item: str, request: Request) -> dict[str, object]:
        token = bearer(desk, request)
        require(token, verb)
        said = said_in(Said, await body_of(request, LARGEST_WORD))
        return await run_in_threadpool(_answer, desk, token, verb, item, said)


def said_in(form: type[Form], body: bytes) -> Form:
    """Return what a body says, of the form it must have.

    Raises:
        Problem: 422 if it has another one.
    """
    try:
        return form.model_validate_json(body) if body.strip() else form.model_validate({})
    except ValidationError as error:
        errors = [
            {"where": ".".join(map(str, found["loc"])), "reason": found["type"]}
            for found in error.errors()
        ]
        where = ", ".join(f"`{found['where']}`" for found in errors[:5])
        detail = tell("not as it should be: {where}", where=where)
        raise Problem(422, "wrong-form", detail, more={"errors": errors}) from error


def _judged(desk: Desk, token: Token, verb: Verb, name: str, said: Said) -> dict[str, object]:
    """Write what a reviewer says of an act past the policy that concerned all."""
    by = said.by or (token.subjects[0] if len(token.subjects) == 1 else "")
    if not by or by == EVERYBODY:
        raise Problem(422, "wrong-form", tell("not as it should be: {where}", where="`as`"))
    require(token, verb, by)
    try:
        found = say_glass(desk.ledger, name, by, said.note, verb, desk.clock.now())
    except LedgerError as error:
        raise no_ledger(error, tell("the answer could not be recorded")) from error
    if isinstance(found, Denied):
        desk.journal.note("word refused", {"item": name, "verb": verb})
        raise Problem(403, "refused", found.reason, help=found.help)
    desk.journal.note("word taken", {"item": name, "verb": verb, "entry": found.number})
    return {"entry": found.number, "hash": found.hash}


def _answer(desk: Desk, token: Token, verb: Verb, name: str, said: Said) -> dict[str, object]:
    if is_glass(desk.ledger, name):
        return _judged(desk, token, verb, name, said)
    incident, item = known_item(desk, name)
    speaker = said.by or _speaker(token, item)
    require(token, verb, speaker)
    word = Word(verb, speaker, said.note, said.to, amount=said.amount, break_glass=said.break_glass)
    before = _said_before(desk, incident, item.number, word)
    if before is not None:
        return _answered(desk, incident.id, item.number, before)
    try:
        # WHY at once without Prefect: what follows from the word waits for no second transaction.
        follow = desk.prefect() != ""
        answer = desk.driver.answer(incident.id, item.number, word, follow=follow)
    except LedgerError as error:
        raise no_ledger(error, tell("the answer could not be recorded")) from error
    if isinstance(answer, Refusal):
        incident, item = known_item(desk, name)
        status = _status(incident, item, word)
        desk.journal.note("word refused", {"incident": incident.id, "item": name, "verb": verb})
        raise Problem(status, "refused", answer.reason, help=answer.help)
    desk.journal.note(
        "word taken",
        {"incident": incident.id, "item": name, "verb": verb, "entry": answer.number},
    )
    desk.wake()
    return _answered(desk, incident.id, item.number, answer)


def _answered(desk: Desk, name: str, number: int, entry: Entry) -> dict[str, object]:
    incident = known_incident(desk, name)
    return {
        "entry": entry.number,
        "hash": entry.hash,
        "state": incident.state,
        "item": item_json(incident, incident.items[number]),
    }


def _said_before(desk: Desk, incident: Incident, number: int, word: Word) -> Entry | None:
    """Return the entry by which the very same was said as the last word on an item.

    WHY: whoever got no answer says it again, and must not be told that it was refused.
    """
    item = incident.items[number]
    # WHY first: what was never said needs no reading of all that was.
    if (item.verb, item.by) != (word.verb, word.by):
        return None
    own = [
        entry
        for entry in desk.ledger.entries(incident.id)
        if entry.kind == "answered" and entry.payload.get("item") == number
    ]
    if not own:
        return None
    last = own[-1]
    told = tuple(last.payload.get(key) for key in ("verb", "note", "to", "amount"))
    same = told == (word.verb, word.note, word.to, word.amount)
    return last if same and last.actor == word.by else None


def _status(incident: Incident, item: Item, word: Word) -> int:
    """Return how HTTP calls a refusal."""
    if not incident.response.speaks_for(word.by, item.subject):
        return 403
    incomplete = (word.verb == "decline" and not word.note.strip()) or (
        word.verb == "hand-over" and word.to is None
    )
    return 422 if word.verb not in PURPOSES[item.purpose].answers or incomplete else 409


def _speaker(token: Token, item: Item) -> str:
    """Return who speaks where nobody is named: the token's one subject, or who is asked."""
    if len(token.subjects) == 1 and EVERYBODY not in token.subjects:
        return token.subjects[0]
    return item.subject


def _read_for(token: Token, subject: str | None) -> tuple[str, ...] | None:
    """Return whose items a token may list; `None` for everybody's."""
    if subject is not None:
        require(token, "read", subject if token.subjects else None)
        return (subject,)
    require(token, "read")
    return None if not token.subjects or EVERYBODY in token.subjects else token.subjects


def known_item(desk: Desk, name: str) -> tuple[Incident, Item]:
    """Return an item with its incident.

    Raises:
        Problem: 404 if there is none.
    """
    incident, dash, number = name[:80].rpartition("-")
    digits = number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER
    if dash and digits:
        found = known_incident(desk, incident)
        item = found.items.get(int(number))
        if item is not None:
            return found, item
    raise Problem(404, "no-item", tell("there is no item `{name}`", name=name[:80]))
