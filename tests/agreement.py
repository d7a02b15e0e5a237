"""Where the map and the slow reference disagree about one random pack, as sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

import remit
from tests.pack_writer import write_pack
from tests.plain_packs import Plain
from tests.random_packs import random_event, random_pack, random_tests
from tests.reference import Cell, Reference

__all__ = [
    "TODAY",
    "Sample",
    "answer_differences",
    "as_event",
    "map_disagreements",
    "partial_disagreements",
    "random_sample",
]

TODAY = dt.date(2026, 3, 1)
MOST_EVENTS = 250
"""Cells resolved a pack, drawn at random where there are more."""
PARTIAL_EVENTS = 12


@dataclass(frozen=True)
class Sample:
    """One pack as plain data, as the reference, and as the folder the engine loads."""

    plain: Plain
    home: Path
    seed: int

    @cached_property
    def reference(self) -> Reference:
        return Reference(self.plain)

    @cached_property
    def pack(self) -> remit.Pack:
        return remit.load(self.home)

    @cached_property
    def map(self) -> remit.ResponsibilityMap:
        return remit.compile(self.pack)

    def rng(self, purpose: str) -> Random:
        return Random(f"{self.seed} {purpose}")  # noqa: S311  reproducible on purpose


def random_sample(seed: int, folder: Path) -> Sample:
    """Return the pack of `seed`, written under `folder`."""
    rng = Random(seed)  # noqa: S311  reproducible on purpose
    plain = random_pack(rng)
    plain["tests"] = random_tests(rng, Reference(plain))
    return Sample(plain, write_pack(plain, folder, rng), seed)


def as_event(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a cell or event with days as texts, as an event writes them."""
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in values.items()
    }


def map_disagreements(sample: Sample) -> Iterator[str]:
    """Yield what differs on full cells: all of them, or many."""
    cells = sample.reference.cells()
    if len(cells) > MOST_EVENTS:
        cells = sample.rng("cells").sample(cells, MOST_EVENTS)
    for cell in cells:
        event = as_event(cell)
        found = _resolve(sample, event)
        yield from answer_differences(sample.reference.resolve(event), found, event)
        yield from _because_differences(sample.reference, cell, found)
        if found["ask"] is not None:
            yield f"a full event asks for {found['ask']}: {event}"


def partial_disagreements(sample: Sample) -> Iterator[str]:
    """Yield what differs on partial events, and where asking leads nowhere."""
    rng = sample.rng("partial")
    for _ in range(PARTIAL_EVENTS):
        event = random_event(rng, sample.reference, rng.choice((0.2, 0.5, 0.8)))
        if sample.reference.cells(event):
            yield from answer_differences(
                sample.reference.resolve(event), _resolve(sample, event), event
            )
            yield from _asking_differences(sample, event, rng)


def _resolve(sample: Sample, event: Mapping[str, Any]) -> dict[str, Any]:
    parsed = remit.parse_event(event, sample.pack.vocabulary)
    return sample.map.resolve(parsed).to_json()


def answer_differences(expected: Plain, found: Plain, event: Plain) -> Iterator[str]:
    for key in ("owner", "decided"):
        if expected[key] != found[key]:
            yield f"{key} should be {expected[key]}, is {found[key]}: {event}"
    if set(expected["activities"]) != set(found["activities"]):
        listed, is_listed = sorted(expected["activities"]), sorted(found["activities"])
        yield f"listed should be {listed}, is {is_listed}: {event}"
    for name in set(expected["activities"]) & set(found["activities"]):
        for letter, subjects in expected["activities"][name].items():
            answer = found["activities"][name][letter]
            if subjects != answer:
                yield f"{name} {letter} should be {subjects}, is {answer}: {event}"


def _because_differences(reference: Reference, cell: Cell, found: Plain) -> Iterator[str]:
    for activity, answer in found["activities"].items():
        expected = reference.because(cell, activity)
        named = {one["duty"]: set(one["overrides"]) for one in answer["because"]}
        if expected != named:
            yield f"{activity} because should be {expected}, is {named}: {as_event(cell)}"


def _asking_differences(sample: Sample, event: Plain, rng: Random) -> Iterator[str]:
    """Answer what is asked until nothing is: the possible narrow, the certain stay."""
    reference, asked = sample.reference, dict(event)
    for _ in range(len(reference.dimensions) + 1):
        before = _resolve(sample, asked)
        if before["decided"] != (before["ask"] is None):
            yield f"decided is {before['decided']}, yet asks for {before['ask']}: {asked}"
        if before["ask"] is None:
            return
        open_values = sorted({cell[before["ask"]] for cell in reference.cells(asked)}, key=str)
        if len(open_values) < 2:
            yield f"asks for {before['ask']}, which is settled: {asked}"
            return
        asked = as_event({**asked, before["ask"]: rng.choice(open_values)})
        yield from _widened(before, _resolve(sample, asked), asked)
    yield f"still asks after every dimension was given: {asked}"


def _widened(before: Plain, after: Plain, event: Plain) -> Iterator[str]:
    for name, answer in after["activities"].items():
        if name not in before["activities"]:
            yield f"{name} was not listed before an answer: {event}"
            continue
        for letter in (key for key in answer if key != "because"):
            earlier, later = before["activities"][name][letter], answer[letter]
            if not set(later["possible"]) <= set(earlier["possible"]):
                yield f"{name} {letter} has more possible subjects after an answer: {event}"
            if not set(earlier["certain"]) <= set(later["certain"]):
                yield f"{name} {letter} has fewer certain subjects after an answer: {event}"
