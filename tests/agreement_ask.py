"""Where the questions of intake and the slow reference disagree about one random pack."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import remit
from tests.agreement import Sample, as_event
from tests.random_packs import random_event
from tests.reference import Cell

__all__ = ["ask_disagreements"]

EVENTS = 6
Outcome = tuple[str, ...] | None
"""Who answers; `None` where the activity is not needed."""


def ask_disagreements(sample: Sample) -> Iterator[str]:
    """Yield what is wrong with dialogues from random events, for each activity."""
    rng = sample.rng("ask")
    for activity in sample.reference.activities:
        for _ in range(EVENTS):
            event = random_event(rng, sample.reference, rng.choice((0.0, 0.2, 0.5)))
            yield from _dialogue(sample, activity, event, rng)


def _dialogue(sample: Sample, activity: str, event: dict[str, Any], rng: Random) -> Iterator[str]:
    reference, unknown = sample.reference, set[str]()
    every = reference.cells(event)
    answers: dict[str, Any] = {}
    for _ in range(4 * len(reference.dimensions) + 4):
        cells = [cell for cell in every if reference.holds(answers, cell)]
        known = {**as_event(event), **answers}
        where = f"{activity} {known} without {sorted(unknown)}"
        if not cells:
            try:
                remit.ask(sample.map, known, activity)
            except remit.EventError:
                return
            yield f"an impossible event is answered: {where}"
            return
        found = remit.ask(sample.map, known, activity, unknown)
        expected = {_outcome(sample, activity, cell) for cell in cells}
        if {_told(owner) for owner in found.possible} != expected:
            yield f"possible should be {expected}, is {found.possible}: {where}"
        if isinstance(found, remit.Decided):
            yield from _end(sample, activity, found, cells, unknown, where)
            return
        yield from _question(sample, activity, found, cells, unknown, where)
        name = found.dimension.name
        if rng.random() < 0.2:
            unknown.add(name)
        else:
            answers[name] = rng.choice(found.choices).constraint
    yield f"does not end: {activity} {event} {answers}"


def _end(
    sample: Sample,
    activity: str,
    found: remit.Decided,
    cells: list[Cell],
    unknown: set[str],
    where: str,
) -> Iterator[str]:
    expected = {_outcome(sample, activity, cell) for cell in cells}
    if (found.owner is not None) != (len(expected) == 1):
        yield f"is decided: {found.owner}, yet there may answer {expected}: {where}"
    if len(expected) > 1 and not set(found.missing) & unknown:
        yield f"nothing more is asked, yet {expected} may answer: {where}"
    groups: dict[tuple[Any, ...], set[Outcome]] = {}
    for cell in cells:
        key = tuple(value for name, value in cell.items() if name not in unknown)
        groups.setdefault(key, set()).add(_outcome(sample, activity, cell))
    if any(outcomes != expected for outcomes in groups.values()):
        yield f"nothing more is asked, though some answer would rule somebody out: {where}"
    duties = {
        name
        for cell in cells
        if _outcome(sample, activity, cell)
        for name in sample.reference.effective(cell, activity, "accountable")
    }
    if not duties <= set(found.duties):
        yield f"the duties should be {duties}, are {found.duties}: {where}"


def _question(
    sample: Sample,
    activity: str,
    found: remit.Question,
    cells: list[Cell],
    unknown: set[str],
    where: str,
) -> Iterator[str]:
    reference, name = sample.reference, found.dimension.name
    everything = {_outcome(sample, activity, cell) for cell in cells}
    left = []
    for choice in found.choices:
        chosen = [cell for cell in cells if reference.holds({name: choice.constraint}, cell)]
        left.append(chosen)
        outcomes = {_outcome(sample, activity, cell) for cell in chosen}
        if not outcomes or outcomes != {_told(owner) for owner in choice.owners}:
            yield f"{name}={choice.constraint} leaves {outcomes}, not {choice.owners}: {where}"
    if name in unknown:
        yield f"asks again for {name}: {where}"
    if len(left) < 2 or sum(len(chosen) for chosen in left) != len(cells):
        yield f"the choices of {name} are not each cell once: {where}"
    if all({_outcome(sample, activity, c) for c in chosen} == everything for chosen in left):
        yield from (
            f"asks for {name}, which rules nobody out, though {other} can: {where}"
            for other in _narrowing(sample, activity, cells, everything, unknown)
        )


def _narrowing(
    sample: Sample,
    activity: str,
    cells: list[Cell],
    everything: set[Outcome],
    unknown: set[str],
) -> Iterator[str]:
    """Yield the dimensions of which some value rules out somebody."""
    for name in set(sample.reference.dimensions) - unknown:
        left: dict[Any, set[Outcome]] = {}
        for cell in cells:
            left.setdefault(cell[name], set()).add(_outcome(sample, activity, cell))
        if any(outcomes != everything for outcomes in left.values()):
            yield name


def _outcome(sample: Sample, activity: str, cell: Cell) -> Outcome:
    reference = sample.reference
    if activity != reference.lead and not reference.needed(cell, activity):
        return None
    return tuple(sorted(reference.holders(cell, activity, "accountable")))


def _told(owner: remit.Owner) -> Outcome:
    return owner.subjects if owner.is_needed else None
