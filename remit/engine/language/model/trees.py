"""Trees of names: a node means the set of its leaves."""

from __future__ import annotations

from dataclasses import dataclass, field

from remit.engine.language.model.base import INVALID, Definitions, Invalid, Json, Reading, Type
from remit.engine.language.model.composed import as_word
from remit.engine.language.model.names import ValueName
from remit.engine.language.problems import in_ticks
from remit.engine.language.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode
from remit.engine.language.yaml_scalars import is_nothing
from remit.engine.spans import Related
from remit.engine.wording import mark, tell, tell_marked

__all__ = ["TREE", "Tree", "TreeType"]

_NAME = ValueName()
_EXPECTED = mark("a map of nodes, a list of leaves, or nothing for a leaf")


@dataclass(slots=True)
class Tree:
    """A tree as it is read.

    Args:
        leaves: names of the leaves, depth first.
        nodes: each node's leaves as indexes, high exclusive; in the order written.
        parents: each node's parent; top nodes have none.
    """

    leaves: list[str] = field(default_factory=list)
    nodes: dict[str, tuple[int, int]] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    places: dict[str, ScalarNode] = field(default_factory=dict)


class TreeType(Type[Tree]):
    """Names within names; the leaves are the values."""

    def read(self, node: Node, reading: Reading) -> Tree | Invalid:
        """Return the tree; every name stands in it once."""
        tree = Tree()
        if not isinstance(node, MappingNode | SequenceNode) or not _children(node):
            return reading.wrong(node, tell("a tree"), tell_marked(_EXPECTED))
        is_whole = _grow(tree, node, "", reading)
        return tree if is_whole else INVALID

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of a tree."""
        name = _NAME.schema(definitions)
        below: Json = {"$ref": "#/$defs/tree-node"}
        nodes: Json = {
            "type": "object",
            "propertyNames": {"$ref": "#/$defs/identifier"},
            "additionalProperties": below,
        }
        some: Json = {**nodes, "minProperties": 1}
        definitions.refer(
            "tree-node",
            lambda: {
                "description": "What is below: a map of nodes, a list, or nothing for a leaf.",
                "anyOf": [
                    {"type": "null"},
                    nodes,
                    {"type": "array", "items": {"anyOf": [name, some]}},
                ],
            },
        )
        return {
            "anyOf": [
                some,
                {"type": "array", "minItems": 1, "items": {"anyOf": [name, some]}},
            ]
        }


def _children(node: Node) -> list[tuple[ScalarNode, Node | None]]:
    """Return the nodes directly below, each with what is under it; a leaf in a list has none."""
    if isinstance(node, MappingNode):
        return list(node.entries.values())
    found: list[tuple[ScalarNode, Node | None]] = []
    if isinstance(node, SequenceNode):
        for item in node.items:
            if isinstance(item, MappingNode):
                found.extend(item.entries.values())
            elif isinstance(item, ScalarNode):
                found.append((item, None))
    return found


def _grow(tree: Tree, node: Node, parent: str, reading: Reading) -> bool:
    is_whole = True
    if isinstance(node, SequenceNode):
        for item in node.items:
            if isinstance(item, SequenceNode) or (
                isinstance(item, MappingNode) and not item.entries
            ):
                reading.wrong(item, tell("a node of a tree"), tell_marked(_EXPECTED))
                is_whole = False
    from_map = isinstance(node, MappingNode)
    for key, below in _children(node):
        name = _NAME.read(as_word(key) if from_map or below is not None else key, reading)
        if isinstance(name, Invalid) or not _is_new(tree, name, key, reading):
            is_whole = False
            continue
        if parent:
            tree.parents[name] = parent
        low = len(tree.leaves)
        tree.nodes[name] = (low, low)
        if below is not None and not is_nothing(below):
            if isinstance(below, ScalarNode):
                help_ = tell("write `[{text}]` for a single leaf below", text=below.text)
                reading.wrong(below, tell("a part of a tree"), tell_marked(_EXPECTED), help_)
                is_whole = False
                continue
            is_whole = _grow(tree, below, name, reading) and is_whole
        if len(tree.leaves) == low:
            tree.leaves.append(name)
        tree.nodes[name] = (low, len(tree.leaves))
    return is_whole


def _is_new(tree: Tree, name: str, key: ScalarNode, reading: Reading) -> bool:
    first = tree.places.setdefault(name, key)
    if first is key or reading.terms is None:
        return True
    reading.error(
        key,
        tell("{name} stands twice in the tree", name=in_ticks(name)),
        help=tell("a constraint names nodes; give one of the two another name"),
        related=(Related(reading.span(first), tell("first written here")),),
    )
    return False


TREE = TreeType()
