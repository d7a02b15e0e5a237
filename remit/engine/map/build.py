"""From rows to a diagram: breadth-first subset construction, one axis at a time, in numpy.

A state of a level is the set of rows that a path so far has not left, rows with the same remaining
box being one class. All states of a level are split at once: their rows' ranges become points on
one line, a running sum of 64-bit hashes names the set above each stretch, and equal names are one
state (subset construction as for automata; atoms per dimension as in Delta-net, Horn et al. 2017).
Cost: O(m log m) a level in the memberships m of its states.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from remit.engine.errors import RemitError
from remit.engine.map.diagram import Diagram, Ints, Level, grouped, mix, reduced
from remit.engine.map.space import Atoms

__all__ = ["Budget", "BudgetExceeded", "Kills", "Row", "build"]

T = TypeVar("T", bound=Hashable)
Kills = frozenset[tuple[int, int]]
"""Pairs `(y, x)`: wherever `y` surely holds, `x` can be left out without changing any answer."""


@dataclass(frozen=True, slots=True)
class Row:
    """One box that adds `item` to the set at every cell in it, or takes it out where `removes`."""

    item: int
    box: tuple[Atoms, ...]
    removes: bool = False

    @property
    def tag(self) -> int:
        """What the row does, as a number."""
        return 2 * self.item + self.removes


@dataclass(frozen=True, slots=True)
class Budget:
    """How much one diagram may cost: memberships of rows in the states of one level."""

    memberships: int = 40_000_000


class BudgetExceeded(RemitError):  # noqa: N818 - an outcome a caller plans for
    """A diagram would cost more than its budget: nothing was proved with it."""

    def __init__(self, level: int, memberships: int, limit: int) -> None:
        super().__init__(level, memberships, limit)
        self.level = level
        self.memberships = memberships
        self.limit = limit

    def __str__(self) -> str:
        """Return the reason as one sentence."""
        return (
            f"the diagram needs {self.memberships:,} memberships at level {self.level} "
            f"(limit {self.limit:,})"
        )


@dataclass(slots=True)
class _Classes:
    """The classes of one level: their ranges, where they lead, and what all the rest allows."""

    ranges: list[Atoms] = field(default_factory=list)
    child: list[int] = field(default_factory=list)
    everywhere: list[bool] = field(default_factory=list)
    tag: list[int] = field(default_factory=list)

    def frozen(self) -> _Frozen:
        counts = np.fromiter((len(r) for r in self.ranges), np.int64, len(self.ranges))
        flat = np.array([pair for r in self.ranges for pair in r], np.int64).reshape(-1, 2)
        return _Frozen(
            counts,
            np.concatenate(([0], np.cumsum(counts))),
            flat[:, 0],
            flat[:, 1],
            np.array(self.child, np.int64),
            np.array(self.everywhere, bool),
            np.array(self.tag, np.int64),
        )


@dataclass(frozen=True, slots=True)
class _Frozen:
    counts: Ints
    first: Ints
    low: Ints
    high: Ints
    child: Ints
    everywhere: NDArray[np.bool_]
    tag: Ints


@dataclass(frozen=True, slots=True)
class _States:
    """Memberships `(state, class)`, sorted by state; a state without any is the empty set."""

    count: int
    state: Ints
    klass: Ints


def build(
    widths: tuple[int, ...],
    rows: Sequence[Row],
    terminal: Callable[[tuple[int, ...]], T],
    kills: Kills = frozenset(),
    budget: Budget | None = None,
) -> Diagram[T]:
    """Return the diagram of `terminal(items)`: what some row adds and none removes, sorted.

    Args:
        widths: atoms of each axis.
        rows: boxes with one set of atoms an axis; none may be empty.
        kills: pairs used to drop rows early; they may be any that change no terminal.

    Raises:
        BudgetExceeded: if a level would hold more memberships than the budget allows.
    """
    limit = (budget or Budget()).memberships
    levels = _classes(widths, rows)
    frozen = [level.frozen() for level in levels]
    kill_keys, base = _kill_keys(kills)
    states = _pruned(_start(levels), frozen[0], kill_keys, base)
    raw: list[Level] = []
    for depth, width in enumerate(widths):
        edges, states = _step(states, frozen[depth], width, depth, limit)
        states = _pruned(states, frozen[depth + 1], kill_keys, base)
        child, states = _canonical(states)
        raw.append(Level(edges.first, edges.start, child[edges.child]))
    return reduced(widths, raw, _terminals(states, frozen[-1].tag, terminal))


def _classes(widths: tuple[int, ...], rows: Sequence[Row]) -> list[_Classes]:
    """Return the classes of every level, the terminal level last."""
    depth = len(widths)
    levels = [_Classes() for _ in range(depth + 1)]
    known: list[dict[tuple[Atoms, int], int]] = [{} for _ in range(depth + 1)]
    for row in rows:
        klass = _intern(
            levels[depth], known[depth], ((), row.tag), child=row.tag, everywhere=True, tag=row.tag
        )
        for level in range(depth - 1, -1, -1):
            ranges = row.box[level]
            full = ranges == ((0, widths[level]),) and levels[level + 1].everywhere[klass]
            klass = _intern(
                levels[level],
                known[level],
                (ranges, klass),
                child=klass,
                everywhere=full,
                tag=row.tag,
            )
    return levels


def _intern(
    level: _Classes,
    known: dict[tuple[Atoms, int], int],
    key: tuple[Atoms, int],
    *,
    child: int,
    everywhere: bool,
    tag: int,
) -> int:
    found = known.get(key)
    if found is None:
        found = known[key] = len(level.ranges)
        level.ranges.append(key[0])
        level.child.append(child)
        level.everywhere.append(everywhere)
        level.tag.append(tag)
    return found


def _start(levels: list[_Classes]) -> _States:
    # WHY: each class of the first level comes from some row, so the root holds them all.
    count = len(levels[0].ranges)
    return _States(1, np.zeros(count, np.int64), np.arange(count, dtype=np.int64))


def _step(
    states: _States, classes: _Frozen, width: int, depth: int, limit: int
) -> tuple[Level, _States]:
    """Split every state at the bounds of its rows; children are numbered by name."""
    counts = classes.counts[states.klass]
    owner = np.repeat(states.state, counts)
    total = int(counts.sum())
    if total > limit:
        raise BudgetExceeded(depth, total, limit)
    offset = np.repeat(classes.first[states.klass] - (np.cumsum(counts) - counts), counts)
    index = offset + np.arange(total)
    low, high = classes.low[index], classes.high[index]
    child = np.repeat(classes.child[states.klass], counts)
    segment_owner, start, names = _segments(states.count, width, owner, low, high, child)
    chosen, child_set = grouped(*names)
    first = np.searchsorted(segment_owner, np.arange(states.count + 1))
    edges = Level(first, start, child_set)
    holds = (owner, low, high, child)
    return edges, _members(segment_owner[chosen], start[chosen], holds, states.count, depth, limit)


def _segments(
    count: int, width: int, owner: Ints, low: Ints, high: Ints, child: Ints
) -> tuple[Ints, Ints, list[NDArray[np.uint64]]]:
    """Return owner, start and 128-bit set name of every elementary stretch of every state."""
    stride = width + 1
    keys = np.concatenate((owner * stride + low, owner * stride + high, np.arange(count) * stride))
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    final = np.ones(len(keys), bool)
    final[:-1] = keys[1:] != keys[:-1]
    final &= keys % stride != width
    zeros = np.zeros(count, np.uint64)
    names = []
    for seed in (1, 2):
        hashes = mix(child, seed)
        steps = np.concatenate((hashes, np.uint64(0) - hashes, zeros))
        names.append(np.cumsum(steps[order], dtype=np.uint64)[final])
    return keys[final] // stride, keys[final] % stride, names


def _members(
    owner: Ints, at: Ints, holds: tuple[Ints, Ints, Ints, Ints], count: int, depth: int, limit: int
) -> _States:
    """Return the child classes over the point `at` of state `owner`, for each of the named sets."""
    state, low, high, child = holds
    first = np.searchsorted(state, np.arange(count + 1))
    counts = np.diff(first)[owner]
    total = int(counts.sum())
    if total > limit:
        raise BudgetExceeded(depth, total, limit)
    named = np.repeat(np.arange(len(owner)), counts)
    index = np.repeat(first[owner] - (np.cumsum(counts) - counts), counts) + np.arange(total)
    point = at[named]
    inside = (low[index] <= point) & (point < high[index])
    named, klass = named[inside], child[index[inside]]
    stride = int(klass.max(initial=0)) + 1
    keys = named * stride + klass
    keys.sort()
    keys = keys[np.concatenate(([True], keys[1:] != keys[:-1]))] if len(keys) else keys
    return _States(len(owner), keys // stride, keys % stride)


def _kill_keys(kills: Kills) -> tuple[Ints, int]:
    base = max((max(pair) for pair in kills), default=0) + 1
    keys = np.fromiter((y * base + x for y, x in kills), np.int64, len(kills))
    keys.sort()
    return keys, base


def _pruned(states: _States, classes: _Frozen, kill_keys: Ints, base: int) -> _States:
    """Drop rows that a surely holding row overrides or removes: they can change nothing."""
    tag = classes.tag[states.klass]
    item, removes = tag // 2, tag % 2 == 1
    sure = classes.everywhere[states.klass]
    stride = int(item.max(initial=0)) + 1
    threatened = np.unique((states.state * stride + item)[removes])
    holds = sure & ~removes & ~np.isin(states.state * stride + item, threatened)
    actors = np.flatnonzero(holds | (sure & removes))
    if not len(actors):
        return states
    first = np.searchsorted(states.state, np.arange(states.count + 1))
    counts = np.diff(first)[states.state[actors]]
    actor = np.repeat(actors, counts)
    begin = np.repeat(first[states.state[actors]] - (np.cumsum(counts) - counts), counts)
    other = begin + np.arange(int(counts.sum()))
    same = (item[actor] == item[other]) & (actor != other)
    dropped = same | (holds[actor] & _listed(item[actor], item[other], kill_keys, base))
    keep = np.ones(len(tag), bool)
    keep[other[dropped]] = False
    return _States(states.count, states.state[keep], states.klass[keep])


def _listed(y: Ints, x: Ints, kill_keys: Ints, base: int) -> NDArray[np.bool_]:
    if not len(kill_keys):
        return np.zeros(len(y), bool)
    keys = np.where((y < base) & (x < base), y * base + x, -1)
    place = np.minimum(np.searchsorted(kill_keys, keys), len(kill_keys) - 1)
    return np.asarray(kill_keys[place] == keys)


def _canonical(states: _States) -> tuple[Ints, _States]:
    """Make equal sets one state; return each old state's new number and the new states."""
    first = np.searchsorted(states.state, np.arange(states.count + 1))
    names = []
    for seed in (1, 2):
        reach = np.concatenate((np.zeros(1, np.uint64), np.cumsum(mix(states.klass, seed))))
        names.append(reach[first[1:]] - reach[first[:-1]])
    chosen, group = grouped(*names)
    number = np.full(states.count, -1)
    number[chosen] = np.arange(len(chosen))
    keep = number[states.state] >= 0
    state, klass = number[states.state[keep]], states.klass[keep]
    order = np.lexsort((klass, state))
    return group, _States(len(chosen), state[order], klass[order])


def _terminals(states: _States, tags: Ints, terminal: Callable[[tuple[int, ...]], T]) -> list[T]:
    first = np.searchsorted(states.state, np.arange(states.count + 1)).tolist()
    tag = tags[states.klass].tolist()
    found = []
    for low, high in pairwise(first):
        members = tag[low:high]
        removed = {t // 2 for t in members if t % 2}
        found.append(terminal(tuple(sorted({t // 2 for t in members if not t % 2} - removed))))
    return found
