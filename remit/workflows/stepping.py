"""What is due for one step: its questions in order, its money and stock, its end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from remit.workflows.asking import asked, pursue
from remit.workflows.deadlines import completion_due
from remit.workflows.entries import Draft, Json
from remit.workflows.incident import Incident, Item, StepProgress
from remit.workflows.response import COMMAND_STEP, Ask, StepPlan

__all__ = ["StepTurn", "Stores", "money_is_missing", "offers", "step_of"]


@dataclass(frozen=True, slots=True)
class Stores:
    """What is left, over all incidents of the ledger, of funds and stock."""

    funds: Mapping[str, Decimal] = field(default_factory=dict)
    stock: Mapping[str, int] = field(default_factory=dict)


def step_of(incident: Incident, item: Item) -> StepPlan | None:
    """Return the step an item belongs to, or `None` for what concerns the incident as a whole."""
    return incident.response.part(item.part).step(item.step) if item.step != COMMAND_STEP else None


def money_is_missing(incident: Incident, step: StepPlan) -> bool:
    """Return whether the step waits for money, and nobody decided to go on without it."""
    if step.money is None and not step.unfunded:
        return False
    return incident.progress(step).reserved is None and not _waived(incident, step, "approve")


def offers(incident: Incident, ask: Ask, now: dt.datetime) -> Iterator[Draft]:
    """See to work that somebody wants to hand on: ask the receiver, move it at a yes."""
    for item in incident.asked(ask):
        if item.to is None or item.status not in {"open", "taken"}:
            continue
        offer = Ask(
            ask.part,
            ask.step,
            "accept",
            item.subject,
            (item.to,),
            ask.within,
            about=f"{item.to}@{item.number}",
        )
        answer = incident.answer(offer)
        if answer is not None:
            moved: dict[str, Json] = {"from": item.number, "subject": item.to}
            yield Draft("handed-over", moved, actor=answer.by or item.to)
        elif not incident.asked(offer):
            yield asked(offer, item.to, now, offer_of=item.number)


@dataclass(frozen=True, slots=True)
class StepTurn:
    """One look at the steps of one incident."""

    incident: Incident
    stores: Stores
    now: dt.datetime

    def dues(self, step: StepPlan) -> Iterator[Draft]:
        """Yield what is due for one step: each question as soon as those before it allow."""
        progress = self.incident.progress(step)
        after = (self.incident.progress(f"{step.part}/{name}") for name in step.after)
        if progress.is_over or not all(other.is_past for other in after):
            return
        if progress.started is None:
            yield self._mark("started", step)
            return
        if self._is_dropped(step):
            yield self._mark("dropped", step)
            return
        if progress.finished is not None:
            yield from self._after_the_work(step, progress)
            return
        for ask in (*step.take, *step.consult):
            yield from self._pursue(ask)
        if not self._may_begin(step, progress):
            yield from self._before_the_work(step, progress)
            return
        yield from self._work(step, progress)

    def _may_begin(self, step: StepPlan, progress: StepProgress) -> bool:
        """Return whether the doer may be asked: the consulted were heard, the order was given."""
        ordered = step.order is None or self.incident.answer(step.order) is not None
        return not step.nobody and ordered and self._is_consulted(step, progress)

    def _is_consulted(self, step: StepPlan, progress: StepProgress) -> bool:
        return not step.consult_first or all(self._is_heard(ask, progress) for ask in step.consult)

    def _is_heard(self, ask: Ask, progress: StepProgress) -> bool:
        items = self.incident.asked(ask)
        refused = bool(items) and all(item.outcome == "declined" for item in items)
        return self.incident.answer(ask) is not None or ask.key in progress.unheard or refused

    def _before_the_work(self, step: StepPlan, progress: StepProgress) -> Iterator[Draft]:
        if step.nobody:
            yield from self._pursue(self._decision(step, "order"))
        elif step.order is not None and self._is_consulted(step, progress):
            yield from self._or_decide(step, step.order)

    def _work(self, step: StepPlan, progress: StepProgress) -> Iterator[Draft]:
        asks = [replace(ask, round=progress.round) for ask in step.do]
        for ask in asks:
            yield from self._or_decide(step, ask, leaving_out=self._approver(progress))
            yield from offers(self.incident, ask, self.now)
        yield from self._late(step, progress)
        if any(
            self.incident.in_hand(ask) is None and not _waived(self.incident, step, "do")
            for ask in asks
        ):
            return
        if money_is_missing(self.incident, step):
            yield from self._money(step, asks, progress)
            return
        yield from self._means(step, progress)
        if all(
            self.incident.answer(ask) is not None or _waived(self.incident, step, "do")
            for ask in asks
        ):
            yield from self._hand_over(step, asks, progress)

    def _approver(self, progress: StepProgress) -> tuple[str, ...]:
        return (progress.approver,) if progress.approver else ()

    def _money(self, step: StepPlan, asks: list[Ask], progress: StepProgress) -> Iterator[Draft]:
        """Request the step's money, have it approved by somebody who is no doer, set it aside."""
        money, doers = step.money, self._doers(asks)
        # WHY the requester too: it may have laid the work down since.
        involved = (*doers, *((progress.requester,) if progress.requester else ()))
        if money is None:
            yield from self._pursue(self._decision(step, "approve"))
            return
        about: dict[str, Json] = {
            "fund": money.fund,
            "amount": str(money.amount),
            "currency": money.currency,
        }
        if progress.requested is None:
            yield self._mark("requested", step, {**about, "by": doers[0] if doers else ""})
        elif self.stores.funds.get(money.fund, Decimal(0)) < money.amount:
            yield from self._pursue(self._decision(step, "approve"))
        elif self.incident.answer(money.ask) is None:
            yield from self._or_decide(step, money.ask, leaving_out=involved)
        else:
            yield self._mark("reserved", step, {**about, "by": progress.approver or ""})

    def _doers(self, asks: list[Ask]) -> tuple[str, ...]:
        """Return who does the step, and on whose behalf: none of them may release its money."""
        in_hand = [item for ask in asks if (item := self.incident.in_hand(ask)) is not None]
        names = [*(item.subject for item in in_hand), *(item.holder for item in in_hand)]
        leads = self.incident.response.leads
        return tuple(dict.fromkeys((*names, *(leads[name] for name in names if name in leads))))

    def _means(self, step: StepPlan, progress: StepProgress) -> Iterator[Draft]:
        for name, wanted in sorted(step.stock.items()):
            if name not in progress.drawn:
                given = max(0, min(wanted, self.stores.stock.get(name, 0)))
                yield self._mark(
                    "drawn", step, {"stock": name, "quantity": given, "short": wanted - given}
                )
        if progress.assigned is None and step.roles["supports"]:
            yield self._mark("assigned", step, {"subjects": list(step.roles["supports"])})

    def _late(self, step: StepPlan, progress: StepProgress) -> Iterator[Draft]:
        due = completion_due(self.incident, step)
        if due is not None and due <= self.now and progress.overdue is None:
            yield self._mark(
                "overdue", step, {"subjects": list(step.sign_off.line[: step.sign_off.together])}
            )

    def _hand_over(
        self, step: StepPlan, asks: list[Ask], progress: StepProgress
    ) -> Iterator[Draft]:
        """Offer the finished work to its receivers; one that did the work itself already has it."""
        doers = self._doers(asks)
        waiting = False
        for ask in (replace(ask, round=progress.round) for ask in step.hand_over):
            if (
                ask.line[0] in doers
                or self.incident.answer(ask)
                or _waived(self.incident, step, "accept")
            ):
                continue
            waiting = True
            yield from self._or_decide(step, ask)
        if not waiting:
            yield self._mark("finished", step)

    def _after_the_work(self, step: StepPlan, progress: StepProgress) -> Iterator[Draft]:
        if progress.informed is None and step.roles["informed"]:
            about: dict[str, Json] = {"about": "done", "subjects": list(step.roles["informed"])}
            yield self._mark("informed", step, about)
        ask = replace(step.sign_off, round=progress.round)
        doers = {item.subject for item in self._done(step, progress)}
        answering = self.incident.acting.get(ask.holder, ask.holder)
        if doers in ({answering}, {ask.holder}):
            yield self._mark(
                "signed-off", step, {"by": ask.holder if doers == {ask.holder} else answering}
            )
        else:
            yield from self._pursue(ask)

    def _done(self, step: StepPlan, progress: StepProgress) -> list[Item]:
        answers = (self.incident.answer(replace(ask, round=progress.round)) for ask in step.do)
        return [item for item in answers if item is not None]

    def _or_decide(
        self, step: StepPlan, ask: Ask, leaving_out: tuple[str, ...] = ()
    ) -> Iterator[Draft]:
        """Pursue a question; where all have refused, let whoever answers for the step decide."""
        items = self.incident.asked(ask)
        line = [name for name in ask.line if name not in leaving_out]
        refused = {item.subject for item in items if item.outcome == "declined"}
        if not line or (items and refused >= set(line)):
            if not _waived(self.incident, step, ask.purpose):
                yield from self._pursue(self._decision(step, ask.purpose))
            return
        yield from self._pursue(ask, leaving_out)

    def _decision(self, step: StepPlan, about: str) -> Ask:
        command = self.incident.response.part(step.part).command
        line = tuple(dict.fromkeys((*step.sign_off.line, *command.line)))
        return Ask(
            step.part,
            step.id,
            "decide",
            step.sign_off.holder,
            line,
            step.sign_off.within,
            about=about,
        )

    def _is_dropped(self, step: StepPlan) -> bool:
        asks = (self._decision(step, about) for about in ("order", "approve", "do", "accept"))
        answers = (self.incident.answer(ask) for ask in asks)
        return any(answer is not None and answer.outcome == "dropped" for answer in answers)

    def _pursue(self, ask: Ask, leaving_out: tuple[str, ...] = ()) -> Iterator[Draft]:
        return pursue(self.incident, ask, self.now, leaving_out)

    def _mark(self, kind: str, step: StepPlan, more: Mapping[str, Json] | None = None) -> Draft:
        return Draft(kind, {"part": step.part, "step": step.id, **(more or {})})


def _waived(incident: Incident, step: StepPlan, about: str) -> bool:
    """Return whether it was decided to go on without what nobody would give."""
    found = incident.asked(f"{step.name}/decide/{about}")
    return any(item.outcome == "settled" for item in found)
