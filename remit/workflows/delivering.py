"""Sending what waits in the outbox: way after way, and in writing what became of each try.

INVARIANT: that a message is about to go out is durable before it goes, and its receipt is written
once: a process that dies in between leaves a message that is sent again with the same key, and told
as a possible repeat. A few messages share one wait for the disk before they go, and one after.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TypeAlias

from remit.engine.wording import LANGUAGES, tell
from remit.workflows.alarms import alarm_of
from remit.workflows.entries import Draft, Entry, Json, stamp
from remit.workflows.incident import Incident, Sending
from remit.workflows.ledger_writing import Claimed, Writing
from remit.workflows.messages import Message, message_of
from remit.workflows.ports import DeliveryError, Linker, Notifier
from remit.workflows.reaching import Changes, GiveUp, Hold, Send, Told, Way, again_at, next_way
from remit.workflows.roster_changes import ROSTER_KINDS, changes_of

__all__ = ["LEASE_S", "Alone", "Delivering", "Round", "is_ready"]

LEASE_S = 120
"""How long a process may take to send a message; past it another one sends what it claimed."""

MOST_TOGETHER = 8
"""Messages that go out between two writes: as many may be sent again after a kill. Of those whose
channel takes no keys, and which would arrive twice, it is one at most."""

Written = list[tuple[Entry, Incident]]


def is_ready(incident: Incident, key: str, now: dt.datetime) -> bool:
    """Return whether a waiting message is to be tried now: its time to be tried again has come."""
    sending = incident.sending.get(key)
    return sending is None or sending.again is None or sending.again <= now


class Alone:
    """Keeps two threads of one process from sending the messages of one incident at once.

    WHY: to the ledger they are one owner, whose own claims keep nothing from it.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._names: set[str] = set()

    @contextmanager
    def at(self, incident: str) -> Iterator[bool]:
        """Give whether nobody else of this process is at an incident, and hold it if so."""
        with self._lock:
            is_free = incident not in self._names
            self._names.add(incident)
        try:
            yield is_free
        finally:
            if is_free:
                with self._lock:
                    self._names.discard(incident)


@dataclass(frozen=True, slots=True)
class _Try:
    """One try of one message, under way.

    Args:
        incident: as it stood when the try began.
    """

    claimed: Claimed
    entry: Entry
    told: Told
    send: Send
    incident: Incident


_End: TypeAlias = "tuple[_Try, str, str | None]"
"""A try, the channel by which it arrived, and otherwise why it did not."""


@dataclass(frozen=True, slots=True)
class Round:
    """What came of one transaction about messages.

    Args:
        written: the entries it took.
        waiting: keys of claimed messages that have not gone out yet.
        tries: what is to go out now, all of it noted as about to.
    """

    written: Written = field(default_factory=list)
    waiting: tuple[str, ...] = ()
    tries: tuple[_Try, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivering:
    """One look at the messages of one incident, by one process.

    Args:
        clock: the incident's time, never before its last entry.
        wall: the time of processes, which leases are about.
        language: of messages to whoever has none of their own.
        linker: makes the links by which people answer; without it messages have none.
    """

    notifier: Notifier
    owner: str
    incident: str
    clock: Callable[[Incident], dt.datetime]
    wall: Callable[[], dt.datetime]
    language: str = "en"
    linker: Linker | None = None

    def begin(self, writing: Writing, is_dead: Callable[[str], bool]) -> Round:
        """Claim what waits and is ready, and note that the first of it is about to go out."""
        found = self._look(writing)
        now = self.clock(found)
        later = {key for key in found.sending if not is_ready(found, key, now)}
        keys = writing.claim(
            self.incident,
            self.owner,
            now=self.wall(),
            lease_s=LEASE_S,
            is_dead=is_dead,
            later=later,
        )
        return self._begun(writing, keys, []) if keys else Round()

    def send(self, begun: Round) -> list[_End]:
        """Send what is to go out now; nothing is held meanwhile."""
        return [(attempt, *self._send(attempt)) for attempt in begun.tries]

    def settle(self, writing: Writing, ends: Sequence[_End], waiting: Sequence[str]) -> Round:
        """Write what became of some messages and, in the same transaction, begin the following."""
        written: Written = []
        self._arrived(writing, [end for end in ends if end[2] is None], written)
        again = [
            attempt.claimed.key
            for attempt, _, problem in ends
            if problem is not None and self._failed(writing, attempt, problem, written)
        ]
        return self._begun(writing, (*again, *waiting), written)

    def _begun(self, writing: Writing, keys: Sequence[str], written: Written) -> Round:
        """Note that the first messages that can go out are about to; settle those that cannot."""
        mine = writing.claimed(keys, self.owner)
        claimed = [mine[key].again() for key in keys if key in mine]
        entries = writing.entries_by({one.entry for one in claimed}) if claimed else {}
        tries: list[_Try] = []
        without: list[tuple[Claimed, Hold | GiveUp]] = []
        found, tried = self._look(writing), 0
        changes = _changes(writing, found, claimed)
        for one in claimed:
            if len(tries) == MOST_TOGETHER or self._is_alone(tries):
                break
            tried += 1
            told = Told.of(one.key, entries[one.entry], found, one.subject)
            step = next_way(told, found, self.clock(found), changes, self.notifier.carries)
            if isinstance(step, Send):
                tries.append(_Try(one, entries[one.entry], told, step, found))
            else:
                without.append((one, step))
        writing.attempt(claimed[:tried], self.owner, now=self.wall(), lease_s=LEASE_S)
        for one, step in without:
            self._settle_without(writing, one, entries[one.entry], step, written)
        return Round(written, tuple(one.key for one in claimed[tried:]), tuple(tries))

    def _is_alone(self, attempts: Sequence[_Try]) -> bool:
        """Return whether the last of some messages must be the last before the next write."""
        return bool(attempts) and not self.notifier.takes_keys(attempts[-1].send.way.channel)

    def _send(self, attempt: _Try) -> tuple[str, str | None]:
        """Send one message; return its channel, or why it could not be sent."""
        try:
            return self.notifier.send(self._message(attempt)), None
        except DeliveryError as error:
            return "", error.reason

    def _arrived(self, writing: Writing, ends: Sequence[_End], written: Written) -> None:
        """Write the receipts of messages that went out, unless a later try will tell."""
        first = writing.sent([attempt.claimed for attempt, _, _ in ends])
        found, drafts = self._look(writing), list[Draft]()
        for attempt, channel, _ in ends:
            claimed = attempt.claimed
            if claimed.key not in first:
                continue
            receipt: dict[str, Json] = {
                **_about(claimed, attempt.send.way),
                "channel": channel,
                "repeat": _is_repeat(claimed, found),
            }
            if attempt.send.passed:
                receipt["passed"] = [*attempt.send.passed]
            drafts.append(Draft("delivered", receipt, cause=claimed.entry))
        if drafts:
            self._write(writing, drafts, written)

    def _failed(self, writing: Writing, attempt: _Try, problem: str, written: Written) -> bool:
        """Write that a way failed; return whether another one is to be tried at once."""
        claimed, way, told = attempt.claimed, attempt.send.way, attempt.told
        found = self._look(writing)
        now = self.clock(found)
        sending = found.sending.get(claimed.key, Sending())
        after = replace(sending, failed=(*sending.failed, way.name))
        tried = replace(found, sending={**found.sending, claimed.key: after})
        changes = _changes(writing, found, [claimed])
        following = next_way(told, tried, now, changes, self.notifier.carries)
        draft: dict[str, Json] = {
            **_about(claimed, way),
            "channel": way.channel,
            "reason": problem,
        }
        if isinstance(following, Send):
            if not writing.settle(claimed, problem=problem, for_good=False, keep=True):
                return False
            self._write(writing, [Draft("attempted", draft, cause=claimed.entry)], written)
            return True
        again = again_at(told, sending, now)
        if again is None and isinstance(following, Hold):
            again = following.until
        over = again is None
        if not writing.settle(claimed, problem=problem, for_good=over):
            return False
        if again is not None:
            more = {**draft, "again": stamp(again)}
            self._write(writing, [Draft("attempted", more, cause=claimed.entry)], written)
        else:
            self._give_up(writing, claimed, attempt.entry, problem, written)
        return False

    def _settle_without(
        self,
        writing: Writing,
        claimed: Claimed,
        entry: Entry,
        step: Hold | GiveUp,
        written: Written,
    ) -> None:
        """Settle a message that cannot go out now: held until the morning, or given up."""
        if isinstance(step, GiveUp):
            if writing.settle(claimed, problem=step.reason):
                self._give_up(writing, claimed, entry, step.reason, written)
            return
        reason = tell("held back")
        if writing.settle(claimed, problem=reason, for_good=False):
            payload: dict[str, Json] = {
                "to": claimed.subject,
                "message": claimed.key,
                "until": stamp(step.until),
                "people": [*step.people],
            }
            self._write(writing, [Draft("held", payload, cause=claimed.entry)], written)

    def _give_up(
        self, writing: Writing, claimed: Claimed, entry: Entry, reason: str, written: Written
    ) -> None:
        found = self._look(writing)
        payload: dict[str, Json] = {
            "to": claimed.subject,
            "message": claimed.key,
            "tries": claimed.tries,
            "reason": reason,
        }
        drafts = [Draft("undelivered", payload, cause=claimed.entry)]
        alarm = alarm_of(found, entry, claimed.subject, claimed.key)
        self._write(writing, drafts if alarm is None else [*drafts, alarm], written)

    def _message(self, attempt: _Try) -> Message:
        claimed, way, found = attempt.claimed, attempt.send.way, attempt.incident
        language = way.language if way.language in LANGUAGES else self.language
        message = message_of(
            attempt.entry,
            found,
            claimed.subject,
            language=language or "en",
            repeat=_is_repeat(claimed, found),
        )
        link = ""
        if self.linker is not None and message.item:
            item = found.items[int(message.item.rpartition("-")[2])]
            link = self.linker.to_item(found, item, way.person)
        return replace(
            message,
            person=way.person,
            channel=way.channel,
            address=way.address,
            language=language or "en",
            link=link,
        )

    def _write(self, writing: Writing, drafts: Sequence[Draft], written: Written) -> None:
        found = self._look(writing)
        entries = writing.append(
            drafts, time=self.clock(found), incident=self.incident, policy=found.policy
        )
        after = self._look(writing)
        written.extend((entry, after) for entry in entries)

    def _look(self, writing: Writing) -> Incident:
        found = writing.incident(self.incident)
        if found is None:
            raise LookupError(self.incident)
        return found


def _changes(writing: Writing, incident: Incident, claimed: Sequence[Claimed]) -> Changes:
    """Return the overrides and swaps in force; not asked for where nobody told has a roster."""
    if any(incident.response.rosters_of(one.subject) for one in claimed):
        return changes_of(writing.entries_of(ROSTER_KINDS))
    return {}


def _about(claimed: Claimed, way: Way) -> dict[str, Json]:
    found: dict[str, Json] = {
        "to": claimed.subject,
        "message": claimed.key,
        "tries": claimed.tries,
    }
    return {**found, "person": way.person}


def _is_repeat(claimed: Claimed, incident: Incident) -> bool:
    """Return whether some try of a message ended as nobody knows: it may have arrived already."""
    sending = incident.sending.get(claimed.key, Sending())
    return claimed.tries - 1 > sending.tries + sending.holds
