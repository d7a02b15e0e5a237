"""Many events at once, in columns: a few gathers from small tables an axis, no loop over events.

Events are taken in blocks that stay in the processor's cache. A table's entries are the offsets of
rows in the next table, so a step is one addition and one gather.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remit.engine.errors import EventError
from remit.engine.map.columns import Codes, Column, codes_of, is_by_offset
from remit.engine.map.decide import Decider, Decision
from remit.engine.map.dense import DenseLevel, dense_levels
from remit.engine.map.diagram import Diagram
from remit.engine.map.space import Axis, Space
from remit.engine.vocabulary import Vocabulary

__all__ = ["BatchDecider", "Decisions", "EventByEvent", "batch_of"]

BLOCK = 16_384
"""Events a step works on: the block's few arrays of 4 bytes an event fit a second-level cache."""


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
class _Step:
    """One axis: the class of each code, and for each row offset plus class the next row offset."""

    axis: Axis
    class_of: NDArray[np.int32] | None
    table: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class BatchDecider:
    """Answers for one activity and letter, column by column."""

    activity: str
    steps: tuple[_Step, ...]
    start: int
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
        missing = [step.axis.name for step in self.steps if step.axis.name not in columns]
        if missing:
            names = ", ".join(f"`{name}`" for name in missing)
            raise EventError((f"who answers for `{self.activity}` depends on {names}",))
        codes = [codes_of(step.axis, columns[step.axis.name]) for step in self.steps]
        found = np.full(length, self.start, np.int32)
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
                    tuple(f"row {row + 1}: {each}" for each in error.reasons)
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
    # A row offset is a node's number times the classes of its axis; a terminal's is its position.
    strides = [*(level.child.shape[1] for level in levels), 1]
    steps = tuple(
        _step(space.axes[level.axis], level, below)
        for level, below in zip(levels, strides[1:], strict=True)
    )
    return BatchDecider(activity, steps, start * strides[0], diagram.terminals)


def _step(axis: Axis, level: DenseLevel, below: int) -> _Step:
    table = np.ascontiguousarray(level.child * below, np.int32).reshape(-1)
    class_of = np.repeat(level.class_of, axis.weights) if is_by_offset(axis) else level.class_of
    is_identity = len(class_of) == level.child.shape[1]
    return _Step(axis, None if is_identity else class_of.astype(np.int32), table)


def _follow(
    steps: Sequence[_Step], codes: Sequence[Codes], found: NDArray[np.int32], low: int
) -> None:
    place = np.empty_like(found)
    for step, column in zip(steps, codes, strict=True):
        here = column[low : low + len(found)]
        if step.class_of is None:
            np.add(found, here, out=place)
        else:
            np.take(step.class_of, here, out=place, mode="clip")
            np.add(found, place, out=place)
        np.take(step.table, place, out=found, mode="clip")


def _length(columns: Mapping[str, Column]) -> int:
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"`{name}` {length:,}" for name, length in lengths.items())
        raise EventError((f"the columns have different lengths: {told}",))
    return next(iter(lengths.values()), 0)
