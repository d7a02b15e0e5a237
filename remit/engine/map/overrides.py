"""Which duty overrides which: explicit exceptions, and precedence between nested constraint sets.

LANGUAGE section 4, rule 2. Relations are bit masks over the duties of one activity, so that "does
any matching duty override this one" is a single AND.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np
from numpy.typing import NDArray

from remit.engine.intervals import IntervalSet
from remit.engine.map.build import Kills
from remit.engine.map.space import valid_days
from remit.engine.pack import LETTERS, Duty, Letter
from remit.engine.vocabulary import DATE, Vocabulary

__all__ = ["Overrides", "constraint_set", "explicit_overrides", "overrides_of"]

BY_PRECEDENCE: tuple[Letter, ...] = ("accountable", "responsible")
"""Letters between which precedence decides; the others always add up."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """The override relation of one activity, by position in `duties`.

    Args:
        overriders: by letter, for each duty the mask of those that override it.
        overridden: by letter, for each duty the mask of those it overrides.
        holders: by letter, the mask of duties that have it.
    """

    duties: tuple[Duty, ...]
    overriders: Mapping[Letter, tuple[int, ...]]
    overridden: Mapping[Letter, tuple[int, ...]]
    holders: Mapping[Letter, int]

    def effective(self, letter: Letter, matching: int) -> int:
        """Return which matching duties have the letter and are overridden by none."""
        overriders = self.overriders[letter]
        found = rest = matching & self.holders[letter]
        while rest:
            low = rest & -rest
            if overriders[low.bit_length() - 1] & matching:
                found ^= low
            rest ^= low
        return found

    def kills(self, letter: Letter) -> Kills:
        """Return the pairs `(y, x)` where a surely matching `y` makes `x` irrelevant.

        `x` must be overridden by `y`, or have no say itself, and must override nothing that `y`
        does not: a duty that is overridden still overrides others.
        """
        overridden = self.overridden[letter]
        mute = sum(1 << x for x in range(len(self.duties)) if not self.holders[letter] >> x & 1)
        return frozenset(
            (y, x)
            for y in range(len(self.duties))
            for x in _bits((overridden[y] | mute) & ~(1 << y))
            if overridden[x] & ~overridden[y] == 0
            and (not mute >> x & 1 or _earlier(x, y, overridden))
        )


def overrides_of(
    duties: Sequence[Duty],
    explicit: Mapping[str, frozenset[str]],
    precedence: Sequence[str],
    vocabulary: Vocabulary,
) -> Overrides:
    """Return the relation between the duties of one activity.

    Args:
        duties: all duties of the activity.
        explicit: for each duty of the pack, all it overrides by exception, directly or through
            others.
    """
    position = {duty.name: index for index, duty in enumerate(duties)}
    named = [
        reduce(or_, (1 << position[x] for x in explicit[duty.name] if x in position), 0)
        for duty in duties
    ]
    nested = _nested(duties, precedence, vocabulary) if duties and precedence else [0] * len(duties)
    related = [mask | back for mask, back in zip(named, _transposed(named), strict=True)]
    holders = {
        letter: sum(1 << i for i, duty in enumerate(duties) if letter in duty.roles)
        for letter in LETTERS
    }
    overridden: dict[Letter, tuple[int, ...]] = {}
    for letter in LETTERS:
        having = holders[letter] if letter in BY_PRECEDENCE else 0
        overridden[letter] = tuple(
            mask | (nested[i] & having & ~related[i] if having >> i & 1 else 0)
            for i, mask in enumerate(named)
        )
    overriders = {letter: tuple(_transposed(masks)) for letter, masks in overridden.items()}
    return Overrides(tuple(duties), overriders, overridden, holders)


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


def _nested(duties: Sequence[Duty], precedence: Sequence[str], vocabulary: Vocabulary) -> list[int]:
    """Return for each duty the mask of those it overrides by precedence alone, letters aside."""
    count = len(duties)
    undecided = np.ones((count, count), bool)
    wins = np.zeros((count, count), bool)
    for dimension in precedence:
        sets = [constraint_set(duty, dimension, vocabulary) for duty in duties]
        distinct = list(dict.fromkeys(sets))
        number = {found: index for index, found in enumerate(distinct)}
        inside = np.array([[a < b for b in distinct] for a in distinct], bool)
        ids = np.array([number[found] for found in sets], np.int64)
        wins |= undecided & inside[np.ix_(ids, ids)]
        undecided &= ids[:, None] == ids[None, :]
    return [_mask(row) for row in wins]


def _mask(row: NDArray[np.bool_]) -> int:
    return int.from_bytes(np.packbits(row, bitorder="little").tobytes(), "little")


def _transposed(masks: Sequence[int]) -> list[int]:
    found = [0] * len(masks)
    for i, mask in enumerate(masks):
        for j in _bits(mask):
            found[j] |= 1 << i
    return found


def _bits(mask: int) -> list[int]:
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


def _earlier(x: int, y: int, overridden: Sequence[int]) -> bool:
    """Return whether `x` is the one of two equals to drop, so that not both go."""
    return overridden[x] != overridden[y] or y < x
