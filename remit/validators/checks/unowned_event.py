"""unowned-event: an activity is needed somewhere, and nobody is accountable for it there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remit.engine.wording import tell
from remit.validators.check import Cell, Check, Context, Fault, by_activity
from remit.validators.edits import Cure
from remit.validators.finding import Finding, Unproved
from remit.validators.gaps import cures_of_gap, gap_detail
from remit.validators.holders import labels_of
from remit.validators.words import label_words

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet, Region
    from remit.engine.replay import Replay

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault | Unproved]:
    """Yield a fault for each activity that has a gap."""
    return by_activity(context, lambda activity: _faults(activity, context))


def _faults(activity: str, context: Context) -> Iterator[Fault]:
    cells = context.map.unheld(activity, "accountable")
    if cells:
        yield _fault(activity, cells, context)


def _fault(activity: str, cells: CellSet, context: Context) -> Fault:
    everywhere = context.map.needed(activity) <= cells
    draft = CHECK.draft(
        tell("no subject is accountable for `{activity}` in any event", activity=activity)
        if everywhere
        else tell("no subject is accountable for `{activity}` in some events", activity=activity),
        context.pack.vocabulary.activities[activity].span,
        activity=activity,
        letter="accountable",
        notes=label_words(labels_of(context.pack, activity)),
    )

    def detail(draft: Finding, region: Region) -> Finding:
        return gap_detail(draft, region, context)

    def holds_at(replay: Replay, cell: Cell) -> bool:
        return replay.is_needed(activity, cell) and not replay.holders(
            activity, "accountable", cell
        )

    def cures(finding: Finding, region: Region) -> Iterator[Cure]:
        return cures_of_gap(finding, region, context)

    return Fault(draft, cells, detail=detail, holds_at=holds_at, cures=cures)


CHECK = Check(
    code="R201",
    name="unowned-event",
    level="error",
    family="ownership",
    summary="an activity is needed, and no subject is accountable for it",
    faults=faults,
    cells_are="unowned",
)
