"""Refusals as problem+json, in the language the reader asks for.

SOURCE: RFC 9457; RFC 9110, sections 8.5 and 12.5.4 (languages).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from remit.engine.wording import Language, current_language, mark, tell, tell_marked
from remit.workflows.ledger_errors import LedgerDoubtError, LedgerError

__all__ = [
    "PROBLEM_TYPE",
    "RETRY_S",
    "Problem",
    "language_of",
    "no_ledger",
    "on_http",
    "on_ledger",
    "on_problem",
    "on_validation",
    "problem_response",
]

PROBLEM_TYPE = "application/problem+json"
RETRY_S = 5
"""Seconds after which whoever could not be served may ask again."""
_TITLES: Mapping[int, str] = {
    400: mark("the request cannot be understood"),
    401: mark("the request does not say who you are"),
    403: mark("you may not do this"),
    404: mark("there is no such thing"),
    405: mark("this cannot be done with it"),
    409: mark("this does not fit how things stand"),
    413: mark("this is too large"),
    415: mark("this kind of content is not taken"),
    422: mark("the content is wrong"),
    429: mark("this is too often"),
    500: mark("a fault in remit itself"),
    503: mark("this cannot be done just now"),
}


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it so
    """A request that is refused.

    Args:
        status: of HTTP.
        name: the kind of problem in a few hyphenated words, for programs; it never changes.
        detail: one sentence.
        help: what to do, or empty.
        more: further members, for programs.
        headers: of the answer.
    """

    def __init__(
        self,
        status: int,
        name: str,
        detail: str,
        *,
        help: str = "",  # noqa: A002 - the word in messages
        more: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.name = name
        self.detail = detail
        self.help = help
        self.more = more or {}
        self.headers = headers or {}


def problem_response(problem: Problem) -> Response:
    """Return the answer that tells a problem."""
    title = _TITLES.get(problem.status)
    content: dict[str, object] = {
        "type": f"urn:remit:problem:{problem.name}",
        "title": tell_marked(title) if title else HTTPStatus(problem.status).phrase.lower(),
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.help:
        content["help"] = problem.help
    return Response(
        json.dumps({**content, **problem.more}, ensure_ascii=False),
        status_code=problem.status,
        media_type=PROBLEM_TYPE,
        headers={"Content-Language": current_language(), **problem.headers},
    )


def language_of(accepted: str) -> Language:
    """Return the language a reader wants most of those we speak.

    Args:
        accepted: the header `Accept-Language`; empty where there is none.
    """
    best: tuple[float, Language] = (0.0, "en")
    for part in accepted[:500].split(","):
        name, _, more = part.strip().partition(";")
        weight = _weight(more)
        found: Language | None = {"zh": "zh", "en": "en"}.get(name[:2].lower())  # type: ignore[assignment]
        if found is not None and weight > best[0]:
            best = (weight, found)
    return best[1]


def no_ledger(error: LedgerError, told: str = "") -> Problem:
    """Return the refusal of what could not be read, or written, for want of the ledger.

    Args:
        told: what could not be done, in a sentence.
    """
    headers = {"Retry-After": str(RETRY_S)}
    if isinstance(error, LedgerDoubtError):
        told = tell("the ledger went away as this was written: it may stand or not")
        advice = tell("look what stands before you say it again")
        return Problem(503, "in-doubt", told, help=advice, headers=headers)
    return Problem(
        503,
        "no-ledger",
        told or tell("the ledger cannot be used just now"),
        help=tell("nothing was changed; try again in a moment"),
        headers=headers,
    )


async def on_ledger(_: Request, error: Exception) -> Response:
    """Answer whoever asked while the ledger was away."""
    return problem_response(no_ledger(error)) if isinstance(error, LedgerError) else _fault()


async def on_problem(_: Request, problem: Exception) -> Response:
    """Answer a refusal."""
    return problem_response(problem) if isinstance(problem, Problem) else _fault()


async def on_http(_: Request, error: Exception) -> Response:
    """Answer what the framework refuses, such as a path that is not there."""
    if not isinstance(error, HTTPException):
        return _fault()
    if error.status_code == HTTPStatus.NOT_FOUND:
        name, detail = "not-found", tell("there is nothing at this address")
    elif error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        name, detail = "not-allowed", tell("the address does not take this method")
    else:
        name, detail = "refused", str(error.detail)
    return problem_response(Problem(error.status_code, name, detail, headers=error.headers))


async def on_validation(_: Request, error: Exception) -> Response:
    """Answer content or parameters that do not have the form they should."""
    if not isinstance(error, RequestValidationError):
        return _fault()
    errors = [
        {"where": ".".join(map(str, found["loc"])), "reason": str(found["type"])}
        for found in error.errors()
    ]
    where = ", ".join(f"`{found['where']}`" for found in errors[:5])
    detail = tell("not as it should be: {where}", where=where)
    more = {"errors": errors}
    return problem_response(
        Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "wrong-form", detail, more=more)
    )


def _fault() -> Response:
    return problem_response(Problem(500, "fault", tell("a fault in remit itself")))


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(1.0, max(0.0, float(value)))
    except ValueError:
        return 0.0
