"""A pack compiled: activities as rows of atoms, and diagrams made when first asked for.

A portfolio, for no one diagram is cheap for every question: gaps by the coverage of an activity,
which forgets who covers; overlaps only where two duties can clash at all; and the full answers, by
effective duties, for all else.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import TypeVar

import numpy as np

from remit.engine.collector import collector_paused
from remit.engine.conditions import Condition
from remit.engine.map.budget import Budget, BudgetExceeded
from remit.engine.map.build import NO_KILLS, build
from remit.engine.map.counting import holds_somewhere
from remit.engine.map.cover import open_boxes, without
from remit.engine.map.diagram import Diagram, box_diagram, combine
from remit.engine.map.few_rows import build_few
from remit.engine.map.holes import Open, open_of
from remit.engine.map.kept import Batch, Kept
from remit.engine.map.outline import Outline
from remit.engine.map.overrides import Kills, mask_of, positions
from remit.engine.map.parts import ActivityPart, Share, parts_of
from remit.engine.map.rivalry import Box, meet
from remit.engine.map.rows import Row, Table
from remit.engine.map.space import Atoms, Space
from remit.engine.pack import Duty, Letter, Pack

T = TypeVar("T", bound=Hashable)

__all__ = [
    "BY_DUTIES",
    "ActivityPart",
    "CompiledPack",
    "Held",
    "Kept",
    "Share",
    "mask_of",
    "positions",
]

IMPOSSIBLE = None
"""Terminal of cells that cannot happen."""
BY_DUTIES: tuple[Letter, ...] = ("accountable", "responsible")
"""Letters answered by one diagram of duties; the others add up, subject by subject."""
Held = bool | None
"""Terminal of "does this subject have the letter here", or `IMPOSSIBLE`."""
FIRST_TRY = 2_000_000
"""Memberships a coverage diagram may take before another way is tried: a third of a second."""
MOST_PIECES = 200_000
"""Pieces of space that way may look at: three seconds."""
ROWS_A_BATCH = 4_000
"""Rows of the activities compiled in one pass: enough that the passes' fixed costs do not count,
and few enough that what a pass holds stays below a hundred megabytes."""


@dataclass(frozen=True, eq=False)
class CompiledPack:
    """What the map is made of. Diagrams are built when first asked for, and kept.

    What concerns every activity is one diagram whose first axis is the activity, a batch of them at
    a time, so that a small pack is compiled in one pass, a large one in little memory, and a
    question about one activity is a cofactor.
    """

    pack: Pack
    space: Space
    budget: Budget = field(default_factory=Budget)
    kept: Kept = field(default_factory=Kept)

    @cached_property
    def possible(self) -> Diagram[bool]:
        """Where an event can happen."""
        if self.kept.possible is not None:
            return self.kept.possible
        conditions = self.pack.vocabulary.impossible
        if not conditions:
            return box_diagram(self.space.widths, [axis.everything() for axis in self.space.axes])
        rows = [Row(0, box) for when in conditions for box in self.space.boxes(when)]
        return self._build(rows, lambda items: not items)

    @cached_property
    def all_possible(self) -> bool:
        """Whether every cell can happen."""
        return self.possible.terminals == (True,)

    @cached_property
    def duties(self) -> tuple[Duty, ...]:
        """The duties in force, by full name."""
        return self.pack.duties()

    @cached_property
    def outline(self) -> Outline:
        """The pack as it is written."""
        return Outline(self.pack, self.kept.bounds)

    @cached_property
    def parts(self) -> dict[str, ActivityPart]:
        """Every activity of the vocabulary with its duties."""
        return self.kept.parts or parts_of(self.pack, self.space, self.duties)

    @cached_property
    def duty(self) -> dict[str, Duty]:
        """Duties in force by full name."""
        return {duty.name: duty for duty in self.duties}

    def needed(self, activity: str) -> Diagram[bool]:
        """Return where an activity is needed: in its `needed`, neither unowned nor impossible."""
        found = self.kept.needed.get(activity)
        if found is None:
            # WHY by itself: most activities are needed wherever anything can happen.
            found = self.possible if activity in self._always_needed else None
            found = found or self._cofactor(self._needs, activity)
            self.kept.needed[activity] = found
        return found

    def needs(self, activity: str) -> list[Row]:
        """Return as rows where an activity is needed, as `needed` does."""
        vocabulary = self.pack.vocabulary
        never = [
            *(entry.when for entry in vocabulary.unowned if entry.activity == activity),
            *vocabulary.impossible,
        ]
        found = [Row(0, box) for box in self.space.boxes(vocabulary.activities[activity].needed)]
        found += [Row(0, box, removes=True) for when in never for box in self.space.boxes(when)]
        return found

    @cached_property
    def _always_needed(self) -> frozenset[str]:
        """The activities that are needed wherever something can happen, by what is written."""
        vocabulary = self.pack.vocabulary
        unowned = {entry.activity for entry in vocabulary.unowned}
        return frozenset(
            name
            for name, activity in vocabulary.activities.items()
            if name not in unowned and any(not box.constraints for box in activity.needed.boxes)
        )

    @cached_property
    def matching(self) -> Callable[[str], Diagram[bool]]:
        """Which cells a duty matches, impossible ones included."""
        return cache(self._matching)

    @collector_paused()
    def answers(self, activity: str, letter: Letter) -> Diagram[Share]:
        """Return which duties of an activity are effective for a letter."""
        found = self.kept.answers.get((activity, letter))
        if found is None:
            later = self.kept.answers_later.get((activity, letter))
            standing = self._standing_for(self._batch_of[activity], letter)
            if later is not None:
                found = later()
            elif standing != letter:
                found = self.answers(activity, standing)
            else:
                found = self._own_shares(activity, letter)
            found = self.kept.answers[activity, letter] = found.narrowed()
            self.kept.answers_later.pop((activity, letter), None)
        return found

    def unheld(self, activity: str, letter: Letter) -> Diagram[bool] | None:
        """Return where an activity is needed and nobody has a letter; `None` if nowhere."""
        if (activity, letter) not in self.kept.unheld:
            later = self.kept.unheld_later.get((activity, letter))
            found = self._unheld(activity, letter) if later is None else later()
            self.kept.unheld[activity, letter] = found
            self.kept.unheld_later.pop((activity, letter), None)
        return self.kept.unheld[activity, letter]

    @cached_property
    def holding(self) -> Callable[[str, Letter, str], Diagram[Held]]:
        """Where a subject has a letter for an activity by an effective duty."""
        return cache(self._holding)

    @cached_property
    def effective(self) -> Callable[[str, Letter], Diagram[Held]]:
        """Where a duty is effective for a letter."""
        return cache(self._effective)

    def answers_in(self, activity: str, letter: Letter, box: Box) -> Diagram[Share]:
        """Return what `answers` says inside a box; outside it says nothing of any use.

        Much smaller than the whole, so it is there for single events where the whole cannot be.
        """
        part = self.parts[activity]
        met = ((row, meet(row.box, box)) for row in part.rows_of(part.deciding(letter)))
        rows = [Row(row.item, inside, row.removes) for row, inside in met if inside is not None]
        kills = part.overrides.kills(letter)
        with self.blaming(part):
            found = build(
                self.space.widths, rows, lambda items: part.share(letter, items), kills, self.budget
            )
        if self.all_possible:
            return found
        return combine(found, self.possible, lambda held, can: held if can else IMPOSSIBLE)

    def part_of(self, duty: str) -> tuple[ActivityPart, int]:
        """Return the activity's part a duty belongs to, and its position there."""
        part = self.parts[self.duty[duty].activity]
        return part, part.place[duty]

    def of_condition(self, condition: Condition) -> Diagram[bool]:
        """Return where a condition of the pack holds.

        Raises:
            ValueError: if it has a bound that no condition of the pack has.
        """
        return self._build([Row(0, box) for box in self.space.boxes(condition)], bool)

    def blaming(
        self, *parts: ActivityPart, start: int | None = None
    ) -> AbstractContextManager[None]:
        """Return a context that says of a budget that is exceeded which duties are to blame.

        Args:
            start: the number of the duty that the builder numbers 0; the first part's where absent.
        """
        return _blaming(parts, parts[0].first if start is None else start)

    def where_possible(self, diagram: Diagram[bool]) -> Diagram[bool]:
        """Return the diagram without the cells that cannot happen."""
        if self.all_possible:
            return diagram
        return combine(diagram, self.possible, lambda holds, can: holds and can)

    @cached_property
    def batches(self) -> tuple[Batch, ...]:
        """The activities in the groups in which they are compiled."""
        found: list[list[ActivityPart]] = [[]]
        rows = 0
        for part in self.parts.values():
            size = sum(len(each) for each in part.rows)
            # WHY the sets: tables are joined by them, and an edited activity has its own.
            apart = bool(found[-1]) and found[-1][-1].sets is not part.sets
            if apart or (found[-1] and rows + size > ROWS_A_BATCH):
                found.append([])
                rows = 0
            found[-1].append(part)
            rows += size
        return tuple(Batch(tuple(parts)) for parts in found)

    @cached_property
    def _batch_of(self) -> dict[str, Batch]:
        found = {part.name: batch for batch in self.batches for part in batch.parts}
        return found | {name: Batch((self.parts[name],)) for name in self.kept.asked}

    def _cofactor(self, whole: Callable[[Batch], Diagram[T]], activity: str) -> Diagram[T]:
        batch = self._batch_of[activity]
        return whole(batch).cofactor(batch.number[activity])

    def _own_shares(self, activity: str, letter: Letter) -> Diagram[Share]:
        try:
            return self._cofactor(lambda batch: self._shares(batch, letter), activity)
        except BudgetExceeded as error:
            # WHY: whether an activity is proved must not depend on those it is compiled with.
            alone = Batch((self.parts[activity],))
            if len(self._batch_of[activity].parts) == 1 or self.budget.is_up():
                raise
            try:
                return self._build_shares(alone, letter).cofactor(0)
            except BudgetExceeded:
                raise error from None

    @cached_property
    def _needs(self) -> Callable[[Batch], Diagram[bool]]:
        """Where each activity is needed, by activity first."""
        return cache(self._build_needs)

    @cached_property
    def _shares(self) -> Callable[[Batch, Letter], Diagram[Share]]:
        """Which duties are effective for a letter, by activity first."""
        build_once = cache(self._build_shares)

        def shares(batch: Batch, letter: Letter) -> Diagram[Share]:
            # WHY not kept: of one activity the cofactor is all there is, and that is kept.
            return (build_once if len(batch.parts) > 1 else self._build_shares)(batch, letter)

        return shares

    @cached_property
    def _gaps(self) -> Callable[[Batch, Letter], Diagram[bool]]:
        """Where each activity is needed and nobody has a letter, by activity first."""
        build_once = cache(self._build_gaps)
        return lambda batch, letter: build_once(batch, self._standing_for(batch, letter))

    def _standing_for(self, batch: Batch, letter: Letter) -> Letter:
        """Return `accountable` for a letter that just the same duties have: it has its answers."""
        same = all(
            part.overrides.holders[letter] == part.overrides.holders["accountable"]
            for part in batch.parts
        )
        return "accountable" if letter in BY_DUTIES and same else letter

    def _build_gaps(
        self, batch: Batch, letter: Letter, budget: Budget | None = None
    ) -> Diagram[bool]:
        soft = replace(self.budget, memberships=min(self.budget.memberships, FIRST_TRY))
        covered = self._coverage(batch, letter, budget or soft)
        return combine(self._needs(batch), covered, lambda need, held: need and not held)

    @cached_property
    def _has_gap(self) -> Callable[[Batch, Letter], list[bool]]:
        """Whether each activity has a gap: in one pass, for most have none."""
        return cache(lambda batch, letter: holds_somewhere(self._gaps(batch, letter)))

    def _build_needs(self, batch: Batch) -> Diagram[bool]:
        vocabulary = self.pack.vocabulary
        rows = [
            Row(0, (batch.only(part), *box))
            for part in batch.parts
            for box in self.space.boxes(vocabulary.activities[part.name].needed)
        ]
        rows += [
            Row(0, (batch.only(batch.parts[batch.number[entry.activity]]), *box), removes=True)
            for entry in vocabulary.unowned
            if entry.activity in batch.number
            for box in self.space.boxes(entry.when)
        ]
        found = build(self._widths(batch), rows, bool, budget=self.budget)
        if self.all_possible:
            return found
        return combine(found, self._every_possible(batch), lambda holds, can: holds and can)

    def _widths(self, batch: Batch) -> tuple[int, ...]:
        return (len(batch.parts), *self.space.widths)

    def _every_possible(self, batch: Batch) -> Diagram[bool]:
        return self.possible.lifted(len(batch.parts))

    def _coverage(self, batch: Batch, letter: Letter, budget: Budget) -> Diagram[bool]:
        """Return where a duty with a letter matches, for the activities where that is enough.

        Duties without `unless` are one item, for it does not matter which of them matches; and any
        duty that surely matches settles all that is below it.
        """
        tables: list[tuple[Atoms, Table]] = []
        count = 1
        for part in batch.parts:
            having = part.overrides.holders[letter]
            if not having or not part.overrides.is_covering(letter):
                continue
            table = part.table_of(having)
            item = np.zeros(len(part.duties), np.int64)
            with_unless = np.unique(table.tags[table.tags % 2 == 1] // 2)
            item[with_unless] = count + np.arange(len(with_unless))
            count += len(with_unless)
            tables.append((batch.only(part), table.renumbered(item)))
        rank = np.arange(count, 0, -1)
        with self.blaming(*batch.parts, start=-1):
            kills = Kills(rank, NO_KILLS.pairs)
            rows = Table.stacked(tables) if tables else ()
            return build(self._widths(batch), rows, bool, kills, budget)

    def _build_shares(self, batch: Batch, letter: Letter) -> Diagram[Share]:
        tables: list[tuple[Atoms, Table]] = []
        owner: list[ActivityPart] = []
        ranks, pairs = [], []
        for part in batch.parts:
            offset = batch.offset(part)
            owner += [part] * len(part.duties)
            table = part.table_of(part.deciding(letter))
            tables.append((batch.only(part), table.shifted(offset)))
            kills = part.overrides.kills(letter)
            ranks.append(kills.rank)
            pairs.append(kills.pairs + offset)

        def share(items: tuple[int, ...]) -> Share:
            part = owner[items[0]] if items else None
            offset = batch.offset(part) if part else 0
            return part.share(letter, [item - offset for item in items]) if part else ()

        with self.blaming(*batch.parts):
            every = Kills(np.concatenate(ranks), np.concatenate(pairs))
            found = build(self._widths(batch), Table.stacked(tables), share, every, self.budget)
        if self.all_possible:
            return found
        possible = self._every_possible(batch)
        return combine(found, possible, lambda held, can: held if can else IMPOSSIBLE)

    def _matching(self, duty: str) -> Diagram[bool]:
        part, me = self.part_of(duty)
        return self._build(part.rows[me], bool)

    def _unheld(self, activity: str, letter: Letter) -> Diagram[bool] | None:
        part = self.parts[activity]
        is_covering = part.overrides.is_covering(letter)
        if is_covering:
            having = [part.rows[index] for index in positions(part.overrides.holders[letter])]
            left = open_of(having, self.space.widths)
            if left is not None:
                return self._gap_in(left, part)
        is_answered = (activity, letter) in self.kept.answers
        is_answered = is_answered or (activity, letter) in self.kept.answers_later
        if is_answered or not is_covering:
            answers = self.answers(activity, letter)
            found = combine(self.needed(activity), answers, lambda need, share: need and not share)
            return found if True in found.terminals else None
        batch = self._batch_of[activity]
        try:
            if not self._has_gap(batch, letter)[batch.number[activity]]:
                return None
            return self._cofactor(lambda batch: self._gaps(batch, letter), activity)
        except BudgetExceeded:
            found = self._gap_alone(part, letter)
            return found if True in found.terminals else None

    def _gap_in(self, left: Open, part: ActivityPart) -> Diagram[bool] | None:
        """Return where an activity has a gap, which is in the holes alone; `None` if nowhere."""
        if not left.holes:
            return None
        with self.blaming(part, start=-1):
            found = left.diagram(self.space.widths, self.budget)
        needed = self.needed(part.name)
        if needed.terminals != (True,):
            found = combine(needed, found, lambda need, is_open: need and is_open)
        return found if True in found.terminals else None

    def _gap_alone(self, part: ActivityPart, letter: Letter) -> Diagram[bool]:
        """Return where an activity has a gap, looked for without a diagram of what covers it."""
        boxes = [
            box
            for index in positions(part.overrides.holders[letter])
            for box in without(part.rows[index])
        ]
        cover = open_boxes(
            self.space.widths, boxes, most_pieces=MOST_PIECES, is_up=self.budget.is_up
        )
        if cover.unexplored:
            # The last resort: a batch of its own, and the whole budget.
            alone = Batch((part,))
            return self._build_gaps(alone, letter, self.budget).cofactor(0)
        rows = [Row(0, tuple((side,) for side in sides)) for sides in cover.open]
        with self.blaming(part, start=-1):
            found = build(self.space.widths, rows, bool, budget=self.budget)
        return combine(self.needed(part.name), found, lambda need, is_open: need and is_open)

    def _holding(self, activity: str, letter: Letter, subject: str) -> Diagram[Held]:
        part = self.parts[activity]
        mine = mask_of(i for i, duty in enumerate(part.duties) if duty.subject == subject)
        if letter in BY_DUTIES:
            numbers = {part.first + index for index in positions(mine)}
            return self._among(activity, letter, numbers)
        over = part.overrides
        rows = part.rows_of(over.with_exceptions(mine & over.holders[letter]))
        return self._held(rows, lambda matching: bool(over.effective(letter, matching) & mine))

    def _effective(self, duty: str, letter: Letter) -> Diagram[Held]:
        part, me = self.part_of(duty)
        if letter in BY_DUTIES:
            return self._among(part.name, letter, {part.first + me})
        over = part.overrides
        rows = part.rows_of(over.with_exceptions(1 << me & over.holders[letter]))
        return self._held(rows, lambda matching: bool(over.effective(letter, matching) >> me & 1))

    def _among(self, activity: str, letter: Letter, numbers: set[int]) -> Diagram[Held]:
        """Return where some duty of `numbers` is effective."""
        return self.answers(activity, letter).mapped(
            lambda share: share if share is None else not numbers.isdisjoint(share)
        )

    def _held(self, rows: list[Row], holds: Callable[[int], bool]) -> Diagram[Held]:
        found = self._build(rows, lambda items: holds(mask_of(items)))
        if self.all_possible:
            return found.mapped(lambda held: held)
        return combine(found, self.possible, lambda held, can: held if can else IMPOSSIBLE)

    def _build(
        self, rows: Sequence[Row], terminal: Callable[[tuple[int, ...]], bool]
    ) -> Diagram[bool]:
        return build_few(self.space.widths, rows, terminal, budget=self.budget)


@contextmanager
def _blaming(parts: Sequence[ActivityPart], start: int) -> Iterator[None]:
    try:
        yield
    except BudgetExceeded as error:
        duties = [
            part.duty_of(start + item)
            for item in error.items
            for part in parts
            if start >= 0 and part.first <= start + item < part.first + len(part.duties)
        ]
        activities = {duty.activity for duty in duties} or {part.name for part in parts}
        raise BudgetExceeded(
            error.level,
            error.memberships,
            error.limit,
            error.items,
            activities.pop() if len(activities) == 1 else None,
            tuple(duty.name for duty in duties),
        ) from error
