"""Making the tables of a ledger, and bringing a ledger of an earlier format to this one.

Entries are never touched: a ledger of any format keeps the same record, and what follows from it
is made anew. So one way of upgrading serves every format: make the tables, columns and indexes
that are missing, drop and rebuild what follows from the entries, put the triggers of this format.
It happens when a ledger is opened, under its write lock, in one transaction: all of it or nothing.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlalchemy import Column, Connection, inspect, select, text, update
from sqlalchemy.schema import CreateColumn, CreateIndex

from remit.engine.system_words import why_not
from remit.engine.wording import tell
from remit.workflows import ledger_schema as schema
from remit.workflows.entries import GENESIS
from remit.workflows.ledger_errors import LedgerError, plain_errors
from remit.workflows.ledger_files import Store, copy_file
from remit.workflows.ledger_rebuilding import rebuild
from remit.workflows.ledger_triggers import put_triggers

__all__ = ["check_version", "prepare"]

ADVISORY = 7_236_673_481
"""Number of the Postgres lock under which tables are made; as good as any other."""


def prepare(store: Store, *, create: bool) -> None:
    """Make the tables if they are not there, upgrade them if they are older.

    Raises:
        LedgerError: if the database is something else, of a later format, or has no ledger and
            `create` is false.
    """
    with plain_errors(store.location):
        with store.engine.connect() as connection:
            version = _version(connection.execution_options(**store.reads))
        if version is None and not create:
            raise LedgerError(
                tell("there is no ledger at `{path}`", path=store.location),
                tell("`remit respond PACK EVENT` opens an incident, and makes one"),
            )
        if version is None or version < schema.SCHEMA_VERSION:
            with store.engine.begin() as connection:
                _bring_up(store, connection)
            version = schema.SCHEMA_VERSION
    check_version(store.location, version)


def check_version(location: str, version: int) -> None:
    """See that a ledger has the format this remit writes.

    Raises:
        LedgerError: if it has not.
    """
    if version == schema.SCHEMA_VERSION:
        return
    found = tell("the ledger `{location}` has format {version}", location=location, version=version)
    raise LedgerError(
        tell(
            "{found}, this remit writes {SCHEMA_VERSION}",
            found=found,
            SCHEMA_VERSION=schema.SCHEMA_VERSION,
        ),
        tell("use the version of remit that wrote it"),
    )


def _bring_up(store: Store, connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY})"))
    # WHY again: another process may have made or upgraded them since.
    version = _version(connection)
    if version is None:
        _make(store, connection)
    elif version < schema.SCHEMA_VERSION:
        if store.path is not None:
            _keep_copy(store.path, version)
        _upgrade(connection)
    else:
        check_version(store.location, version)


def _make(store: Store, connection: Connection) -> None:
    there = set(inspect(connection).get_table_names())
    # WHY not any table on a server: Prefect's may stand in the same database.
    if there if store.path is not None else there & set(schema.TABLES.tables):
        raise LedgerError(
            tell("`{location}` is a database of something else", location=store.location),
            tell("name another file"),
        )
    _check_encoding(store, connection)
    schema.TABLES.create_all(connection)
    put_triggers(connection)
    row = {"id": 1, "version": schema.SCHEMA_VERSION}
    connection.execute(schema.schema_version.insert().values(row))
    connection.execute(schema.chain.insert().values(id=1, number=0, hash=GENESIS))


def _check_encoding(store: Store, connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise LedgerError(
            tell(
                "the database `{location}` is encoded in {encoding}, a ledger needs UTF8",
                location=store.location,
                encoding=encoding,
            ),
            tell("make one with `createdb --encoding=UTF8 --template=template0 NAME`"),
        )


def _upgrade(connection: Connection) -> None:
    """Give a ledger of an earlier format what this one has; its entries stay as they are."""
    found = inspect(connection)
    there = set(found.get_table_names())
    for table, _ in schema.following():
        table.drop(connection, checkfirst=True)
    for table in schema.TABLES.sorted_tables:
        if table.name in there and not table.info.get("follows"):
            columns = {column["name"] for column in found.get_columns(table.name)}
            for column in table.columns:
                if column.name not in columns:
                    _add_column(connection, table.name, column)
            indexes = {index["name"] for index in found.get_indexes(table.name)}
            for index in table.indexes:
                if index.name not in indexes:
                    connection.execute(CreateIndex(index))
    schema.TABLES.create_all(connection)
    put_triggers(connection)
    rebuild(connection)
    connection.execute(update(schema.schema_version).values(version=schema.SCHEMA_VERSION))


def _add_column(connection: Connection, table: str, column: Column[object]) -> None:
    definition = CreateColumn(column).compile(dialect=connection.dialect)
    connection.execute(text(f'ALTER TABLE "{table}" ADD COLUMN {definition}'))


def _keep_copy(path: Path, version: int) -> None:
    """Copy the file as it is to `NAME.format-N`; the write lock keeps it still.

    Raises:
        LedgerError: if there is no room for it, or something stands in its place.
    """
    kept = path.with_name(f"{path.name}.format-{version}")
    draft = kept.with_name(f".{kept.name}.{os.getpid()}")
    try:
        copy_file(path, draft)
        draft.replace(kept)
    except (OSError, sqlite3.Error) as error:
        draft.unlink(missing_ok=True)
        reason = why_not(error) if isinstance(error, OSError) else str(error)
        raise LedgerError(
            tell(
                "the ledger `{location}` is not brought to format {version}: its copy cannot be"
                " kept at `{kept}`: {reason}",
                location=path,
                version=schema.SCHEMA_VERSION,
                kept=kept,
                reason=reason,
            )
        ) from error


def _version(connection: Connection) -> int | None:
    if not inspect(connection).has_table("schema_version"):
        return None
    return connection.execute(select(schema.schema_version.c.version)).scalar()
