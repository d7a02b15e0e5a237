"""Every name in the files of a pack, and where it stands: read file by file, broken ones too.

A file that cannot be parsed at the moment, as most are while a line is being written, keeps the
names it had when it last could.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from remit.engine.language.decoding import decode
from remit.engine.language.file_kinds import FileKind, kind_of
from remit.engine.language.outline import Word, table_words, words
from remit.engine.language.pack_files import (
    LARGEST_TABLE,
    PackFile,
    Unsaved,
    find_files,
    find_named,
    read_file,
)
from remit.engine.language.problems import Problems, TooManyErrors
from remit.engine.language.schema import FILE_TYPES
from remit.engine.language.sources import Source
from remit.engine.language.table_files import named_tables
from remit.engine.language.yaml_nodes import MappingNode, Node, ScalarNode
from remit.engine.language.yaml_reader import read_yaml

__all__ = ["FileNames", "Index", "Indexer", "parsed"]


@dataclass(frozen=True, slots=True, eq=False)
class FileNames:
    """One file of a pack, and the names in it.

    Args:
        path: the real path.
        kind: `None` for a table of duties.
        node: the document; `None` for a table.
    """

    path: str
    source: Source
    kind: FileKind | None
    node: Node | None
    words: tuple[Word, ...]

    def word_at(self, offset: int) -> Word | None:
        """Return the name at an offset; one that ends there counts, as under a cursor."""
        inside = [word for word in self.words if word.start <= offset <= word.end]
        return max(inside, key=lambda word: word.start, default=None)


@dataclass(frozen=True, slots=True)
class Index:
    """All files of one pack folder, by real path."""

    folder: str
    files: Mapping[str, FileNames]

    def places(self, identity: tuple[str, str, str]) -> Iterator[tuple[FileNames, Word]]:
        """Yield where a name stands, by file and place."""
        for path in sorted(self.files):
            for word in self.files[path].words:
                if word.identity == identity:
                    yield self.files[path], word

    def declares(self, identity: tuple[str, str, str]) -> bool:
        """Return whether the pack itself gives something this name."""
        return any(word.declares for _, word in self.places(identity))


class Indexer:
    """Indexes one pack again and again; only files that changed are read anew."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._known: dict[tuple[str, str], tuple[bytes, FileNames]] = {}

    def index(self, unsaved: Unsaved) -> Index:
        """Return the names in the pack as it is with the unsaved texts."""
        found: dict[str, FileNames] = {}
        problems = Problems()
        for one in find_files(self.folder, self.folder, problems, unsaved):
            names = self._read(one, unsaved)
            if names is not None:
                found[names.path] = names
        for names in list(found.values()):
            for table in self._tables(names, unsaved):
                found.setdefault(table.path, table)
        return Index(self.folder, found)

    def _read(self, one: PackFile, unsaved: Unsaved) -> FileNames | None:
        path = os.path.realpath(one.path)
        content = read_file(one, Problems(), unsaved=unsaved)
        if content is None:
            return None
        known = self._known.get((path, ""))
        if known is not None and known[0] == content:
            return known[1]
        fresh = parsed(path, one.inside, content)
        if fresh is None:
            return None if known is None else known[1]
        self._known[path, ""] = (content, fresh)
        return fresh

    def _tables(self, names: FileNames, unsaved: Unsaved) -> Iterator[FileNames]:
        if names.node is None:
            return
        for named in named_tables(names.node):
            inside = os.path.relpath(Path(names.path).parent / named.text, self.folder)
            found = find_named(self.folder, self.folder, Path(inside).as_posix(), unsaved)
            if isinstance(found, str):
                continue
            content = read_file(found, Problems(), largest=LARGEST_TABLE, unsaved=unsaved)
            if content is None:
                continue
            subject = _subject(names)
            known = self._known.get((found.path, subject))
            if known is None or known[0] != content:
                source = _text(found.path, content)
                if source is None:
                    continue
                table = FileNames(found.path, source, None, None, table_words(source, subject))
                known = self._known[found.path, subject] = (content, table)
            yield known[1]


def parsed(path: str, inside: str, content: bytes) -> FileNames | None:
    """Return the names in a file of a pack; `None` if it cannot be parsed.

    Args:
        inside: its path within the pack.
    """
    source = _text(path, content)
    if source is None:
        return None
    problems = Problems()
    try:
        node = read_yaml(source, problems)
        kind = None if node is None else kind_of(node, inside, source, problems)
    except TooManyErrors:
        return None
    if node is None or kind is None:
        return None
    return FileNames(path, source, kind, node, words(node, FILE_TYPES[kind], source))


def _text(path: str, content: bytes) -> Source | None:
    try:
        return decode(path, content, Problems())
    except TooManyErrors:
        return None


def _subject(names: FileNames) -> str:
    node = names.node.value("subject") if isinstance(names.node, MappingNode) else None
    return node.text if isinstance(node, ScalarNode) else ""


def occurrences(
    indexes: Sequence[Index], identity: tuple[str, str, str]
) -> Iterator[tuple[FileNames, Word]]:
    """Yield where a name stands in several packs."""
    for index in indexes:
        yield from index.places(identity)
