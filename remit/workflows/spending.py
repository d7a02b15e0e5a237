"""Judging what is said about means in hand: money paid, more money wanted, stock used."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from remit.engine.wording import tell
from remit.workflows.answers import Refusal, refusal
from remit.workflows.entries import Draft, Json
from remit.workflows.holding import Holding, Request
from remit.workflows.holding_folding import request_number
from remit.workflows.incident import Incident, Item
from remit.workflows.reserving import holding_of
from remit.workflows.response import StepPlan
from remit.workflows.separation import DECIMALS, amount_of, counted, sides
from remit.workflows.stepping import step_of

__all__ = ["Spending", "Use", "Wish", "judge_spending", "judge_use", "judge_wish"]


@dataclass(frozen=True, slots=True)
class Spending:
    """A payment somebody reports.

    Args:
        amount: as written.
        what: for what.
        payee: to whom; empty where nobody says.
    """

    by: str
    amount: str
    what: str
    payee: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """A request for more money than was approved; `fund` is `None` for the step's own."""

    by: str
    amount: str
    why: str
    fund: str | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """Stock that somebody says was used up."""

    by: str
    stock: str
    quantity: int


def judge_spending(incident: Incident, number: int, said: Spending) -> Draft | Refusal:
    """Return the entry for a payment, or why it does not count."""
    item = incident.items.get(number)
    if item is None or item.purpose != "pay":
        return _refused(item, number, said.by, "spend", tell(
            "`{name}` does not ask to pay", name=incident.item_id(number)),
            tell("`remit inbox` shows what asks to pay"))  # fmt: skip
    problem = _not_asked(incident, item, said.by)
    if problem is not None:
        return _refused(item, number, said.by, "spend", *problem)
    amount = amount_of(said.amount)
    if amount is None:
        return _refused(item, number, said.by, "spend", *_no_amount(said.amount))
    if not said.what.strip():
        return _refused(item, number, said.by, "spend", tell(
            "a payment needs a purpose"), tell('give it with `--for "..."`'))  # fmt: skip
    return _payment(incident, item, said, amount)


def judge_wish(incident: Incident, number: int, said: Wish) -> Draft | Refusal:
    """Return the entry for a further request for money, or why it does not count."""
    item = incident.items.get(number)
    step = None if item is None else step_of(incident, item)
    name = incident.item_id(number)
    if item is None or step is None or item.purpose != "do" or item.status != "taken":
        return _refused(item, number, said.by, "request", tell(
            "`{name}` is no work in hand", name=name), tell(
            "money is asked for by whoever does a step: take it first, `remit ack {name}`",
            name=name))  # fmt: skip
    problem = _not_asked(incident, item, said.by)
    if problem is not None:
        return _refused(item, number, said.by, "request", *problem)
    amount, fund = amount_of(said.amount), _fund(incident, step, said.fund)
    if amount is None:
        return _refused(item, number, said.by, "request", *_no_amount(said.amount))
    purse = incident.response.means.purses.get(fund)
    if purse is None:
        known = ", ".join(f"`{one}`" for one in sorted(incident.response.means.purses))
        return _refused(item, number, said.by, "request", tell(
            "there is no fund `{fund}`", fund=fund), tell(
            "name one with `--fund`: {known}", known=known or tell("nobody")))  # fmt: skip
    if not said.why.strip():
        return _refused(item, number, said.by, "request", tell(
            "a request needs a purpose"), tell('give it with `--for "..."`'))  # fmt: skip
    payload: dict[str, Json] = {
        "part": item.part,
        "step": item.step,
        "fund": fund,
        "amount": f"{amount:f}",
        "currency": purse.currency,
        "by": said.by,
        "for": item.holder,
        "why": said.why,
    }
    return Draft("requested", payload, actor=said.by)


def judge_use(incident: Incident, number: int, said: Use) -> Draft | Refusal:
    """Return the entry for stock that was used, or why it does not count."""
    item = incident.items.get(number)
    step = None if item is None else step_of(incident, item)
    name = incident.item_id(number)
    if item is None or step is None or item.purpose != "do" or item.by is None:
        return _refused(item, number, said.by, "use", tell(
            "`{name}` is no work in hand", name=name), "")  # fmt: skip
    if not incident.response.speaks_for(said.by, item.subject):
        return _refused(item, number, said.by, "use", tell(
            "`{by}` may not answer `{name}`: it asks `{subject}`",
            by=said.by, name=name, subject=item.subject),
            tell("`remit inbox {by}` shows what waits for `{by}`", by=said.by))  # fmt: skip
    drawn = holding_of(incident, step).drawn.get(said.stock)
    if drawn is None or not 0 < said.quantity <= drawn.held:
        held = 0 if drawn is None else drawn.held
        return _refused(item, number, said.by, "use", tell(
            "{held} of `{stock}` are held here: {quantity} cannot be used",
            held=held, stock=said.stock, quantity=said.quantity))  # fmt: skip
    payload: dict[str, Json] = {"part": item.part, "step": item.step, "item": number}
    more: dict[str, Json] = {"stock": said.stock, "quantity": said.quantity}
    return Draft("used", {**payload, **more}, actor=said.by)


def _payment(incident: Incident, item: Item, said: Spending, amount: Decimal) -> Draft | Refusal:
    """Return the entry of a payment out of the first request that has so much left."""
    step = step_of(incident, item)
    if step is None:
        return _refused(item, item.number, said.by, "spend", tell("no step pays this"))
    holding, fund = holding_of(incident, step), item.holder.removeprefix("fund:")
    open_ones = [one for one in holding.requests if one.fund == fund and holding.left(one) > 0]
    request = next((one for one in open_ones if holding.left(one) >= amount), None)
    if request is None:
        left = max((holding.left(one) for one in open_ones), default=Decimal(0))
        parts = {"left": f"{left:f}", "amount": f"{amount:f}", "fund": fund}
        return _refused(
            item, item.number, said.by, "spend",
            tell("{amount} is more than the {left} left of what was approved", **parts),
            tell("whoever does the step asks for more: `remit request ITEM --amount N --for ...`"),
        )  # fmt: skip
    problem = _not_apart(incident, item, request, said.by) or _split(
        incident, step, request, said, amount
    )
    if problem is not None:
        return _refused(item, item.number, said.by, "spend", *problem)
    approver = request.approver or ("", "")
    payload: dict[str, Json] = {
        "part": item.part,
        "step": item.step,
        "item": item.number,
        "fund": fund,
        "amount": f"{amount:f}",
        "currency": request.currency,
        "request": request.number,
        "what": said.what,
        "payee": said.payee,
        "for": item.subject,
        "requested": [*request.hand],
        "approved": [*approver],
    }
    return Draft("spent", payload, actor=said.by)


def _not_apart(incident: Incident, item: Item, request: Request, by: str) -> tuple[str, str] | None:
    mine = sides(incident, (by, item.subject))
    for hand, what in (
        (request.hand, tell("asked for this money")),
        (request.approver, tell("approved this money")),
    ):
        if hand is not None and mine & sides(incident, hand):
            return tell(
                "`{subject}` {what}, so another pays it", subject=item.subject, what=what
            ), tell("decline it: the next is asked")
    return None


def _split(
    incident: Incident, step: StepPlan, request: Request, said: Spending, amount: Decimal
) -> tuple[str, str] | None:
    """Refuse that one payee gets more, by parts, than who approved a part may approve.

    The payee decides what one purchase is: parts of it may stand in several steps.
    """
    purse = incident.response.means.purses.get(request.fund)
    if purse is None or request.approver is None or not said.payee:
        return None
    paid = sum(
        (
            one.amount
            for holding in incident.means.values()
            for one in holding.payments
            if (one.fund, one.payee.casefold()) == (request.fund, said.payee.casefold())
        ),
        Decimal(0),
    )
    answer = next(
        (found for found in incident.items.values() if _approves(found, step, request)), None
    )
    subject = answer.subject if answer is not None else request.approver[0]
    ceiling = purse.ceiling((subject, request.approver[1]))
    if ceiling is None or paid + amount <= max(ceiling, counted(incident, step, request)):
        return None
    parts = {"payee": said.payee, "total": f"{paid + amount:f}", "by": subject}
    return tell(
        "`{payee}` would get {total} from this fund in this incident: more than `{by}` may approve",
        ceiling=f"{ceiling:f}",
        **parts,
    ), tell("ask for it as one request, which whoever may approve it decides")


def _approves(item: Item, step: StepPlan, request: Request) -> bool:
    place = (item.part, item.step, item.purpose)
    return (
        place == (step.part, step.id, "approve")
        and item.outcome == "approved"
        and request_number(item) == request.number
    )


def _not_asked(incident: Incident, item: Item, by: str) -> tuple[str, str] | None:
    name = incident.item_id(item.number)
    if not incident.response.speaks_for(by, item.subject):
        return tell(
            "`{by}` may not answer `{name}`: it asks `{subject}`",
            by=by,
            name=name,
            subject=item.subject,
        ), tell("`remit inbox {by}` shows what waits for `{by}`", by=by)
    if item.status not in {"open", "taken"}:
        return tell("`{name}` is no longer asked", name=name), ""
    return None


def _no_amount(text: str) -> tuple[str, str]:
    expected = tell("a number above 0 with at most {most} decimals", most=DECIMALS)
    return tell("`{text}` is no amount", text=text), tell("expected: {expected}", expected=expected)


def _fund(incident: Incident, step: StepPlan, named: str | None) -> str:
    if named is not None:
        return named
    if step.money is not None:
        return step.money.fund
    purses = list(incident.response.means.purses)
    return purses[0] if len(purses) == 1 else ""


def _refused(
    item: Item | None, number: int, by: str, verb: str, reason: str, help_: str = ""
) -> Refusal:
    return refusal(item, number, by, verb, reason, help_)


def left_of(holding: Holding, fund: str) -> Decimal:
    """Return how much a step has left of what was set aside in a fund."""
    found = (holding.left(one) for one in holding.requests if one.fund == fund)
    return sum(found, Decimal(0))
