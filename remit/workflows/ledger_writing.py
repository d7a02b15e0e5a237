"""Writing to the ledger in one transaction: entries, the rows that follow, and the outbox."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, and_, bindparam, delete, select, update

from remit.workflows import ledger_schema as schema
from remit.workflows.entries import Draft, Entry, Json, stamp, storable
from remit.workflows.folding import fold, numbered
from remit.workflows.incident import Incident
from remit.workflows.ledger_chain import Head
from remit.workflows.ledger_claims import Claim, holds, wake
from remit.workflows.ledger_figures import following
from remit.workflows.ledger_pending import Pending, Seen
from remit.workflows.ledger_pools import (
    FREES,
    MOVES_MONEY,
    POOL_KINDS,
    asking_for_money,
    counts_of,
    follow,
    stock_pools,
    stores_of_pack,
    wanting,
    with_old_figures,
)
from remit.workflows.ledger_reading import community_entries, entry_of
from remit.workflows.ledger_rows import Row, messages_of, row_changes
from remit.workflows.means import Means
from remit.workflows.messages import incident_of
from remit.workflows.stores import Stores

__all__ = ["QUIET", "Claimed", "Writing"]

QUIET = frozenset({"delivered", "stuck"})
"""Kinds of entries after which nothing is due that was not due before: nobody need look."""
MEANS = frozenset({"reservations", "wants"})
"""Tables whose rows tell what is left, and for whom."""
WATCHED = MEANS | {"approvals", "payments"}
"""Tables of which the database refuses rows by what stood there before: none of them waits."""
FREEING = FREES | {"opened"}
"""Kinds of entries after which something may be free, wherever their rows are."""
NOBODY = ""
"""The name of no incident."""
MOST_NAMES = 500
"""Names asked for in one query: databases bound the parameters of a statement."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message of the outbox that one process is about to send.

    Args:
        tries: counts from 1; also the fencing token: only the latest try may report.
    """

    key: str
    entry: int
    subject: str
    tries: int

    def again(self) -> Claimed:
        """Return it as of its next try."""
        return replace(self, tries=self.tries + 1)


def _lives(owner: str) -> bool:  # noqa: ARG001 - whoever it is
    """Return that a process is not known to have ended."""
    return False


class Writing:
    """One piece of work in an open transaction. What is read through it stays true until that ends.

    Args:
        written: takes the incidents it wrote about, as they are then.
        pending: what the pieces before it have yet to write, to which `end` adds its own.
        seen: what they read of people, stock and money.
    """

    def __init__(
        self,
        connection: Connection,
        head: Head,
        fold_incident: Callable[[str], Incident | None],
        written: dict[str, Incident],
        pending: Pending,
        seen: Seen,
    ) -> None:
        self._connection = connection
        self._before = pending
        self._pending = Pending()
        self._reads = seen
        self.has_written = False
        """Whether some of it is in the database by now, so that it cannot be left out alone."""
        self.head = head
        """The last entry, those of this transaction among them."""
        self._fold = fold_incident
        self._written = written
        self._seen: dict[str, Incident] = {}
        self._rested: set[str] = set()
        self._waking: set[str] = set()
        self._mine: dict[tuple[str, str], Claimed] = {}
        self._community: dict[tuple[str, ...], tuple[Entry, ...]] = {}

    @property
    def connection(self) -> Connection:
        """The transaction itself, for what else of the ledger reads or writes in it."""
        self._flush()
        self.has_written = True
        return self._connection

    def holds(self, claim: Claim, *, until: dt.datetime) -> bool:
        """Return whether a claim still stands, and make its lease last until `until`."""
        self.has_written = True
        return holds(self._connection, claim, until=until)

    def incident(self, incident: str) -> Incident | None:
        """Return an incident as it stands within this transaction."""
        found = self._written.get(incident) or self._seen.get(incident)
        if found is None and (found := self._fold(incident)) is not None:
            # WHY kept: nobody else writes until this transaction ends.
            self._seen[incident] = found
        return found

    def entries_of(self, kinds: Sequence[str]) -> tuple[Entry, ...]:
        """Return the entries of some kinds that belong to no incident, by number."""
        found = self._community.get(tuple(kinds))
        if found is None:
            pending = (*self._before.entries.values(), *self._pending.entries.values())
            if any(entry.incident is None and entry.kind in kinds for entry in pending):
                self._flush()
            found = community_entries(self._connection, kinds)
            self._community[tuple(kinds)] = found
        return found

    def rest(self, incident: str) -> None:
        """Note that nothing is due in an incident now, so that no worker need look at it."""
        self._rested.add(incident)

    def try_out(self) -> None:
        """Write something that says nothing, so that a database that takes no more is told."""
        # WHY both: what a transaction changed goes to the disk, though nothing of it is left.
        connection = self.connection
        wake(connection, NOBODY, self.head.number)
        connection.execute(delete(schema.wakes).where(schema.wakes.c.incident == NOBODY))

    def end(self) -> None:
        """Note which incidents somebody has to look at; what is left to write is the next one's."""
        for incident in sorted(self._waking - self._rested):
            self._wake(incident, self._written[incident].last)
        self._pending.take_out("wakes", [{"incident": name} for name in sorted(self._rested)])
        self._before.add(self._pending)

    def incident_of(self, origin: str) -> str | None:
        """Return the incident that `origin` opened, if any."""
        table = schema.incidents
        return (
            self._read("incidents")
            .execute(select(table.c.id).where(table.c.origin == origin))
            .scalar()
        )

    def origins(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return those of `names` that opened an incident, the first opened first."""
        table = schema.incidents
        found: list[tuple[str, str]] = []
        for at in range(0, len(names), MOST_NAMES):
            wanted = table.c.origin.in_(names[at : at + MOST_NAMES])
            query = select(table.c.opened, table.c.origin).where(wanted)
            rows = self._read("incidents").execute(query)
            found += [(row.opened, row.origin) for row in rows]
        return tuple(origin for _, origin in sorted(found))

    def is_taken(self, incident: str) -> bool:
        """Return whether an incident of that name exists."""
        table = schema.incidents
        query = select(table.c.id).where(table.c.id == incident)
        return self._read("incidents").execute(query).first() is not None

    def following(self, received: int) -> tuple[Entry, ...]:
        """Return the entries that tell what became of what an entry received."""
        return tuple(map(entry_of, following(self._read("entries"), received)))

    def receipt(self, digest: str) -> int | None:
        """Return the entry by which these very bytes were received before, if they were."""
        table = schema.receipts
        return self._connection.execute(
            select(table.c.entry).where(table.c.digest == digest)
        ).scalar()

    def keep_receipt(self, digest: str, entry: Entry) -> None:
        """Note that these bytes were received, so that they are not received twice."""
        values = {"digest": digest, "entry": entry.number}
        # WHY: a receipt names an entry that is there.
        self.connection.execute(schema.receipts.insert().values(values))

    def arrivals(self, incident: str) -> tuple[int, ...]:
        """Return the entries that received what opened an incident, and what joined it since."""
        table = schema.entries
        kinds = table.c.kind.in_(("opened", "joined"))
        query = select(table.c.cause).where(and_(table.c.incident == incident, kinds))
        return tuple(
            number
            for number in self._read("entries").execute(query).scalars()
            if number is not None
        )

    def append(
        self,
        drafts: Sequence[Draft],
        *,
        time: dt.datetime,
        incident: str | None = None,
        policy: str = "",
    ) -> tuple[Entry, ...]:
        """Write `drafts` as entries of `incident`, with every row that follows from them."""
        before = self.incident(incident) if incident is not None else None
        after, found, messages = before, list[Entry](), list[Row]()
        for draft in drafts:
            entry = Entry.chained(
                numbered(replace(draft, actor=storable(draft.actor)), after),
                number=self.head.number + 1,
                incident=incident,
                time=time,
                policy=policy,
                previous=self.head.hash,
            )
            self.head = Head(entry.number, entry.hash)
            found.append(entry)
            if incident is not None:
                after = fold(after, entry)
                messages += messages_of(entry, after)
        self._pending.entries.update({entry.number: entry for entry in found})
        if messages:
            self._pending.is_news = True
            self._pending.messages += messages
        for entry in found:
            self._follow(entry)
        if incident is None:
            self._community.clear()
        touched: set[str] = set()
        if incident is not None and after is not None:
            touched = self._derive(before, after)
            self._written[incident] = after
            if any(entry.kind not in QUIET for entry in found):
                self._waking.add(incident)
                self._rested.discard(incident)
        self._follow_means(found, touched)
        return tuple(found)

    def stores(self, incident: Incident) -> Stores:
        """Return what is left of the funds and stock an incident may draw on."""
        found = self._reads.stores.get(incident.pack)
        if found is None:
            found = self._reads.stores[incident.pack] = stores_of_pack(
                self._connection, incident.pack
            )
        return with_old_figures(self._connection, found, incident)

    def counts(self, pack: str, means: Means) -> list[Json]:
        """Return the figures of a pack that differ from what was last counted of it."""
        return counts_of(self._connection, pack, means)

    def stock_free(self, pack: str, item: str) -> int:
        """Return how much of some stock nobody was promised."""
        pools = stock_pools(self._connection)
        return sum(one.free for one in pools if (one.pack, one.name) == (pack, item))

    def _follow_means(self, entries: Sequence[Entry], touched: set[str]) -> None:
        """Wake who may go on otherwise since some entries, and their rows."""
        money = any(entry.kind in MOVES_MONEY for entry in entries)
        if not (money or touched & MEANS or any(entry.kind in FREEING for entry in entries)):
            return
        if money or touched & MEANS:
            self._reads.clear()
        if self._reads.wanting is None:
            self._reads.wanting = wanting(self._connection)
        waiting = {*self._reads.wanting}
        if money:
            waiting.update(asking_for_money(self._read("items")))
        for incident in sorted(waiting):
            self._wake(incident, self.head.number)

    def entry(self, number: int) -> Entry:
        """Return one entry, which is known to be there."""
        return self.entries_by([number])[number]

    def entries_by(self, numbers: Collection[int]) -> dict[int, Entry]:
        """Return some entries by number."""
        found = {**self._before.known(numbers), **self._pending.known(numbers)}
        left = {"numbers_": sorted({*numbers} - found.keys())}
        if left["numbers_"]:
            rows = self._connection.execute(_ENTRIES, left)
            found.update({row.number: entry_of(row) for row in rows})
        return found

    def claim(
        self,
        incident: str,
        owner: str,
        *,
        now: dt.datetime,
        lease_s: int,
        is_dead: Callable[[str], bool] = _lives,
        later: Collection[str] = (),
    ) -> tuple[str, ...]:
        """Take the messages of an incident that nobody is sending; return their keys in order.

        Args:
            now: wall time, never an incident's own: leases are about processes.
            lease_s: seconds after which another process may take them.
            is_dead: tells of another process whether it has certainly ended; its leases are void.
            later: messages whose time has not come.
        """
        self._show_messages({incident})
        moment = stamp(now)
        rows = self._connection.execute(_WAITING, {"incident_": incident}).all()
        holders = {row.claimed_by for row in rows if row.claimed_by not in {None, owner}}
        dead = {name for name in holders if is_dead(name)}
        keys = tuple(
            row.key
            for row in rows
            if row.key not in later
            and (row.claimed_by in {None, owner} or row.lease < moment or row.claimed_by in dead)
        )
        lease = stamp(now + dt.timedelta(seconds=lease_s))
        if keys:
            taken = [{"key_": key, "owner_": owner, "lease_": lease} for key in keys]
            self._pending.update(_TAKEN, taken)
            held = {row.key: Claimed(row.key, row.entry, row.subject, row.tries) for row in rows}
            self._mine.update({(owner, key): held[key] for key in keys})
        return keys

    def claimed(self, keys: Sequence[str], owner: str) -> dict[str, Claimed]:
        """Return those of some claimed messages that nobody else took since, with the last try."""
        known = {key: self._mine[owner, key] for key in keys if (owner, key) in self._mine}
        left = [key for key in keys if key not in known]
        self._show_messages({*map(incident_of, left)})
        found = known
        for at in range(0, len(left), MOST_NAMES):
            wanted = {"keys_": left[at : at + MOST_NAMES], "owner_": owner}
            for row in self._connection.execute(_MINE, wanted):
                found[row.key] = Claimed(row.key, row.entry, row.subject, row.tries)
        return found

    def attempt(
        self, claimed: Sequence[Claimed], owner: str, *, now: dt.datetime, lease_s: int
    ) -> None:
        """Note that messages of `claimed` are about to go out, each by its `tries`.

        Args:
            now: wall time.
            lease_s: seconds from now after which another process may take them: those before them
                may have taken long.
        """
        lease = stamp(now + dt.timedelta(seconds=lease_s))
        tried = [
            {"key_": one.key, "owner_": owner, "tries_": one.tries, "lease_": lease}
            for one in claimed
        ]
        if tried:
            self._pending.update(_TRIED, tried)
            self._mine.update({(owner, one.key): one for one in claimed})

    def sent(self, claimed: Sequence[Claimed]) -> frozenset[str]:
        """Note that tries succeeded; return the keys of those that no later try has overtaken."""
        tries = {one.key: one.tries for one in claimed}
        if not tries:
            return frozenset()
        self._show_messages({*map(incident_of, tries)})
        rows = self._connection.execute(_UNSETTLED, {"keys_": [*tries]})
        found = [row.key for row in rows if row.tries == tries[row.key]]
        if found:
            self._pending.update(_SENT, [{"key_": key} for key in found])
            self._mine.clear()
        return frozenset(found)

    def settle(
        self,
        claimed: Claimed,
        *,
        problem: str | None = None,
        for_good: bool = True,
        keep: bool = False,
    ) -> bool:
        """Note how a try ended; false if a later try has overtaken it, which then tells the end.

        Args:
            problem: why it could not be sent, or `None` if it was.
            for_good: whether it is over; a message that may be tried again waits on.
            keep: whether this process tries it again at once, and so keeps its claim.
        """
        status = "waiting" if problem and not for_good else "failed" if problem else "sent"
        mine = {"key_": claimed.key, "tries_": claimed.tries}
        settled = {**mine, "status_": status, "problem_": problem}
        statement = _SETTLED_KEPT if keep else _SETTLED
        self._show_messages({incident_of(claimed.key)})
        self._mine.clear()
        self.has_written = True
        return self._connection.execute(statement, settled).rowcount == 1

    def _read(self, table: str) -> Connection:
        """Return the transaction for a look at a table, in which all is written that changes it."""
        both = (self._before, self._pending)
        if any(one.entries if table == "entries" else one.holds(table) for one in both):
            self._flush()
        return self._connection

    def _show_messages(self, incidents: Collection[str]) -> None:
        """See that all is written that changes the messages of some incidents."""
        both = (self._before, self._pending)
        if any(one.has_messages(incident) for incident in incidents for one in both):
            self._flush()

    def _flush(self) -> None:
        """Write what is left of the pieces before this one, then its own."""
        self._before.flush(self._connection)
        self.has_written = self.has_written or self._pending.is_filled
        self._pending.flush(self._connection)

    def _wake(self, incident: str, entry: int) -> None:
        """Note that somebody has to look at an incident since one of its entries."""
        self._pending.is_news = True
        self._pending.put("wakes", [{"incident": incident, "entry": entry}])

    def _follow(self, entry: Entry) -> None:
        """Bring the pools after an entry that counted, or added to, what there is."""
        if entry.kind in POOL_KINDS:
            self._reads.clear()
            self.has_written = True
            follow(self._connection, entry)

    def _derive(self, before: Incident | None, after: Incident) -> set[str]:
        """Note what the derived rows of one incident now are; return the tables that change."""
        changed, gone = row_changes(before, after)
        for name, rows in changed.items():
            self._pending.put(name, rows)
        for name, keys in gone.items():
            self._pending.take_out(name, keys)
        touched = changed.keys() | gone.keys()
        if touched & WATCHED:
            self._flush()
        return touched


# WHY made once: these run with every write, and making them anew costs more than running them.
_ENTRIES = select(schema.entries).where(
    schema.entries.c.number.in_(bindparam("numbers_", expanding=True))
)
_OUTBOX = schema.outbox.c
_WAITING = (
    select(
        _OUTBOX.key,
        _OUTBOX.claimed_by,
        _OUTBOX.lease,
        _OUTBOX.entry,
        _OUTBOX.subject,
        _OUTBOX.tries,
    )
    .where(_OUTBOX.incident == bindparam("incident_"), _OUTBOX.status == "waiting")
    .order_by(_OUTBOX.entry, _OUTBOX.key)
)
_TAKEN = (
    update(schema.outbox)
    .where(_OUTBOX.key == bindparam("key_"), _OUTBOX.status == "waiting")
    .values(claimed_by=bindparam("owner_"), lease=bindparam("lease_"))
)
_UNSETTLED = select(_OUTBOX.key, _OUTBOX.entry, _OUTBOX.subject, _OUTBOX.tries).where(
    _OUTBOX.key.in_(bindparam("keys_", expanding=True)), _OUTBOX.status == "waiting"
)
_MINE = _UNSETTLED.where(_OUTBOX.claimed_by == bindparam("owner_"))
_TRIED = (
    update(schema.outbox)
    .where(_OUTBOX.key == bindparam("key_"), _OUTBOX.claimed_by == bindparam("owner_"))
    .values(tries=bindparam("tries_"), lease=bindparam("lease_"))
)
_SENT = (
    update(schema.outbox)
    .where(_OUTBOX.key == bindparam("key_"))
    .values(status="sent", problem=None, claimed_by=None, lease=None)
)
_SETTLED_KEPT = (
    update(schema.outbox)
    .where(
        _OUTBOX.key == bindparam("key_"),
        _OUTBOX.status == "waiting",
        _OUTBOX.tries == bindparam("tries_"),
    )
    .values(status=bindparam("status_"), problem=bindparam("problem_"))
)
_SETTLED = _SETTLED_KEPT.values(claimed_by=None, lease=None)
