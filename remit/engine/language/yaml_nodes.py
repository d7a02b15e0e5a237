"""What the strict YAML reader makes of a file: nodes that know their place.

Places are offsets in code points, `start` in and `end` out; `Source.span` turns them into lines and
columns. These three
are plain slotted classes because a pack has one for every word an author wrote.
"""

from __future__ import annotations

__all__ = ["Entry", "MappingNode", "Node", "ScalarNode", "SequenceNode"]


class ScalarNode:
    """One scalar: its text as read, and whether it was written plain, without quotes."""

    __slots__ = ("end", "plain", "start", "text")

    # WHY by position: keywords would cost a tenth of the time to read a file.
    def __init__(self, text: str, plain: bool, start: int, end: int) -> None:  # noqa: FBT001
        self.text = text
        self.plain = plain
        self.start = start
        self.end = end


class SequenceNode:
    """Nodes in order."""

    __slots__ = ("end", "items", "start")

    def __init__(self, items: list[Node], start: int, end: int) -> None:
        self.items = items
        self.start = start
        self.end = end


class MappingNode:
    """Nodes by key, in order; each entry keeps the key's own node."""

    __slots__ = ("end", "entries", "start")

    def __init__(self, entries: dict[str, Entry], start: int, end: int) -> None:
        self.entries = entries
        self.start = start
        self.end = end

    def value(self, key: str) -> Node | None:
        """Return the node under `key`, or `None`."""
        entry = self.entries.get(key)
        return None if entry is None else entry[1]


Node = ScalarNode | SequenceNode | MappingNode
Entry = tuple[ScalarNode, Node]
"""A key's node and the value's."""
