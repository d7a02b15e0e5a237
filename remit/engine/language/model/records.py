"""Records: maps with known keys, read into one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from remit.engine.language.model.base import INVALID, Definitions, Invalid, Json, Reading, Type
from remit.engine.language.model.composed import as_word
from remit.engine.language.problems import in_ticks, one_of
from remit.engine.language.sources import KeySpans
from remit.engine.language.yaml_nodes import MappingNode, Node, ScalarNode
from remit.engine.language.yaml_scalars import is_nothing
from remit.engine.spans import Span
from remit.engine.wording import tell, tell_marked

__all__ = ["Field", "Found", "NamedMap", "Record", "Shape"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
D = TypeVar("D")


@dataclass(frozen=True, slots=True, eq=False)
class Field(Generic[T_co]):
    """One key of a record.

    Args:
        about: one sentence for people who write it; it becomes the description in the schema.
    """

    name: str
    type: Type[T_co]
    about: str
    is_required: bool = False


class Found:
    """What was read of one record, by field."""

    __slots__ = ("_values", "key", "node", "reading")

    def __init__(
        self, node: MappingNode, reading: Reading, values: dict[str, Any], key: ScalarNode | None
    ) -> None:
        self.node = node
        self.reading = reading
        self.key = key
        self._values = values

    @property
    def name(self) -> str:
        """The key under which the record stands in its map."""
        return "" if self.key is None else self.key.text

    def need(self, field: Field[T]) -> T:
        """Return the value of a required field."""
        value: T = self._values[field.name]
        return value

    def get(self, field: Field[T]) -> T | None:
        """Return the value of a field, or `None` where it was not written."""
        value: T | None = self._values.get(field.name)
        return value

    def get_or(self, field: Field[T], default: D) -> T | D:
        """Return the value of a field, or `default` where it was not written."""
        value: T | D = self._values.get(field.name, default)
        return value

    def span(self, field: Field[Any] | None = None) -> Span:
        """Return the place of a field's value; without one, of its key or all of it."""
        if field is None:
            return self.reading.span(self.key or self.node)
        return self.reading.span(self.at(field))

    def at(self, field: Field[Any]) -> Node:
        """Return the node of a field's value, or the whole record's where it was not written."""
        entry = self.node.entries.get(field.name)
        return self.node if entry is None else entry[1]

    def spans(self) -> KeySpans:
        """Return the place of the value of each key that was written."""
        entries = self.node.entries
        return KeySpans.of(
            self.reading.source.table,
            {name: (value.start, value.end) for name, (_, value) in entries.items()},
        )


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """What the keys of a record must be, beyond each by itself.

    Args:
        exactly_one: fields of which one and only one must be written.
        at_least_one: whether some key must be written.
        beside: keys that another record reads from the same map.
        scope: the field that names the record for those within it.
    """

    exactly_one: tuple[Field[Any], ...] = ()
    at_least_one: bool = False
    beside: tuple[Field[Any], ...] = ()
    scope: Field[str] | None = None


ANY_SHAPE = Shape()


class Record(Type[T]):
    """A map with known keys, closed: an unknown key is an error.

    Args:
        what: the record with its article, for messages: "a duty".
        about: what it is, in one sentence.
        build: makes the value when every required field could be read.
        check: looks across the fields, and records errors.
        shape: what else the keys must be.
    """

    def __init__(
        self,
        what: str,
        about: str,
        fields: tuple[Field[Any], ...],
        build: Callable[[Found], T],
        *,
        check: Callable[[Found], None] | None = None,
        shape: Shape = ANY_SHAPE,
    ) -> None:
        self.what = what
        self.about = about
        self.fields = fields
        self.build = build
        self.check = check
        self.exactly_one = tuple(field.name for field in shape.exactly_one)
        self.at_least_one = shape.at_least_one
        self._readers = {field.name: field.type.read for field in fields}
        self._scope = "" if shape.scope is None else shape.scope.name
        self._beside = frozenset(field.name for field in shape.beside)
        self._known = (*self._readers, *sorted(self._beside))
        self._required = tuple(field.name for field in fields if field.is_required)

    @property
    def may_be_empty(self) -> bool:
        """Whether a record without any key says enough."""
        return not (self._required or self.exactly_one or self.at_least_one)

    def read(self, node: Node, reading: Reading) -> T | Invalid:
        """Return the value, or `INVALID` where a required field is missing or cannot be read."""
        return self.read_named(node, reading, None)

    def read_named(self, node: Node, reading: Reading, key: ScalarNode | None) -> T | Invalid:
        """Return the value of a record that stands under `key` in a map."""
        if type(node) is not MappingNode:
            return reading.wrong(
                node, self.what, tell("a map with {names}", names=one_of(self._known))
            )
        if self._scope:
            scope = node.value(self._scope)
            reading.scope = scope.text if isinstance(scope, ScalarNode) else ""
        values: dict[str, object] = {}
        readers = self._readers
        for name, (written, value) in node.entries.items():
            read = readers.get(name)
            if read is None:
                if name not in self._beside:
                    self._unknown(written, value, reading)
                continue
            found = read(value, reading)
            if found is not INVALID:
                values[name] = found
        is_whole = self._has_required(node, values, reading, key)
        if self.exactly_one or self.at_least_one:
            is_whole = self._has_choice(node, values, reading, key) and is_whole
        if not is_whole:
            return INVALID
        record = Found(node, reading, values, key)
        if self.check is not None and reading.terms is not None:
            self.check(record)
        return self.build(record)

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of the record, as a named part."""
        name = self.what.removeprefix("a ").removeprefix("an ").replace(" ", "-")
        return definitions.refer(name, lambda: self.object_schema(definitions))

    def object_schema(self, definitions: Definitions) -> Json:
        """Return the schema of the record itself."""
        found: Json = {
            "type": "object",
            "description": self.about,
            "additionalProperties": False,
            "properties": {
                field.name: {**field.type.schema(definitions), "description": field.about}
                for field in self.fields
            },
        }
        if self._required:
            found["required"] = list(self._required)
        if self.exactly_one:
            found["oneOf"] = [{"required": [name]} for name in self.exactly_one]
        if self.at_least_one:
            found["minProperties"] = 1
        return found

    def _has_required(
        self, node: MappingNode, values: dict[str, object], reading: Reading, key: ScalarNode | None
    ) -> bool:
        is_whole = True
        for name in self._required:
            if name not in values:
                is_whole = False
                if name not in node.entries:
                    place = _head(node, key)
                    reading.error(
                        place,
                        tell(
                            "{what} needs {name}", what=tell_marked(self.what), name=in_ticks(name)
                        ),
                        help=tell("add `{name}: ...`", name=name),
                    )
        return is_whole

    def _has_choice(
        self, node: MappingNode, values: dict[str, object], reading: Reading, key: ScalarNode | None
    ) -> bool:
        if self.at_least_one and not node.entries:
            reading.error(
                _head(node, key),
                tell("{what} is empty", what=tell_marked(self.what)),
                expected=one_of(self._known),
            )
            return False
        if not self.exactly_one:
            return True
        written = [name for name in self.exactly_one if name in node.entries]
        if len(written) == 1:
            return written[0] in values
        if not written:
            expected = one_of(self.exactly_one)
            reading.error(
                _head(node, key),
                tell("{what} needs {expected}", what=tell_marked(self.what), expected=expected),
                expected=expected,
            )
            return False
        for name in written[1:]:
            also = node.entries[name][0]
            reading.error(
                also,
                tell(
                    "{what} has either {written} or {name}, not both",
                    what=tell_marked(self.what),
                    written=in_ticks(written[0]),
                    name=in_ticks(name),
                ),
            )
        return False

    def _unknown(self, key: ScalarNode, value: Node, reading: Reading) -> None:
        names = self._known
        help_ = reading.problems.suggestion(key.text, names, f"key of {self.what}")
        if not help_ and is_nothing(value):
            # WHY: in `{basis: Act, art. 9}` the comma ends the text, and another key begins.
            help_ = tell("if it belongs to the text before the comma, put that text in quotes")
        reading.error(
            key,
            tell("{what} has no key {text}", what=tell_marked(self.what), text=in_ticks(key.text)),
            expected=one_of(names),
            help=help_,
        )


class NamedMap(Type[dict[str, T]]):
    """A map from names to records that know their name; what cannot be read is left out.

    Args:
        key: the type of the names.
        what: the map with its article, for messages.
    """

    def __init__(self, key: Type[str], record: Record[T], what: str) -> None:
        self.key = key
        self.record = record
        self.what = what

    def read(self, node: Node, reading: Reading) -> dict[str, T] | Invalid:
        """Return the records that can be read, by name."""
        if not isinstance(node, MappingNode):
            return reading.wrong(node, self.what, tell("a map, one `name: {{...}}` a line"))
        found: dict[str, T] = {}
        for key, value in node.entries.values():
            name = self.key.read(as_word(key), reading)
            # WHY: `command:` with nothing behind it is how people write a row with no more to say.
            if self.record.may_be_empty and is_nothing(value):
                record = self.record.read_named(
                    MappingNode({}, value.start, value.end), reading, key
                )
            else:
                record = self.record.read_named(value, reading, key)
            if not isinstance(name, Invalid) and not isinstance(record, Invalid):
                found[name] = record
        return found

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of the map."""
        entry = self.record.schema(definitions)
        if self.record.may_be_empty:
            entry = {"anyOf": [entry, {"type": "null"}]}
        return {
            "type": "object",
            "propertyNames": self.key.schema(definitions),
            "additionalProperties": entry,
        }


def _head(node: MappingNode, key: ScalarNode | None) -> Node:
    """Return where a whole record is best pointed at: its name, else its first key."""
    if key is not None:
        return key
    first = next(iter(node.entries.values()), None)
    return node if first is None else first[0]
