"""Drills made of a pack: what is put in when, whom it must reach, and how it went."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from remit.engine.completion import complete_event
from remit.engine.events import Event
from remit.engine.map.rehearsal import Rehearsal, rehearsal
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.season import Happening, Season
from remit.engine.vocabulary import DATE, Value
from remit.workflows.incident import Incident, Item
from remit.workflows.planning import plan_response
from remit.workflows.response import Response

__all__ = [
    "CRITERIA",
    "Expected",
    "Score",
    "drill_season",
    "expected_of",
    "score_of",
    "season_text",
]

DAY_S = 86_400
AT_S = 9 * 3_600
"""Time of day at which each inject is put in."""
CRITERIA = ("owner", "in-time", "acknowledged", "consulted", "handed-over")


@dataclass(frozen=True, slots=True)
class Expected:
    """Whom an inject must reach.

    Args:
        owners: who is to lead.
        doers: who is to act, by step.
        consulted: who is to be asked first, by step.
        receivers: who is to take the work over, by step.
    """

    inject: str
    event: Mapping[str, Value]
    owners: tuple[str, ...]
    doers: Mapping[str, tuple[str, ...]]
    consulted: Mapping[str, tuple[str, ...]]
    receivers: Mapping[str, tuple[str, ...]]
    within_s: int


@dataclass(frozen=True, slots=True)
class Score:
    """How one inject went.

    Args:
        met: how many of how many, by criterion; one of which there was none is left out.
    """

    inject: str
    incident: str
    met: Mapping[str, tuple[int, int]]

    @property
    def points(self) -> int:
        """Of a hundred: the average of the criteria, rounded down."""
        shares = [100 * met // of for met, of in self.met.values() if of]
        return sum(shares) // len(shares) if shares else 0


def drill_season(map_: ResponsibilityMap, start: dt.datetime) -> tuple[Season, Rehearsal]:
    """Return the drills of a pack as a season, one inject a day, and what they touch."""
    found = rehearsal(map_)
    happenings = tuple(
        Happening(f"inject-{number}", (number - 1) * DAY_S + AT_S, Event(_dateless(one.event)))
        for number, one in enumerate(found.chosen, 1)
    )
    season = Season(f"drills-{map_.pack.name}", start, max(1, len(happenings)), 0, happenings)
    return season, found


def season_text(season: Season, notes: Mapping[str, str]) -> str:
    """Return a season of events as YAML that runs.

    Args:
        notes: what to say above an inject, by its name.
    """
    lines = [
        f"season: {season.name}",
        f"start: {season.start.isoformat()}",
        f"days: {season.days}",
        f"seed: {season.seed}",
        "arrivals:",
    ]
    for one in season.happenings:
        day, rest = divmod(one.at, DAY_S)
        time = f"{rest // 3_600:02}:{rest % 3_600 // 60:02}"
        values = {} if one.event is None else dict(one.event.values)
        event = json.dumps({k: _plain(v) for k, v in values.items()}, ensure_ascii=False)
        if one.name in notes:
            lines.append(f"  # {notes[one.name]}")
        head = f'{{name: {one.name}, day: {day + 1}, time: "{time}", '
        lines.append(f"  - {head}event: {event}}}")
    lines += [
        "people:",
        "  # How your people take what they are asked: edit it, or run the drill with the people.",
        "  - {answers: 1m..4m, works: 20m..90m}",
    ]
    return "\n".join(lines) + "\n"


def expected_of(map_: ResponsibilityMap, season: Season) -> tuple[Expected, ...]:
    """Return whom each inject must reach, by the policy."""
    pack = map_.pack
    found: list[Expected] = []
    for one in season.happenings:
        if one.event is None:
            continue
        day = season.time(one.at).date()
        event = complete_event(one.event, pack.vocabulary, state=pack.state, today=day)
        response = plan_response(pack, map_.resolve, event)
        found.append(_expected(one.name, one.event, response))
    return tuple(found)


def _expected(name: str, event: Event, response: Response) -> Expected:
    part = response.parts[0]
    return Expected(
        name,
        event.values,
        part.owners or part.command.line[: part.command.together],
        {step.id: tuple(ask.holder for ask in step.do) for step in part.steps},
        {step.id: tuple(ask.holder for ask in step.consult) for step in part.steps if step.consult},
        {
            step.id: tuple(ask.holder for ask in step.hand_over)
            for step in part.steps
            if step.hand_over
        },
        part.command.within,
    )


def score_of(inject: str, incident: Incident, owners: Iterable[str]) -> Score:
    """Return how an inject went, by what the ledger has of its incident."""
    part = incident.response.parts[0].name
    items = [item for item in incident.items.values() if item.part == part]
    met = {
        "owner": _met(_command(items, owners)),
        "in-time": _met(_in_time(items)),
        "acknowledged": _met(_first_taken(items)),
        "consulted": _met(one.outcome == "advised" for one in items if one.purpose == "consult"),
        "handed-over": _met(one.outcome == "accepted" for one in items if one.purpose == "accept"),
    }
    return Score(inject, incident.id, {name: met[name] for name in CRITERIA if met[name][1]})


def _met(found: Iterable[bool]) -> tuple[int, int]:
    marks = list(found)
    return sum(marks), len(marks)


def _command(items: list[Item], owners: Iterable[str]) -> Iterator[bool]:
    first = [item.subject for item in items if item.purpose == "command" and item.why == "first"]
    yield bool(first) and set(first) >= set(owners)


def _in_time(items: list[Item]) -> Iterator[bool]:
    for item in items:
        if item.purpose in {"command", "take", "order"} and item.why == "first":
            yield item.answered is not None and item.answered <= item.due


def _first_taken(items: list[Item]) -> Iterator[bool]:
    """Yield for each piece of work whether who was asked first took it."""
    for item in items:
        if item.purpose == "do" and item.why == "first":
            yield item.answered is not None and item.outcome not in {"declined", "offered"}


def _dateless(event: Mapping[str, Value]) -> dict[str, Value]:
    """Return an event without its day: the drill is on the day it is on."""
    return {name: value for name, value in event.items() if name != DATE}


def _plain(value: Value) -> object:
    if isinstance(value, int | str):
        return value
    if isinstance(value, dt.date):
        return value.isoformat()
    return int(value) if value == int(value) else float(value)
