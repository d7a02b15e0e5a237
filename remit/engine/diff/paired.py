"""One activity of two packs: which duties are the same in both, and one diagram of both answers.

A duty is told by what it does, not by its name: its subject, whether it has the letter, where it
matches, and which duties override it. So a renamed or moved duty is the same, and what is the same
in both is one row of the diagram. An answer can differ only where a duty matches that is not the
same in both; the diagram is built over the smallest box round these (its cost is that of the
change, not of the pack), and outside it both answers are left empty, which are equal too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remit.engine.diff.joint import Boxes, Reader
from remit.engine.diff.nearby import Area
from remit.engine.intervals import IntervalSet
from remit.engine.map.budget import Budget, BudgetExceeded
from remit.engine.map.counting import Mask
from remit.engine.map.diagram import Diagram
from remit.engine.map.few_rows import build_few
from remit.engine.map.overrides import (
    Kills,
    Overrides,
    constraint_set,
    mask_of,
    overrides_of,
    positions,
)
from remit.engine.map.rows import Row
from remit.engine.map.space import Atoms
from remit.engine.pack import Duty, Letter
from remit.engine.vocabulary import DATE

__all__ = ["Answers", "Pairing", "Rules", "Sides", "rules_of"]

Names = tuple[str, ...]
ASKED_BETWEEN = 64
"""Answers worked out between two looks at the clock."""
MOST_COMPARED = 2_048
"""Duties near a change whose pairs are all compared, to drop rows early."""


class Sides(NamedTuple):
    """Who has a letter at a cell: before, and after."""

    before: Names
    after: Names


Answers = Diagram[Sides]
_NOBODY = Sides((), ())


@dataclass(frozen=True, eq=False)
class Rules:
    """The duties of one activity as one side reads them, by position."""

    duties: tuple[Duty, ...]
    overrides: Overrides
    adds: tuple[Boxes, ...]
    removes: tuple[Boxes, ...]

    def involved(self, letter: Letter) -> int:
        """Return the mask of duties that bear on a letter: that have it, or override one."""
        return self.overrides.with_exceptions(self.overrides.holders[letter])

    def bodies(self, letter: Letter) -> list[tuple[object, ...]]:
        """Return what each duty does about a letter, but for what overrides it."""
        holders = self.overrides.holders[letter]
        return [
            (
                duty.subject if holders >> index & 1 else None,
                self.adds[index],
                self.removes[index],
            )
            for index, duty in enumerate(self.duties)
        ]

    def subjects(self, letter: Letter, matching: int) -> Names:
        """Return who has a letter where just these duties match, sorted."""
        effective = self.overrides.effective(letter, matching)
        return tuple(sorted({self.duties[index].subject for index in positions(effective)}))


def rules_of(
    reader: Reader, duties: Sequence[Duty], explicit: Mapping[str, frozenset[str]]
) -> Rules:
    """Return the duties of one activity of a side's pack.

    Args:
        duties: of the activity, in order.
        explicit: for each duty of the pack, all it overrides by exception.
    """
    return Rules(
        tuple(duties),
        overrides_of(duties, explicit, _precedence(reader, duties)),
        tuple(map(reader.adds, duties)),
        tuple(map(reader.removes, duties)),
    )


def _precedence(reader: Reader, duties: Sequence[Duty]) -> tuple[Callable[[Duty], Atoms], ...]:
    """Return what each dimension of the precedence allows a duty, as atoms of its own.

    WHY not always the joint ones: two constraint sets that are the same to the pack may differ by
    values that only the other pack has.
    """
    vocabulary = reader.side.pack.vocabulary

    def atoms_of(name: str) -> Callable[[Duty], Atoms]:
        reading = reader.faithful(name)
        if reading is None:
            return _numbered({one.name: constraint_set(one, name, vocabulary) for one in duties})

        def joint(duty: Duty) -> Atoms:
            if len(duty.when.boxes) > 1 or name == DATE:
                return reading.atoms(constraint_set(duty, name, vocabulary))
            constraint = duty.when.boxes[0].constraints.get(name)
            return (
                reading.axis.everything()
                if constraint is None
                else reading.atoms(constraint.allowed)
            )

        return joint

    return tuple(map(atoms_of, reader.side.pack.precedence))


def _numbered(sets: Mapping[str, IntervalSet]) -> Callable[[Duty], Atoms]:
    cuts = sorted({cut for allowed in sets.values() for cut in allowed.cuts()})
    place = {cut: index for index, cut in enumerate(cuts)}
    atoms = {
        name: tuple((place[low], place[high]) for low, high in allowed.stretches)
        for name, allowed in sets.items()
    }
    return lambda duty: atoms[duty.name]


class _Item(NamedTuple):
    """A duty of the diagram, by position before and after; -1 where it is in one side alone."""

    before: int
    after: int

    @property
    def is_same(self) -> bool:
        return self.before >= 0 and self.after >= 0


@dataclass(frozen=True, eq=False)
class Pairing:
    """The duties of one activity that bear on one letter, on both sides."""

    before: Rules
    after: Rules
    letter: Letter

    @cached_property
    def items(self) -> tuple[_Item, ...]:
        """Every duty that bears on the letter; the same ones on both sides are one."""
        same = self._with_equal_overriders(self._same_bodies())
        known = {item.before for item in same}, {item.after for item in same}
        alone_before = [_Item(at, -1) for at in positions(self._involved[0]) if at not in known[0]]
        alone_after = [_Item(-1, at) for at in positions(self._involved[1]) if at not in known[1]]
        return (*same, *alone_before, *alone_after)

    @property
    def is_same(self) -> bool:
        """Whether every duty is the same on both sides, so that all answers are."""
        return not any(self._involved) or all(item.is_same for item in self.items)

    def changed(self) -> Iterator[tuple[Atoms, ...]]:
        """Yield the boxes of the duties that are in one side alone."""
        for item in self.items:
            if not item.is_same:
                yield from self._adds(item)

    def answers(self, widths: tuple[int, ...], areas: Sequence[Area], budget: Budget) -> Answers:
        """Return who has the letter on both sides, right inside some boxes.

        Outside of all of them, nobody is said to have it on either side.

        Raises:
            BudgetExceeded: if the diagram would cost more than the budget.
        """
        hull = _hull(areas)
        rows: list[Row] = []
        kept: list[int] = []
        for number, item in enumerate(self.items):
            found = [Row(number, one) for one in _clipped(self._adds(item), hull)]
            if found:
                kept.append(number)
                rows += found
                taken = _clipped(self._removes(item), hull)
                rows += (Row(number, one, removes=True) for one in taken)
        kills, sides = self._kills(kept), self._limited(budget)
        try:
            if len(areas) == 1:
                return build_few(widths, rows, sides, kills, budget)
            gate = len(self.items)
            rows += (Row(gate, area) for area in areas)
            return build_few(widths, rows, lambda items: sides(items[:-1]), kills, budget, gate)
        except BudgetExceeded as error:
            raise self._blamed(error) from None

    def _limited(self, budget: Budget) -> Callable[[tuple[int, ...]], Sides]:
        """Return the terminal of matching items, which watches the clock of the budget."""
        asked = 0

        def sides(matching: tuple[int, ...]) -> Sides:
            nonlocal asked
            asked += 1
            if not asked % ASKED_BETWEEN and budget.is_up():
                raise BudgetExceeded(0, asked, budget.memberships)
            return self._sides(matching)

        return sides

    def _blamed(self, error: BudgetExceeded) -> BudgetExceeded:
        """Return the error with the duties to blame by name."""
        # WHY not all: past the last item is the gate.
        items = [self.items[number] for number in error.items if number < len(self.items)]
        names = (
            self.after.duties[item.after].name
            if item.after >= 0
            else self.before.duties[item.before].name
            for item in items
        )
        blamed = tuple(dict.fromkeys(names))
        return BudgetExceeded(
            error.level, error.memberships, error.limit, error.items, None, blamed
        )

    def _sides(self, matching: tuple[int, ...]) -> Sides:
        if not matching:
            return _NOBODY
        items = [self.items[number] for number in matching]
        after = self.after.subjects(
            self.letter, mask_of(item.after for item in items if item.after >= 0)
        )
        if all(item.is_same for item in items):
            return Sides(after, after)
        before = self.before.subjects(
            self.letter, mask_of(item.before for item in items if item.before >= 0)
        )
        return Sides(before, after)

    @cached_property
    def _involved(self) -> tuple[int, int]:
        return self.before.involved(self.letter), self.after.involved(self.letter)

    def _adds(self, item: _Item) -> Boxes:
        return self.before.adds[item.before] if item.before >= 0 else self.after.adds[item.after]

    def _removes(self, item: _Item) -> Boxes:
        return (
            self.before.removes[item.before] if item.before >= 0 else self.after.removes[item.after]
        )

    def _same_bodies(self) -> list[_Item]:
        """Return the duties that do the same, those of one name first."""
        if not all(self._involved):
            return []
        old, new = self.before.bodies(self.letter), self.after.bodies(self.letter)
        by_name = {duty.name: at for at, duty in enumerate(self.after.duties)}
        found: list[_Item] = []
        left: list[int] = []
        free = set(positions(self._involved[1]))
        for at in positions(self._involved[0]):
            twin = by_name.get(self.before.duties[at].name, -1)
            if twin in free and old[at] == new[twin]:
                found.append(_Item(at, twin))
                free.remove(twin)
            else:
                left.append(at)
        by_body: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
        if left:
            for at in sorted(free, reverse=True):
                by_body[new[at]].append(at)
        found.extend(_Item(at, by_body[old[at]].pop()) for at in left if by_body[old[at]])
        return found

    def _with_equal_overriders(self, same: list[_Item]) -> list[_Item]:
        """Return those that the same of the others override on both sides."""
        old = [self.before.overrides.overriders(self.letter, item.before) for item in same]
        new = [self.after.overrides.overriders(self.letter, item.after) for item in same]
        if all(item.before == item.after for item in same):
            inside = mask_of(item.before for item in same)
            return [x for x, a, b in zip(same, old, new, strict=True) if not (a ^ b) & inside]
        ours = np.array([item.before for item in same])
        theirs = np.array([item.after for item in same])
        sizes = len(self.before.duties), len(self.after.duties)
        return [
            item
            for item, a, b in zip(same, old, new, strict=True)
            if not (a or b) or (_bits(a, sizes[0])[ours] == _bits(b, sizes[1])[theirs]).all()
        ]

    def _kills(self, kept: list[int]) -> Kills:
        """Return the pairs by which rows can be left out, right for both sides.

        On each side that has `x`, `y` must be there, override it, and all of the kept that it does.
        """
        count = len(self.items)
        pairs = np.empty((0, 2), np.int64)
        if len(kept) <= MOST_COMPARED:
            before, after = (
                self._killing(rules, [self.items[number][side] for number in kept])
                for side, rules in enumerate((self.before, self.after))
            )
            numbers = np.array(kept, np.int64)
            pairs = numbers[np.argwhere(before & after)].reshape(-1, 2)
        return Kills(np.full(count, -1), pairs)

    def _killing(self, rules: Rules, places: list[int]) -> NDArray[np.bool_]:
        """Return for one side which kept item, by row, makes which, by column, irrelevant."""
        there = np.array(places, np.int64)
        over = np.zeros((len(places), len(places)), bool)
        for row, place in enumerate(places):
            if place >= 0:
                bits = _bits(rules.overrides.overridden(self.letter, place), len(rules.duties))
                over[row] = (there >= 0) & bits[there]
        # `y` lacks something `x` overrides where the product of the two relations is not nothing.
        lacks = (~over).astype(np.float32) @ over.T.astype(np.float32) > 0
        found: NDArray[np.bool_] = (over & ~lacks) | (there < 0)[None, :]
        return found


def _hull(areas: Sequence[Area]) -> Area:
    """Return the smallest box round some boxes."""
    if len(areas) == 1:
        return areas[0]
    return tuple(
        _joined(atoms for one in each for atoms in one) for each in zip(*areas, strict=True)
    )


def _joined(ranges: Iterable[tuple[int, int]]) -> Atoms:
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1]:
            found[-1] = found[-1][0], max(high, found[-1][1])
        else:
            found.append((low, high))
    return tuple(found)


def _clipped(boxes: Boxes, within: tuple[Atoms, ...]) -> Iterator[tuple[Atoms, ...]]:
    for box in boxes:
        found = tuple(map(_common, box, within))
        if all(found):
            yield found


def _common(a: Atoms, b: Atoms) -> Atoms:
    if len(b) == 1 and all(b[0][0] <= low and high <= b[0][1] for low, high in a):
        return a
    return tuple(
        (max(low, start), min(high, end))
        for low, high in a
        for start, end in b
        if low < end and start < high
    )


def _bits(mask: int, size: int) -> Mask:
    raw = np.frombuffer(mask.to_bytes((size + 7) // 8, "little"), np.uint8)
    return np.unpackbits(raw, bitorder="little", count=size).astype(bool)
