"""What an incident calls for: from the pack and the resolution of its event to a response.

The plans whose `when` certainly holds for the event give the steps and their order; where no plan
does, every needed activity is one step, and none waits for another. Each step is then filled in
from the resolution: who has which letter, whom to ask in whose place, who holds the powers it
requires, who may release its money.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from remit.engine.events import Event
from remit.engine.pack import Pack, Plan, Step
from remit.engine.resolution import Resolution
from remit.engine.spans import Span
from remit.engine.wording import tell
from remit.workflows.authority import Authority, certainly_in
from remit.workflows.chain import above_of, members_of, unreachable_of, watches_of
from remit.workflows.glass import glass_of
from remit.workflows.means import Least
from remit.workflows.means_planning import least_of, means_of
from remit.workflows.naming import contacts_of, labels_of, leads_of, rosters_in
from remit.workflows.questions import Questions
from remit.workflows.response import COMMAND_STEP, Part, Response, StepPlan

__all__ = ["PHASE", "RECOVERY", "RESPONSE", "plan_response"]

RESPONSE, RECOVERY = "response", "recovery"
"""The two parts of a response."""
_NOTHING: Mapping[str, tuple[Step, ...]] = {}
PHASE = "phase"
"""The dimension that tells the parts apart; its value for the second is `RECOVERY`."""


def plan_response(
    pack: Pack,
    resolve: Callable[[Event], Resolution],
    event: Event,
    going_on: Mapping[str, tuple[Step, ...]] = _NOTHING,
) -> Response:
    """Return what `event` calls for under `pack`.

    Args:
        resolve: the compiled map's.
        event: completed, so that nothing about it depends on the day it is read.
        going_on: steps by part that have begun; each goes on where its activity is needed, also
            outside the plans of this event.
    """
    first = resolve(event)
    questions = Questions(pack, event, first, RESPONSE)
    parts = [_part(questions, going_on)]
    after = _recovery_event(pack, event)
    if after is not None:
        parts.append(_part(Questions(pack, after, resolve(after), RECOVERY), going_on))
    return Response(
        lead=pack.lead or "",
        parts=tuple(parts),
        labels=labels_of(pack),
        contacts=contacts_of(pack),
        leads=leads_of(pack),
        funds={name: fund.amount for name, fund in sorted(pack.funds.items())},
        reserves={name: (s.quantity, s.floor) for name, s in sorted(pack.reserves.items())},
        decided=first.decided,
        ask=first.ask,
        above=above_of(pack),
        heads=Authority(pack, event).heads(),
        members=members_of(pack),
        unreachable=unreachable_of(pack),
        rosters=watches_of(pack),
        means=means_of(questions, _least(pack, parts)),
        glass=glass_of(pack, event),
        duty=rosters_in(pack),
    )


def _least(pack: Pack, parts: list[Part]) -> dict[str, Least]:
    """Return without what the steps do not begin, by the name of the step in its incident."""
    found: dict[str, Least] = {}
    for part in parts:
        written = {
            step.id: step for name in reversed(part.plans) for step in pack.plans[name].steps
        }
        for step in part.steps:
            least = least_of(written[step.id]) if step.id in written else None
            if least is not None:
                found[step.name] = least
    return found


def _recovery_event(pack: Pack, event: Event) -> Event | None:
    dimension = pack.vocabulary.dimensions.get(PHASE)
    if dimension is None or RECOVERY not in dimension.values:
        return None
    if event.values.get(PHASE) == RECOVERY:
        return None
    return replace(event, values={**event.values, PHASE: RECOVERY})


def _part(questions: Questions, going_on: Mapping[str, tuple[Step, ...]]) -> Part:
    lead = questions.pack.lead or ""
    roles = questions.roles(lead)
    owners = questions.resolution.owner or roles["accountable"]
    plans = _plans(questions)
    wanted, left_out = _wanted(questions, plans)
    wanted = _with(wanted, going_on.get(questions.part, ()), questions)
    kept = {step.id for step in wanted}
    steps = tuple(_step(questions, step, kept, owners) for step in wanted)
    planned = {step.activity for step in steps} | {lead}
    return Part(
        name=questions.part,
        owners=owners,
        roles=roles,
        command=questions.command(COMMAND_STEP, "command", owners),
        close=questions.command(COMMAND_STEP, "close", owners),
        steps=steps,
        consult=tuple(questions.consult(COMMAND_STEP, lead, name) for name in roles["consulted"]),
        plans=tuple(plan.name for plan in plans),
        left_out=left_out,
        unplanned=_unplanned(questions, planned) if plans else {},
        able=questions.able(),
    )


def _plans(questions: Questions) -> list[Plan]:
    vocabulary = questions.pack.vocabulary
    plans = (plan for _, plan in sorted(questions.pack.plans.items()))
    return [plan for plan in plans if certainly_in(plan.when, questions.event, vocabulary)]


def _wanted(questions: Questions, plans: list[Plan]) -> tuple[list[Step], dict[str, str]]:
    """Return the steps to take, in order of dependency, and those left out with the reason."""
    needed = questions.resolution.activities
    lead = questions.pack.lead
    if not plans:
        # WHY none in recovery: without a plan nobody said that recovery is more than closing.
        names = [] if questions.part == RECOVERY else [n for n in sorted(needed) if n != lead]
        nowhere = Span(questions.pack.path, 1, 1, 1, 1)
        return [Step(name, name, nowhere) for name in names], {}
    wanted: dict[str, Step] = {}
    left_out: dict[str, str] = {}
    for step in (step for plan in plans for step in plan.steps):
        if step.activity == lead or step.id in wanted:
            continue
        if step.activity in needed:
            wanted[step.id] = step
        else:
            left_out[step.id] = tell(
                "`{activity}` is not needed for this event", activity=step.activity
            )
    return _in_order(wanted), left_out


def _with(wanted: list[Step], begun: tuple[Step, ...], questions: Questions) -> list[Step]:
    """Return the steps to take, with those that have begun and are still needed.

    A step that would do anew what another one has begun gives way to it.
    """
    found = {step.id: step for step in wanted}
    known, names = {step.id for step in begun}, dict[str, str]()
    for step in begun:
        if step.id in found or step.activity not in questions.resolution.activities:
            continue
        same = (one for one in found.values() if one.activity == step.activity)
        anew = next((one for one in same if one.id not in known), None)
        if anew is None:
            found[step.id] = step
        else:
            names[anew.id] = step.id
            found[step.id] = replace(found.pop(anew.id), id=step.id)
    if len(found) == len(wanted) and not names:
        return wanted
    renamed = {
        name: replace(step, after=tuple(names.get(other, other) for other in step.after))
        for name, step in found.items()
    }
    return _in_order(renamed)


def _step(questions: Questions, step: Step, kept: set[str], owners: tuple[str, ...]) -> StepPlan:
    roles = questions.roles(step.activity)
    accountable = roles["accountable"] or owners or questions.fallback()
    doers = roles["responsible"] or accountable
    powers = questions.pack.vocabulary.activities[step.activity].requires
    order, nobody = questions.order(step, accountable, powers)
    money, unfunded = questions.money(step)
    # WHY: who does the work, leads the incident or gives the order says "mine" by that.
    silent = tuple(name for name in accountable if name not in (*doers, *owners))
    return StepPlan(
        part=questions.part,
        id=step.id,
        activity=step.activity,
        roles=roles,
        sign_off=questions.sign_off(step, accountable),
        do=tuple(questions.ask(step, "do", name, "responsible") for name in doers),
        after=tuple(name for name in step.after if name in kept),
        complete=questions.complete(step, doers, accountable),
        consult_first=step.consult_first,
        take=questions.takes(step, silent) if order is None else (),
        consult=tuple(
            questions.consult(step.id, step.activity, name) for name in roles["consulted"]
        ),
        powers=powers,
        order=order,
        nobody=nobody,
        unfunded=unfunded,
        money=money,
        staff=dict(step.needs.staff) if step.needs else {},
        stock=dict(step.needs.stock) if step.needs else {},
        hand_over=questions.hand_over(step),
        support=tuple(
            questions.ask(step, "support", name, "supports")
            for name in roles["supports"]
            if name not in doers
        ),
    )


def _unplanned(questions: Questions, planned: set[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for activity in sorted(questions.resolution.activities):
        holders = questions.roles(activity)["accountable"]
        if activity not in planned and holders:
            found[activity] = holders
    return found


@dataclass(frozen=True, slots=True)
class _Order:
    """Puts steps so that each comes after those it waits for, and else as written.

    INVARIANT: the loader refused cycles within a plan; one through two plans is cut where it
    closes.
    """

    wanted: Mapping[str, Step]
    found: dict[str, Step]

    def visit(self, step: Step, above: frozenset[str]) -> None:
        for name in step.after:
            if name in self.wanted and name not in self.found and name not in above:
                self.visit(self.wanted[name], above | {name})
        self.found[step.id] = step


def _in_order(wanted: Mapping[str, Step]) -> list[Step]:
    order = _Order(wanted, {})
    for step in wanted.values():
        if step.id not in order.found:
            order.visit(step, frozenset({step.id}))
    return list(order.found.values())
