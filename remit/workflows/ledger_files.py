"""Where a ledger is kept, and how its database is opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError

from remit.engine.errors import RemitError
from remit.engine.system_words import why_not
from remit.engine.wording import tell

__all__ = ["READS", "LedgerError", "open_engine", "plain_errors"]

BUSY_MS = 30_000
"""How long a writer waits for another; past it something holds the ledger that should not."""
READS = "remit_reads"
"""Execution option of a connection that only reads, and so needs no lock."""


@dataclass(eq=True)
class LedgerError(RemitError):
    """A ledger that cannot be read or written, in one sentence, and what to do."""

    message: str
    help: str = ""

    def __post_init__(self) -> None:
        """Keep the fields as the exception's arguments, so that it can be pickled."""
        super().__init__(self.message, self.help)

    def __hash__(self) -> int:
        """Return a hash by fields."""
        return hash((self.message, self.help))

    def __str__(self) -> str:
        """Return the sentence."""
        return self.message


def open_engine(where: str, *, create: bool) -> tuple[Engine, str]:
    """Return the database at a path or URL, and the path as people write it.

    Raises:
        LedgerError: if it cannot be there, or is not there and `create` is false.
    """
    url, path = _located(where)
    _check_path(path, create=create)
    engine = create_engine(url, connect_args={"timeout": BUSY_MS / 1000})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine, str(path)


def _located(where: str) -> tuple[str, Path]:
    """Return the database URL for a path or URL, and its file.

    Raises:
        LedgerError: if it is a URL of a database that is not SQLite.
    """
    if "://" not in where:
        path = Path(where)
        return f"sqlite+pysqlite:///{path}", path
    try:
        url = make_url(where)
    except ArgumentError as error:
        raise LedgerError(
            tell("`{where}` is no path and no database URL", where=where), tell("name a file")
        ) from error
    if url.get_backend_name() != "sqlite" or not url.database:
        raise LedgerError(
            tell("a ledger cannot be kept in `{drivername}`", drivername=url.drivername),
            tell("name a file, or a `sqlite:///` URL"),
        )
    return f"sqlite+pysqlite:///{url.database}", Path(url.database)


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
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get(READS, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def plain_errors(location: str) -> Iterator[None]:
    """Turn what the database says into what a person can act on."""
    try:
        yield
    except IntegrityError:
        raise
    except (DatabaseError, sqlite3.DatabaseError) as error:
        found = _told(location, str(getattr(error, "orig", error)))
        if found is None:
            raise
        raise found from error


def _told(location: str, reason: str) -> LedgerError | None:
    if "locked" in reason or "busy" in reason:
        return LedgerError(
            tell("the ledger `{location}` is held by another process", location=location),
            tell("try again when it has ended"),
        )
    if "not a database" in reason or "malformed" in reason:
        return LedgerError(
            tell("`{location}` is not a ledger, or is damaged", location=location),
            tell("name another file"),
        )
    if "unable to open" in reason or "readonly" in reason or "disk" in reason:
        return LedgerError(
            tell(
                "the ledger `{location}` cannot be used: {reason}", location=location, reason=reason
            )
        )
    return None
