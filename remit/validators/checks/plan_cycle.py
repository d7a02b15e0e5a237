"""plan-cycle: the steps of a plan wait for each other, so none of them ever begins."""

from __future__ import annotations

from collections.abc import Iterator

from remit.engine.graphs import cycles
from remit.engine.pack import Plan
from remit.engine.spans import Related, Span
from remit.engine.wording import tell
from remit.validators.check import Check, Context, Fault
from remit.validators.gaps import MOST_RELATED

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each circle of steps."""
    for _, plan in sorted(context.pack.plans.items()):
        for circle in cycles({step.id: step.after for step in plan.steps}):
            yield _fault(plan, circle)


def _fault(plan: Plan, circle: tuple[str, ...]) -> Fault:
    path = " after ".join(f"`{name}`" for name in (*circle, circle[0]))
    places = [_place(plan, name) for name in circle]
    draft = CHECK.draft(
        tell("the steps of the plan `{plan}` wait in a circle: {path}", plan=plan.name, path=path),
        places[0],
        activity=_activity(plan, circle[0]),
        label=tell("`{name}` waits for itself", name=circle[0]),
        related=tuple(
            Related(place, tell("`{name}` waits for the next", name=name))
            for name, place in list(zip(circle, places, strict=True))[1 : MOST_RELATED + 1]
        ),
        notes=(tell("none of these steps ever begins, and the incident never ends"),),
        help=tell("take one of them out of an `after`"),
    )
    return Fault(draft)


def _activity(plan: Plan, step: str) -> str:
    return next(each.activity for each in plan.steps if each.id == step)


def _place(plan: Plan, step: str) -> Span:
    found = next(each for each in plan.steps if each.id == step)
    return found.spans.get("after", found.span)


CHECK = Check(
    code="P601",
    name="plan-cycle",
    level="error",
    family="plans and time",
    summary="the steps of a plan wait for each other in a circle",
    faults=faults,
)
