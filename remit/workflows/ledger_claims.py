"""Who works on which incident: leases, so that many processes share the open work of one ledger.

A lease saves work and keeps processes out of each other's way; it is not what keeps work from being
done twice: what is due is asked anew in the transaction that does it. So a lease that is lost when
the power fails does no harm, and taking one waits for no disk.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    text,
    union,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

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
    held = connection.execute(_HOLDERS, {"now": wall, "nobody": NOBODY}).scalars()
    dead = [name for name in sorted(set(held)) if is_dead(name)]
    span = {"now": wall, "until": stamp(now + dt.timedelta(seconds=lease_s)), "owner": owner}
    found = []
    look = {**span, "time": stamp(time), "dead": dead, "most": most}
    for incident in _unlocked(connection, _candidates(connection, look)):
        attempt = _take(connection, incident, span, dead)
        if attempt is not None:
            found.append(Claim(incident, owner, attempt))
    return tuple(found)


def _candidates(connection: Connection, look: Mapping[str, object]) -> list[str]:
    """Return the incidents with something to do and nobody at it, late ones first."""
    found: dict[str, None] = {}
    for query in _LOOKS:
        found.update(dict.fromkeys(connection.execute(query, look).scalars()))
        if len(found) >= cast("int", look["most"]):
            break
    # WHY sorted: two processes that lock rows in one order never wait for each other.
    return sorted([*found][: cast("int", look["most"])])


def holds(connection: Connection, claim: Claim, *, until: dt.datetime) -> bool:
    """Return whether a claim still stands, and make its lease last until `until`."""
    mine = {"incident_": claim.incident, "owner_": claim.owner, "attempt_": claim.attempt}
    return connection.execute(_RENEWED, {**mine, "until": stamp(until)}).rowcount == 1


def release(connection: Connection, given: Mapping[Claim, int | None], *, now: dt.datetime) -> None:
    """Give incidents back; one that somebody else has by now stays with that one.

    Args:
        given: seconds until an incident must be looked at again, because what was due could not be
            done; `None` where nothing is left to do.
    """
    _let_pass(connection)
    # WHY sorted: as where they are taken.
    for claim, again_s in sorted(given.items(), key=lambda pair: pair[0].incident):
        rest = stamp(now + dt.timedelta(seconds=max(again_s or 0, REST_S)))
        mine = {"incident_": claim.incident, "owner_": claim.owner, "attempt_": claim.attempt}
        given_back = connection.execute(_GIVEN, {**mine, "rest": rest}).rowcount == 1
        if given_back and again_s is not None:
            wake(connection, claim.incident, STALE)


def wake(connection: Connection, incident: str, entry: int) -> None:
    """Note that somebody has to look at an incident since one of its entries, or again."""
    statement = put(connection.dialect.name, "wakes")
    connection.execute(statement, {"incident": incident, "entry": entry})


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
    connection: Connection, incident: str, span: Mapping[str, str], dead: Sequence[str]
) -> int | None:
    """Take one incident, unless another process took it since the look; return which attempt."""
    taken = connection.execute(
        _TAKE[connection.dialect.name], {**span, "incident": incident, "dead": dead}
    )
    return taken.scalar()


def _let_pass(connection: Connection) -> None:
    """Wait for no disk when this transaction ends; on SQLite its opening saw to that."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL synchronous_commit = off"))


def _look(
    table: Table,
    order: ColumnElement[str] | ColumnElement[int],
    wanted: ColumnElement[bool],
    *,
    is_fresh: bool = False,
    is_grouped: bool = False,
) -> Select[tuple[str]]:
    """Return the query for incidents by one reason to look at them, which nobody has.

    Args:
        is_fresh: whether also those that were given back a moment ago.
        is_grouped: whether each is wanted once; else one may come several times, and the query
            reads no more than it returns.
    """
    claims = schema.claims
    held = [claims.c.lease > bindparam("now"), claims.c.owner.not_in(_DEAD)]
    if is_fresh:
        held.append(claims.c.owner != NOBODY)
    free = table.c.incident.not_in(select(claims.c.incident).where(*held))
    query = select(table.c.incident).where(wanted, free).limit(bindparam("most"))
    if is_grouped:
        query = query.group_by(table.c.incident)
        return query.order_by(func.min(order), table.c.incident)
    return query.order_by(order)


def _outbox_waits() -> ColumnElement[bool]:
    timers, outbox = schema.timers, schema.outbox
    claimable = or_(
        outbox.c.claimed_by.is_(None),
        outbox.c.lease < bindparam("now"),
        outbox.c.claimed_by.in_(_DEAD),
    )
    # WHY: a message that is tried again later has its time among the timers.
    later = (
        select(timers.c.name)
        .where(
            timers.c.incident == outbox.c.incident,
            timers.c.name == literal("message/") + outbox.c.key,
            timers.c.due > bindparam("time"),
        )
        .exists()
    )
    return and_(outbox.c.status == "waiting", claimable, ~later)


def _taking(insert: _Insert) -> ReturningInsert[tuple[int]]:
    table = schema.claims
    free = or_(table.c.owner == NOBODY, table.c.lease <= bindparam("now"), table.c.owner.in_(_DEAD))
    values: dict[str, BindParameter[str]] = {
        "owner": bindparam("owner"),
        "lease": bindparam("until"),
    }
    return (
        insert.values(incident=bindparam("incident"), attempt=1, **values)
        .on_conflict_do_update(
            index_elements=["incident"],
            set_={**values, "attempt": table.c.attempt + 1},
            where=free,
        )
        .returning(table.c.attempt)
    )


# WHY made once: these run with every look, and making them anew costs more than running them.
_Insert: TypeAlias = "sqlite.Insert | postgresql.Insert"
_DEAD: BindParameter[str] = bindparam("dead", expanding=True)
_CLAIMS = schema.claims.c
_LOOKS = (
    _look(schema.timers, schema.timers.c.due, schema.timers.c.due <= bindparam("time")),
    _look(schema.wakes, schema.wakes.c.entry, schema.wakes.c.entry > STALE, is_fresh=True),
    _look(schema.outbox, schema.outbox.c.entry, _outbox_waits(), is_grouped=True),
    _look(schema.wakes, schema.wakes.c.entry, schema.wakes.c.entry == STALE),
)
_TAKE = {
    "sqlite": _taking(sqlite.insert(schema.claims)),
    "postgresql": _taking(postgresql.insert(schema.claims)),
}
# WHY both: who took over from the dead may have died itself before it sent what they had claimed.
_HOLDERS = union(
    select(_CLAIMS.owner).where(
        _CLAIMS.lease > bindparam("now"), _CLAIMS.owner != bindparam("nobody")
    ),
    select(schema.outbox.c.claimed_by).where(
        schema.outbox.c.status == "waiting", schema.outbox.c.claimed_by.is_not(None)
    ),
)
_SAME = (
    _CLAIMS.incident == bindparam("incident_"),
    _CLAIMS.owner == bindparam("owner_"),
    _CLAIMS.attempt == bindparam("attempt_"),
)
_RENEWED = update(schema.claims).where(*_SAME).values(lease=bindparam("until"))
_GIVEN = update(schema.claims).where(*_SAME).values(owner=NOBODY, lease=bindparam("rest"))
