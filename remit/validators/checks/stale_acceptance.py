"""stale-acceptance: an accepted finding whose last day has passed."""

from __future__ import annotations

from collections.abc import Iterator

from remit.validators.acceptance import is_stale
from remit.validators.check import Check, Context, Fault

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each acceptance past its `until`."""
    for entry in context.pack.accept:
        if is_stale(entry, context.today):
            asked = f"ask `{entry.by}` again and" if entry.by else "cure the finding, or"
            draft = CHECK.draft(
                f"the acceptance of `{entry.code}` ended on {entry.until}",
                entry.span,
                activity=entry.activity,
                subjects=(entry.subject,) if entry.subject else (),
                duty=entry.duty,
                label="no longer holds",
                notes=(f"it was accepted because: {entry.reason}",),
                help=f"{asked} write a later `until`, or delete the entry",
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
