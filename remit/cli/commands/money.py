"""`remit request`, `spend`: ask for more money, and pay from what was approved."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from remit.cli.acting import acted
from remit.workflows.incident import Incident
from remit.workflows.spending import Spending, Wish, judge_spending, judge_wish
from remit.workflows.wiring import ExecutorName

__all__ = ["request", "spend"]

As = Annotated[str | None, Parameter(name="--as")]
For = Annotated[str, Parameter(name="--for")]
Amount = Annotated[str, Parameter(allow_leading_hyphen=True)]


def request(
    item: str,
    /,
    *,
    amount: Amount,
    for_: For,
    fund: str | None = None,
    as_: As = None,
    ledger: str | None = None,
    executor: ExecutorName = "auto",
) -> int:
    """Ask for more money than the plan foresaw, for work you have in hand.

    Ends with 0, 1 if your word does not count and why, 2 if there is no such item.

    Args:
        item: The work in hand, as `remit inbox` names it.
        amount: How much, in the currency of the fund.
        for_: What for.
        fund: The fund; that of the step where left out.
        as_: The subject that speaks; the one that has the work where left out.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        executor: What runs the work that follows; auto is Prefect where $PREFECT_API_URL is set.
    """
    return acted(
        item,
        lambda found, number: judge_wish(
            found, number, Wish(_speaker(found, number, as_), amount, for_, fund)
        ),
        ledger,
        executor,
    )


def spend(
    item: str,
    /,
    *,
    amount: Amount,
    for_: For,
    payee: str = "",
    as_: As = None,
    ledger: str | None = None,
    executor: ExecutorName = "auto",
) -> int:
    """Pay from the money that was approved for a step.

    Ends with 0, 1 if your word does not count and why, 2 if there is no such item.

    Args:
        item: What asks you to pay, as `remit inbox` names it.
        amount: How much, in the currency of the fund.
        for_: What for.
        payee: To whom.
        as_: The subject that pays; the one that was asked where left out.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        executor: What runs the work that follows; auto is Prefect where $PREFECT_API_URL is set.
    """
    return acted(
        item,
        lambda found, number: judge_spending(
            found, number, Spending(_speaker(found, number, as_), amount, for_, payee)
        ),
        ledger,
        executor,
    )


def _speaker(incident: Incident, number: int, named: str | None) -> str:
    return named or incident.items[number].subject
