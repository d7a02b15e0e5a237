"""Events that come in: CAP, our own reports, CloudEvents; recorded before they are answered."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from remit.engine.errors import EventError, RemitError
from remit.engine.wording import tell
from remit.web.desk import Desk
from remit.web.gate import bearer, require, slow_down
from remit.web.limits import LARGEST_EVENT, body_of
from remit.web.problems import Problem, no_ledger
from remit.workflows.intake.cloudevents import CloudEvent, read_binary, read_structured
from remit.workflows.intake.errors import IntakeErrors
from remit.workflows.ledger import LedgerError
from remit.workflows.reception import ConflictError, Receipt, UnreadableError
from remit.workflows.signatures import SignatureError, signed_by

__all__ = ["router"]

_XML = frozenset({"application/cap+xml", "application/xml", "text/xml"})
_JSON = frozenset({"application/json"})
_ENVELOPE = "application/cloudevents+json"
_SIGNED = ("webhook-id", "webhook-timestamp", "webhook-signature")

_DESCRIPTION = """\
Takes one event: a CAP 1.2 alert (`application/cap+xml`, `application/xml`, `text/xml`), a report or
an event as JSON (`application/json`), or a CloudEvent 1.0 that carries one of these, structured
(`application/cloudevents+json`) or binary (headers `ce-*`).

The answer is 202 only when the ledger has it; the same bytes again get the same answer. Send a
token that may `report`, or sign the body as Standard Webhooks says.
"""


@dataclass(frozen=True, slots=True)
class _Message:
    """What is to be recorded."""

    data: bytes
    source: str
    identities: tuple[str, ...]


def router(desk: Desk) -> APIRouter:
    """Return the routes by which events come in."""
    routes = APIRouter(tags=["intake"])

    @routes.post(
        "/events",
        status_code=202,
        summary="Report an event",
        description=_DESCRIPTION,
        openapi_extra={"requestBody": _BODY},
    )
    async def report(request: Request) -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        token = None if any(name in headers for name in _SIGNED) else bearer(desk, request)
        if token is not None:
            require(token, "report")
            slow_down(desk.reports, token.id)
        body = await body_of(request, LARGEST_EVENT)
        identities: tuple[str, ...] = ()
        sender = token.label or token.id if token is not None else ""
        if token is None:
            sender, identity = _signer(desk, headers, body)
            slow_down(desk.reports, f"webhook {sender}")
            identities = (identity,)
        message = _opened(headers, body, sender, identities)
        receipt = await run_in_threadpool(_take, desk, message)
        desk.wake()
        place = f"{request.url.path.rpartition('/')[0]}/receipts/{receipt.number}"
        return JSONResponse(_receipt_json(receipt), 202, headers={"Location": place})

    @routes.get("/receipts/{number}", summary="What became of something that was reported")
    def receipt_of(number: int, request: Request) -> dict[str, object]:
        token = bearer(desk, request)
        require(token, "read" if token.allows("read") else "report")
        found = desk.reception.receipt(number) if 0 < number < 2**60 else None
        if found is None:
            raise Problem(404, "no-receipt", tell("there is no receipt {number}", number=number))
        return _receipt_json(found)

    return routes


_BODY = {
    "required": True,
    "content": {
        kind: {"schema": {"type": "string" if "xml" in kind else "object"}}
        for kind in (*sorted(_XML), *sorted(_JSON), _ENVELOPE)
    },
}


def _signer(desk: Desk, headers: dict[str, str], body: bytes) -> tuple[str, str]:
    try:
        signed = signed_by(headers, body, desk.secrets, desk.driver.wall.now())
    except SignatureError as error:
        raise Problem(401, "wrong-signature", str(error)) from error
    return signed.sender, signed.identity


def _opened(
    headers: dict[str, str], body: bytes, sender: str, identities: tuple[str, ...]
) -> _Message:
    """Return what is in the envelope, if there is one.

    Raises:
        Problem: 415 if it is of no kind that is taken; 422 if the envelope is wrong.
    """
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    event: CloudEvent | None = None
    try:
        if media == _ENVELOPE:
            event = read_structured(body)
        elif any(name.startswith("ce-") for name in headers):
            event = read_binary(headers, body)
    except IntakeErrors as error:
        raise _unreadable(error) from error
    if event is not None:
        media = event.content_type.partition(";")[0].strip().lower()
        sender = f"{sender}, {event.source}" if sender else event.source
        body, identities = event.data, (*identities, event.identity)
    if media not in _XML | _JSON:
        raise Problem(
            415,
            "unknown-kind",
            tell("`{kind}` is not taken", kind=media or tell("nothing")),
            help=tell("send one of: {kinds}", kinds=", ".join((*sorted(_XML | _JSON), _ENVELOPE))),
        )
    if not body.strip():
        raise Problem(422, "empty", tell("the event is empty"))
    return _Message(body, sender, identities)


def _take(desk: Desk, message: _Message) -> Receipt:
    try:
        receipt = desk.reception.take(
            message.data, source=message.source, identities=message.identities
        )
    except ConflictError as error:
        raise Problem(409, "same-name", str(error)) from error
    except LedgerError as error:
        desk.journal.note("event not recorded", {"problem": str(error)})
        raise no_ledger(error, tell("the event could not be recorded")) from error
    except UnreadableError as error:
        desk.journal.note("event set aside", {"entry": error.receipt.number})
        raise _unreadable(error.errors, error.receipt) from error
    desk.journal.note(
        "event taken",
        {
            "entry": receipt.number,
            "status": receipt.status,
            "incident": ",".join(receipt.incidents) or None,
        },
    )
    return receipt


def _unreadable(error: RemitError, receipt: Receipt | None = None) -> Problem:
    more: dict[str, object] = {}
    if isinstance(error, IntakeErrors):
        more["errors"] = [
            {
                "line": found.line,
                "column": found.column,
                "reason": found.reason,
                "message": found.message,
                "expected": found.expected,
                "found": found.found,
            }
            for found in error.errors
        ]
    elif isinstance(error, EventError):
        more["errors"] = [{"message": reason} for reason in error.reasons]
    if receipt is not None:
        more["receipt"] = receipt.number
    return Problem(422, "unreadable", str(error).splitlines()[0], more=more)


def _receipt_json(receipt: Receipt) -> dict[str, object]:
    return {
        "receipt": receipt.number,
        "digest": receipt.digest,
        "status": receipt.status,
        "incidents": list(receipt.incidents),
        "reason": receipt.reason or None,
    }
