"""What may stand at a place: the keys of a record that are not there yet, names with their labels.

A line that is being written seldom parses. So the text is read with a word put at the cursor; where
even that is no YAML, with the brackets closed that are open there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from remit.cli.editor.indexing import FileNames, parsed
from remit.engine.language.model.choices import Choice, Flag
from remit.engine.language.model.composed import MapOf
from remit.engine.language.model.lexicon import Lexicon, label_words, value_labels
from remit.engine.language.model.names import DutyName, Reference
from remit.engine.language.model.records import Record
from remit.engine.language.model.tests_file import EXPECTATIONS, OWNER
from remit.engine.language.outline import Part, walk
from remit.engine.language.schema import FILE_TYPES
from remit.engine.language.yaml_nodes import MappingNode, ScalarNode
from remit.engine.vocabulary import DATE
from remit.engine.wording import tell

__all__ = ["Choices", "Offer", "completions"]

MARK = "zzcursorzz"
"""The word put at the cursor; no author writes it."""
_WORD = re.compile(r"[\w./-]*\Z")
_OPEN = {"[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that may stand at a place.

    Args:
        kind: `key`, `dimension`, or the kind of name.
        detail: what people call it, or what it is.
    """

    text: str
    kind: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What may stand at a place.

    Args:
        start: offset where the word begins that is being written.
    """

    start: int
    offers: tuple[Offer, ...] = ()


def completions(text: str, offset: int, inside: str, lexicon: Lexicon) -> Choices:
    """Return what may stand at an offset of a file's text.

    Args:
        inside: the file's path within its pack.
        lexicon: the names of the pack.
    """
    before = text[:offset]
    found = _WORD.search(before)
    start = offset if found is None else found.start()
    # WHY: in `accountable: a/b` or `iii..` the word goes on; after `..` another begins.
    stretch = before.rfind("..", start)
    if stretch >= start:
        start = stretch + 2
    rest = re.match(r"[\w./-]*", text[offset:])
    end = offset + (rest.end() if rest else 0)
    for attempt in _attempts(text, start, end):
        file = parsed(inside, inside, attempt.encode("utf-8", "surrogatepass"))
        if file is not None:
            return Choices(start, tuple(_offers(file, lexicon)))
    return Choices(start)


def _attempts(text: str, start: int, end: int) -> Iterator[str]:
    """Yield the text with the mark at the cursor, in the ways it may come to be YAML."""
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    head, tail = text[:start], text[line_end:]
    rest = text[end:line_end]
    line = head[head.rfind("\n") + 1 :]
    is_value = ":" in line or line.lstrip().startswith("- ")
    for word in (MARK, f"{MARK}: ") if is_value else (f"{MARK}: ", MARK):
        yield head + word + rest + tail
        closing = _closing(head)
        yield head + word + closing + tail
        yield head + word + "}" + closing + tail
    for word in (f"{MARK}: ", MARK):
        yield head + word + _closing(head)


def _closing(head: str) -> str:
    """Return the brackets that are open at the end of a text, closed."""
    found: list[str] = []
    line = head[head.rfind("\n") + 1 :]
    quote = ""
    for letter in line:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in _OPEN:
            found.append(_OPEN[letter])
        elif found and letter == found[-1]:
            found.pop()
    return quote + "".join(reversed(found))


def _offers(file: FileNames, lexicon: Lexicon) -> Iterator[Offer]:
    if file.node is None or file.kind is None:
        return
    for part in walk(file.node, FILE_TYPES[file.kind]):
        node = part.node
        found: list[Offer] = []
        # WHY to go on: a node is a part more than once, as a condition and as its one map.
        if isinstance(node, MappingNode) and any(MARK in key for key in node.entries):
            found = list(_keys(part, node, lexicon))
        elif isinstance(node, ScalarNode) and MARK in node.text:
            found = list(_values(part, lexicon))
        if found:
            yield from found
            return


def _keys(part: Part, node: MappingNode, lexicon: Lexicon) -> Iterator[Offer]:
    """Yield the keys that a map may have and has not."""
    type_ = part.type
    offers: Iterator[Offer] = iter(())
    if part.role in {"constraints", "values"}:
        offers = _dimensions(lexicon, is_event=part.role == "values")
    elif part.role == "constraint":
        offers = iter((Offer("not", "key", tell("turns a constraint round")),))
    elif isinstance(type_, Record):
        offers = _fields(type_)
    elif type_ is EXPECTATIONS:
        owner = Offer(OWNER, "key", tell("who owns the event"))
        offers = iter((owner, *_named("activity", lexicon.of("activity"))))
    elif isinstance(type_, MapOf) and isinstance(type_.key, Reference):
        offers = _named(type_.key.kind, lexicon.of(type_.key.kind))
    yield from (one for one in offers if one.text not in node.entries)


def _dimensions(lexicon: Lexicon, *, is_event: bool) -> Iterator[Offer]:
    for name, dimension in lexicon.dimensions.items():
        yield Offer(name, "dimension", label_words(dimension.label))
    for name in (DATE, "time", "id") if is_event else (DATE,):
        yield Offer(name, "dimension", tell("built in"))


def _fields(record: Record[Any]) -> Iterator[Offer]:
    for field in record.fields:
        needed = tell("required; {about}", about=field.about)
        yield Offer(field.name, "key", needed if field.is_required else field.about)


def _values(part: Part, lexicon: Lexicon) -> Iterator[Offer]:
    type_ = part.type
    if part.role in {"constraint", "value"}:
        dimension = lexicon.dimensions.get(part.dimension)
        if dimension is not None and dimension.is_named:
            yield from _named("value", value_labels(dimension))
    elif isinstance(type_, Reference):
        yield from _named(type_.kind, lexicon.of(type_.kind))
    elif isinstance(type_, DutyName):
        yield from _named("duty", lexicon.of("duty"))
    elif isinstance(type_, Choice):
        for name in type_.names:
            yield Offer(name, "choice")
    elif isinstance(type_, Flag):
        yield Offer("true", "choice")
        yield Offer("false", "choice")


def _named(kind: str, names: Mapping[str, str]) -> Iterator[Offer]:
    for name, words in names.items():
        yield Offer(name, kind, words)
