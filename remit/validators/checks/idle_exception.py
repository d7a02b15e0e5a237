"""idle-exception: a duty is an exception to another that it never meets."""

from __future__ import annotations

from collections.abc import Iterator

from remit.engine.pack import Duty, DutyReference
from remit.engine.spans import Related
from remit.engine.wording import tell
from remit.validators.check import Check, Context, Fault
from remit.validators.examples import corners
from remit.validators.holders import place_of

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each named exception that never happens."""
    for duty in context.duties():
        for reference in duty.exception_to:
            excepted = context.map.compiled.duty.get(reference.name)
            if excepted is not None and not _meet(duty, excepted, context):
                yield _fault(duty, excepted, reference)


def _meet(duty: Duty, excepted: Duty, context: Context) -> bool:
    if duty.activity != excepted.activity:
        return False
    replay = context.replay
    for cell in corners(duty, context):
        if replay.matches(duty, cell) and replay.matches(excepted, cell):
            return True
    return bool(context.map.matching(duty.name) & context.map.matching(excepted.name))


def _fault(duty: Duty, excepted: Duty, reference: DutyReference) -> Fault:
    if duty.activity != excepted.activity:
        message = tell(
            "`{duty}` is an exception to `{excepted}`, which is about `{other}`, not `{activity}`",
            duty=duty.name,
            excepted=excepted.name,
            other=excepted.activity,
            activity=duty.activity,
        )
        cure = tell("name a duty for `{activity}`, or delete the exception", activity=duty.activity)
    else:
        message = tell(
            "`{duty}` is an exception to `{excepted}`, which never holds in the same event",
            duty=duty.name,
            excepted=excepted.name,
        )
        cure = tell(
            "let `when` meet that of `{excepted}`, or delete the exception", excepted=excepted.name
        )
    draft = CHECK.draft(
        message,
        reference.span,
        activity=duty.activity,
        duty=duty.name,
        subjects=(duty.subject,),
        label=tell("never met"),
        related=(Related(place_of(excepted, "when", "activity"), tell("holds here")),),
        help=cure,
    )
    return Fault(draft, duties=(duty.name, excepted.name))


CHECK = Check(
    code="R207",
    name="idle-exception",
    level="error",
    family="ownership",
    summary="a duty is an exception to another that never holds in the same event",
    faults=faults,
)
