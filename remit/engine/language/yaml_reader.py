"""The strict YAML reader: one file's text to nodes, from the events of PyYAML's C parser.

Refused, each at its place: tags, merge keys, keys that are not one word, duplicate keys, a second
document, an alias before the end of its anchor, and what lies past the limits below.
INVARIANT: time and memory are linear in the file's size and these limits; nothing here recurses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, NoReturn, Protocol

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from remit.engine.language.decoding import UNWELCOME
from remit.engine.language.problems import Problems, in_ticks
from remit.engine.language.sources import Source
from remit.engine.language.yaml_events import (
    AliasLike,
    CollectionLike,
    DocumentLike,
    EventLike,
    NodeLike,
    ScalarLike,
)
from remit.engine.language.yaml_faults import explain_fault
from remit.engine.language.yaml_nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode
from remit.engine.spans import Related
from remit.engine.wording import tell

__all__ = ["DEEPEST", "MOST_ALIASED", "MOST_NODES", "read_yaml", "yaml_events"]

DEEPEST = 64
"""Collections inside one another; a policy needs about ten."""
MOST_NODES = 1_000_000
"""Nodes of one file, aliases counted by what they stand for; 8 MiB of duties have 700,000."""
MOST_ALIASED = 100_000
"""Nodes that the aliases of one file may stand for."""

_ODD_KEYS = frozenset({"", "<<"})
_TOO_DEEP = f"lists and maps are nested more than {DEEPEST} deep"
_TOO_DEEP_HELP = "policies need about ten levels"


class _Parser(Protocol):
    # WHY: the events are told apart by their class when they are read.
    def get_event(self) -> Any: ...


def read_yaml(source: Source, problems: Problems) -> Node | None:
    """Return the one document of a file, or `None` where there is none or it cannot be read.

    Errors go to `problems`. Duplicate keys do not end the file; everything else does.
    """
    # WHY: libyaml is not part of every build of PyYAML; the pure parser gives the same events,
    # twenty times slower.
    make: Callable[[str], _Parser] = yaml.CLoader if yaml.__with_libyaml__ else yaml.Loader
    try:
        return _Builder(source, problems).document(make(source.text))
    except _Stop:
        return None
    except yaml.MarkedYAMLError as fault:
        told = explain_fault(fault, source)
        problems.at(source, told.place, told.message, help=told.help)
    except yaml.YAMLError as fault:
        # WHY: what the parsers refuse without a place is refused before; other builds may differ.
        problems.at(source, (0, 0), tell("this is not YAML"), found=in_ticks(str(fault)))
    return None


def yaml_events(text: str) -> Iterator[tuple[str, Any]]:
    """Yield the events of a text that `read_yaml` takes, each with its kind: `Scalar`, `Alias`, ...

    Their places are as in the text: an event knows how a value was written, a node what it says.
    """
    make: Callable[[str], _Parser] = yaml.CLoader if yaml.__with_libyaml__ else yaml.Loader
    parser = make(text)
    while True:
        event = parser.get_event()
        yield type(event).__name__.removesuffix("Event"), event
        if type(event) is StreamEndEvent:
            return


class _Stop(Exception):  # noqa: N818 - it ends a file after its error was recorded
    """The rest of the file cannot be read."""


class _Anchored(NamedTuple):
    """What an alias stands for: the node, how many nodes it holds, and how deep it goes."""

    node: Node
    size: int
    height: int


class _Frame:
    """A collection still open: what it holds so far, and the key that waits for its value."""

    __slots__ = (
        "anchor",
        "counted",
        "entries",
        "height",
        "is_flow",
        "is_map",
        "items",
        "key",
        "start",
    )

    def __init__(self, start: int, counted: int) -> None:
        self.start = start
        self.counted = counted
        self.anchor: str | None = None
        self.is_flow = False
        self.is_map = False
        self.items: list[Node] = []
        self.entries: dict[str, Entry] = {}
        self.key: ScalarNode | None = None
        self.height = 1


class _Builder:
    """Builds nodes from events with a stack of its own; the lowest frame holds the document."""

    __slots__ = ("aliased", "anchors", "count", "frame", "frames", "problems", "source")

    def __init__(self, source: Source, problems: Problems) -> None:
        self.source = source
        self.problems = problems
        self.frame = _Frame(0, 0)
        self.frames = [self.frame]
        self.anchors: dict[str, _Anchored] = {}
        self.count = 0
        self.aliased = 0

    def document(self, parser: _Parser) -> Node | None:
        """Return the root of the only document; `None` where the file is empty."""
        get_event = parser.get_event
        scalar = self._scalar
        documents = 0
        while True:
            event = get_event()
            kind = type(event)
            if kind is ScalarEvent:
                scalar(event)
            elif kind is MappingStartEvent:
                self._open(event).is_map = True
            elif kind is MappingEndEvent:
                self._close_map(event)
            elif kind is SequenceStartEvent:
                self._open(event)
            elif kind is SequenceEndEvent:
                self._close_list(event)
            elif kind is AliasEvent:
                self._alias(event)
            elif kind is DocumentStartEvent:
                documents += 1
                self._document_start(event, documents)
            elif kind is StreamEndEvent:
                return self.frame.items[0] if self.frame.items else None

    def _scalar(self, event: ScalarLike) -> None:
        start = event.start_mark.index
        end = event.end_mark.index
        is_plain = event.implicit[0]
        if start == end or not is_plain:
            start, end = self._odd_scalar(event, start, end)
        node = ScalarNode(event.value, is_plain, start, end)
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchored(node, 1, 0)
        self.count += 1
        if self.count > MOST_NODES:
            self._refuse_size(node)
        frame = self.frame
        key = frame.key
        if key is not None:
            frame.entries.setdefault(key.text, (key, node))
            frame.key = None
        elif frame.is_map:
            if node.text in frame.entries or node.text in _ODD_KEYS:
                self._odd_key(frame, node)
            frame.key = node
        else:
            frame.items.append(node)

    def _open(self, event: CollectionLike) -> _Frame:
        self.count += 1
        start = event.start_mark.index
        frame = _Frame(start, self.count)
        frame.anchor = event.anchor
        frame.is_flow = event.flow_style
        if event.tag is not None:
            self._refuse_tag(event)
        if len(self.frames) > DEEPEST:
            self._stop(_stretch(start, start + 1), _TOO_DEEP, help=_TOO_DEEP_HELP)
        if self.frame.is_map and self.frame.key is None:
            message = tell("a key must be one word")
            found = tell("a list or map as a key")
            self._stop(
                _stretch(start, start + 1),
                message,
                expected=tell("a word followed by `:`"),
                found=found,
            )
        self.frames.append(frame)
        self.frame = frame
        return frame

    def _close_list(self, event: EventLike) -> None:
        frame = self.frame
        end = event.end_mark.index
        if not frame.is_flow and frame.items:
            end = max(frame.items[-1].end, frame.start + 1)
        self._close(frame, SequenceNode(frame.items, frame.start, end))

    def _close_map(self, event: EventLike) -> None:
        frame = self.frame
        end = event.end_mark.index
        entries = frame.entries
        if not frame.is_flow and entries:
            key, value = entries[next(reversed(entries))]
            # WHY: the parser ends a block at the next word; and an alias lies before its key.
            end = max(key.end, value.end) if value.start >= key.start else key.end
        self._close(frame, MappingNode(entries, frame.start, end))

    def _close(self, frame: _Frame, node: Node) -> None:
        self.frames.pop()
        self.frame = self.frames[-1]
        if frame.anchor is not None:
            size = self.count - frame.counted + 1
            self.anchors[frame.anchor] = _Anchored(node, size, frame.height)
        self._attach(node, frame.height)

    def _attach(self, node: Node, height: int) -> None:
        frame = self.frame
        if height >= frame.height:
            frame.height = height + 1
        if frame.key is not None:
            frame.entries.setdefault(frame.key.text, (frame.key, node))
            frame.key = None
        else:
            frame.items.append(node)

    def _alias(self, event: AliasLike) -> None:
        here = _stretch(event.start_mark.index, event.end_mark.index)
        if self.frame.is_map and self.frame.key is None:
            self._stop(here, tell("an alias cannot be a key"), help=tell("write the key out"))
        known = self.anchors.get(event.anchor)
        if known is None:
            message = tell("`*{anchor}` stands for nothing yet", anchor=event.anchor)
            self._stop(here, message, expected=tell("an anchor that ends before this place"))
        self.count += known.size
        self.aliased += known.size
        if len(self.frames) - 1 + known.height > DEEPEST:
            self._stop(here, _TOO_DEEP, help=_TOO_DEEP_HELP)
        if self.aliased > MOST_ALIASED:
            message = tell(
                "aliases stand for more than {most_aliased} values", most_aliased=MOST_ALIASED
            )
            self._stop(here, message, help=tell("split the file, or write out what is needed"))
        if self.count > MOST_NODES:
            self._refuse_size(here)
        self._attach(known.node, known.height)

    def _document_start(self, event: DocumentLike, documents: int) -> None:
        here = _stretch(event.start_mark.index, event.end_mark.index)
        if event.tags:
            message = tell("tag directives are not part of the language")
            self._stop(here, message, help=tell("remove the `%TAG` line"))
        if documents > 1:
            message = tell("a second document begins here")
            self._stop(here, message, help=tell("a file holds one document; split it"))

    def _odd_key(self, frame: _Frame, node: ScalarNode) -> None:
        text = node.text
        if text in frame.entries:
            first = frame.entries[text][0]
            span = self.source.span(first.start, first.end)
            self.problems.at(
                self.source,
                (node.start, node.end),
                tell("key {text} is written twice", text=in_ticks(text)),
                help=tell("keep one of the two"),
                related=(Related(span, tell("first written here")),),
            )
        elif text and node.plain:
            message = tell("merge keys are not part of the language")
            self._stop(node, message, help=tell("write the keys out"))
        elif node.plain:
            self._stop(node, tell("a key is missing before `:`"))

    def _refuse_size(self, node: ScalarNode) -> NoReturn:
        message = tell("the file has more than {most_nodes} values", most_nodes=MOST_NODES)
        self._stop(node, message, help=tell("split the file"))

    def _refuse_tag(self, event: NodeLike) -> NoReturn:
        start = event.start_mark.index
        shown = self.source.text[start : start + 40].split()[0]
        node = _stretch(start, start + len(shown))
        message = tell("tags are not part of the language: {shown}", shown=in_ticks(shown))
        self._stop(node, message, help=tell("remove the tag"))

    def _odd_scalar(self, event: ScalarLike, start: int, end: int) -> tuple[int, int]:
        """Return where an author sees a scalar that is not plain, or not there."""
        if event.tag is not None:
            self._refuse_tag(event)
        is_nothing = start == end
        if is_nothing or event.style in {"|", ">"}:
            end = self._before_space(end, 0 if is_nothing else start)
        if not is_nothing:
            if not event.value.isprintable():
                self._refuse_controls(event.value, start, end)
            return start, end
        # WHY: the parser puts a value that is not there at the next word; the author looks at its
        # key, or at the dash.
        key = self.frame.key
        return (key.start, key.end) if key is not None else (max(end - 1, 0), end)

    def _refuse_controls(self, text: str, start: int, end: int) -> None:
        # WHY: what cannot stand in a file as it is could still come in by an escape.
        found = UNWELCOME.search(text)
        if found is not None:
            message = tell("this text holds a control character, U+{ord:04X}", ord=ord(found[0]))
            self._stop(_stretch(start, end), message, help=tell("remove the escape"))

    def _before_space(self, end: int, start: int) -> int:
        text = self.source.text
        while end > start and text[end - 1] in " \t\r\n":
            end -= 1
        return end

    def _stop(
        self,
        node: ScalarNode,
        message: str,
        *,
        expected: str = "",
        found: str = "",
        help: str = "",  # noqa: A002 - the field of PackError
    ) -> NoReturn:
        place = (node.start, node.end)
        self.problems.at(self.source, place, message, expected=expected, found=found, help=help)
        raise _Stop


def _stretch(start: int, end: int) -> ScalarNode:
    return ScalarNode("", True, start, end)  # noqa: FBT003 - as all nodes
