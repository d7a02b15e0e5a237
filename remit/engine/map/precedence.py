"""What precedence puts above what: between nested constraint sets, the smaller one.

Where all constraint sets of a dimension are nested or disjoint, which trees and single values make
them, two duties that match one cell have nested sets everywhere, and the one with the smaller set
at the first difference is the one with the higher *rank*, a single number a duty. Ranges that cross
have no rank; of any two duties the sets are compared then, when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remit.engine.map.space import Atoms
from remit.engine.pack import Duty

__all__ = ["Earlier", "Precedence", "Sets", "Tier", "precedence_of"]

NAMING = np.uint64(0x9E3779B97F4A7C15)
"""Odd, its bits in no order: by it names of rows of numbers are made, as hashes."""
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Hashes = NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Sets:
    """The distinct constraint sets that duties have on one dimension, by number."""

    number: Mapping[Atoms, int]

    @cached_property
    def bounds(self) -> tuple[Ints, Ints] | None:
        """The first atom of each, and the last, exclusive; `None` if one is not a single range."""
        if any(len(atoms) != 1 for atoms in self.number):
            return None
        low, high = np.array([pair for (pair,) in self.number], np.int64).reshape(-1, 2).T
        return low, high

    @cached_property
    def sizes(self) -> Ints:
        """How many atoms each has."""
        if self.bounds is not None:
            low, high = self.bounds
            return high - low
        return np.array([sum(high - low for low, high in each) for each in self.number], np.int64)

    def within(self, one: Ints, other: Ints) -> Bools:
        """Return where the one of two sets is a strict subset of the other, by number."""
        if self.bounds is None:
            return self.inside[one, other]
        # WHY not `inside`: few pairs are no reason to compare all.
        low, high = self.bounds
        found: Bools = (low[one] >= low[other]) & (high[one] <= high[other]) & (one != other)
        return found

    @cached_property
    def are_laminar(self) -> bool:
        """Whether any two are nested or disjoint."""
        return _are_laminar(list(self.number))

    @cached_property
    def inside(self) -> Bools:
        """Which set is a strict subset of which; shape `(sets, sets)`."""
        return _inside(list(self.number))

    def nested(self, one: Ints, other: Ints) -> Bools:
        """Return where one of two sets is a strict subset of the other, by number."""
        return self.within(one, other) | self.within(other, one)


@dataclass(frozen=True, slots=True, eq=False)
class Tier:
    """One dimension of the precedence: the number of each duty's constraint set there."""

    ids: Ints
    sets: Sets


@dataclass(frozen=True, eq=False)
class Precedence:
    """Which duty precedence puts above which, letters and exceptions aside.

    Args:
        rank: by rank alone where the sets are nested or disjoint; of duties that never match
            together it says nothing.
        order: a number a duty, higher wherever it overrides, whatever the sets.
        tiers: the dimensions of the pack's precedence, the first one first.
    """

    rank: Ints | None
    order: Ints
    tiers: tuple[Tier, ...]

    @cached_property
    def beats(self) -> Bools:
        """Where `y` is put above `x` at `[y, x]`; of use where there is no rank."""
        every = np.arange(len(self.order))
        return self.above(every[:, None], every[None, :])

    @cached_property
    def leading(self) -> Hashes:
        """A name a duty: of two that match together and have other names, one is above the other.

        It stands for the sets on the first dimensions, as long as these are nested or disjoint.
        Equal names may be by chance, with one in 2^64.
        """
        found = np.zeros(len(self.order), np.uint64)
        for tier in self.tiers:
            if not tier.sets.are_laminar:
                break
            found = found * NAMING + tier.ids.astype(np.uint64)
        return found

    @cached_property
    def leading_rank(self) -> Ints:
        """A number a duty: of two that match together, the one with the higher one is above.

        It is a rank by the first dimensions, as long as these are nested or disjoint; of equal ones
        it says nothing.
        """
        if self.rank is not None:
            return self.rank
        first = takewhile(lambda tier: tier.sets.are_laminar, self._differing)
        return _ranks(
            [np.zeros(len(self.order), np.int64), *(-tier.sets.sizes[tier.ids] for tier in first)]
        )

    def above(self, y: Ints, x: Ints) -> Bools:
        """Return where `y` is put above `x`: duties that match together, in arrays of one shape."""
        if self.rank is not None:
            higher: Bools = self.rank[y] > self.rank[x]
            return higher
        return self._compared(y, x, Sets.within)

    def is_above(self, y: int, x: int) -> bool:
        """Return whether `y` is put above `x`, two duties that match together."""
        if self.rank is not None:
            return bool(self.rank[y] > self.rank[x])
        for tier in self._differing:
            mine, theirs = tier.ids[y], tier.ids[x]
            if mine != theirs:
                return bool(tier.sets.within(mine, theirs))
        return False

    def decides(self, y: Ints, x: Ints) -> Bools:
        """Return where one of two duties is put above the other; they match together."""
        if self.rank is not None:
            apart: Bools = self.rank[y] != self.rank[x]
            return apart
        return self._compared(y, x, Sets.nested)

    @cached_property
    def ranges(self) -> Ints | None:
        """Each duty's first atom, and the last, exclusive; shape `(tiers, duties, 2)`.

        `None` where some set is not a single range.
        """
        found = np.empty((len(self.tiers), len(self.order), 2), np.int64)
        for tier, bounds in zip(self.tiers, found, strict=True):
            if tier.sets.bounds is None:
                return None
            low, high = tier.sets.bounds
            bounds[:, 0], bounds[:, 1] = low[tier.ids], high[tier.ids]
        return found

    @property
    def is_compared(self) -> bool:
        """Whether `beats` is there already."""
        return "beats" in self.__dict__

    def _compared(self, y: Ints, x: Ints, relation: Callable[[Sets, Ints, Ints], Bools]) -> Bools:
        """Return how the sets of each pair relate on the first dimension where they differ."""
        shape = np.broadcast_shapes(y.shape, x.shape)
        mine, theirs = np.broadcast_to(y, shape).ravel(), np.broadcast_to(x, shape).ravel()
        found = np.zeros(len(mine), bool)
        # WHY positions: the first dimensions leave few pairs undecided.
        undecided: Ints | slice = slice(None)
        for tier in self._differing:
            a, b = tier.ids[mine], tier.ids[theirs]
            found[undecided] = relation(tier.sets, a, b)
            alike = np.flatnonzero(a == b)
            undecided = alike if isinstance(undecided, slice) else undecided[alike]
            mine, theirs = mine[alike], theirs[alike]
        return found.reshape(shape)

    @cached_property
    def _differing(self) -> tuple[Tier, ...]:
        return tuple(tier for tier in self.tiers if len(tier.sets.number) > 1)


class Earlier(NamedTuple):
    """What is known of duties from before an edit.

    Args:
        tiers: the dimensions of the precedence as they were.
        was: the earlier position of each duty as it is now; -1 of those that changed.
    """

    tiers: tuple[Tier, ...]
    was: Ints


def precedence_of(
    duties: Sequence[Duty],
    dimensions: Sequence[Callable[[Duty], Atoms]],
    earlier: Earlier | None = None,
) -> Precedence | None:
    """Return the order that precedence makes, by rank where it can be; `None` if none differ.

    Args:
        dimensions: for each dimension of the pack's precedence, a duty's constraint set there.
        earlier: the same dimensions of other duties, some of which are among these.
    """
    tiers = tuple(_tiers(duties, dimensions, earlier))
    differing = [tier for tier in tiers if len(tier.sets.number) > 1]
    if not differing:
        return None
    # The first dimension sorts first, and the smaller set has the higher rank.
    order = _ranks([-tier.sets.sizes[tier.ids] for tier in differing])
    by_rank = all(tier.sets.are_laminar for tier in differing)
    return Precedence(order if by_rank else None, order, tiers)


def _tiers(
    duties: Sequence[Duty],
    dimensions: Sequence[Callable[[Duty], Atoms]],
    earlier: Earlier | None,
) -> Iterator[Tier]:
    """Yield the dimensions of the precedence; what earlier duties have there is taken over."""
    if earlier is None:
        for atoms_of in dimensions:
            number: dict[Atoms, int] = {}
            ids = [number.setdefault(atoms_of(duty), len(number)) for duty in duties]
            yield Tier(np.array(ids, np.int64), Sets(number))
        return
    fresh = np.flatnonzero(earlier.was < 0).tolist()
    for atoms_of, old in zip(dimensions, earlier.tiers, strict=True):
        known = dict(old.sets.number)
        found = old.ids[earlier.was]
        for index in fresh:
            found[index] = known.setdefault(atoms_of(duties[index]), len(known))
        used = np.zeros(len(known), bool)
        used[found] = True
        if len(known) == len(old.sets.number) and used.all():
            yield Tier(found, old.sets)
            continue
        left = [atoms for atoms, is_used in zip(known, used.tolist(), strict=True) if is_used]
        sets = Sets({atoms: index for index, atoms in enumerate(left)})
        yield Tier((np.cumsum(used) - 1)[found], sets)


def _ranks(columns: Sequence[Ints]) -> Ints:
    """Return the place of each row among the distinct ones, sorted by the first column first."""
    order = np.lexsort(columns[::-1])
    fresh = np.zeros(len(order), bool)
    for column in columns:
        ordered = column[order]
        fresh[1:] |= ordered[1:] != ordered[:-1]
    found = np.empty(len(order), np.int64)
    found[order] = np.cumsum(fresh)
    return found


def _are_laminar(sets: Sequence[Atoms]) -> bool:
    """Return whether any two of some sets are nested or disjoint."""
    if any(len(atoms) > 1 for atoms in sets):
        size, shared = _shared(sets)
        least = np.minimum(size[:, None], size[None, :])
        return bool(((shared == 0) | (shared == least)).all())
    open_ends: list[int] = []
    for low, high in sorted((pair for (pair,) in filter(None, sets)), key=lambda r: (r[0], -r[1])):
        while open_ends and open_ends[-1] <= low:
            open_ends.pop()
        if open_ends and high > open_ends[-1]:
            return False
        open_ends.append(high)
    return True


def _inside(sets: Sequence[Atoms]) -> Bools:
    """Return which set is a strict subset of which; shape `(sets, sets)`. They are distinct."""
    if all(len(atoms) == 1 for atoms in sets):
        low, high = np.array(sets, np.int64).reshape(-1, 2).T
        nested: Bools = (low[:, None] >= low[None, :]) & (high[:, None] <= high[None, :])
        np.fill_diagonal(nested, val=False)
        return nested
    size, shared = _shared(sets)
    found: Bools = (shared == size[:, None]) & (size[:, None] < size[None, :])
    return found


def _shared(sets: Sequence[Atoms]) -> tuple[Ints, Ints]:
    """Return the size of each set of atoms, and of each intersection, in stretches no set cuts."""
    bounds = sorted({bound for atoms in sets for pair in atoms for bound in pair})
    place = {bound: index for index, bound in enumerate(bounds)}
    members = np.zeros((len(sets), max(len(bounds) - 1, 1)), np.float32)
    for row, atoms in enumerate(sets):
        for low, high in atoms:
            members[row, place[low] : place[high]] = 1
    # WHY floats: only they are multiplied by the fast library; whole up to 16 million stretches.
    shared = (members @ members.T).astype(np.int64)
    return shared.diagonal().copy(), shared
