"""expiring-acceptance: an accepted finding whose last day is near."""

from __future__ import annotations

from collections.abc import Iterator

from remit.engine.wording import tell, tell_count
from remit.validators.acceptance import days_left
from remit.validators.check import Check, Context, Fault

__all__ = ["CHECK", "NEAR"]

NEAR = 30
"""Days; an acceptance that ends later has time."""


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each acceptance that ends within the next days."""
    for entry in context.pack.accept:
        left = days_left(entry, context.today)
        if left is None or not 0 <= left <= NEAR:
            continue
        draft = CHECK.draft(
            tell("the acceptance of `{code}` ends on {day}", code=entry.code, day=entry.until),
            entry.span,
            activity=entry.activity,
            subjects=(entry.subject,) if entry.subject else (),
            duty=entry.duty,
            label=tell_count("{number} day left", "{number} days left", left),
            notes=(tell("it was accepted because: {reason}", reason=entry.reason),),
            help=_help(entry.by),
        )
        yield Fault(draft)


def _help(by: str | None) -> str:
    if by is None:
        return tell("cure the finding, or write a later `until`, before that day")
    return tell(
        "cure the finding, or ask `{by}` again and write a later `until`, before that day", by=by
    )


CHECK = Check(
    code="V908",
    name="expiring-acceptance",
    level="note",
    family="the pack",
    summary="an acceptance ends within 30 days",
    faults=faults,
    runs_last=True,
)
