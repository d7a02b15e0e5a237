"""Types made of other types: lists, one or several, maps by name."""

from __future__ import annotations

from typing import TypeVar

from remit.engine.language.model.base import Definitions, Invalid, Json, Reading, Type
from remit.engine.language.model.lexicon import key_schemas
from remit.engine.language.model.names import Reference
from remit.engine.language.problems import in_ticks
from remit.engine.language.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode
from remit.engine.language.yaml_scalars import is_nothing, scalar_value
from remit.engine.spans import Related
from remit.engine.wording import tell, tell_marked

__all__ = ["ListOf", "MapOf", "OneOrMany"]

T = TypeVar("T")


class ListOf(Type[tuple[T, ...]]):
    """A list; what cannot be read is left out after its errors were recorded.

    Args:
        what: the list with its article, for messages.
        fewest: items it must have.
        most: items it may have.
        unique: whether words may stand in it only once.
    """

    def __init__(
        self,
        item: Type[T],
        what: str = "a list",
        *,
        fewest: int = 0,
        most: int | None = None,
        unique: bool = False,
    ) -> None:
        self.item = item
        self.what = what
        self.fewest = fewest
        self.most = most
        self.unique = unique

    def read(self, node: Node, reading: Reading) -> tuple[T, ...] | Invalid:
        """Return the items that can be read."""
        if not isinstance(node, SequenceNode):
            help_ = ""
            if isinstance(node, ScalarNode) and not is_nothing(node):
                help_ = tell("write {value}", value=in_ticks(f"[{node.text}]"))
            expected = tell("a list, as `[a, b]` or one item a line after `- `")
            return reading.wrong(node, self.what, expected, help_)
        if len(node.items) < self.fewest:
            return reading.error(
                node,
                tell("{what} is empty", what=tell_marked(self.what)),
                expected=tell("at least one item"),
            )
        if self.most is not None and len(node.items) > self.most:
            return reading.error(
                node,
                tell(
                    "{what} has more than {most} items", what=tell_marked(self.what), most=self.most
                ),
            )
        read = self.item.read
        found = [read(item, reading) for item in node.items]
        if self.unique and len(set(found)) < len(found):
            _refuse_repeated(node, found, reading)
        return tuple(item for item in found if not isinstance(item, Invalid))

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of the list."""
        found: Json = {"type": "array", "items": self.item.schema(definitions)}
        if self.fewest:
            found["minItems"] = self.fewest
        if self.most is not None:
            found["maxItems"] = self.most
        if self.unique:
            found["uniqueItems"] = True
        return found


class OneOrMany(Type[tuple[T, ...]]):
    """One item, or a list of them."""

    def __init__(self, item: Type[T], what: str = "a list", *, fewest: int = 1) -> None:
        self.item = item
        self.many = ListOf(item, what, fewest=fewest, unique=True)

    def read(self, node: Node, reading: Reading) -> tuple[T, ...] | Invalid:
        """Return the items that can be read."""
        if isinstance(node, SequenceNode):
            return self.many.read(node, reading)
        found = self.item.read(node, reading)
        return found if isinstance(found, Invalid) else (found,)

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of one or several."""
        return {"anyOf": [self.item.schema(definitions), self.many.schema(definitions)]}


class MapOf(Type[dict[str, T]]):
    """A map from names to values; what cannot be read is left out after its errors were recorded.

    Args:
        key: the type of the names.
        what: the map with its article, for messages.
        fewest: entries it must have.
    """

    def __init__(self, key: Type[str], value: Type[T], what: str, *, fewest: int = 0) -> None:
        self.key = key
        self.value = value
        self.what = what
        self.fewest = fewest

    def read(self, node: Node, reading: Reading) -> dict[str, T] | Invalid:
        """Return the entries that can be read."""
        if not isinstance(node, MappingNode):
            return reading.wrong(node, self.what, tell("a map, one `name: ...` a line"))
        if len(node.entries) < self.fewest:
            return reading.error(
                node,
                tell("{what} is empty", what=tell_marked(self.what)),
                expected=tell("at least one entry"),
            )
        found: dict[str, T] = {}
        for key, value in node.entries.values():
            name = self.key.read(as_word(key), reading)
            item = self.value.read(value, reading)
            if not isinstance(name, Invalid) and not isinstance(item, Invalid):
                found[name] = item
        return found

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of the map."""
        value = self.value.schema(definitions)
        names = definitions.names(self.key.kind) if isinstance(self.key, Reference) else {}
        found: Json = (
            key_schemas(names, value)
            if names
            else {
                "type": "object",
                "propertyNames": self.key.schema(definitions),
                "additionalProperties": value,
            }
        )
        if self.fewest:
            found["minProperties"] = self.fewest
        return found


def as_word(key: ScalarNode) -> ScalarNode:
    """Return a key as text, whatever a value of that spelling would mean: keys are text."""
    return ScalarNode(key.text, False, key.start, key.end)  # noqa: FBT003 - as all nodes


def _refuse_repeated(node: SequenceNode, found: list[T | Invalid], reading: Reading) -> None:
    """Record an error for each item that stands in a list before."""
    first: dict[object, Node] = {}
    for item, value in zip(node.items, found, strict=True):
        if isinstance(value, Invalid) or not isinstance(item, ScalarNode):
            continue
        # WHY: of the form alone, `1` and `"1"` differ, as JSON Schema has it; as names they do not.
        key = (str, value) if reading.terms is not None else (type(value), scalar_value(item))
        if key in first:
            reading.error(
                item,
                tell("{text} is listed twice", text=in_ticks(item.text)),
                help=tell("keep one of the two"),
                related=(Related(reading.span(first[key]), tell("first listed here")),),
            )
        first.setdefault(key, item)
