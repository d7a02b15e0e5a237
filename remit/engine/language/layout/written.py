"""A YAML text as it is written: styles, anchors and comments, with their places.

INVARIANT: every character of the text that is no white space belongs to a scalar, an indicator, an
anchor, an alias or a comment; so a comment is a `#` after white space in what lies between.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Literal

from remit.engine.language.yaml_reader import yaml_events

__all__ = ["Comment", "Entry", "Lines", "Written", "read_written"]

_COMMENT = re.compile(r"(?:(?<=\s)|\A)#[^\n]*")


@dataclass(slots=True)
class Written:
    """One node.

    Args:
        start: offset of its anchor if it has one, else of its first sign.
        end: offset behind its last sign; of a block collection, behind that of its last entry.
        raw: a scalar or alias as it stands in the text.
        style: of a scalar: empty for plain, else `'`, `"`, `|` or `>`.
        value: what a scalar says.
        is_flow: whether a collection stands in brackets or braces.
    """

    kind: Literal["scalar", "alias", "map", "list"]
    start: int
    end: int
    anchor: str = ""
    raw: str = ""
    style: str = ""
    value: str = ""
    is_flow: bool = False
    entries: list[Entry] = field(default_factory=list)
    has_alias: bool = False

    @property
    def is_block(self) -> bool:
        """Whether it is a collection that goes by indents."""
        return self.kind in {"map", "list"} and not self.is_flow

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is written there at all."""
        return self.kind == "scalar" and not self.raw


@dataclass(slots=True)
class Entry:
    """One entry of a collection; in a list it has no key."""

    key: Written | None
    value: Written

    @property
    def start(self) -> int:
        """Offset of its first sign; in a list, of its value."""
        return self.value.start if self.key is None else self.key.start


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment.

    Args:
        column: from 0.
        is_alone: whether nothing else stands on its line.
    """

    start: int
    text: str
    column: int
    is_alone: bool


class Lines:
    """The lines of a text: which is blank, and where an offset lies."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._starts = [0, *accumulate(len(line) + 1 for line in self._lines)]

    def line(self, offset: int) -> int:
        """Return the line of an offset, from 0."""
        return bisect_right(self._starts, offset) - 1

    def column(self, offset: int) -> int:
        """Return the column of an offset, from 0."""
        return offset - self._starts[self.line(offset)]

    def is_after_blank(self, offset: int) -> bool:
        """Return whether the line above that of an offset is blank."""
        line = self.line(offset)
        return line > 0 and not self._lines[line - 1].strip()


def read_written(text: str) -> tuple[Written, list[Comment]] | None:
    """Return a text as it is written; `None` where it has document markers or directives.

    Args:
        text: one that `read_yaml` takes, with line feeds alone.
    """
    root: list[Written] = []
    open_nodes: list[tuple[Written, list[Written]]] = []
    scalars: list[tuple[int, int]] = []
    for kind, event in yaml_events(text):
        if kind == "DocumentStart" and event.explicit:
            return None
        if kind == "DocumentEnd" and event.explicit:
            return None
        if kind in {"Scalar", "Alias"}:
            node = _leaf(kind, event, text)
            if node.kind == "scalar" and node.raw:
                scalars.append((node.end - len(node.raw), node.end))
            _put(node, open_nodes, root)
        elif kind in {"MappingStart", "SequenceStart"}:
            name: Literal["map", "list"] = "map" if kind == "MappingStart" else "list"
            place = event.start_mark.index
            node = Written(
                name, place, place, anchor=event.anchor or "", is_flow=bool(event.flow_style)
            )
            open_nodes.append((node, []))
        elif kind in {"MappingEnd", "SequenceEnd"}:
            node, inner = open_nodes.pop()
            _close(node, inner, event.end_mark.index)
            _put(node, open_nodes, root)
    return (root[0], _comments(text, scalars)) if root else None


def _leaf(kind: str, event: Any, text: str) -> Written:
    start, end = event.start_mark.index, event.end_mark.index
    raw = text[start:end]
    if kind == "Alias":
        return Written("alias", start, end, raw=raw, has_alias=True)
    anchor = event.anchor or ""
    if anchor:
        raw = re.sub(rf"\A&{re.escape(anchor)}\s*", "", raw)
    style = event.style or ""
    if style in {"|", ">"}:
        raw = raw.rstrip()
        end = start + len(text[start:end].rstrip())
    return Written("scalar", start, end, anchor=anchor, raw=raw, style=style, value=event.value)


def _close(node: Written, inner: list[Written], end: int) -> None:
    if node.kind == "map":
        pairs = zip(inner[::2], inner[1::2], strict=True)
        node.entries = [Entry(key, value) for key, value in pairs]
    else:
        node.entries = [Entry(None, value) for value in inner]
    node.has_alias = any(one.has_alias or one.anchor for one in inner)
    node.end = end
    if not node.is_flow and inner:
        node.end = max(one.end for one in inner)


def _put(
    node: Written, open_nodes: list[tuple[Written, list[Written]]], root: list[Written]
) -> None:
    (open_nodes[-1][1] if open_nodes else root).append(node)


def _comments(text: str, scalars: list[tuple[int, int]]) -> list[Comment]:
    found: list[Comment] = []
    at = 0
    for start, end in (*sorted(scalars), (len(text), len(text))):
        for one in _COMMENT.finditer(text, at, start):
            line = text.rfind("\n", 0, one.start()) + 1
            before = text[line : one.start()]
            found.append(Comment(one.start(), one[0].rstrip(), len(before), not before.strip()))
        at = max(at, end)
    return found
