"""nobody-eligible: separation of duties leaves nobody who may approve, or who may act."""

from __future__ import annotations

from collections.abc import Iterator

from remit.engine.pack import Fund
from remit.engine.spans import Related
from remit.engine.wording import tell
from remit.validators.check import Cell, Check, Context, Fault
from remit.validators.finding import Finding
from remit.validators.money import Chain, Spending, amount_words, decisions, spendings
from remit.validators.needs import needs_span
from remit.validators.words import names_words

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each request nobody may decide, and each activity nobody may order."""
    for spending in spendings(context):
        if spending.fund is not None:
            yield from _of_money(spending, spending.fund, context)
    yield from _of_powers(context)


def _of_money(spending: Spending, fund: Fund, context: Context) -> Iterator[Fault]:
    def draft_of(fund: Fund, chain: Chain) -> Finding | None:
        return _draft(spending, fund, chain) if chain.line and not chain.eligible else None

    return decisions(spending, fund, context, draft_of)


def _draft(spending: Spending, fund: Fund, chain: Chain) -> Finding:
    step, amount = spending.step, amount_words(spending.amount, fund)
    return CHECK.draft(
        tell(
            "nobody may approve {amount} for `{step}`: whoever could requests it",
            amount=amount,
            step=step.id,
        ),
        needs_span(step),
        label=tell("needs {amount}", amount=amount),
        activity=step.activity,
        subjects=tuple(sorted(set(chain.line))),
        related=(Related(fund.span, tell("approved by the bands of this fund")),),
        notes=(
            tell(
                "it is requested by {requesters}, and could be approved by {line}",
                requesters=names_words(sorted(chain.requesters)),
                line=names_words(chain.line),
            ),
        ),
        help=tell("add a higher band, or let another subject do the step"),
    )


def _of_powers(context: Context) -> Iterator[Fault]:
    powers = context.pack.vocabulary.powers
    for name, activity in context.pack.vocabulary.activities.items():
        for at, one in enumerate(activity.requires):
            for two in activity.requires[at + 1 :]:
                is_apart = two in powers[one].apart_from or one in powers[two].apart_from
                cells = context.map.needed(name) if is_apart else context.map.nowhere()
                if cells:
                    draft = CHECK.draft(
                        tell(
                            "nobody may be accountable for `{activity}`: it requires `{one}` and"
                            " `{two}`, which nobody may hold together",
                            activity=name,
                            one=one,
                            two=two,
                        ),
                        activity.requires_spans[at],
                        activity=name,
                        power=one,
                        label=tell("required here"),
                        related=(Related(powers[one].span, tell("`{power}`", power=one)),),
                        help=tell("split the activity in two, each with one of the powers"),
                    )

                    def holds_at(_: object, cell: Cell, name: str = name) -> bool:
                        return context.replay.is_needed(name, cell)

                    yield Fault(draft, cells, holds_at=holds_at, as_one=True)


CHECK = Check(
    code="A207",
    name="nobody-eligible",
    level="error",
    family="authority and duty",
    summary="separation of duties leaves nobody who may approve, or who may act",
    faults=faults,
    cells_are="left to nobody",
)
