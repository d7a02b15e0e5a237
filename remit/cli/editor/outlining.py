"""The symbols of a file: what it declares, duties within their subject, tests by their name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from remit.cli.editor.indexing import FileNames
from remit.engine.language.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode

__all__ = ["Symbol", "symbols"]

_NAME_KEYS = ("id", "name", "subject", "plan", "signal", "fund", "roster", "pack")
_LISTS = ("duties", "authority", "steps", "shifts", "limits")
_MAPS = ("dimensions", "activities", "powers", "stock", "people")


@dataclass(frozen=True, slots=True)
class Symbol:
    """Something a file declares.

    Args:
        kind: the key of what it is in, or of its name.
        start: offset of the whole.
        name_start: offset of its name.
    """

    name: str
    kind: str
    start: int
    end: int
    name_start: int
    name_end: int
    within: tuple[Symbol, ...] = ()


def symbols(file: FileNames) -> tuple[Symbol, ...]:
    """Return the symbols of a file, in the order written."""
    node = file.node
    if isinstance(node, SequenceNode):
        return tuple(_listed(node, "test"))
    if not isinstance(node, MappingNode):
        return ()
    inner = tuple(_inside(node))
    whole = _named(node, "", inner)
    return inner if whole is None else (whole,)


def _inside(node: MappingNode) -> Iterator[Symbol]:
    for key in _LISTS:
        found = node.value(key)
        if isinstance(found, SequenceNode):
            yield from _listed(found, key)
    for key in _MAPS:
        found = node.value(key)
        if isinstance(found, MappingNode):
            for name, (place, value) in found.entries.items():
                end = max(place.end, value.end)
                yield Symbol(name, key, place.start, end, place.start, place.end)


def _listed(node: SequenceNode, kind: str) -> Iterator[Symbol]:
    for item in node.items:
        if isinstance(item, MappingNode):
            symbol = _named(item, kind, ())
            if symbol is not None:
                yield symbol


def _named(node: MappingNode, kind: str, within: tuple[Symbol, ...]) -> Symbol | None:
    for key in (*_NAME_KEYS, "activity", "power"):
        value: Node | None = node.value(key)
        if isinstance(value, ScalarNode) and value.text:
            return Symbol(
                value.text, kind or key, node.start, node.end, value.start, value.end, within
            )
    return None
