"""Whether work reported as done may be taken back: as long as nobody has relied on it."""

from __future__ import annotations

from remit.engine.wording import tell
from remit.workflows.incident import Incident
from remit.workflows.response import StepPlan

__all__ = ["current_asks", "relied_on", "steps_to_reset"]


def current_asks(incident: Incident, step: StepPlan) -> frozenset[str]:
    """Return the keys of the questions by which the work of a step is asked for in its round."""
    number = incident.progress(step).round
    return frozenset(ask.in_round(number).key for ask in step.do)


def relied_on(incident: Incident, step: StepPlan) -> str:
    """Return who has relied on a step being done, as words, or an empty text."""
    if incident.progress(step).dropped is not None:
        return tell("the step was left out since")
    if incident.part.name != step.part:
        return tell("recovery has begun since")
    for item in incident.items.values():
        if (item.part, item.step) != (step.part, step.id) or item.by is None:
            continue
        if item.outcome == "signed-off":
            return tell("`{by}` has signed it off", by=item.by)
        if item.outcome == "accepted" and item.offer_of is None:
            return tell("`{by}` has taken it over", by=item.by)
    for name in steps_to_reset(incident, step):
        for item in incident.items.values():
            if (item.part, item.step) == (step.part, name) and item.by is not None:
                return tell(
                    "`{by}` is at work on `{step}`, which waited for it", by=item.by, step=name
                )
    return ""


def steps_to_reset(incident: Incident, step: StepPlan) -> tuple[str, ...]:
    """Return the steps that have begun because this one was done, however far behind it."""
    part = incident.response.part(step.part)
    found = [step.id]
    for name in found:
        found += [one.id for one in part.steps if name in one.after and one.id not in found]
    names = (f"{step.part}/{name}" for name in found[1:])
    return tuple(
        name.partition("/")[2] for name in names if incident.progress(name).started is not None
    )
