"""The documents of one pack folder, read and sorted by kind."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from remit.engine.errors import PackError
from remit.engine.language.decoding import decode
from remit.engine.language.file_kinds import FileKind, kind_by_name, kind_of
from remit.engine.language.model.base import Tables
from remit.engine.language.pack_files import (
    LARGEST_PACK,
    NOTHING_UNSAVED,
    PackFile,
    Unsaved,
    add_to_digest,
    find_files,
    read_file,
)
from remit.engine.language.problems import LONGEST_PATH, Problems, in_ticks
from remit.engine.language.sources import Source
from remit.engine.language.stores import KeptFile, KeptTable
from remit.engine.language.table_files import TableFiles, named_tables
from remit.engine.language.yaml_nodes import Node
from remit.engine.language.yaml_reader import read_yaml
from remit.engine.language.yaml_scalars import is_nothing
from remit.engine.spans import Span
from remit.engine.wording import tell

__all__ = [
    "PACK_FILES",
    "Document",
    "Documents",
    "KnownDocument",
    "read_again",
    "read_documents",
]

PACK_FILES = ("pack.yaml", "pack.yml")
"""Names of which a pack has one in its folder."""


_NOTHING_KNOWN: Mapping[str, KeptFile | KeptTable] = {}
_WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Document:
    """One file as nodes.

    Args:
        inside: its path within the pack.
        content: its bytes as a digest.
        size: its bytes counted.
    """

    node: Node
    source: Source
    inside: str
    tables: Tables
    content: str
    size: int

    @property
    def key(self) -> str:
        """What it is kept under: its path and its bytes."""
        return f"{self.source.file}\0{self.inside}\0{self.content}"


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """One file of a subject that was read before, perhaps with another vocabulary."""

    found: PackFile
    bytes: bytes
    source: Source
    content: str
    kept: KeptFile

    @property
    def key(self) -> str:
        """What it is kept under."""
        return f"{self.source.file}\0{self.found.inside}\0{self.content}"


@dataclass(slots=True)
class Documents:
    """The files of one pack.

    Args:
        unread: kinds of which a file could not be read; `None` stands for a file of any kind.
        unseen: those of `unread` of which not even the text is known.
        words: every word of the files that are text but could not be read further.
        digest: over the paths and bytes of all files that were read.
        known: files of subjects that were read before; they are not among those `of` a kind.
        tables: paths of the tables that the files name.
    """

    by_kind: dict[FileKind, list[Document]] = field(default_factory=dict)
    unread: set[FileKind | None] = field(default_factory=set)
    unseen: set[FileKind | None] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    digest: str = ""
    size: int = 0
    known: list[KnownDocument] = field(default_factory=list)
    tables: tuple[str, ...] = ()

    def of(self, kind: FileKind) -> list[Document]:
        """Return the documents of a kind, by path."""
        return self.by_kind.get(kind, [])

    def may_lack(self, kind: FileKind) -> bool:
        """Return whether a file that could not be read may have been of this kind."""
        return kind in self.unread or None in self.unread

    def hides(self, kind: FileKind) -> bool:
        """Return whether a file of which nothing is known may have been of this kind."""
        return kind in self.unseen or None in self.unseen


def read_documents(
    root: str,
    shown: str,
    problems: Problems,
    room: int = LARGEST_PACK,
    known: Mapping[str, KeptFile | KeptTable] = _NOTHING_KNOWN,
    unsaved: Unsaved = NOTHING_UNSAVED,
) -> Documents | None:
    """Return the documents of a folder, or `None` if it is no pack; reasons go to `problems`.

    Args:
        room: bytes that may be read.
        known: files read before, by path and bytes.
        unsaved: what files hold in place of what is on disk.
    """
    files = find_files(root, shown, problems, unsaved)
    if not any(found.inside in PACK_FILES for found in files):
        _no_pack(files, shown, problems)
        return None
    documents = Documents()
    digest = hashlib.sha256()
    for found in files:
        content = read_file(found, problems, room - documents.size, unsaved=unsaved)
        if content is None:
            documents.unread.add(kind_by_name(found.inside))
            documents.unseen.add(kind_by_name(found.inside))
            continue
        documents.size += len(content)
        add_to_digest(digest, found.inside, content)
        if known and _recall(documents, found, content, known, problems):
            continue
        if _take(documents, found, content, problems) is None:
            documents.unread.add(kind_by_name(found.inside))
            documents.words.update(_words(content))
    tables = TableFiles(root, shown, problems, room - documents.size, unsaved)
    for document in (*documents.of("subject"), *documents.of("pack")):
        _open_tables(document, tables)
    documents.size += tables.size
    for inside, content in tables.contents():
        add_to_digest(digest, inside, content)
    documents.tables = tuple(inside for inside, _ in tables.contents())
    documents.digest = digest.hexdigest()
    return documents


def read_again(documents: Documents, known: KnownDocument, problems: Problems) -> None:
    """Read a file after all, whose meaning may have changed with the vocabulary."""
    _take(documents, known.found, known.bytes, problems)


def _recall(
    documents: Documents,
    found: PackFile,
    content: bytes,
    known: Mapping[str, KeptFile | KeptTable],
    problems: Problems,
) -> bool:
    """Take a file as it was read before, if it was."""
    digest = hashlib.sha256(content).hexdigest()
    kept = known.get(f"{found.shown}\0{found.inside}\0{digest}")
    if not isinstance(kept, KeptFile):
        return False
    source = decode(found.shown, content, problems)
    if source is None:
        return False
    documents.known.append(KnownDocument(found, content, source, digest, kept))
    return True


def _open_tables(document: Document, tables: TableFiles) -> None:
    """Open the tables that a document names; of one that cannot be read nothing is known."""
    for path in named_tables(document.node):
        source = tables.open(document.inside, path, document.source)
        if source is None:
            document.tables.is_whole = False
        else:
            document.tables.sources[path.text] = source
            document.tables.digests[path.text] = tables.digest(source)


def _take(
    documents: Documents, found: PackFile, content: bytes, problems: Problems
) -> FileKind | None:
    source = decode(found.shown, content, problems)
    if source is None:
        return None
    if not source.text.strip():
        problems.add(_hollow(found, tell("the file is empty")))
        return None
    before = len(problems)
    node = read_yaml(source, problems)
    if node is None or is_nothing(node):
        if len(problems) == before:
            problems.add(_hollow(found, tell("the file holds nothing but comments")))
        return None
    kind = kind_of(node, found.inside, source, problems)
    if kind is not None:
        documents.by_kind.setdefault(kind, []).append(
            Document(
                node,
                source,
                found.inside,
                Tables({}),
                hashlib.sha256(content).hexdigest(),
                len(content),
            )
        )
    return kind


def _words(content: bytes) -> list[str]:
    # WHY without NUL: so the words of a file in UTF-16 are found too, which is a common mistake.
    return _WORD.findall(content.replace(b"\0", b"").decode("utf-8", "ignore"))


def _hollow(found: PackFile, message: str) -> PackError:
    return PackError(message, Span(found.shown, 1, 1, 1, 1), help=tell("write it, or remove it"))


def _no_pack(files: list[PackFile], shown: str, problems: Problems) -> None:
    ends = tuple(f"/{name}" for name in PACK_FILES)
    inner = [one for one in files if one.inside.count("/") == 1 and one.inside.endswith(ends)]
    help_ = tell("give the folder of a pack")
    if inner:
        folder = str(Path(inner[0].shown).parent)
        help_ = tell("did you mean {folder}?", folder=in_ticks(folder, LONGEST_PATH))
    message = tell("{shown} is no pack: it has no `pack.yaml`", shown=in_ticks(shown, LONGEST_PATH))
    problems.add(PackError(message, None, help=help_))
