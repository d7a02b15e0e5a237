"""Duty as iCalendar feeds (RFC 5545), for the calendars of phones. The one door to icalendar.

A stretch of duty keeps its UID as long as it begins when it did; a swap or an override that touches
it raises its SEQUENCE, so that a calendar takes the newer word for the right one.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from icalendar import Calendar, Event, vDuration

from remit.engine.pack import Roster
from remit.engine.rosters import Change, Stint, stints_between
from remit.engine.wording import tell
from remit.workflows.roster_changes import RosterChange

__all__ = ["Feed", "calendar_of"]

PAST = dt.timedelta(days=30)
AHEAD = dt.timedelta(days=180)
"""How far back and ahead a feed reaches."""
REFRESH = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed shows.

    Args:
        person: whose duty; everybody's where it is empty.
        label: what people call a subject or a person, by kind and name.
    """

    rosters: tuple[Roster, ...]
    person: str = ""
    label: Callable[[str, str], str] = lambda kind, name: name  # noqa: ARG005 - every kind alike


def calendar_of(
    feed: Feed,
    changes: dict[str, list[Change]],
    history: Sequence[RosterChange],
    now: dt.datetime,
) -> bytes:
    """Return a feed of duty about now.

    Args:
        changes: what is in force, by roster.
        history: all overrides and swaps there ever were.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//remit//duty//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _name(feed))
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for roster in feed.rosters:
        found = stints_between(roster, now - PAST, now + AHEAD, changes.get(roster.name, ()))
        mine = [one for one in history if one.roster == roster.name]
        for stint in _of_person(found, feed.person):
            calendar.add_component(_event(feed, roster, stint, mine, now))
    year = dt.timedelta(days=366)
    # WHY the bounds: the rules of all years of a zone take seconds to write out.
    calendar.add_missing_timezones((now - PAST - year).date(), (now + AHEAD + year).date())
    return bytes(calendar.to_ical())


def _of_person(found: Iterable[Stint], person: str) -> Iterable[Stint]:
    """Return the stretches in which a person is on duty, neighbours as one."""
    if not person:
        return found
    mine: list[Stint] = []
    for stint in found:
        if person not in stint.people:
            continue
        if mine and mine[-1].end == stint.start:
            mine[-1] = Stint(mine[-1].start, stint.end, (person,))
        else:
            mine.append(Stint(stint.start, stint.end, (person,)))
    return mine


def _event(
    feed: Feed, roster: Roster, stint: Stint, history: Iterable[RosterChange], now: dt.datetime
) -> Event:
    people = ", ".join(feed.label("person", name) for name in stint.people)
    subject = feed.label("subject", roster.subject)
    begins = dt.datetime.fromtimestamp(stint.start, dt.UTC)
    event = Event()
    event.add("uid", f"{roster.name}.{begins:%Y%m%dT%H%M%SZ}.{feed.person or 'all'}@remit")
    event.add("dtstamp", now.astimezone(dt.UTC))
    event.add("sequence", _sequence(stint, history))
    event.add("dtstart", _shown(stint.start, roster.zone))
    event.add("dtend", _shown(stint.end, roster.zone))
    event.add("summary", tell("On duty: {subject}, {people}", subject=subject, people=people))
    event.add("categories", [roster.name])
    event.add("transp", "TRANSPARENT")
    return event


def _shown(second: int, zone: str) -> dt.datetime:
    """Return a moment in its zone; in UTC where the wall clock shows its time a second time.

    SOURCE: RFC 5545, 3.3.5: a local time that occurs twice is the first of the two.
    """
    moment = dt.datetime.fromtimestamp(second, dt.UTC)
    shown = moment.astimezone(zoneinfo.ZoneInfo(zone))
    return moment if shown.fold else shown


def _sequence(stint: Stint, history: Iterable[RosterChange]) -> int:
    """Return how often swaps and overrides have touched a stretch; taking one back counts too."""
    count = 0
    for one in history:
        times = {"in force": 1, "withdrawn": 2}.get(one.state, 0)
        sides = [one.give, *([one.take] if one.take is not None else [])]
        for start, end in sides:
            if start.timestamp() <= stint.end and end.timestamp() >= stint.start:
                count += times
    return count


def _name(feed: Feed) -> str:
    if feed.person:
        return tell("Duty of {person}", person=feed.label("person", feed.person))
    names = dict.fromkeys(feed.label("subject", one.subject) for one in feed.rosters)
    return tell("Duty: {names}", names=", ".join(names))
