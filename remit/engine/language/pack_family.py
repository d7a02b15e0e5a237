"""A pack and the packs it extends, each read once, from the highest down."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from remit.engine.language.assembly import Assembled, assemble, read_extends, read_header
from remit.engine.language.documents import PACK_FILES, read_documents
from remit.engine.language.model.pack_file import Extended, WrittenHeader
from remit.engine.language.pack_files import LARGEST_PACK, NOTHING_UNSAVED, Unsaved, shown_path
from remit.engine.language.problems import Problems, TooManyErrors, in_ticks
from remit.engine.language.stores import Kept, Member
from remit.engine.spans import Related, Span
from remit.engine.wording import mark, tell, tell_marked

__all__ = ["PackFamily", "extended_paths", "is_folder"]

MOST_PACKS = 64
"""Packs that one pack may extend, directly or not, and itself."""

_RELATIVE = mark("the path is relative to the folder of this pack")


def is_folder(path: str) -> bool:
    """Return whether there is a folder; no path is so odd that this raises."""
    return os.path.isdir(path)  # noqa: PTH112 - pathlib raises where a path is too long


def extended_paths(path: str | Path) -> tuple[str, ...]:
    """Return what the pack in a folder extends, as written; what is faulty in it is left out."""
    problems = Problems()
    found: list[Extended] = []
    with suppress(TooManyErrors):
        documents = read_documents(os.fspath(path), os.fspath(path), problems, LARGEST_PACK)
        found = [] if documents is None else read_extends(documents, problems)
    return tuple(one.path for one in found if not Path(one.path).is_absolute())


class PackFamily:
    """The packs of one load, by their real folders, and the way down to the one being read."""

    def __init__(self, problems: Problems, kept: Kept, unsaved: Unsaved = NOTHING_UNSAVED) -> None:
        self._unsaved = unsaved
        self._problems = problems
        self._kept = kept
        self._loaded: dict[str, Assembled | None] = {}
        self._open: dict[str, str] = {}
        self._names: dict[str, Span] = {}
        self._room = LARGEST_PACK

    def load(self, path: str) -> Assembled | None:
        """Return the pack in a folder and, first, those it extends; `None` if it is no pack."""
        real = os.path.realpath(path)
        shown = shown_path(path)
        documents = read_documents(
            path, shown, self._problems, self._room, self._kept.before, self._unsaved
        )
        if documents is None:
            return None
        member = Member(path, real, shown, documents.tables, documents.digest)
        self._kept.members.append(member)
        self._room -= documents.size
        header = read_header(documents, self._problems)
        if header is not None:
            self._claim_name(header)
        self._open[real] = shown if header is None else header.name
        direct = self._extended(path, read_extends(documents, self._problems))
        del self._open[real]
        found = assemble(shown, header, documents, direct, self._problems, self._kept)
        self._loaded[real] = found
        return found

    def _claim_name(self, header: WrittenHeader) -> None:
        first = self._names.setdefault(header.name, header.span)
        if first is not header.span:
            self._problems.at_span(
                header.span,
                tell("two packs are called {header}", header=in_ticks(header.name)),
                help=tell("give one another name"),
                related=(Related(first, tell("the first one")),),
            )

    def _extended(self, path: str, named: list[Extended]) -> list[Assembled]:
        found: dict[int, Assembled] = {}
        for extended in named:
            one = self._find(path, extended)
            if one is not None:
                found[id(one)] = one
        return list(found.values())

    def _find(self, path: str, extended: Extended) -> Assembled | None:
        folder = str(Path(path) / extended.path)
        real = os.path.realpath(folder)
        fault = self._fault(path, folder, real, extended)
        if fault is not None:
            message, help_ = fault
            self._problems.at_span(extended.span, message, help=help_)
            return None
        return self._loaded[real] if real in self._loaded else self.load(folder)

    def _fault(
        self, path: str, folder: str, real: str, extended: Extended
    ) -> tuple[str, str] | None:
        """Return why a higher pack cannot be one, and what to do; `None` if it can."""
        named = in_ticks(extended.path)
        fault: tuple[str, str] | None = None
        if Path(extended.path).is_absolute():
            message = tell("a higher pack is named by a path relative to this one")
            fault = (message, tell("write it as `../name`"))
        elif real in self._open:
            names = list(self._open.values())[list(self._open).index(real) :]
            circle = tell(" extends ").join(in_ticks(name) for name in (*names, names[0]))
            message = tell("packs extend each other in a circle: {circle}", circle=circle)
            fault = (message, tell("remove one of the `extends`"))
        elif real in self._loaded:
            pass
        elif not is_folder(folder):
            fault = (tell("there is no folder {named}", named=named), self._nearby(path, extended))
        elif not any((Path(folder) / name).is_file() for name in PACK_FILES):
            fault = (
                tell("{named} is no pack: it has no `pack.yaml`", named=named),
                tell_marked(_RELATIVE),
            )
        elif len(self._loaded) + len(self._open) >= MOST_PACKS:
            fault = (
                tell("more than {most_packs} packs extend each other", most_packs=MOST_PACKS),
                tell("join some of them"),
            )
        return fault

    def _nearby(self, path: str, extended: Extended) -> str:
        parent, _, name = extended.path.rstrip("/").rpartition("/")
        folder = Path(path) / parent
        try:
            with os.scandir(folder) as entries:
                names = [entry.name for entry in entries if is_folder(entry.path)]
        except OSError:
            return tell_marked(_RELATIVE)
        return self._problems.suggestion(name, names, str(folder)) or tell_marked(_RELATIVE)
