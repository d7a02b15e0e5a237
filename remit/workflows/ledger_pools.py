"""What there is of people, stock and money over all incidents: pools, and what is free of them.

A pool's figure is what a pack counted. It is written when an incident opens under a pack that
counts otherwise than the one before (`counts` of its `opened` entry), and changes by what the
community adds (`stocked`, an entry of no incident) and by what incidents use up.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import cast

from sqlalchemy import Connection, and_, select, text, update

from remit.workflows import ledger_schema as schema
from remit.workflows.entries import Entry, Json, from_stamp
from remit.workflows.holding import Kind
from remit.workflows.incident import Incident
from remit.workflows.means import UNITS, Means, in_units
from remit.workflows.stores import Stores, Want

__all__ = [
    "FREES", "MOVES_MONEY", "POOL_KINDS", "Place", "StockPool", "StockPromise", "asking_for_money",
    "counts_of", "counts_since", "follow", "pool_bases", "stock_pools", "stock_promised",
    "stores_of", "stores_of_pack", "wanting", "with_old_figures",
]  # fmt: skip

MOVES_MONEY = frozenset({"reserved", "released", "closed"})
"""Kinds of entries after which a fund has less, or more: others that ask it may go on otherwise."""
FREES = frozenset({"released", "stocked", "answered", "closed"})
"""Kinds of entries after which something may be free that others wait for."""
POOL_KINDS = ("opened", "stocked")
"""Kinds of entries that change what there is."""
Place = tuple[str, str, str, str]
"""Pack, kind, name and holder of a pool."""


@dataclass(frozen=True, slots=True)
class StockPool:
    """One kind of stock: all there is, and how much of it nobody was promised."""

    pack: str
    name: str
    there: int
    free: int


@dataclass(frozen=True, slots=True)
class StockPromise:
    """Stock that one step holds."""

    pack: str
    name: str
    incident: str
    step: str
    quantity: int


def stock_pools(connection: Connection) -> tuple[StockPool, ...]:
    """Return what there is of every kind of stock, by pack and name."""
    table = schema.TABLES.tables["pools"]
    query = select(table).where(table.c.kind == "stock").order_by(table.c.pack, table.c.name)
    return tuple(
        StockPool(row.pack, row.name, row.base - row.used, row.base - row.used - row.promised)
        for row in connection.execute(query)
    )


def stock_promised(connection: Connection) -> tuple[StockPromise, ...]:
    """Return the stock that steps hold, by incident and step."""
    table = schema.TABLES.tables["reservations"]
    query = select(table).where(table.c.kind == "stock", table.c.held > 0)
    return tuple(
        StockPromise(row.pack, row.name, row.incident, row.step, row.held)
        for row in connection.execute(query.order_by(table.c.incident, table.c.step, table.c.name))
    )


def wanting(connection: Connection, *, awake: bool = False) -> tuple[str, ...]:
    """Return the incidents that wait for people or stock of which some are free, by name.

    Args:
        awake: only those that nobody has looked at since something came free.
    """
    return tuple(connection.execute(_SERVED_AWAKE if awake else _SERVED).scalars())


def asking_for_money(connection: Connection) -> tuple[str, ...]:
    """Return the incidents that wait for money, or for a word how to go on without, by name."""
    table = schema.items
    query = select(table.c.incident).where(
        table.c.purpose.in_(("approve", "decide")), table.c.status.in_(("open", "taken"))
    )
    return tuple(connection.execute(query.distinct().order_by(table.c.incident)).scalars())


def counts_of(connection: Connection, pack: str, means: Means) -> list[Json]:
    """Return the figures of a pack that differ from those last counted, with what was used then."""
    table = schema.TABLES.tables["pools"]
    rows = connection.execute(select(table).where(table.c.pack == pack)).all()
    known = {(row.kind, row.name, row.holder): (row.figure, row.used) for row in rows}
    return counts_since(known, means)


def counts_since(known: Mapping[tuple[str, str, str], tuple[int, int]], means: Means) -> list[Json]:
    """Return the figures of `means` that differ from those known.

    Args:
        known: figure, and what is used up, by kind, name and holder.
    """
    found: list[Json] = []
    for (kind, name, holder), figure in _figures(means):
        before = known.get((kind, name, holder))
        if before is None or before[0] != figure:
            used = 0 if before is None else before[1]
            place: dict[str, Json] = {"means": kind, "name": name, "holder": holder}
            found.append({**place, "quantity": figure, "used": used})
    return found


def follow(connection: Connection, entry: Entry) -> None:
    """Bring the pools after an entry that counted, or added to, what there is."""
    table = schema.TABLES.tables["pools"]
    for place, figure, base, added in _changes(entry):
        here = and_(*(table.c[key] == value for key, value in zip(_KEYS, place, strict=True)))
        if figure is None:
            connection.execute(update(table).where(here).values(base=table.c.base + added))
            continue
        values = {"figure": figure, "base": base}
        if not connection.execute(update(table).where(here).values(values)).rowcount:
            keys = dict(zip(_KEYS, place, strict=True))
            connection.execute(table.insert().values(**keys, **values, promised=0, used=0))


def pool_bases(entries: Iterable[Entry]) -> dict[Place, tuple[int, int]]:
    """Return figure and base of each pool, as the entries tell."""
    found: dict[Place, tuple[int, int]] = {}
    for entry in entries:
        for place, figure, base, added in _changes(entry):
            before = found.get(place, (0, 0))
            found[place] = (before[0], before[1] + added) if figure is None else (figure, base)
    return found


def stores_of(connection: Connection, incident: Incident) -> Stores:
    """Return what is left of what an incident may draw on."""
    found = stores_of_pack(connection, incident.pack)
    return with_old_figures(connection, found, incident)


def stores_of_pack(connection: Connection, pack: str) -> Stores:
    """Return what is left of what incidents under a pack may draw on."""
    named = {"pack": pack}
    funds: dict[str, Decimal] = {}
    stock: dict[str, int] = {}
    staff: dict[tuple[str, str], int] = {}
    for kind, name, holder, free in connection.execute(_FREE, named):
        if kind == "staff":
            staff[holder, name] = free
        elif kind == "stock":
            stock[name] = free
        else:
            funds[name] = Decimal(free) / UNITS
    lent = {(row.holder, row.name): int(row.lent) for row in connection.execute(_LENT, named)}
    return Stores(funds, stock, staff, lent, tuple(_wants(connection, pack)))


def with_old_figures(connection: Connection, found: Stores, incident: Incident) -> Stores:
    """Return what is left, by the incident's own figures where it was opened before pools were."""
    response = incident.response
    if not (
        response.funds.keys() - found.funds.keys() or response.reserves.keys() - found.stock.keys()
    ):
        return found
    funds, stock = _old_figures(connection, incident)
    return replace(found, funds={**funds, **found.funds}, stock={**stock, **found.stock})


def _old_figures(
    connection: Connection, incident: Incident
) -> tuple[dict[str, Decimal], dict[str, int]]:
    """Return what is left by the incident's own figures: for those opened before pools were."""
    funds = dict(incident.response.funds)
    stock = {name: figures[0] for name, figures in incident.response.reserves.items()}
    table = schema.TABLES.tables["reservations"]
    query = select(table.c.kind, table.c.name, table.c.held, table.c.used)
    for row in connection.execute(query.where(table.c.pack == incident.pack)):
        if row.kind == "money" and row.name in funds:
            funds[row.name] -= Decimal(row.held + row.used) / UNITS
        elif row.kind == "stock" and row.name in stock:
            stock[row.name] -= row.held + row.used
    return funds, stock


def _wants(connection: Connection, pack: str) -> Iterator[Want]:
    for row in connection.execute(_WANTS, {"pack": pack}):
        yield Want(
            row.incident,
            row.step,
            cast("Kind", row.kind),
            row.name,
            row.missing,
            row.level,
            from_stamp(row.since),
            tuple(cast("list[str]", json.loads(row.holders))),
        )


# WHY: where nothing is free nobody can be served, whoever is ahead; so a look at one incident costs
# no more when a thousand others wait. A want that no pool tells of is one of before pools were.
_IS_SERVED = """(
    EXISTS (SELECT 1 FROM pools WHERE pools.pack = wants.pack AND pools.kind = wants.kind
        AND pools.name = wants.name AND pools.base - pools.used - pools.promised > 0
        AND wants.holders LIKE '%"' || pools.holder || '"%')
    OR NOT EXISTS (SELECT 1 FROM pools WHERE pools.pack = wants.pack AND pools.kind = wants.kind
        AND pools.name = wants.name))"""
# WHY made once: these run with every look at an incident, and making them costs more than that.
_FREE = text("SELECT kind, name, holder, base - used - promised FROM pools WHERE pack = :pack")
_LENT = text(
    "SELECT holder, name, SUM(lent) AS lent FROM reservations"
    " WHERE pack = :pack AND kind = 'staff' AND lent > 0 GROUP BY holder, name"
)
_WANTS = text(f"SELECT * FROM wants WHERE pack = :pack AND {_IS_SERVED}")  # noqa: S608 - texts of our own
_SERVED = text(
    f"SELECT DISTINCT incident FROM wants WHERE {_IS_SERVED} ORDER BY incident"  # noqa: S608 - as above
)
_SERVED_AWAKE = text(
    f"SELECT DISTINCT incident FROM wants WHERE {_IS_SERVED}"  # noqa: S608 - as above
    " AND incident IN (SELECT incident FROM wakes) ORDER BY incident"
)

_KEYS = ("pack", "kind", "name", "holder")


def _figures(means: Means) -> Iterator[tuple[tuple[str, str, str], int]]:
    for kind, by in means.people.items():
        for holder, count in by.items():
            yield ("staff", kind, holder), count
    for name, store in means.stock.items():
        yield ("stock", name, ""), store.quantity
    for name, purse in means.purses.items():
        yield ("money", name, ""), in_units(purse.amount)


def _changes(entry: Entry) -> Iterator[tuple[Place, int | None, int, int]]:
    """Yield what an entry says of pools: place, figure if it was counted, base, what was added."""
    node = entry.payload
    if entry.kind == "stocked":
        place = (str(node["pack"]), "stock", str(node["stock"]), "")
        yield place, None, 0, cast("int", node["quantity"])
    elif entry.kind == "opened":
        pack = str(cast("Mapping[str, Json]", node["pack"])["name"])
        for count in cast("list[Mapping[str, Json]]", node.get("counts", [])):
            figure = cast("int", count["quantity"])
            base = figure + cast("int", count["used"])
            where = (pack, str(count["means"]), str(count["name"]), str(count["holder"]))
            yield where, figure, base, 0
