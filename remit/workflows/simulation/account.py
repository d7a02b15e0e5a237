"""What came of a season, told from the entries: by day, by subject, what ran out, what was late."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from remit.engine.season import Season
from remit.workflows.entries import Entry

__all__ = ["Account", "Called", "Day", "Shortage", "account_of"]

CALLS = frozenset({"asked", "escalated", "reassigned"})
"""Kinds of entries by which a subject is called."""
NIGHT = (22, 6)
"""Hours of the day from which, and until which, it is night."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day, counted; the first one is 1."""

    number: int
    date: dt.date
    entries: int
    came_in: int
    opened: int
    closed: int
    calls: int
    answers: int
    passed_on: int
    late: int
    undelivered: int


@dataclass(frozen=True, slots=True)
class Called:
    """How often one subject was called, of that by night and in another's place, and recalled."""

    subject: str
    calls: int
    by_night: int
    in_place: int
    reminded: int
    answers: int


@dataclass(frozen=True, slots=True)
class Shortage:
    """What ran out, or was late.

    Args:
        kind: `staff`, `stock`, `money`, or `time` for work that was late.
        name: of what there was too little; the step for time.
        missing: how much, as written.
    """

    time: dt.datetime
    incident: str
    step: str
    kind: str
    name: str
    missing: str


@dataclass(frozen=True, slots=True)
class Account:
    """What came of a season."""

    days: tuple[Day, ...]
    called: tuple[Called, ...]
    shortages: tuple[Shortage, ...]
    late: tuple[Shortage, ...]


def account_of(season: Season, entries: Iterable[Entry]) -> Account:
    """Return what entries tell of a season."""
    found = tuple(entries)
    return Account(
        tuple(_days(season, found)),
        tuple(_called(season, found)),
        tuple(one for entry in found for one in _shortages(entry)),
        tuple(_late(found)),
    )


def _days(season: Season, entries: tuple[Entry, ...]) -> Iterable[Day]:
    by_day: dict[int, Counter[str]] = {}
    for entry in entries:
        number = (entry.time - season.start) // dt.timedelta(days=1) + 1
        by_day.setdefault(number, Counter())[entry.kind] += 1
    first = season.start.date()
    for number in range(1, season.days + 1):
        kinds = by_day.get(number, Counter())
        yield Day(
            number,
            first + dt.timedelta(days=number - 1),
            kinds.total(),
            kinds["received"],
            kinds["opened"],
            kinds["closed"],
            sum(kinds[kind] for kind in CALLS),
            kinds["answered"],
            kinds["escalated"],
            kinds["overdue"],
            kinds["undelivered"],
        )


def _called(season: Season, entries: tuple[Entry, ...]) -> Iterable[Called]:
    calls: Counter[str] = Counter()
    nights: Counter[str] = Counter()
    places: Counter[str] = Counter()
    reminded: Counter[str] = Counter()
    answers: Counter[str] = Counter()
    subjects: dict[tuple[str, int], str] = {}
    for entry in entries:
        node, incident = entry.payload, entry.incident or ""
        if entry.kind in CALLS:
            subject = str(node["subject"])
            subjects[incident, cast("int", node["item"])] = subject
            calls[subject] += 1
            places[subject] += entry.kind == "escalated"
            hour = entry.time.astimezone(season.start.tzinfo).hour
            nights[subject] += hour >= NIGHT[0] or hour < NIGHT[1]
        elif entry.kind in {"reminded", "answered"}:
            counts = reminded if entry.kind == "reminded" else answers
            counts[subjects.get((incident, cast("int", node["item"])), entry.actor)] += 1
    for subject, count in sorted(calls.items(), key=lambda one: (-one[1], one[0])):
        counted = (nights[subject], places[subject], reminded[subject], answers[subject])
        yield Called(subject, count, *counted)


def _shortages(entry: Entry) -> Iterable[Shortage]:
    node = entry.payload
    step = f"{node.get('part', '')}/{node.get('step', '')}"
    if entry.kind == "short":
        kind, name = str(node["means"]), str(node["name"])
        missing = str(node["quantity"])
        yield Shortage(entry.time, entry.incident or "", step, kind, name, missing)
    elif entry.kind == "reserved" and "short" in node:
        name = str(node.get("fund", ""))
        yield Shortage(entry.time, entry.incident or "", step, "money", name, str(node["short"]))


def _late(entries: tuple[Entry, ...]) -> Iterable[Shortage]:
    """Yield work that was late, each piece once: when that was told first."""
    seen: set[tuple[str, str]] = set()
    for entry in entries:
        step = f"{entry.payload.get('part', '')}/{entry.payload.get('step', '')}"
        if entry.kind == "overdue" and (entry.incident or "", step) not in seen:
            seen.add((entry.incident or "", step))
            yield Shortage(entry.time, entry.incident or "", step, "time", step, "")
