"""What an incident calls for: from the pack and the resolution of its event to a response, without side effects.

The plans whose `when` certainly holds for the event give the steps and their order; where no plan does, every needed
activity is one step, and none waits for another. Each step is then filled in from the resolution: who has which letter, whom
to ask in whose place, who holds the powers it requires, who may release its money.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from remit.engine.events import Event
from remit.engine.pack import LETTERS, Duty, Fund, Letter, Pack, Step
from remit.engine.resolution import Resolution
from remit.engine.spans import Span
from remit.engine.texts import Text
from remit.workflows.authority import Authority, certainly_in
from remit.workflows.lifecycle import PURPOSES, Purpose
from remit.workflows.response import COMMAND_STEP, Ask, Money, Part, Response, StepPlan

__all__ = ["DEFAULT_WITHIN_S", "PHASE", "RECOVERY", "RESPONSE", "plan_response"]

RESPONSE, RECOVERY = "response", "recovery"
"""The two parts of a response."""
PHASE = "phase"
"""The dimension that tells the parts apart; its value for the second is `RECOVERY`."""

MINUTE, HOUR = 60, 3600
DEFAULT_WITHIN_S: Mapping[Purpose, int] = {
    "command": 15 * MINUTE,
    "take": HOUR,
    "consult": 30 * MINUTE,
    "order": 30 * MINUTE,
    "approve": HOUR,
    "do": 30 * MINUTE,
    "accept": HOUR,
    "sign-off": 12 * HOUR,
    "close": 24 * HOUR,
    "decide": HOUR,
}
"""Seconds each subject in a line has to answer where the duty names no `acknowledge`."""


def plan_response(pack: Pack, resolve: Callable[[Event], Resolution], event: Event) -> Response:
    """Return what `event` calls for under `pack`.

    Args:
        resolve: the compiled map's.
        event: completed, so that nothing about it depends on the day it is read.
    """
    first = resolve(event)
    parts = [_PartPlanner(pack, event, first, RESPONSE).part()]
    after = _recovery_event(pack, event)
    if after is not None:
        parts.append(_PartPlanner(pack, after, resolve(after), RECOVERY).part())
    return Response(
        lead=pack.lead or "",
        parts=tuple(parts),
        labels=_labels(pack),
        contacts=_contacts(pack),
        leads=_leads(pack),
        funds={name: fund.amount for name, fund in sorted(pack.funds.items())},
        reserves={name: (stock.quantity, stock.floor) for name, stock in sorted(pack.reserves.items())},
        decided=first.decided,
        ask=first.ask,
    )


def _recovery_event(pack: Pack, event: Event) -> Event | None:
    dimension = pack.vocabulary.dimensions.get(PHASE)
    if dimension is None or RECOVERY not in dimension.values or event.values.get(PHASE) == RECOVERY:
        return None
    # WHY: state dimensions are left open: what is in force when recovery begins is not known yet.
    kept = {name: value for name, value in event.values.items() if not _is_state(pack, name)}
    return replace(event, values={**kept, PHASE: RECOVERY})


def _is_state(pack: Pack, name: str) -> bool:
    dimension = pack.vocabulary.dimensions.get(name)
    return dimension is not None and dimension.state


@dataclass(frozen=True, slots=True)
class _PartPlanner:
    """Plans one part of a response: one event, one resolution."""

    pack: Pack
    event: Event
    resolution: Resolution
    name: str

    @property
    def authority(self) -> Authority:
        return Authority(self.pack, self.event)

    def part(self) -> Part:
        lead = self.pack.lead or ""
        roles = self.roles(lead)
        owners = self.resolution.owner or roles["accountable"]
        steps, left_out = self.steps(owners)
        planned = {step.activity for step in steps} | {lead}
        plans = self.plans()
        unplanned = {
            activity: holders
            for activity in sorted(self.resolution.activities)
            if activity not in planned and (holders := self.roles(activity)["accountable"])
        }
        return Part(
            name=self.name,
            owners=owners,
            roles=roles,
            command=self.command("command", owners),
            close=self.command("close", owners),
            steps=steps,
            plans=tuple(sorted(plan.name for plan in plans)),
            left_out=left_out,
            unplanned=unplanned if plans else {},
        )

    def plans(self) -> list[PlanSteps]:
        vocabulary = self.pack.vocabulary
        found = [
            PlanSteps(name, plan.steps)
            for name, plan in sorted(self.pack.plans.items())
            if certainly_in(plan.when, self.event, vocabulary)
        ]
        return found

    def roles(self, activity: str) -> Mapping[Letter, tuple[str, ...]]:
        """Return who has which letter; where nobody certainly does, who possibly does."""
        found = self.resolution.activities.get(activity)
        if found is None:
            return {letter: () for letter in LETTERS}
        return {letter: found.holders[letter].certain or found.holders[letter].possible for letter in LETTERS}

    def command(self, purpose: Purpose, owners: tuple[str, ...]) -> Ask:
        """Return who is asked to lead, or to close: the owners; where there is none, whoever else may be found."""
        first = owners or self.fallback()
        lead = self.pack.lead or ""
        return self.together(COMMAND_STEP, purpose, first, self.time(purpose, lead, "accountable", first))

    def fallback(self) -> tuple[str, ...]:
        """Return whom to call where nobody owns the event: who answers for anything in it, else the heads of command."""
        answering = {name for activity in self.resolution.activities for name in self.roles(activity)["accountable"]}
        return tuple(sorted(answering)) or self.authority.heads()

    def steps(self, owners: tuple[str, ...]) -> tuple[tuple[StepPlan, ...], dict[str, str]]:
        wanted, left_out = self.wanted()
        kept = {step.id for step in wanted}
        return tuple(self.step(step, kept, owners) for step in wanted), left_out

    def wanted(self) -> tuple[list[Step], dict[str, str]]:
        """Return the steps to take, in order of dependency, and those left out with the reason."""
        plans = self.plans()
        if not plans:
            return self.unordered(), {}
        wanted: dict[str, Step] = {}
        left_out: dict[str, str] = {}
        for plan in plans:
            for step in plan.steps:
                if step.activity == self.pack.lead or step.id in wanted:
                    continue
                if step.activity in self.resolution.activities:
                    wanted[step.id] = step
                else:
                    left_out[step.id] = f"`{step.activity}` is not needed for this event"
        return _in_order(wanted), left_out

    def unordered(self) -> list[Step]:
        """Return one step for each needed activity; in recovery none, for nobody planned any."""
        if self.name == RECOVERY:
            return []
        nowhere = Span(self.pack.path, 1, 1, 1, 1)
        names = (name for name in sorted(self.resolution.activities) if name != self.pack.lead)
        return [Step(name, name, nowhere) for name in names]

    def step(self, step: Step, kept: set[str], owners: tuple[str, ...]) -> StepPlan:
        roles = self.roles(step.activity)
        accountable = roles["accountable"] or owners or self.fallback()
        doers = roles["responsible"] or accountable
        powers = self.pack.vocabulary.activities[step.activity].requires
        order, nobody = self.order(step, accountable, powers)
        needs = step.needs
        money, no_money = self.money(step)
        return StepPlan(
            part=self.name,
            id=step.id,
            activity=step.activity,
            roles=roles,
            sign_off=self.together(step.id, "sign-off", accountable, DEFAULT_WITHIN_S["sign-off"], step.activity),
            do=tuple(self.ask(step, "do", name, "responsible") for name in doers),
            after=tuple(name for name in step.after if name in kept),
            complete=self.complete(step, doers, accountable),
            consult_first=step.consult_first,
            take=self.takes(step, accountable, doers, owners, order),
            consult=tuple(self.ask(step, "consult", name, "consulted") for name in roles["consulted"]),
            powers=powers,
            order=order,
            nobody=nobody or no_money,
            money=money,
            staff=dict(needs.staff) if needs else {},
            stock=dict(needs.stock) if needs else {},
            hand_over=self.hand_over(step),
        )

    def order(self, step: Step, accountable: tuple[str, ...], powers: tuple[str, ...]) -> tuple[Ask | None, str]:
        """Return who is asked to order the step: the accountable, or whoever in its place holds the powers.

        Where nobody in that line does, everyone who holds them is asked; where nobody at all does, the reason is told.
        """
        if not powers:
            return None, ""
        holds = self.holds(powers, step.activity)
        line = self.lines(accountable, climbs=True, may=holds) or tuple(filter(holds, self.authority.subjects()))
        if not line:
            return None, f"nobody holds {_listed(powers)} here"
        within = self.time("order", step.activity, "accountable", accountable)
        return Ask(self.name, step.id, "order", accountable[0], line, within), ""

    def holds(self, powers: tuple[str, ...], activity: str) -> Callable[[str], bool]:
        authority = self.authority
        return lambda name: authority.holds(name, powers) and authority.may_answer_for(name, activity)

    def takes(
        self,
        step: Step,
        accountable: tuple[str, ...],
        doers: tuple[str, ...],
        owners: tuple[str, ...],
        order: Ask | None,
    ) -> tuple[Ask, ...]:
        """Return the accountable who must say "mine" by their duty and will say nothing else before the work begins."""
        if order is not None:
            return ()
        asked = (name for name in accountable if name not in doers and name not in owners)
        return tuple(
            self.ask(step, "take", name, "accountable")
            for name in asked
            if any(duty.acknowledge is not None for duty in self.duties(step.activity, name, "accountable"))
        )

    def money(self, step: Step) -> tuple[Money | None, str]:
        """Return the money the step asks for and who may release it, or why nobody may."""
        if step.needs is None or step.needs.money <= 0:
            return None, ""
        amount = step.needs.money
        fund = self.fund(step.needs.fund)
        if fund is None:
            return None, f"no fund is named for {amount}"
        line = self.approvers(fund, amount)
        if not line:
            return None, f"nobody may release {amount} {fund.currency} from `{fund.name}`"
        ask = Ask(self.name, step.id, "approve", line[0], line, DEFAULT_WITHIN_S["approve"])
        return Money(amount, fund.name, fund.currency, ask), ""

    def fund(self, name: str | None) -> Fund | None:
        if name is not None:
            return self.pack.funds.get(name)
        return next(iter(self.pack.funds.values())) if len(self.pack.funds) == 1 else None

    def approvers(self, fund: Fund, amount: Decimal) -> tuple[str, ...]:
        """Return who may approve `amount`: by the lowest band that reaches it, its deputies, then the bands above."""
        able = [band.by for band in fund.approve if band.up_to is None or band.up_to >= amount]
        return self.lines(able, climbs=False)

    def hand_over(self, step: Step) -> tuple[Ask, ...]:
        found: list[Ask] = []
        for activity in step.hand_over_to:
            receivers = self.roles(activity)["accountable"]
            if receivers:
                within = self.time("accept", activity, "accountable", receivers)
                found.append(replace(self.together(step.id, "accept", receivers, within, activity), about=activity))
        return tuple(found)

    def ask(self, step: Step, purpose: Purpose, holder: str, letter: Letter) -> Ask:
        within = self.time(purpose, step.activity, letter, (holder,))
        if purpose == "do" and step.acknowledge is not None:
            within = step.acknowledge
        may = self.may_answer(step.activity) if letter == "accountable" else None
        line = self.authority.line(holder, climbs=PURPOSES[purpose].climbs, may=may) or (holder,)
        return Ask(self.name, step.id, purpose, holder, line, within)

    def together(
        self, step: str, purpose: Purpose, holders: tuple[str, ...], within: int, activity: str | None = None
    ) -> Ask:
        """Return one question to several holders at once, then to those who stand in for them."""
        may = self.may_answer(activity) if activity else None
        behind = self.lines(holders, climbs=PURPOSES[purpose].climbs, may=may)
        line = (*holders, *(name for name in behind if name not in holders))
        return Ask(self.name, step, purpose, holders[0] if holders else "", line, within, max(1, len(holders)))

    def may_answer(self, activity: str) -> Callable[[str], bool]:
        authority = self.authority
        return lambda name: authority.may_answer_for(name, activity)

    def lines(
        self, holders: Iterable[str], *, climbs: bool, may: Callable[[str], bool] | None = None
    ) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for holder in holders:
            found.update(dict.fromkeys(self.authority.line(holder, climbs=climbs, may=may)))
        return tuple(found)

    def time(self, purpose: Purpose, activity: str, letter: Letter, holders: tuple[str, ...]) -> int:
        """Return seconds to answer: the least `acknowledge` among the holders' duties, else the default."""
        if purpose in {"close", "sign-off"}:
            return DEFAULT_WITHIN_S[purpose]
        named = [
            duty.acknowledge
            for holder in holders
            for duty in self.duties(activity, holder, letter)
            if duty.acknowledge is not None
        ]
        return min(named, default=DEFAULT_WITHIN_S[purpose])

    def complete(self, step: Step, doers: tuple[str, ...], accountable: tuple[str, ...]) -> int | None:
        if step.complete is not None:
            return step.complete
        duties = [duty for name in doers for duty in self.duties(step.activity, name, "responsible")]
        duties += [duty for name in accountable for duty in self.duties(step.activity, name, "accountable")]
        return min((duty.complete for duty in duties if duty.complete is not None), default=None)

    def duties(self, activity: str, subject: str, letter: Letter) -> list[Duty]:
        """Return the duties that decided `letter` for `subject`."""
        found = self.resolution.activities.get(activity)
        names = {because.duty for because in found.because} if found else set()
        own = self.pack.subjects.get(subject)
        return [duty for duty in own.duties if duty.name in names and letter in duty.roles] if own else []


@dataclass(frozen=True, slots=True)
class PlanSteps:
    """The steps of one plan that applies."""

    name: str
    steps: tuple[Step, ...]


def _in_order(wanted: Mapping[str, Step]) -> list[Step]:
    """Return the steps so that each comes after those it waits for, else as written.

    INVARIANT: the loader refused cycles within a plan; a cycle through two plans is cut where it closes.
    """
    found: dict[str, Step] = {}

    def visit(step: Step, above: frozenset[str]) -> None:
        for name in step.after:
            if name in wanted and name not in found and name not in above:
                visit(wanted[name], above | {name})
        found[step.id] = step

    for step in wanted.values():
        if step.id not in found:
            visit(step, frozenset({step.id}))
    return list(found.values())


def _labels(pack: Pack) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for level in (*reversed(pack.higher), pack):
        for name, subject in level.subjects.items():
            _add(found, f"subject:{name}", subject.label)
        for name, fund in level.funds.items():
            _add(found, f"fund:{name}", fund.label)
        for name, stock in level.reserves.items():
            _add(found, f"stock:{name}", stock.label)
    for name, activity in pack.vocabulary.activities.items():
        _add(found, f"activity:{name}", activity.label)
    for name, power in pack.vocabulary.powers.items():
        _add(found, f"power:{name}", power.label)
    return found


def _add(labels: dict[str, dict[str, str]], key: str, text: Text | None) -> None:
    if text is not None:
        labels[key] = dict(text.by_language)


def _contacts(pack: Pack) -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for level in (*reversed(pack.higher), pack):
        for name, subject in level.subjects.items():
            if subject.contacts:
                found[name] = tuple((contact.channel, contact.to) for contact in subject.contacts)
    return found


def _leads(pack: Pack) -> dict[str, str]:
    found: dict[str, str] = {}
    for level in (*reversed(pack.higher), pack):
        found |= {name: subject.lead for name, subject in level.subjects.items() if subject.lead}
    return found


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(f"`{name}`" for name in names)
