"""What each place of a file is: the parts of a document by type, and the names that stand in it.

The types that read a pack also say what may stand where, so an editor can be told the same. Here
nothing is refused: what has not the form that is wanted has no parts, and the rest still has its
own. So it tells of files, too, that cannot be loaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from remit.engine.language.csv_rows import read_rows
from remit.engine.language.model.base import Type
from remit.engine.language.model.composed import ListOf, MapOf, OneOrMany
from remit.engine.language.model.derivations import DerivationType
from remit.engine.language.model.dimension_record import DIMENSION
from remit.engine.language.model.duties import DUTIES, DUTY_LIST, DUTY_TABLES
from remit.engine.language.model.duty_record import DUTY
from remit.engine.language.model.fund_file import FUND_FILE
from remit.engine.language.model.names import DutyName, Reference
from remit.engine.language.model.occurrences import EventType, StateType
from remit.engine.language.model.pack_file import PACK_FILE
from remit.engine.language.model.plan_file import PLAN_FILE, STEP
from remit.engine.language.model.records import Field, NamedMap, Record
from remit.engine.language.model.regions import ConditionType
from remit.engine.language.model.reserves_file import RESERVES_FILE
from remit.engine.language.model.roster_file import ROSTER_FILE
from remit.engine.language.model.signal_file import SIGNAL_FILE
from remit.engine.language.model.subject_file import SUBJECT_FILE
from remit.engine.language.model.tests_file import ANSWER, ANSWER_SUBJECTS, EXPECTATIONS, OWNER
from remit.engine.language.model.trees import TreeType
from remit.engine.language.model.vocabulary_file import VOCABULARY_FILE
from remit.engine.language.problems import Problems
from remit.engine.language.sources import Source
from remit.engine.language.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode
from remit.engine.vocabulary import RESERVED_FIELDS

__all__ = ["Part", "Role", "Word", "table_words", "walk", "words"]

Role = Literal["typed", "constraint", "value", "constraints", "values"]
"""How a node is read: by its type, as a constraint or value of a dimension, or as a map of them."""

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DUTY = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*)/([a-z0-9]+(?:-[a-z0-9]+)*)")
_RANGE_OR_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

_NAMES_ITSELF: Mapping[tuple[Record[Any], str], str] = {
    (SUBJECT_FILE, "subject"): "subject",
    (PLAN_FILE, "plan"): "plan",
    (SIGNAL_FILE, "signal"): "signal",
    (FUND_FILE, "fund"): "fund",
    (ROSTER_FILE, "roster"): "roster",
    (PACK_FILE, "pack"): "pack",
    (DUTY, "id"): "duty",
    (STEP, "id"): "step",
}
"""Keys whose value is the name of what they stand in."""
_NAMES_EACH: Mapping[tuple[Record[Any], str], str] = {
    (VOCABULARY_FILE, "dimensions"): "dimension",
    (VOCABULARY_FILE, "activities"): "activity",
    (VOCABULARY_FILE, "powers"): "power",
    (RESERVES_FILE, "stock"): "stock item",
    (SUBJECT_FILE, "staff"): "kind of staff",
    (ROSTER_FILE, "people"): "person",
}
"""Keys whose value is a map by the names of what it declares."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One node, and what the language takes it for.

    Args:
        type: what reads it, where its role is `typed`.
        key: the key it stands under, if any.
        field: the field of a record that it is the value of, if any.
        dimension: what it constrains or gives a value of, where its role says so.
        scope: the name of the subject, plan, roster or dimension around it.
    """

    node: Node
    type: Type[Any] | None
    role: Role = "typed"
    key: ScalarNode | None = None
    field: Field[Any] | None = None
    dimension: str = ""
    scope: str = ""
    above: Part | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """One name in a file.

    Args:
        kind: as `references.py` has it; also `value`, `plan`, `step`, `roster`, `person`, `pack`.
        scope: the subject of a duty, the dimension of a value, the plan of a step, the roster of a
            person; empty else.
        start: offset of its first character, in code points.
        declares: whether it names something here, rather than refers to it.
    """

    kind: str
    scope: str
    name: str
    start: int
    end: int
    declares: bool = False

    @property
    def identity(self) -> tuple[str, str, str]:
        """What it names: kind, scope, name."""
        return (self.kind, self.scope, self.name)


def walk(node: Node, type_: Type[Any]) -> Iterator[Part]:
    """Yield every part of a document, each before those within it."""
    open_parts = [Part(node, type_)]
    while open_parts:
        part = open_parts.pop()
        yield part
        open_parts.extend(reversed(list(_within(part))))


def words(node: Node, type_: Type[Any], source: Source) -> tuple[Word, ...]:
    """Return the names in a document, by place; one behind an alias stands where it is written."""
    found: dict[tuple[int, int, str], Word] = {}
    steps = _explicit_steps(node)
    for part in walk(node, type_):
        for word in _words_of(part, source, steps):
            found.setdefault((word.start, word.end, word.kind), word)
    return tuple(sorted(found.values(), key=lambda word: (word.start, word.end)))


def table_words(source: Source, subject: str) -> tuple[Word, ...]:
    """Return the names in a table of duties, by place.

    Args:
        subject: whose duties they are; empty where a column says so.
    """
    rows = read_rows(source, Problems())
    heading = next(rows, None)
    if heading is None:
        return ()
    found: list[Word] = []
    columns: list[str] = []
    for text, (start, end) in zip(heading.cells, heading.all_places(), strict=True):
        column = text.strip()
        columns.append(column)
        name = column.partition(".")[2] if column.startswith(("when.", "unless.")) else column
        if name and _is_dimension_column(column):
            at = source.text.find(name, start, end)
            found.append(Word("dimension", "", name, at, at + len(name)))
    for row in rows:
        cells = list(zip(columns, row.all_places(), strict=False))
        whose = subject
        for column, (start, end) in cells:
            if column == "subject":
                whose = source.text[start:end].strip(' "')
        for column, (start, end) in cells:
            found.extend(_cell_words(column, source.text, start, end, whose))
    return tuple(found)


_PLAIN_COLUMNS = frozenset(
    {"subject", "id", "activity", "role", "exception_to", "acknowledge", "complete"}
    | {"valid_from", "valid_until", "label", "basis"}
)


def _is_dimension_column(column: str) -> bool:
    return column not in _PLAIN_COLUMNS and not column.startswith(("label.", "basis."))


def _cell_words(column: str, text: str, start: int, end: int, subject: str) -> Iterator[Word]:
    if column == "exception_to":
        for duty in _DUTY.finditer(text, start, end):
            yield from _duty_words(duty[0], duty.start())
        return
    kinds = {"subject": ("subject", ""), "activity": ("activity", ""), "id": ("duty", subject)}
    if column in kinds:
        kind, scope = kinds[column]
        for name in _NAME.finditer(text, start, end):
            yield Word(kind, scope, name[0], name.start(), name.end(), declares=column == "id")
    elif _is_dimension_column(column):
        dimension = column.partition(".")[2] or column
        for name in _NAME.finditer(text, start, end):
            if name[0] != "not":
                yield Word("value", dimension, name[0], name.start(), name.end())


def _within(part: Part) -> Iterator[Part]:
    """Yield the parts directly within one."""
    node, type_ = part.node, part.type
    if part.role in {"constraints", "values"} and isinstance(node, MappingNode):
        yield from _by_dimension(part, node)
    elif part.role == "constraint":
        yield from _inside_constraint(part)
    elif isinstance(type_, ConditionType):
        yield from _boxes(part)
    elif isinstance(type_, EventType | StateType) and isinstance(node, MappingNode):
        yield Part(node, None, "values", part.key, part.field, "", part.scope, part)
    elif type_ is DUTIES:
        inner = DUTY_LIST if isinstance(node, SequenceNode) else DUTY_TABLES
        yield Part(node, inner, "typed", part.key, part.field, "", part.scope, part)
    elif isinstance(type_, ListOf | OneOrMany):
        yield from _items(part, type_)
    elif isinstance(node, MappingNode):
        yield from _of_map(part, node)


def _items(part: Part, type_: ListOf[Any] | OneOrMany[Any]) -> Iterator[Part]:
    if isinstance(part.node, SequenceNode):
        for item in part.node.items:
            yield Part(item, type_.item, "typed", None, part.field, "", part.scope, part)
    elif isinstance(type_, OneOrMany):
        yield Part(part.node, type_.item, "typed", part.key, part.field, "", part.scope, part)


def _of_map(part: Part, node: MappingNode) -> Iterator[Part]:
    type_ = part.type
    for name, (key, value) in node.entries.items():
        if isinstance(type_, Record):
            field = next((one for one in type_.fields if one.name == name), None)
            if field is not None:
                scope = _scope(type_, node) or part.scope
                yield Part(value, field.type, "typed", key, field, "", scope, part)
        elif isinstance(type_, NamedMap):
            scope = name if type_.record is DIMENSION else part.scope
            yield Part(value, type_.record, "typed", key, None, "", scope, part)
        elif isinstance(type_, MapOf):
            yield Part(value, type_.value, "typed", key, None, "", part.scope, part)
        elif type_ is EXPECTATIONS:
            inner = ANSWER_SUBJECTS if name == OWNER else ANSWER
            yield Part(value, inner, "typed", key, None, "", part.scope, part)
        elif isinstance(type_, DerivationType) and name != "from":
            source = node.value("from")
            is_rest = isinstance(value, ScalarNode) and value.text == "else"
            if isinstance(source, ScalarNode) and source.text != "time" and not is_rest:
                yield Part(value, None, "constraint", key, None, source.text, part.scope, part)


def _scope(record: Record[Any], node: MappingNode) -> str:
    """Return the name of a file's own subject, plan or the like; a duty has its subject's."""
    for each, name in _NAMES_ITSELF:
        if each is record and record not in {DUTY, STEP}:
            value = node.value(name)
            return value.text if isinstance(value, ScalarNode) else ""
    return ""


def _boxes(part: Part) -> Iterator[Part]:
    nodes = part.node.items if isinstance(part.node, SequenceNode) else [part.node]
    for node in nodes:
        if isinstance(node, MappingNode):
            yield Part(node, None, "constraints", part.key, part.field, "", part.scope, part)


def _by_dimension(part: Part, node: MappingNode) -> Iterator[Part]:
    role: Role = "constraint" if part.role == "constraints" else "value"
    for name, (key, value) in node.entries.items():
        if role == "constraint" or name not in RESERVED_FIELDS:
            yield Part(value, None, role, key, None, name, part.scope, part)


def _inside_constraint(part: Part) -> Iterator[Part]:
    inner: list[Node] = []
    if isinstance(part.node, SequenceNode):
        inner = part.node.items
    elif isinstance(part.node, MappingNode):
        turned = part.node.value("not")
        inner = [] if turned is None else [turned]
    for node in inner:
        yield Part(node, None, "constraint", part.key, None, part.dimension, part.scope, part)


def _words_of(part: Part, source: Source, steps: frozenset[str]) -> Iterator[Word]:
    node, type_ = part.node, part.type
    if part.role != "typed":
        yield from _untyped_words(part, source)
    elif not isinstance(node, ScalarNode):
        if isinstance(node, MappingNode):
            yield from _key_words(part, node, source)
        if isinstance(type_, TreeType):
            yield from _tree_words(part.scope, node, source)
    elif isinstance(type_, DutyName):
        if _DUTY.fullmatch(node.text):
            yield from _duty_words(node.text, _inner(node, source)[0])
    elif isinstance(type_, Reference):
        yield _word(type_.kind, "", node, source)
    else:
        yield from _scalar_words(part, node, source, steps)


def _untyped_words(part: Part, source: Source) -> Iterator[Word]:
    node = part.node
    if part.role in {"constraint", "value"} and isinstance(node, ScalarNode):
        yield from _value_words(part.dimension, node, source)
    elif part.role in {"constraints", "values"} and isinstance(node, MappingNode):
        for name, (key, _) in node.entries.items():
            if name not in RESERVED_FIELDS:
                yield _word("dimension", "", key, source)


def _key_words(part: Part, node: MappingNode, source: Source) -> Iterator[Word]:
    type_ = part.type
    if isinstance(type_, DerivationType):
        yield from _derivation_words(part.scope, node, source)
        return
    declared = ""
    if part.above is not None and part.field is not None and isinstance(part.above.type, Record):
        declared = _NAMES_EACH.get((part.above.type, part.field.name), "")
    named = type_.key.kind if isinstance(type_, MapOf) and isinstance(type_.key, Reference) else ""
    is_labels = part.field is not None and part.field.name == "labels" and isinstance(type_, MapOf)
    for name, (key, _) in node.entries.items():
        if declared:
            scope = part.scope if declared == "person" else ""
            yield _word(declared, scope, key, source, declares=True)
        elif named:
            yield _word(named, "", key, source)
        elif type_ is EXPECTATIONS and name != OWNER:
            yield _word("activity", "", key, source)
        elif is_labels:
            yield _word("value", part.scope, key, source)


def _derivation_words(dimension: str, node: MappingNode, source: Source) -> Iterator[Word]:
    for name, (key, value) in node.entries.items():
        if name != "from":
            yield _word("value", dimension, key, source)
        elif isinstance(value, ScalarNode) and value.text != "time":
            yield _word("dimension", "", value, source)


def _scalar_words(
    part: Part, node: ScalarNode, source: Source, steps: frozenset[str]
) -> Iterator[Word]:
    record = None if part.above is None else part.above.type
    field = "" if part.field is None else part.field.name
    if isinstance(record, Record) and (record, field) in _NAMES_ITSELF:
        kind = _NAMES_ITSELF[record, field]
        scope = part.scope if kind in {"duty", "step"} else ""
        yield _word(kind, scope, node, source, declares=True)
    elif field in {"values", "scale"} and _record_above(part) is DIMENSION:
        yield _word("value", part.scope, node, source, declares=True)
    elif field == "after" and _record_above(part) is STEP:
        # WHY: a step without an id is called as its activity.
        is_step = node.text in steps
        yield _word("step" if is_step else "activity", part.scope if is_step else "", node, source)
    elif field == "by" and _record_above(part) is SIGNAL_FILE:
        yield _word("dimension", "", node, source)
    elif (
        field in {"instead_of", "people"} and part.scope and _record_above(part) is not ROSTER_FILE
    ):
        yield _word("person", part.scope, node, source)


def _record_above(part: Part) -> Type[Any] | None:
    """Return the record that a part is in, past lists."""
    above = part.above
    while above is not None and not isinstance(above.type, Record):
        above = above.above
    return None if above is None else above.type


def _tree_words(dimension: str, node: Node, source: Source) -> Iterator[Word]:
    open_nodes = [node]
    while open_nodes:
        found = open_nodes.pop()
        if isinstance(found, ScalarNode) and found.text and found.end > found.start:
            yield _word("value", dimension, found, source, declares=True)
        elif isinstance(found, SequenceNode):
            open_nodes.extend(found.items)
        elif isinstance(found, MappingNode):
            for key, below in found.entries.values():
                yield _word("value", dimension, key, source, declares=True)
                if not isinstance(below, ScalarNode):
                    open_nodes.append(below)


def _value_words(dimension: str, node: ScalarNode, source: Source) -> Iterator[Word]:
    start, end = _inner(node, source)
    for name in _RANGE_OR_NAME.finditer(source.text, start, end):
        yield Word("value", dimension, name[0], name.start(), name.end())


def _duty_words(text: str, start: int) -> Iterator[Word]:
    subject, _, name = text.partition("/")
    slash = start + len(subject)
    yield Word("subject", "", subject, start, slash)
    yield Word("duty", subject, name, slash + 1, slash + 1 + len(name))


def _word(
    kind: str, scope: str, node: ScalarNode, source: Source, *, declares: bool = False
) -> Word:
    return Word(kind, scope, node.text, *_inner(node, source), declares=declares)


def _inner(node: ScalarNode, source: Source) -> tuple[int, int]:
    """Return the place of a scalar without the quotes around it."""
    first = source.text[node.start : node.start + 1]
    if first in {'"', "'"} and node.end - node.start == len(node.text) + 2:
        return node.start + 1, node.end - 1
    return node.start, node.end


def _explicit_steps(node: Node) -> frozenset[str]:
    steps = node.value("steps") if isinstance(node, MappingNode) else None
    found: set[str] = set()
    for item in steps.items if isinstance(steps, SequenceNode) else []:
        name = item.value("id") if isinstance(item, MappingNode) else None
        if isinstance(name, ScalarNode):
            found.add(name.text)
    return frozenset(found)
