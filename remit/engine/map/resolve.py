"""Who answers for an event: bitmaps for a full one, restricted diagrams for a partial one.

A partial event stands for all possible cells it may be: the diagram of each letter, walked only
inside that box, says which subjects are in every cell and which in some (LANGUAGE section 4, its
last paragraph).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from remit.engine.events import Event
from remit.engine.map.ask import best_question
from remit.engine.map.bitmaps import Bitmaps, Situation
from remit.engine.map.budget import BudgetExceeded
from remit.engine.map.compiled import (
    BY_DUTIES,
    ActivityPart,
    CompiledPack,
    Held,
    Share,
    mask_of,
    positions,
)
from remit.engine.map.diagram import Diagram, box_diagram, combine
from remit.engine.map.restrict import seen
from remit.engine.map.space import Atoms
from remit.engine.pack import LETTERS, Letter
from remit.engine.resolution import ActivityResolution, Because, Holders, Resolution
from remit.engine.vocabulary import DATE

__all__ = ["Resolver"]

Box = tuple[Atoms, ...]
SURELY: frozenset[Held] = frozenset({True})
"""What a walk sees where a subject has a letter in every cell."""


@dataclass(frozen=True, eq=False)
class Resolver:
    """Answers for single events over one compiled pack."""

    compiled: CompiledPack

    @cached_property
    def bitmaps(self) -> Bitmaps:
        """The rows of the pack, cell by cell."""
        return Bitmaps(self.compiled)

    def resolve(self, event: Event, activity: str | None = None) -> Resolution:
        """Return who answers for an event as it stands, nothing filled in.

        Raises:
            KeyError: if there is no such activity.
        """
        if activity is not None and activity not in self.compiled.parts:
            raise KeyError(activity)
        box = self.compiled.space.box_of(event.values)
        cell = _single(box)
        found = self._at_cell(cell, activity) if cell is not None else self._in_box(box, activity)
        pack = self.compiled.pack
        undecided = [
            (name, letter)
            for name in pack.vocabulary.activities
            if name in found
            for letter in LETTERS
            if found[name].holders[letter].certain != found[name].holders[letter].possible
        ]
        return Resolution(
            pack.name,
            pack.version,
            pack.digest,
            event,
            self._owner(box, cell, found),
            not undecided,
            self._ask(box, undecided, found) if undecided else None,
            found,
        )

    def event_diagram(self, event: Event) -> Diagram[bool]:
        """Return the cells an event may be, impossible ones included."""
        space = self.compiled.space
        return box_diagram(space.widths, space.box_of(event.values))

    def situation(self, event: Event) -> Situation | None:
        """Return what holds at a full event; `None` if it is known only in part."""
        cell = _single(self.compiled.space.box_of(event.values))
        return None if cell is None else self.bitmaps.at(cell)

    def _owner(
        self, box: Box, cell: tuple[int, ...] | None, found: Mapping[str, ActivityResolution]
    ) -> tuple[str, ...]:
        lead = self.compiled.pack.lead
        if lead is None:
            return ()
        if lead in found:
            return found[lead].accountable.certain
        # WHY: rule 7 asks who is accountable for the lead, whether or not it is needed there.
        part = self.compiled.parts[lead]
        if cell is not None:
            situation = self.bitmaps.at(cell)
            matching = situation.matching.get(lead, 0) if situation.possible else 0
            return _subjects(part, part.overrides.effective("accountable", matching))
        return self._holders(part, "accountable", box).certain

    def _at_cell(
        self, cell: tuple[int, ...], activity: str | None
    ) -> dict[str, ActivityResolution]:
        situation = self.bitmaps.at(cell)
        names = sorted(situation.needed if activity is None else situation.needed & {activity})
        return {
            name: _cell_answer(self.compiled.parts[name], situation.matching.get(name, 0))
            for name in names
        }

    def _in_box(self, box: Box, activity: str | None) -> dict[str, ActivityResolution]:
        names = self.compiled.parts if activity is None else [activity]
        return {
            name: self._box_answer(self.compiled.parts[name], box)
            for name in sorted(names)
            if True in seen(self.compiled.needed(name), box)
        }

    def _box_answer(self, part: ActivityPart, box: Box) -> ActivityResolution:
        holders = {letter: self._holders(part, letter, box) for letter in LETTERS}
        return ActivityResolution(holders, self._because(part, box))

    def _holders(self, part: ActivityPart, letter: Letter, box: Box) -> Holders:
        if letter in BY_DUTIES:
            shares = self._shares(part, letter, box)
            sets = [part.subjects(share) for share in shares if share is not None]
            if not sets:
                return Holders()
            certain = frozenset.intersection(*sets)
            return Holders(tuple(sorted(certain)), tuple(sorted(frozenset.union(*sets))))
        touching = [i for i in positions(part.overrides.holders[letter]) if _touches(part, i, box)]
        sure = {part.duties[i].subject for i in touching if _is_sure(part, letter, i, box)}
        held = {
            subject: SURELY
            if subject in sure
            else seen(self.compiled.holding(part.name, letter, subject), box)
            for subject in sorted({part.duties[i].subject for i in touching})
        }
        return Holders(
            tuple(subject for subject, answers in held.items() if answers - {None} == {True}),
            tuple(subject for subject, answers in held.items() if True in answers),
        )

    def _shares(self, part: ActivityPart, letter: Letter, box: Box) -> frozenset[Share]:
        """Return the answers in the cells of a box."""
        try:
            return seen(self.compiled.answers(part.name, letter), box)
        except BudgetExceeded:
            return seen(self.compiled.answers_in(part.name, letter, box), box)

    def _because(self, part: ActivityPart, box: Box) -> tuple[Because, ...]:
        """Return the duties effective in some cell of the box, with what they override there."""
        effective: dict[int, int] = {}
        for letter in LETTERS:
            for index in self._effective_in(part, letter, box):
                overridden = part.overrides.overridden(letter, index)
                effective[index] = effective.get(index, 0) | overridden
        return tuple(
            _because(
                part, index, mask_of(x for x in positions(mask) if self._meet(part, index, x, box))
            )
            for index, mask in sorted(effective.items())
        )

    def _effective_in(self, part: ActivityPart, letter: Letter, box: Box) -> set[int]:
        """Return the duties that are effective for a letter in some cell of the box."""
        if letter in BY_DUTIES:
            shares = self._shares(part, letter, box)
            return {number - part.first for share in shares for number in share or ()}
        return {
            index
            for index in positions(part.overrides.holders[letter])
            if _touches(part, index, box)
            and (
                _is_sure(part, letter, index, box)
                or True in seen(self.compiled.effective(part.duties[index].name, letter), box)
            )
        }

    def _meet(self, part: ActivityPart, y: int, x: int, box: Box) -> bool:
        """Return whether two duties match together in some possible cell of the box."""
        if not any(
            _overlap(one.box, other.box, box)
            for one in part.rows[y]
            for other in part.rows[x]
            if not one.removes and not other.removes
        ):
            return False
        exact = self.compiled.all_possible and not any(
            row.removes for row in (*part.rows[y], *part.rows[x])
        )
        if exact:
            return True
        both = combine(
            self.compiled.matching(part.duties[y].name),
            self.compiled.matching(part.duties[x].name),
            lambda a, b: a and b,
        )
        return True in seen(self.compiled.where_possible(both), box)

    def _ask(
        self,
        box: Box,
        undecided: Sequence[tuple[str, Letter]],
        found: Mapping[str, ActivityResolution],
    ) -> str | None:
        """Return the question for the owner if that is open, else for the first open letter."""
        lead = self.compiled.pack.lead
        wanted = [pair for pair in undecided if pair == (lead, "accountable")] or list(undecided)
        order = [*self.compiled.pack.vocabulary.dimensions, DATE]
        name, letter = wanted[0]
        part, space = self.compiled.parts[name], self.compiled.space
        if letter in BY_DUTIES:
            try:
                answers = self.compiled.answers(name, letter)
            except BudgetExceeded:
                answers = self.compiled.answers_in(name, letter, box)
            return best_question(answers, _SubjectsOf(part), space, box, order)
        holders = found[name].holders[letter]
        open_subject = next(s for s in holders.possible if s not in holders.certain)
        held = self.compiled.holding(name, letter, open_subject)
        return best_question(held, _as_outcome, space, box, order)


@dataclass(frozen=True, slots=True, eq=False)
class _SubjectsOf:
    """The outcome of an answer: its subjects, whichever duties name them."""

    part: ActivityPart

    def __call__(self, share: Share) -> Hashable:
        return None if share is None else self.part.subjects(share)


def _as_outcome(held: Held) -> Hashable:
    return held


def _single(box: Box) -> tuple[int, ...] | None:
    """Return the one cell of a box, if it has only one."""
    cell = []
    for atoms in box:
        if len(atoms) != 1 or atoms[0][1] - atoms[0][0] != 1:
            return None
        cell.append(atoms[0][0])
    return tuple(cell)


def _touches(part: ActivityPart, index: int, box: Box) -> bool:
    """Return whether a duty's `when` meets a box."""
    return any(_overlap(row.box, box) for row in part.rows[index] if not row.removes)


def _is_sure(part: ActivityPart, letter: Letter, index: int, box: Box) -> bool:
    """Return whether a duty is plainly effective in a whole box; if not, it may still be so."""
    rows = part.rows[index]
    return (
        any(_covers(row.box, box) for row in rows if not row.removes)
        and not any(_overlap(row.box, box) for row in rows if row.removes)
        and not any(
            _touches(part, other, box)
            for other in positions(part.overrides.overriders(letter, index))
        )
    )


def _covers(outer: Box, inner: Box) -> bool:
    for ranges, atoms in zip(outer, inner, strict=True):
        for start, end in atoms:
            for low, high in ranges:
                if low <= start and end <= high:
                    break
            else:
                return False
    return True


def _overlap(*boxes: Box) -> bool:
    """Return whether boxes have a cell in common."""
    return all(_common(ranges) for ranges in zip(*boxes, strict=True))


def _common(sets: tuple[Atoms, ...]) -> bool:
    left = sets[0]
    if all(len(ranges) == 1 for ranges in sets):
        # WHY apart: nearly all are one range, and a partial event asks this for every duty.
        return max(ranges[0][0] for ranges in sets) < min(ranges[0][1] for ranges in sets)
    for ranges in sets[1:]:
        left = tuple(
            (max(low, start), min(high, end))
            for low, high in left
            for start, end in ranges
            if low < end and start < high
        )
    return bool(left)


def _cell_answer(part: ActivityPart, matching: int) -> ActivityResolution:
    holders: dict[Letter, Holders] = {}
    decisive: dict[int, int] = {}
    for letter in LETTERS:
        effective = part.overrides.effective(letter, matching)
        subjects = _subjects(part, effective)
        holders[letter] = Holders(subjects, subjects)
        for index in positions(effective):
            overridden = part.overrides.overridden(letter, index) & matching
            decisive[index] = decisive.get(index, 0) | overridden
    because = tuple(_because(part, index, mask) for index, mask in sorted(decisive.items()))
    return ActivityResolution(holders, because)


def _because(part: ActivityPart, index: int, overridden: int) -> Because:
    duty = part.duties[index]
    names = tuple(part.duties[x].name for x in positions(overridden))
    return Because(duty.name, duty.span, str(duty.basis) if duty.basis else None, names)


def _subjects(part: ActivityPart, duties: int) -> tuple[str, ...]:
    return tuple(sorted({part.duties[index].subject for index in positions(duties)}))
