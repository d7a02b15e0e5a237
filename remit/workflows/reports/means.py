"""What an incident drew on, and what was handed on in it: money, stock, work."""

from __future__ import annotations

from collections.abc import Iterator

from remit.workflows.incident import Item
from remit.workflows.reports.telling import Telling
from remit.workflows.reports.view import HandOver, MoneyRow, StockRow

__all__ = ["hand_overs_of", "money_of", "stock_of"]


def money_of(telling: Telling) -> Iterator[MoneyRow]:
    """Yield the money that steps asked for."""
    for step in telling.steps():
        progress = telling.incident.progress(step)
        if step.money is not None and progress.requested is not None:
            yield MoneyRow(
                telling.label("activity", step.activity),
                telling.label("fund", step.money.fund),
                f"{step.money.amount:f}",
                step.money.currency,
                telling.subject(progress.requester),
                telling.subject(progress.approver),
                progress.reserved,
            )


def stock_of(telling: Telling) -> Iterator[StockRow]:
    """Yield the stock that was set aside for steps."""
    for step in telling.steps():
        activity = telling.label("activity", step.activity)
        for name, (quantity, short) in sorted(telling.incident.progress(step).drawn.items()):
            yield StockRow(activity, telling.label("stock", name), quantity, short)


def hand_overs_of(telling: Telling) -> Iterator[HandOver]:
    """Yield the work that one party offered to another, in the order of the offers."""
    for item in telling.incident.items.values():
        if item.purpose == "accept":
            outcome = telling.word_or(f"outcome-{item.outcome or 'open'}", str(item.outcome))
            giver, receiver = (
                telling.subjects(_givers(telling, item)),
                telling.subject(item.subject),
            )
            work = telling.step(item)
            yield HandOver(work, giver, receiver, item.asked, outcome, item.answered)


def _givers(telling: Telling, item: Item) -> tuple[str, ...]:
    """Return who hands on: whose item was offered, or for finished work whoever did it."""
    items = telling.incident.items
    if item.offer_of is not None:
        return (items[item.offer_of].subject,)
    place = (item.part, item.step, "do")
    doers = (
        other.subject
        for other in items.values()
        if (other.part, other.step, other.purpose) == place and other.outcome == "done"
    )
    return tuple(dict.fromkeys(doers))
