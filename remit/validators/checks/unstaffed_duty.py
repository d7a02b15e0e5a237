"""unstaffed-duty: a subject must answer or act, and no people stand behind it."""

from __future__ import annotations

from collections.abc import Iterator

from remit.engine.spans import Related
from remit.engine.wording import tell
from remit.validators.check import Check, Context, Fault
from remit.validators.finding import Finding
from remit.validators.gaps import MOST_RELATED
from remit.validators.holders import labels_of
from remit.validators.people import Bound, binding_duties, has_people, rosters_of, tells_enough
from remit.validators.words import label_words

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each subject with duties and without people."""
    pack = context.pack
    rosters = rosters_of(pack)
    if not rosters and not any(
        account.staff for each in (pack, *pack.higher) for account in each.subjects.values()
    ):
        return
    bound = binding_duties(pack, context.today)
    empty = [name for name in bound if not has_people(name, pack, rosters)]
    is_told = tells_enough(len(bound) - len(empty), len(bound), pack.checks.means.staffed)
    for name in sorted(empty):
        accounts = pack.accounts_of(name)
        says_none = any(account.staff for account in accounts) or name in rosters
        if is_told or says_none:
            one = Bound(name, tuple(bound[name]))
            cells = one.cells(context)
            if cells:
                draft = _draft(one, context, says_none=says_none)
                yield Fault(draft, cells, holds_at=one.holds_at, as_one=True)


def _draft(one: Bound, context: Context, *, says_none: bool) -> Finding:
    account = context.pack.accounts_of(one.subject)[0]
    first = sorted(duty.span for duty in one.duties)[:MOST_RELATED]
    return CHECK.draft(
        tell("`{subject}` has duties, and nobody to do them", subject=one.subject),
        account.spans.get("staff", account.span) if says_none else account.span,
        label=tell("nobody") if says_none else tell("no people are told of"),
        subjects=(one.subject,),
        related=tuple(Related(span, tell("a duty of it")) for span in first),
        notes=label_words(labels_of(context.pack, subjects=(one.subject,))),
        help=tell("add `staff`, a roster or `members`, or give the duties to another subject"),
    )


CHECK = Check(
    code="K401",
    name="unstaffed-duty",
    level="warning",
    family="people and reserves",
    summary="a subject must answer or act, and no people stand behind it",
    faults=faults,
    cells_are="left to a subject without people",
    options=frozenset({"share"}),
)
