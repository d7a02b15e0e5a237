"""What an incident may draw on, from the pack and the resolution of its event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from remit.engine.approval import USUAL_WAIT_S, hands_of
from remit.engine.events import Event
from remit.engine.pack import Fund, Pack, Step, Stock
from remit.validators.entitlement import named_subjects
from remit.validators.staffing import people_of
from remit.workflows.means import Band, Least, Lender, Means, Purse, Store
from remit.workflows.questions import Questions

__all__ = ["least_of", "means_of"]

GRAVITY = ("severity", "level")
"""Dimensions that tell how grave an event is; the first of them that a pack has counts."""


def means_of(questions: Questions, least: Mapping[str, Least]) -> Means:
    """Return what an incident may draw on.

    Args:
        questions: those of its first part.
        least: without what its steps do not begin, by name.
    """
    pack = questions.pack
    return Means(
        people=_people(pack),
        stock={name: _store(one, questions) for name, one in sorted(pack.reserves.items())},
        purses={name: _purse(fund, questions) for name, fund in sorted(pack.funds.items())},
        lenders=tuple(_lenders(pack)),
        rates=_rates(pack),
        currency=_currency(pack),
        level=_level(pack, questions.event),
        least=least,
    )


def least_of(step: Step) -> Least | None:
    """Return without what a step does not begin, if its needs say so."""
    least = step.needs.least if step.needs is not None else None
    if least is None:
        return None
    return Least(
        {name: count for name, count in least.staff.items() if count},
        {name: count for name, count in least.stock.items() if count},
    )


def _people(pack: Pack) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (subject, kind), count in sorted(people_of(pack).items()):
        found.setdefault(kind, {})[subject] = count
    return found


def _store(stock: Stock, questions: Questions) -> Store:
    line = questions.authority.line
    keepers = line(stock.holder, climbs=False) if stock.holder else ()
    sources = list(stock.request_from)
    if stock.supplied_by is not None:
        sources += questions.roles(stock.supplied_by)["accountable"]
    return Store(
        stock.quantity,
        stock.floor,
        stock.holder or "",
        stock.unit or "",
        keepers,
        _unique(sources),
        stock.cost,
        stock.reusable,
    )


def _purse(fund: Fund, questions: Questions) -> Purse:
    pack = questions.pack
    bands = tuple(
        Band(
            band.up_to,
            tuple(hand for hand in hands_of(pack, band) if questions.may_release(hand[0], fund)),
        )
        for band in fund.approve
    )
    pay = [name for one in fund.pay for name in questions.authority.line(one, climbs=False)]
    if not fund.pay:
        pay = [hand[0] for band in bands for hand in band.hands]
    within = next((band.within for band in fund.approve if band.within is not None), USUAL_WAIT_S)
    return Purse(fund.amount, fund.currency, bands, within, fund.following, _unique(pay))


def _lenders(pack: Pack) -> Iterator[Lender]:
    """Yield who lends: standing loans of subjects, then those of scenarios, each once."""
    own = [loan for name in named_subjects(pack) for one in pack.accounts_of(name)
           for loan in one.lends]  # fmt: skip
    planned = [loan for _, scenario in sorted(pack.scenarios.items()) for loan in scenario.lends]
    seen: set[tuple[str, str, str]] = set()
    for loan in (*own, *planned):
        works = tuple(kind for kind in loan.kinds if (loan.subject, loan.staff, kind) not in seen)
        seen |= {(loan.subject, loan.staff, kind) for kind in works}
        if works:
            yield Lender(loan.subject, loan.staff, works, loan.most, loan.delay)


def _rates(pack: Pack) -> dict[str, dict[str, Decimal]]:
    found: dict[str, dict[str, Decimal]] = {}
    for name in named_subjects(pack):
        for account in reversed(pack.accounts_of(name)):
            for kind, rate in account.rates.items():
                found.setdefault(kind, {})[name] = rate
    return found


def _currency(pack: Pack) -> str:
    if pack.currency is not None:
        return pack.currency
    currencies = {fund.currency for fund in pack.funds.values()}
    return currencies.pop() if len(currencies) == 1 else ""


def _level(pack: Pack, event: Event) -> int:
    dimensions = pack.vocabulary.dimensions
    for name in GRAVITY:
        dimension, value = dimensions.get(name), event.values.get(name)
        if dimension is None:
            continue
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        return dimension.values.index(str(value)) if value in dimension.values else 0
    return 0


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
