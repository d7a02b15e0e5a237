"""Who answers for one full event where an activity has very many duties: a mask an axis, one AND.

A row of an activity is a bit, the more it overrides the higher; a value has the mask of the rows
that allow it. The AND of an event's masks are the rows that match, and the highest of them is
overridden by none. Most rows override all lower ones that ever match together with them; beside
the others, what else matches is looked at. It needs no diagram, so it is there at once, and it is
smaller than the nested tuples of a large one, which a processor cannot keep in its cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from itertools import accumulate
from operator import or_
from typing import cast

import numpy as np

from remit.engine.language.flaws import FlawError
from remit.engine.map.bitmaps import masks_of
from remit.engine.map.cover import without
from remit.engine.map.decide import Decider, Decision, NumberAtoms
from remit.engine.map.overrides import BY_PRECEDENCE, mask_of, positions
from remit.engine.map.parts import ActivityPart
from remit.engine.map.space import Atoms, Axis, Space
from remit.engine.pack import Letter

__all__ = ["FEWEST", "mask_decider"]

FEWEST = 500
"""Duties of one activity from which on masks beat nested tuples."""
MOST_MET = 16_384
"""Sets of matching rows whose decision is remembered, where the highest row does not settle it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Rank:
    """The rows from the one that overrides least to the one that overrides most."""

    duty: list[int]
    box: list[tuple[Atoms, ...]]


def mask_decider(
    part: ActivityPart,
    letter: Letter,
    space: Space,
    numbers: Callable[[int], NumberAtoms],
    slow: Decider,
) -> Decider | None:
    """Return the decider of an activity that is needed everywhere; `None` if masks do not serve.

    Args:
        slow: asked for an event that leaves something open or does not fit.
    """
    order = part.overrides.order(letter)
    if order is None:
        return None
    rank = _Rank([], [])
    for duty in order:
        for box in without(part.rows[duty]):
            rank.duty.append(duty)
            rank.box.append(box)
    used = [
        axis
        for axis, whole in enumerate(each.everything() for each in space.axes)
        if any(box[axis] != whole for box in rank.box)
    ]
    masks = [masks_of([box[axis] for box in rank.box], space.axes[axis].width) for axis in used]
    axes = [space.axes[axis] for axis in used]
    places = [
        _by_name(axis, mask) if axis.dimension.is_named else numbers(index)
        for index, axis, mask in zip(used, axes, masks, strict=True)
    ]
    outcome = _Outcome(part, letter, rank.duty, _meeting(rank.box, used, space))
    follow = _follower(tuple(axis.dimension.is_named for axis in axes))
    given = [*(axis.name for axis in axes), *places, *masks]
    return follow(outcome.alone, outcome.rest, outcome.of, slow, (1 << len(rank.duty)) - 1, *given)


def _meeting(boxes: Sequence[tuple[Atoms, ...]], used: Sequence[int], space: Space) -> list[int]:
    """Return for each box the mask of the boxes that share a cell with it, itself among them."""
    found = [(1 << len(boxes)) - 1] * len(boxes)
    for axis in used:
        sets = [box[axis] for box in boxes]
        shared = _sharing(sets, space.axes[axis].width)
        found = [mask & shared[atoms] for mask, atoms in zip(found, sets, strict=True)]
    return found


def _sharing(sets: Sequence[Atoms], width: int) -> dict[Atoms, int]:
    """Return for each of some sets of atoms the mask of those that share an atom with it.

    Where each set is one stretch, those that share an atom with a stretch are all that begin
    before its end, but for those that end before it begins; so it is of the first stretches of
    all sets, of the second ones, and so on.
    """
    most = max(map(len, sets), default=0)
    begun = [[0] * (width + 1) for _ in range(most)]
    ended = [[0] * (width + 1) for _ in range(most)]
    for place, atoms in enumerate(sets):
        for number, (low, high) in enumerate(atoms):
            begun[number][low] |= 1 << place
            ended[number][high] |= 1 << place
    counted = [
        (list(accumulate(first, or_)), list(accumulate(last, or_)))
        for first, last in zip(begun, ended, strict=True)
    ]
    return {
        atoms: reduce(
            or_,
            (first[high - 1] & ~last[low] for low, high in atoms for first, last in counted),
            0,
        )
        for atoms in set(sets)
    }


class _Outcome:
    """What the matching rows come to, by the highest of them.

    Args:
        meeting: for each row the mask of those that match some event together with it.
        alone: by one more than the highest row's position, its decision if it overrides the rest.
        rest: by the same, the lower rows that may match with it and that it does not override.
    """

    def __init__(
        self, part: ActivityPart, letter: Letter, rows: Sequence[int], meeting: Sequence[int]
    ) -> None:
        self._part = part
        self._letter = letter
        self._rows = rows
        self._met: dict[int, Decision] = {}
        self._is_excepting = bool(part.overrides.named)
        by_duty: dict[int, int] = {}
        for row, duty in enumerate(rows):
            by_duty[duty] = by_duty.get(duty, 0) | 1 << row
        self.alone = [self._decision(0)]
        self.rest = [0]
        decisions = {duty: self._decision(1 << duty) for duty in by_duty}
        for row, (duty, below) in enumerate(zip(rows, self._below(by_duty), strict=True)):
            self.alone.append(decisions[duty])
            lower = meeting[row] & (1 << row) - 1
            self.rest.append(lower & ~below & ~by_duty[duty])

    def _below(self, by_duty: Mapping[int, int]) -> Iterator[int]:
        """Yield for each row the rows that it overrides, those of its own duty perhaps among them.

        WHY three ways: what precedence alone says of all pairs is there as one array.
        """
        over, rows = self._part.overrides, self._rows
        precedence = over.precedence if self._letter in BY_PRECEDENCE else None
        if over.named:
            for duty in rows:
                overridden = positions(over.overridden(self._letter, duty))
                yield reduce(or_, (by_duty.get(x, 0) for x in overridden), 0)
        elif precedence is None:
            yield from (0 for _ in rows)
        elif precedence.rank is not None:
            # The rows are in the order of the ranks, so those of lower ranks come first.
            ranks = precedence.order[list(rows)]
            yield from ((1 << first) - 1 for first in np.searchsorted(ranks, ranks).tolist())
        else:
            index = np.array(rows, np.int64)
            beats = precedence.above(index[:, None], index[None, :])
            for row in np.packbits(beats, axis=1, bitorder="little"):
                yield int.from_bytes(row.tobytes(), "little")

    def of(self, matching: int, rest: int) -> Decision:
        """Return the decision where some rows match, by the override relation.

        Args:
            rest: those of them that the highest does not override.
        """
        # WHY fewer where none is overridden by exception: what the highest overrides has no say,
        # and sets of what it leaves are met again and again.
        left = matching if self._is_excepting else rest | 1 << matching.bit_length() - 1
        found = self._met.get(left)
        if found is None:
            found = self._decided(left)
            if len(self._met) < MOST_MET:
                self._met[left] = found
        return found

    def _decided(self, matching: int) -> Decision:
        if self._is_excepting:
            duties = mask_of(self._rows[row] for row in positions(matching))
            return self._decision(self._part.overrides.effective(self._letter, duties))
        # WHY: precedence is transitive, so what the highest row leaves is all that can be
        # effective beside it, and of that again.
        found = []
        while matching:
            top = matching.bit_length()
            found.append(self.alone[top])
            matching &= self.rest[top]
        subjects = {name for one in found for name in one.subjects}
        names = sorted(name for one in found for name in one.duties)
        return Decision(self._part.name, True, tuple(sorted(subjects)), tuple(names))  # noqa: FBT003 -- needed

    def _decision(self, effective: int) -> Decision:
        duties = [self._part.duties[index] for index in positions(effective)]
        return Decision(
            self._part.name,
            True,  # noqa: FBT003 -- needed: the field stands between its neighbours
            tuple(sorted({duty.subject for duty in duties})),
            tuple(sorted(duty.name for duty in duties)),
        )


def _by_name(axis: Axis, masks: Sequence[int]) -> Mapping[object, int]:
    return dict(zip(axis.dimension.values, masks, strict=True))


@cache
def _follower(are_named: tuple[bool, ...]) -> Callable[..., Decider]:
    """Return a function that makes the decider over some dimensions; see `decide._follower`."""
    steps = [
        f"place{i}[event[name{i}]]" if is_named else f"mask{i}[place{i}[event[name{i}]]]"
        for i, is_named in enumerate(are_named)
    ]
    words = [f"{word}{i}" for word in ("name", "place", "mask") for i in range(len(are_named))]
    text = (
        f"def follow(alone, rest, of, slow, every, {', '.join(words)}):\n"
        f"    def decide(event):\n"
        f"        try:\n"
        f"            live = {' & '.join(steps) or 'every'}\n"
        f"        except misses:\n"
        f"            return slow(event)\n"
        f"        top = live.bit_length()\n"
        f"        left = live & rest[top]\n"
        f"        return of(live, left) if left else alone[top]\n"
        f"    return decide\n"
    )
    names: dict[str, object] = {"misses": (KeyError, FlawError, TypeError)}
    exec(text, names)  # noqa: S102 -- our own text, made of numbers alone
    return cast("Callable[..., Decider]", names["follow"])
