"""self-approval: a subject approves what it requests itself, or holds powers meant to be apart."""

from __future__ import annotations

from collections.abc import Iterator

from remit.engine.approval import bands_for
from remit.engine.pack import Fund
from remit.engine.spans import Related
from remit.engine.wording import tell
from remit.validators.check import Check, Context, Fault
from remit.validators.entitlement import grants_of, named_subjects
from remit.validators.finding import Finding
from remit.validators.money import (
    Chain,
    Spending,
    amount_words,
    decisions,
    power_cells,
    release_words,
    spendings,
)
from remit.validators.needs import needs_span
from remit.validators.words import duration_words

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each request its own approver makes, then for each two powers joined."""
    for spending in spendings(context):
        if spending.fund is not None:
            yield from _of_money(spending, spending.fund, context)
    yield from _of_powers(context)


def _of_money(spending: Spending, fund: Fund, context: Context) -> Iterator[Fault]:
    def draft_of(fund: Fund, chain: Chain) -> Finding | None:
        approves_itself = chain.line and chain.line[0] in chain.requesters and chain.eligible
        return _draft(spending, fund, chain) if approves_itself else None

    return decisions(spending, fund, context, draft_of)


def _draft(spending: Spending, fund: Fund, chain: Chain) -> Finding:
    first, step = chain.line[0], spending.step
    worst, each = release_words(chain, fund, spending.amount)
    return CHECK.draft(
        tell(
            "`{subject}` would approve {amount} that it requests itself",
            subject=first,
            amount=amount_words(spending.amount, fund),
        ),
        needs_span(step),
        label=tell("`{subject}` does `{step}`", subject=first, step=step.id),
        activity=step.activity,
        subjects=(first,),
        related=(
            Related(bands_for(fund, spending.amount)[0].span, tell("and approves this much")),
        ),
        notes=(
            tell("the response asks `{next}` instead", next=chain.eligible[0]),
            tell(
                "each who may release it has `{each}` to answer, so it takes `{worst}` at worst",
                each=each,
                worst=duration_words(worst),
            ),
        ),
        help=tell("let another subject approve this much, or do the step"),
    )


def _of_powers(context: Context) -> Iterator[Fault]:
    pairs = {
        tuple(sorted((name, other)))
        for name, power in context.pack.vocabulary.powers.items()
        for other in power.apart_from
    }
    for one, two in sorted(pairs):
        for subject in named_subjects(context.pack):
            if grants_of(context.pack, subject, one) and grants_of(context.pack, subject, two):
                cells = power_cells(subject, one, context) & power_cells(subject, two, context)
                if cells:
                    yield Fault(_both(subject, one, two, context), cells, as_one=True)


def _both(subject: str, one: str, two: str, context: Context) -> Finding:
    first, second = (grants_of(context.pack, subject, power)[0].span for power in (one, two))
    powers = context.pack.vocabulary.powers
    declared = powers[one] if two in powers[one].apart_from else powers[two]
    return CHECK.draft(
        tell(
            "`{subject}` holds `{one}` and `{two}`, which nobody may hold together",
            subject=subject,
            one=one,
            two=two,
        ),
        second,
        label=tell("the second of the two"),
        power=two,
        subjects=(subject,),
        related=(
            Related(first, tell("the first")),
            Related(declared.span, tell("meant to be apart here")),
        ),
        help=tell("grant one of them to another subject, or each in a region of its own"),
    )


CHECK = Check(
    code="A206",
    name="self-approval",
    level="warning",
    family="authority and duty",
    summary="a subject approves what it requests itself, or holds powers meant to be apart",
    faults=faults,
    cells_are="approved by whoever asks",
)
