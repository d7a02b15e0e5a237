"""What changed hands between two packs, or two states of one: exact, over every event.

The meaning, for an activity, a letter and an event of the joint space (see `joint.py`):

- An event *exists* on a side if the side knows its values, it is not impossible there, and the
  side's pack has the activity.
- It *moves* if it exists on both sides, the activity is needed there on at least one, and the
  subjects with the letter (LANGUAGE section 4, rule 4) differ.
- It *appears* or *vanishes* if it exists on one side alone, the activity is needed there, and
  somebody has the letter.
- A gap, overlap or missing doer (rule 6) is *opened* where the new side has it and the old has not,
  whether or not the event exists on the old side; *closed* the other way round.

A share is of all events that can happen on either side, a load of the events that need an activity,
summed over the activities.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from typing import NamedTuple, TypeVar

from remit.engine.diff.changes import (
    Change,
    Fault,
    FaultKind,
    Move,
    MoveKind,
    NeedChange,
    Unproved,
)
from remit.engine.diff.grounds import Flags, Grounds
from remit.engine.diff.joint import Joint, Side, join
from remit.engine.diff.load import LOAD_LETTERS, Answer, Load, Tally, loads, tallied
from remit.engine.diff.nearby import Area, exceptions_of, nearby
from remit.engine.diff.paired import Answers, Pairing, Rules, rules_of
from remit.engine.diff.sameness import Edit, Sameness
from remit.engine.diff.second_look import SecondLook
from remit.engine.diff.vocabulary_changes import VocabularyChange, vocabulary_changes
from remit.engine.map.budget import Budget, BudgetExceeded
from remit.engine.map.cells import CellSet, Region
from remit.engine.map.counting import full_mask, ranges_of, spread
from remit.engine.map.diagram import Diagram, combine
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.pack import LETTERS, Letter, Pack

__all__ = ["Difference", "compare", "diff"]


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """All that changed; needs and faults by activity in the new vocabulary's order.

    Args:
        moves: all three kinds; by letter as in `LETTERS`, then by falling number of events.
        vocabulary: what the packs differ in that bears on which events there are.
    """

    comparison: _Comparison = field(repr=False)
    moves: tuple[Move, ...]
    needs: tuple[NeedChange, ...]
    faults: tuple[Fault, ...]
    vocabulary: tuple[VocabularyChange, ...]
    unproved: tuple[Unproved, ...]

    @property
    def joint(self) -> Joint:
        """The event space and how each side reads it."""
        return self.comparison.joint

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed hands, no need and no fault; and all of that is proved."""
        return not (self.moves or self.needs or self.faults or self.unproved)

    @property
    def is_proved(self) -> bool:
        """Whether everything was compared."""
        return not self.unproved

    def of(self, kind: FaultKind, *, opened: bool) -> tuple[Fault, ...]:
        """Return the faults of one kind that were opened, or closed."""
        return tuple(one for one in self.faults if (one.kind, one.is_opened) == (kind, opened))

    def regions(self, change: Change) -> tuple[Region, ...]:
        """Return the regions of a change, the largest first, every witness looked at twice.

        Raises:
            ReplayError: if the slow path does not confirm a witness: a fault of this program.
        """
        return self.comparison.regions(change)

    @property
    def second_look(self) -> SecondLook:
        """Both packs' slow path."""
        return self.comparison.second_look

    def loads(self) -> tuple[Load, ...]:
        """Return how much each subject answers for and does, before and after, by name.

        Cost: that of a diagram of every activity; nothing else here needs that.

        Raises:
            BudgetExceeded: if a diagram would cost more than the budget.
        """
        return loads(self.comparison.tallies())


def diff(
    old: Pack | ResponsibilityMap,
    new: Pack | ResponsibilityMap,
    *,
    activities: Iterable[str] | None = None,
    letters: Iterable[Letter] = LETTERS,
    budget: Budget | None = None,
) -> Difference:
    """Return what changes hands from one pack to another: see `Difference`.

    Two maps give the same answer as their packs, and faster: what they hold is not worked out anew.

    Args:
        old: the pack as it was, or its map.
        new: the pack as it is, or its map.
        activities: compare these alone.
        letters: compare these alone.

    Raises:
        IncomparableError: if a dimension is a number in one pack and a name in the other.
    """
    return compare(_side(old), _side(new), activities=activities, letters=letters, budget=budget)


def _side(one: Pack | ResponsibilityMap) -> Side:
    if isinstance(one, Pack):
        return Side(one)
    return Side(one.pack, compiled=one.compiled)


def compare(
    old: Side,
    new: Side,
    *,
    activities: Iterable[str] | None = None,
    letters: Iterable[Letter] = LETTERS,
    budget: Budget | None = None,
) -> Difference:
    """Return what changes hands from one side to another.

    Only activities of which the sides do not surely say the same are built, and only near what
    differs (see `paired.py`).

    Raises:
        IncomparableError: if a dimension is a number in one pack and a name in the other.
    """
    comparison = _Comparison(old, new, budget or Budget())
    if not comparison.sameness.is_one_space:
        comparison.joint  # noqa: B018 -- whether there is one is to be known now
    wanted = None if activities is None else frozenset(activities)
    chosen = tuple(letter for letter in LETTERS if letter in frozenset(letters))
    found = _Found([], [], [], [])
    for name in comparison.activities:
        if wanted is None or name in wanted:
            comparison.look_at(name, chosen, found)
    return Difference(
        comparison,
        tuple(sorted(found.moves, key=_weight) if len(found.moves) > 1 else found.moves),
        tuple(found.needs),
        tuple(found.faults),
        vocabulary_changes(old.pack.vocabulary, new.pack.vocabulary),
        tuple(found.unproved),
    )


class _Part(NamedTuple):
    """The duties of one activity that are compared.

    Args:
        areas: where alone they are all that match; `None` for everywhere.
    """

    before: Rules
    after: Rules
    areas: tuple[Area, ...] | None


class _Found(NamedTuple):
    """What was found so far."""

    moves: list[Move]
    needs: list[NeedChange]
    faults: list[Fault]
    unproved: list[Unproved]


class _MoveKey(NamedTuple):
    """What the cells of one move have in common."""

    kind: MoveKind
    from_: tuple[str, ...]
    to: tuple[str, ...]


class _FaultKey(NamedTuple):
    """What the cells of one fault have in common."""

    is_opened: bool
    subjects: tuple[str, ...]


K = TypeVar("K", _MoveKey, _FaultKey)


@dataclass(frozen=True, eq=False)
class _Comparison:
    """Two sides at work. What is not asked for is not built."""

    old: Side
    new: Side
    budget: Budget

    @cached_property
    def joint(self) -> Joint:
        return join(self.old, self.new)

    @cached_property
    def sameness(self) -> Sameness:
        return Sameness(self.old, self.new)

    @cached_property
    def second_look(self) -> SecondLook:
        return SecondLook(self.joint)

    @cached_property
    def regions(self) -> Callable[[Change], tuple[Region, ...]]:
        """The confirmed regions of a change, found once."""
        return cache(self._regions)

    @cached_property
    def grounds(self) -> Grounds:
        return Grounds(self.joint, self.budget)

    @cached_property
    def activities(self) -> tuple[str, ...]:
        """All activities of both packs."""
        both = (self.new.pack, self.old.pack)
        return tuple(dict.fromkeys(name for pack in both for name in pack.vocabulary.activities))

    @cached_property
    def whole(self) -> Callable[[str], _Part]:
        """All duties of an activity on both sides; none where a pack has it not."""
        return cache(self._whole)

    def _whole(self, activity: str) -> _Part:
        before, after = (
            rules_of(reader, duties, exceptions_of(reader.side, duties))
            for reader in (self.joint.old, self.joint.new)
            for duties in (reader.side.duties_of(activity),)
        )
        return _Part(before, after, None)

    def _near(self, activity: str, edit: Edit) -> _Part:
        near = nearby(self.joint, activity, edit)
        before, after = (
            rules_of(*each)
            for each in zip(
                (self.joint.old, self.joint.new), near.duties, near.exceptions, strict=True
            )
        )
        return _Part(before, after, near.areas)

    def _regions(self, change: Change) -> tuple[Region, ...]:
        found = change.cells.regions()
        for region in found:
            self.second_look.confirm(change, region.witness)
        return found

    def look_at(self, activity: str, letters: tuple[Letter, ...], found: _Found) -> None:
        """Add what changed in one activity."""
        edit = self.sameness.edit(activity)
        if edit is not None and not edit.before and not edit.after:
            return
        part = self.whole(activity) if edit is None else self._near(activity, edit)
        pairings = [Pairing(part.before, part.after, letter) for letter in letters]
        if self.grounds.is_same(activity) and all(pairing.is_same for pairing in pairings):
            return
        try:
            flags = self.grounds.flags(activity)
        except BudgetExceeded as error:
            found.unproved.append(Unproved(activity, None, str(error)))
            return
        for is_needed in (True, False):
            if any(_changes_need(each, is_needed=is_needed) for each in flags.terminals):
                cells = self._cells(flags, partial(_changes_need, is_needed=is_needed))
                found.needs.append(NeedChange(activity, is_needed, cells))
        shifted = self._shifted(flags)
        for pairing in pairings:
            try:
                areas = [*shifted, *self._changed(pairing, part.areas)]
                if areas:
                    self._compare(activity, pairing, flags, areas, found)
            except BudgetExceeded as error:
                found.unproved.append(Unproved(activity, pairing.letter, str(error)))

    def _compare(
        self,
        activity: str,
        pairing: Pairing,
        flags: Diagram[Flags],
        areas: Sequence[Area],
        found: _Found,
    ) -> None:
        answers = pairing.answers(self.joint.space.widths, areas, self.budget)
        both = _told(answers, flags)
        moves = [
            Move(kind, activity, pairing.letter, from_, to, cells)
            for (kind, from_, to), cells in self._grouped(both, _move_of)
        ]
        found.moves.extend(moves)
        for kind in _FAULTS.get(pairing.letter, ()):
            found.faults.extend(
                Fault(kind, is_opened, activity, subjects, cells)
                for (is_opened, subjects), cells in self._grouped(both, partial(_fault_of, kind))
            )

    def _shifted(self, flags: Diagram[Flags]) -> list[Area]:
        """Return the smallest box round where the sides differ in what exists or is needed."""
        if all(flag[:2] == flag[2:] for flag in flags.terminals):
            return []
        shifted = flags.mapped(lambda flag: flag[:2] != flag[2:])
        return [tuple(map(ranges_of, spread(shifted, full_mask(self.joint.space))))]

    def _changed(self, pairing: Pairing, areas: Sequence[Area] | None) -> Iterable[Area]:
        """Return boxes that hold every cell where other duties decide; none if there is none.

        Args:
            areas: where duties differ, if that is known.
        """
        if pairing.is_same:
            return ()
        return dict.fromkeys(pairing.changed()) if areas is None else areas

    def _grouped(
        self, both: Diagram[Answer], key_of: Callable[[Answer], Iterable[K]]
    ) -> Iterator[tuple[K, CellSet]]:
        groups: dict[K, set[Answer]] = {}
        for cell in both.terminals:
            for key in key_of(cell):
                groups.setdefault(key, set()).add(cell)
        for key in sorted(groups):
            yield key, CellSet(self.grounds.ground, both.mapped(groups[key].__contains__))

    def _cells(self, flags: Diagram[Flags], holds: Callable[[Flags], bool]) -> CellSet:
        return CellSet(self.grounds.ground, flags.mapped(holds))

    def tallies(self) -> Iterator[Tally]:
        """Yield for each activity and each letter of a load how many events each answer has."""
        everywhere = tuple(axis.everything() for axis in self.joint.space.axes)
        for activity in self.activities:
            flags = self.grounds.flags(activity)
            for letter in LOAD_LETTERS:
                whole = self.whole(activity)
                answers = Pairing(whole.before, whole.after, letter).answers(
                    self.joint.space.widths, [everywhere], self.budget
                )
                yield Tally(letter, tallied(combine(answers, flags, Answer), self.joint.space))


_FAULTS: dict[Letter, tuple[FaultKind, ...]] = {
    "accountable": ("gap", "overlap"),
    "responsible": ("missing-doer",),
}


def _told(answers: Answers, flags: Diagram[Flags]) -> Diagram[Answer]:
    if len(flags.terminals) > 1:
        return combine(answers, flags, Answer)
    # WHY no reduction: other terminals are still others beside the same flags.
    told = tuple(Answer(sides, flags.terminals[0]) for sides in answers.terminals)
    return Diagram(answers.widths, answers.levels, told)


def _weight(move: Move) -> tuple[int, int, str]:
    return LETTERS.index(move.letter), -move.cells.count(), move.activity


def _changes_need(flags: Flags, *, is_needed: bool) -> bool:
    both = flags.can_before and flags.can_after
    return both and flags.needs_before != flags.needs_after and flags.needs_after is is_needed


def _move_of(cell: Answer) -> Iterator[_MoveKey]:
    (before, after), flags = cell.sides, cell.flags
    if flags.can_before and flags.can_after:
        if before != after and (flags.needs_before or flags.needs_after):
            yield _MoveKey("moved", before, after)
    elif flags.needs_after and after:
        yield _MoveKey("appeared", (), after)
    elif flags.needs_before and before:
        yield _MoveKey("vanished", before, ())


def _fault_of(kind: FaultKind, cell: Answer) -> Iterator[_FaultKey]:
    """Yield whether a fault is opened or closed at a cell, and the subjects it is between."""
    before = cell.flags.needs_before and _is_faulty(kind, cell.sides.before)
    after = cell.flags.needs_after and _is_faulty(kind, cell.sides.after)
    if before != after:
        subjects = cell.sides.after if after else cell.sides.before
        yield _FaultKey(after, subjects if kind == "overlap" else ())


def _is_faulty(kind: FaultKind, subjects: tuple[str, ...]) -> bool:
    return len(subjects) > 1 if kind == "overlap" else not subjects
