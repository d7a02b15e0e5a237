"""Versions of packs on disk and in a ledger: read, compiled, and taken down again."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from remit.engine.errors import PackErrors
from remit.engine.language.loader import load
from remit.engine.language.pack_family import extended_paths
from remit.engine.map.responsibility import compile_pack
from remit.engine.pack import Pack
from remit.engine.wording import tell
from remit.workflows.activating import Candidate
from remit.workflows.changing import Rules
from remit.workflows.enacting import Office
from remit.workflows.incident import Incident
from remit.workflows.ledger import Ledger
from remit.workflows.versions import (
    ACTIVATED,
    ArchiveError,
    Version,
    pack_files,
    unpack_files,
    versions,
)

__all__ = ["Shelf", "candidate_of", "files_of", "in_force", "load_version", "version_in_force"]

SUFFIXES = (".yaml", ".yml", ".csv")
"""How the names end of what a pack is made of: its files, and the tables they name."""
MOST_FILES = 20_000
"""Files of one version; the loader reads no more."""


@dataclass(slots=True)
class Shelf:
    """Finds the rules an incident is decided by: in the ledger, else in the folder it came from.

    Args:
        known: the rules that are at hand, by digest.
    """

    ledger: Ledger
    known: dict[str, Rules] = field(default_factory=dict)

    def put(self, pack: Pack) -> Rules:
        """Take a loaded version in, and return its rules."""
        found = self.known.get(pack.digest)
        if found is None:
            found = self.known[pack.digest] = Rules(pack, compile_pack(pack))
        return found

    def rules_of(self, incident: Incident) -> Rules | None:
        """Return the rules an incident is decided by; `None` if that version is nowhere."""
        return self.rules(incident.policy) or self._in_folder(incident)

    def rules(self, digest: str) -> Rules | None:
        """Return the rules of a version by its digest, if it is at hand or in the ledger."""
        if digest in self.known:
            return self.known[digest]
        kept = versions(self.ledger.entries_of((ACTIVATED,)))
        found = next((one for one in kept if one.digest == digest), None)
        return None if found is None else self.put(load_version(found))

    def _in_folder(self, incident: Incident) -> Rules | None:
        try:
            pack = load(incident.pack_path)
        except PackErrors:
            return None
        return self.put(pack) if pack.digest == incident.policy else None


def version_in_force(ledger: Ledger, name: str | None = None) -> Version | None:
    """Return the version of a pack that was activated last, if any was.

    Args:
        name: of the pack; where left out, the only one that was ever activated.
    """
    found = versions(ledger.entries_of((ACTIVATED,)), name)
    if name is None and len({one.name for one in found}) != 1:
        return None
    return found[-1] if found else None


def in_force(ledger: Ledger, pack: Pack) -> Pack:
    """Return the version of a pack that is in force: the one activated last, else `pack` itself.

    Raises:
        ArchiveError: if the one in force cannot be read from the ledger.
    """
    active = version_in_force(ledger, pack.name)
    return pack if active is None or active.digest == pack.digest else load_version(active)


def candidate_of(
    ledger: Ledger, named: str, reading: Callable[[str], Pack], now: dt.datetime
) -> tuple[Candidate, Office]:
    """Return a version that may be put into force, and where that would be done.

    Args:
        named: folder of the version, or its name in the ledger, as `rf-community@2026.11`.
        reading: loads a folder.

    Raises:
        ArchiveError: if a version in the ledger cannot be read, or the folder has too many files.
        OSError: if a file cannot be read.
        PackErrors: if `reading` raises them.
    """
    shelf = Shelf(ledger)
    kept = _kept(ledger, named)
    if kept is not None:
        pack, home, archive = load_version(kept), kept.home, kept.archive
    else:
        pack = reading(named)
        home, files = files_of(named)
        archive = pack_files(files)
    active = version_in_force(ledger, pack.name)
    before = None if active is None else shelf.put(load_version(active))
    rules = shelf.put(pack)
    office = Office(ledger, before or rules, shelf.rules_of, now)
    return Candidate(rules, home, archive, before), office


def _kept(ledger: Ledger, named: str) -> Version | None:
    name, at, version = named.partition("@")
    found = versions(ledger.entries_of((ACTIVATED,)), name) if at else ()
    return next((one for one in reversed(found) if one.version == version), None)


def load_version(version: Version) -> Pack:
    """Return the pack that was activated, as it is in the ledger.

    Raises:
        ArchiveError: if it cannot be read, or is not what was activated.
    """
    with tempfile.TemporaryDirectory(prefix="remit-") as folder:
        root = Path(folder).resolve()
        for name, content in unpack_files(version.archive).items():
            path = (root / name).resolve()
            if not path.is_relative_to(root):
                raise ArchiveError(tell("a version in the ledger leads out of its folder"))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        try:
            pack = load(root / version.home)
        except PackErrors as error:
            reason = str(error).splitlines()[0]
            raise ArchiveError(
                tell("the version cannot be loaded: {reason}", reason=reason)
            ) from None
    if pack.digest != version.digest:
        raise ArchiveError(tell("a version in the ledger is not what was activated"))
    return replace(pack, path=f"{version.name}@{version.version}")


def files_of(pack: str) -> tuple[str, dict[str, bytes]]:
    """Return where a pack lies among its files, and the files, with those of the packs it extends.

    Raises:
        ArchiveError: if there are too many.
        OSError: if one cannot be read.
    """
    folders = _family(Path(pack).resolve())
    top = Path(os.path.commonpath([folder.parent for folder in folders]))
    files: dict[str, bytes] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            is_hidden = any(part.startswith(".") for part in inside.parts)
            if path.is_file() and path.suffix in SUFFIXES and not is_hidden:
                files[path.relative_to(top).as_posix()] = path.read_bytes()
            if len(files) > MOST_FILES:
                raise ArchiveError(tell("`{pack}` has too many files", pack=pack))
    return folders[0].relative_to(top).as_posix(), files


def _family(first: Path) -> list[Path]:
    """Return the folder of a pack and of all packs it extends, each once."""
    found = [first]
    for folder in found:
        more = ((folder / written).resolve() for written in extended_paths(folder))
        found += [one for one in dict.fromkeys(more) if one not in found]
    return found
