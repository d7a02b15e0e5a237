"""The ledger: the record of what was received, decided, told and answered, in one SQL database.

INVARIANT: an entry, and every row that follows from it, are written in one transaction; entries are
never changed. A transaction that writes takes the write lock when it begins, so that what it read
still holds when it writes.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self, cast

from sqlalchemy import Connection, Engine, Row, func, inspect, select, text

from remit.engine.wording import tell
from remit.workflows import ledger_schema as schema
from remit.workflows.entries import GENESIS, Entry, as_received, from_stamp, stamp
from remit.workflows.folding import fold_all
from remit.workflows.incident import Incident
from remit.workflows.ledger_chain import Head, Verdict, verify_chain
from remit.workflows.ledger_checks import derived_problems
from remit.workflows.ledger_files import READS, LedgerError, open_engine, plain_errors
from remit.workflows.ledger_writing import Writing, entry_as_found, entry_of
from remit.workflows.stepping import Stores

__all__ = ["Ledger", "LedgerError", "OpenItem", "Summary"]


@dataclass(frozen=True, slots=True)
class Summary:
    """One incident in a list."""

    id: str
    origin: str
    pack: str
    title: dict[str, str]
    state: str
    commander: str | None
    opened: dt.datetime
    changed: dt.datetime
    closed: dt.datetime | None
    offset: int


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One item that waits for a subject."""

    incident: str
    number: int


class Ledger:
    """One ledger. Use `Ledger.at`; close it, or use it in a `with` statement."""

    def __init__(self, engine: Engine, location: str) -> None:
        self._engine = engine
        self._folded: dict[str, Incident] = {}
        self.location = location

    @classmethod
    def at(cls, where: str | Path, *, create: bool = True) -> Ledger:
        """Open the ledger at a path or URL, and make it if it is not there.

        Raises:
            LedgerError: if it cannot be opened, is something else, or is not there and `create` is
                false.
        """
        engine, location = open_engine(str(where), create=create)
        ledger = cls(engine, location)
        try:
            ledger._make_tables()
        except LedgerError:
            engine.dispose()
            raise
        return ledger

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *reason: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @contextmanager
    def write(self) -> Iterator[Writing]:
        """Give a transaction that writes: when the block ends, all of it is durable, or none.

        Raises:
            LedgerError: if another process holds the ledger for too long, or the disk refuses.
        """
        written: dict[str, Incident] = {}
        with plain_errors(self.location), self._engine.begin() as connection:
            yield Writing(connection, lambda name: self._fold(connection, name), written)
        self._folded.update(written)

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
        table = schema.entries
        query = select(table).where(table.c.incident.is_(None), table.c.kind.in_(kinds))
        with self._read() as connection:
            return tuple(
                entry_of(row) for row in connection.execute(query.order_by(table.c.number))
            )

    def entry(self, number: int) -> Entry | None:
        """Return one entry."""
        with self._read() as connection:
            row = connection.execute(
                select(schema.entries).where(schema.entries.c.number == number)
            ).first()
        return None if row is None else entry_of(row)

    def received(self, *, before: int) -> tuple[bytes, ...]:
        """Return what came in by entries before number `before`, as it came in."""
        table = schema.entries
        query = select(table.c.payload).where(table.c.kind == "received", table.c.number < before)
        with self._read() as connection:
            payloads = [json.loads(found) for found in connection.execute(query).scalars()]
        return tuple(as_received(payload) for payload in payloads)

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
            found = self._fold(connection, incident)
        if found is not None:
            self._folded[incident] = found
        return found

    def incidents(self) -> tuple[Summary, ...]:
        """Return all incidents, the latest first."""
        table = schema.incidents
        with self._read() as connection:
            rows = connection.execute(
                select(table).order_by(table.c.opened.desc(), table.c.id)
            ).all()
        return tuple(_summary(row) for row in rows)

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

    def has_undelivered(self, incident: str) -> bool:
        """Return whether an incident has messages that are still to be sent."""
        table = schema.outbox
        query = select(table.c.key).where(table.c.status == "waiting", table.c.incident == incident)
        with self._read() as connection:
            return connection.execute(query.limit(1)).first() is not None

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

    def stores(self, incident: Incident) -> Stores:
        """Return what is left of the funds and stock an incident may draw on."""
        with self._read() as connection:
            return Writing(connection, lambda name: self._fold(connection, name), {}).stores(
                incident
            )

    def verify(self, noted: Head | None = None) -> Verdict:
        """Return whether the ledger is whole: its chain, and every table that follows from it."""
        with self._read() as connection:
            query = select(schema.entries).order_by(schema.entries.c.number)
            rows = connection.execution_options(yield_per=500).execute(query)
            verdict = verify_chain((entry_as_found(row) for row in rows), _head(connection), noted)
            if not verdict.is_whole:
                return verdict
            problems = derived_problems(connection)
        return Verdict(verdict.entries, verdict.head, tuple(problems))

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with plain_errors(self.location), self._engine.connect() as connection:
            yield connection.execution_options(**{READS: True})

    def _fold(self, connection: Connection, incident: str) -> Incident | None:
        """Return the folded incident: what was folded before, and the entries since."""
        known = self._folded.get(incident)
        table = schema.entries
        query = select(table).where(table.c.incident == incident).order_by(table.c.number)
        if known is not None:
            query = query.where(table.c.number > known.last)
        return fold_all((entry_of(row) for row in connection.execute(query)), known)

    def _make_tables(self) -> None:
        """Make the tables, if they are not there, and see that they are ours."""
        with self._read() as connection:
            version = _version(connection)
        if version is None:
            with plain_errors(self.location), self._engine.begin() as connection:
                # WHY again: another process may have made them since.
                if _version(connection) is None:
                    self._make(connection)
                version = _version(connection)
        if version != schema.SCHEMA_VERSION:
            found = tell(
                "the ledger `{location}` has format {version}",
                location=self.location,
                version=version,
            )
            raise LedgerError(
                tell(
                    "{found}, this remit writes {SCHEMA_VERSION}",
                    found=found,
                    SCHEMA_VERSION=schema.SCHEMA_VERSION,
                ),
                tell("use the version of remit that wrote it"),
            )

    def _make(self, connection: Connection) -> None:
        if inspect(connection).get_table_names():
            raise LedgerError(
                tell("`{location}` is a database of something else", location=self.location),
                tell("name another file"),
            )
        schema.TABLES.create_all(connection)
        for trigger in schema.SQLITE_TRIGGERS:
            connection.execute(text(trigger))
        row = {"id": 1, "version": schema.SCHEMA_VERSION}
        connection.execute(schema.schema_version.insert().values(row))
        connection.execute(schema.chain.insert().values(id=1, number=0, hash=GENESIS))


def _version(connection: Connection) -> int | None:
    if not inspect(connection).has_table("schema_version"):
        return None
    return connection.execute(select(schema.schema_version.c.version)).scalar()


def _head(connection: Connection) -> Head:
    row = connection.execute(select(schema.chain.c.number, schema.chain.c.hash)).one()
    return Head(row.number, row.hash)


def _summary(row: Row[tuple[object, ...]]) -> Summary:
    return Summary(
        id=row.id,
        origin=row.origin,
        pack=row.pack,
        title=cast("dict[str, str]", json.loads(row.title)),
        state=row.state,
        commander=row.commander,
        opened=from_stamp(row.opened),
        changed=from_stamp(row.changed),
        closed=None if row.closed is None else from_stamp(row.closed),
        offset=row.offset,
    )
