"""Which duty overrides which: explicit exceptions, and precedence between nested constraint sets.

LANGUAGE section 4, rule 2. Exceptions are few and kept as bit masks. Precedence relates almost any
two duties of a bulk table, so it is never written out pair by pair where that can be helped
(`precedence`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from remit.engine.intervals import IntervalSet
from remit.engine.map.precedence import Earlier, Precedence, precedence_of
from remit.engine.map.space import Atoms, valid_days
from remit.engine.pack import LETTERS, Duty, Letter
from remit.engine.vocabulary import DATE, Vocabulary

__all__ = [
    "BY_PRECEDENCE",
    "Kills",
    "Overrides",
    "constraint_set",
    "explicit_overrides",
    "mask_of",
    "mask_of_flags",
    "overrides_of",
    "positions",
]

BY_PRECEDENCE: tuple[Letter, ...] = ("accountable", "responsible")
"""Letters between which precedence decides; the others always add up."""
MANY = 64
"""Bits of a mask from which on its positions are found in an array."""
FEW = 3
"""Duties up to which the pairs of an answer are compared one by one, not as arrays."""
MOST_RELATED = 2_048
"""Duties of one activity with both exceptions and precedence whose pairs are all compared."""
MOST_COMPARED = 4_000_000
"""Pairs of duties of one activity without exceptions that are compared: a fifth of a second."""
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Kills:
    """When a surely matching duty makes another irrelevant, so that a builder can drop it early.

    Args:
        rank: a duty kills those of lower rank; -1 neither kills nor is killed by rank.
        pairs: further pairs `(y, x)`, where `y` kills `x`; shape `(pairs, 2)`.
    """

    rank: Ints
    pairs: Ints


@dataclass(frozen=True, eq=False)
class Overrides:
    """The override relation of one activity, by position in `duties`; masks have a bit a position.

    Args:
        named: for each duty with exceptions, the mask of all it overrides by them.
        excepted: for each such duty, the mask of those that so override it.
        holders: by letter, the mask of duties that have it.
        precedence: `None` where the pack declares none, or no two duties differ.
    """

    duties: tuple[Duty, ...]
    named: Mapping[int, int]
    excepted: Mapping[int, int]
    holders: Mapping[Letter, int]
    precedence: Precedence | None

    def effective(self, letter: Letter, matching: int) -> int:
        """Return which matching duties have the letter and are overridden by none."""
        having = matching & self.holders[letter]
        if not having & (having - 1) and not (self.named and matching & self._excepting):
            return having
        found = self._foremost(letter, having)
        if found is None:
            found = self._undefeated(having)
        rest = matching & self._excepting
        for y in positions(rest):
            found &= ~self.named[y]
        return found

    def overriders(self, letter: Letter, x: int) -> int:
        """Return the duties that override `x` for a letter wherever they match with it."""
        above = self._above(x) & self.holders[letter] if self._precedes(letter, x) else 0
        return self.excepted.get(x, 0) | (above & ~self._related(x))

    def overridden(self, letter: Letter, y: int) -> int:
        """Return the duties that `y` overrides for a letter wherever they match with it."""
        below = self._below(y) & self.holders[letter] if self._precedes(letter, y) else 0
        return self.named.get(y, 0) | (below & ~self._related(y))

    def with_exceptions(self, duties: int) -> int:
        """Return a mask of duties with all that override one of them by exception."""
        for x in positions(duties & self._is_excepted):
            duties |= self.excepted[x]
        return duties

    def is_covering(self, letter: Letter) -> bool:
        """Return whether somebody has the letter wherever a duty with the letter matches.

        So it is where whoever takes a duty's place has the letter too, and nothing overrides in a
        circle: exceptions cannot, nor can precedence, and both together not if each exception has
        the higher rank.
        """
        having = self.holders[letter]
        for y, mask in self.named.items():
            if mask & having and not having >> y & 1:
                return False
            if self.precedence is not None and letter in BY_PRECEDENCE:
                rank = self.precedence.rank
                if rank is None or any(rank[x] >= rank[y] for x in positions(mask & having)):
                    return False
        return True

    def order(self, letter: Letter) -> list[int] | None:
        """Return the duties with a letter, each after all that it overrides.

        `None` where others without the letter override them, or exceptions go against precedence.
        """
        having = self.holders[letter]
        precedence = self.precedence if letter in BY_PRECEDENCE else None
        if any(mask & having and not having >> y & 1 for y, mask in self.named.items()):
            return None
        if precedence is None:
            # What overrides by exception overrides all that the other does, and the other too.
            return sorted(positions(having), key=lambda y: self.named.get(y, 0).bit_count())
        number: list[int] = precedence.order.tolist()
        for y, mask in self.named.items():
            if any(number[x] >= number[y] for x in positions(mask & having)):
                return None
        return sorted(positions(having), key=number.__getitem__)

    def kills(self, letter: Letter) -> Kills:
        """Return where a surely matching duty makes another irrelevant for a letter.

        The other must be overridden by it, or have no say itself, and must override nothing that
        it does not: a duty that is overridden still overrides others.
        """
        if letter not in self._kills:
            self._kills[letter] = self._kills_for(letter)
        return self._kills[letter]

    def _kills_for(self, letter: Letter) -> Kills:
        count = len(self.duties)
        ranked = np.full(count, -1)
        precedence = self.precedence if letter in BY_PRECEDENCE else None
        if precedence is None:
            return Kills(ranked, self._pairs_by_exception(letter))
        free = _flags(self.holders[letter] & ~self.excepting, count)
        ranked[free] = precedence.leading_rank[free]
        none = np.empty((0, 2), np.int64)
        if not self.excepting:
            # WHY no look at the rest: without exceptions, what overrides is transitive.
            alike = none if precedence.rank is not None else self._pairs_alike(precedence, free)
            return Kills(ranked, alike)
        if free.all() and precedence.rank is not None:
            return Kills(ranked, none)
        return Kills(
            ranked, self._compared_pairs(letter, ranked) if count <= MOST_RELATED else none
        )

    @property
    def excepting(self) -> int:
        """The mask of duties that override others by exception, or are overridden so."""
        return self._excepting | self._is_excepted

    @cached_property
    def _excepting(self) -> int:
        return mask_of(self.named)

    @cached_property
    def _is_excepted(self) -> int:
        return mask_of(self.excepted)

    def _related(self, x: int) -> int:
        return self.named.get(x, 0) | self.excepted.get(x, 0)

    def _precedes(self, letter: Letter, duty: int) -> bool:
        has_letter = bool(self.holders[letter] >> duty & 1)
        return self.precedence is not None and letter in BY_PRECEDENCE and has_letter

    def _foremost(self, letter: Letter, having: int) -> int | None:
        """Return those that none precedes; `None` where exceptions have a say in that."""
        precedence = self.precedence
        if precedence is None or letter not in BY_PRECEDENCE:
            return having
        if having & self.excepting:
            return None
        ranks = self._ranks
        places = list(positions(having))
        best = max((ranks[place] for place in places), default=0)
        first = mask_of(place for place in places if ranks[place] == best)
        return first if precedence.rank is not None else self._undefeated(first)

    def _undefeated(self, having: int) -> int:
        """Return those that precedence puts below none of the others."""
        precedence = self.precedence
        if precedence is None or not having & (having - 1):
            return having
        if not self.named and precedence.rank is None and not precedence.is_compared:
            # WHY: the few answers that a few boxes have are no reason to compare all pairs.
            if having.bit_count() <= FEW:
                these_few = list(positions(having))
                return mask_of(
                    x for x in these_few if not any(precedence.is_above(y, x) for y in these_few)
                )
            these = np.fromiter(positions(having), np.int64)
            loses = precedence.above(these[:, None], these[None, :]).any(axis=0)
            return mask_of(these[~loses].tolist())
        found = having
        for y in positions(having):
            found &= ~(self._below(y) & ~self._related(y))
        return found

    @cached_property
    def _ranks(self) -> list[int]:
        """The leading ranks as a list: a lookup in it takes a fifth of one in an array."""
        found: list[int] = [] if self.precedence is None else self.precedence.leading_rank.tolist()
        return found

    def _above(self, x: int) -> int:
        return self._masks(x, above=True)

    def _below(self, y: int) -> int:
        return self._masks(y, above=False)

    def _masks(self, duty: int, *, above: bool) -> int:
        precedence = self.precedence
        if precedence is None:
            return 0
        rank = precedence.rank
        key = duty if rank is None else int(rank[duty])
        found = self._known.get((key, above))
        if found is not None:
            return found
        if rank is not None:
            found = mask_of_flags(rank > key if above else rank < key)
        elif len(self.duties) <= MOST_RELATED:
            found = mask_of_flags(precedence.beats[:, duty] if above else precedence.beats[duty])
        else:
            me, every = np.array([duty]), np.arange(len(self.duties))
            found = mask_of_flags(
                precedence.above(every, me) if above else precedence.above(me, every)
            )
        self._known[key, above] = found
        return found

    @cached_property
    def _kills(self) -> dict[Letter, Kills]:
        return {}

    @cached_property
    def _known(self) -> dict[tuple[int, bool], int]:
        return {}

    def _pairs_by_exception(self, letter: Letter) -> Ints:
        # WHY all of them: what `x` overrides by exception, `y` does too, for that is transitive.
        having = self.holders[letter]
        mute = [x for x in self.named if not having >> x & 1]
        pairs = [(y, x) for y, mask in self.named.items() for x in positions(mask)]
        pairs += [
            (y, x)
            for x in mute
            for y in self.named
            if x != y
            and not self.named[x] & ~self.named[y]
            and (self.named[x] != self.named[y] or y < x)
        ]
        return np.array(pairs, np.int64).reshape(-1, 2)

    def _pairs_alike(self, precedence: Precedence, free: Bools) -> Ints:
        """Return the pairs in precedence of some duties that their leading ranks leave open.

        Only duties with the same sets on those first dimensions can match together and be that.
        Past `MOST_COMPARED` the pairs of the largest groups are left out.
        """
        these = np.flatnonzero(free)
        _, group, often = np.unique(
            precedence.leading[these], return_inverse=True, return_counts=True
        )
        these = these[np.argsort(group, kind="stable")]
        first = np.cumsum(often) - often
        found = [np.empty((0, 2), np.int64)]
        spent = 0
        for place in np.argsort(often, kind="stable").tolist():
            size = int(often[place])
            spent += size * size
            if spent > MOST_COMPARED:
                break
            if size > 1:
                alike = these[first[place] : first[place] + size]
                found.append(alike[np.argwhere(precedence.above(alike[:, None], alike[None, :]))])
        return np.concatenate(found)

    def _compared_pairs(self, letter: Letter, ranked: Ints) -> Ints:
        """Return the pairs where `y` overrides `x` and all that `x` does, but for those by rank."""
        count = len(self.duties)
        over = np.zeros((count, count), bool)
        for y in range(count):
            over[y] = _flags(self.overridden(letter, y), count)
        # `y` lacks something `x` overrides where the product of the two relations is not nothing.
        lacks = (~over).astype(np.float32) @ over.T.astype(np.float32) > 0
        by_rank = (ranked[:, None] > ranked[None, :]) & (ranked[None, :] >= 0)
        return np.argwhere(over & ~lacks & ~by_rank)


def overrides_of(
    duties: Sequence[Duty],
    explicit: Mapping[str, frozenset[str]],
    precedence: Sequence[Callable[[Duty], Atoms]],
    earlier: Earlier | None = None,
) -> Overrides:
    """Return the relation between the duties of one activity.

    Args:
        duties: all duties of the activity.
        explicit: for each duty of the pack that has exceptions, all it overrides by them, directly
            or through others.
        precedence: for each dimension of the pack's precedence, a duty's constraint set there.
        earlier: the same dimensions of other duties, some of which are among these.
    """
    named: dict[int, int] = {}
    excepted: dict[int, int] = {}
    # WHY the names only then: most activities have no exceptions, and to name all duties costs.
    position = {duty.name: index for index, duty in enumerate(duties)} if explicit else {}
    for name, y in position.items():
        mask = mask_of(position[x] for x in explicit.get(name, ()) if x in position)
        if mask:
            named[y] = mask
        for x in positions(mask):
            excepted[x] = excepted.get(x, 0) | 1 << y
    by_roles: dict[tuple[Letter, ...], list[int]] = {}
    for index, duty in enumerate(duties):
        by_roles.setdefault(duty.roles, []).append(index)
    holders = dict.fromkeys(LETTERS, 0)
    for roles, indices in by_roles.items():
        having = mask_of(indices)
        for letter in roles:
            holders[letter] |= having
    ordered = None
    if len(duties) > 1 and precedence:
        ordered = precedence_of(duties, precedence, earlier)
    return Overrides(tuple(duties), named, excepted, holders, ordered)


def explicit_overrides(duties: Sequence[Duty]) -> dict[str, frozenset[str]]:
    """Return for each duty all it overrides: those it names, and what these override in turn.

    The references must be free of cycles, as the loader makes sure.
    """
    named = {duty.name: [reference.name for reference in duty.exception_to] for duty in duties}
    closed: dict[str, frozenset[str]] = {}
    for root in named:
        stack = [root]
        while stack:
            waiting = [name for name in named[stack[-1]] if name not in closed]
            if waiting:
                stack.extend(waiting)
                continue
            top = stack.pop()
            closed[top] = frozenset(named[top]).union(*(closed[name] for name in named[top]))
    return closed


def constraint_set(duty: Duty, dimension: str, vocabulary: Vocabulary) -> IntervalSet:
    """Return what a duty's `when` allows on a dimension; on `date`, its `valid` too."""
    everything = vocabulary.dimension(dimension).everything()
    allowed = IntervalSet(())
    for box in duty.when.boxes:
        constraint = box.constraints.get(dimension)
        allowed |= everything if constraint is None else constraint.allowed
    if dimension == DATE and duty.valid is not None:
        allowed &= valid_days(duty.valid.start, duty.valid.end)
    return allowed


def positions(mask: int) -> Iterator[int]:
    """Yield the positions of a mask's bits, lowest first."""
    if mask.bit_count() > MANY:
        # WHY: each step below costs the length of the mask.
        return iter(np.flatnonzero(_flags(mask, mask.bit_length())).tolist())
    return _one_by_one(mask)


def _one_by_one(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def mask_of(items: Iterable[int]) -> int:
    """Return the mask with the bits at some positions."""
    found = 0
    for item in items:
        found |= 1 << item
    return found


def _flags(mask: int, count: int) -> Bools:
    raw = np.frombuffer(mask.to_bytes(count // 8 + 1, "little"), np.uint8)
    return np.unpackbits(raw, bitorder="little")[:count].astype(bool)


def mask_of_flags(row: Bools) -> int:
    """Return the mask with the bits where an array says so."""
    return int.from_bytes(np.packbits(row, bitorder="little").tobytes(), "little")
