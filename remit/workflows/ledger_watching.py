"""Hearing that somebody wrote to a ledger, without asking it over and over what is due.

Postgres tells it (`LISTEN`, and `NOTIFY` with each write that gives somebody work). SQLite counts
the writes of others (`PRAGMA data_version`), and to read that number touches no row.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Protocol, cast

from sqlalchemy import Connection, text

from remit.workflows.ledger_errors import broken, plain_errors
from remit.workflows.ledger_files import Store

__all__ = ["Watch", "tell_watchers"]

LOOK_S = 0.05
"""Seconds between two looks at the number of writes in a file."""
CHANNEL = "remit_ledger"
# WHY the schema: several ledgers may be in one database, and a channel is of the whole database.
_TELL = text("SELECT pg_notify(:channel, current_schema())")


class _Notify(Protocol):
    payload: str


class _Listening(Protocol):
    """What we use of a connection of psycopg."""

    autocommit: bool

    def execute(self, query: str) -> _Listening: ...

    def fetchone(self) -> tuple[str]: ...

    def notifies(self, *, timeout: float, stop_after: int) -> Iterator[_Notify]: ...

    def close(self) -> None: ...


def tell_watchers(connection: Connection) -> None:
    """Let those who watch know, as soon as this transaction is durable."""
    if connection.dialect.name == "postgresql":
        connection.execute(_TELL, {"channel": CHANNEL})


class Watch:
    """Watches one ledger over a connection of its own. For one thread; close it there."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._file: sqlite3.Connection | None = None
        self._line: _Listening | None = None
        self._seen = 0
        self._schema = ""
        # WHY the driver's own: what it says on a connection of ours passes by SQLAlchemy.
        self._faults = () if store.path else (store.engine.dialect.loaded_dbapi.Error,)

    def wait(self, seconds: float) -> bool:
        """Return true as soon as somebody has written, false after so many seconds.

        The first call returns true at once: what was written before it began is not told.

        Raises:
            LedgerError: if the ledger cannot be reached; the next call begins anew.
        """
        with plain_errors(self._store.location):
            try:
                return self._counted(seconds) if self._store.path else self._heard(seconds)
            except self._faults as error:
                self.close()
                raise broken(self._store.location) from error
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        """Let go of the connection."""
        for one in (self._file, self._line):
            if one is not None:
                one.close()
        self._file = self._line = None

    def _counted(self, seconds: float) -> bool:
        if self._file is None:
            self._file = sqlite3.connect(str(self._store.path))
            self._seen = self._writes(self._file)
            return True
        end = time.monotonic() + seconds
        while (found := self._writes(self._file)) == self._seen:
            if time.monotonic() >= end:
                return False
            time.sleep(LOOK_S)
        self._seen = found
        return True

    def _writes(self, file: sqlite3.Connection) -> int:
        with closing(file.execute("PRAGMA data_version")) as cursor:
            return int(cursor.fetchone()[0])

    def _heard(self, seconds: float) -> bool:
        if self._line is None:
            pooled = self._store.engine.raw_connection()
            # WHY taken out: it listens for ever, and must not go back with that to others.
            self._line = cast("_Listening", pooled.driver_connection)
            pooled.detach()
            self._line.autocommit = True
            (self._schema,) = self._line.execute("SELECT current_schema()").fetchone()
            self._line.execute(f"LISTEN {CHANNEL}")
            return True
        # WHY all that came with the first: one look serves them.
        told = [one.payload for one in self._line.notifies(timeout=seconds, stop_after=1)]
        return self._schema in told
