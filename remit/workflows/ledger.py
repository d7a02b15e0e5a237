"""The ledger: the record of what was received, decided, told and answered, in one SQL database.

INVARIANT: an entry, and every row that follows from it, are written in one transaction; entries are
never changed. A transaction that writes takes the write lock when it begins, so that what it read
still holds when it writes.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self, TypeAlias, TypeVar, cast

from sqlalchemy import Connection, bindparam, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from remit.engine.wording import tell
from remit.workflows import ledger_schema as schema
from remit.workflows.entries import GENESIS, Entry, as_received, stamp
from remit.workflows.folded import Folded
from remit.workflows.incident import Incident
from remit.workflows.ledger_carrying import Progress, export_lines, import_lines
from remit.workflows.ledger_chain import Head, Verdict, noted_problems, verify_chain
from remit.workflows.ledger_claims import Claim, claim_due, release
from remit.workflows.ledger_doubt import stands
from remit.workflows.ledger_errors import (
    LedgerDoubtError,
    LedgerError,
    LedgerLostError,
    is_lost,
    plain_errors,
)
from remit.workflows.ledger_figures import Figures, figures_of, following, unread_numbers
from remit.workflows.ledger_files import PASSING, Store, open_store
from remit.workflows.ledger_folding import catch_up, fold_incident
from remit.workflows.ledger_grouping import Group, Piece
from remit.workflows.ledger_migrations import check_version, prepare
from remit.workflows.ledger_pools import (
    StockPool,
    StockPromise,
    stock_pools,
    stock_promised,
    stores_of,
    wanting,
)
from remit.workflows.ledger_reading import (
    OpenItem,
    Summary,
    community_entries,
    entry_as_found,
    entry_of,
    latest_number,
    summaries,
)
from remit.workflows.ledger_rebuilding import derived_problems
from remit.workflows.ledger_stuck import stuck_entries
from remit.workflows.ledger_transaction import Transaction
from remit.workflows.ledger_watching import Watch
from remit.workflows.ledger_writing import Writing
from remit.workflows.stores import Stores

__all__ = ["Ledger", "LedgerError", "LedgerLostError", "OpenItem", "Summary"]

Found = TypeVar("Found")
_Work: TypeAlias = "Callable[[Writing], object]"


def _silent(count: int) -> None:
    """Tell nobody how far it is."""


# WHY made once: these run with every write, and making them anew costs more than running them.
_HEAD_HELD = (
    select(schema.chain.c.number, schema.chain.c.hash, schema.schema_version.c.version)
    .join(schema.schema_version, schema.chain.c.id == schema.schema_version.c.id)
    .with_for_update(of=schema.chain)
)
_ENTRY = select(schema.entries).where(schema.entries.c.number == bindparam("number"))


class Ledger:
    """One ledger. Use `Ledger.at`; close it, or use it in a `with` statement."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._folded = Folded()
        self._group: Group[_Work] = Group(self._together)
        self.location = store.location
        """As people write it; never with a password."""
        self.path = store.path
        """Its file, or `None` where it is on a server."""

    @classmethod
    def at(cls, where: str | Path, *, create: bool = True) -> Ledger:
        """Open the ledger at a path or URL; make it if it is not there, upgrade it if it is older.

        Raises:
            LedgerError: if it cannot be opened, is something else, or is not there and `create` is
                false.
        """
        store = open_store(str(where), create=create)
        try:
            prepare(store, create=create)
        except BaseException:
            store.engine.dispose()
            raise
        return cls(store)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *reason: object) -> None:
        """Close it."""
        self.close()

    def watch(self) -> Watch:
        """Return what tells one thread that somebody wrote something."""
        return Watch(self._store)

    def close(self) -> None:
        """Let go of the database."""
        self._store.engine.dispose()

    @contextmanager
    def write(self) -> Iterator[Writing]:
        """Give a transaction that writes: when the block ends, all of it is durable, or none.

        Raises:
            LedgerLostError: if the database went away and nothing of it was written.
            LedgerDoubtError: if it went away over the commit, and cannot be asked what stands.
            LedgerError: if another process holds the ledger for too long, or the disk refuses.
        """
        with self._transaction() as transaction:
            writing = transaction.begin()
            yield writing
            transaction.keep(writing)

    @contextmanager
    def _transaction(self) -> Iterator[Transaction]:
        """Give a transaction that holds the head; it is durable when the block ends."""
        with plain_errors(self.location), self._store.engine.connect() as connection:
            head = self._locked_head(connection)
            catch_up(connection, self._folded, head.number)
            done = Transaction(
                connection,
                head,
                lambda name: fold_incident(connection, self._folded, name, head.number),
            )
            try:
                yield done
                done.flush()
            except BaseException:
                with suppress(SQLAlchemyError):
                    connection.rollback()
                raise
            try:
                connection.commit()
            except SQLAlchemyError as error:
                if not is_lost(error) or done.head == head or not self._has(done.head):
                    raise
        self._folded.keep_all(head.number, done.head.number, done.incidents())

    def transact(self, work: Callable[[Writing], Found]) -> Found:
        """Do `work` in a transaction, once more where the database went away before it was written.

        What several threads do at once shares one transaction, and one wait for the disk.

        Args:
            work: may run twice, so it reads and writes nothing but this ledger.

        Raises:
            LedgerError: as `write`.
        """
        try:
            piece = self._group.do(work)
            if isinstance(piece.error, LedgerLostError):
                raise piece.error
        except LedgerLostError:
            piece = self._group.do(work)
        if piece.error is not None:
            raise piece.error
        (found,) = piece.result
        return cast("Found", found)

    def _together(self, batch: list[Piece[_Work]]) -> None:
        """Do several pieces of work in one transaction; each in its own where that fails."""
        is_held = False
        try:
            with self._transaction() as transaction:
                is_held = True
                done = [piece for piece in batch if transaction.does(piece)]
        except Exception as error:
            is_gone = isinstance(error, LedgerLostError | LedgerDoubtError)
            if len(batch) == 1 or not is_held or is_gone:
                raise
        else:
            for piece in done:
                piece.is_done = True
            return
        for piece in batch:
            piece.begin_again()
            try:
                self._together([piece])
            except Exception as error:  # noqa: BLE001 - whoever waits for the piece is told
                piece.fail(error)

    def head(self) -> Head:
        """Return the last entry's number and hash."""
        with self._read() as connection:
            return _head(connection)

    def entries(self, incident: str | None = None, *, after: int = 0) -> tuple[Entry, ...]:
        """Return entries by number: of one incident, or all, those after number `after`."""
        query = (
            select(schema.entries)
            .where(schema.entries.c.number > after)
            .order_by(schema.entries.c.number)
        )
        if incident is not None:
            query = query.where(schema.entries.c.incident == incident)
        with self._read() as connection:
            return tuple(entry_of(row) for row in connection.execute(query))

    def entries_of(self, kinds: Sequence[str]) -> tuple[Entry, ...]:
        """Return the entries of some kinds that belong to no incident, by number.

        They are the community's own: what it is in, and what it has. Each topic folds its kinds.
        """
        with self._read() as connection:
            return community_entries(connection, kinds)

    def latest_of(self, kinds: Sequence[str]) -> int:
        """Return the number of the last entry of some kinds; 0 where there is none."""
        with self._read() as connection:
            return latest_number(connection, kinds)

    def entry(self, number: int) -> Entry | None:
        """Return one entry."""
        with self._read() as connection:
            row = connection.execute(_ENTRY, {"number": number}).first()
        return None if row is None else entry_of(row)

    def received(self, *, before: int) -> tuple[bytes, ...]:
        """Return what came in by entries before number `before`, as it came in."""
        table = schema.entries
        query = select(table.c.payload).where(table.c.kind == "received", table.c.number < before)
        with self._read() as connection:
            payloads = [json.loads(found) for found in connection.execute(query).scalars()]
        return tuple(as_received(payload) for payload in payloads)

    def unread(self, *, after: int = 0) -> tuple[int, ...]:
        """Return the entries after number `after` that received what nobody has read yet."""
        with self._read() as connection:
            return unread_numbers(connection, after)

    def following(self, received: int) -> tuple[Entry, ...]:
        """Return the entries that tell what became of what an entry received."""
        with self._read() as connection:
            return tuple(map(entry_of, following(connection, received)))

    def figures(self, now: dt.datetime) -> Figures:
        """Return how much is open, late and unsent at `now`, over all incidents."""
        with self._read() as connection:
            return figures_of(connection, now)

    def stuck(self) -> tuple[Entry, ...]:
        """Return what tells of the incidents that stand still; see `ledger_stuck.stuck_entries`."""
        with self._read() as connection:
            return stuck_entries(connection)

    def last(self) -> Entry | None:
        """Return the last entry, or `None` of an empty ledger."""
        return self.entry(self.head().number)

    def story(self, incident: str) -> tuple[Entry, ...]:
        """Return an incident's entries, led by the one that received what raised it."""
        own = self.entries(incident)
        first = self.entry(own[0].cause) if own and own[0].cause is not None else None
        return own if first is None else (first, *own)

    def incident(self, incident: str) -> Incident | None:
        """Return an incident as it stands, or `None` if there is none of that name."""
        with self._read() as connection:
            found = fold_incident(connection, self._folded, incident)
        if found is not None:
            self._folded.keep(found)
        return found

    def incidents(
        self, *, is_over: bool | None = None, after: str = "", most: int | None = None
    ) -> tuple[Summary, ...]:
        """Return incidents, the latest first; see `ledger_reading.summaries`."""
        with self._read() as connection:
            return summaries(connection, is_over=is_over, after=after, most=most)

    def inbox(self, subjects: Sequence[str] | None = None) -> tuple[OpenItem, ...]:
        """Return what waits for any of `subjects`, or for anybody, the most urgent first."""
        table = schema.items
        query = select(table.c.incident, table.c.number).where(
            table.c.status.in_(("open", "taken"))
        )
        if subjects is not None:
            query = query.where(table.c.subject.in_(subjects))
        with self._read() as connection:
            rows = connection.execute(
                query.order_by(table.c.due, table.c.incident, table.c.number)
            ).all()
        return tuple(OpenItem(row.incident, row.number) for row in rows)

    def overdue(self, now: dt.datetime) -> tuple[str, ...]:
        """Return the incidents in which a deadline has passed, the longest past first."""
        table = schema.timers
        query = select(table.c.incident, func.min(table.c.due).label("due")).where(
            table.c.due <= stamp(now)
        )
        with self._read() as connection:
            rows = connection.execute(query.group_by(table.c.incident).order_by(text("due"))).all()
        return tuple(row.incident for row in rows)

    def waiting(self, incident: str) -> tuple[str, ...]:
        """Return the keys of an incident's messages that are still to be sent."""
        table = schema.outbox
        query = select(table.c.key).where(table.c.status == "waiting", table.c.incident == incident)
        with self._read() as connection:
            return tuple(connection.execute(query).scalars())

    def undelivered(self) -> tuple[str, ...]:
        """Return the incidents with messages that are still to be sent."""
        table = schema.outbox
        query = (
            select(table.c.incident)
            .where(table.c.status == "waiting")
            .distinct()
            .order_by(table.c.incident)
        )
        with self._read() as connection:
            return tuple(row.incident for row in connection.execute(query))

    def awake(self, incidents: Sequence[str]) -> tuple[str, ...]:
        """Return those of `incidents` that somebody has to look at since their last entries."""
        table = schema.wakes
        if not incidents:
            return ()
        with self._read() as connection:
            found = select(table.c.incident).where(table.c.incident.in_(incidents))
            return tuple(connection.execute(found.order_by(table.c.incident)).scalars())

    def claim_due(
        self,
        owner: str,
        *,
        now: dt.datetime,
        time: dt.datetime,
        lease_s: int,
        most: int,
        is_dead: Callable[[str], bool],
    ) -> tuple[Claim, ...]:
        """Take incidents with something due that nobody works on; see `ledger_claims.claim_due`."""
        with self._pass() as connection:
            return claim_due(
                connection,
                owner,
                now=now,
                time=time,
                lease_s=lease_s,
                most=most,
                is_dead=is_dead,
            )

    def release(self, given: Mapping[Claim, int | None], *, now: dt.datetime) -> None:
        """Give incidents back; see `ledger_claims.release`."""
        if given:
            with self._pass() as connection:
                release(connection, given, now=now)

    def stores(self, incident: Incident) -> Stores:
        """Return what is left of the funds and stock an incident may draw on."""
        with self._read() as connection:
            return stores_of(connection, incident)

    def wanting(self) -> tuple[str, ...]:
        """Return the incidents to look at because something they wait for came free, by name."""
        with self._read() as connection:
            return wanting(connection, awake=True)

    def stock_pools(self) -> tuple[StockPool, ...]:
        """Return what there is of every kind of stock, by pack and name."""
        with self._read() as connection:
            return stock_pools(connection)

    def stock_promised(self) -> tuple[StockPromise, ...]:
        """Return the stock that steps hold, by incident and step."""
        with self._read() as connection:
            return stock_promised(connection)

    def verify(self, *noted: Head, progress: Progress = _silent) -> Verdict:
        """Return whether the ledger is whole: its chain, and every table that follows from it.

        Args:
            noted: heads written down elsewhere, at any earlier times.
            progress: is told, now and then, how many entries are done.
        """
        with self._moment() as connection:
            query = select(schema.entries).order_by(schema.entries.c.number)
            rows = connection.execution_options(yield_per=500).execute(query)
            found = (entry_as_found(row) for row in rows)
            verdict = verify_chain(found, _head(connection), noted, progress)
            if not verdict.is_whole:
                return verdict
            problems = derived_problems(connection)
        return Verdict(verdict.entries, verdict.head, tuple(problems))

    def noted_problems(self, noted: Sequence[Head]) -> tuple[str, ...]:
        """Return which heads noted before this ledger no longer has, without reading all of it."""
        table = schema.entries
        hashes = {0: GENESIS}
        with self._read() as connection:
            for head in noted:
                query = select(table.c.hash).where(table.c.number == head.number)
                kept = connection.execute(query).scalar()
                if kept is not None:
                    hashes[head.number] = kept
        return tuple(noted_problems(hashes, noted))

    def export(self, progress: Progress = _silent) -> Iterator[str]:
        """Yield the whole record as JSON lines, as it stood when the first was asked for."""
        with self._moment() as connection:
            yield from export_lines(connection, _head(connection), progress)

    def load(self, lines: Iterable[str], progress: Progress = _silent) -> Head:
        """Write an exported ledger into this one, which is empty, and return its head.

        Raises:
            LedgerError: if this one is not empty, or what is read is not as it was exported: then
                nothing is written.
        """
        with self._transaction() as transaction:
            if transaction.head.number:
                raise LedgerError(
                    tell("the ledger `{location}` is not empty", location=self.location),
                    tell("name another one, which is then made"),
                )
            transaction.head = import_lines(transaction.connection, lines, progress)
        return transaction.head

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        """Give a connection for one statement that reads."""
        with plain_errors(self.location), self._store.engine.connect() as connection:
            yield connection.execution_options(**self._store.glances)

    @contextmanager
    def _moment(self) -> Iterator[Connection]:
        """Give a connection whose statements all see the same moment."""
        with plain_errors(self.location), self._store.engine.connect() as connection:
            yield connection.execution_options(**self._store.reads)

    @contextmanager
    def _pass(self) -> Iterator[Connection]:
        """Give a transaction for leases, which holds up nobody who writes entries on a server."""
        with (
            plain_errors(self.location),
            self._store.engine.connect() as connection,
            connection.execution_options(**{PASSING: True}).begin(),
        ):
            yield connection

    def _locked_head(self, connection: Connection) -> Head:
        """Return the head, which nobody else moves until this transaction ends."""
        # WHY in one statement: it is the first of every write, and a server may be far away.
        row = connection.execute(_HEAD_HELD).one()
        # WHY again: another process may have upgraded it since it was opened.
        check_version(self.location, row.version)
        return Head(row.number, row.hash)

    def _has(self, head: Head) -> bool:
        """Return whether an entry was written, after all, by a commit nobody answered."""
        return stands(self._store, head, self._locked_head)


def _head(connection: Connection) -> Head:
    row = connection.execute(select(schema.chain.c.number, schema.chain.c.hash)).one()
    return Head(row.number, row.hash)
