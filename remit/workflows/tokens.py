"""Tokens that let programs and people speak through the API: what each may say, and for whom.

A token is a random secret; the ledger keeps its hash, as an entry without an incident, so that who
was let in by whom and when is part of the record. A token that is gone was revoked by an entry.
"""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import cast

from remit.engine.errors import RemitError
from remit.engine.wording import tell
from remit.workflows.entries import Draft, Entry, Json, from_stamp, stamp
from remit.workflows.ledger import Ledger

__all__ = [
    "EVERYBODY",
    "KINDS",
    "RIGHTS",
    "Token",
    "TokenError",
    "issue_token",
    "revoke_token",
    "token_of",
    "tokens_of",
]

KINDS = ("token-issued", "token-revoked")
EVERYBODY = "*"
"""Stands for every subject."""
RIGHTS = (
    "ack", "activate", "agree", "approve", "cancel", "decline", "declare", "done", "hand-over",
    "merge", "move", "read", "reassign", "reopen", "report", "request", "review", "seen", "spend",
    "split", "undo", "update",
)  # fmt: skip
"""What a token may be for: to read; to report events; each act by its name."""
_FORM = re.compile(r"remit_([a-z0-9]{6})_[A-Za-z0-9_-]{32,64}", re.ASCII)
_ALPHABET = "bcdfghjkmnpqrstvwxz23456789"


@dataclass(eq=True)
class TokenError(RemitError):
    """A token that cannot be issued or revoked, in one sentence."""

    message: str

    def __post_init__(self) -> None:
        """Keep the field as the exception's argument, so that it can be pickled."""
        super().__init__(self.message)

    def __hash__(self) -> int:
        """Return a hash by fields."""
        return hash(self.message)

    def __str__(self) -> str:
        """Return the sentence."""
        return self.message


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token; never the token itself.

    Args:
        id: six letters, also in the token, by which it is named.
        digest: SHA-256 of the token, hexadecimal.
        subjects: in whose name it speaks; `EVERYBODY` for all.
        rights: of `RIGHTS`.
        label: whose it is, in words.
        expires: when it ends to hold; `None` for never.
    """

    id: str
    digest: str
    subjects: tuple[str, ...]
    rights: tuple[str, ...]
    label: str
    issued: dt.datetime
    expires: dt.datetime | None = None
    revoked: dt.datetime | None = None

    def holds(self, now: dt.datetime) -> bool:
        """Return whether it is neither revoked nor past its time."""
        return self.revoked is None and (self.expires is None or now < self.expires)

    def allows(self, right: str, subject: str | None = None) -> bool:
        """Return whether it may do something, in the name of a subject where one is named."""
        named = subject is None or EVERYBODY in self.subjects or subject in self.subjects
        return right in self.rights and named


def issue_token(
    ledger: Ledger,
    random: bytes,
    now: dt.datetime,
    *,
    subjects: Sequence[str],
    rights: Sequence[str],
    label: str = "",
    expires: dt.datetime | None = None,
) -> tuple[str, Token]:
    """Write a new token into the ledger, and return its text, which is nowhere else, and it.

    Args:
        random: at least 32 bytes nobody can guess.

    Raises:
        TokenError: if it would be good for nothing.
    """
    _check(subjects, rights, expires, now)
    known = tokens_of(ledger.entries_of(KINDS))
    id_, secret = _named(random, known)
    text = f"remit_{id_}_{secret}"
    payload: dict[str, Json] = {
        "token": id_,
        "digest": _digest(text),
        "subjects": [*sorted(set(subjects))],
        "rights": [*sorted(set(rights))],
        "label": label,
    }
    if expires is not None:
        payload["expires"] = stamp(expires)
    with ledger.write() as writing:
        (entry,) = writing.append([Draft("token-issued", payload)], time=now)
    return text, tokens_of([entry])[id_]


def revoke_token(ledger: Ledger, id_: str, now: dt.datetime) -> Token:
    """Write that a token no longer holds, and return it as it is then.

    Raises:
        TokenError: if there is no such token, or it was revoked before.
    """
    known = tokens_of(ledger.entries_of(KINDS)).get(id_)
    if known is None:
        raise TokenError(tell("there is no token `{id}`", id=id_))
    if known.revoked is not None:
        raise TokenError(tell("the token `{id}` was revoked before", id=id_))
    with ledger.write() as writing:
        writing.append([Draft("token-revoked", {"token": id_})], time=now)
    return replace(known, revoked=now)


def tokens_of(entries: Iterable[Entry]) -> dict[str, Token]:
    """Return all tokens that entries tell of, by id, in the order they were issued."""
    found: dict[str, Token] = {}
    for entry in entries:
        node, id_ = entry.payload, str(entry.payload.get("token"))
        if entry.kind == "token-issued":
            found[id_] = _issued(node, id_, entry.time)
        elif entry.kind == "token-revoked" and id_ in found:
            found[id_] = replace(found[id_], revoked=entry.time)
    return found


def token_of(text: str, known: Mapping[str, Token], now: dt.datetime) -> Token | None:
    """Return the token that a text is, if it is one that holds."""
    form = _FORM.fullmatch(text)
    token = known.get(form[1]) if form else None
    if token is None or not hmac.compare_digest(token.digest, _digest(text)):
        return None
    return token if token.holds(now) else None


def _check(
    subjects: Sequence[str],
    rights: Sequence[str],
    expires: dt.datetime | None,
    now: dt.datetime,
) -> None:
    wrong = [right for right in rights if right not in RIGHTS]
    if wrong:
        names = ", ".join(f"`{right}`" for right in RIGHTS)
        raise TokenError(
            tell("`{right}` is nothing a token may be for: {names}", right=wrong[0], names=names)
        )
    if not rights:
        raise TokenError(tell("a token that is for nothing is of no use"))
    if not subjects and set(rights) - {"read", "report"}:
        raise TokenError(tell("a token that answers must say in whose name"))
    if expires is not None and expires <= now:
        raise TokenError(tell("the token would have ended before it began"))


def _issued(node: Mapping[str, Json], id_: str, time: dt.datetime) -> Token:
    expires = node.get("expires")
    return Token(
        id=id_,
        digest=str(node["digest"]),
        subjects=tuple(cast("list[str]", node["subjects"])),
        rights=tuple(cast("list[str]", node["rights"])),
        label=str(node["label"]),
        issued=time,
        expires=None if expires is None else from_stamp(str(expires)),
    )


def _named(random: bytes, known: Mapping[str, Token]) -> tuple[str, str]:
    """Return an id nobody has, and the secret, both out of random bytes."""
    secret = base64.urlsafe_b64encode(random).decode().rstrip("=")
    number = int.from_bytes(sha256(b"id" + random).digest())
    while True:
        letters = []
        for _ in range(6):
            number, at = divmod(number, len(_ALPHABET))
            letters.append(_ALPHABET[at])
        id_ = "".join(letters)
        if id_ not in known:
            return id_, secret
        number += 1


def _digest(text: str) -> str:
    # WHY no slow hash: the secret is random and long, so there is nothing to guess.
    return sha256(text.encode()).hexdigest()
