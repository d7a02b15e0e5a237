"""A season: what happens in some days, and how people take it; what a simulation plays.

A season is no part of a pack: to rehearse a pack must not change its digest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from remit.engine.escalation import Purpose
from remit.engine.events import Event
from remit.engine.texts import Text
from remit.engine.vocabulary import Value
from remit.engine.wording import Language

__all__ = ["Declared", "Happening", "Hours", "Manner", "Outage", "Season", "Shifted",
    "Spread", "Stretch"]  # fmt: skip

Stretch = tuple[int, int]
"""The least and the most of something, in seconds, both in."""
Hours = tuple[int, int]
"""Minutes after midnight; the end is out, and of the next day where it is not later."""
Spread = Literal["even", "early"]
"""How times are drawn: all alike, or the shorter ones more often."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that comes in.

    Args:
        name: how rules name it.
        at: seconds after the season begins.
        event: what comes in as it stands; `None` where a signal is to be raised.
        signal: the signal whose messages come in.
        fields: texts of these messages, beside those that the signal asks for.
    """

    name: str
    at: int
    event: Event | None = None
    signal: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Declared:
    """A state that somebody declares.

    Args:
        at: seconds after the season begins.
        by: who declares it.
    """

    at: int
    values: Mapping[str, Value]
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Manner:
    """How some people take some questions; the first that fits is the one that counts.

    Args:
        subjects: of whom; of everybody where empty. The others likewise.
        arrivals: names of what came in first.
        hours: only what is asked in these hours of the day.
        days: only what is asked in these days, the first one is 1; both in.
        answers: time until they answer.
        works: time until work in hand is done.
        silent: of a hundred questions, how many they never answer; likewise the other two.
        says: what they say, where it is always the same.
        to: whom they hand work over to; the first who may have it where empty.
    """

    subjects: tuple[str, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    activities: tuple[str, ...] = ()
    arrivals: tuple[str, ...] = ()
    hours: Hours | None = None
    days: tuple[int, int] | None = None
    answers: Stretch = (120, 1800)
    works: Stretch = (1800, 14400)
    spread: Spread = "even"
    silent: int = 0
    declines: int = 0
    hands_over: int = 0
    says: str = ""
    note: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class Outage:
    """When nothing reaches some subjects.

    Args:
        begins: seconds after the season begins, in; `ends` is out.
    """

    subjects: tuple[str, ...]
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class Shifted:
    """A change of a roster: an override, or a swap of two people.

    Args:
        at: seconds after the season begins at which it is said.
        give: from when until when others are on duty, as written; without an offset it is on the
            wall clock of the roster's zone.
        people: who is on duty then.
        instead_of: whom they stand in for; everybody where empty.
        by: the subject that orders an override; empty for a swap, which `instead_of` offers to the
            one in `people`.
        take: the stretch that is taken in return, if any.
        answer: what the other one says to a swap: `accept`, `decline`, or nothing.
    """

    at: int
    roster: str
    give: tuple[str, str]
    people: tuple[str, ...]
    instead_of: str = ""
    by: str = ""
    take: tuple[str, str] | None = None
    answer: str = "accept"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Season:
    """What happens, and how people take it.

    Args:
        start: with its offset, which is that of all its times.
        days: how long it is, at least 1.
        seed: what chance begins with.
        shifts: what is changed in rosters.
        language: in which its people speak, and reasons are written down; so what happened does not
            depend on the language of whoever looks.
    """

    name: str
    start: dt.datetime
    days: int
    seed: int = 0
    happenings: tuple[Happening, ...] = ()
    declared: tuple[Declared, ...] = ()
    manners: tuple[Manner, ...] = ()
    outages: tuple[Outage, ...] = ()
    label: Text | None = None
    shifts: tuple[Shifted, ...] = ()
    language: Language = "en"

    @property
    def end(self) -> dt.datetime:
        """When it is over."""
        return self.start + dt.timedelta(days=self.days)

    def time(self, seconds: int) -> dt.datetime:
        """Return a time by the seconds since it began."""
        return self.start + dt.timedelta(seconds=seconds)
