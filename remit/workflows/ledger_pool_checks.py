"""Making the pools anew from the entries and the reservations, or comparing them with these."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, select

from remit.engine.wording import tell
from remit.workflows import ledger_schema as schema
from remit.workflows.ledger_pools import POOL_KINDS, Place, pool_bases
from remit.workflows.ledger_reading import entry_of

__all__ = ["empty_pools", "pool_problems", "rebuild_pools"]

KEYS = ("pack", "kind", "name", "holder")
FIGURES = ("figure", "base", "promised", "used")


def empty_pools(connection: Connection) -> None:
    """Take all pools away, so that reservations may be written in any order."""
    connection.execute(delete(schema.TABLES.tables["pools"]))


def rebuild_pools(connection: Connection) -> None:
    """Make the pools anew; the reservations are there already."""
    names = (*KEYS, *FIGURES)
    rows = [
        dict(zip(names, (*place, *figures), strict=True))
        for place, figures in _wanted(connection).items()
    ]
    if rows:
        connection.execute(schema.TABLES.tables["pools"].insert(), rows)


def pool_problems(connection: Connection) -> list[str]:
    """Return where a pool differs from what the entries and the reservations say."""
    found = {
        (row.pack, row.kind, row.name, row.holder): (row.figure, row.base, row.promised, row.used)
        for row in connection.execute(select(schema.TABLES.tables["pools"]))
    }
    wanted = _wanted(connection)
    wrong = [place for place in {**found, **wanted} if found.get(place) != wanted.get(place)]
    return [
        tell(
            "table `{name}`, row {names}: differs from the entries",
            name="pools",
            names="/".join(place),
        )
        for place in wrong
    ]


def _wanted(connection: Connection) -> dict[Place, tuple[int, int, int, int]]:
    table = schema.entries
    query = select(table).where(table.c.kind.in_(POOL_KINDS)).order_by(table.c.number)
    bases = pool_bases(entry_of(row) for row in connection.execute(query))
    rows = schema.TABLES.tables["reservations"]
    keys = [rows.c[key] for key in KEYS]
    sums = select(*keys, func.sum(rows.c.held).label("held"), func.sum(rows.c.used).label("used"))
    drawn: dict[Place, tuple[int, int]] = {
        (row.pack, row.kind, row.name, row.holder): (int(row.held), int(row.used))
        for row in connection.execute(sums.group_by(*keys))
    }
    return {place: (*base, *drawn.get(place, (0, 0))) for place, base in bases.items()}
