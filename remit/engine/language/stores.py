"""What a load may keep for the next one: files as read, and the pack they make.

INVARIANT: what is kept is a pure function of the bytes of the files, the paths shown to people and
this program; so a load with a store gives what a load without one gives, errors and places in.
Where things are kept is no matter of the engine: a store is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from remit.engine.pack import Duty, Pack, Subject

__all__ = [
    "Kept",
    "KeptFile",
    "KeptPack",
    "KeptTable",
    "Member",
    "Memory",
    "Mention",
    "Store",
    "TableMemory",
]

Mention = tuple[str, str, int, int, tuple[str, ...]]
"""A name to be looked up: its kind, itself, where it stands, and other words that may stand there.
"""


class Store(Protocol):
    """Keeps values by name; it may forget any of them, and never gives back another value."""

    @property
    def is_quick(self) -> bool:
        """Whether to keep something costs next to nothing."""
        ...

    def get(self, key: str) -> object | None:
        """Return what is kept under `key`, or `None`."""
        ...

    def put(self, key: str, value: object) -> None:
        """Keep `value` under `key`."""
        ...

    def note(self, members: tuple[Member, ...]) -> None:
        """Take note of the folders of a pack that was loaded."""
        ...


class Memory:
    """A store that lasts as long as this process.

    Args:
        members: the folders of the pack that was loaded last.
    """

    is_quick = True

    def __init__(self) -> None:
        self._values: dict[str, object] = {}
        self.members: tuple[Member, ...] = ()

    def get(self, key: str) -> object | None:
        """Return what is kept under `key`, or `None`."""
        return self._values.get(key)

    def put(self, key: str, value: object) -> None:
        """Keep `value` under `key`."""
        self._values[key] = value

    def note(self, members: tuple[Member, ...]) -> None:
        """Take note of the folders of a pack that was loaded."""
        self.members = members


@dataclass(frozen=True, slots=True)
class KeptFile:
    """One file of a subject as read without an error.

    Args:
        terms: stands for the vocabulary it was read with.
        declares: the names it gives to something, by kind.
    """

    terms: str
    subject: Subject
    mentions: tuple[Mention, ...]
    declares: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class KeptTable:
    """One table of duties as read without an error.

    Args:
        terms: stands for the vocabulary it was read with.
        ids: subject and id of each duty.
    """

    terms: str
    duties: tuple[Duty, ...]
    ids: tuple[tuple[str, str], ...]
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One folder of a load: a pack, or one that it extends.

    Args:
        path: as opened; relative to where the process stands, if the pack was named so.
        real: the folder it leads to.
        tables: paths of its tables within the folder.
        digest: over the paths and bytes of its files and these tables.
    """

    path: str
    real: str
    shown: str
    tables: tuple[str, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class KeptPack:
    """A pack and what its files hold.

    Args:
        pack: `None` where it could not be loaded.
        files: by path and content.
    """

    members: tuple[Member, ...]
    pack: Pack | None
    files: Mapping[str, KeptFile | KeptTable]


@dataclass(slots=True)
class Kept:
    """What one load knows from before, and what it will leave behind.

    Args:
        before: files by path and content.
        size: bytes of all files of the load.
        fresh: bytes of those that had to be read anew.
    """

    before: Mapping[str, KeptFile | KeptTable] = field(default_factory=dict)
    files: dict[str, KeptFile | KeptTable] = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)
    size: int = 0
    fresh: int = 0

    def add(self, key: str, kept: KeptFile | KeptTable, size: int, *, is_fresh: bool) -> None:
        """Take a file along for the next load."""
        self.files[key] = kept
        self.size += size
        self.fresh += size if is_fresh else 0


@dataclass(frozen=True, slots=True)
class TableMemory:
    """What is known of tables from before, by their path and bytes, and the subject they are of.

    Args:
        mark: stands for the vocabulary; empty where it is not wholly known.
    """

    kept: Kept
    mark: str

    def get(self, key: str, size: int) -> KeptTable | None:
        """Return a table if it means what it meant when it was read, and take it along."""
        found = self.kept.before.get(key)
        if not isinstance(found, KeptTable) or not self.mark or found.terms != self.mark:
            return None
        self.kept.add(key, found, size, is_fresh=False)
        return found

    def put(
        self,
        key: str,
        size: int,
        duties: Iterable[Duty],
        ids: Iterable[tuple[str, str]],
        mentions: Iterable[Mention],
    ) -> None:
        """Take a table along that was read without an error."""
        if self.mark:
            table = KeptTable(self.mark, tuple(duties), tuple(ids), tuple(mentions))
            self.kept.add(key, table, size, is_fresh=True)
