"""What a response draws on at once: declared scenarios, and what checks of means are asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from remit.engine.conditions import Condition
from remit.engine.spans import Span
from remit.engine.texts import Text

__all__ = ["Hours", "Loan", "MeansOptions", "Needs", "Run", "Scenario"]


@dataclass(frozen=True, slots=True)
class Needs:
    """What a step draws on: people by kind, stock by item, and money.

    `currency` is `None` for the fund's own; `least` is the staff and the stock without which
    it does not begin.
    """

    staff: Mapping[str, int] = field(default_factory=dict)
    stock: Mapping[str, int] = field(default_factory=dict)
    money: Decimal = Decimal(0)
    fund: str | None = None
    currency: str | None = None
    least: Needs | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours on weekdays (0 is Monday); past midnight if they end before they start."""

    days: tuple[int, ...]
    start: dt.time
    end: dt.time


@dataclass(frozen=True, slots=True)
class Run:
    """A plan that runs in a scenario.

    Args:
        times: how many incidents of it run at once, at least 1.
        steps: ids of the steps that run; all where it is empty.
        when: for which events of the plan; for every one where it is `None`.
    """

    plan: str
    span: Span
    times: int = 1
    steps: tuple[str, ...] = ()
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Loan:
    """People of one kind whom a subject lends to do the work of other kinds.

    Args:
        staff: their kind.
        kinds: the kinds whose work they may do (`for` in YAML).
        most: how many at most, for all these kinds together; `None` is all there are.
        delay: seconds from a yes until they are there (`lead` in YAML).
    """

    subject: str
    staff: str
    kinds: tuple[str, ...]
    span: Span
    most: int | None = None
    delay: int = 0


@dataclass(frozen=True, slots=True)
class Scenario:
    """Plans that must be able to run at once.

    Args:
        when: where all of it happens; anywhere where it is `None`.
        costs: what one more of a kind of staff costs, in any one unit; 1 for a kind left out.
    """

    name: str
    runs: tuple[Run, ...]
    span: Span
    label: Text | None = None
    basis: Text | None = None
    when: Condition | None = None
    lends: tuple[Loan, ...] = ()
    costs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MeansOptions:
    """What a pack asks of the checks of people and money.

    Args:
        staffed: percent of the subjects with duties that must have people before one without any
            is a fault, for `unstaffed-duty`.
        reachable: the same of those that can be reached, for `unreachable-subject`.
        channels: the channels there are, for `unreachable-subject`; any where it is empty.
        roster_days: days from today that `roster-gap` looks at.
        shortest_gap: seconds of the shortest gap that it tells.
        money_within: seconds within which money must be released, for `unfunded-step`; `None` asks
            only for the time of the step itself.
    """

    staffed: int = 50
    reachable: int = 50
    channels: tuple[str, ...] = ()
    roster_days: int = 90
    shortest_gap: int = 60
    money_within: int | None = None
