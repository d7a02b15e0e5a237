"""Making the tables that follow from the entries anew, or comparing them with the entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import Connection, delete, func, select

from remit.engine.wording import tell
from remit.workflows import ledger_schema as schema
from remit.workflows.folding import fold_all
from remit.workflows.incident import Incident
from remit.workflows.ledger_claims import wake
from remit.workflows.ledger_reading import entry_of
from remit.workflows.ledger_rows import Key, Row, rows_of

__all__ = ["derived_problems", "rebuild"]


def rebuild(connection: Connection) -> None:
    """Make every row that follows from the entries anew, one incident at a time."""
    for table, _ in schema.following():
        connection.execute(delete(table))
    connection.execute(delete(schema.wakes))
    for incident in _incidents(connection):
        rows: dict[str, list[Row]] = defaultdict(list)
        for (name, _), row in rows_of(incident).items():
            rows[name].append(row)
        for name, several in rows.items():
            connection.execute(schema.TABLES.tables[name].insert(), several)
        if incident.state != "closed":
            wake(connection, incident.id, incident.last)


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
    return problems


def _incidents(connection: Connection) -> Iterator[Incident]:
    table = schema.entries
    named = select(table.c.incident).where(table.c.incident.is_not(None)).distinct()
    for name in sorted(connection.execute(named).scalars()):
        query = select(table).where(table.c.incident == name).order_by(table.c.number)
        incident = fold_all(entry_of(row) for row in connection.execute(query))
        if incident is not None:
            yield incident


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
