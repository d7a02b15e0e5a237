"""unneeded-duty: a duty that holds only where nobody needs its activity."""

from __future__ import annotations

from collections.abc import Iterator

from remit.engine.pack import Duty
from remit.engine.spans import Related
from remit.engine.wording import tell
from remit.validators.check import Check, Context, Fault
from remit.validators.examples import corners
from remit.validators.holders import place_of

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each duty that has an effect, and none where its activity is needed."""
    always = _always_needed(context)
    found = [
        duty
        for duty in context.duties()
        if duty.activity not in always and not _is_needed(duty, context)
    ]
    dead = set(context.dead_duties()) if found else set()
    yield from (_fault(duty, context) for duty in found if duty.name not in dead)


def _always_needed(context: Context) -> set[str]:
    """Return the activities that are needed in every event that can happen."""
    vocabulary = context.pack.vocabulary
    left_out = {entry.activity for entry in vocabulary.unowned}
    return {
        name
        for name, activity in vocabulary.activities.items()
        if activity.needed.is_always and name not in left_out
    }


def _is_needed(duty: Duty, context: Context) -> bool:
    replay = context.replay
    for cell in corners(duty, context):
        if replay.matches(duty, cell) and replay.is_needed(duty.activity, cell):
            return True
    return bool(context.map.matching(duty.name) & context.map.needed(duty.activity))


def _fault(duty: Duty, context: Context) -> Fault:
    activity = context.pack.vocabulary.activities[duty.activity]
    unowned = tuple(
        Related(entry.span, tell("left unowned here"))
        for entry in context.pack.vocabulary.unowned
        if entry.activity == duty.activity
    )
    draft = CHECK.draft(
        tell(
            "`{duty}` holds only where `{activity}` is not needed",
            duty=duty.name,
            activity=duty.activity,
        ),
        place_of(duty, "when", "id"),
        activity=duty.activity,
        duty=duty.name,
        subjects=(duty.subject,),
        label=tell("never needed here"),
        related=(
            Related(
                activity.needed.span, tell("`{activity}` is needed here", activity=duty.activity)
            ),
            *unowned,
        ),
        help=tell(
            "delete it, correct its `when`, or widen `needed` of `{activity}`",
            activity=duty.activity,
        ),
    )
    return Fault(draft, duties=(duty.name,))


CHECK = Check(
    code="R206",
    name="unneeded-duty",
    level="warning",
    family="ownership",
    summary="a duty holds only where its activity is not needed",
    faults=faults,
)
