"""overloaded-subject: a subject has more activities at once than the pack allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from remit.engine.pack import Letter
from remit.engine.spans import Related
from remit.engine.wording import tell
from remit.validators.check import Cell, Check, Context, Fault
from remit.validators.finding import Finding, Unproved
from remit.validators.gaps import MOST_RELATED
from remit.validators.holders import labels_of, place_of
from remit.validators.letters import candidates, held
from remit.validators.words import label_words, names_words

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet, Region
    from remit.engine.map.diagram import Diagram
    from remit.engine.replay import Replay

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault | Unproved]:
    """Yield a fault for each subject and letter with too many activities in some event."""
    from remit.engine.map.budget import BudgetExceeded
    from remit.engine.map.pileup import piling_up

    allowed: dict[Letter, int] = {
        "accountable": context.pack.checks.load.accountable,
        "responsible": context.pack.checks.load.responsible,
    }
    for letter, most in allowed.items():
        for subject, activities in sorted(_activities(letter, context).items()):
            # WHY first: most subjects have too few activities to be overloaded anywhere.
            if len(activities) <= most:
                continue
            together = piling_up(context.map.compiled, subject, letter, activities, most)
            if not together:
                continue
            try:
                cells = _overloaded(subject, letter, together, most, context)
            except BudgetExceeded as error:
                yield Unproved("", "", str(error), tuple(activities), duties=error.duties)
                continue
            if cells:
                yield _fault(subject, letter, most, cells, context)


def _activities(letter: Letter, context: Context) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for activity in context.pack.vocabulary.activities:
        for subject in candidates(activity, letter, context):
            found.setdefault(subject, []).append(activity)
    return found


def _overloaded(
    subject: str, letter: Letter, activities: Sequence[str], most: int, context: Context
) -> CellSet:
    """Return where a subject has a letter for more than `most` activities.

    Counts activity by activity. A cell whose count can no longer pass `most` with the activities
    left is given up at once, so that few counts are kept apart.
    """
    from remit.engine.map.cells import CellSet
    from remit.engine.map.diagram import combine

    ground = context.map.ground
    counts: Diagram[int] = ground.nothing.mapped(lambda _: 0)
    for left, activity in zip(range(len(activities) - 1, -1, -1), activities, strict=True):
        mine = held(activity, letter, subject, context).diagram
        fewest = most + 1 - left

        def counted(count: int, *, holds: bool, fewest: int = fewest) -> int:
            after = count if count < 0 else count + holds
            return GIVEN_UP if after < fewest else min(after, most + 1)

        counts = combine(counts, mine, lambda count, holds: counted(count, holds=holds))
        context.map.compiled.budget.refuse_late()
    return CellSet(ground, counts.mapped(lambda count: count > most))


GIVEN_UP = -1
"""The count of cells that cannot be overloaded any more."""


def _fault(subject: str, letter: Letter, most: int, cells: CellSet, context: Context) -> Fault:
    draft = CHECK.draft(
        tell(
            "`{subject}` is {letter} for more than {most} activities in some events",
            subject=subject,
            letter=letter,
            most=most,
        ),
        context.pack.subjects[subject].span,
        letter=letter,
        subjects=(subject,),
        label=tell("too much at once"),
        help=tell("give some of them to others there, or allow more under `checks` in pack.yaml"),
    )

    def at(replay: Replay, cell: Cell) -> list[str]:
        return [
            activity
            for activity in context.pack.vocabulary.activities
            if replay.is_needed(activity, cell)
            and subject in replay.holders(activity, letter, cell)
        ]

    def detail(draft: Finding, region: Region) -> Finding:
        activities = at(context.replay, region.witness)
        duties = [candidates(name, letter, context)[subject][0] for name in activities]
        related = [
            Related(place_of(duty, "activity"), tell("`{name}` is one", name=duty.activity))
            for duty in duties[:MOST_RELATED]
        ]
        told = tell(
            "at the witness they are {count}: {names}",
            count=len(activities),
            names=names_words(activities),
        )
        labels = label_words(labels_of(context.pack, None, (subject,)))
        return replace(draft, related=tuple(related), notes=(*draft.notes, told, *labels))

    return Fault(draft, cells, detail=detail, holds_at=lambda r, cell: len(at(r, cell)) > most)


CHECK = Check(
    code="C308",
    name="overloaded-subject",
    level="warning",
    family="command",
    summary="a subject answers for, or does, more activities at once than the pack allows",
    faults=faults,
    cells_are="overloaded",
    options=frozenset({"accountable", "responsible"}),
)
