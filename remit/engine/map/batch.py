"""Many events at once, in columns: a gather from a small table an axis or two, no loop over events.

Events are taken in blocks that stay in the processor's cache. Neighbouring axes are one step for as
long as their table does too. A table's entries are the offsets of rows in the next table, so a step
is an addition an axis and one gather.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from remit.engine.errors import EventError
from remit.engine.map.columns import Codes, Column, codes_of, is_by_offset
from remit.engine.map.decide import Decider, Decision
from remit.engine.map.dense import DenseLevel, dense_levels
from remit.engine.map.diagram import Diagram, Ints
from remit.engine.map.space import Axis, Space
from remit.engine.vocabulary import Vocabulary

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
class _Place:
    """What an axis adds to a row offset: its code times `stride`, or what `class_of` has of it."""

    axis: Axis
    stride: int
    class_of: NDArray[np.int32] | None


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """Neighbouring axes, and for each row offset plus their places the next row offset."""

    places: tuple[_Place, ...]
    table: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class BatchDecider:
    """Answers for one activity and letter, column by column."""

    activity: str
    steps: tuple[_Step, ...]
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
        axes = [place.axis for step in self.steps for place in step.places]
        missing = [axis.name for axis in axes if axis.name not in columns]
        if missing:
            names = ", ".join(f"`{name}`" for name in missing)
            raise EventError((f"who answers for `{self.activity}` depends on {names}",))
        codes = [codes_of(axis, columns[axis.name]) for axis in axes]
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
    groups: list[list[_Column]] = []
    entries = MOST_ENTRIES + 1
    for level in levels:
        axis = space.axes[level.axis]
        nodes, classes = level.child.shape
        if entries * classes > MOST_ENTRIES:
            groups.append([])
            entries = nodes
        by_class = entries * _codes(axis) > MOST_ENTRIES
        groups[-1].append(_Column.of(axis, level, by_class=by_class))
        entries *= groups[-1][-1].count
    # A row offset is a node's number times the entries a node has; a terminal's is its position.
    strides = [*(prod(column.count for column in group) for group in groups), 1]
    steps = tuple(_step(group, below) for group, below in zip(groups, strides[1:], strict=True))
    # The root is the first node; without any step its decision is the only one.
    decisions = diagram.terminals if steps else (diagram.terminals[start],)
    return BatchDecider(activity, steps, decisions)


@dataclass(frozen=True, slots=True, eq=False)
class _Column:
    """One axis of a table, by code or by class: `child` has a row a node, `count` columns."""

    axis: Axis
    class_of: Ints | None
    child: Ints

    @property
    def count(self) -> int:
        return int(self.child.shape[1])

    @classmethod
    def of(cls, axis: Axis, level: DenseLevel, *, by_class: bool) -> _Column:
        class_of = np.repeat(level.class_of, axis.weights) if is_by_offset(axis) else level.class_of
        if len(class_of) == level.child.shape[1]:
            return cls(axis, None, level.child)
        if by_class:
            return cls(axis, class_of, level.child)
        return cls(axis, None, level.child[:, class_of])


def _codes(axis: Axis) -> int:
    """Return how many codes an axis has."""
    return axis.reach[-1] if is_by_offset(axis) else axis.width


def _step(group: Sequence[_Column], below: int) -> _Step:
    node = np.arange(len(group[0].child))[:, None]
    for column in group:
        node = column.child[node].reshape(len(node), -1)
    places = []
    stride = node.shape[1]
    for column in group:
        stride //= column.count
        class_of = None if column.class_of is None else (column.class_of * stride).astype(np.int32)
        places.append(_Place(column.axis, stride, class_of))
    return _Step(tuple(places), np.ascontiguousarray(node * below, np.int32).reshape(-1))


def _follow(
    steps: Sequence[_Step], codes: Sequence[Codes], found: NDArray[np.int32], low: int
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
        raise EventError((f"the columns have different lengths: {told}",))
    return next(iter(lengths.values()), 0)
