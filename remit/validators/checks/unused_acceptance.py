"""unused-acceptance: an accepted finding that no check finds."""

from __future__ import annotations

from collections.abc import Iterator

from remit.engine.language.suggest import closest
from remit.engine.pack import Acceptance
from remit.engine.wording import tell
from remit.validators.acceptance import concerns, is_barred, is_stale
from remit.validators.check import Check, Context, Fault

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each acceptance in force that matched nothing."""
    for at, entry in enumerate(context.pack.accept):
        if _may_match(at, entry, context):
            continue
        if not is_stale(entry, context.today):
            yield Fault(
                CHECK.draft(
                    tell("the acceptance of `{code}` matches no finding", code=entry.code),
                    entry.span,
                    activity=entry.activity,
                    subjects=(entry.subject,) if entry.subject else (),
                    duty=entry.duty,
                    label=tell("matches nothing"),
                    help=_help(entry, context),
                )
            )


def _may_match(at: int, entry: Acceptance, context: Context) -> bool:
    """Return whether an entry matched something, may not, or is about a check that did not run."""
    if at in context.used or is_barred(at, entry, context):
        return True
    about = next((check for check in context.checks if concerns(entry, check)), None)
    return about is not None and about.code in context.left_out


def _help(entry: Acceptance, context: Context) -> str:
    about = next((check for check in context.checks if concerns(entry, check)), None)
    if about is None:
        known = [name for check in context.checks for name in (check.code, check.name)]
        meant = closest(entry.code, known)
        return (
            tell("did you mean `{meant}`?", meant=meant)
            if meant
            else tell("`remit explain` lists the codes of all checks")
        )
    if about.runs_last:
        return tell("delete the entry: a finding about acceptances cannot be accepted")
    return tell("delete the entry, or correct its `when`, `activity`, `subject` or `duty`")


CHECK = Check(
    code="V903",
    name="unused-acceptance",
    level="warning",
    family="the pack",
    summary="an acceptance matches no finding",
    faults=faults,
    runs_last=True,
)
