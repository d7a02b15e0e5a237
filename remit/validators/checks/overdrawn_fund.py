"""overdrawn-fund: plans need more money than their fund has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from remit.engine.approval import fund_of
from remit.engine.pack import Fund, Step
from remit.engine.spans import Related
from remit.engine.wording import tell
from remit.validators.check import Cell, Check, Context, Fault
from remit.validators.finding import Finding
from remit.validators.gaps import MOST_RELATED
from remit.validators.money import amount_words
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
    totals,
)

__all__ = ["CHECK"]

Key = tuple[str, frozenset[str]]
"""A fund, and which plans draw on it."""
NOTHING = Decimal(0)


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each fund that single events overdraw, then for each that scenarios do."""
    pack = context.pack
    if not draws(pack, lambda needs: needs.money):
        return

    def overdrawn(kept: Kept) -> list[tuple[Key, Total[Decimal]]]:
        plan_of = {step: plan for plan, step in kept}
        found = _overdrawn([Crew((steps_of(kept, pack),))], context)
        return [
            ((name, frozenset(plan_of[step.id] for step, _ in total.steps)), total)
            for name, total in found
        ]

    def sizes(kept: Kept) -> list[tuple[Key, int | Decimal]]:
        return [(key, total.amount) for key, total in overdrawn(kept)]

    for key, kept, cells in by_fault(kept_steps(context), sizes, context):
        draft = _draft(plans_words(key[1]), pack.funds[key[0]], dict(overdrawn(kept))[key])

        def holds_at(_: object, cell: Cell, key: Key = key) -> bool:
            return key in dict(sizes(kept_at(context, cell)))

        yield Fault(draft, cells, holds_at=holds_at, as_one=True)
    yield from _of_scenarios(context)


def _of_scenarios(context: Context) -> Iterator[Fault]:
    for _, scenario in sorted(context.pack.scenarios.items()):
        who = tell("the scenario `{name}`", name=scenario.name)
        for name, total in _overdrawn(crews_of(scenario, context), context):
            draft = _draft(who, context.pack.funds[name], total)
            runs = tell("at once run {runs}", runs=runs_words(scenario))
            yield Fault(
                replace(
                    draft,
                    level="warning",
                    span=scenario.span,
                    label=tell("too much at once"),
                    notes=(runs, *draft.notes),
                )
            )


def _overdrawn(crews: list[Crew], context: Context) -> list[tuple[str, Total[Decimal]]]:
    def drawn(step: Step) -> Iterable[tuple[str, Decimal]]:
        fund = fund_of(context.pack, step.needs) if step.needs else None
        return [(fund.name, step.needs.money)] if fund and step.needs and step.needs.money else []

    funds = context.pack.funds
    found = totals(crews, drawn, NOTHING).items()
    return [(name, total) for name, total in found if total.amount > funds[name].amount]


def _draft(who: str, fund: Fund, total: Total[Decimal]) -> Finding:
    first, amount = total.steps[0]
    return CHECK.draft(
        tell(
            "{who} needs {needed} of the fund `{fund}`, which has {there}",
            who=who,
            needed=amount_words(total.amount, fund),
            fund=fund.name,
            there=amount_words(fund.amount, fund),
        ),
        needs_span(first),
        label=tell("`{step}` needs {amount}", step=first.id, amount=amount_words(amount, fund)),
        related=(
            *(
                Related(
                    needs_span(step),
                    tell("`{step}` needs {amount}", step=step.id, amount=amount_words(more, fund)),
                )
                for step, more in total.steps[1:MOST_RELATED]
            ),
            Related(fund.spans.get("amount", fund.span), tell("all there is")),
        ),
        notes=(
            tell("{amount} are missing", amount=amount_words(total.amount - fund.amount, fund)),
        ),
        help=tell("raise the fund, need less, or name another fund for some of the steps"),
    )


CHECK = Check(
    code="F502",
    name="overdrawn-fund",
    level="error",
    family="money",
    summary="plans need more money than their fund has",
    faults=faults,
    cells_are="short of money",
)
