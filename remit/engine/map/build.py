"""From rows to a diagram: breadth-first subset construction, one axis at a time, in numpy.

A state of a level is the set of rows that a path so far has not left, rows with the same remaining
box being one class. All states of a level are split at once: their rows' ranges become points on
one line, a running sum of 64-bit hashes names the set above each stretch, and equal names are one
state (subset construction as for automata; atoms per dimension as in Delta-net, Horn et al. 2017).
Cost: O(m log m) a level in the memberships m of its states.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from remit.engine.map.budget import MOST_BLAMED, Budget, BudgetExceeded
from remit.engine.map.diagram import Diagram, Hashes, Ints, Level, grouped_hashes, mix, reduced
from remit.engine.map.overrides import Kills
from remit.engine.map.rows import AtomSets, Row, Table
from remit.engine.map.space import Atoms

__all__ = ["NO_KILLS", "build"]

T = TypeVar("T", bound=Hashable)
Bools = NDArray[np.bool_]
NO_KILLS = Kills(np.empty(0, np.int64), np.empty((0, 2), np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class _Classes:
    """The classes of one level: their ranges, where they lead, and what all the rest allows."""

    counts: Ints
    first: Ints
    low: Ints
    high: Ints
    child: Ints
    everywhere: Bools
    tag: Ints


@dataclass(frozen=True, slots=True, eq=False)
class _States:
    """Memberships `(state, class)`, sorted by state; a state without any is the empty set."""

    count: int
    state: Ints
    klass: Ints


@dataclass(frozen=True, slots=True, eq=False)
class _Pruning:
    """Kills as a builder wants them.

    Args:
        rank: by item.
        keys: the pairs as sorted keys `y * base + x`.
        killers: which items are some `y`.
        several: which items have more than one row.
        gate: the item without which a state is empty.
    """

    rank: Ints
    keys: Ints
    base: int
    killers: Bools
    several: Bools
    gate: int | None

    @classmethod
    def of(cls, kills: Kills, tags: Ints, gate: int | None) -> _Pruning:
        often = np.bincount(tags // 2)
        count = max(len(often), len(kills.rank), int(kills.pairs.max(initial=-1)) + 1)
        rank = np.full(count, -1, np.int64)
        rank[: len(kills.rank)] = kills.rank
        killers, several = np.zeros(count, bool), np.zeros(count, bool)
        killers[kills.pairs[:, 0]] = True
        several[: len(often)] = often > 1
        keys = np.sort(kills.pairs[:, 0] * count + kills.pairs[:, 1])
        return cls(rank, keys, count, killers, several, gate)


def build(
    widths: tuple[int, ...],
    rows: Sequence[Row] | Table,
    terminal: Callable[[tuple[int, ...]], T],
    kills: Kills = NO_KILLS,
    budget: Budget | None = None,
    gate: int | None = None,
) -> Diagram[T]:
    """Return the diagram of `terminal(items)`: what some row adds and none removes, sorted.

    Args:
        widths: atoms of each axis.
        rows: boxes with one set of atoms an axis; none may be empty.
        kills: what may be dropped early, by item; it must change no terminal.
        gate: an item; where no row of it is, nothing is looked into, and the terminal is that of
            no items. So a few cells of a large diagram cost little.

    Raises:
        BudgetExceeded: if a level would hold more memberships than the budget allows, or the time
            is up.
    """
    limits = budget or Budget()
    table = rows if isinstance(rows, Table) else Table.of(rows, AtomSets.some(len(widths)))
    classes = _classes(widths, table)
    pruning = _Pruning.of(kills, table.tags, gate)
    # WHY: each class of the first level comes from some row, so the root holds them all.
    count = len(classes[0].counts)
    states = _States(1, np.zeros(count, np.int64), np.arange(count, dtype=np.int64))
    states = _pruned(states, classes[0], pruning)
    raw: list[Level] = []
    spent = 0
    for depth, width in enumerate(widths):
        afford = _Purse(states, classes[depth], depth, limits, spent).afford
        edges, states = _step(states, classes[depth], width, afford)
        spent += len(states.state)
        states = _pruned(states, classes[depth + 1], pruning)
        child, states = _canonical(states)
        raw.append(Level(edges.first, edges.start, child[edges.child]))
    return reduced(widths, raw, _terminals(states, classes[-1].tag, terminal))


def _classes(widths: tuple[int, ...], table: Table) -> list[_Classes]:
    """Return the classes of every level, the terminal level last."""
    tag, klass = np.unique(table.tags, return_inverse=True)
    everywhere = np.ones(len(tag), bool)
    nothing = np.zeros(0, np.int64)
    counts = np.zeros(len(tag), np.int64)
    first = np.zeros(len(tag) + 1, np.int64)
    found = [_Classes(counts, first, nothing, nothing, tag, everywhere, tag)]
    for level in range(len(widths) - 1, -1, -1):
        stride = len(found[0].tag) + 1
        keys, klass = np.unique(table.ids[:, level] * stride + klass, return_inverse=True)
        sets = list(table.sets[level].number)
        found.insert(0, _level(sets, keys // stride, keys % stride, found[0], widths[level]))
    return found


def _level(
    sets: Sequence[Atoms], ranges: Ints, child: Ints, below: _Classes, width: int
) -> _Classes:
    size = np.fromiter((len(atoms) for atoms in sets), np.int64, len(sets))
    start = np.concatenate(([0], np.cumsum(size)))
    flat = np.array([pair for atoms in sets for pair in atoms], np.int64).reshape(-1, 2)
    is_full = np.fromiter((atoms == ((0, width),) for atoms in sets), bool, len(sets))
    counts = size[ranges]
    first = np.concatenate(([0], np.cumsum(counts)))
    index = np.repeat(start[ranges] - first[:-1], counts) + np.arange(int(first[-1]))
    everywhere = is_full[ranges] & below.everywhere[child]
    return _Classes(
        counts, first, flat[index, 0], flat[index, 1], child, everywhere, below.tag[child]
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Purse:
    """What one level may cost."""

    states: _States
    classes: _Classes
    depth: int
    limits: Budget
    spent: int

    def afford(self, memberships: int) -> None:
        """Refuse what is past the budget, and say which rows make it so."""
        limit = min(self.limits.memberships, self.limits.work - self.spent)
        if memberships <= limit and not self.limits.is_up():
            return
        item = self.classes.tag[self.states.klass] // 2
        items, often = np.unique(item, return_counts=True)
        blamed = items[np.argsort(-often, kind="stable")][:MOST_BLAMED]
        raise BudgetExceeded(self.depth, memberships, limit, tuple(blamed.tolist()))


def _step(
    states: _States, classes: _Classes, width: int, afford: Callable[[int], None]
) -> tuple[Level, _States]:
    """Split every state at the bounds of its rows; children are numbered by name."""
    counts = classes.counts[states.klass]
    afford(int(counts.sum()))
    owner = np.repeat(states.state, counts)
    offset = np.repeat(classes.first[states.klass] - (np.cumsum(counts) - counts), counts)
    index = offset + np.arange(len(owner))
    child = np.repeat(classes.child[states.klass], counts)
    cut = _segments(states.count, width, owner, classes.low[index], classes.high[index], child)
    chosen, group = grouped_hashes(*cut.names)
    # WHY sorted: a row's stretches are neighbours, and so then are the sets named by them.
    named = np.sort(chosen)
    number = np.empty(len(cut.start), np.int64)
    number[named] = np.arange(len(named))
    edges = Level(_firsts(cut.owner, states.count), cut.start, number[chosen[group]])
    return edges, _members(cut, named, child, afford)


@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    """The elementary stretches of all states, in order, and which of them each row covers.

    Args:
        owner: the state of each stretch.
        start: its first atom.
        names: two 64-bit names of the set of rows above it.
        low: the first stretch of each row.
        high: the stretch after its last.
    """

    owner: Ints
    start: Ints
    names: tuple[Hashes, Hashes]
    low: Ints
    high: Ints


def _segments(count: int, width: int, owner: Ints, low: Ints, high: Ints, child: Ints) -> _Cut:
    stride = width + 1
    keys = np.concatenate((owner * stride + low, owner * stride + high, np.arange(count) * stride))
    order = np.argsort(keys)
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
    place = np.empty(len(keys), np.int64)
    place[order] = np.cumsum(final) - final
    starts = keys[final]
    return _Cut(
        starts // stride,
        starts % stride,
        (names[0], names[1]),
        place[: len(owner)],
        place[len(owner) : 2 * len(owner)],
    )


def _members(cut: _Cut, named: Ints, child: Ints, afford: Callable[[int], None]) -> _States:
    """Return the child classes over each of the named stretches."""
    reach = np.zeros(len(cut.start) + 1, np.int64)
    reach[named + 1] = 1
    np.cumsum(reach, out=reach)
    begin = reach[cut.low]
    counts = reach[cut.high] - begin
    total = int(counts.sum())
    afford(total)
    state = np.repeat(begin - (np.cumsum(counts) - counts), counts) + np.arange(total)
    stride = int(child.max(initial=0)) + 1
    keys = state * stride + np.repeat(child, counts)
    keys.sort()
    if total:
        keys = keys[np.concatenate(([True], keys[1:] != keys[:-1]))]
    return _States(len(named), keys // stride, keys % stride)


def _firsts(owner: Ints, count: int) -> Ints:
    """Return where each owner's entries begin among sorted ones, and at last where all end."""
    return np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=count))))


def _pruned(states: _States, classes: _Classes, pruning: _Pruning) -> _States:
    """Drop rows that a surely holding row overrides or removes: they can change nothing."""
    states = _gated(states, classes, pruning.gate)
    sure = classes.everywhere[states.klass]
    if not sure.any():
        return states
    tag = classes.tag[states.klass]
    item, removes = tag // 2, tag % 2 == 1
    keys = states.state * pruning.base + item
    holds = sure & ~removes
    if removes.any():
        holds &= ~np.isin(keys, keys[removes])
    keep = ~_repeated(keys, holds | (sure & removes), pruning.several[item])
    first = _firsts(states.state, states.count)
    rank = pruning.rank[item]
    best = np.full(states.count, -1, np.int64)
    some = np.flatnonzero(np.diff(first))
    best[some] = np.maximum.reduceat(np.where(holds, rank, -1), first[some])
    keep &= (rank >= best[states.state]) | (rank < 0)
    left = _States(states.count, states.state[keep], states.klass[keep])
    return _paired(left, item[keep], holds[keep], pruning) if len(pruning.keys) else left


def _gated(states: _States, classes: _Classes, gate: int | None) -> _States:
    """Empty the states that no row of the gate is left in."""
    if gate is None:
        return states
    is_open = np.zeros(states.count, bool)
    is_open[states.state[classes.tag[states.klass] == 2 * gate]] = True
    keep = is_open[states.state]
    return _States(states.count, states.state[keep], states.klass[keep])


def _repeated(keys: Ints, acts: Bools, several: Bools) -> Bools:
    """Return which rows stand beside a row of the same item and state that settles it alone."""
    found = np.zeros(len(keys), bool)
    open_ = np.flatnonzero(several)
    found[open_] = np.isin(keys[open_], keys[open_][acts[open_]]) & ~acts[open_]
    return found


def _paired(states: _States, item: Ints, holds: Bools, pruning: _Pruning) -> _States:
    """Drop rows that a surely holding row of the same state kills by a pair.

    What kills in turn stays or is itself killed by what kills as much, so one pass is enough.
    """
    killed = np.zeros(len(item), bool)
    actors = np.flatnonzero(holds & pruning.killers[item])
    if not len(actors):
        return states
    first = _firsts(states.state, states.count)
    counts = np.diff(first)[states.state[actors]]
    actor = np.repeat(actors, counts)
    begin = np.repeat(first[states.state[actors]] - (np.cumsum(counts) - counts), counts)
    other = begin + np.arange(len(actor))
    wanted = item[actor] * pruning.base + item[other]
    place = np.minimum(np.searchsorted(pruning.keys, wanted), len(pruning.keys) - 1)
    killed[other[pruning.keys[place] == wanted]] = True
    return _States(states.count, states.state[~killed], states.klass[~killed])


def _canonical(states: _States) -> tuple[Ints, _States]:
    """Make equal sets one state; return each old state's new number and the new states."""
    first = _firsts(states.state, states.count)
    names = []
    for seed in (1, 2):
        reach = np.concatenate((np.zeros(1, np.uint64), np.cumsum(mix(states.klass, seed))))
        names.append(reach[first[1:]] - reach[first[:-1]])
    chosen, group = grouped_hashes(*names)
    kept = np.sort(chosen)
    number = np.full(states.count, -1)
    number[kept] = np.arange(len(kept))
    state = number[states.state]
    keep = state >= 0
    return number[chosen[group]], _States(len(kept), state[keep], states.klass[keep])


def _terminals(states: _States, tags: Ints, terminal: Callable[[tuple[int, ...]], T]) -> list[T]:
    first = _firsts(states.state, states.count).tolist()
    tag = tags[states.klass].tolist()
    found = []
    for low, high in pairwise(first):
        members = tag[low:high]
        removed = {t // 2 for t in members if t % 2}
        found.append(terminal(tuple(sorted({t // 2 for t in members if not t % 2} - removed))))
    return found
