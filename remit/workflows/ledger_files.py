"""Where a ledger is kept: the file, or the database a URL names, and how either is opened."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from remit.engine.system_words import why_not
from remit.engine.wording import tell
from remit.workflows.ledger_errors import LedgerError, without_password
from remit.workflows.ledger_postgres import postgres_engine

__all__ = ["PASSING", "READS", "Store", "copy_file", "open_store"]

BUSY_MS = 30_000
"""How long a writer waits for another; past it something holds the ledger that should not."""
TURN_S = 0.002
"""Seconds between two looks whether another writer has ended."""
_PRIMARY = 0xFF
"""Of a code of SQLite, the part that says what is wrong; the rest says how it came about."""
READS = "remit_reads"
"""Execution option of a connection to SQLite that only reads, and so needs no lock."""
_LEVEL = "remit_level"
"""Where a connection notes for which of the two it is set."""
PASSING = "remit_passing"
"""Execution option of a transaction that may be lost when the power fails: leases, nothing else."""


@dataclass(frozen=True, slots=True)
class Store:
    """An open database.

    Args:
        location: as people write it, without any password.
        path: the file, or `None` where the ledger is on a server.
        reads: execution options of a connection that only reads, from one moment's state.
        glances: those of a connection for one statement that reads.
    """

    engine: Engine
    location: str
    path: Path | None
    reads: Mapping[str, object]
    glances: Mapping[str, object]


def open_store(where: str, *, create: bool) -> Store:
    """Return the database at a path or URL.

    Raises:
        LedgerError: if it cannot be there, or is not there and `create` is false.
    """
    url = _url(where)
    if url is not None and url.get_backend_name() == "postgresql":
        engine, location = postgres_engine(url)
        # WHY not read-only too: its undoing would override a server that is set to only read.
        reads = {"isolation_level": "REPEATABLE READ"}
        # WHY: one statement sees one moment anyway, and a transaction is two more ways there.
        return Store(engine, location, None, reads, {"isolation_level": "AUTOCOMMIT"})
    path = Path(where if url is None else url.database or "")
    _check_path(path, create=create)
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        connect_args={"timeout": BUSY_MS / 1000},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return Store(engine, str(path), path, {READS: True}, {READS: True})


def copy_file(path: Path, target: Path) -> None:
    """Copy a SQLite ledger as it stands at one moment, while others use it, durably.

    Raises:
        sqlite3.Error: if it cannot be read, or the copy cannot be written.
        OSError: if the copy cannot be written.
    """
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        # WHY: one file, whole by itself, whoever carries it away; not three.
        copy.execute("PRAGMA journal_mode = DELETE")
    with target.open("rb") as written:
        os.fsync(written.fileno())


def _url(where: str) -> URL | None:
    """Return the URL, or `None` of a path.

    Raises:
        LedgerError: if it is a URL of a database that cannot hold a ledger.
    """
    if "://" not in where:
        return None
    # WHY: libpq and every host of databases write it short, SQLAlchemy does not.
    long = where.replace("postgres://", "postgresql://", 1)
    try:
        url = make_url(long)
    except (ArgumentError, ValueError) as error:
        raise LedgerError(
            tell("`{where}` is no path and no database URL", where=without_password(where)),
            tell("name a file"),
        ) from error
    backend = url.get_backend_name()
    if (backend == "sqlite" and url.database) or backend == "postgresql":
        return url
    raise LedgerError(
        tell("a ledger cannot be kept in `{drivername}`", drivername=url.drivername),
        tell("name a file, a `sqlite:///` or a `postgresql://` URL"),
    )


def _check_path(path: Path, *, create: bool) -> None:
    if path.is_dir():
        raise LedgerError(
            tell("`{path}` is a folder, not a ledger", path=path),
            tell("name a file in it, like `{path}`", path=path / "ledger.db"),
        )
    if path.exists():
        return
    if not create:
        raise LedgerError(
            tell("there is no ledger at `{path}`", path=path),
            tell("`remit respond PACK EVENT` opens an incident, and makes one"),
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerError(
            tell(
                "the folder `{parent}` cannot be made: {reason}",
                parent=path.parent,
                reason=why_not(error),
            ),
            tell("name another file"),
        ) from error


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    # WHY: the driver must begin no transactions of its own; `_begin` does, with the right lock.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        # WHY not fatal: the mode belongs to the file; who cannot set it now meets one who does.
        with suppress(sqlite3.OperationalError):
            cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    reads = options.get(READS, False)
    level = "NORMAL" if options.get(PASSING, False) else "FULL"
    if connection.info.get(_LEVEL) != level:
        # WHY before it begins: within a transaction the setting cannot be changed.
        connection.exec_driver_sql(f"PRAGMA synchronous = {level}")
        connection.info[_LEVEL] = level
    if reads:
        connection.exec_driver_sql("BEGIN")
    else:
        _begin_in_turn(connection)


def _begin_in_turn(connection: Connection) -> None:
    """Begin to write as soon as whoever writes now has ended.

    WHY not SQLite's own waiting: it sleeps longer each time, a tenth of a second in the end, and
    the disk lies idle meanwhile.
    """
    driver = cast("sqlite3.Connection", connection.connection.driver_connection)
    end = time.monotonic() + BUSY_MS / 1000
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        while time.monotonic() < end:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & _PRIMARY != sqlite3.SQLITE_BUSY:
                    break
                time.sleep(TURN_S)
            else:
                return
        # WHY once more: what is wrong is told the way of all that goes wrong.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
