"""The people of a recorded season, speaking under another pack: who said what to which question.

A question under the other pack is the same as a recorded one where it is in the incident of the
same name, has the same purpose and activity, and is asked of the same subject. Then the same word
is said, no sooner than it was recorded, and no sooner after the question than it was then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from remit.engine.season import Declared, Season
from remit.workflows.answers import Word
from remit.workflows.entries import Entry, as_received
from remit.workflows.folding import fold
from remit.workflows.incident import Incident, Item
from remit.workflows.ports import People, Saying
from remit.workflows.simulation.arriving import Arriving
from remit.workflows.simulation.retelling import word_of
from remit.workflows.stepping import step_of

__all__ = ["RecordedPeople", "Spoken", "arrivals_in", "season_of", "spoken_in"]

Question = tuple[str, str, str, str, int, bool]
"""Incident, purpose, activity, subject asked, how often it was asked before, and whether the work
is in hand already."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One recorded word.

    Args:
        entry: its number.
        after: how long after it could be said first: after the question, or "mine".
    """

    entry: int
    question: Question
    time: dt.datetime
    after: dt.timedelta
    word: Word


def spoken_in(entries: Iterable[Entry]) -> tuple[Spoken, ...]:
    """Return every word that counted in a recording."""
    incidents: dict[str, Incident] = {}
    found: list[Spoken] = []
    for entry in entries:
        if entry.incident is None:
            continue
        before = incidents.get(entry.incident)
        if entry.kind == "answered" and before is not None:
            word, number = word_of(entry)
            item = before.items[number]
            since = item.answered if item.status == "taken" and item.answered else item.asked
            question = _question(before, item)
            found.append(Spoken(entry.number, question, entry.time, entry.time - since, word))
        incidents[entry.incident] = fold(before, entry)
    return tuple(found)


def asked_in(entries: Iterable[Entry]) -> frozenset[Question]:
    """Return every question of a recording, answered or not, none of them in hand."""
    incidents: dict[str, Incident] = {}
    found: set[Question] = set()
    for entry in entries:
        if entry.incident is None:
            continue
        before = incidents.get(entry.incident)
        after = incidents[entry.incident] = fold(before, entry)
        for number in range(1 if before is None else before.next_item, after.next_item):
            found.add(_as_asked(_question(after, after.items[number])))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class RecordedPeople:
    """Everybody of a recording; who was not asked there keeps silent, or is as `others`.

    Args:
        asked: every question of the recording.
        used: the words that were said again, by number of their entry.
        unheard: items asked here that nobody was asked there.
    """

    spoken: tuple[Spoken, ...]
    others: People | None = None
    asked: frozenset[Question] = frozenset()
    used: set[int] = field(default_factory=set)
    unheard: set[tuple[str, int]] = field(default_factory=set)
    _by_question: dict[Question, list[Spoken]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sort the words by question."""
        for one in self.spoken:
            self._by_question.setdefault(one.question, []).append(one)

    def next_saying(self, incident: Incident) -> Saying | None:
        """Return what is said next, or `None` if everybody keeps silent."""
        found = list(self._sayings(incident))
        return min(found, key=lambda one: (one.time, one.item, one.word.by), default=None)

    def _sayings(self, incident: Incident) -> Iterator[Saying]:
        for item in incident.open_items():
            question = _question(incident, item)
            words = self._by_question.get(question, [])
            if _as_asked(question) not in self.asked:
                self.unheard.add((incident.id, item.number))
            if not words:
                continue
            since = item.answered if item.status == "taken" and item.answered else item.asked
            one = next((word for word in words if word.time > since), words[0])
            if (item.number, one.word.by) in incident.refused:
                continue
            self.used.add(one.entry)
            yield Saying(max(one.time, since + one.after), item.number, one.word)
        if self.others is not None:
            saying = self.others.next_saying(_only(incident, self.unheard))
            if saying is not None:
                yield saying


def _only(incident: Incident, wanted: set[tuple[str, int]]) -> Incident:
    """Return an incident in which only some items are open."""
    items = {
        number: item
        for number, item in incident.items.items()
        if not item.is_waiting or (incident.id, number) in wanted
    }
    return replace(incident, items=items)


def _question(incident: Incident, item: Item) -> Question:
    about = _about(incident, item)
    before = sum(
        1
        for other in incident.items.values()
        if other.number < item.number and _about(incident, other) == about
    )
    return (incident.id, *about, before, item.status == "taken")


def _as_asked(question: Question) -> Question:
    return (*question[:-1], False)


def _about(incident: Incident, item: Item) -> tuple[str, str, str]:
    step = step_of(incident, item)
    activity = incident.response.lead if step is None else step.activity
    return item.purpose, f"{item.part}/{activity}", item.subject


def arrivals_in(entries: Iterable[Entry]) -> tuple[Arriving, ...]:
    """Return what came in, with its times."""
    return tuple(
        (
            entry.time,
            f"entry-{entry.number}",
            str(entry.payload["source"]),
            as_received(entry.payload),
        )
        for entry in entries
        if entry.kind == "received"
    )


def season_of(entries: tuple[Entry, ...], seed: int = 0) -> Season:
    """Return the season that a recording was, with what was declared in it."""
    offsets = [e.payload["offset"] for e in entries if e.kind == "opened"]
    minutes = offsets[0] if offsets and isinstance(offsets[0], int) else 0
    zone = dt.timezone(dt.timedelta(minutes=minutes))
    first, last = entries[0].time.astimezone(zone), entries[-1].time.astimezone(zone)
    start = first.replace(hour=0, minute=0, second=0, microsecond=0)
    declared = tuple(_declared(entry, start) for entry in entries if entry.kind == "declared")
    days = (last - start) // dt.timedelta(days=1) + 1
    return Season("recorded", start, days, seed, (), declared)


def _declared(entry: Entry, start: dt.datetime) -> Declared:
    node = entry.payload
    value = node["to"]
    values = {str(node["dimension"]): value if isinstance(value, int) else str(value)}
    at = int((entry.time - start).total_seconds())
    return Declared(at, values, entry.actor, str(node["reason"]))
