"""unfunded-step: a step needs money that no fund pays, that nobody releases, or that comes late."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from remit.engine.means import Needs
from remit.engine.pack import Fund
from remit.engine.spans import Related
from remit.engine.wording import tell, tell_count
from remit.validators.check import Cell, Check, Context, Fault
from remit.validators.finding import Finding
from remit.validators.money import (
    Chain,
    Spending,
    amount_words,
    decisions,
    release_words,
    spendings,
)
from remit.validators.needs import needs_span
from remit.validators.words import duration_words, names_words

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each step whose money does not come, or not in time."""
    for spending in spendings(context):
        needs = spending.step.needs
        if needs is None:
            continue
        draft = _without_fund(spending, needs, context)
        if draft is not None:
            yield Fault(draft, spending.cells, holds_at=_runs(spending, context), as_one=True)
        elif spending.fund is not None:
            yield from decisions(
                spending, spending.fund, context, partial(_unreleased, spending, context)
            )


def _runs(spending: Spending, context: Context) -> Callable[[object, Cell], bool]:
    return lambda _, cell: spending.runs_at(context, cell)


def _without_fund(spending: Spending, needs: Needs, context: Context) -> Finding | None:
    """Return what is wrong with the fund itself, if anything is."""
    funds, step = context.pack.funds, spending.step
    amount = f"{spending.amount.normalize():,f}"
    fund = spending.fund
    related: tuple[Related, ...] = ()
    if fund is None and needs.fund is not None:
        message = tell("no fund `{fund}` of this pack pays {amount} for `{step}`",
                       fund=needs.fund, amount=amount, step=step.id)  # fmt: skip
        help_ = tell("a fund of a higher pack pays nothing here: write one in `funds/`")
    elif fund is None:
        message = tell("no fund is named that pays {amount} for `{step}`",
                       amount=amount, step=step.id)  # fmt: skip
        help_ = (
            tell("add `fund:`, one of {names}", names=names_words(sorted(funds)))
            if funds
            else tell("the pack has no fund: write one in `funds/`")
        )
    elif needs.currency not in {None, fund.currency}:
        message = tell("`{step}` needs {amount} {currency}, and its fund `{fund}` is in {other}",
                       step=step.id, amount=amount, currency=needs.currency, fund=fund.name,
                       other=fund.currency)  # fmt: skip
        help_ = tell("name a fund in {currency}, or write the amount in {other}",
                     currency=needs.currency, other=fund.currency)  # fmt: skip
        related = (Related(fund.spans.get("currency", fund.span), tell("the fund's currency")),)
    else:
        return None
    return CHECK.draft(
        message,
        needs_span(step),
        label=tell("needs money"),
        activity=step.activity,
        related=related,
        help=help_,
    )


def _unreleased(spending: Spending, context: Context, fund: Fund, chain: Chain) -> Finding | None:
    step, amount = spending.step, amount_words(spending.amount, fund)
    if not chain.line:
        return CHECK.draft(
            tell(
                "nobody may release {amount} for `{step}` from the fund `{fund}`",
                amount=amount,
                step=step.id,
                fund=fund.name,
            ),
            needs_span(step),
            label=tell("needs {amount}", amount=amount),
            activity=step.activity,
            related=(Related(fund.approve[-1].span, tell("the highest approval")),),
            help=tell("let somebody approve this much, with the power the fund asks for"),
        )
    limits = [one for one in (step.complete, context.pack.checks.means.money_within) if one]
    worst, each = release_words(chain, fund, spending.amount)
    if not chain.eligible or not limits or worst <= min(limits):
        return None
    draft = CHECK.draft(
        tell(
            "{amount} for `{step}` may be released only after `{worst}`, and `{limit}` is allowed",
            amount=amount,
            step=step.id,
            worst=duration_words(worst),
            limit=duration_words(min(limits)),
        ),
        step.spans.get("complete", needs_span(step))
        if step.complete == min(limits)
        else needs_span(step),
        label=tell("allowed here") if step.complete == min(limits) else tell("needs money"),
        activity=step.activity,
        related=(Related(fund.span, tell("from this fund")),),
        notes=(
            tell_count(
                "the only one who may release it, {line}, has `{each}` to answer",
                "the {number} who may release it, {line}, have `{each}` each to answer",
                len(chain.eligible),
                line=names_words(chain.eligible),
                each=each,
            ),
        ),
        help=tell("shorten `within` of the approval, or ask for the money in an earlier step"),
    )
    return replace(draft, level="warning")


CHECK = Check(
    code="F503",
    name="unfunded-step",
    level="error",
    family="money",
    summary="a step needs money that no fund pays, that nobody releases, or that comes late",
    faults=faults,
    cells_are="without money",
    options=frozenset({"within"}),
)
