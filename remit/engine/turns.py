"""Parts of rosters: people and how they are reached, turns, exceptions, quiet hours, absence."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from remit.engine.means import Hours
from remit.engine.spans import Span
from remit.engine.texts import Text

__all__ = ["Absence", "Contact", "Override", "Person", "Quiet", "Rotation", "Shift"]


@dataclass(frozen=True, slots=True)
class Shift:
    """People on duty on weekdays (0 is Monday); past midnight if it ends before it starts."""

    days: tuple[int, ...]
    start: dt.time
    end: dt.time
    people: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Rotation:
    """People on duty in turn, each for the same time on the wall clock, the first again at the end.

    Args:
        start: when the first turn begins, on the wall clock; nobody is on duty before.
        every: seconds of a turn on the wall clock, at least an hour.
        hours: the hours of the week in which the turn is on duty; all where it is empty.
    """

    people: tuple[str, ...]
    start: dt.datetime
    every: int
    span: Span
    hours: tuple[Hours, ...] = ()


@dataclass(frozen=True, slots=True)
class Override:
    """Who is on duty for once, instead of the roster's own people.

    Args:
        start: from when, on the wall clock, in.
        end: until when, on the wall clock, out.
        people: who is on duty; nobody where it is empty.
        instead_of: the person they stand in for; for everybody where it is `None`.
    """

    start: dt.datetime
    end: dt.datetime
    people: tuple[str, ...]
    span: Span
    instead_of: str | None = None


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the day, on the roster's wall clock, in which a person is not to be woken.

    Args:
        end: on the next day if not after `start`.
        exceptions: what may wake them: `urgent`, and values of the event such as its severity.
    """

    start: dt.time
    end: dt.time
    exceptions: tuple[str, ...] = ()

    def holds_at(self, time: dt.time) -> bool:
        """Return whether a time of day lies in them."""
        if self.start < self.end:
            return self.start <= time < self.end
        return time >= self.start or time < self.end


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which a person is on no shift and in no turn, both in."""

    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach a subject or a person."""

    channel: str
    to: str
    span: Span


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a roster, and how to reach them, in order.

    Args:
        quiet: the hours in which they are not to be woken, if there are any.
        away: days on which they are on no shift and in no turn (`vacation` in YAML).
    """

    name: str
    span: Span
    label: Text | None = None
    contacts: tuple[Contact, ...] = ()
    language: str | None = None
    quiet: Quiet | None = None
    away: tuple[Absence, ...] = ()
