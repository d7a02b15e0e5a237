"""Separation of duties: who requests money is not who approves it is not who pays it.

A subject stands on a side by itself, by whoever speaks for it, and by whomever it acts for: a
deputy counts as the one in whose place it acts, the lead of a joint body as that body. Nobody is
exempt.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from remit.engine.wording import tell
from remit.workflows.holding import NOTHING_HELD, Request
from remit.workflows.holding_folding import call_number, request_number
from remit.workflows.incident import Incident, Item
from remit.workflows.means import Hand
from remit.workflows.response import StepPlan

__all__ = [
    "amount_of", "amount_problem", "beyond_limit", "counted", "decimals_of", "duties_problem",
    "sides",
]  # fmt: skip

Problem = tuple[str, str]

DECIMALS = 3
"""Most decimals of an amount of money: no currency of ISO 4217 in use has more."""
MOST = Decimal(10) ** 15
"""Past it an amount is a slip of the keyboard."""


def sides(incident: Incident, hand: Hand) -> frozenset[str]:
    """Return all who stand on the side of a hand: the actor, its principal, who leads them."""
    leads = incident.response.leads
    return frozenset({*hand, *(leads[name] for name in hand if name in leads)})


def duties_problem(incident: Incident, item: Item, by: str) -> Problem | None:
    """Return why somebody may not approve or do, whatever a question said."""
    holding = incident.means.get(f"{item.part}/{item.step}", NOTHING_HELD)
    one = sides(incident, (by, item.subject))
    name = incident.item_id(item.number)
    if item.purpose == "approve" and request_number(item) <= len(holding.requests):
        request = holding.request(request_number(item))
        if one & sides(incident, request.hand):
            return tell(
                "`{name}`: `{subject}` asked for this money itself, so another releases it",
                name=name,
                subject=item.subject,
            ), ""
    if item.purpose == "do":
        for request in holding.requests:
            if request.approver is not None and one & sides(incident, request.approver):
                return tell(
                    "`{name}`: `{subject}` released the money of this step, so another does it",
                    name=name,
                    subject=item.subject,
                ), tell("leave it with `remit decline {name}`", name=name)
    return None


def beyond_limit(incident: Incident, item: Item, by: str) -> Problem | None:
    """Return why somebody may not approve so much, where it may approve less."""
    holding = incident.means.get(f"{item.part}/{item.step}", NOTHING_HELD)
    if item.purpose != "approve" or not 0 < request_number(item) <= len(holding.requests):
        return None
    request = holding.request(request_number(item))
    purse = incident.response.means.purses.get(request.fund)
    if purse is None:
        return None
    step = incident.response.part(item.part).step(item.step)
    amount = counted(incident, step, request)
    limits = [band.up_to for band in purse.bands if by in {name for name, _ in band.hands}]
    if not limits or None in limits or max(filter(None, limits)) >= amount:
        return None
    own = sides(incident, request.hand)
    able = dict.fromkeys(name for name, place in purse.hands(amount) if not {name, place} & own)
    parts = {"by": by, "limit": f"{max(filter(None, limits)):f}", "fund": request.fund}
    return tell(
        "`{by}` may approve up to {limit} {currency} from `{fund}`: this is {amount}",
        currency=request.currency,
        amount=f"{amount:f}",
        **parts,
    ), tell(
        "who may: {names}", names=tell(", ").join(f"`{name}`" for name in able) or tell("nobody")
    )


def counted(incident: Incident, step: StepPlan, request: Request) -> Decimal:
    """Return the amount that decides who approves a request: what belongs to it counts along.

    One purchase is not made small by parts: what the plan foresaw for a step counts as one, and
    what is asked for beyond it counts with all that was asked for the step, and with whatever else
    was asked beyond the plans of this incident.
    """
    if request.planned and step.money is not None:
        return max(step.money.amount, request.amount)
    found = Decimal(0)
    for name, holding in incident.means.items():
        for one in holding.requests:
            earlier = name != step.name or one.number <= request.number
            belongs = one.fund == request.fund and (name == step.name or not one.planned)
            found += one.amount if belongs and earlier else 0
    return found


def amount_of(text: str) -> Decimal | None:
    """Return an amount as written, or `None` if it is no positive number in bounds."""
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        return None
    if not amount.is_finite() or not 0 < amount <= MOST or decimals_of(amount) > DECIMALS:
        return None
    return amount


def decimals_of(amount: Decimal) -> int:
    """Return how many decimals an amount has, those that are 0 at its end left out."""
    exponent = amount.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else DECIMALS + 1


def amount_problem(incident: Incident, item: Item, text: str | None) -> Problem | None:
    """Return why an amount does not fit what an item asks for."""
    if text is None:
        return None
    name = incident.item_id(item.number)
    if item.purpose not in {"approve", "supply", "spare", "receive"}:
        return tell("`{name}` is not about an amount", name=name), tell("leave `--amount` out")
    amount = amount_of(text)
    if amount is None or (item.purpose != "approve" and decimals_of(amount)):
        expected = (
            tell("a number above 0 with at most {most} decimals", most=DECIMALS)
            if item.purpose == "approve"
            else tell("a whole number above 0")
        )
        return tell("`{text}` is no amount", text=text), tell(
            "expected: {expected}", expected=expected
        )
    most = _most(incident, item)
    if amount > most:
        return tell(
            "`{name}` asks for {most}: {amount} is more", name=name, most=f"{most:f}", amount=text
        ), tell("give what was asked for, or less")
    return None


def _most(incident: Incident, item: Item) -> Decimal:
    holding = incident.means.get(f"{item.part}/{item.step}", NOTHING_HELD)
    if item.purpose == "approve":
        number = request_number(item)
        return holding.request(number).amount if number <= len(holding.requests) else MOST
    call = holding.call(call_number(item))
    if item.purpose == "receive":
        return Decimal(call.given if call.kind == "staff" else call.granted)
    return Decimal(call.quantity)
