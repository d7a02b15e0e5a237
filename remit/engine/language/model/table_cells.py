"""What stands in a cell of a table, as the nodes that the same words would be in YAML.

A cell has fewer signs of its own than YAML: `a | b` or `[a, b]` is a list, `not x` or `{not: x}`
turns a constraint round, all else is one text, whatever YAML would take it for.
"""

from __future__ import annotations

from remit.engine.language.model.base import INVALID, Invalid, Reading
from remit.engine.language.problems import Problems
from remit.engine.language.sources import Source
from remit.engine.language.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode
from remit.engine.language.yaml_reader import read_yaml
from remit.engine.wording import tell

__all__ = ["Cell", "constraint_node", "list_node", "text_node"]

_NOT = "not"


class Cell:
    """One cell: its text without the spaces around it, and its place.

    Args:
        text: what it says.
        start: the offset of its first character, a quote around it in.
        end: the offset behind its last.
    """

    __slots__ = ("_inner", "end", "start", "text")

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text.strip(" ")
        self.start = start
        self.end = end
        length = end - start
        if length == len(self.text):
            self._inner: int | None = start
        elif length == len(text) + 2:
            self._inner = start + 1 + len(text) - len(text.lstrip(" "))
        else:
            # WHY: where quotes are written twice inside, letters and places no longer agree.
            self._inner = None

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets of a part of the text; of the cell where parts have none."""
        if self._inner is None or (start == 0 and end == len(self.text)):
            return (self.start, self.end)
        return (self._inner + start, self._inner + end)


def text_node(cell: Cell) -> ScalarNode:
    """Return all of a cell as text."""
    return ScalarNode(cell.text, False, cell.start, cell.end)  # noqa: FBT003 - as all nodes


def list_node(cell: Cell, reading: Reading) -> Node | Invalid:
    """Return a cell as a list of texts, or as one."""
    text = cell.text
    if text.startswith("["):
        return _flow(cell, 0, reading)
    return _parts(cell, 0, reading) if "|" in text else text_node(cell)


def constraint_node(cell: Cell, reading: Reading) -> Node | Invalid:
    """Return a cell as a constraint."""
    return _constraint(cell, 0, reading)


def _constraint(cell: Cell, start: int, reading: Reading) -> Node | Invalid:
    rest = cell.text[start:]
    if rest.startswith(("[", "{")):
        return _flow(cell, start, reading)
    if rest.startswith(f"{_NOT} "):
        inner = start + len(_NOT) + len(rest[len(_NOT) :]) - len(rest[len(_NOT) :].lstrip(" "))
        below = _constraint(cell, inner, reading)
        if isinstance(below, Invalid):
            return INVALID
        key = _scalar(cell, start, start + len(_NOT))
        place = cell.place(start, len(cell.text))
        return MappingNode({_NOT: (key, below)}, *place)
    if "|" in rest:
        return _parts(cell, start, reading)
    return _scalar(cell, start, len(cell.text))


def _parts(cell: Cell, start: int, reading: Reading) -> Node | Invalid:
    items: list[Node] = []
    at = start
    for part in cell.text[start:].split("|"):
        inner = part.strip(" ")
        begin = at + len(part) - len(part.lstrip(" ")) if inner else at
        if not inner:
            here = _scalar(cell, at, min(at + 1, len(cell.text)))
            return reading.error(
                here, tell("nothing stands between two `|`"), expected=tell("a list as `a | b`")
            )
        items.append(_scalar(cell, begin, begin + len(inner)))
        at += len(part) + 1
    return SequenceNode(items, *cell.place(start, len(cell.text)))


def _scalar(cell: Cell, start: int, end: int) -> ScalarNode:
    place = cell.place(start, end)
    return ScalarNode(cell.text[start:end], False, *place)  # noqa: FBT003 - as all nodes


def _flow(cell: Cell, start: int, reading: Reading) -> Node | Invalid:
    """Return a list or map written as in YAML; its parts keep their places."""
    text = cell.text[start:]
    here = text_node(cell)
    if "&" in text:
        # WHY: the aliases of one file are bounded, those of its cells together would not be.
        return reading.error(here, tell("a cell has no anchors"), help=tell("write the values out"))
    faults = Problems()
    node = read_yaml(Source(reading.source.file, text), faults)
    if node is None or faults:
        first = faults.sorted()[0]
        return reading.error(
            here, first.message, expected=first.expected, found=first.found, help=first.help
        )
    return _moved(node, cell, start)


def _moved(node: Node, cell: Cell, by: int) -> Node:
    """Return a node with its place in the table; what is plain is text, as everywhere in a cell."""
    place = cell.place(node.start + by, node.end + by)
    if isinstance(node, ScalarNode):
        return ScalarNode(node.text, False, *place)  # noqa: FBT003 - as all nodes
    if isinstance(node, SequenceNode):
        return SequenceNode([_moved(item, cell, by) for item in node.items], *place)
    entries = {}
    for name, (key, value) in node.entries.items():
        moved = ScalarNode(key.text, key.plain, *cell.place(key.start + by, key.end + by))
        entries[name] = (moved, _moved(value, cell, by))
    return MappingNode(entries, *place)
