"""Open work under another state or another version: what changes hands, what nobody would own.

Pure: work and a map in, a verdict on each piece of work out. Whoever asks decides what to do about
it; a hand-over with orphans is one to refuse.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from remit.engine.completion import complete_event
from remit.engine.errors import EventError
from remit.engine.events import Event
from remit.engine.language.incoming import parse_event
from remit.engine.letter_words import letter_word
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.pack import Letter
from remit.engine.resolution import Holders
from remit.engine.vocabulary import DATE, Value, Vocabulary, plain
from remit.engine.wording import tell

__all__ = ["Handover", "Verdict", "Work", "entered", "hand_over"]

Outcome = Literal["moves", "stays", "orphaned"]


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of open work.

    Args:
        id: what people call it.
        event: what it is about, completed as far as can be.
        owners: who has the letter now, sorted; several only where they have it together.
        acting: who does it in the owners' place, if anybody does.
    """

    id: str
    activity: str
    letter: Letter
    event: Event
    owners: tuple[str, ...]
    acting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What would become of one piece of work.

    Args:
        to: who would surely have the letter, sorted.
        perhaps: who else might, where the event leaves it open.
        ask: the dimension that would tell, if one would.
        reason: why it would be orphaned, or why it stays though the state changes; else empty.
        is_unneeded: whether it is orphaned because nobody would need it any more.
    """

    work: Work
    outcome: Outcome
    event: Event
    to: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()
    ask: str | None = None
    reason: str = ""
    is_unneeded: bool = False


@dataclass(frozen=True, slots=True)
class Handover:
    """All verdicts, in the order of the work."""

    verdicts: tuple[Verdict, ...]

    def of(self, outcome: Outcome) -> tuple[Verdict, ...]:
        """Return the verdicts of one kind."""
        return tuple(one for one in self.verdicts if one.outcome == outcome)

    @property
    def is_refused(self) -> bool:
        """Whether some work would be orphaned: without an owner, with rivals, or in doubt."""
        return any(one.outcome == "orphaned" for one in self.verdicts)


def hand_over(
    work: Iterable[Work],
    map: ResponsibilityMap,  # noqa: A002 -- the word for it
    *,
    leaving: Mapping[str, Value],
    entering: Mapping[str, Value],
) -> Handover:
    """Return what would become of open work under a map, once the state has changed.

    Work is orphaned if its activity would not be needed, if nobody would surely have its letter,
    if it is an accountable one and several would, or if its event leaves the answer open. Work
    whose event is not in the state that is left stays where it is.

    Args:
        map: of the pack that will hold; its vocabulary may be another than that of the work. A
            dimension it lacks is left out of the event, a value it lacks makes an orphan.
        leaving: the state that ends, by dimension; may be empty.
        entering: the state that begins.
    """
    return Handover(tuple(_verdict(one, map, leaving, entering) for one in work))


def _verdict(
    work: Work,
    map: ResponsibilityMap,  # noqa: A002 -- the word for it
    leaving: Mapping[str, Value],
    entering: Mapping[str, Value],
) -> Verdict:
    told = work.event.values
    outside = [name for name, value in leaving.items() if told.get(name, value) != value]
    if outside:
        said = tell(" and ").join(f"`{name}={plain(told[name])}`" for name in outside)
        return Verdict(
            work, "stays", work.event, work.owners, reason=tell("its event has {said}", said=said)
        )
    vocabulary = map.pack.vocabulary
    if work.activity not in vocabulary.activities:
        return _orphan(work, work.event, tell("there would be no such activity"))
    try:
        event = entered(work.event, vocabulary, entering)
    except EventError as error:
        return _orphan(work, work.event, "; ".join(error.reasons))
    resolution = map.resolve(event, work.activity)
    answer = resolution.activities.get(work.activity)
    if answer is None:
        reason = tell("it would not be needed: close it first")
        return Verdict(work, "orphaned", event, reason=reason, is_unneeded=True)
    holders = answer.holders[work.letter]
    reason = _flaw(work.letter, holders)
    perhaps = tuple(name for name in holders.possible if name not in holders.certain)
    if reason:
        ask = resolution.ask if perhaps else None
        return Verdict(work, "orphaned", event, holders.certain, perhaps, ask, reason)
    same = holders.certain == tuple(sorted(work.owners))
    return Verdict(work, "stays" if same else "moves", event, holders.certain)


def _flaw(letter: Letter, holders: Holders) -> str:
    if not holders.possible:
        return tell("nobody would be {letter}", letter=letter_word(letter))
    if holders.certain != holders.possible:
        return tell(
            "who would be {letter} depends on what its event leaves open",
            letter=letter_word(letter),
        )
    if letter == "accountable" and len(holders.certain) > 1:
        return tell("several would be accountable")
    return ""


def _orphan(work: Work, event: Event, reason: str) -> Verdict:
    return Verdict(work, "orphaned", event, reason=reason)


def entered(event: Event, vocabulary: Vocabulary, entering: Mapping[str, Value]) -> Event:
    """Return an event in the state that begins, as a vocabulary reads it.

    What follows from a changed value is computed anew.

    Raises:
        EventError: if a value is none of that vocabulary.
    """
    stale = _following(entering, vocabulary)
    kept = {
        name: plain(value) if isinstance(value, dt.date) else value
        for name, value in event.values.items()
        if (name in vocabulary.dimensions or name == DATE) and name not in stale
    }
    parsed = parse_event(kept, vocabulary)
    changed = Event({**parsed.values, **entering}, event.time, event.id)
    # WHY the first of days: what the event does not tell of its day stays open.
    full = complete_event(changed, vocabulary, state={}, today=dt.date.min)
    if DATE in changed.values or event.time is not None:
        return full
    return Event({n: v for n, v in full.values.items() if n != DATE}, event.time, event.id)


def _following(changed: Mapping[str, Value], vocabulary: Vocabulary) -> set[str]:
    """Return the dimensions derived from a changed one, directly or through others."""
    found: set[str] = set()
    sources = set(changed)
    while sources:
        found_now = {
            name
            for name, dimension in vocabulary.dimensions.items()
            if dimension.derive is not None
            and dimension.derive.source in sources
            and name not in found
        }
        found |= found_now
        sources = found_now
    return found
