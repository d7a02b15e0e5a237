"""What an incident cost, a row for each step and thing, and the totals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from remit.workflows.costs import CostLine, costs_of
from remit.workflows.reports.after_view import Cost
from remit.workflows.reports.telling import Telling

__all__ = ["costs_told", "totals_told"]

_LABELS = {"money": "fund", "stock": "stock", "staff": "staff"}
"""The kind of label by the kind of cost."""


def costs_told(telling: Telling) -> Iterator[Cost]:
    """Yield what an incident cost up to its last entry; lines without numbers are left out."""
    for line in costs_of(telling.incident, telling.incident.time):
        if any((line.planned, line.actual, line.quantity, line.planned_quantity)):
            yield _told(telling, line)


def totals_told(telling: Telling) -> Iterator[str]:
    """Yield the total of each currency as a sentence."""
    lines = costs_of(telling.incident, telling.incident.time)
    for currency in dict.fromkeys(line.currency for line in lines if line.currency):
        own = [line for line in lines if line.currency == currency]
        yield telling.word("costs-total").format(
            currency=currency,
            planned=_sum(line.planned for line in own),
            actual=_sum(line.actual for line in own),
        )


def _told(telling: Telling, line: CostLine) -> Cost:
    step = telling.incident.response.part(line.part).step(line.step)
    pair = (line.planned_quantity, line.quantity)
    quantity = "" if pair == (None, None) else " / ".join(_text(one) or "—" for one in pair)
    return Cost(
        telling.label("activity", step.activity),
        telling.word(f"cost-{line.kind}"),
        telling.label(_LABELS[line.kind], line.name),
        telling.subject(line.subject),
        quantity,
        _text(line.planned),
        _text(line.actual),
        line.currency,
    )


def _text(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:f}"


def _sum(amounts: Iterable[Decimal | None]) -> str:
    return f"{sum((one for one in amounts if one is not None), Decimal(0)):f}"
