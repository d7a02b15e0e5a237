"""What a response may draw on, as values: people, stock and money, and who decides about them.

It is made from the pack when an incident opens and recorded with its response, so that the rules
about means do not change under people at work.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

__all__ = ["UNITS", "Band", "Hand", "Least", "Lender", "Means", "Purse", "Store", "in_units"]

UNITS = 1000
"""Parts of a unit of money that tables count in: no currency of ISO 4217 in use has smaller."""

Hand = tuple[str, str]
"""Who acts, and in whose place: the same twice for one's own."""


@dataclass(frozen=True, slots=True)
class Band:
    """Who approves amounts up to `up_to`, which is in; `None` is without ceiling.

    Args:
        hands: in the order they are asked: the approver, then its deputies in its place.
    """

    up_to: Decimal | None
    hands: tuple[Hand, ...]


@dataclass(frozen=True, slots=True)
class Purse:
    """One fund.

    Args:
        bands: lowest first; only those who hold the power it asks for.
        within: seconds each approver has to answer.
        following: the fund asked for what this one lacks.
        pay: who pays from it, in order.
    """

    amount: Decimal
    currency: str
    bands: tuple[Band, ...] = ()
    within: int = 3600
    following: str | None = None
    pay: tuple[str, ...] = ()

    def hands(self, amount: Decimal) -> tuple[Hand, ...]:
        """Return who is asked in turn to approve an amount, each once in each one's place."""
        reach = (band for band in self.bands if band.up_to is None or band.up_to >= amount)
        return tuple(dict.fromkeys(hand for band in reach for hand in band.hands))

    def ceiling(self, approver: Hand) -> Decimal | None:
        """Return up to what somebody may approve; `None` is without ceiling."""
        own = [band.up_to for band in self.bands if approver in band.hands]
        if not own:
            return Decimal(0)
        return None if None in own else max(limit for limit in own if limit is not None)


@dataclass(frozen=True, slots=True)
class Store:
    """One kind of stock.

    Args:
        keepers: who decides about what lies below the floor: the holder, then its deputies.
        sources: whom to ask for more, in order.
        cost: of one, in the currency of costs.
    """

    quantity: int
    floor: int = 0
    holder: str = ""
    unit: str = ""
    keepers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    cost: Decimal | None = None
    reusable: bool = False


@dataclass(frozen=True, slots=True)
class Lender:
    """People of one kind whom a subject lends.

    Args:
        works: the kinds whose work they may do.
        most: how many at most at one time; `None` is all there are.
        delay: seconds from a yes until they are there.
    """

    subject: str
    staff: str
    works: tuple[str, ...]
    most: int | None = None
    delay: int = 0


@dataclass(frozen=True, slots=True)
class Least:
    """Without what a step does not begin."""

    staff: Mapping[str, int] = field(default_factory=dict)
    stock: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Means:
    """All that one incident may draw on.

    Args:
        people: how many there are, by kind and subject.
        rates: what an hour costs, by kind and subject.
        currency: of rates and costs.
        level: how grave the incident is, from 0; what waits is served by it.
        least: without what steps do not begin, by the step's name in the incident.
        following: activity by step, of steps whose planned hours count, in seconds.
    """

    people: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    stock: Mapping[str, Store] = field(default_factory=dict)
    purses: Mapping[str, Purse] = field(default_factory=dict)
    lenders: tuple[Lender, ...] = ()
    rates: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    currency: str = ""
    level: int = 0
    least: Mapping[str, Least] = field(default_factory=dict)

    def least_of(self, step: str) -> Least:
        """Return without what a step does not begin."""
        return self.least.get(step, _NOTHING)

    def rate(self, kind: str, subject: str) -> Decimal | None:
        """Return what an hour of one of a subject's people costs, if the pack tells."""
        return self.rates.get(kind, {}).get(subject)

    def lends(self, work: str) -> Iterator[Lender]:
        """Yield who lends people for a kind of work, the quickest first."""
        found = (lender for lender in self.lenders if work in lender.works)
        yield from sorted(found, key=lambda one: (one.delay, one.subject, one.staff))


_NOTHING = Least()


def in_units(amount: Decimal) -> int:
    """Return an amount in the parts that tables count in; what is smaller does not count."""
    return int(amount * UNITS)
