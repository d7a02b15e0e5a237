"""What the builder needs to know of the events of PyYAML's parsers.

WHY: the stubs make optional what every event of a kind has, and the two parsers share no base.
"""

from __future__ import annotations

from typing import Protocol

__all__ = [
    "AliasLike",
    "CollectionLike",
    "DocumentLike",
    "EventLike",
    "NodeLike",
    "ScalarLike",
]


class MarkLike(Protocol):
    """A place in the text, in code points."""

    index: int


class EventLike(Protocol):
    """Any event."""

    start_mark: MarkLike
    end_mark: MarkLike


class NodeLike(EventLike, Protocol):
    """The beginning of a node, with its anchor and tag."""

    anchor: str | None
    tag: str | None


class ScalarLike(NodeLike, Protocol):
    """A scalar; the first of `implicit` says whether it is plain."""

    value: str
    implicit: tuple[bool, bool]
    style: str


class CollectionLike(NodeLike, Protocol):
    """The beginning of a list or map."""

    flow_style: bool


class AliasLike(EventLike, Protocol):
    """An alias, with the name of its anchor."""

    anchor: str


class DocumentLike(EventLike, Protocol):
    """The beginning of a document, with the tag directives above it."""

    tags: object
