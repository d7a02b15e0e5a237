"""unmonitored-hazard: a hazard that must be answered, and that no signal can raise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from remit.engine.intervals import IntervalSet
from remit.engine.vocabulary import Dimension
from remit.engine.wording import tell
from remit.validators.check import Cell, Check, Context, Fault
from remit.validators.kinds import (
    cells_with,
    groups_of,
    named_dimension,
    needed_anywhere,
    raised_by,
)
from remit.validators.words import label_words, names_words

if TYPE_CHECKING:
    from remit.engine.replay import Replay

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each hazard, or whole node of them, that is needed and not watched."""
    dimension = named_dimension(context.pack.checks.prevention.hazards.dimension, context)
    if dimension is None or not context.pack.signals:
        return
    left = dimension.everything()
    for signal in context.pack.signals.values():
        left -= raised_by(signal, dimension)
    if not left:
        return
    needed = needed_anywhere(context, in_response=True)
    unwatched = [
        index
        for index in range(len(dimension.values))
        if (one := IntervalSet.indexes(index, index + 1)) <= left
        and needed & cells_with(dimension, one, context)
    ]
    for name, values in groups_of(dimension, unwatched):
        yield _fault(name, values, dimension, context)


def _fault(name: str, values: IntervalSet, dimension: Dimension, context: Context) -> Fault:
    ((low, high),) = values.stretches
    inside = dimension.values[int(low.value) : int(high.value)]
    notes = label_words([(name, dimension.labels.get(name))])
    if len(inside) > 1:
        notes = (*notes, tell("it stands for {values}", values=names_words(inside)))
    draft = CHECK.draft(
        tell("no signal raises `{value}`, which must be answered", value=name),
        dimension.span,
        label=tell("`{value}` is one of these", value=name),
        notes=notes,
        help=tell("write a signal that raises it, or accept that people bring it in by hand"),
    )
    needed = needed_anywhere(context, in_response=True)
    cells = needed & cells_with(dimension, values, context)
    return Fault(draft, cells, holds_at=_holds_at(dimension, inside, context), as_one=True)


def _holds_at(
    dimension: Dimension, inside: tuple[str, ...], context: Context
) -> Callable[[Replay, Cell], bool]:
    activities = context.pack.vocabulary.activities

    def holds_at(replay: Replay, cell: Cell) -> bool:
        raised = any(
            dimension.only(cell[dimension.name]) <= raised_by(signal, dimension)
            for signal in context.pack.signals.values()
        )
        is_needed = any(replay.is_needed(activity, cell) for activity in activities)
        return cell[dimension.name] in inside and is_needed and not raised

    return holds_at


CHECK = Check(
    code="T703",
    name="unmonitored-hazard",
    level="warning",
    family="prevention",
    summary="a hazard that must be answered is raised by no signal",
    faults=faults,
    cells_are="unmonitored",
    options=frozenset({"dimension"}),
)
