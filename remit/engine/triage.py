"""Triage: which events a pack's signals raise from incoming messages, by the messages' own times.

Pure, and independent of the order in which messages arrived: the same messages give the same
events. Idea: put each signal's matching messages into groups that agree on `by`, sort a group by
time and id, and slide a window over it; where the window holds enough, it is *hot*. Hot windows
that share a message, or messages of one thread, are one raised event. So without threads a later
message can make a raised event grow or join two, never make one vanish.

A *thread* is a message with those it speaks of (an alert and its updates). It counts once.
Cost: sorting, n log n in the messages of a group.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from remit.engine.events import Event
from remit.engine.pack import FieldTest, Pack, Signal
from remit.engine.vocabulary import Dimension, Value

__all__ = ["LONGEST_ID", "MAX_GROUPS", "Message", "Raised", "matches", "triage"]

MAX_GROUPS = 10_000
"""Groups one message may count in, for a message with many values in several `by` fields; the rest,
in sorted order, is left out, so that no sender can make triage hang."""
LONGEST_ID = 300
"""Characters of an event's id that are kept as they are."""
_NUMBER = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that came in: an alert, a resident's report, a reading.

    Args:
        id: the same for the same message sent again; then it counts once.
        source: the kind of message that signals name in `from`.
        fields: texts by field; a field may have several.
        time: the sender's own time, with its offset.
        about: ids of earlier messages that this one continues.

    Raises:
        ValueError: if the time has no offset.
    """

    id: str
    source: str
    fields: Mapping[str, tuple[str, ...]]
    time: dt.datetime
    about: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a time without an offset."""
        if self.time.utcoffset() is None:
            raise ValueError(self.time)


@dataclass(frozen=True, slots=True)
class Raised:
    """An event that a signal raised.

    Args:
        event: as the signal writes it, with the `by` fields that are dimensions, and the time at
            which the count was reached. It may be partial, and is not completed from state.
        messages: ids of the messages in hot windows, by time and id.
        by: the values on which they agree, by field.
        unplaced: `by` fields that are dimensions but whose value the vocabulary lacks; the event
            goes without.
        names: every id this event may have had while some of its messages had not arrived: whoever
            keeps one of them knows the event again.
    """

    signal: str
    event: Event
    messages: tuple[str, ...]
    by: Mapping[str, str]
    time: dt.datetime
    unplaced: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def triage(pack: Pack, messages: Iterable[Message]) -> tuple[Raised, ...]:
    """Return the events that a pack's signals raise, sorted by time, signal and `by` values."""
    known = _once_each(messages)
    threads = _threads(known)
    found: list[Raised] = []
    for signal in pack.signals.values():
        matching = [message for message in known if matches(signal, message)]
        for agreed, group in _groups(signal, matching):
            for episode, time in _episodes(signal, group, threads):
                found.append(_raised(pack, signal, agreed, episode, time))
    return tuple(sorted(found, key=lambda raised: (raised.time, raised.event.id or "")))


def matches(signal: Signal, message: Message) -> bool:
    """Return whether a message is of the signal's kind and passes all its tests.

    A test holds if any of the field's texts passes; a negated one if none does, so also where the
    field is not there.
    """
    return message.source == signal.source and all(_holds(test, message) for test in signal.when)


def _holds(test: FieldTest, message: Message) -> bool:
    passes = any(_passes(test, text) for text in message.fields.get(test.field, ()))
    return passes != test.negated


def _passes(test: FieldTest, text: str) -> bool:
    if text in test.texts:
        return True
    if test.low is None and test.high is None:
        return False
    if not _NUMBER.fullmatch(text.strip()):
        return False
    number = Decimal(text.strip())
    above = test.low is None or (number > test.low if test.low_open else number >= test.low)
    below = test.high is None or (number < test.high if test.high_open else number <= test.high)
    return above and below


def _once_each(messages: Iterable[Message]) -> list[Message]:
    """Return the messages by time and id, one an id: the first in that order."""

    def order(message: Message) -> tuple[object, ...]:
        return (
            message.time,
            message.id,
            message.source,
            sorted(message.fields.items()),
            message.about,
        )

    kept: dict[str, Message] = {}
    for message in sorted(messages, key=order):
        kept.setdefault(message.id, message)
    return list(kept.values())


def _threads(messages: Sequence[Message]) -> Mapping[str, str]:
    """Return each message's thread, named by the least id in it, known or only spoken of."""
    joined = _Joined()
    for message in messages:
        for earlier in message.about:
            joined.join(message.id, earlier)
    least: dict[Hashable, str] = {}
    ids = {message.id for message in messages} | {e for message in messages for e in message.about}
    for name in sorted(ids):
        least.setdefault(joined.root(name), name)
    return {message.id: least[joined.root(message.id)] for message in messages}


def _groups(
    signal: Signal, messages: Sequence[Message]
) -> Iterator[tuple[tuple[str, ...], list[Message]]]:
    """Yield messages that agree on the `by` fields, with the agreed values.

    A message without such a field is in no group.
    """
    groups: defaultdict[tuple[str, ...], list[Message]] = defaultdict(list)
    for message in messages:
        values = [sorted(set(message.fields.get(field, ()))) for field in signal.by]
        for agreed in itertools.islice(itertools.product(*values), MAX_GROUPS):
            groups[agreed].append(message)
    yield from sorted(groups.items())


def _episodes(
    signal: Signal, group: Sequence[Message], threads: Mapping[str, str]
) -> Iterator[tuple[list[Message], dt.datetime]]:
    """Yield the messages of each raised event, and when its count was first reached."""
    identities = [_identity(signal, message, threads) for message in group]
    windows = list(_hot_windows(signal, group, identities))
    joined = _Joined()
    hot: set[int] = set()
    reached = 0
    for low, high in windows:
        # WHY: windows move forward, so what an earlier one has joined need not be joined again.
        for index in range(max(low, reached), high + 1):
            joined.join(index, high)
            hot.add(index)
        reached = high
    for index in hot:
        joined.join(index, threads[group[index].id])
    reach_times: dict[Hashable, dt.datetime] = {}
    for _low, high in windows:
        reach_times.setdefault(joined.root(high), group[high].time)
    for root, time in reach_times.items():
        yield [group[index] for index in sorted(hot) if joined.root(index) == root], time


def _identity(signal: Signal, message: Message, threads: Mapping[str, str]) -> Hashable:
    """Return what a message counts as: its thread, or its value of `distinct`.

    All messages without that field count as one.
    """
    if signal.distinct is None:
        return threads[message.id]
    return tuple(sorted(set(message.fields.get(signal.distinct, ()))))


def _hot_windows(
    signal: Signal, group: Sequence[Message], identities: Sequence[Hashable]
) -> Iterator[tuple[int, int]]:
    """Yield each window that holds enough, as its first and last index, both in; last indexes rise.

    The window of a message is what lies at most `within` before it, both ends in. Without `within`
    it is the message alone if one is enough, else everything up to it.
    """
    alone = signal.within is None and signal.count <= 1
    inside: Counter[Hashable] = Counter()
    low = 0
    for high, message in enumerate(group):
        inside[identities[high]] += 1
        while low < high and (alone or _is_outside(group[low], message, signal.within)):
            inside[identities[low]] -= 1
            if not inside[identities[low]]:
                del inside[identities[low]]
            low += 1
        if len(inside) >= signal.count:
            yield (low, high)


def _is_outside(earlier: Message, later: Message, within: int | None) -> bool:
    return within is not None and later.time - earlier.time > dt.timedelta(seconds=within)


def _raised(
    pack: Pack,
    signal: Signal,
    agreed: tuple[str, ...],
    episode: Sequence[Message],
    time: dt.datetime,
) -> Raised:
    by = dict(zip(signal.by, agreed, strict=True))
    values: dict[str, Value] = {}
    unplaced: list[str] = []
    for field, text in by.items():
        dimension = pack.vocabulary.dimensions.get(field)
        if dimension is None or field in signal.raises.values:
            continue
        value = _value(dimension, text)
        if value is None:
            unplaced.append(field)
        else:
            values[field] = value
    event = Event({**values, **signal.raises.values}, time, _event_id(signal, agreed, episode[0]))
    ids = tuple(message.id for message in episode)
    # WHY each: the id is that of the first message, and an earlier one may arrive last.
    names = tuple(dict.fromkeys(_event_id(signal, agreed, message) for message in episode))
    return Raised(signal.name, event, ids, by, time, tuple(unplaced), names)


def _event_id(signal: Signal, agreed: tuple[str, ...], first: Message) -> str:
    """Return a name that messages of a later time leave as it is; a long one ends in its hash."""
    name = "/".join((signal.name, *agreed, first.id))
    if len(name) <= LONGEST_ID:
        return name
    return f"{name[:LONGEST_ID]}/{sha256(name.encode()).hexdigest()[:16]}"


def _value(dimension: Dimension, text: str) -> Value | None:
    """Return a text as a value of a dimension; `None` where the dimension lacks it."""
    value: Value = text
    if not dimension.is_named:
        if not _NUMBER.fullmatch(text.strip()):
            return None
        number = Decimal(text.strip())
        value = number if dimension.kind == "decimal" or number != int(number) else int(number)
    try:
        dimension.only(value)
    except (KeyError, ValueError):
        return None
    return value


class _Joined:
    """Disjoint sets that grow together: union-find with path halving, near-constant a step."""

    def __init__(self) -> None:
        self._parents: dict[Hashable, Hashable] = {}

    def root(self, member: Hashable) -> Hashable:
        parents = self._parents
        parents.setdefault(member, member)
        while parents[member] != member:
            parents[member] = parents[parents[member]]
            member = parents[member]
        return member

    def join(self, one: Hashable, other: Hashable) -> None:
        self._parents[self.root(one)] = self.root(other)
