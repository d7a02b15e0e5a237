"""Ledgers of tests on Postgres: one schema a ledger, gone when the test is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path

import psycopg

from tests.machine import missing

__all__ = ["SERVER", "Places", "on_postgres", "run_sql"]

SERVER = os.environ.get("REMIT_TEST_POSTGRES") or "postgresql://postgres@127.0.0.1/test"
"""A database in which tests may make schemas; never one that anything else needs."""


class Places:
    """Where the ledgers of one test are: files, or schemas of one database named after folders."""

    def __init__(self, *, on_postgres: bool) -> None:
        self.on_postgres = on_postgres
        self.schemas: set[str] = set()

    def at(self, folder: Path, name: str = "ledger.db") -> str:
        """Return where the ledger that belongs into a folder is; the same for the same folder."""
        if not self.on_postgres:
            return str(folder / name)
        schema = "remit_" + sha256(f"{os.getpid()}/{folder}/{name}".encode()).hexdigest()[:24]
        if schema not in self.schemas:
            self.schemas.add(schema)
            _run(f"CREATE SCHEMA {schema}")
        return f"{SERVER}?options=-csearch_path%3D{schema}"

    def clear(self) -> None:
        """Remove what was made on the server."""
        for schema in self.schemas:
            _run(f"DROP SCHEMA {schema} CASCADE")


@contextmanager
def on_postgres() -> Iterator[Places]:
    """Give places on the server of the tests, or skip where there is none."""
    reason = _absence()
    if reason:
        missing(f"no Postgres for tests at {SERVER} (set REMIT_TEST_POSTGRES): {reason}")
    places = Places(on_postgres=True)
    try:
        yield places
    finally:
        places.clear()


def run_sql(where: str, *statements: str) -> None:
    """Run statements in the ledger's own database, in one transaction, past all of remit."""
    if "://" in where:
        with psycopg.connect(where) as connection:
            for statement in statements:
                connection.execute(statement.encode())
        return
    import sqlite3

    with closing(sqlite3.connect(where)) as plain, plain:
        for statement in statements:
            plain.execute(statement)
    plain.close()


def _run(statement: str) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        # WHY: the catalogue's own changes need not be durable in tests.
        connection.execute("SET synchronous_commit = off")
        connection.execute(statement.encode())


@cache
def _absence() -> str:
    try:
        psycopg.connect(SERVER, connect_timeout=3).close()
    except psycopg.Error as error:
        return str(error)
    return ""
