"""Entries of the ledger as values, and the text their hashes are taken over."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TypeAlias

__all__ = [
    "ENGINE",
    "GENESIS",
    "Draft",
    "Entry",
    "Json",
    "as_received",
    "canonical",
    "entry_hash",
    "from_stamp",
    "received_content",
    "stamp",
    "storable",
]

Json: TypeAlias = "str | int | bool | list[Json] | Mapping[str, Json] | None"
"""What a payload is made of. WHY no float: hashes are taken over texts, and a float has several."""

ENGINE = "remit"
"""Actor of what follows from the rules and not from a person's word."""

GENESIS = "0" * 64
"""The hash before the first entry."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be written.

    Args:
        kind: what happened, one word.
        actor: the subject that did it, or `ENGINE`.
        cause: number of the entry it follows from.
    """

    kind: str
    payload: Mapping[str, Json]
    actor: str = ENGINE
    cause: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger.

    Args:
        number: from 1, without holes.
        incident: `None` for what came in before any incident was opened.
        policy: digest of the pack that decided; empty where none did.
        previous: hash of the entry before.
        hash: SHA-256 over `previous` and everything else, hexadecimal.
    """

    number: int
    incident: str | None
    kind: str
    actor: str
    time: dt.datetime
    policy: str
    cause: int | None
    payload: Mapping[str, Json]
    previous: str
    hash: str

    @classmethod
    def chained(
        cls,
        draft: Draft,
        *,
        number: int,
        incident: str | None,
        time: dt.datetime,
        policy: str,
        previous: str,
    ) -> Entry:
        """Return `draft` as the entry that follows the one whose hash is `previous`."""
        bare = cls(
            number,
            incident,
            draft.kind,
            draft.actor,
            time,
            policy,
            draft.cause,
            draft.payload,
            previous,
            "",
        )
        return replace(bare, hash=entry_hash(bare))


def canonical(value: Json) -> str:
    """Return the one JSON text of `value`: keys sorted, no spaces, no needless escapes."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def entry_hash(entry: Entry) -> str:
    """Return the hash that `entry` ought to have."""
    fields: list[Json] = [
        entry.previous,
        entry.number,
        entry.incident,
        entry.kind,
        entry.actor,
        stamp(entry.time),
        entry.policy,
        entry.cause,
        entry.payload,
    ]
    return sha256(canonical(fields).encode()).hexdigest()


def received_content(data: bytes) -> dict[str, Json]:
    """Return what came in as text where it is UTF-8, else as base64: every byte can be had back."""
    try:
        return {"text": data.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def as_received(payload: Mapping[str, Json]) -> bytes:
    """Return the bytes that `received_content` wrote."""
    text = payload.get("text")
    if isinstance(text, str):
        return text.encode()
    return base64.b64decode(str(payload["base64"]))


def stamp(time: dt.datetime) -> str:
    """Return `time` as a text that sorts by time: UTC, microseconds, fixed width.

    Raises:
        ValueError: if `time` has no zone.
    """
    if time.tzinfo is None:
        raise ValueError(f"a time without a zone: {time}")
    return time.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def from_stamp(text: str) -> dt.datetime:
    """Return the time that `stamp` wrote."""
    return dt.datetime.fromisoformat(text)


def storable(text: str) -> str:
    """Return a text that strangers wrote as every database keeps it: NUL as the sign for it."""
    return text.replace("\0", "\N{SYMBOL FOR NULL}")
