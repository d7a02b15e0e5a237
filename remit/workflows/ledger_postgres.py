"""A ledger on Postgres: how its database is opened, and what every session must keep to."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection

__all__ = ["postgres_engine"]

DRIVER = "postgresql+psycopg"
CONNECT_S = "10"
"""Seconds to wait for a server that does not answer."""
LOCK_MS = 30_000
"""How long a writer waits for another, as on SQLite."""
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
    engine = create_engine(full, isolation_level="READ COMMITTED", pool_pre_ping=True)
    event.listen(engine, "connect", _prepare)
    return engine, _shown(url)


def _prepare(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    for statement in SESSION:
        cursor.execute(statement)
    cursor.close()
    connection.commit()


def _shown(url: URL) -> str:
    host = url.host or url.query.get("host") or ""
    user = f"{url.username}@" if url.username else ""
    port = f":{url.port}" if url.port else ""
    return f"postgresql://{user}{host}{port}/{url.database or ''}"
