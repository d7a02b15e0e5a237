"""Who is let in: bearers of tokens, and for an operator's pages whoever is at this machine."""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Mapping

from fastapi import Request

from remit.engine.wording import tell
from remit.web.desk import Desk
from remit.web.limits import Buckets
from remit.web.problems import Problem
from remit.workflows.tokens import Token, token_of

__all__ = ["address_of", "bearer", "is_local", "require", "slow_down"]

_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})


def bearer(desk: Desk, request: Request) -> Token:
    """Return the token a request comes with.

    Raises:
        Problem: 401 if it has none that holds; 429 if it tries too many.
    """
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    asked = {"WWW-Authenticate": 'Bearer realm="remit"'}
    if scheme.lower() != "bearer" or not text.strip():
        raise Problem(
            401,
            "no-token",
            tell("the request has no token"),
            help=tell("send `Authorization: Bearer TOKEN`; `remit token issue` makes one"),
            headers=asked,
        )
    token = token_of(text.strip()[:200], desk.tokens.known(), desk.driver.wall.now())
    if token is None:
        slow_down(desk.strangers, address_of(request))
        said = tell("there is no such token, or it no longer holds")
        raise Problem(401, "wrong-token", said, headers=asked)
    slow_down(desk.words, token.id)
    return token


def require(token: Token, right: str, subject: str | None = None) -> None:
    """Refuse what a token is not for.

    Raises:
        Problem: 403.
    """
    if token.allows(right, subject):
        return
    if not token.allows(right):
        said = tell("this token is not for `{right}`", right=right)
    else:
        said = tell("this token does not speak for `{subject}`", subject=subject)
    raise Problem(403, "not-allowed", said)


def slow_down(buckets: Buckets, caller: str) -> None:
    """Refuse whoever comes too often.

    Raises:
        Problem: 429, and in how many seconds to come again.
    """
    wait_s = buckets.take(caller, time.monotonic())
    if wait_s > 0:
        seconds = math.ceil(wait_s)
        said = tell("come again in {seconds} s", seconds=seconds)
        raise Problem(429, "too-often", said, headers={"Retry-After": str(seconds)})


def address_of(request: Request) -> str:
    """Return the address a request came from."""
    return request.client.host if request.client else ""


def is_local(client: str, headers: Mapping[str, str]) -> bool:
    """Return whether a request was made at this machine, and not passed on by another.

    WHY the name: a page from elsewhere, opened in a browser here, may call this machine by a name
    of its own making; then that name is what the browser asks for.

    Args:
        client: the address it came from.
        headers: by name in lower case.
    """
    try:
        here = ipaddress.ip_address(client).is_loopback
    except ValueError:
        return False
    passed_on = {"forwarded", "x-forwarded-for", "x-real-ip"} & set(headers)
    host = headers.get("host", "")
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return here and not passed_on and name in _LOCAL_NAMES
