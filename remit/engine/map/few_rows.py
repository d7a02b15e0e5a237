"""From few rows to a diagram: `build`, in plain Python with a bit a row.

A state is the mask of the rows that a path so far has not left; an axis cuts it where some row
begins or ends. Cost: the states, of which there are few, times the cuts of an axis. What turns out
larger is left to `build`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from remit.engine.map.budget import Budget
from remit.engine.map.build import NO_KILLS, build
from remit.engine.map.diagram import Diagram, diagram_of
from remit.engine.map.overrides import Kills, mask_of, positions
from remit.engine.map.rows import Row
from remit.engine.map.small import Node, Nodes

__all__ = ["build_few"]

T = TypeVar("T", bound=Hashable)
MOST_ROWS = 200
"""Rows up to which it is tried."""
MOST_EDGES = 4_000
"""Edges that are walked before it is given up: a millisecond."""


def build_few(
    widths: tuple[int, ...],
    rows: Sequence[Row],
    terminal: Callable[[tuple[int, ...]], T],
    kills: Kills = NO_KILLS,
    budget: Budget | None = None,
    gate: int | None = None,
) -> Diagram[T]:
    """Return what `build` does, fast where it is small.

    Raises:
        BudgetExceeded: as `build` does.
    """
    limits = budget or Budget()
    if len(rows) <= min(MOST_ROWS, limits.memberships) and not limits.is_up():
        found = _Few(widths, rows, kills, gate).levels()
        if found is not None:
            levels, items = found
            return diagram_of(widths, levels, [terminal(each) for each in items])
    return build(widths, rows, terminal, kills, budget, gate)


@dataclass(frozen=True, eq=False)
class _Few:
    """A few rows, by position."""

    widths: tuple[int, ...]
    rows: Sequence[Row]
    kills: Kills
    gate: int | None
    _killed: dict[int, int] = field(default_factory=dict)

    def levels(self) -> tuple[list[Nodes], list[tuple[int, ...]]] | None:
        """Return the raw levels and the items of each last child; `None` if they are many."""
        sure = self._sure()
        states = [self._kept((1 << len(self.rows)) - 1, sure[0])]
        found: list[Nodes] = []
        left = MOST_EDGES
        for depth, width in enumerate(self.widths):
            segments = self._segments(depth, width)
            left -= len(states) * len(segments)
            if left < 0:
                return None
            number: dict[int, int] = {}
            known: dict[int, int] = {}
            nodes: list[Node] = []
            for state in states:
                node: list[tuple[int, int]] = []
                last = -1
                for start, inside in segments:
                    rows = state & inside
                    if rows != last:
                        last = rows
                        child = known.get(rows)
                        if child is None:
                            kept = self._kept(rows, sure[depth + 1])
                            child = known[rows] = number.setdefault(kept, len(number))
                        node.append((start, child))
                nodes.append(node)
            found.append(nodes)
            states = list(number)
        return found, [self._items(state) for state in states]

    def _segments(self, depth: int, width: int) -> list[tuple[int, int]]:
        """Return where each stretch of an axis begins, and which rows hold there."""
        steps = {0: 0}
        for index, row in enumerate(self.rows):
            for low, high in row.box[depth]:
                steps[low] = steps.get(low, 0) ^ 1 << index
                steps[high] = steps.get(high, 0) ^ 1 << index
        inside = 0
        found = []
        for at in sorted(steps):
            inside ^= steps[at]
            if at < width:
                found.append((at, inside))
        return found

    def _sure(self) -> list[int]:
        """Return for each level, and past the last, the rows that hold wherever they are left."""
        rows = (1 << len(self.rows)) - 1
        found = [rows]
        for depth in range(len(self.widths) - 1, -1, -1):
            full = ((0, self.widths[depth]),)
            rows &= mask_of(i for i, row in enumerate(self.rows) if row.box[depth] == full)
            found.append(rows)
        return found[::-1]

    def _kept(self, state: int, sure: int) -> int:
        """Return a state without the rows that a surely holding one overrides or removes."""
        if self.gate is not None and not state & self._rows_of(self.gate):
            return 0
        for index in positions(state & sure & ~self._removing):
            item = self.rows[index].item
            rows = self._rows_of(item)
            if state >> index & 1 and not state & rows & self._removing:
                state &= ~(self._killed_by(item) | rows & ~(1 << index))
        return state

    def _killed_by(self, item: int) -> int:
        found = self._killed.get(item)
        if found is None:
            rank = self.kills.rank
            mine = int(rank[item]) if item < len(rank) else -1
            below = {x for x in self._by_item if x < len(rank) and 0 <= rank[x] < mine}
            below |= self._pairs.get(item, set())
            found = self._killed[item] = sum(self._rows_of(x) for x in below)
        return found

    def _rows_of(self, item: int) -> int:
        return self._by_item.get(item, 0)

    @cached_property
    def _by_item(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for index, row in enumerate(self.rows):
            found[row.item] = found.get(row.item, 0) | 1 << index
        return found

    @cached_property
    def _removing(self) -> int:
        return mask_of(index for index, row in enumerate(self.rows) if row.removes)

    @cached_property
    def _pairs(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        for y, x in self.kills.pairs.tolist():
            found.setdefault(y, set()).add(x)
        return found

    def _items(self, state: int) -> tuple[int, ...]:
        added = {self.rows[index].item for index in positions(state & ~self._removing)}
        return tuple(sorted(added - set(self._removed(state))))

    def _removed(self, state: int) -> Iterator[int]:
        return (self.rows[index].item for index in positions(state & self._removing))
