"""Signed links: whoever holds one may look, and speak for the subject it names, until it expires.

A link says what it is for and nothing can be changed in it. That a word is spoken once is not its
matter: the ledger decides that. The one door to itsdangerous.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import secrets
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from itsdangerous import BadData, URLSafeTimedSerializer

from remit.engine.system_words import why_not
from remit.engine.wording import tell
from remit.workflows.incident import Incident, Item
from remit.workflows.lifecycle import PURPOSES
from remit.workflows.ports import Clock
from remit.workflows.settings import SettingsError

__all__ = ["LinkError", "SignedLinks", "Ticket", "link_keys", "rotate_keys"]

KEYS_VARIABLE = "REMIT_LINK_KEYS"
"""Environment variable: keys with commas between, the newest first."""
KEYS_FILE = "link-keys"
SHORTEST_KEY = 16
KEPT_KEYS = 2
"""Keys that are kept: the one that signs, and the one before, whose links still work."""
LONGEST_TOKEN = 2_000
"""Characters of a link's token; a longer one is none of ours."""

Kind = Literal["a", "me", "roster"]


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a link is for.

    Args:
        kind: `a` to answer an item, `me` to see what waits, `roster` for a calendar.
        subject: for whom its holder speaks; of a calendar, whose duty it shows, or empty.
        person: who holds it, or empty.
        incident: of an item.
        item: its number, 0 if it is about none.
        verbs: what may be said.
        roster: of a calendar, the one roster it shows, or empty.
    """

    kind: Kind
    subject: str = ""
    person: str = ""
    incident: str = ""
    item: int = 0
    verbs: tuple[str, ...] = ()
    roster: str = ""


class LinkError(Exception):
    """A link that does not work; `is_expired` tells whether it once did."""

    def __init__(self, *, is_expired: bool) -> None:
        super().__init__(is_expired)
        self.is_expired = is_expired


class SignedLinks:
    """Makes links and reads them.

    Args:
        keys: what links are signed with, the newest first; the others still open old links.
        public: address before every link.
        days: how long a link works.
    """

    def __init__(self, keys: Sequence[str], public: str, days: int, clock: Clock) -> None:
        self._keys = [*reversed(keys)]
        self._public = public
        self._age = dt.timedelta(days=days)
        self._clock = clock

    def to_item(self, incident: Incident, item: Item, person: str) -> str:
        """Return the address of the page on which a person answers an item."""
        verbs = tuple(PURPOSES[item.purpose].answers)
        return self.address(Ticket("a", item.subject, person, incident.id, item.number, verbs))

    def to_inbox(self, subject: str, person: str) -> str:
        """Return the address of the page of what waits for a person."""
        return self.address(Ticket("me", subject, person))

    def address(self, ticket: Ticket) -> str:
        """Return the address of what a ticket is for."""
        end = ".ics" if ticket.kind == "roster" else ""
        return f"{self._public}/{ticket.kind}/{self.token(ticket)}{end}"

    def token(self, ticket: Ticket) -> str:
        """Return the signed form of a ticket."""
        expires = int((self._clock.now() + self._age).timestamp())
        fields = [ticket.subject, ticket.person, ticket.incident, ticket.item]
        fields += [",".join(ticket.verbs), ticket.roster, expires]
        return str(self._serializer(ticket.kind).dumps(fields))

    def read(self, kind: Kind, token: str) -> Ticket:
        """Return what a link is for.

        Raises:
            LinkError: if it is none of ours, was changed, or has expired.
        """
        if len(token) > LONGEST_TOKEN:
            raise LinkError(is_expired=False)
        try:
            found = self._serializer(kind).loads(token)
            subject, person, incident, item, verbs, roster, expires = found
        except (BadData, TypeError, ValueError) as error:
            raise LinkError(is_expired=False) from error
        if self._clock.now().timestamp() >= expires:
            raise LinkError(is_expired=True)
        words = tuple(verbs.split(",")) if verbs else ()
        return Ticket(kind, subject, person, incident, item, words, roster)

    def _serializer(self, kind: Kind) -> URLSafeTimedSerializer:
        # WHY the kind as salt: a link to a calendar opens nothing else.
        return URLSafeTimedSerializer(
            self._keys,
            salt=f"remit.{kind}",
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
        )


def link_keys(environment: Mapping[str, str], folder: Path) -> tuple[str, ...]:
    """Return the keys links are signed with, the newest first; they are made at first use.

    Args:
        folder: where the file of keys is, if the environment has none.

    Raises:
        SettingsError: if they are too short, cannot be read, or others may read them.
    """
    named = environment.get(KEYS_VARIABLE)
    if named:
        return _long_enough([key.strip() for key in named.split(",")], f"${KEYS_VARIABLE}")
    path = folder / KEYS_FILE
    try:
        if not path.exists():
            _write(path, [secrets.token_urlsafe(32)])
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise SettingsError(
                tell("others may read the keys in `{path}`", path=path),
                tell("`chmod 600 {path}`, and `remit channels rotate` if they did", path=path),
            )
        return _long_enough(path.read_text(encoding="utf-8").split(), str(path))
    except OSError as error:
        raise SettingsError(
            tell("cannot use the keys in `{path}`: {why}", path=path, why=why_not(error))
        ) from error


def rotate_keys(folder: Path) -> Path:
    """Make a new key that signs from now on; links by the key before still work.

    Raises:
        SettingsError: if the keys cannot be read or written.
    """
    path = folder / KEYS_FILE
    keys = [secrets.token_urlsafe(32), *link_keys({}, folder)][:KEPT_KEYS]
    draft = path.with_name(f".{KEYS_FILE}.{os.getpid()}")
    try:
        _write(draft, keys)
        draft.replace(path)
    except OSError as error:
        raise SettingsError(
            tell("cannot use the keys in `{path}`: {why}", path=path, why=why_not(error))
        ) from error
    return path


def _write(path: Path, keys: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # WHY exclusive: of two processes that begin at once, one makes the keys.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("".join(f"{key}\n" for key in keys))


def _long_enough(keys: Sequence[str], where: str) -> tuple[str, ...]:
    if not keys or any(len(key) < SHORTEST_KEY for key in keys):
        raise SettingsError(
            tell(
                "a key in `{where}` has fewer than {least} characters",
                where=where,
                least=SHORTEST_KEY,
            )
        )
    return tuple(keys)
