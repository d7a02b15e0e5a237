"""What came in, read: an alert or report through the pack's signals, or an event as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256

from remit.engine.errors import RemitError
from remit.engine.events import Event
from remit.engine.language.incoming import parse_event
from remit.engine.pack import Pack
from remit.engine.triage import Message, Raised, triage
from remit.engine.vocabulary import Vocabulary
from remit.engine.wording import LANGUAGES, speaking, tell
from remit.workflows.intake.cap_values import CapAlert
from remit.workflows.intake.decoding import decode_json
from remit.workflows.intake.located import Json, Number, read_json
from remit.workflows.intake.read import Received, receive

__all__ = ["Arrival", "Reading", "kind_of", "read_arrival"]

_WHOLE = re.compile(r"-?\d{1,1000}", re.ASCII)

MOST_KEPT = 4_096
"""Messages kept as they were read; past it the one used longest ago is read again."""
LARGEST_KEPT = 16_384
"""Bytes of a message that is kept; with the number of them it bounds the memory this takes."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event that came in, with what to call it.

    Args:
        origin: the same for whatever belongs to the same occurrence.
        title: what people call it, by language.
        sender: who sent it, or empty.
        signal: the signal that raised it, or empty.
        others: further names under which the same occurrence may be known already.
        earlier: names of what was raised by other signals from the messages that this one updates;
            where it is unknown under its own, it belongs there.
    """

    origin: str
    event: Event
    title: Mapping[str, str]
    sender: str = ""
    signal: str = ""
    others: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in something that came in.

    Args:
        silence: why nothing is to be opened, as one sentence; empty where something is.
        notes: what a reader should know, a sentence each.
    """

    arrivals: tuple[Arrival, ...]
    silence: str = ""
    notes: tuple[str, ...] = field(default=())


def kind_of(data: bytes) -> str:
    """Return what something that came in looks like from its first letter: `json` or `cap`."""
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return "json" if start in {b"{", b"[", b'"'} else "cap"


def read_arrival(data: bytes, pack: Pack, *, source: str, earlier: Iterable[bytes] = ()) -> Reading:
    """Return the events that `data` calls for under `pack`.

    Args:
        source: what errors call the file.
        earlier: what came in before, for signals that count.

    Raises:
        IntakeErrors: if it cannot be read.
        EventError: if it is an event that does not fit the vocabulary.
    """
    if kind_of(data) == "json" and not _is_report(data, pack, source):
        return Reading((_event_arrival(data, pack, source),))
    received = receive(data, source=source)
    if not received.messages:
        return Reading(
            (),
            received.held_back or tell("the message says nothing that signals look at"),
            received.notes,
        )
    own = {message.id for message in received.messages}
    known = [message for other in earlier for message in _messages(other)]
    every = triage(pack, [*known, *received.messages])
    raised = [found for found in every if own & set(found.messages)]
    if not raised:
        return Reading(
            (), tell("no signal of the pack `{pack}` answers to it", pack=pack.name), received.notes
        )
    updated = _updated(received.messages, known)
    elsewhere = tuple(
        f"signal:{name}"
        for found in every
        if not own & set(found.messages) and updated & set(found.messages)
        for name in dict.fromkeys((found.event.id or "", *found.names))
    )
    arrivals = (_raised_arrival(found, received, pack) for found in raised)
    return Reading(
        tuple(replace(arrival, earlier=elsewhere) for arrival in arrivals), "", received.notes
    )


def _updated(new: Iterable[Message], known: Iterable[Message]) -> frozenset[str]:
    """Return the ids of the earlier messages that new ones update, and of those these do."""
    found = {earlier for message in new for earlier in message.about}
    about = {message.id: message.about for message in known}
    waiting = [*found]
    while waiting:
        more = set(about.get(waiting.pop(), ())) - found
        found |= more
        waiting += more
    return frozenset(name for name in about if name.partition("#")[0] in found or name in found)


def _messages(data: bytes) -> tuple[Message, ...]:
    """Return the messages of something received before; what cannot be read says nothing."""
    return _read_before(data) if len(data) <= LARGEST_KEPT else _read_before.__wrapped__(data)


# WHY kept: each new message is held against all before it, which would be read anew each time.
@lru_cache(maxsize=MOST_KEPT)
def _read_before(data: bytes) -> tuple[Message, ...]:
    try:
        return receive(data).messages
    except RemitError:
        return ()


def _is_report(data: bytes, pack: Pack, source: str) -> bool:
    value, _ = read_json(decode_json(data, source), source)
    if not isinstance(value, dict):
        return True
    return "fields" in value or ("kind" in value and "kind" not in pack.vocabulary.dimensions)


def _event_arrival(data: bytes, pack: Pack, source: str) -> Arrival:
    value, _ = read_json(decode_json(data, source), source)
    event = parse_event(_plain_map(value), pack.vocabulary)
    origin = event.id or sha256(data).hexdigest()[:16]
    return Arrival(f"event:{origin}", event, _title(event, pack.vocabulary))


def _raised_arrival(raised: Raised, received: Received, pack: Pack) -> Arrival:
    title: dict[str, str] = {}
    sender = ""
    if isinstance(received.content, CapAlert):
        for info in received.content.infos:
            if info.headline:
                title.setdefault(info.language.partition("-")[0].lower(), info.headline)
            sender = sender or info.sender_name
        sender = sender or received.content.sender
    else:
        sender = received.content.reporter
    label = pack.signals[raised.signal].label
    found = title or (dict(label.by_language) if label else _title(raised.event, pack.vocabulary))
    origin = f"signal:{raised.event.id}"
    others = tuple(name for name in map("signal:{}".format, raised.names) if name != origin)
    return Arrival(origin, raised.event, found, sender, raised.signal, others)


def _title(event: Event, vocabulary: Vocabulary) -> dict[str, str]:
    """Return a title in both languages: the event's nodes of trees, which say what and where."""
    named = [
        (vocabulary.dimension(name), str(value))
        for name, value in event.values.items()
        if name in vocabulary.dimensions and vocabulary.dimension(name).kind == "tree"
    ]
    found: dict[str, str] = {}
    for language in LANGUAGES:
        words = (
            dim.labels[value].in_language(language) if value in dim.labels else value
            for dim, value in named
        )
        with speaking(language):
            found[language] = ", ".join(words) or tell("an event")
    return found


def _plain_map(value: Json) -> dict[str, object]:
    return {key: _plain(found) for key, found in value.items()} if isinstance(value, dict) else {}


def _plain(value: Json) -> object:
    if isinstance(value, Number):
        return int(value.text) if _WHOLE.fullmatch(value.text) else Decimal(value.text)
    if isinstance(value, list):
        return [_plain(found) for found in value]
    return _plain_map(value) if isinstance(value, dict) else value
