"""Many events at once, in columns: a gather from a small table an axis or two, no loop over events.

Events are taken in blocks that stay in the processor's cache. Neighbouring axes are one step for as
long as their table does too. A table's entries are the offsets of rows in the next table, so a step
is an addition an axis and one gather.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remit.engine.errors import EventError
from remit.engine.map.columns import Codes, Column, codes_of, is_by_offset
from remit.engine.map.decide import Decider, Decision
from remit.engine.map.dense import DenseLevel, Step, dense_levels, joined
from remit.engine.map.diagram import Diagram, Ints
from remit.engine.map.space import Axis, Space
from remit.engine.vocabulary import Vocabulary
from remit.engine.wording import tell

__all__ = ["BatchDecider", "Decisions", "EventByEvent", "batch_of"]

BLOCK = 16_384
"""Events a step works on: the block's few arrays of 4 bytes an event fit a second-level cache."""
MOST_ENTRIES = 1 << 16
"""Entries of a table of several axes, 4 bytes each: they leave that cache room for a block."""


@dataclass(frozen=True, slots=True, eq=False)
class Decisions:
    """The decisions for many events.

    Args:
        code: for each event, the position of its decision in `decisions`; shape `(events,)`.
    """

    code: NDArray[np.int32]
    decisions: tuple[Decision, ...]

    def __len__(self) -> int:
        """Return how many events there were."""
        return len(self.code)

    def __getitem__(self, index: int) -> Decision:
        """Return the decision of one event."""
        return self.decisions[int(self.code[index])]

    def __iter__(self) -> Iterator[Decision]:
        """Yield the decisions in the order of the events."""
        return map(self.decisions.__getitem__, self.code.tolist())


@dataclass(frozen=True, slots=True, eq=False)
class BatchDecider:
    """Answers for one activity and letter, column by column."""

    activity: str
    axes: tuple[Axis, ...]
    steps: tuple[Step, ...]
    decisions: tuple[Decision, ...]

    def __call__(self, columns: Mapping[str, Column]) -> Decisions:
        """Return the decisions for full events.

        Args:
            columns: raw values by dimension, all of one length. A column that is a numpy array of
                whole numbers gives a named dimension's values by index, as `Dimension.values`
                numbers them; a dimension that bears on no answer may be left out.

        Raises:
            EventError: if a column is missing, has another length, or has a value that does not
                fit; it says which row.
        """
        length = _length(columns)
        missing = [axis.name for axis in self.axes if axis.name not in columns]
        if missing:
            names = ", ".join(f"`{name}`" for name in missing)
            raise EventError(
                (
                    tell(
                        "who answers for `{activity}` depends on {names}",
                        activity=self.activity,
                        names=names,
                    ),
                )
            )
        codes = [codes_of(axis, columns[axis.name]) for axis in self.axes]
        found = np.empty(length, np.int32)
        for low in range(0, length, BLOCK):
            _follow(self.steps, codes, found[low : low + BLOCK], low)
        return Decisions(found, self.decisions)


@dataclass(frozen=True, slots=True, eq=False)
class EventByEvent:
    """Answers for columns where no diagram can be held: each event by itself."""

    activity: str
    decide: Decider
    vocabulary: Vocabulary

    def __call__(self, columns: Mapping[str, Column]) -> Decisions:
        """Return the decisions for full events; see `BatchDecider`."""
        length = _length(columns)
        number: dict[Decision, int] = {}
        code = np.empty(length, np.int32)
        raw = {name: self._values(name, column) for name, column in columns.items()}
        names = list(raw)
        for row, values in enumerate(zip(*raw.values(), strict=True)):
            try:
                found = self.decide(dict(zip(names, values, strict=True)))
            except EventError as error:
                raise EventError(
                    tuple(
                        tell("row {row}: {each}", row=row + 1, each=each) for each in error.reasons
                    )
                ) from None
            code[row] = number.setdefault(found, len(number))
        return Decisions(code, tuple(number))

    def _values(self, name: str, column: Column) -> Sequence[object]:
        """Return raw values; whole numbers in an array stand for names by their index."""
        dimension = self.vocabulary.dimensions.get(name)
        if not isinstance(column, np.ndarray):
            return column
        values: list[object] = column.tolist()
        if dimension is None or not dimension.is_named or column.dtype.kind not in "iu":
            return values
        known = dimension.values
        return [known[value] if 0 <= value < len(known) else value for value in column.tolist()]


def batch_of(activity: str, diagram: Diagram[Decision], space: Space) -> BatchDecider:
    """Return the column form of a diagram of decisions."""
    levels, start = dense_levels(diagram)

    def codes(level: DenseLevel) -> Ints:
        axis = space.axes[level.axis]
        return np.repeat(level.class_of, axis.weights) if is_by_offset(axis) else level.class_of

    steps = joined(levels, codes, MOST_ENTRIES)
    axes = tuple(space.axes[place.axis] for step in steps for place in step.places)
    decisions = diagram.terminals if steps else (diagram.terminals[start],)
    return BatchDecider(activity, axes, steps, decisions)


def _follow(
    steps: Sequence[Step], codes: Sequence[Codes], found: NDArray[np.int32], low: int
) -> None:
    """Write the decisions of the events from `low` on into `found`."""
    other, part = np.empty_like(found), np.empty_like(found)
    # WHY by turns: what a gather reads it may not write, and the last one must write `found`.
    offset, reached = (found, other) if len(steps) % 2 == 0 else (other, found)
    offset.fill(0)
    columns = iter(codes)
    for step in steps:
        for place in step.places:
            here = next(columns)[low : low + len(found)]
            if place.class_of is not None:
                here = np.take(place.class_of, here, out=part, mode="clip")
            elif place.stride > 1:
                here = np.multiply(here, place.stride, part, dtype=np.int32, casting="unsafe")
            np.add(offset, here, offset, dtype=np.int32, casting="unsafe")
        np.take(step.table, offset, out=reached, mode="clip")
        offset, reached = reached, offset


def _length(columns: Mapping[str, Column]) -> int:
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"`{name}` {length:,}" for name, length in lengths.items())
        raise EventError((tell("the columns have different lengths: {told}", told=told),))
    return next(iter(lengths.values()), 0)
