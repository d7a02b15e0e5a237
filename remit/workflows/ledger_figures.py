"""Figures about a whole ledger, for those who watch it: how much is open, late, and unsent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, Select, func, select

from remit.workflows import ledger_schema as schema
from remit.workflows.entries import from_stamp, stamp
from remit.workflows.states import ENDED

__all__ = ["Figures", "figures_of", "following", "unread_numbers"]

_READ = ("opened", "joined", "set-aside")
"""Kinds of entries that tell what became of something received."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a ledger holds at one moment.

    Args:
        head: number of its last entry.
        incidents: how many there are, by state.
        waiting: items that wait for an answer, or are in hand, by status.
        passed: deadlines that have passed and were not seen to yet.
        oldest_passed: when the oldest of them passed.
        outbox: messages by status; sends: how often any was tried.
        claimed: messages that a process is about to send.
    """

    head: int
    incidents: Mapping[str, int]
    waiting: Mapping[str, int]
    passed: int
    oldest_passed: dt.datetime | None
    outbox: Mapping[str, int]
    sends: int
    claimed: int

    @property
    def open_incidents(self) -> int:
        """How many incidents are not over."""
        return sum(count for state, count in self.incidents.items() if state not in ENDED)


def figures_of(connection: Connection, now: dt.datetime) -> Figures:
    """Return the figures of a ledger as they are at `now`."""
    timers, outbox, items = schema.timers, schema.outbox, schema.items
    late = connection.execute(
        select(func.count(), func.min(timers.c.due)).where(timers.c.due <= stamp(now))
    ).one()
    tried = connection.execute(select(func.sum(outbox.c.tries))).scalar()
    held = connection.execute(
        select(func.count()).where(outbox.c.status == "waiting", outbox.c.claimed_by.is_not(None))
    ).scalar()
    open_items = select(items.c.status, func.count()).where(items.c.status.in_(("open", "taken")))
    return Figures(
        head=connection.execute(select(schema.chain.c.number)).scalar() or 0,
        incidents=_counted(
            connection,
            select(schema.incidents.c.state, func.count()).group_by(schema.incidents.c.state),
        ),
        waiting=_counted(connection, open_items.group_by(items.c.status)),
        passed=late[0],
        oldest_passed=None if late[1] is None else from_stamp(late[1]),
        outbox=_counted(
            connection, select(outbox.c.status, func.count()).group_by(outbox.c.status)
        ),
        sends=int(tried or 0),
        claimed=int(held or 0),
    )


def unread_numbers(connection: Connection, after: int) -> tuple[int, ...]:
    """Return the entries after number `after` that received something nobody has read yet."""
    table = schema.entries
    new = table.c.number > after
    read = select(table.c.cause).where(new, table.c.kind.in_(_READ), table.c.cause.is_not(None))
    query = select(table.c.number).where(
        new, table.c.kind == "received", table.c.number.not_in(read)
    )
    return tuple(connection.execute(query.order_by(table.c.number)).scalars())


def following(connection: Connection, number: int) -> Sequence[Row[tuple[object, ...]]]:
    """Return the rows of entries that tell what became of what entry `number` received."""
    table = schema.entries
    query = select(table).where(
        table.c.number > number, table.c.cause == number, table.c.kind.in_(_READ)
    )
    return connection.execute(query.order_by(table.c.number)).all()


def _counted(connection: Connection, query: Select[tuple[str, int]]) -> dict[str, int]:
    return {row[0]: row[1] for row in connection.execute(query).tuples()}
