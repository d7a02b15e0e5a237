"""What every type of the language can do: read a node into a value, and say its JSON Schema."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Final, Generic, Literal, NamedTuple, TypeVar

from remit.engine.language.flaws import raw_phrase
from remit.engine.language.model.lexicon import Lexicon
from remit.engine.language.model.terms import Terms
from remit.engine.language.problems import Problems, in_ticks
from remit.engine.language.sources import Source
from remit.engine.language.stores import TableMemory
from remit.engine.language.yaml_nodes import MappingNode, Node, ScalarNode
from remit.engine.language.yaml_scalars import scalar_value
from remit.engine.spans import Related, Span
from remit.engine.wording import tell, tell_marked

__all__ = [
    "INVALID",
    "Definitions",
    "Invalid",
    "Json",
    "Reading",
    "Reference",
    "Tables",
    "Type",
]

T_co = TypeVar("T_co", covariant=True)
Json = dict[str, object]
"""A JSON Schema, or a part of one."""


class Invalid(Enum):
    """What reading gives where there is no value; the reasons were recorded."""

    INVALID = "invalid"


INVALID: Final[Literal[Invalid.INVALID]] = Invalid.INVALID


class Reference(NamedTuple):
    """A name of something declared elsewhere, to be looked up when everything is read.

    Args:
        also: other words that may stand at that place.
    """

    kind: str
    name: str
    source: Source
    start: int
    end: int
    also: tuple[str, ...] = ()


class Tables:
    """The tables that one file names, and what was seen in them.

    Args:
        sources: by the path as written in the file; one that cannot be read is not there.
        digests: of their bytes, by the same path.
        memory: what is known of tables from an earlier load.
    """

    __slots__ = ("digests", "ids", "is_whole", "memory", "sources")

    def __init__(self, sources: dict[str, Source]) -> None:
        self.sources = sources
        self.digests: dict[str, str] = {}
        self.memory: TableMemory | None = None
        self.ids: list[tuple[str, str]] = []
        self.is_whole = True


class Reading:
    """The reading of one file: where errors and references go, what conditions may speak of.

    Args:
        terms: `None` reads the form alone: no dimension, no reference, nothing across keys is
            checked.
        tables: those that the file names; none where only its form is read.
        scope: the name of the record around what is being read, where that record has one.
    """

    __slots__ = ("_line", "problems", "references", "scope", "source", "tables", "terms")

    def __init__(
        self,
        source: Source,
        problems: Problems,
        references: list[Reference],
        terms: Terms | None,
        tables: Tables | None = None,
    ) -> None:
        self.source = source
        self.problems = problems
        self.references = references
        self.terms = terms
        self.tables = tables
        self.scope = ""
        self._line = 1
        problems.know(source)

    def span(self, node: Node) -> Span:
        """Return the place of a node; quickest in reading order."""
        start, end = node.start, node.end
        table = self.source.table
        starts = table.starts
        # WHY: the next place is nearly always on the same line or on the next; that need not be
        # searched for, and there are many places.
        line = self._line
        if not starts[line - 1] <= start < starts[line]:
            line += 1
            if line >= len(starts) or not starts[line - 1] <= start < starts[line]:
                line = bisect_right(starts, start)
            self._line = line
        if end >= starts[line]:
            return table.span(start, end)
        column = start - starts[line - 1] + 1
        return Span(table.file, line, column, line, column + end - start)

    def error(
        self,
        node: Node,
        message: str,
        *,
        expected: str = "",
        found: str = "",
        help: str = "",  # noqa: A002 - the field of PackError
        related: tuple[Related, ...] = (),
    ) -> Literal[Invalid.INVALID]:
        """Record an error at `node` and return `INVALID`."""
        self.problems.at(
            self.source,
            (node.start, node.end),
            message,
            expected=expected,
            found=found,
            help=help,
            related=related,
        )
        return INVALID

    def wrong(
        self,
        node: Node,
        name: str,
        expected: str = "",
        help: str = "",  # noqa: A002 - the field of PackError
    ) -> Literal[Invalid.INVALID]:
        """Record that `node` is not what it must be.

        Args:
            name: what it must be, with its article.
            expected: how that looks; `name` if left out.
        """
        name, expected = tell_marked(name), tell_marked(expected or name)
        if isinstance(node, ScalarNode):
            value = scalar_value(node)
            if value is None:
                return self.error(
                    node,
                    tell("{name} is missing here", name=name),
                    expected=expected,
                    help=help,
                )
            return self.error(
                node,
                tell("{text} is not {name}", text=in_ticks(node.text), name=name),
                expected=expected,
                found=raw_phrase(value),
                help=help,
            )
        found = tell("a map") if isinstance(node, MappingNode) else tell("a list")
        return self.error(
            node,
            tell("{found} is not {name}", found=found, name=name),
            expected=expected,
            found=found,
            help=help,
        )


class Definitions:
    """The named parts of one JSON Schema, each written once under `$defs`.

    Args:
        lexicon: the names of the pack it is for; `None` tells the form of names alone.
    """

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self.parts: dict[str, Json] = {}
        self.lexicon = lexicon

    def names(self, kind: str) -> Mapping[str, str]:
        """Return what may stand where a name of a kind is wanted; nothing where that is open."""
        return {} if self.lexicon is None else self.lexicon.of(kind)

    def refer(self, name: str, make: Callable[[], Json]) -> Json:
        """Return a reference to the part `name`, made by `make` when it is first named."""
        if name not in self.parts:
            self.parts[name] = {}
            self.parts[name] = make()
        return {"$ref": f"#/$defs/{name}"}


class Type(ABC, Generic[T_co]):
    """One type of the language."""

    @abstractmethod
    def read(self, node: Node, reading: Reading) -> T_co | Invalid:
        """Return the value of `node`, or `INVALID` after its errors were recorded."""

    @abstractmethod
    def schema(self, definitions: Definitions) -> Json:
        """Return the JSON Schema of the plain documents that `read` takes."""
