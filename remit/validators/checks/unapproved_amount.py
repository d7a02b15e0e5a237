"""unapproved-amount: some amount of a fund has no approver, or an approver without the power."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from remit.engine.approval import bands_for
from remit.engine.pack import ApprovalBand, Fund
from remit.engine.spans import Related
from remit.engine.wording import tell
from remit.validators.check import Check, Context, Fault
from remit.validators.money import Spending, amount_words, power_cells, spendings

__all__ = ["CHECK", "Stretch", "stretches"]

Stretch = tuple[Decimal, Decimal, ApprovalBand | None]
"""Amounts above the first number up to and with the second, and the band that approves them."""


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each stretch of amounts without approver, each idle band, each power."""
    spent: list[Spending] | None = None
    for _, fund in sorted(context.pack.funds.items()):
        for low, high, band in stretches(fund):
            if band is None:
                yield _unapproved(fund, low, high)
        yield from _idle(fund)
        if fund.power is not None:
            spent = list(spendings(context)) if spent is None else spent
            yield from _powerless(fund, fund.power, spent, context)


def stretches(fund: Fund) -> list[Stretch]:
    """Return who approves which amounts of a fund, from nothing (out) up to all of it (in).

    The loader has seen to it that ceilings rise and that only the last may be left out, so the
    first band that reaches an amount is the only one.
    """
    found: list[Stretch] = []
    low = Decimal(0)
    for band in fund.approve:
        high = fund.amount if band.up_to is None else min(band.up_to, fund.amount)
        if high > low:
            found.append((low, high, band))
            low = high
    if low < fund.amount:
        found.append((low, fund.amount, None))
    return found


def _unapproved(fund: Fund, low: Decimal, high: Decimal) -> Fault:
    last = fund.approve[-1]
    draft = CHECK.draft(
        tell(
            "nobody approves {amount} of the fund `{fund}`",
            amount=amount_words(high, fund),
            fund=fund.name,
        ),
        fund.spans.get("amount", fund.span),
        label=tell("all of it"),
        related=(Related(last.span, tell("the last approval ends here")),),
        notes=(
            tell(
                "amounts above {low} up to {high} have no approver",
                low=amount_words(low, fund),
                high=amount_words(high, fund),
            ),
        ),
        help=tell("add an approval without `up_to`, `{band}`", band="- {by: ...}"),
    )
    return Fault(draft)


def _idle(fund: Fund) -> Iterator[Fault]:
    used = [band for _, _, band in stretches(fund)]
    for band in fund.approve:
        if fund.amount and band not in used:
            draft = CHECK.draft(
                tell(
                    "`{subject}` approves no amount of the fund `{fund}`",
                    subject=band.by,
                    fund=fund.name,
                ),
                band.span,
                label=tell("never reached"),
                subjects=(band.by,),
                notes=(
                    tell(
                        "the approvals before it reach {amount}, all there is",
                        amount=amount_words(fund.amount, fund),
                    )
                    if band.up_to != 0
                    else tell("no amount is as small as 0"),
                ),
                help=tell("remove it, or lower the ceilings before it"),
            )
            yield Fault(replace(draft, level="warning"))


def _powerless(fund: Fund, power: str, spent: list[Spending], context: Context) -> Iterator[Fault]:
    """Yield where the approver of a band lacks the power the fund asks for.

    Looked at is where a step draws on the band; for a fund that no step draws on, everywhere.
    """
    own = [one for one in spent if one.fund is fund]
    for low, high, band in stretches(fund):
        if band is None:
            continue
        cells = context.map.nowhere() if own else context.map.possible()
        for one in own:
            if bands_for(fund, one.amount)[:1] == (band,):
                cells |= one.cells
        cells -= power_cells(band.by, power, context)
        if cells:
            draft = CHECK.draft(
                tell(
                    "`{subject}` approves money of the fund `{fund}` without `{power}`",
                    subject=band.by,
                    fund=fund.name,
                    power=power,
                ),
                band.span,
                label=tell("approves up to {amount}", amount=amount_words(high, fund)),
                subjects=(band.by,),
                power=power,
                related=(
                    Related(fund.spans.get("power", fund.span), tell("the fund asks for it")),
                ),
                notes=(
                    tell(
                        "it is about amounts above {low} up to {high}",
                        low=amount_words(low, fund),
                        high=amount_words(high, fund),
                    ),
                ),
                help=tell("grant it the power there, or let another subject approve"),
            )
            yield Fault(replace(draft, level="warning"), cells, as_one=True)


CHECK = Check(
    code="F501",
    name="unapproved-amount",
    level="error",
    family="money",
    summary="some amount of a fund has no approver who may approve it",
    faults=faults,
    cells_are="without such an approver",
)
