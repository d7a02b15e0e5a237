"""A pack compiled: activities as rows of atoms, and diagrams made when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import accumulate

from remit.engine.conditions import Condition
from remit.engine.map.build import Budget, Row, build
from remit.engine.map.diagram import Diagram, combine
from remit.engine.map.overrides import Overrides, explicit_overrides, overrides_of
from remit.engine.map.space import Atoms, Space, valid_days
from remit.engine.pack import Duty, Letter, Pack
from remit.engine.vocabulary import DATE

__all__ = ["BY_DUTIES", "ActivityPart", "CompiledPack", "Held", "Share", "mask_of", "positions"]

IMPOSSIBLE = None
"""Terminal of cells that cannot happen."""
Share = tuple[int, ...] | None
"""Terminal of an answer: numbers of the effective duties, or `IMPOSSIBLE`."""
BY_DUTIES: tuple[Letter, ...] = ("accountable", "responsible")
"""Letters answered by one diagram of duties; the others add up, subject by subject."""
Held = bool | None
"""Terminal of "does this subject have the letter here", or `IMPOSSIBLE`."""


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

    def rows_of(self, duties: int) -> list[Row]:
        """Return the rows of a mask of duties."""
        return [row for index in positions(duties) for row in self.rows[index]]

    def with_overriders(self, duties: int, letter: Letter) -> int:
        """Return a mask of duties with all that override one of them for the letter."""
        found = duties
        for index in positions(duties):
            found |= self.overrides.overriders[letter][index]
        return found

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


@dataclass(frozen=True, eq=False)
class CompiledPack:
    """What the map is made of. Diagrams are built when first asked for, and kept.

    What concerns every activity is one diagram whose first axis is the activity, so that a pack is
    compiled in one pass and a question about one activity is a cofactor of it.
    """

    pack: Pack
    space: Space
    budget: Budget = field(default_factory=Budget)

    @cached_property
    def possible(self) -> Diagram[bool]:
        """Where an event can happen."""
        conditions = self.pack.vocabulary.impossible
        rows = [Row(0, box) for when in conditions for box in self.space.boxes(when)]
        return self._build(rows, lambda items: not items)

    @cached_property
    def all_possible(self) -> bool:
        """Whether every cell can happen."""
        return self.possible.terminals == (True,)

    @cached_property
    def parts(self) -> dict[str, ActivityPart]:
        """Every activity of the vocabulary with its duties."""
        by_activity: dict[str, list[Duty]] = {name: [] for name in self.pack.vocabulary.activities}
        for duty in self.pack.duties():
            by_activity[duty.activity].append(duty)
        explicit = explicit_overrides(self.pack.duties())
        firsts = accumulate((len(found) for found in by_activity.values()), initial=0)
        return {
            name: self._part(name, first, found, explicit)
            for first, (name, found) in zip(firsts, by_activity.items(), strict=False)
        }

    @cached_property
    def duty(self) -> dict[str, Duty]:
        """Duties in force by full name."""
        return {duty.name: duty for duty in self.pack.duties()}

    @cached_property
    def needed(self) -> Callable[[str], Diagram[bool]]:
        """Where an activity is needed: in its `needed`, neither unowned nor impossible."""
        return cache(lambda activity: self._needs.cofactor(self._number[activity]))

    @cached_property
    def matching(self) -> Callable[[str], Diagram[bool]]:
        """Which cells a duty matches, impossible ones included."""
        return cache(self._matching)

    @cached_property
    def answers(self) -> Callable[[str, Letter], Diagram[Share]]:
        """Which duties of an activity are effective for a letter."""
        return cache(self._answers)

    @cached_property
    def unheld(self) -> Callable[[str, Letter], Diagram[bool] | None]:
        """Where an activity is needed and nobody has a letter; `None` if nowhere."""
        return cache(self._unheld)

    @cached_property
    def clashes(self) -> Callable[[str], Diagram[Share] | None]:
        """Which duties make two or more subjects accountable where needed; `None` if none do."""
        return cache(self._clashes)

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
        if self.all_possible:
            return diagram
        return combine(diagram, self.possible, lambda holds, can: holds and can)

    @cached_property
    def _number(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.parts)}

    @cached_property
    def _needs(self) -> Diagram[bool]:
        """Where each activity is needed, by activity first."""
        vocabulary = self.pack.vocabulary
        rows = [
            Row(0, (self._only(name), *box))
            for name, activity in vocabulary.activities.items()
            for box in self.space.boxes(activity.needed)
        ]
        rows += [
            Row(0, (self._only(entry.activity), *box), removes=True)
            for entry in vocabulary.unowned
            for box in self.space.boxes(entry.when)
        ]
        found = build(self._widths, rows, bool, budget=self.budget)
        if self.all_possible:
            return found
        return combine(found, self._every_possible, lambda holds, can: holds and can)

    @cached_property
    def _shares(self) -> Callable[[Letter], Diagram[Share]]:
        """Which duties are effective for a letter, by activity first."""
        return cache(self._build_shares)

    @cached_property
    def _gaps(self) -> Callable[[Letter], Diagram[bool]]:
        return cache(
            lambda letter: combine(
                self._needs, self._shares(letter), lambda needed, share: needed and not share
            )
        )

    @cached_property
    def _rivals(self) -> Diagram[Share]:
        """The answers that name two or more subjects where needed, by activity first."""
        subject = [duty.subject for part in self.parts.values() for duty in part.duties]

        def rivals(needed: bool, share: Share) -> Share:  # noqa: FBT001 -- a terminal, not a flag
            return share if needed and share and len({subject[d] for d in share}) > 1 else None

        return combine(self._needs, self._shares("accountable"), rivals)

    @cached_property
    def _widths(self) -> tuple[int, ...]:
        return (len(self.parts), *self.space.widths)

    @cached_property
    def _every_possible(self) -> Diagram[bool]:
        return self.possible.lifted(len(self.parts))

    def _only(self, activity: str) -> Atoms:
        number = self._number[activity]
        return ((number, number + 1),)

    def _build_shares(self, letter: Letter) -> Diagram[Share]:
        rows: list[Row] = []
        kills: set[tuple[int, int]] = set()
        owner: list[ActivityPart] = []
        for name, part in self.parts.items():
            over, first = part.overrides, part.first
            owner += [part] * len(part.duties)
            rows += [
                Row(first + row.item, (self._only(name), *row.box), row.removes)
                for row in part.rows_of(part.with_overriders(over.holders[letter], letter))
            ]
            kills.update((first + y, first + x) for y, x in over.kills(letter))

        def share(items: tuple[int, ...]) -> Share:
            part = owner[items[0]] if items else None
            return part.share(letter, (item - part.first for item in items)) if part else ()

        found = build(self._widths, rows, share, frozenset(kills), self.budget)
        if self.all_possible:
            return found
        return combine(found, self._every_possible, lambda held, can: held if can else IMPOSSIBLE)

    def _part(
        self, name: str, first: int, duties: list[Duty], explicit: Mapping[str, frozenset[str]]
    ) -> ActivityPart:
        over = overrides_of(duties, explicit, self.pack.precedence, self.pack.vocabulary)
        rows = tuple(tuple(self._rows(index, duty)) for index, duty in enumerate(duties))
        return ActivityPart(name, first, tuple(duties), over, rows)

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

    def _matching(self, duty: str) -> Diagram[bool]:
        part, me = self.part_of(duty)
        return self._build(part.rows[me], bool)

    def _answers(self, activity: str, letter: Letter) -> Diagram[Share]:
        return self._shares(letter).cofactor(self._number[activity])

    def _unheld(self, activity: str, letter: Letter) -> Diagram[bool] | None:
        found = self._gaps(letter).cofactor(self._number[activity])
        return found if True in found.terminals else None

    def _clashes(self, activity: str) -> Diagram[Share] | None:
        found = self._rivals.cofactor(self._number[activity])
        return found if found.terminals != (IMPOSSIBLE,) else None

    def _holding(self, activity: str, letter: Letter, subject: str) -> Diagram[Held]:
        part = self.parts[activity]
        over = part.overrides
        mine = mask_of(i for i, duty in enumerate(part.duties) if duty.subject == subject)
        rows = part.rows_of(part.with_overriders(mine & over.holders[letter], letter))
        return self._held(rows, lambda matching: bool(over.effective(letter, matching) & mine))

    def _effective(self, duty: str, letter: Letter) -> Diagram[Held]:
        part, me = self.part_of(duty)
        over = part.overrides
        rows = part.rows_of(part.with_overriders(1 << me & over.holders[letter], letter))
        return self._held(rows, lambda matching: bool(over.effective(letter, matching) >> me & 1))

    def _held(self, rows: list[Row], holds: Callable[[int], bool]) -> Diagram[Held]:
        found = self._build(rows, lambda items: holds(mask_of(items)))
        if self.all_possible:
            return found.mapped(lambda held: held)
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


def mask_of(items: Iterable[int]) -> int:
    """Return the mask with the bits at some positions."""
    return sum(1 << item for item in items)
