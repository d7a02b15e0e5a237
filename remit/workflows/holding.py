"""What one step holds of people, stock and money, and what it still waits for: values only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from remit.workflows.means import Hand

__all__ = [
    "NOTHING_HELD", "Call", "CallState", "Drawn", "Holding", "Kind", "Name", "Payment", "Posted",
    "Request", "Source",
]  # fmt: skip

Kind = Literal["staff", "stock"]
"""What is counted in whole numbers; money is apart."""
Name = tuple[Kind, str]
Source = Literal["floor", "loan", "supply"]
"""Where more comes from: from below the floor, from who lends people, from who supplies stock."""
CallState = Literal["asked", "granted", "reserved", "sent", "received", "missing", "unmet",
                    "released"]  # fmt: skip
"""`released`: it ended with its step, before anything came."""


@dataclass(frozen=True, slots=True)
class Posted:
    """People of one holder at a step.

    Args:
        staff: their kind; `work` is the kind whose work they do.
        call: number of the call by which they came; `None` for those of the step's own parties.
    """

    staff: str
    holder: str
    work: str
    count: int
    since: dt.datetime
    until: dt.datetime | None = None
    call: int | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """One kind of stock of a step.

    Args:
        drawn: all that was ever set aside, what was sent from outside with it.
        supplied: how much of it came from outside.
        used: of it, used up.
        back: of it, given back.
        told: whether its users said how much they used.
    """

    drawn: int = 0
    supplied: int = 0
    used: int = 0
    back: int = 0
    told: bool = False

    @property
    def held(self) -> int:
        """How much is set aside now."""
        return self.drawn - self.used - self.back


@dataclass(frozen=True, slots=True)
class Request:
    """One request for money.

    Args:
        number: counts from 1 within the step.
        hand: who asked, and on whose behalf.
        why: what for, where it is more than the plan foresaw.
        approved: how much was approved; `None` until somebody decided.
        set_aside: how much of it was set aside in the fund.
        back: how much of that was given back.
    """

    number: int
    fund: str
    amount: Decimal
    currency: str
    hand: Hand
    why: str = ""
    approved: Decimal | None = None
    approver: Hand | None = None
    set_aside: Decimal | None = None
    back: Decimal = Decimal(0)

    @property
    def planned(self) -> bool:
        """Whether the plan foresaw it."""
        return not self.why


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment; `entry` is the number of its entry."""

    entry: int
    request: int
    fund: str
    amount: Decimal
    currency: str
    what: str
    payee: str
    hand: Hand
    time: dt.datetime


@dataclass(frozen=True, slots=True)
class Call:
    """One request for people or stock to one subject that may give them.

    Args:
        number: counts from 1 within the step.
        name: what is wanted.
        staff: the kind of people that would be sent.
        delay: seconds from a yes until they are there.
        granted: how much was promised in words.
        given: how much was set aside, or has come.
    """

    number: int
    kind: Kind
    name: str
    quantity: int
    source: Source
    line: tuple[str, ...]
    staff: str = ""
    delay: int = 0
    state: CallState = "asked"
    granted: int = 0
    given: int = 0
    giver: str = ""

    @property
    def coming(self) -> int:
        """How much is on its way and not counted as held yet."""
        on_its_way = self.state in {"granted", "sent"} and self.source == "supply"
        return self.granted if on_its_way or self.state == "granted" else 0

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer or a delivery."""
        return self.state in {"asked", "granted", "reserved", "sent"}


@dataclass(frozen=True, slots=True)
class Holding:
    """What one step holds, has used, and waits for.

    Args:
        short: since when something is known to be missing, by name.
    """

    posted: tuple[Posted, ...] = ()
    drawn: Mapping[str, Drawn] = field(default_factory=dict)
    requests: tuple[Request, ...] = ()
    payments: tuple[Payment, ...] = ()
    calls: tuple[Call, ...] = ()
    short: Mapping[Name, dt.datetime] = field(default_factory=dict)

    def there(self, name: Name) -> int:
        """Return how much of something the step has, or had; people only while they are there."""
        kind, what = name
        if kind == "stock":
            drawn = self.drawn.get(what, Drawn())
            return drawn.drawn - drawn.back
        return sum(one.count for one in self.posted if one.work == what and one.until is None)

    def arrived(self, name: Name) -> int:
        """Return how much of something is at the step: not what is still on its way."""
        waiting = {call.number for call in self.calls if call.state in {"reserved", "sent"}}
        away = sum(
            one.count
            for one in self.posted
            if one.until is None and one.call in waiting and name == ("staff", one.work)
        )
        return self.there(name) - away

    def missing(self, name: Name, needed: int) -> int:
        """Return how much of something is neither there nor promised."""
        coming = sum(call.coming for call in self.calls if (call.kind, call.name) == name)
        return max(0, needed - self.there(name) - coming)

    def request(self, number: int) -> Request:
        """Return a request for money by its number."""
        return next(one for one in self.requests if one.number == number)

    def call(self, number: int) -> Call:
        """Return a call by its number."""
        return next(one for one in self.calls if one.number == number)

    def left(self, request: Request) -> Decimal:
        """Return how much of a request's money is set aside and not spent."""
        spent = (one.amount for one in self.payments if one.request == request.number)
        return (request.set_aside or Decimal(0)) - request.back - sum(spent, Decimal(0))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is set aside for the step."""
        return (
            all(one.until is not None for one in self.posted)
            and not any(one.held for one in self.drawn.values())
            and not any(self.left(one) for one in self.requests)
        )


NOTHING_HELD = Holding()
