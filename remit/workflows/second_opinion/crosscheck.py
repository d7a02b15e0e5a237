"""The map and the second engine on the same events: every witness of the checks, and random ones.

The two share the pack's values and nothing else: no diagram, no atoms, no override relation. It is
a comparison of samples: what it finds is a fault of remit, what it does not find is no proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from random import Random

from remit.engine.events import Event
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.pack import LETTERS
from remit.engine.resolution import Resolution
from remit.engine.second_opinion.judgement import Answer, Opinion
from remit.engine.second_opinion.translation import Translation
from remit.engine.vocabulary import DATE
from remit.validators.finding import Report
from remit.workflows.second_opinion.opinions import SecondOpinion
from remit.workflows.second_opinion.supervision import Quarantined

__all__ = ["Agreement", "Difference", "compare", "differences", "random_events", "witnesses"]

AT_ONCE = 500
"""Events held in memory together."""
AT_A_BOUND = 0.5
"""Chance that a number or day stands beside a bound, where mistakes are."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing the two say differently of one event.

    Args:
        activity: empty for the owner, and where the two list other activities.
        what: `owner`, `activities`, `duties`, or a letter.
    """

    activity: str
    what: str
    map_says: tuple[str, ...]
    engine_says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a comparison came to.

    Args:
        events: how many were compared, those that disagree too.
        disagreements: events with what differs, in the order asked.
        unanswered: events the second engine failed on.
    """

    events: int = 0
    disagreements: tuple[tuple[Event, tuple[Difference, ...]], ...] = ()
    unanswered: tuple[tuple[Event, str], ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether the two agree on every event asked."""
        return not self.disagreements and not self.unanswered

    def __add__(self, other: Agreement) -> Agreement:
        """Return both together."""
        return Agreement(
            self.events + other.events,
            self.disagreements + other.disagreements,
            self.unanswered + other.unanswered,
        )


def compare(
    map_: ResponsibilityMap, second: SecondOpinion, events: Iterable[Event], most: int = 5
) -> Agreement:
    """Return how far the two agree; it ends early after `most` events that they do not agree on."""
    number = 0
    differing: list[tuple[Event, tuple[Difference, ...]]] = []
    unanswered: list[tuple[Event, str]] = []
    for event, opinion in _answered(second, events):
        number += 1
        if isinstance(opinion, Quarantined):
            unanswered.append((event, f"{opinion.reason}; the fact is {dict(opinion.fact[1])}"))
        elif found := tuple(differences(map_.resolve(event), opinion)):
            differing.append((event, found))
        if len(differing) + len(unanswered) >= most:
            break
    return Agreement(number, tuple(differing), tuple(unanswered))


def witnesses(report: Report, translation: Translation) -> Iterator[Event]:
    """Yield the witness of every finding that has one, each event once."""
    seen = set()
    for finding in report.findings:
        if finding.witness is None:
            continue
        # WHY: a witness tells the day only where some day matters to the checks.
        values = {DATE: translation.lines[DATE].value(translation.lines[DATE].low)}
        values |= finding.witness
        key = tuple(sorted((name, str(value)) for name, value in values.items()))
        if key not in seen:
            seen.add(key)
            yield Event(values)


def random_events(translation: Translation, rng: Random) -> Iterator[Event]:
    """Yield full events without end; numbers and days stand at some bound every second time."""
    bounds = _bounds(translation)
    lines = translation.lines
    while True:
        positions = {}
        for name, line in lines.items():
            near = bounds.get(name)
            positions[name] = (
                rng.choice(near)
                if near and rng.random() < AT_A_BOUND
                else rng.randint(line.low, line.high)
            )
        yield translation.event_at(positions)


def differences(resolution: Resolution, opinion: Opinion) -> Iterator[Difference]:
    """Yield what a resolution of a full event and an opinion on it say differently."""
    if resolution.owner != opinion.owner:
        yield Difference("", "owner", resolution.owner, opinion.owner)
    listed, judged = sorted(resolution.activities), sorted(opinion.activities)
    if listed != judged:
        yield Difference("", "activities", tuple(listed), tuple(judged))
    nobody = Answer(dict.fromkeys(LETTERS, ()), ())
    for name, answer in resolution.activities.items():
        judgement = opinion.activities.get(name, nobody)
        for letter in LETTERS:
            holders = answer.holders[letter]
            # WHY both: of a full event nothing is open, and that is part of the answer.
            if not holders.certain == holders.possible == judgement.holders[letter]:
                yield Difference(name, letter, holders.possible, judgement.holders[letter])
        duties = tuple(sorted(because.duty for because in answer.because))
        if duties != judgement.duties:
            yield Difference(name, "duties", duties, judgement.duties)


def _answered(
    second: SecondOpinion, events: Iterable[Event]
) -> Iterator[tuple[Event, Opinion | Quarantined]]:
    waiting = iter(events)
    while batch := list(islice(waiting, AT_ONCE)):
        yield from zip(batch, second.opinions(batch), strict=True)


def _bounds(translation: Translation) -> Mapping[str, tuple[int, ...]]:
    """Return for numbers and days the positions beside each bound that a clause has."""
    found: dict[str, set[int]] = {}
    for clause in translation.clauses:
        for box in clause.boxes:
            for name, stretches in box.items():
                line = translation.lines[name]
                if line.dimension.is_named:
                    continue
                ends = {end + step for pair in stretches for end in pair for step in (-1, 0, 1)}
                found.setdefault(name, set()).update(
                    end for end in ends if line.low <= end <= line.high
                )
    return {name: tuple(sorted(positions)) for name, positions in found.items()}
