"""unknown-check: `mandatory` names a check that does not exist, and so protects nothing."""

from __future__ import annotations

from collections.abc import Iterator

from remit.engine.language.suggest import closest
from remit.engine.wording import tell
from remit.validators.acceptance import concerns
from remit.validators.check import Check, Context, Fault

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each entry of `mandatory`, higher packs' too, that no check goes by."""
    known = [name for check in context.checks for name in (check.code, check.name)]
    for entry in context.pack.binding_mandatory():
        if any(concerns(entry, check) for check in context.checks):
            continue
        meant = closest(entry.code, known)
        draft = CHECK.draft(
            tell("`mandatory` names `{code}`, and no check is called so", code=entry.code),
            entry.span,
            label=tell("protects nothing"),
            help=tell("did you mean `{name}`?", name=meant)
            if meant
            else tell("`remit explain` lists the codes of all checks"),
        )
        yield Fault(draft)


CHECK = Check(
    code="V909",
    name="unknown-check",
    level="error",
    family="the pack",
    summary="`mandatory` names a check that does not exist",
    faults=faults,
    runs_last=True,
)
