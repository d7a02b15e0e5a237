"""Retelling a recorded season under the pack it was decided by: entry by entry, to the same hashes.

What came from outside is taken as it was recorded: what came in, what people said, what was
declared, what channels reported. All else is decided anew, at the moments at which the recording
decided it, by the rules of today; each entry must come out as it was recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from remit.engine.errors import RemitError
from remit.engine.map.responsibility import compile_pack
from remit.engine.pack import Pack
from remit.engine.wording import LANGUAGES, current_language, speaking
from remit.workflows.answers import Refusal, Word, judge
from remit.workflows.arrivals import read_arrival
from remit.workflows.due import due_now
from remit.workflows.entries import ENGINE, Draft, Entry, Json, as_received, entry_hash
from remit.workflows.folding import numbered
from remit.workflows.ledger_chain import Head
from remit.workflows.ledger_memory import MemoryLedger
from remit.workflows.lifecycle import PURPOSES, Verb
from remit.workflows.opening import open_incident

__all__ = ["Difference", "Retold", "retell", "word_of"]

REPORTED = frozenset(
    {
        *("attempted", "delivered", "held", "nobody-told", "undelivered"),
        *("joined", "changed", "alarm", "audited", "stuck"),
    }
)
"""Kinds that the engine wrote of what channels, senders and auditors told: taken as recorded."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a retelling comes out otherwise.

    Args:
        recorded: the entry of the recording.
        kind: what would be written in its place; empty for nothing.
    """

    recorded: Entry
    kind: str = ""
    payload: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class Retold:
    """What came of a retelling.

    Args:
        entries: how many came out as recorded.
        decided: how many of them were decided anew.
        head: the last of them.
        difference: the first entry that did not; `None` where all did.
    """

    entries: int
    decided: int
    head: Head
    difference: Difference | None = None


def retell(recorded: Sequence[Entry], pack: Pack) -> Retold:
    """Return whether a recorded season comes out the same under a pack.

    Args:
        recorded: all entries of a ledger, from the first.
    """
    telling = _Retelling(recorded, pack)
    difference = telling.run()
    head = telling.book.head()
    return Retold(head.number, telling.decided, head, difference)


class _UnlikeError(Exception):
    """What follows is not what was recorded; all that was written for it is taken back."""

    def __init__(self, difference: Difference) -> None:
        super().__init__(difference)
        self.difference = difference


class _Retelling:
    """One retelling under way."""

    def __init__(self, recorded: Sequence[Entry], pack: Pack) -> None:
        self.recorded = recorded
        self.pack = pack
        self.map = compile_pack(pack)
        self.book = MemoryLedger()
        self.decided = 0
        self.language = current_language()

    def run(self) -> Difference | None:
        while (number := self.book.head().number) < len(self.recorded):
            found = self._retold(self.recorded[number], number)
            if found is not None:
                return found
        return None

    def _retold(self, entry: Entry, number: int) -> Difference | None:
        """Write what follows, in whichever language it was written: reasons are part of it.

        A ledger is written by many hands, so the language may change from entry to entry.
        """
        first: Difference | None = None
        for language in (self.language, *(one for one in LANGUAGES if one != self.language)):
            decided = self.decided
            try:
                with self.book.write(), speaking(language):
                    self._written(entry, number)
            except _UnlikeError as error:
                self.decided = decided
                first = first or error.difference
            else:
                self.language = language
                return None
        return first

    def _written(self, entry: Entry, number: int) -> None:
        found = self._next(entry)
        if found is not None:
            raise _UnlikeError(found)
        for one in self.book.all_entries[number:]:
            if not self._is_as_recorded(one):
                at = min(one.number, len(self.recorded)) - 1
                raise _UnlikeError(Difference(self.recorded[at], one.kind, one.payload))

    def _is_as_recorded(self, one: Entry) -> bool:
        """Return whether an entry came out as recorded; the recording's own hash must fit, too."""
        if one.number > len(self.recorded):
            return False
        other = self.recorded[one.number - 1]
        return one.hash == other.hash == entry_hash(other)

    def _next(self, entry: Entry) -> Difference | None:
        """Write what follows; return a difference where nothing like the recorded entry does."""
        if entry.kind == "opened":
            return self._open(entry)
        if entry.kind == "answered":
            return self._said(entry)
        if entry.incident is None or entry.actor != ENGINE:
            self._carry(entry)
            return None
        return self._due(entry)

    def _carry(self, entry: Entry) -> None:
        draft = Draft(entry.kind, entry.payload, entry.actor, entry.cause)
        with self.book.write() as writing:
            writing.append([draft], time=entry.time, incident=entry.incident, policy=entry.policy)
            digest = entry.payload.get("digest")
            if entry.kind == "received" and isinstance(digest, str):
                writing.keep_receipt(digest, entry)

    def _open(self, entry: Entry) -> Difference | None:
        received = self.book.entry(entry.cause or 0)
        origin, node = entry.payload["origin"], entry.payload["pack"]
        if received is None or not isinstance(node, Mapping):
            return Difference(entry)
        pack = replace(self.pack, path=str(node["path"]))
        data, earlier = as_received(received.payload), self.book.received(before=received.number)
        split = entry.payload.get("split_from")
        try:
            reading = read_arrival(data, pack, source="", earlier=earlier)
        except RemitError:
            return Difference(entry)
        for arrival in reading.arrivals:
            if str(origin).rstrip("+") != arrival.origin:
                continue
            open_incident(
                self.book,
                pack,
                self.map.resolve,
                arrival,
                received,
                entry.time,
                again=True,
                split_from=split if isinstance(split, str) else None,
            )
            self.decided += 1
            return None
        return Difference(entry)

    def _said(self, entry: Entry) -> Difference | None:
        incident = self.book.incident(entry.incident or "")
        if incident is None:
            return Difference(entry)
        word, number = word_of(entry)
        judged = judge(incident, number, word)
        if isinstance(judged, Refusal):
            return Difference(entry, judged.draft.kind, judged.draft.payload)
        self.decided += 1
        self._carry(entry)
        return None

    def _due(self, entry: Entry) -> Difference | None:
        """Decide anew what is due, and write the piece of work that the entry begins."""
        name = entry.incident or ""
        incident = self.book.incident(name)
        if incident is None:
            return Difference(entry)
        dues = due_now(incident, self.book.stores(incident), entry.time)
        for job in dict.fromkeys(due.job for due in dues):
            drafts = [due.draft for due in dues if due.job == job]
            first = numbered(drafts[0], incident)
            if first.kind == entry.kind and dict(first.payload) == dict(entry.payload):
                with self.book.write() as writing:
                    writing.append(drafts, time=entry.time, incident=name, policy=incident.policy)
                self.decided += len(drafts)
                return None
        if entry.kind in REPORTED:
            self._carry(entry)
            return None
        other = next((due.draft for due in dues), None)
        if other is None:
            return Difference(entry)
        return Difference(entry, other.kind, other.payload)


def word_of(entry: Entry) -> tuple[Word, int]:
    """Return what somebody said, and to which item, by an `answered` entry."""
    node = entry.payload
    verb, number = str(node["verb"]), node["item"]
    to, amount = node.get("to"), node.get("amount")
    word = Word(
        _verb(verb),
        entry.actor,
        str(node.get("note", "")),
        to if isinstance(to, str) else None,
        amount if isinstance(amount, str) else None,
        str(node.get("glass", "")),
    )
    return word, number if isinstance(number, int) else 0


def _verb(text: str) -> Verb:
    verbs: tuple[Verb, ...] = tuple(
        dict.fromkeys(verb for rules in PURPOSES.values() for verb in rules.answers)
    )
    return next(verb for verb in verbs if verb == text)
