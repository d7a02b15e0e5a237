"""Statements that bring derived rows up to date, written out once a table and database.

WHY as text: SQLAlchemy does not keep what it compiled of an insert that may meet its own key, and
to compile one costs ten times what it takes to run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from sqlalchemy import Dialect, Table, TextClause, and_, bindparam, text
from sqlalchemy.dialects import postgresql, sqlite

from remit.workflows import ledger_schema as schema

__all__ = ["put", "take_out"]

_Insert: TypeAlias = "sqlite.Insert | postgresql.Insert"
_SQLITE: Dialect = sqlite.dialect(paramstyle="named")
# WHY an ignore: SQLAlchemy leaves the arguments of this dialect untyped.
_POSTGRES: Dialect = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]


def put(dialect: str, table: str) -> TextClause:
    """Return the statement that inserts a row, or brings the one with its key up to date.

    Args:
        dialect: of the database: `sqlite` or `postgresql`.
        table: one that follows from entries, or `wakes`.
    """
    return _PUT[dialect][table]


def take_out(table: str) -> TextClause:
    """Return the statement that deletes the row with a key."""
    return _TAKE_OUT[table]


def _putting(insert: _Insert, dialect: Dialect) -> TextClause:
    table = insert.table
    keys = {column.name for column in table.primary_key}
    values = {
        column.name: insert.excluded[column.name]
        for column in table.columns
        if column.name not in keys
    }
    full = insert.on_conflict_do_update(index_elements=sorted(keys), set_=values)
    return text(str(full.compile(dialect=dialect)))


def _taking_out(table: Table) -> TextClause:
    keys = table.primary_key.columns
    wanted = and_(*(column == bindparam(column.name) for column in keys))
    # WHY one text for both: neither quotes a name of a key, nor casts it.
    return text(str(table.delete().where(wanted).compile(dialect=_SQLITE)))


_TABLES = (*(table for table, _ in schema.following()), schema.wakes)
_PUT: Mapping[str, Mapping[str, TextClause]] = {
    "sqlite": {table.name: _putting(sqlite.insert(table), _SQLITE) for table in _TABLES},
    "postgresql": {table.name: _putting(postgresql.insert(table), _POSTGRES) for table in _TABLES},
}
_TAKE_OUT: Mapping[str, TextClause] = {table.name: _taking_out(table) for table in _TABLES}
