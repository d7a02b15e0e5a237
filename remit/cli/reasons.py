"""Why a subject answers for an activity in an event, or why not: what `remit why` tells."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from remit.engine.pack import LETTERS, Duty, Letter, Pack
from remit.engine.replay import Replay
from remit.engine.resolution import Resolution
from remit.engine.vocabulary import Value, Vocabulary
from remit.validators.entitlement import grants_of
from remit.validators.nearest import Bar, bars, is_in

__all__ = ["Standing", "SubjectCase", "case_of"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one duty stands in an event.

    Args:
        bars: what surely keeps it from matching; nothing where it matches or may match.
        open: dimensions the event leaves open that decide whether it matches.
        overridden_by: duties not barred from the event that override it, for some letter.
        is_effective: whether it decides the answer in some cell the event may be.
    """

    duty: Duty
    bars: tuple[Bar, ...]
    open: tuple[str, ...]
    overridden_by: tuple[str, ...]
    is_effective: bool


@dataclass(frozen=True, slots=True)
class SubjectCase:
    """Why one subject does or does not answer for an activity.

    Args:
        letters: those it has, at least in some cell the event may be.
        is_certain: whether it has all of them in every cell the event may be.
        standings: its duties for the activity, the nearest first.
        lacks: powers the activity requires that it does not hold in this event.
    """

    subject: str
    letters: tuple[Letter, ...]
    is_certain: bool
    standings: tuple[Standing, ...]
    lacks: tuple[str, ...]


def case_of(subject: str, activity: str, resolution: Resolution, pack: Pack) -> SubjectCase:
    """Return why a subject does or does not answer for an activity in a resolved event."""
    event = resolution.event.values
    answer = resolution.activities.get(activity)
    holders = answer.holders if answer else {}
    letters = tuple(
        letter for letter in LETTERS if letter in holders and subject in holders[letter].possible
    )
    mine = [d for d in pack.duties() if (d.subject, d.activity) == (subject, activity)]
    deciding = {entry.duty for entry in answer.because} if answer else set()
    replay = Replay(pack)
    standings = [_standing(duty, deciding, replay, pack, event) for duty in mine]
    standings.sort(key=lambda one: (not one.is_effective, len(one.bars), one.duty.name))
    return SubjectCase(
        subject,
        letters,
        all(subject in holders[letter].certain for letter in letters),
        tuple(standings),
        tuple(_lacks(subject, activity, pack, event)),
    )


def _standing(
    duty: Duty, deciding: Collection[str], replay: Replay, pack: Pack, event: Mapping[str, Value]
) -> Standing:
    found = bars(duty, event, pack.vocabulary)
    others = [d for d in pack.duties() if d.activity == duty.activity and d is not duty]
    overriders = [
        other.name
        for other in others
        if any(replay.overrides(other, duty, letter) for letter in duty.roles)
        and not bars(other, event, pack.vocabulary)
    ]
    return Standing(
        duty,
        found,
        () if found else tuple(_open(duty, event, pack.vocabulary)),
        tuple(overriders),
        is_effective=duty.name in deciding,
    )


def _open(duty: Duty, event: Mapping[str, Value], vocabulary: Vocabulary) -> Iterator[str]:
    """Yield the dimensions a duty speaks of on which the event may or may not meet it."""
    conditions = [duty.when] if duty.unless is None else [duty.when, duty.unless]
    boxes = [box.constraints for condition in conditions for box in condition.boxes]
    for name in dict.fromkeys(name for box in boxes for name in box):
        dimension = vocabulary.dimension(name)
        known = dimension.only(event[name]) if name in event else dimension.everything()
        allowed = [box[name].allowed for box in boxes if name in box]
        if any(known & each and not known <= each for each in allowed):
            yield name


def _lacks(subject: str, activity: str, pack: Pack, event: Mapping[str, Value]) -> Iterator[str]:
    for power in pack.vocabulary.activities[activity].requires:
        grants = grants_of(pack, subject, power)
        if not any(is_in(grant.when, event, pack.vocabulary) for grant in grants):
            yield power
