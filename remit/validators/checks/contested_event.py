"""contested-event: two subjects or more are accountable for one activity in the same event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

from remit.engine.pack import Duty
from remit.engine.spans import Related
from remit.engine.vocabulary import DATE
from remit.engine.wording import tell
from remit.validators.check import Cell, Check, Context, Fault, by_activity
from remit.validators.edits import Cure
from remit.validators.finding import Finding, Unproved
from remit.validators.fixes import overlap_cures
from remit.validators.holders import labels_of, place_of
from remit.validators.words import label_words, names_words

if TYPE_CHECKING:
    from remit.engine.map.cells import Region
    from remit.engine.map.responsibility import Conflict
    from remit.engine.replay import Replay

__all__ = ["CHECK"]

MUCH = 2
"""How many times as wide another duty must be for one to count as the special case."""


def faults(context: Context) -> Iterator[Fault | Unproved]:
    """Yield a fault for each set of subjects that are accountable together."""
    return by_activity(
        context,
        lambda activity: (
            _fault(activity, conflict, context) for conflict in context.map.conflicts(activity)
        ),
    )


def _fault(activity: str, conflict: Conflict, context: Context) -> Fault:
    subjects = conflict.subjects
    names = names_words(subjects)
    draft = CHECK.draft(
        tell("{names} are both accountable for `{activity}`", names=names, activity=activity)
        if len(subjects) == 2  # noqa: PLR2004 -- a pair
        else tell("{names} are all accountable for `{activity}`", names=names, activity=activity),
        context.pack.vocabulary.activities[activity].span,
        activity=activity,
        letter="accountable",
        subjects=subjects,
        notes=label_words(labels_of(context.pack, activity, subjects)),
    )

    def detail(draft: Finding, region: Region) -> Finding:
        duties = context.replay.effective(activity, "accountable", region.witness)
        return _placed(draft, sorted(duties, key=lambda duty: duty.span), context)

    def holds_at(replay: Replay, cell: Cell) -> bool:
        accountable = replay.holders(activity, "accountable", cell)
        return replay.is_needed(activity, cell) and accountable == set(subjects)

    def cures(finding: Finding, region: Region) -> Iterator[Cure]:
        duties = context.replay.effective(activity, "accountable", region.witness)
        inside = sorted(duties, key=lambda duty: duty.span)
        first = next(duty for duty in inside if duty.name == finding.duty)
        return overlap_cures(inside, first)

    return Fault(draft, conflict.cells, conflict.duties, detail, holds_at, cures)


def _placed(draft: Finding, duties: list[Duty], context: Context) -> Finding:
    """Return the finding at the duty inside the others, or else at one that is much narrower."""
    inside = [duty for duty in duties if all(_is_inside(duty, d, context) for d in duties)]
    narrow = (inside or duties)[-1]
    if not inside:
        narrowest = min(duties, key=lambda duty: _breadth(duty, context))
        if MUCH * _breadth(narrowest, context) <= _breadth(narrow, context):
            narrow = narrowest
    others = [duty for duty in duties if duty is not narrow]
    names = ", ".join(duty.name for duty in others if duty.subject != narrow.subject)
    return replace(
        draft,
        span=place_of(narrow, "role"),
        duty=narrow.name,
        label=tell("`{narrow}` is one", narrow=narrow.name),
        related=tuple(
            Related(place_of(d, "role"), tell("`{d}` is another", d=d.name)) for d in others
        ),
        help=_help(narrow, names, is_special=bool(inside)),
    )


def _help(narrow: Duty, names: str, *, is_special: bool) -> str:
    if is_special:
        return tell(
            "write `exception_to: [{names}]` in `{duty}`, narrow the `when` of one,"
            " or name a joint subject if they answer together",
            names=names,
            duty=narrow.name,
        )
    return tell(
        "write `exception_to: [{names}]` in `{duty}` if `{subject}` should answer there,"
        " narrow the `when` of one, or name a joint subject if they answer together",
        names=names,
        duty=narrow.name,
        subject=narrow.subject,
    )


def _is_inside(narrow: Duty, wide: Duty, context: Context) -> bool:
    """Return whether a duty's `when` surely lies inside another's, told dimension by dimension."""
    from remit.engine.map.overrides import constraint_set

    vocabulary = context.pack.vocabulary
    return len(wide.when.boxes) == 1 and all(
        constraint_set(narrow, name, vocabulary) <= constraint_set(wide, name, vocabulary)
        for name in (*vocabulary.dimensions, DATE)
    )


def _breadth(duty: Duty, context: Context) -> int:
    """Return how many cells the boxes of a duty have, counted box by box."""
    part, me = context.map.compiled.part_of(duty.name)
    axes = context.map.compiled.space.axes
    return sum(
        prod(
            sum(axis.reach[high] - axis.reach[low] for low, high in atoms)
            for axis, atoms in zip(axes, row.box, strict=True)
        )
        for row in part.rows[me]
        if not row.removes
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
