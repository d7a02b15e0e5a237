"""unstaffed-duty: a subject must answer or act, and no people stand behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remit.engine.pack import Duty
from remit.engine.spans import Related
from remit.engine.wording import tell
from remit.validators.check import Cell, Check, Context, Fault
from remit.validators.finding import Finding
from remit.validators.gaps import MOST_RELATED
from remit.validators.holders import labels_of
from remit.validators.people import binding_duties, has_people, rosters_of, tells_enough
from remit.validators.words import label_words

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet
    from remit.engine.replay import Replay

__all__ = ["CHECK", "Bound"]


@dataclass(frozen=True, slots=True)
class Bound:
    """A subject and its duties to answer or to act."""

    subject: str
    duties: tuple[Duty, ...]

    def cells(self, context: Context) -> CellSet:
        """Return the events in which it must answer or act."""
        found = context.map.nowhere()
        for activity in sorted({duty.activity for duty in self.duties}):
            held = context.map.holding(activity, "accountable", self.subject)
            held |= context.map.holding(activity, "responsible", self.subject)
            found |= held & context.map.needed(activity)
        return found

    def holds_at(self, replay: Replay, cell: Cell) -> bool:
        """Return whether it must answer or act in one event, told by the slow path."""
        return any(
            replay.is_needed(activity, cell)
            and any(
                self.subject in replay.holders(activity, letter, cell)
                for letter in ("accountable", "responsible")
            )
            for activity in {duty.activity for duty in self.duties}
        )


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
