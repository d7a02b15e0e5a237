"""From a folder of strict YAML to a frozen pack, or to all the reasons why not."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from remit.engine.assembly import Assembled, assemble, read_header
from remit.engine.documents import Documents, read_documents
from remit.engine.errors import PackError, PackErrors
from remit.engine.model.pack_file import Extended, WrittenHeader
from remit.engine.pack import Pack
from remit.engine.pack_files import LARGEST_PACK, shown_path
from remit.engine.problems import Problems, in_ticks

__all__ = ["load"]

MOST_HIGHER = 64
"""Packs that one pack may extend, directly or not."""


def load(path: str | Path) -> Pack:
    """Return the pack in a folder, with the packs it extends.

    Args:
        path: the folder that holds `pack.yaml`.

    Raises:
        PackErrors: if anything in it cannot be read; with all reasons, sorted by place, none twice.
    """
    problems = Problems()
    shown = os.fspath(path) or "."
    with _collector_paused():
        pack = _load_root(shown, problems)
    if problems or pack is None:
        raise PackErrors(shown, problems.sorted())
    return pack


@contextmanager
def _collector_paused() -> Iterator[None]:
    # WHY: a load makes many values and no garbage in circles; the collector would look at all of
    # them again and again.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _load_root(path: str, problems: Problems) -> Pack | None:
    if not _is_folder(path, problems):
        return None
    run = _Run(problems)
    found = run.load(path, shown_path(path))
    if found is None:
        return None
    _check_whole(found, run.documents[os.path.realpath(path)], problems)
    return found.pack


def _is_folder(path: str, problems: Problems) -> bool:
    shown = in_ticks(path)
    if "\0" in path:
        problems.add(PackError("a path cannot hold a NUL character", None))
    elif os.path.isdir(path):
        return True
    elif os.path.lexists(path):
        folder = os.path.dirname(path) or "."
        problems.add(
            PackError(
                f"{shown} is not a folder",
                None,
                help=f"give the folder of the pack: {in_ticks(folder)}",
            )
        )
    else:
        problems.add(PackError(f"there is no folder {shown}", None))
    return False


def _check_whole(found: Assembled, documents: Documents, problems: Problems) -> None:
    """Record what a pack that is to be used, not only extended, must have."""
    pack = found.pack
    if not documents.may_lack("vocabulary") and not (
        pack.vocabulary.activities or found.declared.names.get("activity")
    ):
        message = "the pack has no vocabulary: nothing declares an activity"
        problems.at_span(
            pack.span, message, help="add `vocabulary.yaml`, or extend a pack that has one"
        )
    if not documents.may_lack("subject") and not documents.of("subject"):
        message = "the pack has no subjects"
        problems.at_span(
            pack.span, message, help="add a file `subjects/<name>.yaml` that begins with `subject:`"
        )


class _Run:
    """One load: packs read so far by their real folder, and the way down to the one being read."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.loaded: dict[str, Assembled | None] = {}
        self.documents: dict[str, Documents] = {}
        self.open: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.room = LARGEST_PACK

    def load(self, path: str, shown: str) -> Assembled | None:
        """Return the pack in a folder and, first, those it extends; `None` where there is none."""
        real = os.path.realpath(path)
        documents = read_documents(path, shown, self.problems, self.room)
        if documents is None:
            self.loaded[real] = None
            return None
        self.room -= documents.size
        self.documents[real] = documents
        header = read_header(documents, self.problems)
        self.open[real] = shown if header is None else header.name
        direct = [] if header is None else self._higher(path, header)
        del self.open[real]
        found = assemble(shown, header, documents, direct, self.problems)
        self.loaded[real] = found
        return found

    def _higher(self, path: str, header: WrittenHeader) -> list[Assembled]:
        found: list[Assembled] = []
        for extended in header.extends:
            one = self._extend(path, extended)
            if one is not None and one not in found:
                found.append(one)
        return found

    def _extend(self, path: str, extended: Extended) -> Assembled | None:
        folder = os.path.join(path, extended.path)
        if os.path.isabs(extended.path) or "\0" in extended.path:
            self._refuse(
                extended,
                "a higher pack is named by a path relative to this one",
                "write it as `../name`",
            )
            return None
        real = os.path.realpath(folder)
        if real in self.open:
            circle = " extends ".join(
                in_ticks(name) for name in (*self._since(real), self.open[real])
            )
            self._refuse(
                extended,
                f"packs extend each other in a circle: {circle}",
                "remove one of the `extends`",
            )
            return None
        if real not in self.loaded:
            if not os.path.isdir(folder):
                self._refuse(
                    extended,
                    f"there is no folder {in_ticks(extended.path)}",
                    self._nearby(path, extended),
                )
                return None
            if len(self.loaded) + len(self.open) > MOST_HIGHER:
                self._refuse(
                    extended, f"more than {MOST_HIGHER} packs are extended", "join some of them"
                )
                return None
            self.load(folder, shown_path(folder))
        return self.loaded.get(real)

    def _since(self, real: str) -> list[str]:
        folders = list(self.open)
        return [self.open[folder] for folder in folders[folders.index(real) :]]

    def _nearby(self, path: str, extended: Extended) -> str:
        parent, _, name = extended.path.rstrip("/").rpartition("/")
        try:
            with os.scandir(os.path.join(path, parent or ".")) as entries:
                names = [entry.name for entry in entries if entry.is_dir()]
        except OSError:
            return "the path is relative to the folder of this pack"
        near = self.problems.suggestion(name, names, f"folder of {extended.path}")
        return near or "the path is relative to the folder of this pack"

    def _refuse(self, extended: Extended, message: str, help_: str) -> None:
        self.problems.at_span(extended.span, message, help=help_)
