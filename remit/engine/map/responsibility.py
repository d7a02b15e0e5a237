"""The responsibility map: every question about who answers where, as sets of cells."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, reduce
from itertools import chain, product
from operator import or_

from remit.engine.collector import collector_paused
from remit.engine.conditions import Condition
from remit.engine.events import Event
from remit.engine.language.incoming import parse_event
from remit.engine.map.batch import Decisions
from remit.engine.map.budget import Budget
from remit.engine.map.cells import CellSet, Ground
from remit.engine.map.columns import Column
from remit.engine.map.compiled import BY_DUTIES, ActivityPart, CompiledPack
from remit.engine.map.conflicts import clashes_of
from remit.engine.map.decide import Decider, Decision
from remit.engine.map.deciders import Deciders
from remit.engine.map.diagram import Diagram
from remit.engine.map.kept import Kept
from remit.engine.map.local import meet
from remit.engine.map.order import better_order
from remit.engine.map.overrides import mask_of, positions
from remit.engine.map.resolve import Resolver
from remit.engine.map.rivalry import Columns
from remit.engine.map.space import Space, bounds_of, space_of
from remit.engine.map.update import updated
from remit.engine.pack import Duty, Letter, Pack
from remit.engine.resolution import Resolution

__all__ = ["Conflict", "ResponsibilityMap", "compile_pack"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Subjects accountable together, the duties that make them so, and where just they are."""

    duties: tuple[str, ...]
    subjects: tuple[str, ...]
    cells: CellSet


@dataclass(frozen=True, eq=False)
class ResponsibilityMap:
    """A pack's answers for every possible event. The exact meaning is LANGUAGE section 4."""

    compiled: CompiledPack

    @property
    def pack(self) -> Pack:
        """The pack it was made of."""
        return self.compiled.pack

    @cached_property
    def ground(self) -> Ground:
        """What all cell sets stand on."""
        compiled = self.compiled
        return Ground(compiled.space, compiled.pack.vocabulary, compiled.possible)

    @cached_property
    def resolver(self) -> Resolver:
        """The part that answers for single events."""
        return Resolver(self.compiled)

    @cached_property
    def deciders(self) -> Deciders:
        """The part that answers for full events fast, one by one or in columns."""
        return Deciders(self.compiled, self.resolver)

    @cached_property
    def _accountable(self) -> _ByActivity:
        return _ByActivity(self.deciders)

    @cached_property
    def _columns(self) -> Callable[[str], Columns]:
        """The rows of an activity's duties in columns."""

        def of(activity: str) -> Columns:
            part = self.compiled.parts[activity]
            return Columns.of((part,), ((1 << len(part.duties)) - 1,))

        return cache(of)

    def resolve(
        self, event: Event | Mapping[str, object], activity: str | None = None
    ) -> Resolution:
        """Return who answers for an event, for one activity or for all that are needed.

        Nothing is filled in: see `complete_event` for what time, derivation and state add.

        Raises:
            EventError: if the event does not fit the vocabulary.
            KeyError: if there is no such activity.
        """
        if not isinstance(event, Event):
            event = parse_event(event, self.pack.vocabulary)
        return self.resolver.resolve(event, activity)

    def decide(self, event: Mapping[str, object], activity: str) -> Decision:
        """Return who is accountable for an activity at a full event, in about a microsecond.

        Values are looked up as they are: nothing is filled in, and what does not bear on the
        answer is not looked at.

        Raises:
            EventError: if a value does not fit the vocabulary, or the event leaves the answer open.
            KeyError: if there is no such activity.
        """
        return self._accountable[activity](event)

    def decider(self, activity: str, letter: Letter = "accountable") -> Decider:
        """Return the function behind `decide`, for one activity and letter.

        Raises:
            KeyError: if there is no such activity.
        """
        return self.deciders.one(activity, letter)

    def resolve_batch(
        self, columns: Mapping[str, Column], activity: str, letter: Letter = "accountable"
    ) -> Decisions:
        """Return who has a letter for an activity at many full events, given in columns.

        Args:
            columns: values by dimension, all of one length; see `BatchDecider`.

        Raises:
            EventError: if a value does not fit, or a column is missing; it says which row.
            KeyError: if there is no such activity.
        """
        return self.deciders.batch(activity, letter)(columns)

    def updated(self, pack: Pack, *, budget: Budget | None = None) -> ResponsibilityMap:
        """Return the map of an edited version of the pack, with what still holds taken over.

        It answers as one compiled anew would; an edit of a few duties costs milliseconds.

        Args:
            budget: what each new diagram may cost; as before where it is left out.
        """
        granted = budget or self.compiled.budget
        found = updated(self.compiled, pack, granted)
        return compile_pack(pack, budget=granted) if found is None else ResponsibilityMap(found)

    def possible(self) -> CellSet:
        """Return the cells that can happen."""
        return CellSet(self.ground, self.ground.possible)

    def cells_of(self, condition: Condition) -> CellSet:
        """Return the possible cells that meet a condition of the pack.

        Raises:
            ValueError: if the condition has a bound that no condition of the pack has.
        """
        return self._set(self.compiled.of_condition(condition))

    def cells_of_event(self, event: Event) -> CellSet:
        """Return the possible cells a partial event may be."""
        return self._set(self.resolver.event_diagram(event))

    def needed(self, activity: str) -> CellSet:
        """Return where an activity is needed: in `needed`, not unowned, not impossible."""
        return CellSet(self.ground, self.compiled.needed(activity))

    def matching(self, duty: str) -> CellSet:
        """Return the cells a duty matches."""
        return self._set(self.compiled.matching(duty))

    def effective(self, duty: str) -> CellSet:
        """Return the cells where a duty is effective for some letter."""
        found = self.nowhere()
        for letter in self.compiled.duty[duty].roles:
            held = self.compiled.effective(duty, letter)
            found |= CellSet(self.ground, held.mapped(lambda holds: holds is True))
        return found

    @collector_paused()
    def dead_duties(self, activities: Collection[str] | None = None) -> tuple[str, ...]:
        """Return the duties that are effective in no possible cell, for no letter, sorted.

        Args:
            activities: those whose duties are asked about; all of them where left out.
        """
        asked = self.compiled.parts if activities is None else activities
        parts = [part for name, part in self.compiled.parts.items() if name in asked]
        # WHY by number: a large pack has many duties and few dead ones, and only these want a name.
        alive = {
            number
            for part in parts
            for letter in BY_DUTIES
            if part.overrides.holders[letter]
            for share in self.compiled.answers(part.name, letter).terminals
            for number in share or ()
        }
        left = (
            duty
            for part in parts
            for number, duty in enumerate(part.duties, part.first)
            if number not in alive
        )
        return tuple(sorted(duty.name for duty in left if not self._adds_up_somewhere(duty)))

    def overriders(self, duty: str) -> Iterator[Duty]:
        """Yield the duties that override one somewhere, its exceptions first, then by name."""
        part, me = self.compiled.part_of(duty)
        letters = part.duties[me].roles
        mask = reduce(or_, (part.overrides.overriders(letter, me) for letter in letters), 0)
        # WHY boxes first: where precedence is a rank, most that are above never match with it.
        columns = self._columns(part.name)
        boxes = (row.box for row in part.rows[me] if not row.removes)
        near = {item for box in boxes for item in columns.item[columns.near(box)].tolist()}
        meeting = mask & mask_of(near)
        by_name = mask_of(
            y for y in near if any(duty == one.name for one in part.duties[y].exception_to)
        )
        for among in (meeting & by_name, meeting & ~by_name):
            names = sorted((part.duties[y].name, y) for y in positions(among))
            yield from (part.duties[y] for _, y in names if self._match_together(part, me, y))

    def _match_together(self, part: ActivityPart, one: int, other: int) -> bool:
        """Return whether two duties of an activity match in some possible cell."""
        rows = part.rows[one], part.rows[other]
        if self.compiled.all_possible and not any(row.removes for row in chain(*rows)):
            return any(meet(mine.box, theirs.box) for mine, theirs in product(*rows))
        mine, theirs = (self.matching(part.duties[y].name) for y in (one, other))
        return bool(mine & theirs)

    def holding(self, activity: str, letter: Letter, subject: str) -> CellSet:
        """Return the cells where a subject has a letter by an effective duty."""
        held = self.compiled.holding(activity, letter, subject)
        return CellSet(self.ground, held.mapped(lambda holds: holds is True))

    def unheld(self, activity: str, letter: Letter) -> CellSet:
        """Return the needed cells where nobody has the letter: gaps, or missing doers."""
        found = self.compiled.unheld(activity, letter)
        return self.nowhere() if found is None else CellSet(self.ground, found)

    def conflicts(self, activity: str) -> tuple[Conflict, ...]:
        """Return the needed cells with two or more accountable subjects, by who these are.

        So no cell is in two conflicts, and their shares add up to that of all overlaps.
        """
        return tuple(
            Conflict(clash.duties, clash.subjects, CellSet(self.ground, clash.cells))
            for clash in clashes_of(self.compiled, activity)
        )

    def nowhere(self) -> CellSet:
        """Return the empty set of cells."""
        return CellSet(self.ground, self.ground.nothing)

    def _adds_up_somewhere(self, duty: Duty) -> bool:
        """Return whether a duty is effective in some cell for a letter that adds up."""
        letters = [letter for letter in duty.roles if letter not in BY_DUTIES]
        if not letters:
            return False
        part, me = self.compiled.part_of(duty.name)
        if any(self._is_effective_at(part, me, cell) for cell in _samples(part, me)):
            return True
        return any(
            True in self.compiled.effective(duty.name, letter).terminals for letter in letters
        )

    def _is_effective_at(self, part: ActivityPart, me: int, cell: tuple[int, ...]) -> bool:
        situation = self.resolver.bitmaps.at(cell)
        matching = situation.matching.get(part.name, 0)
        return situation.possible and any(
            part.overrides.effective(letter, matching) >> me & 1 for letter in part.duties[me].roles
        )

    def _set(self, diagram: Diagram[bool]) -> CellSet:
        return CellSet(self.ground, self.compiled.where_possible(diagram))


class _ByActivity(dict[str, Decider]):
    """The accountable decider of each activity, made when first asked for."""

    def __init__(self, deciders: Deciders) -> None:
        super().__init__()
        self._deciders = deciders

    def __missing__(self, activity: str) -> Decider:
        found = self[activity] = self._deciders.one(activity, "accountable")
        return found


@collector_paused()
def compile_pack(
    pack: Pack, *, further: Iterable[Condition] = (), budget: Budget | None = None
) -> ResponsibilityMap:
    """Return the responsibility map of a pack.

    The event space is cut at once; a diagram is built when the first question needs it, and raises
    `BudgetExceeded` there if it would cost more than the budget.

    Args:
        further: conditions from outside the pack whose cells will be asked for.
    """
    bounds = bounds_of(pack)
    space = space_of(pack, further, bounds)
    compiled = CompiledPack(pack, space, budget or Budget(), Kept(bounds))
    order = better_order(tuple(compiled.parts.values()), compiled.space.widths)
    if order is not None:
        axes = tuple(compiled.space.axes[place] for place in order)
        compiled = CompiledPack(pack, Space(axes), compiled.budget, Kept(bounds))
    return ResponsibilityMap(compiled)


def _samples(part: ActivityPart, me: int) -> Iterator[tuple[int, ...]]:
    """Yield a few cells of a duty's boxes: one that proves it alive spares building a diagram."""
    for row in part.rows[me]:
        if not row.removes:
            yield tuple(atoms[0][0] for atoms in row.box)
            yield tuple(atoms[-1][1] - 1 for atoms in row.box)
