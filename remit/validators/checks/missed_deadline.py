"""missed-deadline: a response can take longer than its plan allows, at worst."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from remit.engine.durations import length
from remit.engine.pack import Plan
from remit.engine.spans import Related, Span
from remit.engine.wording import tell
from remit.validators.check import Cell, Check, Context, Fault
from remit.validators.finding import Finding, Unproved
from remit.validators.gaps import MOST_RELATED
from remit.validators.holders import labels_of
from remit.validators.plans import activities_of
from remit.validators.words import label_words, names_words
from remit.validators.worst_case import FOREVER_S, Moment, Stage, Timeline

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet, Region
    from remit.engine.replay import Replay
    from remit.validators.worst_times import WorstTimes

__all__ = ["CHECK"]


@dataclass(frozen=True, slots=True)
class _Limit:
    """A time in which some steps of a plan must be done.

    Args:
        steps: their ids; "" is the lead.
        seconds: from the report.
        span: where the limit is written.
        what: what must be done, in words.
    """

    plan: Plan
    steps: tuple[str, ...]
    seconds: int
    span: Span
    what: str

    def latest(self, timeline: Timeline) -> tuple[Moment, Mapping[str, Moment]] | None:
        """Return the last of the steps to end in one event, and all moments of that event."""
        moments, taken = timeline.moments(), timeline.steps()
        ending = [
            moments[name]
            for name in self.steps
            if name in moments and (not name or taken[name][0].name == self.plan.name)
        ]
        return (max(ending, key=lambda one: one.end), moments) if ending else None


def faults(context: Context) -> Iterator[Fault | Unproved]:
    """Yield a fault for each limit of a plan, or of a step, that can be passed."""
    from remit.engine.map.budget import BudgetExceeded

    for _, plan in sorted(context.pack.plans.items()):
        limits = list(_limits(plan)) if context.pack.lead is not None else []
        if limits:
            try:
                yield from _faults(plan, limits, context)
            except BudgetExceeded as error:
                yield Unproved("", "", str(error), activities_of(plan), duties=error.duties)


def _limits(plan: Plan) -> Iterator[_Limit]:
    if plan.lead_within is not None:
        what = tell("somebody leads")
        yield _Limit(plan, ("",), plan.lead_within, plan.spans["lead_within"], what)
    if plan.within is not None:
        steps = tuple(step.id for step in plan.steps)
        what = tell("every step is done")
        yield _Limit(plan, steps, plan.within, plan.spans["within"], what)
    for step in plan.steps:
        if step.within is not None:
            what = tell("`{step}` is done", step=step.id)
            yield _Limit(plan, (step.id,), step.within, step.spans["within"], what)


def _faults(plan: Plan, limits: list[_Limit], context: Context) -> Iterator[Fault]:
    from remit.validators.worst_times import WorstTimes

    region = context.map.cells_of(plan.when)
    times = WorstTimes(context, region)
    for limit in limits:
        cells, worst = _late(limit, times, region)
        if cells:
            yield _fault(limit, cells, worst, context)


def _late(limit: _Limit, times: WorstTimes, region: CellSet) -> tuple[CellSet, int]:
    """Return where the limit can be passed, and the worst time of all."""
    from remit.engine.map.cells import CellSet

    late, worst = region - region, 0
    for name in limit.steps:
        found = times.finish.get((limit.plan.name, name)) if name else times.lead
        if found is not None:
            past = found.mapped(lambda end: end is not None and end > limit.seconds)
            late |= CellSet(region.ground, past) & region
            worst = max(worst, *(end or 0 for end in found.terminals))
    return late, worst


def _fault(limit: _Limit, cells: CellSet, worst: int, context: Context) -> Fault:
    plan = limit.plan
    draft = CHECK.draft(
        tell(
            "in the plan `{plan}` it can take longer than {limit} until {what}",
            plan=plan.name,
            limit=length(limit.seconds),
            what=limit.what,
        ),
        limit.span,
        activity=_activity(limit, context),
        label=tell("at worst {time}", time=_time(worst)),
        help=tell(
            "shorten the times on the slowest path, let steps run side by side, shorten the line"
            " of those who are asked, or allow more"
        ),
    )

    def detail(draft: Finding, region: Region) -> Finding:
        latest = limit.latest(Timeline(context.pack, context.replay, region.witness))
        if latest is None:
            return draft
        path = _path(*latest)
        return replace(
            draft,
            notes=(*draft.notes, *_told(path, limit), *_labels(path, plan, context)),
            related=tuple(_places(path, plan))[:MOST_RELATED],
        )

    def holds_at(replay: Replay, cell: Cell) -> bool:
        latest = limit.latest(Timeline(context.pack, replay, cell))
        inside = replay.holds(plan.when, cell)
        return inside and latest is not None and latest[0].end > limit.seconds

    return Fault(draft, cells, detail=detail, holds_at=holds_at, as_one=True)


def _activity(limit: _Limit, context: Context) -> str | None:
    if limit.steps == ("",):
        return context.pack.lead
    steps = [step.activity for step in limit.plan.steps if step.id in limit.steps]
    return steps[0] if len(limit.steps) == 1 else None


def _path(last: Moment, moments: Mapping[str, Moment]) -> list[Moment]:
    """Return the moments that lead to the last one, each the latest its next waited for."""
    path = [last]
    while path[0].after is not None:
        path.insert(0, moments[path[0].after])
    return path


def _told(path: list[Moment], limit: _Limit) -> Iterator[str]:
    if path[-1].end < FOREVER_S:
        yield tell(
            "at the witness it takes {time}, {over} too long; the slowest path:",
            time=_time(path[-1].end),
            over=_time(path[-1].end - limit.seconds),
        )
    else:
        yield tell("at the witness a step has no time to be done in; the slowest path:")
    for moment in path:
        name = tell("`{step}`", step=moment.step) if moment.step else tell("the lead")
        yield tell(
            "{start} to {end}: {name}: {stages}",
            start=_time(moment.start),
            end=_time(moment.end),
            name=name,
            stages="; ".join(map(_stage, moment.stages)),
        )


def _stage(stage: Stage) -> str:
    line = names_words(stage.line, "then")
    words = {
        "command": tell("{line} asked to lead", line=line),
        "consult": tell("{line} consulted", line=line),
        "order": tell("{line} asked to order it", line=line),
        "do": tell("{line} asked to do it, and the work", line=line),
        "approve": tell("{line} asked for the money", line=line),
        "accept": tell("{line} asked to take it over", line=line),
    }
    return tell(
        "{time} {what} ({within} each)",
        time=_time(stage.seconds),
        what=words[stage.purpose],
        within=length(stage.within),
    )


def _time(seconds: int) -> str:
    return tell("without end") if seconds >= FOREVER_S else length(seconds)


def _places(path: list[Moment], plan: Plan) -> Iterator[Related]:
    steps = {step.id: step for step in plan.steps}
    for moment in reversed(path):
        step = steps.get(moment.step)
        if step is not None:
            place = step.spans.get("complete", step.span)
            yield Related(place, tell("done after {time}", time=_time(moment.end)))


def _labels(path: list[Moment], plan: Plan, context: Context) -> tuple[str, ...]:
    activities = {step.id: step.activity for step in plan.steps}
    named = dict.fromkeys(activities[one.step] for one in path if one.step in activities)
    return label_words([each for name in named for each in labels_of(context.pack, name)])


CHECK = Check(
    code="P604",
    name="missed-deadline",
    level="warning",
    family="plans and time",
    summary="a response can take longer than its plan allows, if everybody takes their time",
    faults=faults,
    cells_are="too slow",
)
