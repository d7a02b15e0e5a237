"""unused-acceptance: an accepted finding that no check finds."""

from __future__ import annotations

from collections.abc import Iterator

from remit.engine.pack import Acceptance
from remit.engine.suggest import closest
from remit.validators.acceptance import is_stale
from remit.validators.check import Check, Context, Fault

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each acceptance in force that matched nothing."""
    for at, entry in enumerate(context.pack.accept):
        if at not in context.used and not is_stale(entry, context.today):
            yield Fault(
                CHECK.draft(
                    f"the acceptance of `{entry.code}` matches no finding",
                    entry.span,
                    activity=entry.activity,
                    subjects=(entry.subject,) if entry.subject else (),
                    duty=entry.duty,
                    label="matches nothing",
                    help=_help(entry),
                )
            )


def _help(entry: Acceptance) -> str:
    from remit.validators.registry import CHECKS  # noqa: PLC0415 -- the registry lists this check

    names = [name for check in CHECKS for name in (check.code, check.name)]
    acceptable = [name for check in CHECKS for name in (check.code, check.name) if not check.runs_last]
    if entry.code in acceptable:
        return "delete the entry, or correct its `when`, `activity`, `subject` or `duty`"
    if entry.code in names:
        return "delete the entry: findings about acceptances and their like cannot be accepted"
    meant = closest(entry.code, acceptable)
    return f"did you mean `{meant}`?" if meant else "no check has this code; `remit explain` lists them"


CHECK = Check(
    code="V903",
    name="unused-acceptance",
    level="warning",
    family="the pack",
    summary="an acceptance matches no finding",
    faults=faults,
    runs_last=True,
)
