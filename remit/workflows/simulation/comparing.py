"""A recorded season beside the same one under another pack: moves, times, misses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from remit.engine.pack import Pack
from remit.workflows.entries import Entry
from remit.workflows.simulation.account import CALLS, Account, Shortage, account_of
from remit.workflows.simulation.chance import Chance
from remit.workflows.simulation.crowd import Crowd
from remit.workflows.simulation.drawing import MANNERS
from remit.workflows.simulation.recording import (
    RecordedPeople,
    Spoken,
    arrivals_in,
    asked_in,
    season_of,
    spoken_in,
)
from remit.workflows.simulation.shifting import recorded_shifts
from remit.workflows.simulation.world import World, world_of

__all__ = ["Call", "Comparison", "Move", "compare"]


@dataclass(frozen=True, slots=True)
class Call:
    """Who was called first for something, and when."""

    subject: str
    time: dt.datetime


@dataclass(frozen=True, slots=True)
class Move:
    """Something for which another one is called, at another time, or in one of the two only.

    Args:
        about: the question: part, step, purpose.
    """

    incident: str
    about: str
    before: Call | None
    after: Call | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both seasons side by side.

    Args:
        moves: where another subject is called first.
        later: questions that reach the same subject at another time.
        unfit: recorded words to which nothing is asked any more.
        unheard: questions that nobody was asked in the recording.
    """

    world: World
    before: Account
    after: Account
    moves: tuple[Move, ...]
    later: tuple[Move, ...]
    unfit: tuple[Spoken, ...]
    unheard: int
    shortages: tuple[Shortage, ...]
    late: tuple[Shortage, ...]
    saved: tuple[Shortage, ...]


def compare(
    recorded: tuple[Entry, ...], pack: Pack, *, model: bool = False, seed: int = 0
) -> Comparison:
    """Return a recorded season beside itself under another pack.

    Args:
        model: whether those answer by a model who were not asked in the recording; else they keep
            silent.
    """
    season = season_of(recorded, seed)
    spoken = spoken_in(recorded)
    others = Crowd(replace(season, manners=MANNERS), Chance(seed)) if model else None
    people = RecordedPeople(spoken, others, asked_in(recorded))
    world = world_of(
        season,
        pack,
        people=people,
        coming=arrivals_in(recorded),
        shifting=tuple(recorded_shifts(recorded)),
    )
    world.run()
    replayed = tuple(world.ledger.all_entries)
    before, after = account_of(season, recorded), account_of(season, replayed)
    moves, later = _moves(recorded, replayed, season.start.tzinfo)
    return Comparison(
        world,
        before,
        after,
        moves,
        later,
        tuple(one for one in spoken if one.entry not in people.used),
        len(people.unheard),
        _only_in(after.shortages, before.shortages),
        _only_in(after.late, before.late),
        _only_in((*before.late, *before.shortages), (*after.late, *after.shortages)),
    )


def _only_in(these: Iterable[Shortage], those: Iterable[Shortage]) -> tuple[Shortage, ...]:
    known = {(one.incident, one.step, one.kind, one.name) for one in those}
    return tuple(one for one in these if (one.incident, one.step, one.kind, one.name) not in known)


def _moves(
    recorded: Iterable[Entry], replayed: Iterable[Entry], zone: dt.tzinfo | None
) -> tuple[tuple[Move, ...], tuple[Move, ...]]:
    before, after = dict(_first_calls(recorded, zone)), dict(_first_calls(replayed, zone))
    moves: list[Move] = []
    later: list[Move] = []
    for key in sorted({*before, *after}):
        one, other = before.get(key), after.get(key)
        if one is None or other is None or one.subject != other.subject:
            moves.append(Move(*key, one, other))
        elif one.time != other.time:
            later.append(Move(*key, one, other))
    return tuple(moves), tuple(later)


def _first_calls(
    entries: Iterable[Entry], zone: dt.tzinfo | None
) -> Iterator[tuple[tuple[str, str], Call]]:
    seen: set[tuple[str, str]] = set()
    for entry in entries:
        if entry.kind in CALLS and entry.incident is not None:
            node = entry.payload
            about = "/".join(str(node.get(name, "")) for name in ("part", "step", "purpose"))
            key = (entry.incident, about)
            if key not in seen:
                seen.add(key)
                yield key, Call(str(node["subject"]), entry.time.astimezone(zone))
