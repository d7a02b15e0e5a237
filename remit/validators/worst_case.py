"""How long a response can take in one event, if everybody takes all the time they have.

It reads the pack as `remit.workflows` does when it plans a response and asks its questions: the
lead is asked first; a step begins when somebody leads and the steps before it are done; the
consulted are heard first where the step says so, the power is asked for, then the doers, who then
have the step's time, the money meanwhile, at last whoever takes the work over. Every question goes
down a line of which each has its time, and at worst the last of them answers as it ends.

Pure, and one cell at a time: the slow path of the check `missed-deadline`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from remit.engine.escalation import WAITS_S, Purpose, escalation_line, longest_wait
from remit.engine.graphs import ordered
from remit.engine.pack import LETTERS, Duty, Fund, Letter, Pack, Plan, Step
from remit.validators.check import Cell
from remit.validators.entitlement import named_subjects

if TYPE_CHECKING:
    from remit.engine.replay import Replay

__all__ = ["FOREVER_S", "Moment", "Stage", "Timeline"]

FOREVER_S = 10**12
"""Seconds of a step that has no time to be done in; past it no time is told from another."""
Facts = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stretch of a step.

    Args:
        purpose: what is asked; `do` is the work itself.
        line: whom is asked, in order.
        within: seconds each of them has.
        seconds: how long it takes at worst.
    """

    purpose: Purpose
    line: tuple[str, ...]
    within: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Moment:
    """One step, or the lead, on the way: when it begins and ends at worst, in seconds."""

    step: str
    start: int
    end: int
    stages: tuple[Stage, ...]
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The worst case of one event."""

    pack: Pack
    replay: Replay
    cell: Cell

    def lead(self) -> Stage | None:
        """Return how long it takes until somebody leads; `None` where nobody owns the event."""
        name, owners = self.pack.lead, self._owners()
        if name is None or not owners:
            return None
        powers = self.pack.vocabulary.activities[name].requires
        line = self._lines(owners, may=self._holds(powers, name)) or self._lines(owners)
        together = max(1, sum(1 for one in owners if one in line[: len(owners)]))
        within = self._time("command", name, "accountable", owners)
        return Stage("command", line, within, longest_wait(len(line), within, together))

    def steps(self) -> dict[str, tuple[Plan, Step]]:
        """Return the steps that are taken, by id; of two plans the first by name has its say."""
        found: dict[str, tuple[Plan, Step]] = {}
        for _, plan in sorted(self.pack.plans.items()):
            if self.replay.holds(plan.when, self.cell):
                for step in plan.steps:
                    is_step = step.activity != self.pack.lead and step.id not in found
                    if is_step and self.replay.is_needed(step.activity, self.cell):
                        found[step.id] = (plan, step)
        return found

    def stages(self, step: Step) -> tuple[Stage, ...] | None:
        """Return what a step consists of, in order; `None` where nobody answers for it."""
        accountable = self.holders(step.activity, "accountable") or self._owners()
        if not accountable:
            return None
        doers = self.holders(step.activity, "responsible") or accountable
        powers = self.pack.vocabulary.activities[step.activity].requires
        order = self._order(step, accountable, powers) if powers else None
        if powers and order is None:
            return None
        found = [self._consult(step)] if step.consult_first else []
        found += [order, *self._work(step, doers, accountable), self._accept(step, doers)]
        return tuple(stage for stage in found if stage is not None and stage.seconds)

    def moments(self) -> dict[str, Moment]:
        """Return the lead and every step with its times, by id; the lead's is "".

        Empty where nobody leads or steps wait in a circle; a step that nobody answers for, and
        what comes after it, is left out.
        """
        lead, taken = self.lead(), self.steps()
        order = ordered({name: step.after for name, (_, step) in taken.items()})
        if lead is None or order is None:
            return {}
        found = {"": Moment("", 0, lead.seconds, (lead,))}
        for name in (name for name in order if name in taken):
            step = taken[name][1]
            stages = self.stages(step)
            before = [other for other in step.after if other in taken]
            if stages is None or any(other not in found for other in before):
                continue
            last = max(("", *before), key=lambda other: found[other].end)
            start = found[last].end
            end = min(start + sum(stage.seconds for stage in stages), FOREVER_S)
            found[name] = Moment(name, start, end, stages, last)
        return found

    def holders(self, activity: str, letter: Letter) -> tuple[str, ...]:
        """Return who has a letter for an activity that is needed here, by name."""
        if not self.replay.is_needed(activity, self.cell):
            return ()
        return tuple(sorted(self.replay.holders(activity, letter, self.cell)))

    def _owners(self) -> tuple[str, ...]:
        """Return who owns the event, whether the lead activity is needed in it or not (rule 7)."""
        lead = self.pack.lead
        found = self.replay.holders(lead, "accountable", self.cell) if lead else frozenset()
        return tuple(sorted(found))

    def _consult(self, step: Step) -> Stage | None:
        return _longest(
            self._stage("consult", (name,), step.activity, "consulted", climbs=False)
            for name in self.holders(step.activity, "consulted")
        )

    def _order(
        self, step: Step, accountable: tuple[str, ...], powers: tuple[str, ...]
    ) -> Stage | None:
        holds = self._holds(powers, step.activity)
        line = self._lines(accountable, may=holds)
        line = line or tuple(filter(holds, named_subjects(self.pack)))
        if not line:
            return None
        within = self._time("order", step.activity, "accountable", accountable)
        return Stage("order", line, within, longest_wait(len(line), within))

    def _work(
        self, step: Step, doers: tuple[str, ...], accountable: tuple[str, ...]
    ) -> Iterator[Stage]:
        """Yield the work: taken up by the last of a line, and done when its time ends."""
        asked = [
            self._stage("do", (name,), step.activity, "responsible", within=step.acknowledge)
            for name in doers
        ]
        taken = max(stage.seconds for stage in asked)
        money = self._money(step)
        complete = self._complete(step, doers, accountable)
        done = FOREVER_S if complete is None else max(complete, taken)
        slowest = next(stage for stage in asked if stage.seconds == taken)
        if money is None or taken + money.seconds <= done:
            yield Stage("do", slowest.line, slowest.within, done)
        else:
            yield slowest
            yield money

    def _money(self, step: Step) -> Stage | None:
        if step.needs is None or step.needs.money <= 0:
            return None
        fund = self._fund(step.needs.fund)
        able = _approvers(fund, step.needs.money) if fund else []
        line = self._lines(able, climbs=False)
        within = WAITS_S["approve"]
        return Stage("approve", line, within, longest_wait(len(line), within)) if line else None

    def _accept(self, step: Step, doers: tuple[str, ...]) -> Stage | None:
        found = []
        for activity in step.hand_over_to:
            takers = self.holders(activity, "accountable")
            if takers and takers[0] not in doers and takers[0] not in self._leads(doers):
                may = self._may_answer(activity)
                line = tuple(dict.fromkeys((*takers, *self._lines(takers, may=may))))
                within = self._time("accept", activity, "accountable", takers)
                wait = longest_wait(len(line), within, len(takers))
                found.append(Stage("accept", line, within, wait))
        return _longest(found)

    def _leads(self, subjects: Iterable[str]) -> set[str]:
        packs = (*reversed(self.pack.higher), self.pack)
        leads = {n: one.lead for each in packs for n, one in each.subjects.items() if one.lead}
        return {leads[name] for name in subjects if name in leads}

    def _complete(
        self, step: Step, doers: tuple[str, ...], accountable: tuple[str, ...]
    ) -> int | None:
        if step.complete is not None:
            return step.complete
        duties = [d for name in doers for d in self._duties(step.activity, name, "responsible")]
        duties += [
            d for name in accountable for d in self._duties(step.activity, name, "accountable")
        ]
        return min((duty.complete for duty in duties if duty.complete is not None), default=None)

    def _stage(
        self,
        purpose: Purpose,
        holders: tuple[str, ...],
        activity: str,
        letter: Letter,
        *,
        climbs: bool = True,
        within: int | None = None,
    ) -> Stage:
        line = self._lines(holders, climbs=climbs)
        each = self._time(purpose, activity, letter, holders) if within is None else within
        return Stage(purpose, line, each, longest_wait(len(line), each))

    def _lines(
        self, subjects: Iterable[str], *, climbs: bool = True, may: Facts | None = None
    ) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for subject in subjects:
            found.update(dict.fromkeys(escalation_line(self.pack, subject, climbs=climbs)))
        return tuple(name for name in found if may is None or may(name))

    def _time(
        self, purpose: Purpose, activity: str, letter: Letter, holders: tuple[str, ...]
    ) -> int:
        duties = (d for holder in holders for d in self._duties(activity, holder, letter))
        named = [duty.acknowledge for duty in duties if duty.acknowledge is not None]
        return min(named, default=WAITS_S[purpose])

    def _duties(self, activity: str, subject: str, letter: Letter) -> list[Duty]:
        """Return the duties of a subject that decide something about an activity here."""
        if not self.replay.is_needed(activity, self.cell):
            return []
        deciding = {
            duty.name: duty
            for each in LETTERS
            for duty in self.replay.effective(activity, each, self.cell)
        }
        return [d for d in deciding.values() if d.subject == subject and letter in d.roles]

    def _holds(self, powers: tuple[str, ...], activity: str) -> Facts:
        may = self._may_answer(activity)
        return lambda name: may(name) and all(self._has(name, power) for power in powers)

    def _has(self, subject: str, power: str) -> bool:
        accounts = self.pack.accounts_of(subject)
        granted = (g for one in accounts for g in one.authority if g.power == power)
        barred = (p for one in accounts for p in one.prohibitions if p.power == power)
        return any(self.replay.holds(one.when, self.cell) for one in granted) and not any(
            self.replay.holds(one.when, self.cell) for one in barred
        )

    def _may_answer(self, activity: str) -> Facts:
        return lambda name: (
            not any(
                rule.activity == activity and self.replay.holds(rule.when, self.cell)
                for account in self.pack.accounts_of(name)
                for rule in account.assists_only
            )
        )

    def _fund(self, name: str | None) -> Fund | None:
        funds: Mapping[str, Fund] = self.pack.funds
        if name is not None:
            return funds.get(name)
        return next(iter(funds.values())) if len(funds) == 1 else None


def _approvers(fund: Fund, amount: Decimal) -> list[str]:
    return [band.by for band in fund.approve if band.up_to is None or band.up_to >= amount]


def _longest(stages: Iterable[Stage]) -> Stage | None:
    return max(stages, key=lambda stage: stage.seconds, default=None)
