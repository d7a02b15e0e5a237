"""idle-residents: a phase or stage in which no task is open to residents and volunteers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remit.engine.intervals import IntervalSet
from remit.engine.pack import Letter
from remit.engine.prevention import ResidentOptions
from remit.engine.vocabulary import Dimension
from remit.engine.wording import tell
from remit.validators.check import Cell, Check, Context, Fault
from remit.validators.holders import labels_of
from remit.validators.kinds import cells_with, named_dimension, needed_anywhere
from remit.validators.words import label_words, names_words

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet
    from remit.engine.replay import Replay

__all__ = ["CHECK"]

DOING: tuple[Letter, ...] = ("accountable", "responsible", "supports")
"""The letters of those who have something to do; to be asked or told is none."""


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each value of the phases and stages in which residents have no task."""
    asked = context.pack.checks.participation.residents
    options = asked or ResidentOptions()
    subjects = context.pack.subjects
    residents = tuple(name for name in options.subjects if name in subjects)
    # WHY: a pack that only says what a body may not do leaves its tasks to the packs below.
    if not residents or (asked is None and not any(subjects[name].duties for name in residents)):
        return
    needed = needed_anywhere(context, in_response=False)
    busy = _busy(residents, context)
    for dimension in filter(None, (named_dimension(n, context) for n in options.dimensions)):
        for index in range(len(dimension.values)):
            only = cells_with(dimension, IntervalSet.indexes(index, index + 1), context)
            if needed & only and not busy & only:
                yield _fault(residents, dimension, index, needed & only, context)


def _busy(residents: tuple[str, ...], context: Context) -> CellSet:
    """Return the cells in which some resident has a task that is needed."""
    found = context.map.nowhere()
    for activity in context.pack.vocabulary.activities:
        for resident in residents:
            for letter in DOING:
                held = context.map.holding(activity, letter, resident)
                if held:
                    found |= held & context.map.needed(activity)
    return found


def _fault(
    residents: tuple[str, ...], dimension: Dimension, index: int, cells: CellSet, context: Context
) -> Fault:
    value = dimension.values[index]
    names = {"subjects": names_words(residents), "dimension": dimension.name, "value": value}
    labels = [(value, dimension.labels.get(value)), *labels_of(context.pack, None, residents)]
    draft = CHECK.draft(
        tell("{subjects} have no task where `{dimension}` is `{value}`", **names)
        if len(residents) > 1
        else tell("{subjects} has no task where `{dimension}` is `{value}`", **names),
        context.pack.subjects[residents[0]].span,
        subjects=residents,
        label=tell("idle then"),
        notes=label_words(labels),
        help=tell("let them support some activity that is needed then"),
    )

    def holds_at(replay: Replay, cell: Cell) -> bool:
        activities = context.pack.vocabulary.activities
        needed = [activity for activity in activities if replay.is_needed(activity, cell)]
        busy = any(
            set(residents) & replay.holders(activity, letter, cell)
            for activity in needed
            for letter in DOING
        )
        return cell[dimension.name] == value and bool(needed) and not busy

    return Fault(draft, cells, holds_at=holds_at, as_one=True)


CHECK = Check(
    code="P802",
    name="idle-residents",
    level="note",
    family="participation",
    summary="in some phase or stage no task is open to residents and volunteers",
    faults=faults,
    cells_are="without a task for them",
    options=frozenset({"dimensions", "subjects"}),
)
