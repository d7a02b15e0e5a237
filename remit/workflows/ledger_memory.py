"""A ledger in memory for simulations: the same entries and hashes, in no database until kept.

It holds what `Ledger` holds for one process and one thread; what it does not need, such as the
leases of other processes, it does not have. `save` writes all of it into a ledger on disk at once.
INVARIANT: entries, hashes and what follows from them come from the same functions as everywhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from remit.workflows.drawings import Drawings
from remit.workflows.entries import GENESIS, Draft, Entry, Json, as_received, storable
from remit.workflows.folding import fold, numbered
from remit.workflows.incident import Incident
from remit.workflows.ledger import Ledger
from remit.workflows.ledger_carrying import lines_of
from remit.workflows.ledger_chain import Head
from remit.workflows.ledger_pools import FREES, POOL_KINDS, Place, counts_since
from remit.workflows.ledger_reading import Summary
from remit.workflows.ledger_rows import messages_of
from remit.workflows.ledger_writing import Claimed, Writing
from remit.workflows.means import Means
from remit.workflows.stores import Stores

__all__ = ["MemoryLedger"]

Found = TypeVar("Found")


@dataclass(slots=True)
class _Waiting:
    """One message of the outbox."""

    incident: str
    entry: int
    subject: str
    tries: int = 0


class MemoryLedger(Ledger):
    """A ledger of one thread, in memory."""

    def __init__(self) -> None:
        # WHY not the parent's: that one opens a database.
        self.location = "memory"
        self.path: Path | None = None
        self.all_entries: list[Entry] = []
        self.by_id: dict[str, Incident] = {}
        self.by_origin: dict[str, str] = {}
        self.receipts: dict[str, int] = {}
        self.outbox: dict[str, dict[str, _Waiting]] = {}
        self.changed: set[str] = set()
        """Incidents that were written about since somebody emptied it, or that may go on now."""
        self._counted: list[Entry] = []
        self._own: dict[str, list[Entry]] = {}
        """Entries that belong to no incident, by kind, in order."""
        self._drawings = Drawings()
        self._written: set[str] = set()
        self._undoing: list[Callable[[], None]] = []
        """How to take back what the open transaction has written, the last of it at the end."""
        self._open = 0

    def close(self) -> None:
        """Hold nothing."""

    @contextmanager
    def write(self) -> Iterator[Writing]:
        """Give a transaction, in another one or not: after an error all is as it was before."""
        mark = len(self._undoing)
        self._open += 1
        try:
            yield _MemoryWriting(self)
        except BaseException:
            while len(self._undoing) > mark:
                self._undoing.pop()()
            raise
        finally:
            self._open -= 1
            if not self._open:
                self._undoing.clear()

    def transact(self, work: Callable[[Writing], Found]) -> Found:
        """Do `work`, once."""
        with self.write() as writing:
            return work(writing)

    def head(self) -> Head:
        """Return the last entry's number and hash."""
        if not self.all_entries:
            return Head(0, GENESIS)
        return Head(self.all_entries[-1].number, self.all_entries[-1].hash)

    def entries(self, incident: str | None = None, *, after: int = 0) -> tuple[Entry, ...]:
        """Return entries by number: of one incident, or all, those after number `after`."""
        rest = self.all_entries[after:]
        return tuple(one for one in rest if incident is None or one.incident == incident)

    def entries_of(self, kinds: Sequence[str]) -> tuple[Entry, ...]:
        """Return the entries of some kinds that belong to no incident, by number."""
        found = [entry for kind in dict.fromkeys(kinds) for entry in self._own.get(kind, ())]
        return tuple(sorted(found, key=lambda entry: entry.number))

    def entry(self, number: int) -> Entry | None:
        """Return one entry."""
        return self.all_entries[number - 1] if 0 < number <= len(self.all_entries) else None

    def received(self, *, before: int) -> tuple[bytes, ...]:
        """Return what came in by entries before number `before`, as it came in."""
        earlier = self._own.get("received", ())
        return tuple(as_received(one.payload) for one in earlier if one.number < before)

    def following(self, received: int) -> tuple[Entry, ...]:
        """Return the entries that tell what became of what an entry received."""
        kinds = {"opened", "joined", "set-aside"}
        rest = self.all_entries[received:]
        return tuple(one for one in rest if one.cause == received and one.kind in kinds)

    def incident(self, incident: str) -> Incident | None:
        """Return an incident as it stands, or `None` if there is none of that name."""
        return self.by_id.get(incident)

    def incidents(
        self, *, is_over: bool | None = None, after: str = "", most: int | None = None
    ) -> tuple[Summary, ...]:
        """Return incidents, the latest first; see `ledger_reading.summaries`."""
        found = sorted(self.by_id.values(), key=lambda one: one.id)
        found.sort(key=lambda one: one.opened, reverse=True)
        names = [one.id for one in found]
        rest = found[names.index(after) + 1 :] if after in self.by_id else found
        wanted = [one for one in rest if is_over is None or one.is_over == is_over]
        return tuple(map(_summary, wanted[:most]))

    def has_undelivered(self, incident: str) -> bool:
        """Return whether an incident has messages that are still to be sent."""
        return bool(self.outbox.get(incident))

    def waiting(self, incident: str) -> tuple[str, ...]:
        """Return the keys of an incident's messages that are still to be sent, in order."""
        return _in_order(self.outbox.get(incident, {}))

    def undelivered(self) -> tuple[str, ...]:
        """Return the incidents with messages that are still to be sent."""
        return tuple(sorted(name for name, waiting in self.outbox.items() if waiting))

    def stores(self, incident: Incident) -> Stores:
        """Return what is left of the funds and stock an incident may draw on."""
        return self._drawn().stores(incident)

    def wanting(self) -> tuple[str, ...]:
        """Return the incidents that wait for people or stock, by name."""
        return tuple(sorted(self._drawn().wants))

    def pools(self) -> dict[Place, tuple[int, int]]:
        """Return what there is of each pool, and how much of it is promised or used up."""
        return self._drawn().pools()

    def used(self, pack: str) -> dict[tuple[str, str, str], tuple[int, int]]:
        """Return of each pool of a pack what was counted, and what is used up since."""
        return self._drawn().used(pack)

    def save(self, where: str | Path) -> Head:
        """Write all of it into a ledger that is new or empty, and return its head.

        Raises:
            LedgerError: if there is something in it, or it cannot be written.
        """
        with Ledger.at(where) as kept:
            return kept.load(lines_of(self.head(), self.all_entries, self.receipts.items()))

    def note(self, entry: Entry) -> None:
        """Keep an entry that was written."""
        self.all_entries.append(entry)
        if entry.incident is None:
            self._own.setdefault(entry.kind, []).append(entry)
        if entry.kind in POOL_KINDS and (entry.kind == "stocked" or entry.payload.get("counts")):
            self._counted.append(entry)
            self._drawings.count(self._counted)

    def keep(self, incident: Incident) -> None:
        """Keep an incident as it stands now."""
        self.by_id[incident.id] = incident
        self.by_origin.setdefault(incident.origin, incident.id)
        self.changed.add(incident.id)
        self._written.add(incident.id)

    def undo_by(self, step: Callable[[], None]) -> None:
        """Note how something that is about to be written is taken back."""
        self._undoing.append(step)

    def restoring(self, incident: str | None) -> Callable[[], None]:
        """Return what puts everything back as it is now, should entries of an incident follow."""
        count, changed = len(self.all_entries), set(self.changed)
        before = None if incident is None else self.by_id.get(incident)
        waiting = None if incident is None else dict(self.outbox.get(incident, {}))

        def restore() -> None:
            gone = self.all_entries[count:]
            del self.all_entries[count:]
            for entry in reversed(gone):
                if entry.incident is None:
                    self._own[entry.kind].pop()
            if any(entry.kind in POOL_KINDS for entry in gone):
                self._counted = [entry for entry in self._counted if entry.number <= count]
                self._drawings.count(self._counted)
            self.changed.clear()
            self.changed.update(changed)
            if incident is not None and waiting is not None:
                self.outbox[incident] = waiting
                self._written.add(incident)
                if before is not None:
                    self.by_id[incident] = before
                elif (opened := self.by_id.pop(incident, None)) is not None:
                    del self.by_origin[opened.origin]

        return restore

    def _drawn(self) -> Drawings:
        """Return what all incidents hold, with those seen to that were written about."""
        for name in self._written:
            self._drawings.see(name, self.by_id.get(name))
        self._written.clear()
        return self._drawings


class _MemoryWriting(Writing):
    """What `Writing` does, on a ledger in memory."""

    def __init__(self, book: MemoryLedger) -> None:
        # WHY not the parent's: that one keeps a connection.
        self._book = book
        self.head = book.head()

    def incident(self, incident: str) -> Incident | None:
        return self._book.by_id.get(incident)

    def entry(self, number: int) -> Entry:
        return self._book.all_entries[number - 1]

    def entries_of(self, kinds: Sequence[str]) -> tuple[Entry, ...]:
        return self._book.entries_of(kinds)

    def rest(self, incident: str) -> None:
        """Nobody else looks for work here."""

    def end(self) -> None:
        """Nobody else looks for work here."""

    def incident_of(self, origin: str) -> str | None:
        return self._book.by_origin.get(origin)

    def origins(self, names: Sequence[str]) -> tuple[str, ...]:
        found = [name for name in names if name in self._book.by_origin]
        return tuple(sorted(found, key=self._when_opened))

    def _when_opened(self, origin: str) -> tuple[dt.datetime, str]:
        return self._book.by_id[self._book.by_origin[origin]].opened, origin

    def is_taken(self, incident: str) -> bool:
        return incident in self._book.by_id

    def following(self, received: int) -> tuple[Entry, ...]:
        return self._book.following(received)

    def receipt(self, digest: str) -> int | None:
        return self._book.receipts.get(digest)

    def keep_receipt(self, digest: str, entry: Entry) -> None:
        receipts, before = self._book.receipts, self._book.receipts.get(digest)
        receipts[digest] = entry.number

        def restore() -> None:
            if before is None:
                del receipts[digest]
            else:
                receipts[digest] = before

        self._book.undo_by(restore)

    def arrivals(self, incident: str) -> tuple[int, ...]:
        entries = self._book.entries(incident)
        kinds = {"opened", "joined"}
        return tuple(e.cause for e in entries if e.kind in kinds and e.cause is not None)

    def append(
        self,
        drafts: Sequence[Draft],
        *,
        time: dt.datetime,
        incident: str | None = None,
        policy: str = "",
    ) -> tuple[Entry, ...]:
        book = self._book
        book.undo_by(book.restoring(incident))
        after = book.by_id.get(incident) if incident is not None else None
        last, previous = book.head().number, book.head().hash
        found: list[Entry] = []
        for draft in drafts:
            entry = Entry.chained(
                numbered(replace(draft, actor=storable(draft.actor)), after),
                number=last + 1,
                incident=incident,
                time=time,
                policy=policy,
                previous=previous,
            )
            if incident is not None:
                after = fold(after, entry)
                book.keep(after)
                waiting = book.outbox.setdefault(incident, {})
                for row in messages_of(entry, after):
                    key, subject = str(row["key"]), str(row["subject"])
                    waiting[key] = _Waiting(incident, entry.number, subject)
            last, previous = entry.number, entry.hash
            self.head = Head(last, previous)
            book.note(entry)
            found.append(entry)
        if any(entry.kind in FREES for entry in found):
            book.changed.update(book.wanting())
        return tuple(found)

    def stores(self, incident: Incident) -> Stores:
        return self._book.stores(incident)

    def counts(self, pack: str, means: Means) -> list[Json]:
        return counts_since(self._book.used(pack), means)

    def stock_free(self, pack: str, item: str) -> int:
        base, gone = self._book.pools().get((pack, "stock", item, ""), (0, 0))
        return base - gone

    def claim(
        self,
        incident: str,
        owner: str,
        *,
        now: dt.datetime,
        lease_s: int,
        is_dead: Callable[[str], bool] | None = None,
        later: Iterable[str] = (),
    ) -> tuple[str, ...]:
        del owner, now, lease_s, is_dead
        held = set(later)
        return tuple(key for key in self._book.waiting(incident) if key not in held)

    def claimed(self, keys: Sequence[str], owner: str) -> dict[str, Claimed]:
        del owner
        waiting = ((key, self._waiting(key).get(key)) for key in keys)
        return {
            key: Claimed(key, one.entry, one.subject, one.tries)
            for key, one in waiting
            if one is not None
        }

    def attempt(
        self, claimed: Sequence[Claimed], owner: str, *, now: dt.datetime, lease_s: int
    ) -> None:
        del owner, now, lease_s
        for one in claimed:
            found = self._waiting(one.key)[one.key]
            self._book.undo_by(partial(setattr, found, "tries", found.tries))
            found.tries = one.tries

    def sent(self, claimed: Sequence[Claimed]) -> frozenset[str]:
        return frozenset(one.key for one in claimed if self.settle(one))

    def entries_by(self, numbers: Collection[int]) -> dict[int, Entry]:
        return {number: self.entry(number) for number in numbers}

    def settle(
        self,
        claimed: Claimed,
        *,
        problem: str | None = None,
        for_good: bool = True,
        keep: bool = False,
    ) -> bool:
        del keep
        waiting, key = self._waiting(claimed.key), claimed.key
        found = waiting.get(key)
        if found is None or found.tries != claimed.tries:
            return False
        if problem is None or for_good:
            del waiting[key]
            self._book.undo_by(lambda: waiting.update({key: found}))
        return True

    def _waiting(self, key: str) -> dict[str, _Waiting]:
        """Return the messages of the incident that a message's key begins with."""
        return self._book.outbox.get(key.partition("/")[0], {})


def _in_order(waiting: dict[str, _Waiting]) -> tuple[str, ...]:
    return tuple(sorted(waiting, key=lambda key: (waiting[key].entry, key)))


def _summary(incident: Incident) -> Summary:
    return Summary(
        id=incident.id,
        origin=incident.origin,
        pack=incident.pack,
        title=dict(incident.title),
        state=incident.state,
        commander=incident.commander,
        opened=incident.opened,
        changed=incident.time,
        closed=incident.closed,
        offset=incident.offset,
    )
