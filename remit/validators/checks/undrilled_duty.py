"""undrilled-duty: a duty of a plan that nobody has exercised for too long."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from remit.engine.events import Event
from remit.engine.pack import Duty, Pack, Plan
from remit.engine.prevention import Drill, DrillOptions
from remit.engine.spans import Related
from remit.engine.vocabulary import DATE
from remit.engine.wording import tell
from remit.validators.check import Cell, Check, Context, Fault
from remit.validators.gaps import MOST_RELATED
from remit.validators.holders import labels_of, place_of
from remit.validators.words import label_words

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet
    from remit.engine.replay import Replay

__all__ = ["CHECK"]

ACTING = frozenset({"accountable", "responsible", "supports"})
"""The letters of those who act; who is only asked or told has nothing to exercise."""


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each duty and plan with events that no drill of the interval covers."""
    asked = context.pack.checks.prevention.drills
    if asked is None and not context.pack.drills:
        return
    grounds = _Grounds(asked or DrillOptions(), context)
    for duty in context.pack.duties():
        plans = [plan for plan in context.pack.plans.values() if _has_step(plan, duty)]
        if plans and ACTING & {*duty.roles} and _is_valid(duty, context.today):
            yield from _of_duty(duty, plans, grounds, context)


def _has_step(plan: Plan, duty: Duty) -> bool:
    return any(step.activity == duty.activity for step in plan.steps)


def _is_valid(duty: Duty, today: dt.date) -> bool:
    if duty.valid is None:
        return True
    start, end = duty.valid.start, duty.valid.end
    return (start is None or start <= today) and (end is None or today <= end)


class _Grounds:
    """Where plans and drills are, asked for by every duty and found once."""

    def __init__(self, options: DrillOptions, context: Context) -> None:
        self.options = options
        self.of_plan = {
            name: context.map.cells_of(plan.when) for name, plan in context.pack.plans.items()
        }
        self.of_drill = {
            name: self._of_drill(drill, context) for name, drill in context.pack.drills.items()
        }
        # WHY: what held once, or will, is not to be exercised now.
        self.today = context.map.cells_of_event(Event({DATE: context.today}))

    def _of_drill(self, drill: Drill, context: Context) -> CellSet:
        if drill.plan is not None:
            return self.of_plan[drill.plan]
        return context.map.nowhere() if drill.when is None else context.map.cells_of(drill.when)

    def since(self, plan: Plan, context: Context) -> dt.date:
        """Return the first day of the interval of a plan."""
        days = min(self.options.interval(plan.name), context.today.toordinal() - 1)
        return context.today - dt.timedelta(days=days)


def _of_duty(
    duty: Duty, plans: Sequence[Plan], grounds: _Grounds, context: Context
) -> Iterator[Fault]:
    mine = context.map.effective(duty.name) & grounds.today
    for plan in plans:
        whole = mine & grounds.of_plan[plan.name]
        since = grounds.since(plan, context)
        left, drills = whole, []
        for drill in _counting(duty, since, context) if whole else ():
            rest = left - grounds.of_drill[drill.name]
            if not rest.same_as(left):
                left = rest
                drills.append(drill)
        if left:
            yield _fault(duty, plan, since, drills, left, context)


def _counting(duty: Duty, since: dt.date, context: Context) -> tuple[Drill, ...]:
    """Return the drills of the interval that exercised a duty somewhere, the latest first."""
    found = [
        drill
        for drill in context.pack.drills.values()
        if since <= drill.on <= context.today and _exercised(drill, duty, context.pack)
    ]
    return tuple(sorted(found, key=lambda drill: (drill.on, drill.name), reverse=True))


def _exercised(drill: Drill, duty: Duty, pack: Pack) -> bool:
    """Return whether a drill had the subject of a duty, or all its members, and its activity."""
    members = pack.subjects[duty.subject].members
    took_part = duty.subject in drill.took_part or (
        bool(members) and set(members) <= set(drill.took_part)
    )
    return took_part and (drill.plan is None or _has_step(pack.plans[drill.plan], duty))


def _fault(
    duty: Duty,
    plan: Plan,
    since: dt.date,
    drills: Sequence[Drill],
    left: CellSet,
    context: Context,
) -> Fault:
    names = {"duty": duty.name, "plan": plan.name}
    if drills:
        message = tell("`{duty}` was drilled in part of plan `{plan}` only", **names)
    else:
        message = tell("`{duty}` was not drilled in plan `{plan}` since {day}", **names, day=since)
    draft = CHECK.draft(
        message,
        place_of(duty, "id"),
        activity=duty.activity,
        subjects=(duty.subject,),
        duty=duty.name,
        label=tell("not drilled"),
        related=(
            Related(plan.span, tell("it is a step here")),
            *(
                Related(drill.span, tell("drilled on {day}, for other events", day=drill.on))
                for drill in drills[:MOST_RELATED]
            ),
            *_earlier(duty, since, context),
        ),
        notes=label_words(labels_of(context.pack, duty.activity, (duty.subject,))),
        help=tell(
            "exercise it and write the drill under drills/ with `took_part: [{subject}]`,"
            " or set another interval",
            subject=duty.subject,
        ),
    )

    def holds_at(replay: Replay, cell: Cell) -> bool:
        effective = any(
            duty in replay.effective(duty.activity, letter, cell) for letter in duty.roles
        )
        covered = any(_covers(drill, replay, cell, context.pack) for drill in drills)
        return effective and replay.holds(plan.when, cell) and not covered

    return Fault(draft, left, duties=(duty.name,), holds_at=holds_at, as_one=True)


def _earlier(duty: Duty, since: dt.date, context: Context) -> Iterator[Related]:
    """Yield the last drill before the interval, which is what a reader asks for first."""
    found = [
        drill
        for drill in context.pack.drills.values()
        if drill.on < since and _exercised(drill, duty, context.pack)
    ]
    if found:
        last = max(found, key=lambda drill: (drill.on, drill.name))
        yield Related(last.span, tell("drilled on {day}, too long ago", day=last.on))


def _covers(drill: Drill, replay: Replay, cell: Cell, pack: Pack) -> bool:
    when = drill.when if drill.plan is None else pack.plans[drill.plan].when
    return when is not None and replay.holds(when, cell)


CHECK = Check(
    code="D704",
    name="undrilled-duty",
    level="warning",
    family="prevention",
    summary="a duty of a plan was not exercised within its interval",
    faults=faults,
    cells_are="undrilled",
    options=frozenset({"every", "plans"}),
)
