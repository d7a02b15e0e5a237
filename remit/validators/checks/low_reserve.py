"""low-reserve: a stock is below its floor, or falls below it when plans have drawn on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from remit.engine.pack import Stock
from remit.engine.spans import Related
from remit.engine.wording import tell
from remit.validators.check import Cell, Check, Context, Fault
from remit.validators.finding import Finding
from remit.validators.needs import (
    Crew,
    Kept,
    Total,
    by_fault,
    crews_of,
    draws,
    kept_at,
    kept_steps,
    needs_span,
    plans_words,
    runs_words,
    steps_of,
    stock_of,
    totals,
)

__all__ = ["CHECK"]

Key = tuple[str, frozenset[str]]
"""An item of stock, and which plans draw on it."""


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each stock that is low, then for each that events or scenarios make low."""
    pack = context.pack
    for _, stock in sorted(pack.reserves.items()):
        if stock.quantity < stock.floor:
            yield Fault(_already(stock))
    has_floors = any(stock.floor for stock in pack.reserves.values())
    if has_floors and draws(pack, lambda needs: needs.stock):
        yield from _of_events(context)
        yield from _of_scenarios(context)


def _already(stock: Stock) -> Finding:
    return CHECK.draft(
        tell(
            "there are {there} `{item}`, and {floor} is the floor",
            there=f"{stock.quantity:,}",
            item=stock.name,
            floor=f"{stock.floor:,}",
        ),
        stock.span,
        label=tell("below its floor"),
        help=tell("{number} more are needed", number=f"{stock.floor - stock.quantity:,}"),
    )


def _of_events(context: Context) -> Iterator[Fault]:
    pack = context.pack

    def lows(kept: Kept) -> list[tuple[Key, Total[int]]]:
        plan_of = {step: plan for plan, step in kept}
        found = _lows([Crew((steps_of(kept, pack),))], context)
        return [
            ((item, frozenset(plan_of[step.id] for step, _ in total.steps)), total)
            for item, total in found
        ]

    def sizes(kept: Kept) -> list[tuple[Key, int | Decimal]]:
        return [(key, total.amount) for key, total in lows(kept)]

    for key, kept, cells in by_fault(kept_steps(context), sizes, context):
        total = dict(lows(kept))[key]

        def holds_at(_: object, cell: Cell, key: Key = key) -> bool:
            return key in dict(sizes(kept_at(context, cell)))

        draft = _after(plans_words(key[1]), pack.reserves[key[0]], total)
        yield Fault(draft, cells, holds_at=holds_at, as_one=True)


def _of_scenarios(context: Context) -> Iterator[Fault]:
    for _, scenario in sorted(context.pack.scenarios.items()):
        who = tell("the scenario `{name}`", name=scenario.name)
        for item, total in _lows(crews_of(scenario, context), context):
            draft = _after(who, context.pack.reserves[item], total)
            runs = tell("at once run {runs}", runs=runs_words(scenario))
            related = (*draft.related, Related(scenario.span, tell("the scenario")))
            yield Fault(replace(draft, notes=(runs,), related=related))


def _lows(crews: Sequence[Crew], context: Context) -> list[tuple[str, Total[int]]]:
    """Return what falls below its floor without running out, which is another check's to tell."""
    reserves = context.pack.reserves
    return [
        (item, total)
        for item, total in totals(crews, stock_of, 0).items()
        if item in reserves
        and reserves[item].quantity >= reserves[item].floor
        and 0 <= reserves[item].quantity - total.amount < reserves[item].floor
    ]


def _after(who: str, stock: Stock, total: Total[int]) -> Finding:
    left = stock.quantity - total.amount
    first, count = total.steps[0]
    return CHECK.draft(
        tell(
            "{who} leaves {left} `{item}`, and {floor} is the floor",
            who=who,
            left=f"{left:,}",
            item=stock.name,
            floor=f"{stock.floor:,}",
        ),
        stock.span,
        label=tell("{there} before", there=f"{stock.quantity:,}"),
        related=(
            Related(
                needs_span(first),
                tell("`{step}` needs {count}", step=first.id, count=f"{count:,}"),
            ),
        ),
        help=tell("keep {number} more, or lower the floor", number=f"{stock.floor - left:,}"),
    )


CHECK = Check(
    code="K405",
    name="low-reserve",
    level="warning",
    family="people and reserves",
    summary="a stock is below its floor, or falls below it when plans have drawn on it",
    faults=faults,
    cells_are="left with too little",
)
