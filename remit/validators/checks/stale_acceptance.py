"""stale-acceptance: an accepted finding whose last day has passed."""

from __future__ import annotations

from collections.abc import Iterator

from remit.engine.wording import tell
from remit.validators.acceptance import is_stale
from remit.validators.check import Check, Context, Fault

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each acceptance past its `until`."""
    for entry in context.pack.accept:
        if is_stale(entry, context.today):
            draft = CHECK.draft(
                tell(
                    "the acceptance of `{code}` ended on {until}",
                    code=entry.code,
                    until=entry.until,
                ),
                entry.span,
                activity=entry.activity,
                subjects=(entry.subject,) if entry.subject else (),
                duty=entry.duty,
                label=tell("no longer holds"),
                notes=(tell("it was accepted because: {reason}", reason=entry.reason),),
                help=tell(
                    "ask `{by}` again and write a later `until`, or delete the entry", by=entry.by
                )
                if entry.by
                else tell("cure the finding, or write a later `until`, or delete the entry"),
            )
            yield Fault(draft)


CHECK = Check(
    code="V902",
    name="stale-acceptance",
    level="error",
    family="the pack",
    summary="an acceptance is past its last day, and its findings are open again",
    faults=faults,
    runs_last=True,
)
