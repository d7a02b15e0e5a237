"""Which question to ask next: the one after which the fewest more will be needed.

A question is about one dimension, and has choices: each value or level, for a tree the children of
the node known so far, for numbers and days the ranges that matter. Each question is judged by the
doubt (entropy of the outcome, in bits) that is left after it and after the best question that
follows each of its answers: one step more than the choice of an attribute in Quinlan 1986, which
alone is misled where two answers count only together.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from remit.engine.map.diagram import Diagram, Ints
from remit.engine.map.doubt import Doubt, Flags, Floats, OpenAxis, Standing, doubt_in, entropies
from remit.engine.map.space import Atoms, Space
from remit.engine.vocabulary import Dimension

__all__ = ["Split", "best_question", "best_split", "depends", "splits"]

T = TypeVar("T", bound=Hashable)
TIE = 1e-9
"""Differences of expected doubt, in bits, that floating point makes and no person would notice."""
MOST_AHEAD = 4
"""Questions of which it is also asked what would follow them; the others are worse at once."""
MOST_BRANCHES = 64
"""Answers, of all questions looked at, past which it is not asked what would follow them."""
MOST_CHOICES = 12
"""Choices of one question that a person looks over at once."""
MOST_STATES = 20_000
"""Sets of nodes looked at to see if any answer can still help; past them it is taken to."""
MOST_WORK = 40_000
"""Numbers in one look at a doubt past which it is not asked what would follow a question."""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """One question: which atoms of an axis each of its choices means.

    Args:
        position: of the axis among those of the doubt.
        labels: the choice each atom inside the box belongs to, from 0; -1 for what cannot be.
        chances: of each outcome together with each choice, one row a choice.
        possible: which outcomes are possible after each choice; some, for each.
        doubt: bits expected to be left after the answer.
    """

    position: int
    labels: Ints
    chances: Floats
    possible: Flags
    doubt: float

    @property
    def choices(self) -> Iterator[Flags]:
        """The atoms that each choice means, as flags; no atom is in two."""
        return (self.labels == choice for choice in range(len(self.possible)))

    @property
    def is_open(self) -> Flags:
        """Which choices leave two or more outcomes."""
        return np.asarray(self.possible.sum(axis=1) > 1)

    @property
    def narrows(self) -> bool:
        """Whether some answer leaves fewer outcomes than there are."""
        return int(self.possible.sum(axis=1).min()) < int(self.before.sum())

    @property
    def before(self) -> Flags:
        """Which outcomes are possible before the answer."""
        return np.asarray(self.possible.any(axis=0))

    @property
    def open_chance(self) -> float:
        """The chance that the answer leaves two or more outcomes."""
        return float(self.chances[self.is_open].sum()) / max(float(self.chances.sum()), TIE)


def best_question(
    diagram: Diagram[T],
    outcome: Callable[[T], Hashable],
    space: Space,
    box: Sequence[Atoms],
    order: Sequence[str],
) -> str | None:
    """Return the dimension to ask for, or `None` if no open dimension bears on the outcome.

    Args:
        outcome: what is asked for, from a terminal; `None` marks cells that do not count.
        box: what the event may be, as atoms by axis.
        order: dimensions, first first, to settle ties.
    """
    doubt = doubt_in(diagram, outcome, space, box)
    split = best_split(doubt, order)
    return None if split is None else doubt.axes[split.position].axis.name


def best_split(
    doubt: Doubt, order: Sequence[str], skip: frozenset[str] = frozenset()
) -> Split | None:
    """Return the best question; `None` if the outcome is certain, or nothing left bears on it.

    A question that leaves every outcome possible whatever the answer is asked only if all do, and
    then one on which the outcome depends.

    Args:
        order: dimensions, first first, to settle ties.
        skip: dimensions not to ask for.
    """
    found = _useful(doubt, list(splits(doubt, skip)))
    if not found or (skip and not found[0].narrows and not _can_narrow(doubt, skip)):
        return None

    def rank(split: Split) -> tuple[float, int]:
        return (split.doubt, order.index(doubt.axes[split.position].axis.name))

    found.sort(key=rank)
    if len(found) == 1 or found[0].doubt <= TIE or _work(doubt) > MOST_WORK:
        return found[0]
    found = found[:MOST_AHEAD]
    if sum(int(split.is_open.sum()) for split in found) > MOST_BRANCHES:
        return found[0]
    return min(found, key=lambda split: (_after(doubt, split, skip), *rank(split)))


def _after(doubt: Doubt, split: Split, skip: frozenset[str]) -> float:
    """Return how much is left to ask after a question, told from the best one after each answer.

    Each answer that leaves the outcome open needs one more question; what is left after that counts
    by its chance and its bits.
    """
    left = 0.0
    for chosen, chances, possible in zip(split.choices, split.chances, split.possible, strict=True):
        if possible.sum() > 1:
            inside = doubt.within(split.position, chosen)
            following = [each.doubt + each.open_chance for each in splits(inside, skip)]
            left += float(chances.sum()) * (1 + min(following, default=0.0))
    return round(left / TIE) * TIE


def splits(doubt: Doubt, skip: frozenset[str]) -> Iterator[Split]:
    """Yield every question with two or more possible answers, if the outcome is open."""
    standings = doubt.standings()
    if not standings or standings[0].possible.any(axis=0).sum() <= 1:
        return
    for position, (axis, standing) in enumerate(zip(doubt.axes, standings, strict=True)):
        if axis.axis.name not in skip:
            split = _split(position, axis, standing)
            if split is not None:
                yield split


def _split(position: int, axis: OpenAxis, standing: Standing) -> Split | None:
    """Return the question about one axis.

    Of a tree, it is about the highest level of which some answer rules an outcome out; where that
    is too many choices to look over, or there is none, the highest that tells anything.
    """
    can = np.asarray(standing.possible.any(axis=1))
    before = _bits(standing.chances.sum(axis=0)[None, :])
    found: Split | None = None
    for labels in _partitions(axis, can):
        count = int(labels.max(initial=-1)) + 1
        if count <= 1:
            continue
        split = _labelled(position, labels, count, standing)
        if split.narrows and (found is None or count <= MOST_CHOICES):
            return split
        if found is None or found.doubt >= before - TIE:
            found = split
    return found


def _labelled(position: int, labels: Ints, count: int, standing: Standing) -> Split:
    chances = np.zeros((count, standing.chances.shape[1]))
    possible = np.zeros(chances.shape, bool)
    inside = labels >= 0
    np.add.at(chances, labels[inside], standing.chances[inside])
    np.logical_or.at(possible, labels[inside], standing.possible[inside])
    return Split(position, labels, chances, possible, _bits(chances))


def _bits(chances: Floats) -> float:
    left = float(entropies(chances).sum()) / max(float(chances.sum()), TIE)
    return round(left / TIE) * TIE


def _partitions(axis: OpenAxis, can: Flags) -> Iterator[Ints]:
    """Yield the ways to label the possible atoms by choice; of a tree, the highest nodes first."""
    dimension = axis.axis.dimension
    if dimension.kind == "tree":
        yield from _levels(dimension, axis.atoms, can)
    elif dimension.is_named:
        yield _numbered(np.arange(len(can)), can)
    else:
        # A choice is a run of neighbouring numbers or days that have the same effect.
        fresh = np.ones(len(can), bool)
        fresh[1:] = (np.diff(axis.atoms) != 1) | (np.diff(axis.klass) != 0)
        yield _numbered(np.cumsum(fresh), can)


def _numbered(groups: Ints, can: Flags) -> Ints:
    """Return the groups that have a possible atom, numbered in order; -1 for what cannot be."""
    labels = np.full(len(groups), -1)
    labels[can] = np.unique(groups[can], return_inverse=True)[1]
    return labels


def _levels(dimension: Dimension, atoms: Ints, can: Flags) -> Iterator[Ints]:
    below: dict[str | None, list[str]] = {}
    for node in dimension.nodes:
        below.setdefault(dimension.parents.get(node), []).append(node)
    nodes = below[None]
    while True:
        lows = np.array([dimension.nodes[node][0] for node in nodes])
        order = np.argsort(lows, kind="stable")
        groups = np.searchsorted(lows[order], atoms, side="right") - 1
        yield _numbered(groups, can)
        met = {nodes[order[group]] for group in np.unique(groups[can]).tolist()}
        lower = [child for node in nodes if node in met for child in below.get(node, [node])]
        if lower == nodes:
            return
        nodes = lower


def _useful(doubt: Doubt, splits: list[Split]) -> list[Split]:
    """Return the questions that narrow the outcomes; else those the outcome depends on."""
    narrowing = [split for split in splits if split.narrows]
    if narrowing or len(splits) <= 1:
        return narrowing or splits
    return [split for split in splits if depends(doubt, split.position)] or splits


def depends(doubt: Doubt, position: int) -> bool:
    """Return whether two events that differ on one axis alone have different outcomes."""
    present = [np.unique(axis.klass).tolist() for axis in doubt.axes]
    known: set[tuple[int, frozenset[int]]] = set()

    def differ(level: int, nodes: frozenset[int]) -> bool:
        if len(nodes) <= 1 or (level, nodes) in known:
            return False
        known.add((level, nodes))
        if level == len(doubt.tables):
            return len(nodes - {0}) > 1
        table = doubt.tables[level]
        return any(
            differ(level + 1, frozenset(table[list(nodes), at].tolist())) for at in present[level]
        )

    table = doubt.tables[position]
    return any(
        differ(position + 1, frozenset(table[node, present[position]].tolist()))
        for node in range(len(table))
    )


def _can_narrow(doubt: Doubt, skip: frozenset[str]) -> bool:
    """Return whether answers to all but some dimensions can rule an outcome out."""
    everything = frozenset((np.flatnonzero(doubt.possible()) + 1).tolist())
    present = [np.unique(axis.klass).tolist() for axis in doubt.axes]
    known: set[tuple[int, frozenset[int]]] = set()

    def narrows(level: int, nodes: frozenset[int]) -> bool:
        if (level, nodes) in known or len(known) > MOST_STATES:
            return len(known) > MOST_STATES
        known.add((level, nodes))
        if level == len(doubt.tables):
            left = nodes - {0}
            return bool(left) and left != everything
        leads = doubt.tables[level][list(nodes)]
        if doubt.axes[level].axis.name in skip:
            return narrows(level + 1, frozenset(leads[:, present[level]].ravel().tolist()))
        return any(narrows(level + 1, frozenset(leads[:, at].tolist())) for at in present[level])

    return narrows(0, frozenset({doubt.root}))


def _work(doubt: Doubt) -> int:
    return sum(table.size for table in doubt.tables) * max(1, len(doubt.outcomes))
