"""By which way a message goes next: a pure function of who is on duty, and of what failed so far.

A message to a subject goes to the people on duty for it, first called first, each by their contacts
in order, and then to the subject's own contacts. Whoever has quiet hours is passed over as long as
there is another way; what is not urgent waits for the morning if there is none, what must be
answered before is not kept from them. When every way has failed, all are tried again after waits
that grow; a message that asks something gives up soon, so that the next in line is called.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TypeAlias, cast

from remit.engine.pack import Person, Roster
from remit.engine.rosters import Change, on_duty
from remit.engine.wording import tell
from remit.workflows.entries import Entry, from_stamp
from remit.workflows.incident import Incident, Item, Sending

__all__ = ["Changes", "GiveUp", "Hold", "Send", "Told", "Way", "item_of", "next_way", "ways"]

WAITS_S = (30, 120, 600, 1_800)
"""Seconds between two rounds over all ways; after the last wait and one more round, it is over."""
LEAST_PATIENCE_S = 60
"""Seconds for which a message that asks something is tried at least."""
PATIENCE_SHARE = 4
"""It is tried for a quarter of the time to answer at most: the next in line needs the rest."""
URGENT = "urgent"
_ASKING = frozenset({"asked", "escalated", "reminded"})
_ALWAYS_URGENT = frozenset({"nobody-told", "overdue", "stuck"})

Changes: TypeAlias = "Mapping[str, Sequence[Change]]"
"""Overrides and swaps made while a pack is in force, by roster."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach a subject.

    Args:
        person: whom, or empty for the subject itself.
        channel: a channel's name, or empty where the pack tells none.
        quiet_until: the end of the hours in which this person is not to be woken, if it is in them.
        may_wake: whether this message may wake them all the same.
    """

    person: str
    channel: str
    address: str
    language: str | None = None
    quiet_until: dt.datetime | None = None
    may_wake: bool = True

    @property
    def name(self) -> tuple[str, str]:
        """Return what tells it from other ways of one message."""
        return self.person, self.channel


@dataclass(frozen=True, slots=True)
class Send:
    """Try this way now.

    Args:
        passed: people who were passed over because they are not to be woken.
    """

    way: Way
    passed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hold:
    """Wait: everybody who is left is not to be woken, and it is not urgent."""

    until: dt.datetime
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Nobody can be told, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Told:
    """A message as far as its way depends on it.

    Args:
        urgent_until: by when it must be answered, or `None` if it asks nothing.
        is_alarm: whether it is urgent whatever the time.
        levels: values of the incident's event; some people may be woken by them.
    """

    key: str
    subject: str
    since: dt.datetime
    urgent_until: dt.datetime | None = None
    is_alarm: bool = False
    levels: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, key: str, entry: Entry, incident: Incident, subject: str) -> Told:
        """Return what decides over the way of the message by which `entry` is told to a subject."""
        item = item_of(entry, incident)
        return cls(
            key,
            subject,
            entry.time,
            None if item is None else _due(entry, item),
            entry.kind in _ALWAYS_URGENT,
            frozenset(value for value in incident.event.values() if isinstance(value, str)),
        )

    def is_urgent(self, until: dt.datetime) -> bool:
        """Return whether it cannot wait until then."""
        return self.is_alarm or (self.urgent_until is not None and self.urgent_until < until)


def item_of(entry: Entry, incident: Incident) -> Item | None:
    """Return what an entry asks of those it is told to, if it asks anything."""
    if entry.kind not in _ASKING:
        return None
    return incident.items.get(cast("int", entry.payload["item"]))


def next_way(
    told: Told,
    incident: Incident,
    now: dt.datetime,
    changes: Changes,
    carries: Callable[[str], bool],
) -> Send | Hold | GiveUp:
    """Return what is to be done about a message now.

    Args:
        carries: whether there is a channel of a name; of the empty name, whether there is one that
            takes what has no address.
    """
    sending = incident.sending.get(told.key, Sending())
    known = _carried(ways(told, incident, now, changes), carries)
    if not known:
        return GiveUp(_why_no_way(told, incident, carries))
    open_ways = [way for way in known if way.name not in sending.failed]
    awake = [way for way in open_ways if way.quiet_until is None or way.may_wake]
    asleep = [way for way in open_ways if way not in awake]
    passed = tuple(dict.fromkeys(way.person for way in asleep))
    if awake:
        return Send(awake[0], passed)
    urgent = [way for way in asleep if way.quiet_until and told.is_urgent(way.quiet_until)]
    if urgent:
        return Send(urgent[0])
    if asleep:
        until = min(way.quiet_until for way in asleep if way.quiet_until)
        return Hold(until, passed)
    return GiveUp(tell("no way to reach `{subject}` worked", subject=told.subject))


def again_at(told: Told, sending: Sending, now: dt.datetime) -> dt.datetime | None:
    """Return when all ways are tried again after all have failed; `None` if it is over."""
    if sending.rounds >= len(WAITS_S):
        return None
    again = now + dt.timedelta(seconds=WAITS_S[sending.rounds])
    if told.urgent_until is None:
        return again
    time = max((told.urgent_until - told.since) / PATIENCE_SHARE, _LEAST_PATIENCE)
    return again if again <= told.since + time else None


def _carried(found: Sequence[Way], carries: Callable[[str], bool]) -> list[Way]:
    """Return the ways that there are channels for; where there are none, all, if one takes all."""
    known = [way for way in found if way.channel and carries(way.channel)]
    return known or ([*found] if carries("") else [])


_LEAST_PATIENCE = dt.timedelta(seconds=LEAST_PATIENCE_S)


def ways(told: Told, incident: Incident, now: dt.datetime, changes: Changes) -> list[Way]:
    """Return all ways to reach a message's subject, in order, none twice.

    A subject that nothing is told of has one way without channel and address: whoever takes such
    messages (a folder of files, a printer) may know where to carry them.
    """
    response = incident.response
    found: list[Way] = []
    for roster in response.rosters_of(told.subject):
        found += _people_ways(told, roster, now, changes)
    lead = response.leads.get(told.subject, "")
    own = response.contacts.get(told.subject) or response.contacts.get(lead, ())
    found += [Way("", channel, address) for channel, address in own]
    unique: dict[tuple[str, str, str], Way] = {}
    for way in found:
        unique.setdefault((way.person, way.channel, way.address), way)
    return [*unique.values()] or [Way("", "", "")]


def _people_ways(told: Told, roster: Roster, now: dt.datetime, changes: Changes) -> Iterable[Way]:
    try:
        people = on_duty(roster, now, changes.get(roster.name, ()))
        zone = zoneinfo.ZoneInfo(roster.zone)
    except zoneinfo.ZoneInfoNotFoundError:
        # WHY everybody: a machine that does not know the zone cannot tell who is off duty.
        people, zone = tuple(one.name for one in roster.people), zoneinfo.ZoneInfo("UTC")
    known = (roster.person(name) for name in people)
    persons = [person for person in known if person is not None]
    return chain.from_iterable(_ways_to(person, told, now.astimezone(zone)) for person in persons)


def _ways_to(person: Person, told: Told, shown: dt.datetime) -> list[Way]:
    plain = [Way(person.name, one.channel, one.to, person.language) for one in person.contacts]
    quiet = person.quiet
    if quiet is None or not quiet.holds_at(shown.time()):
        return plain
    until = dt.datetime.combine(shown.date(), quiet.end, shown.tzinfo)
    if until <= shown:
        until = dt.datetime.combine(shown.date() + dt.timedelta(days=1), quiet.end, shown.tzinfo)
    wakes = bool(told.levels & set(quiet.exceptions)) or (
        URGENT in quiet.exceptions and told.is_urgent(until)
    )
    return [replace(way, quiet_until=until, may_wake=wakes) for way in plain]


def _why_no_way(told: Told, incident: Incident, carries: Callable[[str], bool]) -> str:
    contacts = incident.response.contacts.get(told.subject, ())
    rosters = incident.response.rosters_of(told.subject)
    if contacts or any(person.contacts for one in rosters for person in one.people):
        missing = sorted({channel for channel, _ in contacts if not carries(channel)})
        if missing:
            return tell(
                "`{subject}` is reached by {channels} alone, and no such channel is set up",
                subject=told.subject,
                channels=", ".join(f"`{name}`" for name in missing),
            )
        return tell("nobody is on duty for `{subject}` who can be reached", subject=told.subject)
    return tell("nothing tells how to reach `{subject}`", subject=told.subject)


def _due(entry: Entry, item: Item) -> dt.datetime:
    """Return until when there is time to answer, as the entry tells it."""
    text = entry.payload.get("due")
    return from_stamp(text) if isinstance(text, str) else item.due
