"""A ledger on Postgres: how its database is opened, and what every session must keep to."""

from __future__ import annotations

import time
from collections.abc import Mapping

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

__all__ = ["postgres_engine"]

DRIVER = "postgresql+psycopg"
CONNECT_S = "10"
"""Seconds to wait for a server that does not answer."""
LOCK_MS = 30_000
"""How long a writer waits for another, as on SQLite."""
IDLE_S = 1.0
"""How long a connection lies idle before it is tried out: trying each time costs a way there."""
USED = "remit_used"
IDLE_MS = 60_000
"""How long a process may stand still within a transaction; past it the server lets others go on."""
SESSION = (
    f"SET lock_timeout = {LOCK_MS}",
    f"SET idle_in_transaction_session_timeout = {IDLE_MS}",
    # WHY only from `off`: accepted means durable; a stricter setting of the database stays.
    """SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') = 'off'""",
)
# WHY: a host that was cut off must not hold the head of the ledger for the two hours of TCP.
KEEPALIVE: Mapping[str, str] = {
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}


def postgres_engine(url: URL) -> tuple[Engine, str]:
    """Return the database a URL names, and its name for people, which holds no password."""
    asked = {"connect_timeout": CONNECT_S, "application_name": "remit", **KEEPALIVE}
    # WHY any driver of the URL: one URL may serve Prefect's server too, which wants another.
    full = url.set(drivername=DRIVER, query={**asked, **url.query})
    engine = create_engine(full, isolation_level="READ COMMITTED")
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _try_out)
    return engine, _shown(url)


def _prepare(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    for statement in SESSION:
        cursor.execute(statement)
    cursor.close()
    connection.commit()


def _note_use(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[USED] = time.monotonic()


def _try_out(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Try a connection that lay idle: the server may have gone and come back meanwhile.

    Raises:
        DisconnectionError: if it is broken; the pool then makes a new one.
    """
    if time.monotonic() - record.info.get(USED, time.monotonic()) < IDLE_S:
        return
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT 1")
        cursor.close()
        connection.rollback()
    except Exception as error:
        raise DisconnectionError from error


def _shown(url: URL) -> str:
    host = url.host or url.query.get("host") or ""
    user = f"{url.username}@" if url.username else ""
    port = f":{url.port}" if url.port else ""
    return f"postgresql://{user}{host}{port}/{url.database or ''}"
