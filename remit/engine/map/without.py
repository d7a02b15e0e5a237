"""Whether duties could go without changing an answer: many at once.

Without a duty nothing changes outside its boxes, so the answers with it and without it are compared
there alone, in one diagram for many duties, its first axis the duty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from remit.engine.map.budget import BudgetExceeded
from remit.engine.map.build import build
from remit.engine.map.compiled import CompiledPack
from remit.engine.map.counting import holds_somewhere
from remit.engine.map.diagram import combine
from remit.engine.map.local import Area, rows_near
from remit.engine.map.overrides import Kills, mask_of, positions
from remit.engine.map.parts import ActivityPart
from remit.engine.map.rows import AtomSets, Row, Table
from remit.engine.pack import Letter

__all__ = ["Asked", "Verdict", "changes_without"]

ROWS_A_BATCH = 4_000
"""Rows of the duties asked about in one pass."""
GATE = 0
"""The item of all boxes that are looked into."""
Verdict = bool | BudgetExceeded
"""Whether something changes, or why that cannot be told."""
Asked = tuple[ActivityPart, int]
"""A duty, by its activity and its position there."""


def changes_without(
    compiled: CompiledPack, duties: Sequence[Asked], letter: Letter
) -> list[Verdict]:
    """Return for each duty whether somewhere other subjects have a letter without it.

    No duty may override another by exception only by way of one of these.
    """
    found: list[Verdict] = [False] * len(duties)
    batch: list[tuple[int, _Case]] = []
    rows = 0
    for place, (part, me) in enumerate(duties):
        case = _Case(part, me, letter)
        apart = bool(batch) and batch[0][1].part.sets is not part.sets
        if apart or (batch and rows + case.size > ROWS_A_BATCH):
            _judge(batch, compiled, found)
            batch, rows = [], 0
        batch.append((place, case))
        rows += case.size
    _judge(batch, compiled, found)
    return found


def _judge(batch: list[tuple[int, _Case]], compiled: CompiledPack, found: list[Verdict]) -> None:
    if not batch:
        return
    try:
        compiled.budget.refuse_late()
        verdicts = _changes([case for _, case in batch], compiled)
    except BudgetExceeded as error:
        if len(batch) == 1 or compiled.budget.is_up():
            for place, _ in batch:
                found[place] = error
            return
        # WHY: what one proof may cost must not depend on those it happens to be made with.
        middle = len(batch) // 2
        _judge(batch[:middle], compiled, found)
        _judge(batch[middle:], compiled, found)
        return
    for (place, _), verdict in zip(batch, verdicts, strict=True):
        found[place] = verdict


@dataclass(frozen=True, eq=False)
class _Case:
    """One duty of an activity, and those that meet it and bear on who has a letter."""

    part: ActivityPart
    me: int
    letter: Letter

    @cached_property
    def areas(self) -> list[Area]:
        """The boxes of the duty."""
        return [row.box for row in self.part.rows[self.me] if not row.removes]

    @cached_property
    def kept(self) -> NDArray[np.bool_]:
        """Which rows of the part's table bear on it."""
        owners = self.part.table.tags // 2
        wanted = _bearing(self.part, self.letter)[owners] | (owners == self.me)
        kept: NDArray[np.bool_] = rows_near(self.part, self.areas) & wanted
        return kept

    @cached_property
    def near(self) -> NDArray[np.int64]:
        """The positions of the duties those rows are of."""
        return np.unique(self.part.table.tags[self.kept] // 2)

    @property
    def size(self) -> int:
        """How many rows it takes."""
        return int(self.kept.sum()) + len(self.areas)

    def rows(self, first: int, sets: tuple[AtomSets, ...]) -> Table:
        """Return its rows, items beginning with `first`."""
        item = np.zeros(len(self.part.duties), np.int64)
        item[self.near] = first + np.arange(len(self.near))
        table = self.part.table
        old = Table(table.tags[self.kept], table.ids[self.kept], sets).renumbered(item)
        new = Table.of([Row(GATE, area) for area in self.areas], sets)
        ids = np.concatenate((old.ids, new.ids))
        return Table(np.concatenate((old.tags, new.tags)), ids, sets)

    def kills(self, first: int, count: int) -> Kills:
        """Return what may be dropped early, for items that begin with `first`.

        What the duty alone makes irrelevant counts once it is gone.
        """
        kills = self.part.overrides.kills(self.letter)
        place = np.full(len(self.part.duties), -1, np.int64)
        place[self.near] = first + np.arange(len(self.near))
        rank = np.full(count, -1, np.int64)
        rank[place[self.near]] = kills.rank[self.near]
        rank[place[self.me]] = -1
        pairs = place[kills.pairs[kills.pairs[:, 0] != self.me]]
        return Kills(rank, pairs[(pairs >= 0).all(axis=1)])

    def changes(self, matching: int) -> bool:
        """Return whether other subjects have the letter without the duty where some match."""
        if not matching >> self.me & 1:
            return False
        effective, duties = self.part.overrides.effective, self.part.duties
        with_it = effective(self.letter, matching)
        without = effective(self.letter, matching & ~(1 << self.me))
        if with_it == without:
            return False
        one, other = ({duties[at].subject for at in positions(each)} for each in (with_it, without))
        return one != other


@lru_cache(8)
def _bearing(part: ActivityPart, letter: Letter) -> NDArray[np.bool_]:
    """Return which duties of an activity bear on who has a letter."""
    found = np.zeros(len(part.duties), bool)
    found[list(positions(part.deciding(letter)))] = True
    return found


def _changes(cases: Sequence[_Case], compiled: CompiledPack) -> list[bool]:
    sets = tuple(AtomSets(dict(one.number)) for one in cases[0].part.table.sets)
    owner = [-1]
    firsts, tables = [], []
    for number, case in enumerate(cases):
        firsts.append(len(owner))
        owner += [number] * len(case.near)
        tables.append((((number, number + 1),), case.rows(firsts[-1], sets)))
    kills = [case.kills(first, len(owner)) for case, first in zip(cases, firsts, strict=True)]
    every = Kills(
        np.max([one.rank for one in kills], axis=0), np.concatenate([one.pairs for one in kills])
    )
    near = [case.near.tolist() for case in cases]

    def changed(items: tuple[int, ...]) -> bool:
        if len(items) < 2:  # noqa: PLR2004 -- the gate and one more
            return False
        number = owner[items[1]]
        first, here = firsts[number], near[number]
        return cases[number].changes(mask_of(here[item - first] for item in items[1:]))

    widths = (len(cases), *compiled.space.widths)
    found = build(widths, Table.stacked(tables), changed, every, compiled.budget, GATE)
    if not compiled.all_possible:
        possible = compiled.possible.lifted(len(cases))
        found = combine(found, possible, lambda holds, can: holds and can)
    return holds_somewhere(found)
