"""What is due for one step: its questions in order, its money and stock, its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from remit.workflows.asking import pursue, untried
from remit.workflows.deadlines import overdue_due
from remit.workflows.entries import Draft, Json
from remit.workflows.funding import Funding
from remit.workflows.handing import offers
from remit.workflows.incident import Incident, Item, StepProgress
from remit.workflows.reach import Reach
from remit.workflows.reserving import Reserving
from remit.workflows.response import COMMAND_STEP, Ask, StepPlan
from remit.workflows.stores import Stores
from remit.workflows.waits import is_consulted, is_without, may_begin, money_is_missing, waived

__all__ = ["StepTurn", "step_of"]


def step_of(incident: Incident, item: Item) -> StepPlan | None:
    """Return the step an item belongs to, or `None` for what concerns the incident as a whole."""
    return incident.response.part(item.part).step(item.step) if item.step != COMMAND_STEP else None


@dataclass(frozen=True, slots=True)
class StepTurn:
    """One look at the steps of one incident."""

    incident: Incident
    stores: Stores
    reach: Reach

    def dues(self, step: StepPlan) -> Iterator[Draft]:
        """Yield what is due for one step: each question as soon as those before it allow."""
        progress = self.incident.progress(step)
        after = (self.incident.progress(f"{step.part}/{name}") for name in step.after)
        if progress.is_over:
            return
        if progress.started is None:
            # WHY only now: what has begun goes on when a step before it is to be done once more.
            if all(other.is_past for other in after):
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
        if not may_begin(self.incident, step):
            yield from self._before_the_work(step)
            return
        yield from self._work(step, progress)

    def relief(self, step: StepPlan, item: Item) -> Ask | None:
        """Return the question by which others may take over what somebody has in hand, if any."""
        progress = self.incident.progress(step)
        asks = [ask.in_round(progress.round) for ask in step.do]
        if item.purpose == "pay":
            return self._funding(step, asks, progress).payers(item.holder.removeprefix("fund:"))
        ask = next((ask for ask in asks if ask.key == item.ask), None)
        if ask is None:
            return None
        line = tuple(name for name in ask.line if name not in self._approver(progress))
        return replace(ask, line=line)

    def _before_the_work(self, step: StepPlan) -> Iterator[Draft]:
        if step.nobody:
            yield from self._pursue(self._decision(step, "order"))
        elif step.order is not None and is_consulted(self.incident, step):
            yield from self._or_decide(step, step.order)

    def _work(self, step: StepPlan, progress: StepProgress) -> Iterator[Draft]:
        asks = [ask.in_round(progress.round) for ask in step.do]
        for ask in asks:
            yield from self._or_decide(step, ask, leaving_out=self._approver(progress))
            yield from offers(self.incident, ask, self.reach)
        yield from self._late(step, progress)
        yield from self._support(step, asks)
        if any(
            self.incident.in_hand(ask) is None and not is_without(self.incident, step, ask)
            for ask in asks
        ):
            return
        if money_is_missing(self.incident, step):
            yield from self._funding(step, asks, progress).dues()
            return
        yield from self._funding(step, asks, progress).later()
        yield from self._means(step, asks, progress)
        if all(
            self.incident.answer(ask) is not None or is_without(self.incident, step, ask)
            for ask in asks
        ):
            yield from self._hand_over(step, asks, progress)

    def _support(self, step: StepPlan, asks: list[Ask]) -> Iterator[Draft]:
        """Ask for support once the work is in hand and has its money; the doer does not wait."""
        ready = not money_is_missing(self.incident, step) and any(
            self.incident.in_hand(ask) is not None for ask in asks
        )
        for ask in step.support:
            if ready or self.incident.asked(ask):
                yield from self._pursue(ask)

    def _approver(self, progress: StepProgress) -> tuple[str, ...]:
        return (progress.approver,) if progress.approver else ()

    def _funding(self, step: StepPlan, asks: list[Ask], progress: StepProgress) -> Funding:
        # WHY the requester too: it may have laid the work down since.
        involved = (*self._doers(asks), *((progress.requester,) if progress.requester else ()))
        item = next((found for ask in asks if (found := self.incident.in_hand(ask))), None)
        hand = ("", "") if item is None else (item.subject, item.holder)
        return Funding(
            self.incident,
            self.stores,
            self.reach,
            step,
            involved,
            hand,
            self._or_decide,
            self._decision(step, "approve"),
        )

    def _doers(self, asks: list[Ask]) -> tuple[str, ...]:
        """Return who does the step, and on whose behalf: none of them may release its money."""
        found = (item for ask in asks for item in self.incident.asked(ask))
        in_hand = [item for item in found if item.status == "taken" or item.is_settled]
        names = [*(item.subject for item in in_hand), *(item.holder for item in in_hand)]
        leads = self.incident.response.leads
        return tuple(dict.fromkeys((*names, *(leads[name] for name in names if name in leads))))

    def _means(self, step: StepPlan, asks: list[Ask], progress: StepProgress) -> Iterator[Draft]:
        doers, decision = self._doers(asks), self._decision(step, "means")
        doer = doers[0] if doers else ""
        look = Reserving(self.incident, self.stores, self.reach, step, doer, decision)
        yield from look.dues()
        if progress.assigned is None and step.roles["supports"] and not step.support:
            yield self._mark("assigned", step, {"subjects": list(step.roles["supports"])})

    def _late(self, step: StepPlan, progress: StepProgress) -> Iterator[Draft]:
        """Tell that the work is late: whoever answers for it, and each time one more above."""
        due = overdue_due(self.incident, step)
        if due is None or due > self.reach.now:
            return
        sign_off = step.sign_off
        first, behind = sign_off.line[: sign_off.together], sign_off.line[sign_off.together :]
        above = self.incident.response.above.get(sign_off.holder, behind)
        told = dict.fromkeys((*first, *above[: progress.overdues][-1:]))
        yield self._mark("overdue", step, {"subjects": [*told]})

    def _hand_over(
        self, step: StepPlan, asks: list[Ask], progress: StepProgress
    ) -> Iterator[Draft]:
        """Offer the finished work to its receivers; one that did the work itself already has it."""
        doers = self._doers(asks)
        waiting = False
        for ask in (ask.in_round(progress.round) for ask in step.hand_over):
            if (
                ask.line[0] in doers
                or self.incident.answer(ask)
                or waived(self.incident, step, "accept")
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
        ask = step.sign_off.in_round(progress.round)
        doers = {item.subject for item in self._done(step, progress)}
        answering = self.incident.acting.get(ask.holder, ask.holder)
        if doers in ({answering}, {ask.holder}):
            yield self._mark(
                "signed-off", step, {"by": ask.holder if doers == {ask.holder} else answering}
            )
        else:
            yield from self._pursue(ask)

    def _done(self, step: StepPlan, progress: StepProgress) -> list[Item]:
        answers = (self.incident.answer(ask.in_round(progress.round)) for ask in step.do)
        return [item for item in answers if item is not None]

    def _or_decide(
        self, step: StepPlan, ask: Ask, leaving_out: tuple[str, ...] = ()
    ) -> Iterator[Draft]:
        """Pursue a question; where nobody is left to say yes, let who answers for it decide."""
        items = self.incident.asked(ask)
        line = [name for name in ask.line if name not in leaving_out]
        is_open = any(item.is_waiting or item.is_settled for item in items)
        is_stuck = not line or (items and not is_open and not untried(line, items))
        decision = self._decision(step, ask.purpose)
        # WHY also then: who does the work may change, and somebody be free to approve again.
        is_put = ask.purpose == "approve" and any(
            item.is_waiting for item in self.incident.asked(decision)
        )
        if (is_stuck or is_put) and not waived(self.incident, step, ask.purpose):
            yield from self._pursue(decision)
        if not is_stuck:
            yield from self._pursue(ask, leaving_out)

    def _decision(self, step: StepPlan, about: str) -> Ask:
        command = self.incident.response.part(step.part).command
        return _decision_of(step.part, step.id, step.sign_off, command.line, about)

    def _is_dropped(self, step: StepPlan) -> bool:
        answers = (self.incident.answer(f"{step.name}/decide/{about}") for about in _DECIDED)
        return any(answer is not None and answer.outcome == "dropped" for answer in answers)

    def _pursue(self, ask: Ask, leaving_out: tuple[str, ...] = ()) -> Iterator[Draft]:
        return pursue(self.incident, ask, self.reach, leaving_out)

    def _mark(self, kind: str, step: StepPlan, more: Mapping[str, Json] | None = None) -> Draft:
        return Draft(kind, {"part": step.part, "step": step.id, **(more or {})})


@lru_cache(maxsize=4096)
def _decision_of(part: str, step: str, sign_off: Ask, command: tuple[str, ...], about: str) -> Ask:
    """Return the question how to go on; every look at a step under way has it at hand."""
    line = tuple(dict.fromkeys((*sign_off.line, *command)))
    return Ask(part, step, "decide", sign_off.holder, line, sign_off.within, about=about)


_DECIDED = ("order", "approve", "do", "accept", "means")
"""Questions that somebody decides where nobody answers them."""
