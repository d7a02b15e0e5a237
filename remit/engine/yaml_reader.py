"""The strict YAML reader: one file's text to nodes, from the events of PyYAML's C parser.

Refused, each at its place: tags, merge keys, keys that are not plain words, duplicate keys, a
second document, an anchor
used before its end, nesting past `DEEPEST`, more nodes than `MOST_NODES`, aliases that stand for
more than `MOST_ALIASED`.
INVARIANT: time and memory are linear in the file's size and these limits; nothing here recurses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn, Protocol

import yaml

from remit.engine.problems import Problems, in_ticks
from remit.engine.sources import Source
from remit.engine.spans import Related
from remit.engine.yaml_faults import explain_fault, fault_place
from remit.engine.yaml_nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode

__all__ = ["DEEPEST", "MOST_ALIASED", "MOST_NODES", "read_yaml"]

DEEPEST = 64
"""Collections inside one another; a policy needs about ten."""
MOST_NODES = 1_000_000
"""Nodes of one file, aliases counted by what they stand for; an 8 MiB file of duties has about
700,000.
"""
MOST_ALIASED = 100_000
"""Nodes that the aliases of one file may stand for."""

_TOO_DEEP = f"lists and maps are nested more than {DEEPEST} deep"
_TOO_DEEP_HELP = "policies need about ten levels"


class _Frame:
    """A collection still open: its nodes so far, the key that waits for its value, and where it
    began.
    """

    __slots__ = ("anchor", "counted", "entries", "flow", "height", "items", "key", "start")

    def __init__(self, event: _Collection, counted: int, entries: dict[str, Entry] | None) -> None:
        self.anchor: str | None = event.anchor
        self.flow: bool = event.flow_style
        self.start: int = event.start_mark.index
        self.counted = counted
        self.height = 1
        self.entries = entries
        self.items: list[Node] = []
        self.key: ScalarNode | None = None


class _Anchored(NamedTuple):
    """What an alias stands for: the node, how many nodes it holds, and how deep it goes."""

    node: Node
    size: int
    height: int


class _Stop(Exception):  # noqa: N818 - it ends a file after its error was recorded
    """The rest of the file cannot be read."""


class _Mark(Protocol):
    index: int


class _Event(Protocol):
    start_mark: _Mark
    end_mark: _Mark


class _NodeEvent(_Event, Protocol):
    anchor: str | None
    tag: str | None


class _Scalar(_NodeEvent, Protocol):
    value: str
    implicit: tuple[bool, bool]
    style: str


class _Collection(_NodeEvent, Protocol):
    flow_style: bool


class _Alias(_Event, Protocol):
    anchor: str


class _Document(_Event, Protocol):
    tags: object


class _Parser(Protocol):
    # WHY: the events of both parsers are told apart by their class; the stubs leave out what each
    # always has.
    def get_event(self) -> Any: ...


def read_yaml(source: Source, problems: Problems) -> Node | None:
    """Return the one document of a file, or `None` where there is none or it cannot be read; errors
    go to `problems`.

    Duplicate keys are errors but do not end the file; everything else does.
    """
    try:
        return _Builder(source, problems).document(_parser(source.text))
    except _Stop:
        return None
    except yaml.MarkedYAMLError as fault:
        place = fault_place(fault, source)
        problems.at(source, place, **explain_fault(fault, source.text[place[0] : place[1]]))
    except yaml.YAMLError as fault:
        # WHY: what the reader refuses was refused before; this is for builds of the parser that
        # refuse more.
        problems.at(source, (0, 0), "this is not YAML", found=in_ticks(str(fault)))
    return None


def _parser(text: str) -> _Parser:
    # WHY: libyaml is not part of every build of PyYAML; the pure parser gives the same events,
    # twenty times slower.
    make: Callable[[str], _Parser] = yaml.CLoader if yaml.__with_libyaml__ else yaml.Loader
    return make(text)


class _Builder:
    """Builds nodes from events with a stack of its own."""

    __slots__ = ("aliased", "anchors", "count", "frames", "problems", "root", "source")

    def __init__(self, source: Source, problems: Problems) -> None:
        self.source = source
        self.problems = problems
        self.frames: list[_Frame] = []
        self.anchors: dict[str, _Anchored] = {}
        self.root: Node | None = None
        self.count = 0
        self.aliased = 0

    def document(self, parser: _Parser) -> Node | None:
        """Return the root of the only document; `None` where the file is empty."""
        get_event = parser.get_event
        documents = 0
        while True:
            event = get_event()
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent:
                self._open(event, {})
            elif kind is yaml.SequenceStartEvent:
                self._open(event, None)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._close(event)
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                self._document_start(event, documents)
            elif kind is yaml.StreamEndEvent:
                return self.root

    def _scalar(self, event: _Scalar) -> None:
        if event.tag is not None:
            self._refuse_tag(event)
        text = event.value
        plain = event.implicit[0]
        start = event.start_mark.index
        end = event.end_mark.index
        self.count += 1
        if plain:
            if start == end:
                start, end = self._place_of_nothing(start)
        elif event.style in "|>":
            end = self._without_trailing_space(start, end)
        node = ScalarNode(text, plain, start, end)
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchored(node, 1, 0)
        frames = self.frames
        if not frames:
            self.root = node
            return
        frame = frames[-1]
        if frame.entries is None:
            frame.items.append(node)
        elif frame.key is None:
            self._key(frame, node)
        else:
            frame.entries.setdefault(frame.key.text, (frame.key, node))
            frame.key = None

    def _key(self, frame: _Frame, node: ScalarNode) -> None:
        entries = frame.entries
        assert entries is not None
        text = node.text
        frame.key = node
        if text in entries:
            first = entries[text][0]
            self._error(
                node,
                f"key {in_ticks(text)} is written twice",
                help="keep one of the two",
                related=(Related(self.source.span(first.start, first.end), "first written here"),),
            )
        elif node.plain and text in {"<<", ""}:
            if text:
                self._stop(
                    node, "merge keys are not part of the language", help="write the keys out"
                )
            self._stop(node, "a key is missing before `:`")
        self._within_limits(node)

    def _open(self, event: _Collection, entries: dict[str, Entry] | None) -> None:
        if event.tag is not None:
            self._refuse_tag(event)
        frames = self.frames
        self.count += 1
        start = event.start_mark.index
        here = ScalarNode("", False, start, min(start + 1, len(self.source.text)))
        if len(frames) >= DEEPEST:
            self._stop(here, _TOO_DEEP, help=_TOO_DEEP_HELP)
        self._within_limits(here)
        if frames and frames[-1].entries is not None and frames[-1].key is None:
            self._stop(
                here,
                "a key must be one word",
                expected="a word followed by `:`",
                found="a list or map as a key",
            )
        frames.append(_Frame(event, self.count, entries))

    def _close(self, event: _Event) -> None:
        frame = self.frames.pop()
        node: SequenceNode | MappingNode
        if frame.entries is None:
            end = event.end_mark.index if frame.flow or not frame.items else frame.items[-1].end
            node = SequenceNode(frame.items, frame.start, max(end, frame.start + 1))
        else:
            entries = frame.entries
            end = event.end_mark.index
            if not frame.flow and entries:
                key, value = next(reversed(entries.values()))
                end = max(key.end, value.end) if value.start >= key.start else key.end
            node = MappingNode(entries, frame.start, max(end, frame.start))
        if frame.anchor is not None:
            self.anchors[frame.anchor] = _Anchored(
                node, self.count - frame.counted + 1, frame.height
            )
        self._attach(node, frame.height)

    def _attach(self, node: Node, height: int) -> None:
        if not self.frames:
            self.root = node
            return
        frame = self.frames[-1]
        frame.height = max(frame.height, height + 1)
        if frame.entries is None:
            frame.items.append(node)
        elif frame.key is not None:
            frame.entries.setdefault(frame.key.text, (frame.key, node))
            frame.key = None

    def _alias(self, event: _Alias) -> None:
        here = ScalarNode("", False, event.start_mark.index, event.end_mark.index)
        if self.frames and self.frames[-1].entries is not None and self.frames[-1].key is None:
            self._stop(here, "an alias cannot be a key", help="write the key out")
        known = self.anchors.get(event.anchor)
        if known is None:
            self._stop(
                here,
                f"`*{event.anchor}` stands for nothing yet",
                expected="an anchor that ends before this place",
            )
        self.count += known.size
        self.aliased += known.size
        if len(self.frames) + known.height > DEEPEST:
            self._stop(here, _TOO_DEEP, help=_TOO_DEEP_HELP)
        if self.aliased > MOST_ALIASED:
            self._stop(
                here,
                f"aliases stand for more than {MOST_ALIASED} values",
                help="split the file, or write the values out where they are needed",
            )
        self._within_limits(here)
        self._attach(known.node, known.height)

    def _document_start(self, event: _Document, documents: int) -> None:
        here = ScalarNode("", False, event.start_mark.index, event.end_mark.index)
        if event.tags:
            self._stop(
                here, "tag directives are not part of the language", help="remove the `%TAG` line"
            )
        if documents > 1:
            self._stop(
                here, "a second document begins here", help="a file holds one document; split it"
            )

    def _within_limits(self, node: Node) -> None:
        if self.count > MOST_NODES:
            self._stop(node, f"the file has more than {MOST_NODES} values", help="split the file")

    def _refuse_tag(self, event: _NodeEvent) -> None:
        start = event.start_mark.index
        shown = self.source.text[start : start + 40].split()[0]
        node = ScalarNode("", False, start, start + len(shown))
        self._stop(
            node, f"tags are not part of the language: {in_ticks(shown)}", help="remove the tag"
        )

    def _place_of_nothing(self, start: int) -> tuple[int, int]:
        # WHY: the parser puts a value that is not there at the next word; its key, or the dash, is
        # where the author looks.
        frame = self.frames[-1] if self.frames else None
        if frame is not None and frame.key is not None:
            return frame.key.start, frame.key.end
        end = self._without_trailing_space(0, start)
        return max(end - 1, 0), end

    def _without_trailing_space(self, start: int, end: int) -> int:
        text = self.source.text
        while end > start and text[end - 1] in " \t\r\n":
            end -= 1
        return end

    def _stop(
        self,
        node: Node,
        message: str,
        *,
        expected: str = "",
        found: str = "",
        help: str = "",  # noqa: A002 - the field of PackError
    ) -> NoReturn:
        place = (node.start, node.end)
        self.problems.at(self.source, place, message, expected=expected, found=found, help=help)
        raise _Stop

    def _error(self, node: Node, message: str, *, help: str, related: tuple[Related, ...]) -> None:  # noqa: A002
        place = (node.start, node.end)
        self.problems.at(self.source, place, message, help=help, related=related)
