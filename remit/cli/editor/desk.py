"""The open texts of an editor, and the packs they belong to."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from remit.cli.editor.checking import Checked, Checker
from remit.cli.editor.indexing import FileNames, Index, Indexer
from remit.cli.editor.places import Places, Units
from remit.engine.language.decoding import decode
from remit.engine.language.documents import PACK_FILES
from remit.engine.language.pack_family import extended_paths
from remit.engine.language.problems import Problems, TooManyErrors
from remit.engine.language.sources import Source
from remit.engine.map.budget import Budget

__all__ = ["Desk"]

DEEPEST = 8
"""Folders below one of the editor's in which packs are looked for."""
MOST_FOLDERS = 5_000
"""Folders looked at for packs: an editor may be open on a whole disk."""
_PASSED_OVER = frozenset({"node_modules", "build", "dist", "venv"})


class Desk:
    """What the editor has open.

    Args:
        roots: the folders that it is open on; packs there take part in renames.
        today: the day that acceptances are held against.
        budget: what the proofs of one check may cost.
    """

    def __init__(
        self,
        roots: Sequence[str],
        today: Callable[[], dt.date],
        budget: Callable[[], Budget],
        units: Units = "utf-16",
    ) -> None:
        self.roots = [os.path.realpath(root) for root in roots]
        self.units = units
        self.unsaved: dict[str, bytes] = {}
        self._today = today
        self._budget = budget
        self._checkers: dict[str, Checker] = {}
        self._indexers: dict[str, Indexer] = {}

    def put(self, path: str, text: str) -> None:
        """Take note of an open text."""
        self.unsaved[os.path.realpath(path)] = text.encode("utf-8", "surrogatepass")

    def close(self, path: str) -> None:
        """Forget an open text: its file counts again."""
        self.unsaved.pop(os.path.realpath(path), None)

    def pack_of(self, path: str) -> str | None:
        """Return the folder of the pack that a file lies in, if any."""
        for folder in Path(os.path.realpath(path)).parents:
            if any(_is_file(folder / name, self.unsaved) for name in PACK_FILES):
                return str(folder)
        return None

    def checker(self, folder: str) -> Checker:
        """Return the checker of a pack."""
        if folder not in self._checkers:
            self._checkers[folder] = Checker(folder, self._today, self._budget)
        return self._checkers[folder]

    def checked(self) -> tuple[tuple[str, Checked], ...]:
        """Return what the last check of each pack found."""
        found = ((folder, one.latest) for folder, one in sorted(self._checkers.items()))
        return tuple((folder, latest) for folder, latest in found if latest is not None)

    def concerned(self, path: str) -> tuple[str, ...]:
        """Return the packs to check after a change of a file: its own, and open ones below it."""
        own = self.pack_of(path)
        opened = {self.pack_of(one) for one in self.unsaved}
        if own is None:
            return ()
        others = sorted(one for one in opened if one is not None and one != own)
        return (own, *(folder for folder in others if own in self._above(folder)))

    def index(self, folder: str) -> Index:
        """Return the names in a pack."""
        indexer = self._indexers.setdefault(folder, Indexer(folder))
        return indexer.index(self.unsaved)

    def family(self, folder: str) -> tuple[str, ...]:
        """Return a pack and those it extends, directly or not."""
        return (folder, *self._above(folder))

    def packs(self) -> tuple[str, ...]:
        """Return the packs in the editor's folders, and those that open texts lie in."""
        found = {self.pack_of(path) for path in self.unsaved}
        for root in self.roots:
            found.update(_packs_below(root))
        return tuple(sorted(one for one in found if one is not None))

    def file(self, path: str) -> FileNames | None:
        """Return the names in one file of a pack; `None` where it is none."""
        folder = self.pack_of(path)
        if folder is None:
            return None
        return self.index(folder).files.get(os.path.realpath(path))

    def source(self, path: str) -> Source | None:
        """Return the text of a file as it is in the editor, or on disk."""
        real = os.path.realpath(path)
        try:
            content = self.unsaved[real] if real in self.unsaved else Path(real).read_bytes()
            return decode(real, content, Problems())
        except (OSError, TooManyErrors):
            return None

    def places(self, path: str) -> Places:
        """Return the places of a file; of an empty text where it cannot be read."""
        return Places(self.source(path) or Source(path, ""), self.units)

    def _above(self, folder: str) -> tuple[str, ...]:
        found: list[str] = []
        waiting = [folder]
        while waiting:
            one = waiting.pop(0)
            for path in extended_paths(one):
                real = os.path.realpath(Path(one) / path)
                if real not in found and real != folder and Path(real).is_dir():
                    found.append(real)
                    waiting.append(real)
        return tuple(found)


def _is_file(path: Path, unsaved: dict[str, bytes]) -> bool:
    return str(path) in unsaved or path.is_file()


def _packs_below(root: str) -> Iterator[str]:
    seen = 0
    waiting = [(root, 0)]
    while waiting and seen < MOST_FOLDERS:
        folder, depth = waiting.pop()
        seen += 1
        try:
            entries = list(os.scandir(folder))
        except OSError:
            continue
        if any(entry.name in PACK_FILES for entry in entries):
            yield os.path.realpath(folder)
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)
            if is_folder and depth < DEEPEST and not _is_passed_over(entry.name):
                waiting.append((entry.path, depth + 1))


def _is_passed_over(name: str) -> bool:
    return name.startswith(".") or name in _PASSED_OVER
