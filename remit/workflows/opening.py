"""From what came in to an open incident: recorded first, then read, triaged, resolved, opened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

from remit.engine.completion import complete_event
from remit.engine.errors import RemitError
from remit.engine.events import Event
from remit.engine.pack import Pack
from remit.engine.resolution import Resolution
from remit.engine.wording import tell
from remit.workflows.arrivals import Arrival
from remit.workflows.community import DECLARED, community_of
from remit.workflows.entries import Draft, Entry, Json, received_content
from remit.workflows.event_json import event_to_json
from remit.workflows.incident import Incident
from remit.workflows.ledger import Ledger
from remit.workflows.ledger_writing import Writing
from remit.workflows.planning import plan_response
from remit.workflows.response import Response
from remit.workflows.response_json import response_to_json

__all__ = [
    "ConflictError",
    "Opened",
    "TakeIn",
    "incident_name",
    "open_arrivals",
    "open_incident",
    "record",
    "set_aside",
]

ALPHABET = "bcdfghjkmnpqrstvwxz23456789"
"""Letters of incident names: none that reads like another, no vowels, so no words."""
SHORTEST_NAME = 4

TakeIn: TypeAlias = "Callable[[Writing, str, Event, int], str]"
"""Lets what a message tells of an incident, received by an entry, change who answers in it, in the
transaction it is given; returns why it changes nothing, or an empty text."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An incident that an arrival led to: opened by it, or joined by something new about it.

    Args:
        refused: why what joined it may not change who answers, or empty.
    """

    incident: str
    is_new: bool
    has_joined: bool = False
    refused: str = ""


class ConflictError(RemitError):
    """A sender gave the name of an earlier message to another one."""

    def __str__(self) -> str:
        """Return the sentence."""
        return tell("another message of that name came in before")


def record(
    ledger: Ledger, data: bytes, source: str, now: dt.datetime, names: tuple[str, ...] = ()
) -> Entry:
    """Write that something came in, before anybody has looked at it, and return that entry.

    The very same bytes are received once: a second time the first entry is returned.

    Args:
        names: digests of names its sender gave it, kept in the same transaction.

    Raises:
        ConflictError: if a name was given to other bytes before; nothing is written then.
    """
    digest = sha256(data).hexdigest()
    with ledger.write() as writing:
        known = {name: writing.receipt(name) for name in names}
        for number in known.values():
            if number is not None and writing.entry(number).payload.get("digest") != digest:
                raise ConflictError
        before = writing.receipt(digest)
        if before is not None:
            _keep_names(writing, known, writing.entry(before))
        else:
            payload: dict[str, Json] = {
                "source": source,
                "digest": digest,
                "size": len(data),
                **received_content(data),
            }
            (entry,) = writing.append([Draft("received", payload)], time=now)
            writing.keep_receipt(digest, entry)
            _keep_names(writing, known, entry)
            return entry
    found = ledger.entry(before)
    if found is None:
        raise LookupError(tell("entry {before} is missing", before=before))
    return found


def _keep_names(writing: Writing, known: Mapping[str, int | None], entry: Entry) -> None:
    for name, number in known.items():
        if number is None:
            writing.keep_receipt(name, entry)


def set_aside(ledger: Ledger, received: Entry, reason: str, now: dt.datetime) -> Entry:
    """Write why something that came in opened nothing; a reason that was written stays alone."""
    with ledger.write() as writing:
        # WHY again: two servers may read one message at once.
        for before in writing.following(received.number):
            if before.kind == "set-aside" and before.payload.get("reason") == reason:
                return before
        (entry,) = writing.append(
            [Draft("set-aside", {"reason": reason}, cause=received.number)], time=now
        )
    return entry


def open_incident(
    ledger: Ledger,
    pack: Pack,
    resolve: Callable[[Event], Resolution],
    arrival: Arrival,
    received: Entry,
    now: dt.datetime,
    *,
    again: bool = False,
    split_from: str | None = None,
) -> Opened:
    """Open the incident that `arrival` calls for, or find the one it belongs to.

    One origin opens one incident: the same alert again, or its update, leads to the same one. Only
    something new about an incident that is closed opens another.

    Args:
        again: open another one although an incident of this origin is closed and nothing is new.
        split_from: the incident that this one was a part of so far.
    """
    opening = _Opening(pack, resolve, received, now, again=again, split_from=split_from)
    planned = opening.plan(ledger, arrival)
    with ledger.write() as writing:
        return opening.open(ledger, writing, planned)


def open_arrivals(
    ledger: Ledger,
    pack: Pack,
    resolve: Callable[[Event], Resolution],
    arrivals: Iterable[Arrival],
    received: Entry,
    now: dt.datetime,
    *,
    take_in: TakeIn,
    again: bool = False,
) -> tuple[Opened, ...]:
    """Open or join every incident that one message calls for, and take in what it changes there.

    INVARIANT: all of it is one transaction. Whoever finds one of its entries takes the message for
    read, so nothing of it may be missing then.
    """
    opening = _Opening(pack, resolve, received, now, again=again, take_in=take_in)
    planned = [opening.plan(ledger, arrival) for arrival in arrivals]
    with ledger.write() as writing:
        return tuple(opening.open(ledger, writing, one) for one in planned)


@dataclass(frozen=True, slots=True)
class _Planned:
    """What an arrival calls for, as the community was when it was planned."""

    arrival: Arrival
    event: Event
    response: Response


@dataclass(frozen=True, slots=True)
class _Opening:
    """What the arrivals of one message have in common."""

    pack: Pack
    resolve: Callable[[Event], Resolution]
    received: Entry
    now: dt.datetime
    again: bool = False
    split_from: str | None = None
    take_in: TakeIn | None = None

    def plan(self, ledger: Ledger, arrival: Arrival) -> _Planned:
        """Return what an arrival calls for.

        WHY before the ledger is held: it takes longer than all that is written then.
        """
        event = self._event(ledger, arrival)
        return _Planned(arrival, event, plan_response(self.pack, self.resolve, event))

    def open(self, ledger: Ledger, writing: Writing, planned: _Planned) -> Opened:
        """Open the incident of an arrival, or join the one it belongs to."""
        # WHY again: a state declared meanwhile would miss an incident that is not written yet.
        if self._event(ledger, planned.arrival) != planned.event:
            planned = self.plan(ledger, planned.arrival)
        arrival, event, response = planned.arrival, planned.event, planned.response
        known, origin = _known(writing, arrival)
        if known is not None:
            is_new = self.received.number not in writing.arrivals(known.id)
            if not known.is_over or not (is_new or self.again):
                return self._join(writing, known, arrival, is_new=is_new)
        name = incident_name(f"{self.pack.name}/{origin}", writing.is_taken)
        payload: dict[str, Json] = {
            "origin": origin,
            "title": dict(arrival.title),
            "sender": arrival.sender,
            "signal": arrival.signal,
            "event": event_to_json(event),
            "offset": _offset(event.time or self.now),
            "pack": {"name": self.pack.name, "version": self.pack.version, "path": self.pack.path},
            "response": response_to_json(response),
            "counts": writing.counts(self.pack.name, response.means),
        }
        if self.split_from is not None:
            payload["split_from"] = self.split_from
        writing.append(
            [Draft("opened", payload, cause=self.received.number)],
            time=self.now,
            incident=name,
            policy=self.pack.digest,
        )
        return Opened(name, is_new=True)

    def _event(self, ledger: Ledger, arrival: Arrival) -> Event:
        """Return the event of an arrival, completed by what the community is in."""
        state = community_of(ledger.entries_of((DECLARED,)), self.pack).at(arrival.event)
        return complete_event(
            arrival.event, self.pack.vocabulary, state=state, today=self.now.date()
        )

    def _join(self, writing: Writing, known: Incident, arrival: Arrival, *, is_new: bool) -> Opened:
        refused = ""
        if is_new:
            source = {"source": str(self.received.payload["source"])}
            joined = Draft("joined", source, cause=self.received.number)
            time = max(self.now, known.time)
            writing.append([joined], time=time, incident=known.id, policy=known.policy)
            if self.take_in is not None:
                refused = self.take_in(writing, known.id, arrival.event, self.received.number)
        return Opened(known.id, is_new=False, has_joined=is_new, refused=refused)


def _known(writing: Writing, arrival: Arrival) -> tuple[Incident | None, str]:
    """Return the incident an arrival belongs to, an open one if there is, and a free origin.

    INVARIANT: an occurrence that a signal raised keeps its incident however late its first message
    arrives: it is looked for under every name it may have had (`Raised.names`).
    """
    found, free = None, arrival.origin
    for origin in writing.origins((arrival.origin, *arrival.others)):
        name = origin
        while (incident := writing.incident_of(name)) is not None:
            found = _where_it_goes_on(writing, incident)
            if found is not None and not found.is_over:
                return found, name
            name += "+"
        free = name
    if found is None:
        found = _updated(writing, arrival)
    return found, free


def _updated(writing: Writing, arrival: Arrival) -> Incident | None:
    """Return the open incident that an arrival updates although another signal raised that."""
    for origin in writing.origins(arrival.earlier):
        name = writing.incident_of(origin)
        found = None if name is None else _where_it_goes_on(writing, name)
        if found is not None and not found.is_over:
            return found
    return None


def _where_it_goes_on(writing: Writing, name: str) -> Incident | None:
    """Return an incident, or the one it was merged into."""
    found = writing.incident(name)
    while found is not None and found.merged is not None:
        found = writing.incident(found.merged)
    return found


def incident_name(origin: str, is_taken: Callable[[str], bool]) -> str:
    """Return a short name that depends on nothing but `origin`, and on which names are taken."""
    number = int.from_bytes(sha256(origin.encode()).digest())
    letters: list[str] = []
    while len(letters) < SHORTEST_NAME or is_taken("".join(letters)):
        number, index = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[index])
    return "".join(letters)


def _offset(time: dt.datetime) -> int:
    offset = time.utcoffset() or dt.timedelta()
    return int(offset.total_seconds()) // 60
