"""Whether edits heal their faults and change nothing else: many at once, by answering anew.

Only the boxes of the duties that an edit touches can change, so the answers before and after are
compared there alone. The edits of many findings are judged in one diagram, its first axis the edit:
a pass of the builder costs the same for one small edit as for a hundred.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from remit.engine.map.adding_up import changes_sound
from remit.engine.map.budget import Budget, BudgetExceeded
from remit.engine.map.build import NO_KILLS, build
from remit.engine.map.cells import Region
from remit.engine.map.compiled import CompiledPack
from remit.engine.map.counting import holds_somewhere, ranges_of
from remit.engine.map.diagram import Diagram, Ints, Level, combine
from remit.engine.map.local import duty_rows, rows_near
from remit.engine.map.overrides import BY_PRECEDENCE, Kills, positions
from remit.engine.map.parts import ActivityPart
from remit.engine.map.rivalry import Box
from remit.engine.map.rows import AtomSets, Row, Table
from remit.engine.map.wordings import Rewording, Rewrites, rewordings
from remit.engine.pack import Letter

__all__ = ["MEMBERSHIPS", "Trial", "healing"]

MEMBERSHIPS = 200_000
"""What one diagram may cost: an edit that alone costs more is not offered."""
ROWS_A_BATCH = 4_000
"""Rows of the edits judged in one pass."""
Bools = NDArray[np.bool_]
HARMS, HEALS, MEANT = 1, 2, 4
"""Bits of a terminal: a sound event changes; the fault is healed; the fault may be here."""
GATE = 0
"""The item of all boxes that are looked into."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """An edit, and the cells of a region in which it should give a letter one holder."""

    rewrites: Rewrites
    letter: Letter
    region: Region


def healing(trials: Sequence[Trial], compiled: CompiledPack) -> list[bool]:
    """Return which edits give each of their cells one holder, and change no sound event.

    A sound event is a possible one that has one accountable subject before: it keeps its holders
    of `accountable` and `responsible`, and of the letter. Other events may only go from nobody, or
    from several, to one. An edit whose proof would cost too much, or comes too late, heals nothing.
    """
    found = [False] * len(trials)
    cases = list(_cases(trials, compiled))
    while cases:
        batch = [cases.pop()]
        rows = batch[0][1].size
        while cases and rows + cases[-1][1].size <= ROWS_A_BATCH and _alike(cases[-1], batch[0]):
            batch.append(cases.pop())
            rows += batch[-1][1].size
        for place, heals in _judged(batch, compiled):
            found[place] = heals
    return found


def _alike(one: tuple[int, _Case], other: tuple[int, _Case]) -> bool:
    return one[1].part.sets is other[1].part.sets


def _judged(batch: list[tuple[int, _Case]], compiled: CompiledPack) -> Iterator[tuple[int, bool]]:
    budget = compiled.budget
    if budget.is_up():
        return
    try:
        verdicts = _verdicts([case for _, case in batch], compiled)
        yield from zip((place for place, _ in batch), verdicts, strict=True)
    except BudgetExceeded:
        # WHY: what one edit may cost must not depend on those it happens to be judged with.
        if len(batch) > 1:
            middle = len(batch) // 2
            yield from _judged(batch[:middle], compiled)
            yield from _judged(batch[middle:], compiled)


def _cases(trials: Sequence[Trial], compiled: CompiledPack) -> Iterator[tuple[int, _Case]]:
    """Yield the trials as cases, the last first; one with a bound no axis is cut at is left out."""
    reworded = rewordings(compiled)
    for place in range(len(trials) - 1, -1, -1):
        try:
            yield place, _Case.of(trials[place], reworded(trials[place].rewrites), compiled)
        except ValueError:
            continue


@dataclass(frozen=True, eq=False)
class _Case:
    """A trial made ready.

    Args:
        areas: outside them the edit changes nothing.
        near: positions in `part.duties` of those that meet an area.
        kept: which rows of the part's table are theirs, and meet an area.
        added: boxes of the duties as the edit writes them.
        letters: what may change of the letters that are decided here.
    """

    trial: Trial
    part: ActivityPart
    wording: Rewording
    areas: tuple[Box, ...]
    near: tuple[int, ...]
    kept: Bools
    added: tuple[Row, ...]
    letters: tuple[Letter, ...]

    @classmethod
    def of(cls, trial: Trial, wording: Rewording, compiled: CompiledPack) -> _Case:
        space, part = compiled.space, wording.part
        added = tuple(
            Row(number, row.box, row.removes)
            for number, duty in enumerate(wording.added)
            for row in duty_rows(duty, space)
        )
        areas = list(_areas(wording, added))
        letters = {trial.letter, *wording.bearing}
        if len(letters) > 1:
            # WHY: whether an event is sound depends on it.
            letters.add("accountable")
        letters &= {trial.letter, *BY_PRECEDENCE}
        having = sum(
            1 << place
            for place, duty in enumerate(part.duties)
            if letters.intersection(duty.roles) or 1 << place & wording.excepting
        )
        kept = rows_near(part, areas)
        tags = part.table.tags
        alive = np.unique(tags[kept & (tags % 2 == 0)] // 2).tolist()
        near = tuple(place for place in alive if having >> place & 1)
        kept &= np.isin(tags // 2, np.array(near, np.int64))
        return cls(trial, part, wording, tuple(areas), near, kept, added, tuple(sorted(letters)))

    @property
    def size(self) -> int:
        """How many rows it takes."""
        return int(self.kept.sum()) + len(self.added) + len(self.areas) + 2

    @cached_property
    def target(self) -> Box:
        """The box of the region."""
        return tuple(ranges_of(mask) for mask in self.trial.region.box)

    @cached_property
    def items(self) -> tuple[int, ...]:
        """The duties of the items: those near by position, then those added."""
        count = len(self.part.duties)
        return (*self.near, *range(count, count + len(self.wording.added)))

    def kills(self, first: int, count: int) -> Kills:
        """Return what may be dropped early, for items that begin with `first`.

        Precedence is transitive, so between duties of the same letters that no exception concerns,
        before or after, it holds whatever the edit does to others.
        """
        duties, concerned = self.part.duties, self.wording.concerned
        place = np.full(len(duties), -1, np.int64)
        roles = [frozenset(self.letters).intersection(duties[at].roles) for at in self.near]
        ((common, _),) = Counter(filter(None, roles)).most_common(1) or [(frozenset(), 0)]
        for item, (at, mine) in enumerate(zip(self.near, roles, strict=True), first):
            if mine and mine == common and not concerned >> at & 1:
                place[at] = item
        found = [self.part.overrides.kills(letter) for letter in self._told_apart(common)]
        if not found:
            return Kills(np.full(count, -1, np.int64), NO_KILLS.pairs)
        free = np.flatnonzero(place >= 0)
        rank = np.full(count, -1, np.int64)
        if all((kills.rank[free] >= 0).all() for kills in found):
            rank[place[free]] = found[0].rank[free]
        keys = [_keys(place[kills.pairs], count) for kills in found]
        both = keys[0][np.isin(keys[0], keys[-1])]
        return Kills(rank, np.column_stack((both // count, both % count)))

    def _told_apart(self, letters: Iterable[Letter]) -> list[Letter]:
        """Return some letters, one for all that just the same duties have."""
        holders = self.part.overrides.holders
        return list({holders[letter]: letter for letter in sorted(letters)}.values())

    def verdict(self, matching: int, *, is_meant: bool) -> int:
        """Return the bits of a cell in which some items match."""
        before, after = matching & ~self.wording.new, matching & ~self.wording.old
        letter = self.trial.letter
        one, two = (
            self._subjects(self.part.overrides.effective(letter, before)),
            self._subjects(self.wording.effective(letter, after)),
        )
        heals = len(two) == 1 and (len(one) != 1 if letter == "accountable" else not one)
        harms = one != two and not heals
        others = [other for other in self.letters if other != letter]
        if others and not harms:
            effective = self.part.overrides.effective
            is_sound = len(self._subjects(effective("accountable", before))) == 1
            harms = is_sound and any(
                self._subjects(effective(other, before))
                != self._subjects(self.wording.effective(other, after))
                for other in others
            )
        return HARMS * harms + HEALS * heals + MEANT * is_meant

    def _subjects(self, effective: int) -> set[str]:
        duties = self.part.duties
        return {
            (duties[at] if at < len(duties) else self.wording.added[at - len(duties)]).subject
            for at in positions(effective)
        }


def _areas(wording: Rewording, added: Sequence[Row]) -> Iterator[Box]:
    """Yield the boxes outside which the edit changes nothing."""
    fresh = {number for number, old in enumerate(wording.replaced) if old is None}
    for row in added:
        # WHY: an exception to a new duty can only tell where the new duty holds.
        if not row.removes and (not fresh or row.item in fresh):
            yield row.box
    if not fresh:
        for place in positions(wording.touched):
            yield from (row.box for row in wording.part.rows[place] if not row.removes)


def _keys(pairs: Ints, count: int) -> Ints:
    """Return pairs of items as numbers, those left out that some duty is no item of."""
    kept = pairs[(pairs >= 0).all(axis=1)]
    found: Ints = kept[:, 0] * count + kept[:, 1]
    return found


def _verdicts(cases: Sequence[_Case], compiled: CompiledPack) -> list[bool]:
    widths = (len(cases), *compiled.space.widths)
    sets = tuple(AtomSets(dict(one.number)) for one in cases[0].part.table.sets)
    tables, owner, firsts = [], [-1], []
    for number, case in enumerate(cases):
        firsts.append(len(owner))
        owner += [number] * (len(case.items) + 1)
        tables.append((((number, number + 1),), _table(case, firsts[-1], sets)))
    kills = [case.kills(first, len(owner)) for case, first in zip(cases, firsts, strict=True)]
    every = Kills(
        np.max([one.rank for one in kills], axis=0), np.concatenate([one.pairs for one in kills])
    )

    def verdict(items: tuple[int, ...]) -> int:
        if len(items) < 2 or items[0] != GATE:  # noqa: PLR2004 -- the gate and one more
            return 0
        case, first = cases[owner[items[1]]], firsts[owner[items[1]]]
        local = [item - first for item in items[1:]]
        is_meant = local[-1] == len(case.items)
        matching = 0
        for item in local[:-1] if is_meant else local:
            matching |= 1 << case.items[item]
        return case.verdict(matching, is_meant=is_meant)

    limits = replace(compiled.budget, memberships=min(MEMBERSHIPS, compiled.budget.memberships))
    found = build(widths, Table.stacked(tables), verdict, every, limits, GATE)
    if not compiled.all_possible:
        possible = compiled.possible.lifted(len(cases))
        found = combine(found, possible, lambda bits, can: bits if can else 0)
    faults = _stacked([case.trial.region.whole.diagram for case in cases])
    failing = holds_somewhere(combine(found, faults, _fails))
    return [
        not fails and not _changes_others(case, compiled, limits)
        for fails, case in zip(failing, cases, strict=True)
    ]


def _changes_others(case: _Case, compiled: CompiledPack, limits: Budget) -> bool:
    """Return whether a letter that adds up changes in a sound event, or what tells would cost."""
    letters = sorted(case.wording.bearing - {*BY_PRECEDENCE, case.trial.letter})
    if not letters:
        return False
    try:
        return changes_sound(case.trial.rewrites, letters, case.areas, compiled, limits)
    except BudgetExceeded:
        return True


def _fails(bits: int, is_fault: bool) -> bool:  # noqa: FBT001 -- as `combine` calls it
    return bool(bits & HARMS) or (is_fault and bool(bits & MEANT) and not bits & HEALS)


def _table(case: _Case, first: int, sets: tuple[AtomSets, ...]) -> Table:
    """Return the rows of a case; the last of its items is the region."""
    part = case.part
    item = np.zeros(len(part.duties), np.int64)
    item[list(case.near)] = first + np.arange(len(case.near))
    near = part.table
    old = Table(near.tags[case.kept], near.ids[case.kept], sets).renumbered(item)
    rows = [Row(GATE, box) for box in (*case.areas, case.target)]
    rows += [Row(first + len(case.near) + row.item, row.box, row.removes) for row in case.added]
    rows.append(Row(first + len(case.items), case.target))
    new = Table.of(rows, sets)
    return Table(np.concatenate((old.tags, new.tags)), np.concatenate((old.ids, new.ids)), sets)


def _stacked(diagrams: Sequence[Diagram[bool]]) -> Diagram[bool]:
    """Return diagrams as one, with a first axis that tells them apart; not reduced."""
    distinct = list({id(one): one for one in diagrams}.values())
    number = {id(one): at for at, one in enumerate(distinct)}
    roots = np.array([number[id(one)] for one in diagrams], np.int64)
    places = np.arange(len(diagrams))
    levels = [Level(np.array([0, len(diagrams)]), places, roots)]
    depth = len(distinct[0].levels)
    for at in range(depth):
        here = [one.levels[at] for one in distinct]
        edges = np.cumsum([0, *(len(level.start) for level in here)])
        below = [
            len(one.levels[at + 1].first) - 1 if at + 1 < depth else len(one.terminals)
            for one in distinct
        ]
        nodes = np.cumsum([0, *below])
        first = [level.first[:-1] + edge for level, edge in zip(here, edges, strict=False)]
        child = [level.child + node for level, node in zip(here, nodes, strict=False)]
        levels.append(
            Level(
                np.concatenate((*first, edges[-1:])),
                np.concatenate([level.start for level in here]),
                np.concatenate(child),
            )
        )
    terminals = tuple(terminal for one in distinct for terminal in one.terminals)
    return Diagram((len(diagrams), *distinct[0].widths), tuple(levels), terminals)
