"""missing-doer: an activity is needed somewhere, and nobody is responsible for doing it there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from remit.engine.pack import Duty
from remit.engine.wording import tell
from remit.validators.check import Cell, Check, Context, Fault, by_activity
from remit.validators.edits import Cure
from remit.validators.finding import Finding, Unproved
from remit.validators.gaps import cures_of_gap, gap_detail
from remit.validators.holders import labels_of, place_of
from remit.validators.words import label_words

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet, Region
    from remit.engine.replay import Replay

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault | Unproved]:
    """Yield a fault for each activity that nobody does somewhere."""
    return by_activity(context, lambda activity: _faults(activity, context))


def _faults(activity: str, context: Context) -> Iterator[Fault]:
    cells = context.map.unheld(activity, "responsible")
    if cells:
        yield _fault(activity, cells, context)


def _fault(activity: str, cells: CellSet, context: Context) -> Fault:
    everywhere = context.map.needed(activity) <= cells
    draft = CHECK.draft(
        tell("no subject is responsible for `{activity}` in any event", activity=activity)
        if everywhere
        else tell("no subject is responsible for `{activity}` in some events", activity=activity),
        context.pack.vocabulary.activities[activity].span,
        activity=activity,
        letter="responsible",
        notes=label_words(labels_of(context.pack, activity)),
    )

    def detail(draft: Finding, region: Region) -> Finding:
        found = gap_detail(draft, region, context)
        answering = _accountable(activity, region, context)
        if found.duty is not None or answering is None:
            return found
        return replace(
            found,
            span=place_of(answering, "role"),
            label=tell("`{subject}` is accountable, but nobody does it", subject=answering.subject),
            duty=answering.name,
            help=tell("add `responsible` to the role here, or {help}", help=found.help),
        )

    def holds_at(replay: Replay, cell: Cell) -> bool:
        return replay.is_needed(activity, cell) and not replay.holders(
            activity, "responsible", cell
        )

    def cures(finding: Finding, region: Region) -> Iterator[Cure]:
        return cures_of_gap(finding, region, context)

    return Fault(draft, cells, detail=detail, holds_at=holds_at, cures=cures)


def _accountable(activity: str, region: Region, context: Context) -> Duty | None:
    """Return a duty that makes somebody accountable in the region."""
    answered = region.cells - context.map.unheld(activity, "accountable")
    if not answered:
        return None
    return context.replay.effective(activity, "accountable", answered.witness())[0]


CHECK = Check(
    code="R203",
    name="missing-doer",
    level="error",
    family="ownership",
    summary="an activity is needed, and no subject is responsible for doing it",
    faults=faults,
    cells_are="without a doer",
)
