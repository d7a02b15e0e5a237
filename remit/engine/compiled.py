"""A pack compiled: activities as rows of atoms, and diagrams made when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

from remit.engine.build import Budget, Row, build
from remit.engine.conditions import Condition
from remit.engine.diagram import Diagram, combine
from remit.engine.overrides import Overrides, explicit_overrides, overrides_of
from remit.engine.pack import Duty, Letter, Pack
from remit.engine.space import Atoms, Space, valid_days
from remit.engine.vocabulary import DATE

__all__ = ["ActivityPart", "CompiledPack", "Held", "Share", "positions"]

IMPOSSIBLE = None
"""Terminal of cells that cannot happen."""
Share = tuple[int, ...] | None
"""Terminal of an answer: positions of the effective duties, or `IMPOSSIBLE`."""
Held = bool | None
"""Terminal of "does this subject have the letter here", or `IMPOSSIBLE`."""


@dataclass(frozen=True, eq=False)
class ActivityPart:
    """One activity: its duties, their override relation, and each duty's boxes as rows."""

    name: str
    duties: tuple[Duty, ...]
    overrides: Overrides
    rows: tuple[tuple[Row, ...], ...]

    def rows_of(self, duties: int) -> list[Row]:
        """Return the rows of a mask of duties."""
        return [row for index in positions(duties) for row in self.rows[index]]

    def with_overriders(self, duties: int, letter: Letter) -> int:
        """Return a mask of duties with all that override one of them for the letter."""
        found = duties
        for index in positions(duties):
            found |= self.overrides.overriders[letter][index]
        return found


@dataclass(frozen=True, eq=False)
class CompiledPack:
    """What the map is made of. Diagrams are built when first asked for, and kept."""

    pack: Pack
    space: Space
    budget: Budget = field(default_factory=Budget)

    @cached_property
    def possible(self) -> Diagram[bool]:
        """Where an event can happen."""
        rows = [
            Row(0, box)
            for when in self.pack.vocabulary.impossible
            for box in self.space.boxes(when)
        ]
        return self._build(rows, lambda items: not items)

    @cached_property
    def parts(self) -> dict[str, ActivityPart]:
        """Every activity of the vocabulary with its duties."""
        by_activity: dict[str, list[Duty]] = {name: [] for name in self.pack.vocabulary.activities}
        for duty in self.pack.duties():
            by_activity[duty.activity].append(duty)
        return {name: self._part(name, found) for name, found in by_activity.items()}

    @cached_property
    def explicit(self) -> dict[str, frozenset[str]]:
        """For each duty, all it overrides by exception, directly or through others."""
        return explicit_overrides(self.pack.duties())

    @cached_property
    def duty(self) -> dict[str, Duty]:
        """Duties in force by full name."""
        return {duty.name: duty for duty in self.pack.duties()}

    @cached_property
    def needed(self) -> Callable[[str], Diagram[bool]]:
        """Where an activity is needed: in its `needed`, neither unowned nor impossible."""
        return cache(self._needed)

    @cached_property
    def matching(self) -> Callable[[str], Diagram[bool]]:
        """Which cells a duty matches, impossible ones included."""
        return cache(self._matching)

    @cached_property
    def answers(self) -> Callable[[str, Letter], Diagram[Share]]:
        """Which duties of an activity are effective for a letter."""
        return cache(self._answers)

    @cached_property
    def holding(self) -> Callable[[str, Letter, str], Diagram[Held]]:
        """Where a subject has a letter for an activity by an effective duty."""
        return cache(self._holding)

    @cached_property
    def effective(self) -> Callable[[str, Letter], Diagram[Held]]:
        """Where a duty is effective for a letter."""
        return cache(self._effective)

    def part_of(self, duty: str) -> tuple[ActivityPart, int]:
        """Return the activity's part a duty belongs to, and its position there."""
        part = self.parts[self.duty[duty].activity]
        return part, part.duties.index(self.duty[duty])

    def of_condition(self, condition: Condition) -> Diagram[bool]:
        """Return where a condition of the pack holds.

        Raises:
            ValueError: if it has a bound that no condition of the pack has.
        """
        return self._build([Row(0, box) for box in self.space.boxes(condition)], bool)

    def where_possible(self, diagram: Diagram[bool]) -> Diagram[bool]:
        """Return the diagram without the cells that cannot happen."""
        return combine(diagram, self.possible, lambda holds, can: holds and can)

    def _part(self, name: str, duties: list[Duty]) -> ActivityPart:
        over = overrides_of(duties, self.explicit, self.pack.precedence, self.pack.vocabulary)
        rows = tuple(tuple(self._rows(index, duty)) for index, duty in enumerate(duties))
        return ActivityPart(name, tuple(duties), over, rows)

    def _rows(self, index: int, duty: Duty) -> Iterator[Row]:
        for box in self.space.boxes(duty.when):
            within = self._dated(box, duty)
            if within is not None:
                yield Row(index, within)
        if duty.unless is not None:
            for box in self.space.boxes(duty.unless):
                yield Row(index, box, removes=True)

    def _dated(self, box: tuple[Atoms, ...], duty: Duty) -> tuple[Atoms, ...] | None:
        """Return the box cut to the days the duty is valid; `None` if no day is left."""
        if duty.valid is None:
            return box
        index = next(i for i, axis in enumerate(self.space.axes) if axis.name == DATE)
        axis = self.space.axes[index]
        days = axis.allowed(box[index]) & valid_days(duty.valid.start, duty.valid.end)
        return (*box[:index], axis.atoms(days), *box[index + 1 :]) if days else None

    def _needed(self, activity: str) -> Diagram[bool]:
        vocabulary = self.pack.vocabulary
        rows = [Row(0, box) for box in self.space.boxes(vocabulary.activities[activity].needed)]
        for entry in vocabulary.unowned:
            if entry.activity == activity:
                rows += [Row(0, box, removes=True) for box in self.space.boxes(entry.when)]
        return self.where_possible(self._build(rows, bool))

    def _matching(self, duty: str) -> Diagram[bool]:
        part, me = self.part_of(duty)
        return self._build(part.rows[me], bool)

    def _answers(self, activity: str, letter: Letter) -> Diagram[Share]:
        part = self.parts[activity]
        over = part.overrides
        rows = part.rows_of(part.with_overriders(over.holders[letter], letter))

        def share(items: tuple[int, ...]) -> Share:
            return tuple(positions(over.effective(letter, _mask(items))))

        found = build(self.space.widths, rows, share, over.kills(letter), self.budget)
        if self.possible.terminals == (True,):
            return found
        return combine(found, self.possible, lambda duties, can: duties if can else IMPOSSIBLE)

    def _holding(self, activity: str, letter: Letter, subject: str) -> Diagram[Held]:
        part = self.parts[activity]
        over = part.overrides
        mine = _mask(i for i, duty in enumerate(part.duties) if duty.subject == subject)
        rows = part.rows_of(part.with_overriders(mine & over.holders[letter], letter))
        return self._held(rows, lambda matching: bool(over.effective(letter, matching) & mine))

    def _effective(self, duty: str, letter: Letter) -> Diagram[Held]:
        part, me = self.part_of(duty)
        over = part.overrides
        rows = part.rows_of(part.with_overriders(1 << me & over.holders[letter], letter))
        return self._held(rows, lambda matching: bool(over.effective(letter, matching) >> me & 1))

    def _held(self, rows: list[Row], holds: Callable[[int], bool]) -> Diagram[Held]:
        found = self._build(rows, lambda items: holds(_mask(items)))
        return combine(found, self.possible, lambda held, can: held if can else IMPOSSIBLE)

    def _build(
        self, rows: Sequence[Row], terminal: Callable[[tuple[int, ...]], bool]
    ) -> Diagram[bool]:
        return build(self.space.widths, rows, terminal, budget=self.budget)


def positions(mask: int) -> Iterator[int]:
    """Yield the positions of a mask's bits, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _mask(items: Iterable[int]) -> int:
    return sum(1 << item for item in items)
