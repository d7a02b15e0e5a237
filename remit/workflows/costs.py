"""What an incident cost, and what its plan foresaw: money paid, stock used, hours of people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from remit.workflows.holding import Drawn
from remit.workflows.incident import Incident
from remit.workflows.means import Means
from remit.workflows.reserving import holding_of
from remit.workflows.response import StepPlan

__all__ = ["CostKind", "CostLine", "costs_of", "totals"]

CostKind = Literal["money", "stock", "staff"]
CENT = Decimal("0.01")
HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class CostLine:
    """What one step cost of one thing at one subject's hand.

    Args:
        name: the fund, the item, the kind of people.
        subject: who paid, who holds the stock, whose people; empty for what was only planned.
        planned_quantity: of stock in units, of people in hours; `None` of money.
        planned: `None` where the pack gives no price or no time to reckon with.
        actual: `None` where the pack gives no price.
    """

    incident: str
    part: str
    step: str
    kind: CostKind
    name: str
    subject: str
    currency: str
    planned_quantity: Decimal | None = None
    quantity: Decimal | None = None
    planned: Decimal | None = None
    actual: Decimal | None = None


def costs_of(incident: Incident, now: dt.datetime) -> tuple[CostLine, ...]:
    """Return the costs of an incident, a line for each step, thing and subject, in order.

    Args:
        now: until when the hours of people who are still at work count.
    """
    found: list[CostLine] = []
    for part in incident.response.parts:
        for step in part.steps:
            found += _money(incident, step)
            found += _stock(incident, step)
            found += _staff(incident, step, now)
    return tuple(found)


def totals(
    lines: Iterable[CostLine], by: Literal["step", "subject", "fund", "kind"]
) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    """Return planned and actual costs by what they are summed for, and currency."""
    found: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
    for line in lines:
        if by == "fund" and line.kind != "money":
            continue
        names = {"step": line.step, "subject": line.subject, "fund": line.name, "kind": line.kind}
        key = (names[by], line.currency)
        planned, actual = found.get(key, (Decimal(0), Decimal(0)))
        found[key] = (planned + (line.planned or 0), actual + (line.actual or 0))
    return found


def _money(incident: Incident, step: StepPlan) -> Iterator[CostLine]:
    holding, money = holding_of(incident, step), step.money
    funds = dict.fromkeys(request.fund for request in holding.requests)
    if money is not None:
        funds.setdefault(money.fund)
    for fund in funds:
        planned = money.amount if money is not None and money.fund == fund else None
        paid = [one for one in holding.payments if one.fund == fund]
        currency = next((one.currency for one in paid), money.currency if money else "")
        purse = incident.response.means.purses.get(fund)
        currency = currency or (purse.currency if purse is not None else "")
        for subject in dict.fromkeys(one.hand[1] for one in paid) or [""]:
            actual = sum((one.amount for one in paid if one.hand[1] == subject), Decimal(0))
            yield CostLine(
                incident.id, step.part, step.id, "money", fund, subject, currency,
                planned=planned, actual=actual,
            )  # fmt: skip
            planned = None


def _stock(incident: Incident, step: StepPlan) -> Iterator[CostLine]:
    holding, means = holding_of(incident, step), incident.response.means
    for name in sorted({*step.stock, *holding.drawn}):
        store, drawn = means.stock.get(name), holding.drawn.get(name, Drawn())
        planned, used = Decimal(step.stock.get(name, 0)), Decimal(drawn.used)
        cost = None if store is None else store.cost
        reusable = store is not None and store.reusable
        yield CostLine(
            incident.id, step.part, step.id, "stock", name, store.holder if store else "",
            means.currency, planned, used,
            None if cost is None else _money_of(Decimal(0) if reusable else planned * cost),
            None if cost is None else _money_of(used * cost),
        )  # fmt: skip


def _staff(incident: Incident, step: StepPlan, now: dt.datetime) -> Iterator[CostLine]:
    holding, means = holding_of(incident, step), incident.response.means
    for work in sorted({*step.staff, *(one.work for one in holding.posted)}):
        count, seconds = step.staff.get(work, 0), step.complete
        hours = None if seconds is None else _hours(Decimal(count * seconds))
        there = [one for one in holding.posted if one.work == work]
        pairs = dict.fromkeys((one.staff, one.holder) for one in there) or {(work, ""): None}
        for staff, holder in pairs:
            mine = [one for one in there if (one.staff, one.holder) == (staff, holder)]
            spent = sum(
                (one.count * ((one.until or now) - one.since).total_seconds() for one in mine), 0.0
            )
            worked = _hours(Decimal(round(spent)))
            rate = means.rate(staff, holder) if holder else _any_rate(means, work)
            yield CostLine(
                incident.id, step.part, step.id, "staff", staff, holder, means.currency,
                hours, worked,
                None if rate is None or hours is None else _money_of(hours * rate),
                None if rate is None else _money_of(worked * rate),
            )  # fmt: skip
            # WHY: what was planned is told once, at the first who did it.
            hours = None


def _any_rate(means: Means, kind: str) -> Decimal | None:
    return next(iter(means.rates.get(kind, {}).values()), None)


def _hours(seconds: Decimal) -> Decimal:
    return (seconds / HOUR_S).quantize(CENT, ROUND_HALF_UP)


def _money_of(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
