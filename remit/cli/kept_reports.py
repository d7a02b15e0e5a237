"""Reports of `remit check` as they were printed, kept for as long as the pack is unchanged.

A report is a pure function of the files of the pack, the paths it is shown with, the day, and this
program; its words are one of the format, of whether they are coloured, and of the language.
INVARIANT: this module is light: with it an unchanged pack is reported before any library is loaded.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from remit.cli.cache_folder import CacheFolder
from remit.cli.configuration import Settings
from remit.engine.language.pack_files import folder_digest
from remit.engine.wording import current_language

__all__ = ["Folder", "KeptReports", "Outcome", "Place", "Variant"]

Folder = tuple[str, str, str, tuple[str, ...], str]
"""A folder of the pack: as opened, where it leads, as shown, its tables, its digest."""


class Place(NamedTuple):
    """Where a command runs: its folder, and the one that other programs call the root."""

    folder: str
    root: str


class Variant(NamedTuple):
    """How a report is told.

    Args:
        rest: whatever else its words depend on, written out.
    """

    format: str
    is_colored: bool
    with_accepted: bool
    with_statistics: bool
    rest: str

    @classmethod
    def of(cls, format_: str, settings: Settings, place: Place, *, is_colored: bool) -> Variant:
        """Return how a report is told in a format.

        Args:
            is_colored: whether text is.
        """
        is_text = format_ == "text"
        told = [",".join(settings.select), ",".join(settings.ignore)]
        if format_ not in {"text", "json"}:
            told += [settings.fail_level, place.folder, place.root]
        return cls(
            format_,
            is_text and is_colored,
            is_text and settings.show_accepted,
            is_text and settings.statistics,
            "\0".join(told),
        )


class Outcome(NamedTuple):
    """A report in words, and what decides how the command ends.

    Args:
        levels: how many open findings there are of each level.
    """

    text: str
    proved: bool
    levels: tuple[tuple[str, int], ...]


class KeptReports:
    """The kept reports of one pack on one day.

    Args:
        pack: the folder as given.
        today: the day, as `2026-11-24`.
    """

    def __init__(self, cache: CacheFolder, pack: str, today: str) -> None:
        self._cache = cache
        self._name = f"{os.path.realpath(pack)}\0{pack}"
        self._today = today

    def unchanged(self) -> Sequence[Folder] | None:
        """Return the folders of the pack if they hold what they held when it was reported."""
        found = self._cache.get_plain(f"folders\0{self._name}")
        if not isinstance(found, tuple):
            return None
        folders: tuple[Folder, ...] = found
        for path, real, shown, tables, digest in folders:
            if os.path.realpath(path) != real or folder_digest(path, shown, tables) != digest:
                return None
        return folders

    def get(self, folders: Sequence[Folder], variant: Variant) -> Outcome | None:
        """Return a report of a pack with these folders, if it is kept."""
        found = self._cache.get_plain(self._key(folders, variant))
        return Outcome(*found) if isinstance(found, tuple) else None

    def put(self, folders: Sequence[Folder], outcomes: Mapping[Variant, Outcome]) -> None:
        """Keep what was reported of a pack with these folders."""
        for variant, outcome in outcomes.items():
            self._cache.put_plain(self._key(folders, variant), tuple(outcome))
        self._cache.put_plain(f"folders\0{self._name}", tuple(folders))

    def _key(self, folders: Sequence[Folder], variant: Variant) -> str:
        digests = "\0".join(folder[4] for folder in folders)
        told = "\0".join((*map(str, variant), current_language()))
        return f"report\0{self._name}\0{self._today}\0{told}\0{digests}"
