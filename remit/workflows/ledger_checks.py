"""Comparing the tables that follow from the entries with the entries."""

from __future__ import annotations

from sqlalchemy import Connection, select

from remit.engine.wording import tell
from remit.workflows import ledger_schema as schema
from remit.workflows.folding import fold_all
from remit.workflows.ledger_rows import Key, Row, rows_of
from remit.workflows.ledger_writing import entry_of

__all__ = ["derived_problems"]

DERIVED = ("incidents", "items", "timers", "steps", "reservations")


def derived_problems(connection: Connection) -> list[str]:
    """Return where a derived table differs from what the entries say."""
    ids = connection.execute(select(schema.entries.c.incident).distinct()).scalars()
    expected: dict[Key, Row] = {}
    for name in sorted(name for name in ids if name is not None):
        query = (
            select(schema.entries)
            .where(schema.entries.c.incident == name)
            .order_by(schema.entries.c.number)
        )
        incident = fold_all(entry_of(row) for row in connection.execute(query))
        if incident is not None:
            expected.update(rows_of(incident))
    problems: list[str] = []
    for name in DERIVED:
        table = schema.TABLES.tables[name]
        found = {
            (name, tuple(row[column.name] for column in table.primary_key)): dict(row)
            for row in connection.execute(select(table)).mappings()
        }
        wanted = {key: row for key, row in expected.items() if key[0] == name}
        wrong = [key for key in {**found, **wanted} if found.get(key) != wanted.get(key)]
        problems += [
            tell(
                "table `{name}`, row {names}: differs from the entries",
                name=name,
                names="/".join(map(str, key[1])),
            )
            for key in wrong
        ]
    return problems
