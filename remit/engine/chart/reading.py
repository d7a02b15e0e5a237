"""What a chart reads from the map: counts of one activity inside a box, each exact."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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

__all__ = ["Box", "Reading", "Witness"]

Box = Sequence[Mask]
"""A mask an axis."""
Witness = Mapping[str, Value]
"""One full event."""
Sums = tuple[int, int, int]
"""Cells where an activity is needed, those where nobody is accountable, and where several are."""


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
        self._totals: dict[str, Sums] = {}
        self._tallies: dict[tuple[str, Letter], Mapping[Share, int]] = {}
        self._held: dict[tuple[str, Letter], Mapping[str, int]] = {}
        for activity in self.about:
            try:
                self._totals[activity] = self.summed(activity, box)
            except BudgetExceeded as error:
                self.unproved[activity] = str(error)

    @cached_property
    def activities(self) -> tuple[str, ...]:
        """The activities that are needed somewhere in the box."""
        return tuple(name for name in self.about if self._totals.get(name, (0, 0, 0))[0])

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

    def total(self, activity: str) -> Sums:
        """Return the sums of an activity in the whole box."""
        return self._totals[activity]

    def summed(self, activity: str, box: Box) -> Sums:
        """Return the sums of an activity in a box."""
        part = self.map.compiled.parts[activity]
        needed = gaps = overlaps = 0
        for share, count in self._counts(activity, "accountable", box).items():
            held = len(part.subjects(share))
            needed += count
            gaps += count if held == 0 else 0
            overlaps += count if held > 1 else 0
        return needed, gaps, overlaps

    def by_subject(
        self, activity: str, box: Box, letter: Letter = "accountable"
    ) -> Mapping[str, int]:
        """Return in how many cells of a box each subject has a letter decided by duties."""
        key = (activity, letter)
        if box is self.box and key in self._held:
            return self._held[key]
        part = self.map.compiled.parts[activity]
        found: dict[str, int] = {}
        for share, count in self._counts(activity, letter, box).items():
            for subject in part.subjects(share):
                found[subject] = found.get(subject, 0) + count
        if box is self.box:
            self._held[key] = found
        return found

    def held(self, activity: str, letter: Letter, subject: str) -> int:
        """Return in how many cells of the whole box a subject has a letter."""
        if letter in BY_DUTIES:
            return self.by_subject(activity, self.box, letter).get(subject, 0)
        compiled = self.map.compiled
        duties = compiled.parts[activity].duties
        if not any(duty.subject == subject and letter in duty.roles for duty in duties):
            return 0
        holding = compiled.holding(activity, letter, subject)
        here = combine(holding, compiled.needed(activity), lambda a, b: a is True and b)
        return cells_in(here, compiled.space, self.box)

    def shared(self, activity: str, subject: str, box: Box | None = None) -> int:
        """Return in how many cells of a box, or the whole one, others are accountable with it."""
        part = self.map.compiled.parts[activity]
        return sum(
            count
            for share, count in self._counts(activity, "accountable", box or self.box).items()
            if subject in (subjects := part.subjects(share)) and len(subjects) > 1
        )

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
        key = (activity, letter)
        if box is self.box and key in self._tallies:
            return self._tallies[key]
        found = tally(self._needed_answers(activity, letter), self.map.compiled.space, box)
        found.pop(None, None)
        if box is self.box:
            self._tallies[key] = found
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
