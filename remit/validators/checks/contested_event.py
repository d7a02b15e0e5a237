"""contested-event: two subjects or more are accountable for one activity in the same event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remit.engine.pack import Duty
from remit.engine.spans import Related
from remit.validators.check import Cell, Check, Context, Fault
from remit.validators.holders import labels_of, place_of
from remit.validators.words import label_words, names_words

if TYPE_CHECKING:
    from remit.engine.map import Conflict
    from remit.engine.replay import Replay

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each group of duties that meet."""
    for activity in context.pack.vocabulary.activities:
        for conflict in context.map.conflicts(activity):
            yield _fault(activity, conflict, context)


def _fault(activity: str, conflict: Conflict, context: Context) -> Fault:
    duties = sorted((context.map.compiled.duty[name] for name in conflict.duties), key=lambda d: d.span)
    narrow = _narrowest(duties, context)
    others = [duty for duty in duties if duty is not narrow]
    draft = CHECK.draft(
        f"{names_words(conflict.subjects)} are {_count(conflict.subjects)} accountable for `{activity}`",
        place_of(narrow, "role"),
        activity=activity,
        letter="accountable",
        duty=narrow.name,
        subjects=conflict.subjects,
        label=f"`{narrow.name}` is one",
        related=tuple(Related(place_of(d, "role"), f"`{d.name}` is another") for d in others),
        notes=label_words(labels_of(context.pack, activity, conflict.subjects)),
        help=_help(narrow, others, context),
    )

    def holds_at(replay: Replay, cell: Cell) -> bool:
        accountable = replay.holders(activity, "accountable", cell)
        return replay.is_needed(activity, cell) and set(conflict.subjects) <= accountable

    return Fault(draft, conflict.cells, conflict.duties, holds_at=holds_at)


def _narrowest(duties: list[Duty], context: Context) -> Duty:
    """Return the last duty that matches only where the others do too, else the last of all."""
    inside = [
        duty
        for duty in duties
        if all(context.map.matching(duty.name) <= context.map.matching(d.name) for d in duties)
    ]
    return (inside or duties)[-1]


def _count(subjects: tuple[str, ...]) -> str:
    return "both" if len(subjects) == 2 else "all"


def _help(narrow: Duty, others: list[Duty], context: Context) -> str:
    names = ", ".join(duty.name for duty in others if duty.subject != narrow.subject)
    inside = all(
        context.map.matching(narrow.name) <= context.map.matching(duty.name) for duty in others
    )
    where = "" if inside else f" if `{narrow.subject}` should answer there"
    return (
        f"write `exception_to: [{names}]` in `{narrow.name}`{where}, narrow the `when` of one, "
        "or name a joint subject if they answer together"
    )


CHECK = Check(
    code="R202",
    name="contested-event",
    level="error",
    family="ownership",
    summary="two subjects or more are accountable for an activity in the same event",
    faults=faults,
    cells_are="contested",
)
