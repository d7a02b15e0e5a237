"""The duties of a subject, or of many: a list in YAML, or tables beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from remit.engine.language.model.base import (
    Definitions,
    Invalid,
    Json,
    Reading,
    Reference,
    Tables,
    Type,
)
from remit.engine.language.model.composed import ListOf, OneOrMany
from remit.engine.language.model.duty_record import DUTY
from remit.engine.language.model.duty_tables import read_duty_table
from remit.engine.language.model.phrases import Phrase
from remit.engine.language.model.records import Field, Found, Record
from remit.engine.language.yaml_nodes import MappingNode, Node, ScalarNode
from remit.engine.pack import Duty

__all__ = ["DUTIES", "DUTIES_OF_MANY", "DUTY_LIST", "DUTY_TABLES", "is_table_path"]

LONGEST_PATH = 500
"""Characters of a path to a table."""


class _DutiesType(Type[tuple[Duty, ...]]):
    """A list of duties, or a map that names the tables they are in."""

    def read(self, node: Node, reading: Reading) -> tuple[Duty, ...] | Invalid:
        """Return the duties that can be read."""
        if isinstance(node, MappingNode):
            return DUTY_TABLES.read(node, reading)
        return DUTY_LIST.read(node, reading)

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of a list or of tables."""
        # WHY not `anyOf`: so each mistake is told at its own place, not that neither fits.
        return {
            "if": {"type": "array"},
            "then": DUTY_LIST.schema(definitions),
            "else": DUTY_TABLES.schema(definitions),
        }


def is_table_path(node: ScalarNode) -> bool:
    """Return whether a scalar has the form of a path to a table."""
    return len(node.text) <= LONGEST_PATH and bool(_PATH.fullmatch(node.text))


def _duties(found: Found, *, with_subject: bool = False) -> tuple[Duty, ...]:
    reading = found.reading
    tables = reading.tables
    if tables is None:
        return ()
    duties: list[Duty] = []
    for path in found.need(_TABLE):
        source = tables.sources.get(path)
        if source is not None:
            rows = Reading(source, reading.problems, reading.references, reading.terms)
            rows.scope = "" if with_subject else reading.scope
            key = f"table\0{source.file}\0{with_subject} {rows.scope}\0{tables.digests[path]}"
            duties += _recalled(tables, key, rows) or _read(
                tables, key, rows, with_subject=with_subject
            )
    return tuple(duties)


def _recalled(tables: Tables, key: str, rows: Reading) -> Sequence[Duty]:
    """Return the duties of a table that was read before; none where it has to be read."""
    known = None
    if tables.memory is not None:
        known = tables.memory.get(key, len(rows.source.text))
    if known is None:
        return ()
    source = rows.source
    rows.references.extend(
        Reference(kind, name, source, start, end, also)
        for kind, name, start, end, also in known.mentions
    )
    tables.ids += known.ids
    return known.duties


def _read(tables: Tables, key: str, rows: Reading, *, with_subject: bool) -> Sequence[Duty]:
    """Return the duties of a table, and leave it for the next load if it has no error."""
    before = (len(rows.problems), len(rows.references))
    table = read_duty_table(rows, with_subject=with_subject)
    tables.ids += table.ids
    tables.is_whole = tables.is_whole and table.is_whole
    if tables.memory is not None and len(rows.problems) == before[0]:
        told = (
            (one.kind, one.name, one.start, one.end, one.also)
            for one in rows.references[before[1] :]
        )
        tables.memory.put(key, len(rows.source.text), table.duties, table.ids, told)
    return table.duties


_TABLE_PATTERN = r"^[^/\\\s][^\\\n\r]*\.[cC][sS][vV]$"
_PATH = re.compile(_TABLE_PATTERN[1:-1])
_TABLE = Field(
    "table",
    OneOrMany(
        Phrase(
            "a path to a table",
            pattern=_TABLE_PATTERN,
            expected="a path such as `duties.csv`, relative to this file, with `/`",
            longest=LONGEST_PATH,
        ),
        "a list of tables",
    ),
    "CSV files, each relative to this file, one duty a row.",
    is_required=True,
)
DUTY_LIST = ListOf(DUTY, "a list of duties")
DUTY_TABLES = Record("a table of duties", "Duties written as a table.", (_TABLE,), _duties)
DUTIES = _DutiesType()
DUTIES_OF_MANY = Record(
    "a table of duties of many subjects",
    "Duties written as a table that has the column `subject`.",
    (_TABLE,),
    lambda found: _duties(found, with_subject=True),
)
