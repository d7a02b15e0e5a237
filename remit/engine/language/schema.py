"""The published JSON Schema of every kind of file, and plain documents held to it.

One source makes the loader's model and these schemas, so they cannot drift apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from remit.engine.language.literals import read_day
from remit.engine.language.model.base import Definitions, Json, Type
from remit.engine.language.model.drill_file import DRILL_FILE
from remit.engine.language.model.fund_file import FUND_FILE
from remit.engine.language.model.occurrences import EVENT, event_schema
from remit.engine.language.model.pack_file import ACCEPT_FILE, LIMITS_FILE, PACK_FILE
from remit.engine.language.model.plan_file import PLAN_FILE
from remit.engine.language.model.records import Record
from remit.engine.language.model.reserves_file import RESERVES_FILE
from remit.engine.language.model.roster_file import ROSTER_FILE
from remit.engine.language.model.scenario_file import SCENARIO_FILE
from remit.engine.language.model.signal_file import SIGNAL_FILE
from remit.engine.language.model.subject_file import SUBJECT_FILE
from remit.engine.language.model.tests_file import TESTS_FILE
from remit.engine.language.model.vocabulary_file import VOCABULARY_FILE

__all__ = [
    "DIALECT",
    "FILE_TYPES",
    "TITLES",
    "SchemaFlaw",
    "file_schema",
    "flaws_of",
    "published_schema",
    "schema_flaws",
]

FILE_TYPES: Mapping[str, Type[object]] = {
    "pack": PACK_FILE,
    "vocabulary": VOCABULARY_FILE,
    "subject": SUBJECT_FILE,
    "plan": PLAN_FILE,
    "signal": SIGNAL_FILE,
    "fund": FUND_FILE,
    "reserves": RESERVES_FILE,
    "roster": ROSTER_FILE,
    "scenario": SCENARIO_FILE,
    "drill": DRILL_FILE,
    "limits": LIMITS_FILE,
    "accept": ACCEPT_FILE,
    "test": TESTS_FILE,
    "event": EVENT,
}
"""The type of each kind of file; an event is a file too where it is given to a command."""

TITLES: Mapping[str, str] = {
    "pack": "remit: pack.yaml",
    "vocabulary": "remit: vocabulary.yaml",
    "subject": "remit: a subject",
    "plan": "remit: a plan",
    "signal": "remit: a signal",
    "fund": "remit: a fund",
    "reserves": "remit: reserves.yaml",
    "roster": "remit: a roster",
    "scenario": "remit: a scenario",
    "drill": "remit: a drill",
    "limits": "remit: limits apart from pack.yaml",
    "accept": "remit: accepted findings apart from pack.yaml",
    "test": "remit: tests of a pack",
    "event": "remit: an event",
}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class SchemaFlaw:
    """One place where a plain document is not as its schema has it.

    Args:
        path: keys and indexes from the root.
    """

    path: tuple[str | int, ...]
    message: str


def published_schema(kind: str) -> Json:
    """Return the JSON Schema, draft 2020-12, of a kind of file.

    Raises:
        KeyError: if there is no such kind; `FILE_TYPES` has them all.
    """
    definitions = Definitions()
    body = file_schema(kind, definitions)
    return {
        "$schema": DIALECT,
        "$id": f"{kind}.schema.json",
        "title": TITLES[kind],
        **body,
        "$defs": dict(sorted(definitions.parts.items())),
    }


def schema_flaws(kind: str, document: object) -> tuple[SchemaFlaw, ...]:
    """Return where a plain document breaks the schema of its kind, by path; nothing if it is right.

    Args:
        kind: a key of `FILE_TYPES`.
        document: dicts, lists, text, `int`, `Decimal` or `float`, `bool` and `None`.
    """
    return _flaws(_validator_of(kind), document)


def flaws_of(schema: Json, document: object) -> tuple[SchemaFlaw, ...]:
    """Return where a plain document breaks a schema, by path; nothing if it is right."""
    return _flaws(_validator(schema), document)


def file_schema(kind: str, definitions: Definitions) -> Json:
    """Return the schema of a kind of file as the root of a document.

    Raises:
        KeyError: if there is no such kind; `FILE_TYPES` has them all.
    """
    file_type = FILE_TYPES[kind]
    if isinstance(file_type, Record):
        return file_type.object_schema(definitions)
    if file_type is EVENT:
        return event_schema(definitions)
    return {"description": "Events and the answers expected.", **file_type.schema(definitions)}


def _flaws(validator: Any, document: object) -> tuple[SchemaFlaw, ...]:
    flaws = [
        SchemaFlaw(tuple(error.absolute_path), error.message)
        for error in validator.iter_errors(document)
    ]
    return tuple(sorted(flaws, key=lambda flaw: ([str(step) for step in flaw.path], flaw.message)))


@cache
def _validator_of(kind: str) -> Any:
    return _validator(published_schema(kind))


def _validator(schema: Json) -> Any:
    # WHY Any: the stubs of jsonschema know only what `json` gives, and no exact decimals.
    import jsonschema

    library: Any = jsonschema

    def pattern(validator: Any, wanted: str, instance: object, _: object) -> Iterator[Exception]:
        if validator.is_type(instance, "string") and not re.search(_ecma(wanted), str(instance)):
            yield library.ValidationError(f"{instance!r} does not match {wanted!r}")

    base = library.Draft202012Validator
    checker = library.FormatChecker(formats=())
    checker.checks("date")(lambda text: not isinstance(text, str) or read_day(text) is not None)
    types = base.TYPE_CHECKER.redefine("integer", _is_integer)
    exact = library.validators.extend(base, {"pattern": pattern}, type_checker=types)
    return exact(schema, format_checker=checker)


def _ecma(pattern: str) -> str:
    # SOURCE: ECMA-262, where `$` without the flag `m` is the end of the text; in Python it also
    # stands before a last line break.
    return pattern[:-1] + r"\Z" if pattern.endswith("$") else pattern


def _is_integer(_: object, instance: object) -> bool:
    # SOURCE: JSON Schema 2020-12, section 6.1.1: any number without a fraction is an integer.
    if isinstance(instance, bool):
        return False
    if isinstance(instance, float | Decimal):
        return instance == int(instance)
    return isinstance(instance, int)
