"""What is free of people, stock and money over all incidents of a ledger, and who is served first.

Whoever waits is served in one order: the graver incident first, among equals the one that waits
longer. INVARIANT: nobody starves: each `AGING` of waiting counts as one degree more, and what
somebody ahead in the order waits for is not given to anybody behind.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from remit.workflows.holding import Kind

__all__ = ["AGING", "Stores", "Want"]

AGING = dt.timedelta(hours=4)
"""Time of waiting that counts as much as one degree of gravity."""


@dataclass(frozen=True, slots=True)
class Want:
    """What one step waits for of one kind of people or stock.

    Args:
        holders: whose people would do; one empty name for stock.
        since: when it was found missing.
    """

    incident: str
    step: str
    kind: Kind
    name: str
    missing: int
    level: int
    since: dt.datetime
    holders: tuple[str, ...] = ("",)

    def rank(self, now: dt.datetime) -> tuple[int, dt.datetime, str, str]:
        """Return its place in the order at a time; the lowest is served first."""
        waited = max(dt.timedelta(), now - self.since) // AGING
        return -(self.level + waited), self.since, self.incident, self.step


@dataclass(frozen=True, slots=True)
class Stores:
    """What is left, over all incidents of the ledger.

    Args:
        staff: people by holder and kind.
        lent: people at work for others on request, by holder and kind.
        waiting: what all steps wait for.
    """

    funds: Mapping[str, Decimal] = field(default_factory=dict)
    stock: Mapping[str, int] = field(default_factory=dict)
    staff: Mapping[tuple[str, str], int] = field(default_factory=dict)
    lent: Mapping[tuple[str, str], int] = field(default_factory=dict)
    waiting: tuple[Want, ...] = ()

    def left(self, want: Want, floor: int, now: dt.datetime) -> dict[str, int]:
        """Return what a step may take by holder, after everybody ahead of it is served.

        Args:
            floor: of the stock; what lies below is not taken without a word of its holder.
        """
        if want.kind == "staff":
            free = {name: self.staff.get((name, want.name), 0) for name in want.holders}
        else:
            free = {"": self.stock.get(want.name, 0) - floor}
        mine = want.rank(now)
        ahead = [
            other
            for other in self.waiting
            if (other.kind, other.name) == (want.kind, want.name) and other.rank(now) < mine
        ]
        for other in sorted(ahead, key=lambda one: one.rank(now)):
            missing = other.missing
            for holder in other.holders:
                given = min(missing, max(0, free.get(holder, 0)))
                free[holder] = free.get(holder, 0) - given
                missing -= given
        return {name: max(0, free.get(name, 0)) for name in want.holders}
