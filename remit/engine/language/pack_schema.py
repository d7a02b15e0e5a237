"""The JSON Schema of one pack: its files, with the names it and its higher packs declare.

An editor that knows JSON Schema offers these names, shows their labels and marks every other, with
nothing of remit installed. What an author adds is not known to it until it is written anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from remit.engine.language.file_kinds import MARKS, FileKind
from remit.engine.language.model.base import Definitions, Json
from remit.engine.language.model.lexicon import Lexicon, label_words
from remit.engine.language.schema import (
    DIALECT,
    FILE_TYPES,
    TITLES,
    SchemaFlaw,
    file_schema,
    flaws_of,
)
from remit.engine.pack import Pack
from remit.engine.vocabulary import DATE
from remit.engine.wording import tell

__all__ = ["lexicon_of", "pack_flaws", "pack_schema"]


def pack_schema(pack: Pack, kind: str | None = None) -> Json:
    """Return the JSON Schema, draft 2020-12, of the files of a pack.

    Args:
        kind: a key of `FILE_TYPES`; the schema of every kind at once where it is left out. Which
            kind a file is of, its own keys tell, as they tell the loader.

    Raises:
        KeyError: if there is no such kind.
    """
    definitions = Definitions(lexicon_of(pack))
    if kind is None:
        title = tell("remit: a file of the pack {pack}", pack=pack.name)
        body = _any_kind(definitions)
    else:
        title, body = f"{TITLES[kind]} ({pack.name})", file_schema(kind, definitions)
    return {
        "$schema": DIALECT,
        "$id": f"{pack.name}{'' if kind is None else f'.{kind}'}.schema.json",
        "title": title,
        **body,
        "$defs": dict(sorted(definitions.parts.items())),
    }


def pack_flaws(pack: Pack, document: object, kind: str | None = None) -> tuple[SchemaFlaw, ...]:
    """Return where a plain document breaks the schema of a pack, by path; nothing if it is right.

    Args:
        document: dicts, lists, text, `int`, `Decimal` or `float`, `bool` and `None`.
        kind: as for `pack_schema`.
    """
    return flaws_of(pack_schema(pack, kind), document)


def lexicon_of(pack: Pack) -> Lexicon:
    """Return the names that the files of a pack may use, those of its higher packs first."""
    packs = (*reversed(pack.higher), pack)
    subjects = {
        name: label_words(one.label) for each in packs for name, one in each.subjects.items()
    }
    staff = (kind for each in packs for one in each.subjects.values() for kind in one.staff)
    vocabulary = pack.vocabulary
    names: dict[str, Mapping[str, str]] = {
        "subject": subjects,
        "kind of staff": _unlabelled(staff),
        "activity": {name: label_words(one.label) for name, one in vocabulary.activities.items()},
        "power": {name: label_words(one.label) for name, one in vocabulary.powers.items()},
        "dimension": {
            **{name: label_words(one.label) for name, one in vocabulary.dimensions.items()},
            DATE: "",
        },
        "duty": {duty.name: label_words(duty.label) for duty in pack.duties()},
        "fund": {
            name: label_words(one.label) for each in packs for name, one in each.funds.items()
        },
        "stock item": {
            name: label_words(one.label) for each in packs for name, one in each.reserves.items()
        },
    }
    return Lexicon(names, vocabulary.dimensions)


def _unlabelled(names: Iterable[str]) -> dict[str, str]:
    return dict.fromkeys(names, "")


def _any_kind(definitions: Definitions) -> Json:
    """Return the schema of a file of any kind: its first telling key decides, as it is loaded."""
    kinds = cast("list[FileKind]", list(dict.fromkeys(MARKS.values())))
    parts = {kind: definitions.refer(f"file-{kind}", _maker(kind, definitions)) for kind in kinds}
    tests = definitions.refer("file-test", _maker("test", definitions))
    about = {kind: FILE_TYPES[kind] for kind in kinds}
    otherwise: Json = {
        "type": "object",
        "properties": {
            mark: {"description": str(getattr(about[kind], "about", ""))}
            for mark, kind in MARKS.items()
        },
        "anyOf": [{"required": [mark]} for mark in MARKS],
    }
    for kind in reversed(kinds):
        marks = [mark for mark, each in MARKS.items() if each == kind]
        has: Json = {"anyOf": [{"required": [mark]} for mark in marks]}
        otherwise = {"if": has, "then": parts[kind], "else": otherwise}
    return {"if": {"type": "array"}, "then": tests, "else": otherwise}


def _maker(kind: str, definitions: Definitions) -> Callable[[], Json]:
    return lambda: file_schema(kind, definitions)
