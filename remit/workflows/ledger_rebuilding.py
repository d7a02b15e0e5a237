"""Making the tables that follow from the entries anew, or comparing them with the entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import Connection, delete, func, select

from remit.engine.wording import tell
from remit.workflows import ledger_schema as schema
from remit.workflows.entries import Entry
from remit.workflows.folding import fold, fold_all
from remit.workflows.incident import Incident
from remit.workflows.ledger_claims import wake
from remit.workflows.ledger_pool_checks import empty_pools, pool_problems, rebuild_pools
from remit.workflows.ledger_reading import entry_of
from remit.workflows.ledger_rows import Key, Row, messages_of, rows_of

__all__ = ["derived_problems", "rebuild", "rebuild_outbox"]


def rebuild(connection: Connection) -> None:
    """Make every row that follows from the entries anew, one incident at a time."""
    for table, _ in schema.following():
        connection.execute(delete(table))
    connection.execute(delete(schema.wakes))
    empty_pools(connection)
    for incident in _incidents(connection):
        rows: dict[str, list[Row]] = defaultdict(list)
        for (name, _), row in rows_of(incident).items():
            rows[name].append(row)
        for name, several in rows.items():
            connection.execute(schema.TABLES.tables[name].insert(), several)
        if incident.state != "closed":
            wake(connection, incident.id, incident.last)
    rebuild_pools(connection)


def rebuild_outbox(connection: Connection) -> None:
    """Make the outbox anew: what has no receipt waits, and may have been sent before."""
    connection.execute(delete(schema.outbox))
    for name in _names(connection):
        rows: dict[str, Row] = {}
        incident: Incident | None = None
        for entry in _entries(connection, name):
            incident = fold(incident, entry)
            rows.update({str(row["key"]): row for row in messages_of(entry, incident)})
            status = _ENDS.get(entry.kind)
            if status is not None and (key := str(entry.payload["message"])) in rows:
                rows[key] |= {"status": status, "tries": _tries(entry)}
        # WHY one try: nobody knows whether it went out, so it is told as a possible repeat.
        waiting = [row | {"tries": 1} for row in rows.values() if row["status"] == "waiting"]
        ended = [row for row in rows.values() if row["status"] != "waiting"]
        if rows:
            connection.execute(schema.outbox.insert(), [*ended, *waiting])


def derived_problems(connection: Connection) -> list[str]:
    """Return where a table that follows from the entries differs from what they say."""
    seen: dict[str, int] = defaultdict(int)
    problems: list[str] = []
    for incident in _incidents(connection):
        found = _rows_found(connection, incident.id, seen)
        wanted = rows_of(incident)
        wrong = [key for key in {**found, **wanted} if found.get(key) != wanted.get(key)]
        problems += [_differs(name, "/".join(map(str, key))) for name, key in wrong]
    for table, column in schema.following():
        count = connection.execute(select(func.count()).select_from(table)).scalar_one()
        if count != seen[table.name]:
            problems += _strays(connection, table.name, column)
    return problems + pool_problems(connection)


_ENDS = {"delivered": "sent", "undelivered": "failed"}
"""Entries that end a message, and what then stands in the outbox."""


def _tries(entry: Entry) -> int:
    tries = entry.payload.get("tries")
    return tries if isinstance(tries, int) else 1


def _incidents(connection: Connection) -> Iterator[Incident]:
    for name in _names(connection):
        incident = fold_all(_entries(connection, name))
        if incident is not None:
            yield incident


def _names(connection: Connection) -> list[str]:
    table = schema.entries
    named = select(table.c.incident).where(table.c.incident.is_not(None)).distinct()
    return sorted(name for name in connection.execute(named).scalars() if name is not None)


def _entries(connection: Connection, incident: str) -> Iterator[Entry]:
    table = schema.entries
    query = select(table).where(table.c.incident == incident).order_by(table.c.number)
    return (entry_of(row) for row in connection.execute(query))


def _rows_found(connection: Connection, incident: str, seen: dict[str, int]) -> dict[Key, Row]:
    found: dict[Key, Row] = {}
    for table, column in schema.following():
        query = select(table).where(table.c[column] == incident)
        for row in connection.execute(query).mappings():
            key = tuple(row[part.name] for part in table.primary_key)
            found[table.name, key] = dict(row)
            seen[table.name] += 1
    return found


def _strays(connection: Connection, name: str, column: str) -> list[str]:
    """Return the rows of incidents that no entry knows."""
    table = schema.TABLES.tables[name]
    known = select(schema.entries.c.incident).where(schema.entries.c.incident.is_not(None))
    query = select(table.c[column]).where(table.c[column].not_in(known)).distinct()
    return [_differs(name, stray) for stray in sorted(connection.execute(query).scalars())]


def _differs(table: str, row: str) -> str:
    return tell("table `{name}`, row {names}: differs from the entries", name=table, names=row)
