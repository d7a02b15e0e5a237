"""A name changed wherever it stands: in all files of a pack, and of the packs that know it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from remit.cli.editor.desk import Desk
from remit.cli.editor.indexing import FileNames, Index
from remit.cli.exits import UsageError
from remit.engine.language.outline import Word
from remit.engine.wording import tell

__all__ = ["NewText", "found_places", "renamed"]

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MOST = 100
"""Letters of a name."""
_OWN = frozenset({"duty", "step", "person", "plan", "signal", "roster", "pack"})
"""Kinds of names that other packs cannot use."""
_FIXED = frozenset({"date", "time", "id", "owner", "else", "not", "from", "true", "false", "null"})
"""Words of the language, and of YAML."""


@dataclass(frozen=True, slots=True)
class NewText:
    """A stretch of a file, in offsets, and what stands there then."""

    file: FileNames
    start: int
    end: int
    text: str


def found_places(
    word: Word, folder: str, desk: Desk, *, declarations_only: bool = False
) -> tuple[tuple[FileNames, Word], ...]:
    """Return where a name stands, in every pack in which it is the same name.

    Args:
        folder: the pack in which it was found.
    """
    places = (
        place for index in _indexes(word, folder, desk) for place in index.places(word.identity)
    )
    if declarations_only:
        return tuple((file, one) for file, one in places if one.declares)
    return tuple(places)


def renamed(word: Word, new: str, folder: str, desk: Desk) -> tuple[NewText, ...]:
    """Return the edits that give a thing another name everywhere.

    Raises:
        UsageError: if the new name has not the form of one, or is taken, or the old one is declared
            nowhere that can be edited.
    """
    old = word.name
    if not _NAME.fullmatch(new) or len(new) > _MOST:
        raise UsageError(
            tell(
                "`{name}` is no name: lower-case words and digits with hyphens between, "
                "at most {most} characters",
                name=new,
                most=_MOST,
            )
        )
    if new == old:
        return ()
    indexes = _indexes(word, folder, desk)
    if new in _FIXED:
        raise UsageError(tell("`{name}` is a word of the language", name=new))
    if new.isdigit() and word.kind != "value":
        raise UsageError(tell("`{name}` would be read as a number", name=new))
    if not any(index.declares(word.identity) for index in indexes):
        raise UsageError(tell("`{name}` is declared in no file that can be edited", name=old))
    _refuse_taken(word, new, indexes, folder, desk)
    return tuple(
        NewText(file, one.start, one.end, new)
        for index in indexes
        for file, one in index.places(word.identity)
    )


def _refuse_taken(word: Word, new: str, indexes: Sequence[Index], folder: str, desk: Desk) -> None:
    wanted = (word.kind, word.scope, new)
    seen: dict[str, Index] = {index.folder: index for index in indexes}
    for index in indexes:
        for one in desk.family(index.folder):
            seen.setdefault(one, desk.index(one))
    if word.kind in _OWN:
        seen = {folder: desk.index(folder)}
    for index in seen.values():
        taken = next((place for place in index.places(wanted) if place[1].declares), None)
        if taken is not None:
            file, there = taken
            line = file.source.span(there.start, there.end).line
            raise UsageError(
                tell(
                    "`{name}` is the name of another {kind} already: {file}:{line}",
                    kind=word.kind,
                    name=new,
                    file=file.path,
                    line=line,
                )
            )


def _indexes(word: Word, folder: str, desk: Desk) -> list[Index]:
    """Return the packs in which a name means the same as in one of them."""
    if word.kind in _OWN:
        return [desk.index(folder)]
    family: Mapping[str, Index] = {one: desk.index(one) for one in desk.family(folder)}
    homes = {one for one, index in family.items() if index.declares(word.identity)} or {folder}
    return [
        family.get(one) or desk.index(one)
        for one in dict.fromkeys((*family, *desk.packs()))
        if homes & set(desk.family(one))
    ]
