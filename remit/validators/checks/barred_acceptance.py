"""barred-acceptance: an accepted finding that nobody may accept."""

from __future__ import annotations

from collections.abc import Iterator

from remit.engine.pack import Acceptance, Mandatory
from remit.engine.spans import Related
from remit.engine.wording import tell
from remit.validators.acceptance import concerns, is_barred, is_stale
from remit.validators.check import Check, Context, Fault

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each acceptance in force of what some pack lets nobody accept."""
    for at, entry in enumerate(context.pack.accept):
        if is_stale(entry, context.today) or not is_barred(at, entry, context):
            continue
        mandatory = _bar(entry, context)
        basis = (tell("basis: {text}", text=mandatory.basis),) if mandatory.basis else ()
        draft = CHECK.draft(
            tell("nobody may accept `{code}` here", code=entry.code),
            entry.span,
            activity=entry.activity,
            subjects=(entry.subject,) if entry.subject else (),
            duty=entry.duty,
            related=(
                Related(
                    mandatory.span, tell("mandatory by the pack `{pack}`", pack=mandatory.pack)
                ),
            ),
            label=tell("silences nothing"),
            notes=basis,
            help=_help(entry, mandatory),
        )
        yield Fault(draft)


def _bar(entry: Acceptance, context: Context) -> Mandatory:
    """Return what bars an acceptance: first what is about all that it is about."""
    about = [check for check in context.checks if concerns(entry, check)]
    bars = [
        one
        for one in context.pack.binding_mandatory()
        if any(concerns(one, check) for check in about)
    ]
    return next((one for one in bars if one.binds(entry.activity)), bars[0])


def _help(entry: Acceptance, mandatory: Mandatory) -> str:
    if mandatory.binds(entry.activity):
        return tell("cure the findings and delete the entry")
    return tell(
        "narrow the entry with `activity`: it met findings about {names}",
        names=", ".join(f"`{name}`" for name in mandatory.activities),
    )


CHECK = Check(
    code="V907",
    name="barred-acceptance",
    level="error",
    family="the pack",
    summary="an acceptance is of a check that nobody may accept",
    faults=faults,
    runs_last=True,
)
