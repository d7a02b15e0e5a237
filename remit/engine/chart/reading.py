"""What a chart reads from the map: counts of one activity inside a box, each exact."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from remit.engine.chart.sides import Heading, narrowed
from remit.engine.chart.tally import tally
from remit.engine.map.budget import BudgetExceeded
from remit.engine.map.compiled import BY_DUTIES, Share
from remit.engine.map.counting import Mask, cells_in, pick
from remit.engine.map.diagram import Diagram, combine
from remit.engine.map.examples import liked_value
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.pack import Letter
from remit.engine.vocabulary import Value

__all__ = ["Box", "Reading", "Tally", "Witness"]

Box = Sequence[Mask]
"""A mask an axis."""
Witness = Mapping[str, Value]
"""One full event."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Who is accountable for an activity in a box, in cells.

    Args:
        needed: where it is needed.
        gaps: where nobody is.
        overlaps: where several are.
        held: where each subject is.
        shared: where each subject is one of several.
    """

    needed: int
    gaps: int
    overlaps: int
    held: Mapping[str, int]
    shared: Mapping[str, int]


class Reading:
    """Counts about some activities inside a box; each diagram is made once.

    Args:
        about: the activities asked for. Those that are needed somewhere in the box, and could be
            told within the map's budget, are `activities`; the others are `idle` or `unproved`.
    """

    def __init__(self, map_: ResponsibilityMap, box: Box, about: Sequence[str]) -> None:
        self.map = map_
        self.box = box
        self.about = tuple(about)
        self.unproved: dict[str, str] = {}
        self._answers: dict[tuple[str, Letter], Diagram[Share]] = {}
        self._where: dict[tuple[str, str, str], Diagram[bool]] = {}
        self._totals: dict[str, Tally] = {}
        self._held: dict[tuple[str, Letter], Mapping[str, int]] = {}
        for activity in self.about:
            try:
                self._totals[activity] = self.counted(activity, box)
            except BudgetExceeded as error:
                self.unproved[activity] = str(error)

    @cached_property
    def activities(self) -> tuple[str, ...]:
        """The activities that are needed somewhere in the box."""
        return tuple(
            name for name in self.about if name in self._totals and self._totals[name].needed
        )

    @cached_property
    def idle(self) -> tuple[str, ...]:
        """The activities that are needed nowhere in the box."""
        told = (*self.activities, *self.unproved)
        return tuple(name for name in self.about if name not in told)

    def at(self, dimension: str, heading: Heading, box: Box | None = None) -> Box:
        """Return a box, or the whole one, cut to a value of a dimension."""
        everything = self.map.compiled.pack.vocabulary.dimension(dimension).everything()
        space = self.map.compiled.space
        return narrowed(box or self.box, space, dimension, heading.allowed or everything)

    def total(self, activity: str) -> Tally:
        """Return the counts of an activity in the whole box."""
        return self._totals[activity]

    def counted(self, activity: str, box: Box) -> Tally:
        """Return the counts of an activity in a box: one pass over its diagram."""
        part = self.map.compiled.parts[activity]
        needed = gaps = overlaps = 0
        held: dict[str, int] = {}
        shared: dict[str, int] = {}
        for share, count in self._counts(activity, "accountable", box).items():
            subjects = part.subjects(share)
            needed += count
            gaps += count if not subjects else 0
            overlaps += count if len(subjects) > 1 else 0
            for subject in subjects:
                held[subject] = held.get(subject, 0) + count
                if len(subjects) > 1:
                    shared[subject] = shared.get(subject, 0) + count
        return Tally(needed, gaps, overlaps, held, shared)

    def held(self, activity: str, letter: Letter, subject: str) -> int:
        """Return in how many cells of the whole box a subject has a letter.

        What cannot be told within the budget counts as none, and makes the activity `unproved`.
        """
        if letter == "accountable":
            return self._totals[activity].held.get(subject, 0)
        try:
            if letter in BY_DUTIES:
                return self._by_subject(activity, letter).get(subject, 0)
            return self._added_up(activity, letter, subject)
        except BudgetExceeded as error:
            self.unproved.setdefault(activity, str(error))
            return 0

    def _added_up(self, activity: str, letter: Letter, subject: str) -> int:
        compiled = self.map.compiled
        duties = compiled.parts[activity].duties
        if not any(duty.subject == subject and letter in duty.roles for duty in duties):
            return 0
        holding = compiled.holding(activity, letter, subject)
        here = combine(holding, compiled.needed(activity), lambda a, b: a is True and b)
        return cells_in(here, compiled.space, self.box)

    def _by_subject(self, activity: str, letter: Letter) -> Mapping[str, int]:
        key = (activity, letter)
        if key not in self._held:
            part = self.map.compiled.parts[activity]
            found: dict[str, int] = {}
            for share, count in self._counts(activity, letter, self.box).items():
                for subject in part.subjects(share):
                    found[subject] = found.get(subject, 0) + count
            self._held[key] = found
        return self._held[key]

    def gap(self, activity: str, box: Box | None = None) -> Witness | None:
        """Return a cell of a box, or the whole one, where nobody is accountable."""
        return self._witness((activity, "gap", ""), lambda subjects: not subjects, box)

    def overlap(self, activity: str, box: Box | None = None, subject: str = "") -> Witness | None:
        """Return a cell of a box, or the whole one, where several are accountable.

        Args:
            subject: one of them, if it matters.
        """

        def several(subjects: frozenset[str]) -> bool:
            return len(subjects) > 1 and (not subject or subject in subjects)

        return self._witness((activity, "overlap", subject), several, box)

    def _witness(
        self, key: tuple[str, str, str], test: Callable[[frozenset[str]], bool], box: Box | None
    ) -> Witness | None:
        activity = key[0]
        compiled = self.map.compiled
        if key not in self._where:
            part = compiled.parts[activity]
            self._where[key] = self._needed_answers(activity, "accountable").mapped(
                lambda share: share is not None and test(part.subjects(share))
            )
        cell = pick(self._where[key], box or self.box)
        if cell is None:
            return None
        names = compiled.space.cell_values(cell, compiled.pack.vocabulary)
        liked = {
            axis.name: liked_value(axis, atom)
            for axis, atom in zip(compiled.space.axes, cell, strict=True)
        }
        return {name: liked[name] for name in names}

    def _counts(self, activity: str, letter: Letter, box: Box) -> Mapping[Share, int]:
        """Return how many cells of a box each set of duties decides, where it is needed."""
        found = tally(self._needed_answers(activity, letter), self.map.compiled.space, box)
        found.pop(None, None)
        return found

    def _needed_answers(self, activity: str, letter: Letter) -> Diagram[Share]:
        key = (activity, letter)
        if key not in self._answers:
            compiled = self.map.compiled
            self._answers[key] = combine(
                compiled.answers(activity, letter),
                compiled.needed(activity),
                lambda share, needed: share if needed else None,
            )
        return self._answers[key]
