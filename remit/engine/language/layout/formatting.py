"""A file of a pack in the one layout, or why not: what it says is compared before it is given back.

INVARIANT: the text that comes out says what went in, scalar by scalar, holds the same comments in
the same order, and is laid out as it is once more laid out.
"""

from __future__ import annotations

from dataclasses import dataclass

from remit.engine.errors import PackError
from remit.engine.language.decoding import decode
from remit.engine.language.file_kinds import kind_of
from remit.engine.language.layout.rendering import Orders, render
from remit.engine.language.layout.written import read_written
from remit.engine.language.model.records import Record
from remit.engine.language.outline import walk
from remit.engine.language.problems import Problems, TooManyErrors
from remit.engine.language.schema import FILE_TYPES
from remit.engine.language.sources import Source
from remit.engine.language.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode
from remit.engine.language.yaml_reader import read_yaml

__all__ = ["Unformatted", "formatted"]

_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Unformatted:
    """Why a file cannot be laid out: errors at their places; none where only the form is odd.

    Args:
        is_marked: whether it has document markers or directives, which are left as they are.
    """

    errors: tuple[PackError, ...] = ()
    is_marked: bool = False


def formatted(shown: str, inside: str, content: bytes) -> bytes | Unformatted:
    """Return the bytes of a file in the one layout.

    Args:
        shown: its path as people see it.
        inside: its path within the pack, which may tell its kind.
    """
    problems = Problems()
    source = _decoded(shown, content, problems)
    if source is None:
        return Unformatted(problems.sorted())
    ends = "\r\n" if "\r\n" in source.text else "\n"
    text = source.text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return content
    node = _node(shown, text, problems)
    if node is None or problems:
        return Unformatted(problems.sorted())
    laid = _laid(text, node, shown, inside)
    if laid is None:
        return Unformatted(is_marked=True)
    again = _node(shown, laid, problems)
    if again is None or _plain(again) != _plain(node) or _comments(laid) != _comments(text):
        return Unformatted()
    mark = _MARK if content.startswith(_MARK.encode()) else ""
    return (mark + laid.replace("\n", ends)).encode()


def _laid(text: str, node: Node, shown: str, inside: str) -> str | None:
    """Return a text laid out until once more changes nothing; `None` if it has markers."""
    for _ in range(3):
        written = read_written(text)
        if written is None:
            return None
        laid = render(text, *written, _orders(node, inside, Source(shown, text)))
        if laid == text:
            break
        again = _node(shown, laid, Problems())
        if again is None:
            return laid
        text, node = laid, again
    return text


def _orders(node: Node, inside: str, source: Source) -> Orders:
    """Return the keys of each record in the order of the reference."""
    try:
        kind = kind_of(node, inside, source, Problems())
    except TooManyErrors:
        return {}
    if kind is None:
        return {}
    return {
        part.node.start: [field.name for field in part.type.fields]
        for part in walk(node, FILE_TYPES[kind])
        if isinstance(part.type, Record) and isinstance(part.node, MappingNode)
    }


def _decoded(shown: str, content: bytes, problems: Problems) -> Source | None:
    try:
        return decode(shown, content, problems)
    except TooManyErrors:
        return None


def _node(shown: str, text: str, problems: Problems) -> Node | None:
    try:
        return read_yaml(Source(shown, text), problems)
    except TooManyErrors:
        return None


def _plain(node: Node) -> object:
    """Return what a node says, whatever the order of keys and whether a text is folded."""
    if isinstance(node, ScalarNode):
        return (node.text, node.plain)
    if isinstance(node, SequenceNode):
        return [_plain(item) for item in node.items]
    return {key: _plain(value) for key, (_, value) in node.entries.items()}


def _comments(text: str) -> list[str]:
    written = read_written(text)
    return [] if written is None else [one.text for one in written[1]]
