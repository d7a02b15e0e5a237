"""What is nearest to a subject's answering: the event it would own, and the policy edit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich.text import Text

from remit.cli.edit_files import FileEdit, edited_pack, file_edit
from remit.cli.reason_words import letters_words
from remit.cli.screen import clean
from remit.engine.events import Event
from remit.engine.map.responsibility import ResponsibilityMap, compile_pack
from remit.engine.nearest import NearestEvent, nearest_event
from remit.engine.pack import Letter
from remit.engine.vocabulary import plain
from remit.engine.wording import tell, tell_count
from remit.validators.moves import Move, moves
from remit.validators.nearest_edit import Edit, Refusal, is_given, proposals, refusal
from remit.validators.words import names_words, percent, region_words, value_words, witness_words

__all__ = ["Nearest", "ProvenEdit", "nearest_json", "nearest_of", "nearest_words"]

MOST_TRIED = 8
"""Proposals written out and loaded at most, until one of either kind holds."""
DIFF_STYLES = {"+": "green", "-": "red", "@": "cyan"}


@dataclass(frozen=True, slots=True)
class ProvenEdit:
    """An edit that was made in a copy of the pack, which was loaded, compiled and compared."""

    edit: Edit
    file: FileEdit
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Nearest:
    """What would give a subject a letter.

    Args:
        is_held: whether it has the letter already, in every cell the event may be.
        event: the nearest event in which it has it; `None` if there is none.
        edits: for accountable, of a duty it has, and a new duty; the nearest first.
        against: why no edit can be offered, if none can.
    """

    activity: str
    letter: Letter
    subject: str
    is_held: bool
    event: NearestEvent | None
    edits: tuple[ProvenEdit, ...]
    against: Refusal | None


def nearest_of(
    map: ResponsibilityMap,  # noqa: A002 -- as in the engine
    event: Event,
    activity: str,
    letter: Letter,
    subject: str,
) -> Nearest:
    """Return what is nearest to a subject's having a letter in an event.

    Raises:
        BudgetExceeded: if the map would cost more than its budget.
    """
    resolution = map.resolve(event, activity)
    answer = resolution.activities.get(activity)
    holders = answer.holders[letter] if answer else None
    found = nearest_event(map, event, activity, letter, subject)
    is_held = holders is not None and subject in holders.certain
    is_open = found is not None and not found.changes
    if letter != "accountable" or (is_open and not is_held):
        return Nearest(activity, letter, subject, is_held, found, (), None)
    if is_held and is_given(map, event, activity, subject):
        return Nearest(activity, letter, subject, is_held, found, (), None)
    against = refusal(map, event, activity, subject)
    edits = () if against else tuple(_proven(map, event, activity, subject))
    if against is None and not edits:
        told = tell("no change of one duty would give `{subject}` this event", subject=subject)
        against = Refusal("none", told)
    return Nearest(activity, letter, subject, is_held, found, edits, against)


def _proven(
    map: ResponsibilityMap,  # noqa: A002 -- as in the engine
    event: Event,
    activity: str,
    subject: str,
) -> Iterator[ProvenEdit]:
    """Yield the nearest edit that holds when it is made; after a change, a new duty as well."""
    is_changed = False
    for edit in proposals(map, event, activity, subject)[:MOST_TRIED]:
        if is_changed and edit.before is not None:
            continue
        file = file_edit(edit, map.pack)
        if file is None:
            continue
        with edited_pack(file, map.pack) as edited:
            if edited is None or not is_given(compile_pack(edited), event, activity, subject):
                continue
            yield ProvenEdit(edit, file, moves(map.pack, edited, edit.before, edit.after))
        if edit.before is None:
            return
        is_changed = True


def nearest_words(found: Nearest) -> Text:
    """Return what is nearest in sentences."""
    text = Text()
    for line in (*_event_lines(found), *_edit_lines(found)):
        text.append("\n").append(line)
    return text


def _event_lines(found: Nearest) -> Iterator[Text | str]:
    letter = letters_words((found.letter,))
    has = tell(
        "`{subject}` is {letter} for `{activity}`",
        subject=found.subject,
        letter=letter,
        activity=found.activity,
    )
    if found.is_held:
        if found.edits or found.against:
            yield ""
            yield tell("it is not alone in this: others are {letter} here as well", letter=letter)
        return
    yield ""
    if found.event is None:
        yield tell("there is no event in which {has}", has=has)
        return
    needs = region_words(found.event.needs) if found.event.needs else ""
    if not found.event.changes:
        yield (
            tell("{has} here if {needs}", has=has, needs=needs)
            if needs
            else tell("{has} here", has=has)
        )
        return
    yield tell("the nearest event in which {has}:", has=has)
    for change in found.event.changes:
        before, after = value_words(change.before), value_words(change.after)
        yield "  - " + tell(
            "`{dimension}` is `{after}` instead of `{before}`",
            dimension=change.dimension,
            after=after,
            before=before,
        )
    if needs:
        yield "  " + tell("with {needs}, which the event leaves open", needs=needs)
    yield Text("  " + tell("event: ") + witness_words(found.event.values), "dim")


def _edit_lines(found: Nearest) -> Iterator[Text | str]:
    if found.against is not None:
        yield ""
        yield tell("no edit is offered: {message}", message=found.against.message)
        if found.against.span is not None:
            place = f"{found.against.span.file}:{found.against.span.line}"
            yield "  " + tell("at {place}", place=place)
        if found.against.basis:
            yield "  " + tell("basis: {basis}", basis=found.against.basis)
    for at, proven in enumerate(found.edits):
        yield ""
        yield _edit(proven, is_first=at == 0)
        for line in proven.file.diff():
            yield Text(f"  {clean(line)}", DIFF_STYLES.get(line[:1], ""))
        for moved in _together(proven.moves):
            yield f"  {_move(moved)}"
        yield "  " + tell("nothing else changes hands; the edited pack was compiled and compared")


def _edit(proven: ProvenEdit, *, is_first: bool) -> str:
    place = f"{clean(proven.file.file)}:{proven.file.line}"
    parts = {"duty": proven.edit.after.name, "place": place}
    if is_first and proven.edit.before:
        return tell(
            "the nearest edit of the policy changes the duty `{duty}`, at {place}:", **parts
        )
    if is_first:
        return tell("the nearest edit of the policy adds the duty `{duty}`, at {place}:", **parts)
    if proven.edit.before:
        return tell("another changes the duty `{duty}`, at {place}:", **parts)
    return tell("another adds the duty `{duty}`, at {place}:", **parts)


def _together(moved: Iterable[Move]) -> list[tuple[Move, ...]]:
    """Return moves with those of the same cells and hands together, letter after letter."""
    found: dict[object, tuple[Move, ...]] = {}
    for move in moved:
        key = (move.activity, move.before, move.after, move.cells, tuple(move.witness.items()))
        found[key] = (*found.get(key, ()), move)
    return list(found.values())


def _move(moved: tuple[Move, ...]) -> str:
    move = moved[0]
    return tell_count(
        "{after} is {letters} for `{activity}` instead of {before}"
        " in {share} of its events, as {witness}",
        "{after} are {letters} for `{activity}` instead of {before}"
        " in {share} of its events, as {witness}",
        max(1, len(move.after)),
        after=names_words(move.after) if move.after else tell("nobody"),
        before=names_words(move.before) if move.before else tell("nobody"),
        letters=tell(" and ").join(letters_words((each.letter,)) for each in moved),
        activity=move.activity,
        share=percent(move.share),
        witness=witness_words(move.witness),
    )


def nearest_json(found: Nearest) -> dict[str, object]:
    """Return what is nearest as JSON has it."""
    return {
        "letter": found.letter,
        "held": found.is_held,
        "event": None if found.event is None else _event_json(found.event),
        "edits": [_edit_json(proven) for proven in found.edits],
        "against": None
        if found.against is None
        else {
            "kind": found.against.kind,
            "message": found.against.message,
            "file": found.against.span.file if found.against.span else None,
            "line": found.against.span.line if found.against.span else None,
            "basis": found.against.basis,
        },
    }


def _event_json(event: NearestEvent) -> dict[str, object]:
    return {
        "values": {name: plain(value) for name, value in event.values.items()},
        "changes": [
            {
                "dimension": change.dimension,
                "from": plain(change.before),
                "to": plain(change.after),
                "size": str(change.size),
            }
            for change in event.changes
        ],
        "needs": dict(event.needs),
    }


def _edit_json(proven: ProvenEdit) -> dict[str, object]:
    return {
        "kind": "change" if proven.edit.before else "new",
        "duty": proven.edit.after.name,
        "parts": list(proven.edit.parts),
        "file": proven.file.file,
        "line": proven.file.line,
        "diff": "\n".join(proven.file.diff()) + "\n",
        "moves": [
            {
                "activity": move.activity,
                "letter": move.letter,
                "from": list(move.before),
                "to": list(move.after),
                "cells": move.cells,
                "of": move.of,
                "share": float(move.share),
                "witness": {name: plain(value) for name, value in move.witness.items()},
            }
            for move in proven.moves
        ],
    }
