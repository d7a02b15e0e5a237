"""Entries and summaries as they were read from their tables."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Connection, Row, and_, bindparam, func, or_, select

from remit.workflows import ledger_schema as schema
from remit.workflows.entries import Entry, Json, canonical, from_stamp, stamp
from remit.workflows.states import ENDED

__all__ = [
    "OpenItem",
    "Summary",
    "community_entries",
    "entry_as_found",
    "entry_of",
    "latest_number",
    "summaries",
]


@dataclass(frozen=True, slots=True)
class Summary:
    """One incident in a list."""

    id: str
    origin: str
    pack: str
    title: dict[str, str]
    state: str
    commander: str | None
    opened: dt.datetime
    changed: dt.datetime
    closed: dt.datetime | None
    offset: int


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One item that waits for a subject."""

    incident: str
    number: int


def entry_of(row: Row[tuple[object, ...]]) -> Entry:
    """Return an entry as it was read from its table."""
    return Entry(
        number=row.number,
        incident=row.incident,
        kind=row.kind,
        actor=row.actor,
        time=from_stamp(row.time),
        policy=row.policy,
        cause=row.cause,
        payload=cast("Mapping[str, Json]", json.loads(row.payload)),
        previous=row.previous,
        hash=row.hash,
    )


def entry_as_found(row: Row[tuple[object, ...]]) -> Entry:
    """Return an entry for verifying: one that was not written by us gets content no hash fits."""
    try:
        entry = entry_of(row)
        if canonical(entry.payload) == row.payload and stamp(entry.time) == row.time:
            return entry
    except (TypeError, ValueError):
        pass
    payload = {"unreadable": str(row.payload), "time": str(row.time)}
    epoch = dt.datetime.fromtimestamp(0, dt.UTC)
    return Entry(
        row.number,
        row.incident,
        str(row.kind),
        str(row.actor),
        epoch,
        "",
        None,
        payload,
        str(row.previous),
        str(row.hash),
    )


def summaries(
    connection: Connection,
    *,
    is_over: bool | None = None,
    after: str = "",
    most: int | None = None,
) -> tuple[Summary, ...]:
    """Return incidents, the latest first.

    Args:
        is_over: only those that are over, or only those that are not.
        after: those that come after the incident of this name; from the first on where there is
            none of that name.
        most: how many at most.
    """
    table = schema.incidents
    query = select(table).order_by(table.c.opened.desc(), table.c.id)
    if is_over is not None:
        ended = table.c.state.in_(sorted(ENDED))
        query = query.where(ended if is_over else ~ended)
    if after:
        last = select(table.c.opened).where(table.c.id == after).scalar_subquery()
        later = or_(table.c.opened < last, and_(table.c.opened == last, table.c.id > after))
        query = query.where(or_(last.is_(None), later))
    return tuple(_summary_of(row) for row in connection.execute(query.limit(most)))


def _summary_of(row: Row[tuple[object, ...]]) -> Summary:
    """Return an incident of a list as it was read from its table."""
    return Summary(
        id=row.id,
        origin=row.origin,
        pack=row.pack,
        title=cast("dict[str, str]", json.loads(row.title)),
        state=row.state,
        commander=row.commander,
        opened=from_stamp(row.opened),
        changed=from_stamp(row.changed),
        closed=None if row.closed is None else from_stamp(row.closed),
        offset=row.offset,
    )


def community_entries(connection: Connection, kinds: Sequence[str]) -> tuple[Entry, ...]:
    """Return the entries of some kinds that belong to no incident, by number."""
    rows = connection.execute(_COMMUNITY, {"kinds_": [*kinds]})
    return tuple(entry_of(row) for row in rows)


def latest_number(connection: Connection, kinds: Sequence[str]) -> int:
    """Return the number of the last entry of some kinds; 0 where there is none."""
    table = schema.entries
    query = select(func.max(table.c.number)).where(table.c.kind.in_(kinds))
    return connection.execute(query).scalar() or 0


# WHY by an empty text: looked for as absent, they are found among all that came in, one by one.
_COMMUNITY = (
    select(schema.entries)
    .where(
        schema.entries.c.kind.in_(bindparam("kinds_", expanding=True)),
        func.coalesce(schema.entries.c.incident, "") == "",
    )
    .order_by(schema.entries.c.number)
)
