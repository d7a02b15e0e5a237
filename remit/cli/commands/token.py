"""`remit token issue`, `list`, `revoke`: who may speak through the API, and what each may say."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Annotated

from cyclopts import App, Parameter

from remit.cli.destinations import Destination, write_json
from remit.cli.exits import Exit, UsageError
from remit.cli.live import Format, open_ledger
from remit.cli.screen import clean, say, show
from remit.engine.wording import tell
from remit.validators.words import listed
from remit.workflows.adapters.clocks import SystemClock
from remit.workflows.tokens import (
    EVERYBODY,
    KINDS,
    Token,
    TokenError,
    issue_token,
    revoke_token,
    tokens_of,
)

__all__ = ["app", "issue", "revoke", "show_all"]

app = App(name="token", result_action="return_value")
RANDOM_BYTES = 32
Many = Annotated[tuple[str, ...], Parameter(negative=(), show_default=False)]


@app.command
def issue(
    *,
    for_: Annotated[tuple[str, ...], Parameter(name="--for", negative=(), show_default=False)] = (),
    may: Many = ("read",),
    label: str = "",
    days: int | None = None,
    ledger: str | None = None,
) -> int:
    """Issue a token, and print it once; only its hash is kept.

    Ends with 0, or 2 if it would be good for nothing.

    Args:
        for_: A subject in whose name it speaks, as often as wanted; * is all of them.
        may: What it is for, as often as wanted: read, report, or an act by the name of its command:
            ack, done, decline, hand-over, approve, request, spend, reassign, undo, seen, cancel,
            reopen, merge, split, review, update, declare, activate, agree, move.
        label: Whose it is, in words.
        days: Days after which it ends; never where left out.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
    """
    now = SystemClock().now()
    expires = None if days is None else now + dt.timedelta(days=days)
    with open_ledger(ledger, create=True) as opened:
        try:
            text, token = issue_token(
                opened,
                secrets.token_bytes(RANDOM_BYTES),
                now,
                subjects=for_,
                rights=may,
                label=label,
                expires=expires,
            )
        except TokenError as error:
            raise UsageError(str(error)) from error
    show(text)
    say(tell("token `{id}` may: {rights}", id=token.id, rights=listed(token.rights)))
    say(tell("keep it: it is shown this once; `remit token revoke {id}` ends it", id=token.id))
    return Exit.CLEAN


@app.command
def revoke(token: str, /, *, ledger: str | None = None) -> int:
    """End a token.

    Ends with 0, or 2 if there is none of that name.

    Args:
        token: Its six letters, as `remit token list` shows them.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
    """
    with open_ledger(ledger) as opened:
        try:
            revoke_token(opened, token, SystemClock().now())
        except TokenError as error:
            raise UsageError(str(error), tell("`remit token list` shows them")) from error
    show(tell("the token `{id}` no longer holds", id=clean(token)))
    return Exit.CLEAN


@app.command(name="list")
def show_all(*, ledger: str | None = None, format: Format = "text") -> int:  # noqa: A002 -- the name of the option
    """List the tokens that were issued; the tokens themselves are kept nowhere.

    Args:
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        format: How to print them.
    """
    now = SystemClock().now()
    with open_ledger(ledger) as opened:
        found = tuple(tokens_of(opened.entries_of(KINDS)).values())
    if format == "json":
        write_json(Destination("json"), {"tokens": [_record(token, now) for token in found]})
        return Exit.CLEAN
    if not found:
        show(tell("no token was issued: `remit token issue` makes one"))
    for token in found:
        show(_line(token, now))
    return Exit.CLEAN


def _line(token: Token, now: dt.datetime) -> str:
    everybody = EVERYBODY in token.subjects
    parts = {
        "id": token.id,
        "rights": listed(token.rights),
        "subjects": tell("everybody") if everybody else listed(token.subjects) or tell("nobody"),
        "state": _state(token, now),
        "label": clean(token.label),
    }
    return tell("{id}  {state}  may {rights}, for {subjects}  {label}", **parts).rstrip()


def _state(token: Token, now: dt.datetime) -> str:
    if token.revoked is not None:
        return tell("revoked")
    return tell("holds") if token.holds(now) else tell("expired")


def _record(token: Token, now: dt.datetime) -> dict[str, object]:
    return {
        "id": token.id,
        "label": token.label,
        "subjects": list(token.subjects),
        "rights": list(token.rights),
        "issued": token.issued.isoformat(),
        "expires": None if token.expires is None else token.expires.isoformat(),
        "revoked": None if token.revoked is None else token.revoked.isoformat(),
        "holds": token.holds(now),
    }
