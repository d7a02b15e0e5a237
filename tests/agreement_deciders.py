"""Where the fast deciders, one by one or in columns, disagree with the slow reference."""

from __future__ import annotations

from collections.abc import Iterator

from tests.agreement import MOST_EVENTS, Sample, as_event
from tests.reference import Cell

__all__ = ["decider_disagreements"]

LETTERS = ("accountable", "responsible")


def decider_disagreements(sample: Sample) -> Iterator[str]:
    """Yield what differs on full cells: all of them, or many."""
    cells = sample.reference.cells()
    if len(cells) > MOST_EVENTS:
        cells = sample.rng("deciders").sample(cells, MOST_EVENTS)
    for activity in sample.reference.activities:
        for letter in LETTERS:
            yield from _differences(sample, activity, letter, cells)


def _differences(sample: Sample, activity: str, letter: str, cells: list[Cell]) -> Iterator[str]:
    events = [as_event(cell) for cell in cells]
    columns = {name: [event[name] for event in events] for name in sample.reference.dimensions}
    batch = sample.map.resolve_batch(columns, activity, letter)  # type: ignore[arg-type]
    decide = sample.map.decider(activity, letter)  # type: ignore[arg-type]
    for cell, event, in_columns in zip(cells, events, batch, strict=True):
        found = decide(event)
        if found != in_columns:
            yield f"{activity} {letter} is {found}, in columns {in_columns}: {event}"
        holders = tuple(sorted(sample.reference.holders(cell, activity, letter)))
        needed = sample.reference.needed(cell, activity)
        if (needed, holders) != (found.needed, found.subjects):
            yield f"{activity} {letter} should be {needed}, {holders}, is {found}: {event}"
