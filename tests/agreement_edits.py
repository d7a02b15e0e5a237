"""Where nearest edits and the slow reference disagree: each is written, read again and judged."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import remit
from remit.cli.edit_files import edited_pack, file_edit
from remit.engine.conditions import Condition
from remit.engine.language.constraints import format_constraint
from remit.engine.pack import Duty
from remit.engine.vocabulary import DATE
from remit.validators.moves import moves
from remit.validators.nearest_edit import Edit, is_given, proposals, refusal
from tests.agreement import Sample, as_event
from tests.random_packs import random_event
from tests.reference import LETTERS, Cell, Reference

__all__ = ["edit_disagreements"]

EVENTS = 2
Pair = tuple[str, str, frozenset[str], frozenset[str]]


def edit_disagreements(sample: Sample) -> Iterator[str]:
    """Yield what is wrong with the edits proposed for random events, activities and subjects."""
    rng = sample.rng("edits")
    for activity in sample.reference.activities:
        for _ in range(EVENTS):
            plain = random_event(rng, sample.reference, rng.choice((0.5, 1.0)))
            subject = rng.choice(sorted(sample.pack.subjects))
            event = remit.parse_event(as_event(plain), sample.pack.vocabulary)
            cells = _asked(sample.reference, plain, activity)
            where = f"{subject} {activity} {as_event(plain)}"
            against = refusal(sample.map, event, activity, subject)
            if (against is not None and against.kind == "not-needed") != (not cells):
                yield f"{against} with {len(cells)} cells: {where}"
            holders = {sample.reference.holders(c, activity, "accountable") for c in cells}
            if is_given(sample.map, event, activity, subject) != (
                holders == {frozenset([subject])}
            ):
                yield f"is given should be so for {holders}: {where}"
            if against is None:
                for edit in proposals(sample.map, event, activity, subject):
                    yield from _edit(sample, edit, plain, activity, f"{edit.parts} {where}")


def _asked(reference: Reference, plain: dict[str, object], activity: str) -> list[Cell]:
    cells = reference.cells(plain)
    if activity == reference.lead:
        return cells
    return [cell for cell in cells if reference.needed(cell, activity)]


def _edit(
    sample: Sample, edit: Edit, plain: dict[str, object], activity: str, where: str
) -> Iterator[str]:
    file = file_edit(edit, sample.pack)
    if file is None:
        yield f"no text: {where}"
        return
    with edited_pack(file, sample.pack) as edited:
        # WHY: a part that others share by an anchor is not edited; the loader refuses what is left.
        if edited is None:
            if "&" not in file.before:
                yield f"cannot be loaded: {where}\n" + "\n".join(file.diff())
            return
        written = {duty.name: duty for duty in edited.duties()}[edit.after.name]
        if _meaning(written, sample) != _meaning(edit.after, sample):
            if "&" not in file.before:
                yield f"{_meaning(written, sample)} is written: {where}"
            return
        told = moves(sample.pack, edited, edit.before, edit.after)
    reference = Reference(_plain_edited(sample, edit))
    for cell in _asked(reference, plain, activity):
        holders = reference.holders(cell, activity, "accountable")
        if holders != {edit.after.subject}:
            yield f"{set(holders)} answer in {as_event(cell)}: {where}"
            return
    found = {
        (move.activity, move.letter, frozenset(move.before), frozenset(move.after))
        for move in told
        if move.letter in LETTERS[:2]
    }
    expected = _moved(sample.reference, reference, as_event(plain))
    if found != expected:
        yield f"moves should be {expected}, are {found}: {where}"


def _meaning(duty: Duty, sample: Sample) -> dict[str, object]:
    """Return a duty as plain data, its maps and exceptions in one order."""
    plain = _plain_duty(duty, sample)
    plain["exception_to"] = sorted(plain["exception_to"])  # type: ignore[type-var]
    plain["role"] = sorted(plain["role"])  # type: ignore[type-var]
    return plain


def _plain_duty(duty: Duty, sample: Sample) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": duty.id,
        "activity": duty.activity,
        "role": list(duty.roles),
        "when": _maps(duty.when, sample),
        "exception_to": [reference.name for reference in duty.exception_to],
    }
    if duty.unless is not None:
        found["unless"] = _maps(duty.unless, sample)
    if duty.valid is not None:
        ends = {"from": duty.valid.start, "until": duty.valid.end}
        found["valid"] = {key: day.isoformat() for key, day in ends.items() if day is not None}
    return found


def _maps(condition: Condition, sample: Sample) -> list[dict[str, object]]:
    vocabulary = sample.pack.vocabulary
    return [
        {
            name: format_constraint(vocabulary.dimension(name), constraint.allowed)
            for name, constraint in sorted(box.constraints.items())
        }
        for box in condition.boxes
    ]


def _plain_edited(sample: Sample, edit: Edit) -> dict[str, Any]:
    """Return the plain pack with an edit made."""
    plain = copy.deepcopy(dict(sample.plain))
    for subject in plain["subjects"]:
        duties = subject.get("duties") or []
        for at, duty in enumerate(duties):
            if f"{subject['subject']}/{duty['id']}" == edit.after.name:
                duties[at] = _plain_duty(edit.after, sample)
                return plain
    new = {"subject": edit.after.subject, "duties": [_plain_duty(edit.after, sample)]}
    plain["subjects"] = [*plain["subjects"], new]
    return plain


def _moved(old: Reference, new: Reference, event: dict[str, object]) -> set[Pair]:
    found = set()
    # WHY both, and the event's own numbers and days: an edit may end just there, where neither pack
    # alone tells anything apart.
    own = [name for name in event if name == DATE or "decimal" in old.dimensions[name]]
    some = [
        {name: event[name] for name in chosen}
        for count in range(len(own) + 1)
        for chosen in combinations(own, count)
    ]
    for cell in {cell for each in some for cell in (*old.cells(each), *new.cells(each))}:
        for activity in old.activities:
            for letter in LETTERS[:2]:
                owner = activity == old.lead and letter == "accountable"
                if owner or old.needed(cell, activity):
                    pair = old.holders(cell, activity, letter), new.holders(cell, activity, letter)
                    if pair[0] != pair[1]:
                        found.add((activity, letter, *pair))
    return found
