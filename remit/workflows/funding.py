"""What is due about the money of one step: request, have it approved, set it aside, have it paid.

INVARIANT: who requests is not who approves is not who pays, whoever of them acts in another's
place. The questions leave out whoever may not answer, `separation.py` refuses what comes all the
same, and the tables of the ledger refuse it once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from remit.workflows.asking import pursue
from remit.workflows.entries import Draft, Json
from remit.workflows.holding import Holding, Request
from remit.workflows.holding_folding import REQUEST
from remit.workflows.incident import Incident
from remit.workflows.reach import Reach
from remit.workflows.reserving import holding_of
from remit.workflows.response import Ask, StepPlan
from remit.workflows.separation import counted, sides
from remit.workflows.stores import Stores

__all__ = ["Funding", "money_is_missing"]

PAY_S = 24 * 3600
"""Seconds each who may pay has to say that it does."""


def money_is_missing(incident: Incident, step: StepPlan) -> bool:
    """Return whether the step waits for money, and nobody decided to go on without it."""
    if step.money is None and not step.unfunded:
        return False
    if any(item.outcome == "settled" for item in incident.asked(f"{step.name}/decide/approve")):
        return False
    planned = [one for one in holding_of(incident, step).requests if one.planned]
    return not planned or any(one.set_aside is None for one in planned)


@dataclass(frozen=True, slots=True)
class Funding:
    """One look at the money of one step.

    Args:
        involved: who does the step, and on whose behalf; none of them approves.
        hand: who asks for the money, and on whose behalf.
        or_decide: brings a question on, and lets somebody decide where all refused.
        decision: the question how to go on without the money.
    """

    incident: Incident
    stores: Stores
    reach: Reach
    step: StepPlan
    involved: tuple[str, ...]
    hand: tuple[str, str]
    or_decide: Callable[[StepPlan, Ask, tuple[str, ...]], Iterator[Draft]]
    decision: Ask

    def dues(self) -> Iterator[Draft]:
        """Yield what is due before the step goes on: its planned money."""
        money = self.step.money
        if money is None:
            yield from self._decide()
            return
        if not self.holding.requests:
            yield from self._requests(money.fund, money.amount)
            return
        yield from self._open_requests(planned=True)

    def later(self) -> Iterator[Draft]:
        """Yield what is due while the step goes on: further requests, and who pays."""
        yield from self._open_requests(planned=False)
        yield from self._pay()

    @property
    def holding(self) -> Holding:
        """What the step holds."""
        return holding_of(self.incident, self.step)

    def _requests(self, fund: str, amount: Decimal) -> Iterator[Draft]:
        """Yield the requests to a fund, and to those behind it for what it lacks."""
        purses = self.incident.response.means.purses
        left = amount
        while left > 0:
            purse = purses.get(fund)
            following = purse.following if purse is not None else None
            free = max(Decimal(0), self.stores.funds.get(fund, Decimal(0)))
            part = left if following is None or free >= left else free
            if part > 0:
                yield self._request(fund, part)
            left -= part
            fund = following or fund

    def _request(self, fund: str, amount: Decimal) -> Draft:
        purse = self.incident.response.means.purses.get(fund)
        money = self.step.money
        currency = purse.currency if purse else money.currency if money else ""
        about: dict[str, Json] = {"fund": fund, "amount": str(amount), "currency": currency}
        return self._mark("requested", {**about, "by": self.hand[0], "for": self.hand[1]})

    def _open_requests(self, *, planned: bool) -> Iterator[Draft]:
        for request in self.holding.requests:
            if request.planned != planned or request.set_aside is not None:
                continue
            free = self.stores.funds.get(request.fund, Decimal(0))
            if request.approved is not None:
                yield self._set_aside(request, free)
                # WHY: what is left in the fund is known again when this is written.
                return
            if planned and free < request.amount:
                yield from self._decide()
            else:
                yield from self._ask(request)

    def _set_aside(self, request: Request, free: Decimal) -> Draft:
        amount = min(request.approved or Decimal(0), max(Decimal(0), free))
        by = request.approver[1] if request.approver else ""
        asked = self.incident.answer(self._question(request))
        about: dict[str, Json] = {
            "fund": request.fund,
            "amount": str(amount),
            "currency": request.currency,
            "by": asked.subject if asked is not None else by,
            "request": request.number,
        }
        if amount < request.amount:
            line = self.step.sign_off.line[: self.step.sign_off.together]
            about["short"], about["subjects"] = str(request.amount - amount), [*line]
        return self._mark("reserved", about)

    def _ask(self, request: Request) -> Iterator[Draft]:
        ask = self._question(request)
        leaving_out = self._involved(request, ask)
        if request.planned:
            yield from self.or_decide(self.step, ask, leaving_out)
        else:
            yield from pursue(self.incident, ask, self.reach, leaving_out)

    def _involved(self, request: Request, ask: Ask) -> tuple[str, ...]:
        """Return who of those asked may not approve.

        That is who does the work or asked for the money, and who would act in their place.
        """
        involved = {*self.involved, *sides(self.incident, request.hand)}
        purse = self.incident.response.means.purses.get(request.fund)
        hands = purse.hands(counted(self.incident, self.step, request)) if purse else ()
        free = {by for by, place in hands if not {by, place} & involved}
        return tuple(name for name in ask.line if name in involved or (hands and name not in free))

    def _question(self, request: Request) -> Ask:
        """Return the question to approve a request: the plan's, or one by the fund's bands."""
        money = self.step.money
        if request.number == 1 and money is not None and money.fund == request.fund:
            return money.ask
        purse = self.incident.response.means.purses[request.fund]
        hands = purse.hands(counted(self.incident, self.step, request))
        line = tuple(dict.fromkeys(by for by, _ in hands))
        holder = line[0] if line else ""
        about = f"{REQUEST}{request.number}"
        return Ask(self.step.part, self.step.id, "approve", holder, line, purse.within, 1, about)

    def _pay(self) -> Iterator[Draft]:
        """Yield the question who pays, to those who neither asked for the money nor approved it."""
        open_ones = [one for one in self.holding.requests if self.holding.left(one) > 0]
        for fund in dict.fromkeys(one.fund for one in open_ones):
            purse = self.incident.response.means.purses.get(fund)
            if purse is None:
                continue
            involved = {
                name
                for one in open_ones
                if one.fund == fund
                for hand in (one.hand, one.approver or one.hand)
                for name in sides(self.incident, hand)
            }
            line = tuple(name for name in purse.pay if name not in involved)
            about = f"fund:{fund}"
            ask = Ask(self.step.part, self.step.id, "pay", about, line, PAY_S, 1, about)
            if line or self.incident.asked(ask):
                yield from pursue(self.incident, ask, self.reach)

    def _decide(self) -> Iterator[Draft]:
        yield from pursue(self.incident, self.decision, self.reach)

    def _mark(self, kind: str, more: Mapping[str, Json]) -> Draft:
        return Draft(kind, {"part": self.step.part, "step": self.step.id, **more})
