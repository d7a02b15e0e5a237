"""The columns of a table of duties: what the headings are, and how the cells below are read.

The same types read the cells as read the keys of a duty in YAML, so the same words mean the same
and the same mistakes are told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, Literal

from remit.engine.intervals import IntervalSet
from remit.engine.language.csv_rows import Row
from remit.engine.language.model.base import INVALID, Invalid, Reading, Type
from remit.engine.language.model.duty_record import DUTY
from remit.engine.language.model.names import Reference
from remit.engine.language.model.phrases import LANGUAGE_PATTERN, Texts
from remit.engine.language.model.regions import read_constraint
from remit.engine.language.model.table_cells import Cell, constraint_node, list_node, text_node
from remit.engine.language.model.times import Day
from remit.engine.language.problems import in_ticks, one_of
from remit.engine.language.yaml_nodes import ScalarNode
from remit.engine.spans import Related
from remit.engine.texts import Text
from remit.engine.wording import mark, tell, tell_marked

__all__ = ["NOTHING", "Column", "Nothing", "read_headings"]

Part = Literal["key", "when", "unless", "ignored"]
Nothing = Literal[""]
NOTHING: Final[Nothing] = ""
"""What a cell says that is blank, or of which no more can be told."""

_TYPES = {field.name: field.type for field in DUTY.fields if field.name not in {"when", "unless"}}
_LISTS = ("role", "exception_to")
_TEXTS = ("label", "basis")
_DAYS = ("valid_from", "valid_until")
_KEYS = (*(name for name in _TYPES if name != "valid"), *_DAYS)
_SUBJECT = "subject"
_REQUIRED = ("id", "activity", "role")
_CONDITIONS: tuple[Literal["when", "unless"], ...] = ("when", "unless")
_DAY = Day()
_TEXT = Texts()
_SUBJECT_NAME = Reference("subject")
_LANGUAGE = re.compile(LANGUAGE_PATTERN[1:-1])
_ANY = "*"
"""Stands for any language."""
_SEPARATORS = {";": "`;`", "\t": mark("tabs")}


class Column:
    """One column: which key or dimension it is of, and the values of the words seen in it.

    Args:
        name: the key, or the dimension.
        key: the key of the duty that its cells belong to.
        language: of a text; empty where it has none.
        memory: by the raw text of a cell; the same words come back thousands of times.
    """

    __slots__ = ("heading", "key", "language", "memory", "name", "part", "read")

    def __init__(self, part: Part, name: str, heading: ScalarNode, language: str = "") -> None:
        self.part = part
        self.name = name
        self.heading = heading
        self.language = language
        self.memory: dict[str, object] = {}
        self.key = _key_of(part, name)
        self.read: Callable[[Cell, Reading], object] = self._reader()

    def _reader(self) -> Callable[[Cell, Reading], object]:
        if self.part == "ignored":
            return lambda _cell, _reading: INVALID
        if self.part != "key":
            return self._constraint
        if self.name in _LISTS:
            return self._list
        if self.name in _TEXTS:
            return self._text
        type_: Type[object] = _DAY if self.name in _DAYS else _TYPES.get(self.name, _SUBJECT_NAME)
        return lambda cell, reading: type_.read(text_node(cell), reading)

    def _constraint(self, cell: Cell, reading: Reading) -> IntervalSet | Invalid | Nothing:
        node = constraint_node(cell, reading)
        if isinstance(node, Invalid):
            return INVALID
        key = ScalarNode(self.name, False, self.heading.start, self.heading.end)  # noqa: FBT003
        found = read_constraint(key, node, reading)
        return NOTHING if found is None else found

    def _list(self, cell: Cell, reading: Reading) -> object:
        node = list_node(cell, reading)
        if isinstance(node, Invalid):
            return INVALID
        found = _TYPES[self.name].read(node, reading)
        return INVALID if isinstance(found, Invalid) else (found, node)

    def _text(self, cell: Cell, reading: Reading) -> Text | Invalid:
        return _TEXT.read(text_node(cell), reading)


def read_headings(row: Row, reading: Reading, *, with_subject: bool) -> list[Column] | Invalid:
    """Return the columns of a table; `INVALID` where what every duty needs is missing.

    A heading that is none is told once, and the cells below it are not looked at.

    Args:
        with_subject: whether the table names the subject of each duty.
    """
    separator = _other_separator(row)
    if separator:
        here = ScalarNode("", False, *row.place(0))  # noqa: FBT003 - as all nodes
        message = tell("the cells of this table are separated by {separator}", separator=separator)
        return reading.error(here, message, help=tell("save it with commas"))
    names = (_SUBJECT, *_KEYS) if with_subject else _KEYS
    columns = [
        _column(Cell(text, *place), names, reading)
        for text, place in zip(row.cells, row.all_places(), strict=True)
    ]
    _refuse_twice(columns, reading)
    needed = (_SUBJECT, *_REQUIRED) if with_subject else _REQUIRED
    there = {column.name for column in columns if column.part == "key"}
    missing = [name for name in needed if name not in there]
    for name in missing:
        start = row.place(0)[0]
        here = ScalarNode("", False, start, row.place(len(row.cells))[1])  # noqa: FBT003
        message = tell("a table of duties needs the column {name}", name=in_ticks(name))
        reading.error(here, message, help=tell("add a column `{name}`", name=name))
    return INVALID if missing else columns


def _column(cell: Cell, names: tuple[str, ...], reading: Reading) -> Column:
    heading = text_node(cell)
    name = cell.text
    if name in names:
        return Column("key", name, heading)
    key, dot, language = name.partition(".")
    if dot and key in _TEXTS:
        return _text_column(key, language, heading, reading)
    for part in _CONDITIONS:
        for sign in (".", ":"):
            if name.startswith(part + sign):
                dimension = name.removeprefix(part + sign)
                return _condition_column(part, dimension, heading, names, reading)
    return _condition_column("when", name, heading, names, reading)


def _text_column(key: str, language: str, heading: ScalarNode, reading: Reading) -> Column:
    if not _LANGUAGE.fullmatch(language):
        expected = tell("a language code, as in `{key}.en` or `{key}.zh`", key=key)
        reading.wrong(heading, tell("a column of texts"), expected)
        return Column("ignored", heading.text, heading)
    return Column("key", key, heading, language)


def _condition_column(
    part: Literal["when", "unless"],
    name: str,
    heading: ScalarNode,
    names: tuple[str, ...],
    reading: Reading,
) -> Column:
    terms = reading.terms
    if terms is None or name in terms.dimensions or (name and terms.is_excused(name)):
        return Column(part, name, heading)
    if not name and not heading.text:
        return Column("ignored", "", heading)
    known = (*names, *terms.dimensions)
    if heading.text != name:
        known = tuple(terms.dimensions)
        message = tell("there is no dimension {name}", name=in_ticks(name))
    elif name == _SUBJECT:
        message = tell("this table is of one subject, and has no column `subject`")
        help_ = tell("a table of many subjects is named in `pack.yaml`")
        reading.error(heading, message, help=help_)
        return Column("ignored", name, heading)
    else:
        message = tell("a table of duties has no column {name}", name=in_ticks(name))
    help_ = reading.problems.suggestion(name, known, "column of duties")
    expected = tell(
        "{names}; `unless.NAME`, `label.LANGUAGE`, `basis.LANGUAGE`", names=one_of(known)
    )
    reading.error(heading, message, expected=expected, help=help_)
    return Column("ignored", name, heading)


def _refuse_twice(columns: Iterable[Column], reading: Reading) -> None:
    first: dict[tuple[str, str, str], Column] = {}
    for column in columns:
        if column.part == "ignored":
            continue
        own = (column.part, column.name, column.language)
        # WHY: a text is written in no language or in several, here as in YAML.
        other_way = (column.part, column.name, "" if column.language else _ANY)
        other = first.get(own) or first.get(other_way)
        if other is not None:
            reading.error(
                column.heading,
                tell("the column {text} is there twice", text=in_ticks(column.heading.text)),
                help=tell("keep one of the two"),
                related=(Related(reading.span(other.heading), tell("the first one")),),
            )
        first.setdefault(own, column)
        if column.language:
            first.setdefault((column.part, column.name, _ANY), column)


def _key_of(part: Part, name: str) -> str:
    if part != "key":
        return part
    return "valid" if name in _DAYS else name


def _other_separator(row: Row) -> str:
    """Return what separates the cells, where it is no comma."""
    if len(row.cells) > 1:
        return ""
    return tell_marked(
        next((name for sign, name in _SEPARATORS.items() if sign in row.cells[0]), "")
    )
