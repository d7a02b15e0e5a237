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
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from remit.workflows.entries import GENESIS, Draft, Entry, Json, as_received, storable
from remit.workflows.folding import fold, numbered
from remit.workflows.incident import Incident
from remit.workflows.ledger import Ledger
from remit.workflows.ledger_carrying import lines_of
from remit.workflows.ledger_chain import Head
from remit.workflows.ledger_pools import FREES, POOL_KINDS, Place, counts_since, pool_bases
from remit.workflows.ledger_reading import Summary
from remit.workflows.ledger_rows import messages_of
from remit.workflows.ledger_writing import Claimed, Writing
from remit.workflows.means import UNITS, Means
from remit.workflows.means_rows import Share, shares_of
from remit.workflows.reserving import wants_of
from remit.workflows.stores import Stores, Want

__all__ = ["MemoryLedger"]

Found = TypeVar("Found")


@dataclass(slots=True)
class _Waiting:
    """One message of the outbox."""

    incident: str
    entry: int
    subject: str
    tries: int = 0


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What one incident holds and waits for, as of its entry `last`."""

    last: int
    shares: tuple[Share, ...]
    wants: tuple[Want, ...]


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
        self.bases: dict[Place, tuple[int, int]] = {}
        self._counted: list[Entry] = []
        self._own: list[Entry] = []
        self._drawn: dict[str, _Drawn] = {}

    def close(self) -> None:
        """Hold nothing."""

    @contextmanager
    def write(self) -> Iterator[Writing]:
        """Give a transaction; what it wrote before an error stays, for there is nobody else."""
        yield _MemoryWriting(self)

    def transact(self, work: Callable[[Writing], Found]) -> Found:
        """Do `work`, once."""
        return work(_MemoryWriting(self))

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
        return tuple(entry for entry in self._own if entry.kind in kinds)

    def entry(self, number: int) -> Entry | None:
        """Return one entry."""
        return self.all_entries[number - 1] if 0 < number <= len(self.all_entries) else None

    def received(self, *, before: int) -> tuple[bytes, ...]:
        """Return what came in by entries before number `before`, as it came in."""
        earlier = self.all_entries[: before - 1]
        return tuple(as_received(one.payload) for one in earlier if one.kind == "received")

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
        funds = dict(incident.response.funds)
        stock = {name: figures[0] for name, figures in incident.response.reserves.items()}
        staff: dict[tuple[str, str], int] = {}
        lent: dict[tuple[str, str], int] = {}
        for (pack, kind, name, holder), (base, gone) in self.pools().items():
            if pack != incident.pack:
                continue
            if kind == "staff":
                staff[holder, name] = base - gone
            elif kind == "stock":
                stock[name] = base - gone
            else:
                funds[name] = Decimal(base - gone) / UNITS
        wants: list[Want] = []
        for other in self._drawings(incident.pack):
            wants += other.wants
            for share in other.shares:
                if share.kind == "staff" and share.lent > 0:
                    place = (share.holder, share.name)
                    lent[place] = lent.get(place, 0) + share.lent
        return Stores(funds, stock, staff, lent, tuple(wants))

    def wanting(self) -> tuple[str, ...]:
        """Return the incidents that wait for people or stock, by name."""
        return tuple(sorted(name for name in self.by_id if self._drawn_by(name).wants))

    def pools(self) -> dict[Place, tuple[int, int]]:
        """Return what there is of each pool, and how much of it is promised or used up."""
        gone: dict[Place, int] = {}
        for name, incident in self.by_id.items():
            for share in self._drawn_by(name).shares:
                place = (incident.pack, share.kind, share.name, share.holder)
                gone[place] = gone.get(place, 0) + share.held + share.used
        return {place: (base, gone.get(place, 0)) for place, (_, base) in self.bases.items()}

    def used(self, pack: str) -> dict[tuple[str, str, str], tuple[int, int]]:
        """Return of each pool of a pack what was counted, and what is used up since."""
        gone: dict[Place, int] = {}
        for name, incident in self.by_id.items():
            for share in self._drawn_by(name).shares:
                place = (incident.pack, share.kind, share.name, share.holder)
                gone[place] = gone.get(place, 0) + share.used
        return {
            (kind, name, holder): (figure, gone.get((of, kind, name, holder), 0))
            for (of, kind, name, holder), (figure, _) in self.bases.items()
            if of == pack
        }

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
            self._own.append(entry)
        if entry.kind in POOL_KINDS:
            self._counted.append(entry)
            self.bases = pool_bases(self._counted)

    def _drawings(self, pack: str) -> Iterator[_Drawn]:
        return (self._drawn_by(name) for name, one in self.by_id.items() if one.pack == pack)

    def _drawn_by(self, name: str) -> _Drawn:
        incident, known = self.by_id[name], self._drawn.get(name)
        if known is None or known.last != incident.last:
            shares, wants = tuple(shares_of(incident)), tuple(wants_of(incident))
            known = self._drawn[name] = _Drawn(incident.last, shares, wants)
        return known


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
        self._book.receipts[digest] = entry.number

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
        after = book.by_id.get(incident) if incident is not None else None
        found: list[Entry] = []
        for draft in drafts:
            entry = Entry.chained(
                numbered(replace(draft, actor=storable(draft.actor)), after),
                number=self.head.number + 1,
                incident=incident,
                time=time,
                policy=policy,
                previous=self.head.hash,
            )
            if incident is not None:
                after = fold(after, entry)
                book.by_id[incident] = after
                book.by_origin.setdefault(after.origin, incident)
                book.changed.add(incident)
                waiting = book.outbox.setdefault(incident, {})
                for row in messages_of(entry, after):
                    key, subject = str(row["key"]), str(row["subject"])
                    waiting[key] = _Waiting(incident, entry.number, subject)
            self.head = Head(entry.number, entry.hash)
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
        waiting = ((key, self._book.outbox[key.partition("/")[0]].get(key)) for key in keys)
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
            self._book.outbox[one.key.partition("/")[0]][one.key].tries = one.tries

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
        for waiting in self._book.outbox.values():
            found = waiting.get(claimed.key)
            if found is not None and found.tries == claimed.tries:
                if problem is None or for_good:
                    del waiting[claimed.key]
                return True
        return False


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
