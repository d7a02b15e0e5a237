"""Activities as rows of atoms: each duty's boxes, and which duty overrides which."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from remit.engine.conditions import Condition, Constraint
from remit.engine.intervals import IntervalSet
from remit.engine.map.overrides import (
    Overrides,
    constraint_set,
    explicit_overrides,
    mask_of,
    overrides_of,
    positions,
)
from remit.engine.map.precedence import Earlier
from remit.engine.map.rows import AtomSets, Row, Table
from remit.engine.map.space import Atoms, Space, valid_days
from remit.engine.pack import Duty, Letter, Pack
from remit.engine.vocabulary import DATE

__all__ = ["ActivityPart", "Share", "moved_part", "part_of", "parts_of"]

Ints = NDArray[np.int64]
KEPT = ("place", "table")
"""What of an activity does not depend on where its duties are written."""
Share = tuple[int, ...] | None
"""Terminal of an answer: numbers of the effective duties; `None` where nothing can happen."""


@dataclass(frozen=True, eq=False)
class ActivityPart:
    """One activity: its duties, their override relation, and each duty's boxes as rows.

    Masks and rows number the duties by position in `duties`; a `Share` numbers them through the
    whole pack, where this activity's begin with `first`.
    """

    name: str
    first: int
    duties: tuple[Duty, ...]
    overrides: Overrides
    rows: tuple[tuple[Row, ...], ...]
    sets: tuple[AtomSets, ...]

    @cached_property
    def place(self) -> Mapping[str, int]:
        """The position of each duty by full name."""
        return {duty.name: index for index, duty in enumerate(self.duties)}

    @cached_property
    def of_subject(self) -> Mapping[str, int]:
        """The mask of each subject's duties."""
        found: dict[str, int] = {}
        for index, duty in enumerate(self.duties):
            found[duty.subject] = found.get(duty.subject, 0) | 1 << index
        return found

    @cached_property
    def names(self) -> str:
        """The full names in order, a line each: to compare all of them at once."""
        return "\n".join(self.place)

    @cached_property
    def table(self) -> Table:
        """All rows in columns."""
        return Table.of([row for rows in self.rows for row in rows], self.sets)

    @cached_property
    def bounds(self) -> tuple[Ints, Ints]:
        """The first atoms of all rows, and the last, exclusive; shape `(rows, axes)` each."""
        boxes = [row.box for rows in self.rows for row in rows]
        low = np.array([[atoms[0][0] for atoms in box] for box in boxes], np.int64)
        high = np.array([[atoms[-1][1] for atoms in box] for box in boxes], np.int64)
        return low, high

    def table_of(self, duties: int) -> Table:
        """Return the rows of a mask of duties in columns."""
        if duties + 1 == 1 << len(self.duties):
            return self.table
        return self.table.chosen(positions(duties))

    def rows_of(self, duties: int) -> list[Row]:
        """Return the rows of a mask of duties."""
        return [row for index in positions(duties) for row in self.rows[index]]

    def deciding(self, letter: Letter) -> int:
        """Return a mask of all duties that bear on who has a letter."""
        return self.overrides.with_exceptions(self.overrides.holders[letter])

    def share(self, letter: Letter, items: Iterable[int]) -> Share:
        """Return the duties that are effective for a letter where just `items` match."""
        effective = self.overrides.effective(letter, mask_of(items))
        return tuple(self.first + index for index in positions(effective))

    def duty_of(self, number: int) -> Duty:
        """Return the duty of a number in a share."""
        return self.duties[number - self.first]

    def subjects(self, share: Share) -> frozenset[str]:
        """Return the subjects of an answer."""
        return frozenset(self.duty_of(number).subject for number in share or ())


def parts_of(pack: Pack, space: Space, duties: Sequence[Duty]) -> dict[str, ActivityPart]:
    """Return every activity of a pack's vocabulary with its duties."""
    by_activity: dict[str, list[Duty]] = {name: [] for name in pack.vocabulary.activities}
    for duty in duties:
        by_activity[duty.activity].append(duty)
    # WHY only some: what has no exceptions and is none of another's relates to nothing.
    involved = {reference.name for duty in duties for reference in duty.exception_to}
    explicit = explicit_overrides([d for d in duties if d.exception_to or d.name in involved])
    sets = AtomSets.some(len(space.axes))
    makes = _Rows(pack, space, sets)
    firsts = accumulate((len(found) for found in by_activity.values()), initial=0)
    parts = {
        name: ActivityPart(
            name,
            first,
            tuple(found),
            overrides_of(found, explicit, makes.precedence),
            tuple(tuple(makes.rows(index, duty)) for index, duty in enumerate(found)),
            sets,
        )
        for first, (name, found) in zip(firsts, by_activity.items(), strict=False)
    }
    _put_tables(parts.values(), makes.table())
    return parts


def _put_tables(parts: Iterable[ActivityPart], table: Table) -> None:
    """Give each activity its rows in columns, which are parts of those of all in their order."""
    first = 0
    for part in parts:
        rows = slice(first, first + sum(map(len, part.rows)))
        part.__dict__["table"] = Table(table.tags[rows], table.ids[rows], table.sets)
        first = rows.stop


def part_of(
    pack: Pack,
    space: Space,
    old: ActivityPart,
    first: int,
    duties: Sequence[Duty],
    edited: Collection[str],
) -> ActivityPart:
    """Return one activity after an edit; exceptions to duties of others are left out.

    Args:
        duties: all duties of the activity, by full name.
        edited: full names of those that do not mean what they did, or are new.
    """
    place = {duty.name: index for index, duty in enumerate(duties)}
    inside = [
        replace(d, exception_to=tuple(ref for ref in d.exception_to if ref.name in place))
        for d in duties
        if d.exception_to
    ]
    involved = {reference.name for duty in inside for reference in duty.exception_to}
    plain = (d for d in duties if not d.exception_to and d.name in involved)
    explicit = explicit_overrides([*inside, *plain]) if inside else {}
    # WHY sets of its own: what shares them is compiled together, and that is done for the others.
    sets = tuple(AtomSets(dict(known.number)) for known in old.sets)
    makes = _Rows(pack, space, sets)
    was = [-1 if name in edited else old.place.get(name, -1) for name in place]
    tiers = old.overrides.precedence.tiers if old.overrides.precedence is not None else None
    earlier = None if tiers is None else Earlier(tiers, np.array(was, np.int64))
    rows = tuple(
        tuple(makes.rows(index, duty))
        if before < 0
        else _renumbered_rows(old.rows[before], index, before)
        for index, (duty, before) in enumerate(zip(duties, was, strict=True))
    )
    found = ActivityPart(
        old.name,
        first,
        tuple(duties),
        overrides_of(duties, explicit, makes.precedence, earlier),
        rows,
        sets,
    )
    found.__dict__["place"] = place
    found.__dict__["table"] = _edited_table(old.table, was, len(old.duties), makes.table())
    return found


def moved_part(old: ActivityPart, first: int, moved: Mapping[str, Duty]) -> ActivityPart:
    """Return an activity whose duties mean the same, some of them written elsewhere."""
    duties = list(old.duties)
    for name, duty in moved.items():
        duties[old.place[name]] = duty
    found = replace(old, first=first, duties=tuple(duties))
    found.__dict__.update({key: old.__dict__[key] for key in KEPT if key in old.__dict__})
    return found


def _renumbered_rows(rows: tuple[Row, ...], index: int, before: int) -> tuple[Row, ...]:
    return rows if index == before else tuple(Row(index, box, out) for _, box, out in rows)


def _edited_table(old: Table, was: Sequence[int], count: int, fresh: Table) -> Table:
    """Return the rows of an edited activity in columns, those of kept duties taken over."""
    number = np.full(count, -1, np.int64)
    index = np.array(was, np.int64)
    number[index[index >= 0]] = np.flatnonzero(index >= 0)
    kept = np.flatnonzero(number[old.tags // 2] >= 0)
    tags = np.concatenate((2 * number[old.tags[kept] // 2] + old.tags[kept] % 2, fresh.tags))
    order = np.argsort(tags // 2, kind="stable")
    return Table(tags[order], np.concatenate((old.ids[kept], fresh.ids))[order], fresh.sets)


class _Rows:
    """Makes rows of duties; what an author writes again and again is looked up once.

    Args:
        sets: what the rows in columns are numbered by; what they lack is added.
    """

    def __init__(self, pack: Pack, space: Space, sets: tuple[AtomSets, ...]) -> None:
        self._pack = pack
        self._space = space
        self._sets = sets
        self._tags, self._ids = array("q"), array("q")
        self._known: tuple[dict[IntervalSet, Atoms], ...] = tuple({} for _ in space.axes)
        # WHY also by identity: a pack holds few sets of values, each many times, and to hash one
        # costs more than to look it up. The pack keeps them alive for as long as this lives.
        self._met: tuple[dict[int, tuple[Atoms, int]], ...] = tuple({} for _ in space.axes)
        self._axis = {axis.name: index for index, axis in enumerate(space.axes)}
        self._everything = tuple(axis.everything() for axis in space.axes)
        self._all = [self._number(axis, atoms) for axis, atoms in enumerate(self._everything)]

    @property
    def precedence(self) -> tuple[Callable[[Duty], Atoms], ...]:
        """What each dimension of the precedence allows a duty."""
        return tuple(self._constraint_set(name) for name in self._pack.precedence)

    def table(self) -> Table:
        """Return the rows made so far in columns."""
        ids = np.array(self._ids, np.int64).reshape(-1, len(self._sets))
        return Table(np.array(self._tags, np.int64), ids, self._sets)

    def rows(self, index: int, duty: Duty) -> Iterator[Row]:
        """Yield the rows of a duty."""
        for box, ids in self._boxes(duty.when):
            within = self._dated(box, duty)
            if within is None:
                continue
            if within is not box:
                axis = self._axis[DATE]
                ids[axis] = self._number(axis, within[axis])
            self._tags.append(2 * index)
            self._ids.extend(ids)
            yield Row(index, within)
        if duty.unless is not None:
            for box, ids in self._boxes(duty.unless):
                self._tags.append(2 * index + 1)
                self._ids.extend(ids)
                yield Row(index, box, removes=True)

    def _boxes(self, condition: Condition) -> Iterator[tuple[tuple[Atoms, ...], list[int]]]:
        """Yield boxes as atoms, and as the numbers of these."""
        for box in condition.boxes:
            ids = self._all.copy()
            if not box.constraints:
                yield self._everything, ids
                continue
            atoms = list(self._everything)
            for name, constraint in box.constraints.items():
                axis = self._axis[name]
                atoms[axis], ids[axis] = self._atoms_of(axis, constraint)
            yield tuple(atoms), ids

    def _atoms_of(self, axis: int, constraint: Constraint) -> tuple[Atoms, int]:
        met = self._met[axis]
        key = id(constraint.allowed)
        found = met.get(key)
        if found is None:
            atoms = self._atoms(axis, constraint.allowed)
            found = met[key] = atoms, self._number(axis, atoms)
        return found

    def _number(self, axis: int, atoms: Atoms) -> int:
        number = self._sets[axis].number
        return number.setdefault(atoms, len(number))

    def _atoms(self, axis: int, allowed: IntervalSet) -> Atoms:
        known = self._known[axis]
        found = known.get(allowed)
        if found is None:
            found = known[allowed] = self._space.axes[axis].atoms(allowed)
        return found

    def _dated(self, box: tuple[Atoms, ...], duty: Duty) -> tuple[Atoms, ...] | None:
        """Return the box cut to the days the duty is valid; `None` if no day is left."""
        if duty.valid is None:
            return box
        index = self._axis[DATE]
        days = self._space.axes[index].allowed(box[index])
        days &= valid_days(duty.valid.start, duty.valid.end)
        return (*box[:index], self._atoms(index, days), *box[index + 1 :]) if days else None

    def _constraint_set(self, dimension: str) -> Callable[[Duty], Atoms]:
        axis = self._axis[dimension]

        def allowed(duty: Duty) -> Atoms:
            if len(duty.when.boxes) == 1 and not (dimension == DATE and duty.valid is not None):
                constraint = duty.when.boxes[0].constraints.get(dimension)
                if constraint is None:
                    return self._everything[axis]
                return self._atoms_of(axis, constraint)[0]
            return self._atoms(axis, constraint_set(duty, dimension, self._pack.vocabulary))

        return allowed
