"""The versions of packs that were activated, kept whole in the ledger; which one is in force.

An entry holds the files of a version, compressed, so that any machine with the ledger can read it,
and a review can prove which policy held when. The last activation of a name is in force; to
activate an earlier version again is how a change is undone.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from remit.engine.errors import RemitError
from remit.engine.wording import tell
from remit.workflows.entries import Entry, Json

__all__ = [
    "ACTIVATED",
    "AGREED",
    "Agreement",
    "ArchiveError",
    "Version",
    "agreements",
    "pack_files",
    "unpack_files",
    "versions",
]

ACTIVATED, AGREED = "activated", "agreed"
"""The kinds of entries by which a version comes into force, and by which somebody agrees to it."""
LARGEST_ARCHIVE = 8 * 1024 * 1024
"""Bytes of a version in the ledger, compressed; a pack past it belongs in several."""
LARGEST_PACK = 256 * 1024 * 1024
"""Bytes of a version unpacked, as the loader reads at most."""


@dataclass(eq=True)
class ArchiveError(RemitError):
    """A version cannot be kept in a ledger, or read from it."""

    reason: str

    def __post_init__(self) -> None:
        """Keep the field as the exception's argument, so that it can be pickled."""
        super().__init__(self.reason)

    def __hash__(self) -> int:
        """Return a hash by fields."""
        return hash(self.reason)

    def __str__(self) -> str:
        """Return the sentence."""
        return self.reason


@dataclass(frozen=True, slots=True)
class Version:
    """One activation.

    Args:
        home: where the pack lies among its files.
        archive: the files, as `pack_files` wrote them.
    """

    entry: int
    time: dt.datetime
    name: str
    version: str
    digest: str
    by: str
    reason: str
    home: str
    archive: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """That somebody agreed to a version."""

    digest: str
    by: str
    time: dt.datetime


def versions(entries: Iterable[Entry], name: str | None = None) -> tuple[Version, ...]:
    """Return the activations, the oldest first; the last of a name is in force.

    Args:
        name: of the pack; all of them where left out.
    """
    found = (_version(entry) for entry in entries if entry.kind == ACTIVATED)
    return tuple(one for one in found if name is None or one.name == name)


def agreements(entries: Iterable[Entry], digest: str) -> tuple[Agreement, ...]:
    """Return who agreed to a version."""
    return tuple(
        Agreement(digest, entry.actor, entry.time)
        for entry in entries
        if entry.kind == AGREED and entry.payload["digest"] == digest
    )


def pack_files(files: Mapping[str, bytes]) -> str:
    """Return files by path as one text.

    Raises:
        ArchiveError: if they are too large for a ledger.
    """
    plain = {name: base64.b64encode(content).decode() for name, content in sorted(files.items())}
    found = base64.b64encode(zlib.compress(json.dumps(plain).encode(), 9)).decode()
    if len(found) > LARGEST_ARCHIVE:
        raise ArchiveError(
            tell(
                "the version takes {size:,} bytes in a ledger, and at most {most:,} are kept",
                size=len(found),
                most=LARGEST_ARCHIVE,
            )
        )
    return found


def unpack_files(archive: str) -> dict[str, bytes]:
    """Return the files that `pack_files` wrote.

    Raises:
        ArchiveError: if it is no such text, or holds more than a pack may.
    """
    try:
        reader = zlib.decompressobj()
        text = reader.decompress(base64.b64decode(archive, validate=True), LARGEST_PACK)
        plain = cast("dict[str, str]", json.loads(text))
        return {name: base64.b64decode(content) for name, content in plain.items()}
    except (ValueError, zlib.error, AttributeError) as error:
        raise ArchiveError(tell("a version in the ledger cannot be read")) from error


def _version(entry: Entry) -> Version:
    node = entry.payload
    return Version(
        entry.number,
        entry.time,
        _text(node, "name"),
        _text(node, "version"),
        _text(node, "digest"),
        entry.actor,
        _text(node, "reason"),
        _text(node, "home"),
        _text(node, "files"),
    )


def _text(node: Mapping[str, Json], key: str) -> str:
    return cast("str", node[key])
