"""Where the nearest event and the slow reference disagree about one random pack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import remit
from remit.engine.nearest import NearestEvent, change_size, nearest_event
from remit.engine.pack import LETTERS, Letter
from tests.agreement import Sample, as_event
from tests.random_packs import random_event
from tests.reference import Cell

__all__ = ["nearest_disagreements"]

EVENTS = 4
Cost = tuple[int, Fraction]


def nearest_disagreements(sample: Sample) -> Iterator[str]:
    """Yield what is wrong with the nearest events of random events, activities and subjects."""
    rng = sample.rng("nearest")
    subjects = sorted(sample.pack.subjects)
    for activity in sample.reference.activities:
        for _ in range(EVENTS):
            plain = random_event(rng, sample.reference, rng.choice((0.3, 0.7, 1.0)))
            event = remit.parse_event(as_event(plain), sample.pack.vocabulary)
            letter = rng.choice(LETTERS)
            yield from _one(sample, event, activity, letter, rng.choice(subjects))


def _one(
    sample: Sample, event: remit.Event, activity: str, letter: Letter, subject: str
) -> Iterator[str]:
    reference = sample.reference
    found = nearest_event(sample.map, event, activity, letter, subject)
    where = f"{subject} {letter} {activity} {dict(event.values)}"
    owner = (activity, letter) == (reference.lead, "accountable")
    goals = [
        cell
        for cell in _cells(sample, event)
        if subject in reference.holders(cell, activity, letter)
        and (owner or reference.needed(cell, activity))
    ]
    if not goals or found is None:
        if bool(goals) != (found is not None):
            yield f"there are {len(goals)} such cells, and found is {found}: {where}"
        return
    yield from _consistent(sample, event, found, where)
    settled = {name: found.values[name] for name in event.values}
    for cell in reference.cells(as_event(settled)):
        held = subject in reference.holders(cell, activity, letter)
        if reference.holds(found.needs, cell) and not held:
            yield f"not held in {as_event(cell)}, though {found.needs}: {where}"
    best = min(_cost(sample, event, cell) for cell in goals)
    cost = (len(found.changes), found.size)
    if cost > best:
        yield f"{cost} is found, {best} is possible: {where}"
    if cost < best and cost[0] < best[0]:
        yield f"{cost} is found, though at least {best} is needed: {where}"
    cell = {**goals[0], **found.values}
    if subject not in reference.holders(_plain(cell), activity, letter):
        yield f"{found.values} is not held: {where}"


def _cells(sample: Sample, event: remit.Event) -> Iterator[Cell]:
    """Yield the possible cells, with the event's own numbers and days among the representatives."""
    reference = sample.reference
    yield from reference.cells()
    own = {
        name: value
        for name, value in event.values.items()
        if not sample.pack.vocabulary.dimension(name).is_named
    }
    for name, value in own.items():
        yield from reference.cells(as_event({name: value}))
    if own:
        yield from reference.cells(as_event(own))


def _cost(sample: Sample, event: remit.Event, cell: Cell) -> Cost:
    vocabulary = sample.pack.vocabulary
    changes, size = 0, Fraction(0)
    for name, value in event.values.items():
        dimension = vocabulary.dimension(name)
        now = _value(cell[name], dimension.kind)
        if not dimension.only(now) <= dimension.only(value):
            changes += 1
            size += change_size(dimension, value, now)
    return changes, size


def _value(value: Any, kind: str) -> Any:
    if kind == "date" and isinstance(value, str):
        return dt.date.fromisoformat(value)
    return str(value) if kind in {"values", "scale", "tree"} else value


def _plain(cell: dict[str, Any]) -> Cell:
    return Cell(cell)


def _consistent(
    sample: Sample, event: remit.Event, found: NearestEvent, where: str
) -> Iterator[str]:
    vocabulary = sample.pack.vocabulary
    changed = {change.dimension: change for change in found.changes}
    for name, value in event.values.items():
        dimension = vocabulary.dimension(name)
        stays = dimension.only(found.values[name]) <= dimension.only(value)
        if stays == (name in changed):
            yield f"{name} is {found.values[name]}, told as changed or not: {where}"
        change = changed.get(name)
        if change and change.size != change_size(dimension, value, found.values[name]):
            yield f"{change} has another size: {where}"
    if set(found.needs) & set(event.values):
        yield f"needs what is given: {found.needs} {where}"
