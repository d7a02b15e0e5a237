"""Who works on which incident: leases, so that many processes share the open work of one ledger.

A lease saves work and keeps processes out of each other's way; it is not what keeps work from being
done twice: what is due is asked anew in the transaction that does it. So a lease that is lost when
the power fails does no harm, and taking one waits for no disk.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    func,
    literal,
    or_,
    select,
    text,
    union,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from remit.workflows import ledger_schema as schema
from remit.workflows.entries import stamp
from remit.workflows.ledger_statements import put

__all__ = ["Claim", "claim_due", "holds", "release", "wake"]

REST_S = 2
"""How long an incident rests after a worker gave it back, unless something new comes in."""
NOBODY = ""
STALE = 0
"""The entry of a wake for what was looked at, and could not be done."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A lease on one incident.

    Args:
        attempt: how often the incident was claimed; the fencing token: only the latest one writes.
    """

    incident: str
    owner: str
    attempt: int


@dataclass(frozen=True, slots=True)
class _Look:
    """One look for work.

    Args:
        now: wall time; `time` is that of the incidents.
        dead: owners known to have ended; their leases are void.
    """

    connection: Connection
    now: str
    time: str
    dead: Collection[str]
    most: int

    def candidates(self) -> list[str]:
        """Return the incidents with something to do and nobody at it, late ones first."""
        timers, outbox, wakes = schema.timers, schema.outbox, schema.wakes
        claimable = or_(
            outbox.c.claimed_by.is_(None),
            outbox.c.lease < self.now,
            outbox.c.claimed_by.in_(self.dead),
        )
        # WHY: a message that is tried again later has its time among the timers.
        later = (
            select(timers.c.name)
            .where(
                timers.c.incident == outbox.c.incident,
                timers.c.name == literal("message/") + outbox.c.key,
                timers.c.due > self.time,
            )
            .exists()
        )
        found = [
            *self._free(timers, timers.c.due, timers.c.due <= self.time),
            *self._free(wakes, wakes.c.entry, wakes.c.entry > STALE, is_fresh=True),
            *self._free(
                outbox, outbox.c.entry, and_(outbox.c.status == "waiting", claimable, ~later)
            ),
            *self._free(wakes, wakes.c.entry, wakes.c.entry == STALE),
        ]
        # WHY sorted: two processes that lock rows in one order never wait for each other.
        return sorted(list(dict.fromkeys(found))[: self.most])

    def _free(
        self,
        table: Table,
        order: ColumnElement[str] | ColumnElement[int],
        wanted: ColumnElement[bool],
        *,
        is_fresh: bool = False,
    ) -> list[str]:
        claims = schema.claims
        held = [claims.c.lease > self.now, claims.c.owner.not_in(self.dead)]
        if is_fresh:
            held.append(claims.c.owner != NOBODY)
        taken = select(claims.c.incident).where(*held)
        query = (
            select(table.c.incident)
            .where(wanted, table.c.incident.not_in(taken))
            .group_by(table.c.incident)
            .order_by(func.min(order), table.c.incident)
            .limit(self.most)
        )
        return list(self.connection.execute(query).scalars())


def claim_due(
    connection: Connection,
    owner: str,
    *,
    now: dt.datetime,
    time: dt.datetime,
    lease_s: int,
    most: int,
    is_dead: Callable[[str], bool],
) -> tuple[Claim, ...]:
    """Take incidents with passed deadlines, waiting messages or fresh work that nobody holds.

    Args:
        now: wall time, which leases are about.
        time: the incidents' time, which deadlines are about.
        lease_s: seconds after which another process may take them.
        most: how many to take, at least 1.
    """
    _let_pass(connection)
    wall = stamp(now)
    dead = [name for name in _holders(connection, wall) if is_dead(name)]
    until = stamp(now + dt.timedelta(seconds=lease_s))
    found = []
    wanted = _Look(connection, wall, stamp(time), dead, most).candidates()
    for incident in _unlocked(connection, wanted):
        claim = _take(connection, incident, owner, (wall, until), dead)
        if claim is not None:
            found.append(claim)
    return tuple(found)


def holds(connection: Connection, claim: Claim, *, until: dt.datetime) -> bool:
    """Return whether a claim still stands, and make its lease last until `until`."""
    renewed = update(schema.claims).where(_same(claim)).values(lease=stamp(until))
    return connection.execute(renewed).rowcount == 1


def release(
    connection: Connection,
    claim: Claim,
    *,
    now: dt.datetime,
    again: bool,
    rest_s: int | None = None,
) -> None:
    """Give an incident back; one that somebody else has by now stays with that one.

    Args:
        again: whether it must be looked at again: what was due could not be done.
        rest_s: seconds it rests, unless something new comes in; `REST_S` where left out.
    """
    _let_pass(connection)
    rest = stamp(now + dt.timedelta(seconds=REST_S if rest_s is None else rest_s))
    given = update(schema.claims).where(_same(claim)).values(owner=NOBODY, lease=rest)
    if connection.execute(given).rowcount == 1 and again:
        wake(connection, claim.incident, STALE)


def wake(connection: Connection, incident: str, entry: int) -> None:
    """Note that somebody has to look at an incident since one of its entries, or again."""
    statement = put(connection.dialect.name, "wakes")
    connection.execute(statement, {"incident": incident, "entry": entry})


def _holders(connection: Connection, now: str) -> list[str]:
    """Return the processes that hold incidents, or messages about to be sent.

    WHY both: who took over from the dead may have died itself before it sent what they had claimed.
    """
    claims, outbox = schema.claims, schema.outbox
    incidents = select(claims.c.owner).where(claims.c.lease > now, claims.c.owner != NOBODY)
    messages = select(outbox.c.claimed_by).where(
        outbox.c.status == "waiting", outbox.c.claimed_by.is_not(None)
    )
    return sorted(set(connection.execute(union(incidents, messages)).scalars()))


def _unlocked(connection: Connection, wanted: list[str]) -> list[str]:
    """Return those of some incidents whose leases nobody writes right now; hold them.

    INVARIANT: taking waits for no writer. One that writes about several incidents at once renews
    their leases in the order of its work, so to wait for it while holding some is a deadlock.
    """
    if connection.dialect.name == "sqlite" or not wanted:
        return wanted
    claims = schema.claims
    known = select(claims.c.incident).where(claims.c.incident.in_(wanted))
    held = {*connection.execute(known.with_for_update(skip_locked=True)).scalars()}
    locked = {*connection.execute(known).scalars()} - held
    return [incident for incident in wanted if incident not in locked]


def _take(
    connection: Connection,
    incident: str,
    owner: str,
    span: tuple[str, str],
    dead: Collection[str],
) -> Claim | None:
    """Take one incident, unless another process took it since the look."""
    (now, until), table = span, schema.claims
    insert = _inserting(connection)(table).values(
        incident=incident, owner=owner, lease=until, attempt=1
    )
    free = or_(table.c.owner == NOBODY, table.c.lease <= now, table.c.owner.in_(dead))
    taken = insert.on_conflict_do_update(
        index_elements=["incident"],
        set_={"owner": owner, "lease": until, "attempt": table.c.attempt + 1},
        where=free,
    ).returning(table.c.attempt)
    attempt = connection.execute(taken).scalar()
    return None if attempt is None else Claim(incident, owner, attempt)


def _same(claim: Claim) -> ColumnElement[bool]:
    table = schema.claims
    return and_(
        table.c.incident == claim.incident,
        table.c.owner == claim.owner,
        table.c.attempt == claim.attempt,
    )


def _inserting(
    connection: Connection,
) -> Callable[[Table], sqlite.Insert] | Callable[[Table], postgresql.Insert]:
    return sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert


def _let_pass(connection: Connection) -> None:
    """Wait for no disk when this transaction ends; on SQLite its opening saw to that."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL synchronous_commit = off"))
