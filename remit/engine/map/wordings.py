"""The duties of an activity as an edit would write them, and who answers by them.

What an edit leaves alone keeps its place, and is judged by the relation that was compiled; only
what it writes anew is compared with the rest, pair by pair, when a cell asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from remit.engine.intervals import IntervalSet
from remit.engine.map.compiled import CompiledPack
from remit.engine.map.overrides import (
    BY_PRECEDENCE,
    constraint_set,
    explicit_overrides,
    mask_of,
    positions,
)
from remit.engine.map.parts import ActivityPart
from remit.engine.pack import LETTERS, Duty, Letter

__all__ = ["Rewording", "Rewrites", "rewordings"]

Rewrites = Sequence[tuple[Duty | None, Duty]]
"""Duties of one activity as they were and as an edit writes them; `None` before a new one."""
Explicit = Mapping[str, frozenset[str]]


def rewordings(compiled: CompiledPack) -> Callable[[Rewrites], Rewording]:
    """Return what makes a wording of some edits; what they have in common is looked up once."""
    excepting = {duty.name: duty for duty in compiled.duties if duty.exception_to}
    before = _explicit(excepting, compiled.duty)
    known: dict[str, tuple[IntervalSet, ...]] = {}

    def sets_of(duty: Duty) -> tuple[IntervalSet, ...]:
        # WHY not those the edit writes: they have the names of what they replace.
        found = known.get(duty.name)
        if found is None:
            found = known[duty.name] = sets(duty)
        return found

    def sets(duty: Duty) -> tuple[IntervalSet, ...]:
        pack = compiled.pack
        return tuple(constraint_set(duty, name, pack.vocabulary) for name in pack.precedence)

    def reworded(rewrites: Rewrites) -> Rewording:
        part = compiled.parts[rewrites[0][1].activity]
        added = tuple(new for _, new in rewrites)
        fresh = {new.name: new for _, new in rewrites}
        same = all(old and old.exception_to == new.exception_to for old, new in rewrites)
        after = before if same else _explicit(excepting | fresh, {**compiled.duty, **fresh})
        replaced = tuple(part.place[old.name] if old else None for old, _ in rewrites)
        return Rewording(part, added, replaced, after, sets_of, tuple(map(sets, added)))

    return reworded


def _explicit(excepting: Mapping[str, Duty], duty: Mapping[str, Duty]) -> Explicit:
    """Return what overrides what by exception, for the duties that do or are."""
    names = {one.name for each in excepting.values() for one in each.exception_to}
    others = [duty[name] for name in names if name not in excepting and name in duty]
    return explicit_overrides([*excepting.values(), *others])


@dataclass(frozen=True, eq=False)
class Rewording:
    """The duties of one activity after an edit; masks have a bit a position.

    Duties the edit leaves alone are at their position in `part`; those it writes come after all of
    these.

    Args:
        added: the duties as the edit writes them.
        replaced: the position of what each of them replaces; `None` for a new duty.
        explicit: for each duty with exceptions, all it overrides by them.
        sets_of: what a duty of the pack allows on each dimension of the precedence.
        sets: the same for the duties added.
    """

    part: ActivityPart
    added: tuple[Duty, ...]
    replaced: tuple[int | None, ...]
    explicit: Explicit
    sets_of: Callable[[Duty], tuple[IntervalSet, ...]]
    sets: tuple[tuple[IntervalSet, ...], ...]

    @cached_property
    def old(self) -> int:
        """The duties that are replaced."""
        return mask_of(place for place in self.replaced if place is not None)

    @cached_property
    def new(self) -> int:
        """The duties that are added."""
        count = len(self.part.duties)
        return mask_of(range(count, count + len(self.added)))

    @cached_property
    def named(self) -> dict[int, int]:
        """For each duty after the edit with exceptions, the mask of all it overrides by them."""
        place = {name: at for name, at in self.part.place.items() if not self.old >> at & 1}
        place |= {duty.name: len(self.part.duties) + n for n, duty in enumerate(self.added)}
        found = {}
        for name, others in self.explicit.items():
            mask = mask_of(place[other] for other in others if other in place)
            if mask and name in place:
                found[place[name]] = mask
        return found

    @cached_property
    def excepted(self) -> dict[int, int]:
        """For each duty after the edit that others override by exception, the mask of these."""
        found: dict[int, int] = {}
        for y, mask in self.named.items():
            for x in positions(mask):
                found[x] = found.get(x, 0) | 1 << y
        return found

    @cached_property
    def excepting(self) -> int:
        """The duties that override some other by exception, before or after the edit."""
        return mask_of((*self.named, *self.part.overrides.named))

    @cached_property
    def concerned(self) -> int:
        """The duties whose place among the others the edit, or an exception, may change."""
        over = self.part.overrides
        return self.old | mask_of((*self.named, *self.excepted, *over.named, *over.excepted))

    @cached_property
    def touched(self) -> int:
        """The duties before the edit outside whose boxes, and those added, nothing changes."""
        # WHY: what overrides a duty overrides all that this one comes to override.
        excepted = self.part.overrides.excepted
        return self.old | _united(excepted.get(place, 0) for place in positions(self.old))

    @cached_property
    def bearing(self) -> frozenset[Letter]:
        """The letters that somebody may have, or lack, after the edit alone."""
        if None in self.replaced:
            new = (d for d, old in zip(self.added, self.replaced, strict=True) if old is None)
            return frozenset(letter for duty in new for letter in duty.roles)
        mine = self.touched | self.new
        below = _united(self.named.get(place, 0) for place in positions(mine))
        below |= _united(self.part.overrides.named.get(at, 0) for at in positions(self.touched))
        duties = (*self.part.duties, *self.added)
        return frozenset(
            letter for place in positions(mine | below) for letter in duties[place].roles
        )

    def effective(self, letter: Letter, matching: int) -> int:
        """Return which matching duties have the letter and are overridden by none."""
        having = matching & self._holders[letter]
        found = having
        if letter in BY_PRECEDENCE and having & (having - 1):
            for x in positions(having):
                others = having & ~(self.named.get(x, 0) | self.excepted.get(x, 0) | 1 << x)
                if any(self._is_above(y, x) for y in positions(others)):
                    found &= ~(1 << x)
        for y in positions(matching & self._excepting_after):
            found &= ~self.named[y]
        return found

    @cached_property
    def _excepting_after(self) -> int:
        return mask_of(self.named)

    @cached_property
    def _holders(self) -> dict[Letter, int]:
        count = len(self.part.duties)
        return {
            letter: self.part.overrides.holders[letter] & ~self.old
            | mask_of(count + n for n, duty in enumerate(self.added) if letter in duty.roles)
            for letter in LETTERS
        }

    @cached_property
    def _known(self) -> dict[tuple[int, int], bool]:
        return {}

    def _is_above(self, y: int, x: int) -> bool:
        """Return whether precedence puts `y` above `x`, two duties that match together."""
        found = self._known.get((y, x))
        if found is None:
            count = len(self.part.duties)
            precedence = self.part.overrides.precedence
            if y < count and x < count:
                found = precedence is not None and precedence.is_above(y, x)
            else:
                found = _is_smaller(self._sets(y), self._sets(x))
            self._known[y, x] = found
        return found

    def _sets(self, place: int) -> tuple[IntervalSet, ...]:
        count = len(self.part.duties)
        if place < count:
            return self.sets_of(self.part.duties[place])
        return self.sets[place - count]


def _united(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def _is_smaller(mine: Sequence[IntervalSet], theirs: Sequence[IntervalSet]) -> bool:
    for one, other in zip(mine, theirs, strict=True):
        if one != other:
            return one < other
    return False
