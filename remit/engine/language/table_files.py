"""The tables that the files of a pack name: found within the pack, read once, as text."""

from __future__ import annotations

import hashlib
import os
import posixpath
from collections.abc import Iterator
from pathlib import Path

from remit.engine.language.decoding import decode
from remit.engine.language.model.duties import is_table_path
from remit.engine.language.pack_files import (
    LARGEST_TABLE,
    NOTHING_UNSAVED,
    PackFile,
    Unsaved,
    find_named,
    read_file,
)
from remit.engine.language.problems import Problems, in_ticks
from remit.engine.language.sources import Source
from remit.engine.language.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode
from remit.engine.wording import tell

__all__ = ["TableFiles", "named_tables"]

MOST_NAMES = 1_000
"""Names of a folder looked at for the one that was meant."""


def named_tables(node: Node) -> list[ScalarNode]:
    """Return the paths of the tables that a document names; those of a wrong form are left out."""
    duties = node.value("duties") if isinstance(node, MappingNode) else None
    named = duties.value("table") if isinstance(duties, MappingNode) else None
    items = named.items if isinstance(named, SequenceNode) else [named]
    return [item for item in items if isinstance(item, ScalarNode) and is_table_path(item)]


class TableFiles:
    """The tables of one pack.

    Args:
        room: bytes that may still be read of the whole pack.
    """

    def __init__(
        self,
        root: str,
        shown: str,
        problems: Problems,
        room: int,
        unsaved: Unsaved = NOTHING_UNSAVED,
    ) -> None:
        self._unsaved = unsaved
        self._root = root
        self._shown = shown
        self._problems = problems
        self._room = room
        self._opened: dict[str, Source | None] = {}
        self._contents: dict[str, bytes] = {}

    @property
    def size(self) -> int:
        """Bytes that were read."""
        return sum(len(content) for content in self._contents.values())

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """Yield the path within the pack and the bytes of each table, by path."""
        yield from sorted(self._contents.items())

    def open(self, named_in: str, path: ScalarNode, source: Source) -> Source | None:
        """Return the text of a table, or `None` after the reason was recorded.

        Args:
            named_in: the file that names it, as a path within the pack.
            path: what is written there.
            source: the text of that file.
        """
        inside = posixpath.normpath(posixpath.join(posixpath.dirname(named_in), path.text))
        place = (path.start, path.end)
        if inside.startswith("../"):
            message = tell("the table {text} lies outside the pack", text=in_ticks(path.text))
            self._problems.at(source, place, message, help=tell("put it in the folder of the pack"))
            return None
        if inside in self._opened:
            return self._opened[inside]
        found = find_named(self._root, self._shown, inside, self._unsaved)
        if isinstance(found, str):
            message = tell("the table {text} {found}", text=in_ticks(path.text), found=found)
            help_ = self._nearby(inside, path) or tell("the path is relative to this file")
            self._problems.at(source, place, message, help=help_)
            return None
        self._opened[inside] = self._read(found)
        return self._opened[inside]

    def digest(self, source: Source) -> str:
        """Return the digest of the bytes of a table that was opened."""
        inside = next(name for name, one in self._opened.items() if one is source)
        return hashlib.sha256(self._contents[inside]).hexdigest()

    def _read(self, found: PackFile) -> Source | None:
        room = self._room - self.size
        content = read_file(
            found, self._problems, room, largest=LARGEST_TABLE, unsaved=self._unsaved
        )
        if content is None:
            return None
        self._contents[found.inside] = content
        return decode(found.shown, content, self._problems)

    def _nearby(self, inside: str, path: ScalarNode) -> str:
        folder, name = posixpath.split(inside)
        try:
            with os.scandir(Path(self._root) / folder) as entries:
                names = [entry.name for entry, _ in zip(entries, range(MOST_NAMES), strict=False)]
        except OSError:
            return ""
        tables = [one for one in names if one.lower().endswith(".csv")]
        near = self._problems.suggestion(name, tables, f"table in {folder}")
        if not near:
            return ""
        written = posixpath.dirname(path.text)
        return near.replace("`", f"`{written}/", 1) if written else near
