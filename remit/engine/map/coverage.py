"""What the tests of a pack exercise: duties that decided one, and exact shares of the event space.

A cell is *given* for an activity and a letter where it lies in the event of a test that names both,
and *exercised* where the same duties decide it as some given cell. So the event space falls into
answers (cells with the same effective duties), and an answer is exercised by one cell of it. Only
cells where the activity is needed count. A number counts as all numbers that no condition of the
pack tells from it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar

import numpy as np

from remit.engine.map.build import build
from remit.engine.map.cells import CellSet, Ground
from remit.engine.map.compiled import BY_DUTIES, ActivityPart, CompiledPack, Share
from remit.engine.map.diagram import Diagram, combine
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.map.restrict import seen
from remit.engine.map.rows import Row
from remit.engine.map.space import Atoms, Space
from remit.engine.pack import Duty, Letter, PackTest

__all__ = ["Coverage", "Exercised", "Untested", "coverage", "tallies"]

T = TypeVar("T", bound=Hashable)
Box = tuple[Atoms, ...]
Question = tuple[str, Letter]
"""An activity and a letter."""
Asked = dict[Question, tuple[Box, ...]]
"""The events of all tests that name an activity and a letter, as boxes of atoms."""


@dataclass(frozen=True, slots=True)
class Exercised:
    """How much of where an activity is needed the tests exercise, for one letter, in cells.

    Args:
        needed: cells where the activity is needed.
        given: those that lie in the event of a test.
        exercised: those with the same answer as one that is given.
        answers: distinct answers there.
        answers_exercised: those with a given cell.
    """

    activity: str
    letter: Letter
    needed: int
    given: int
    exercised: int
    answers: int
    answers_exercised: int


@dataclass(frozen=True, slots=True)
class Untested:
    """Cells in which the same duties decide, and no test looks.

    Args:
        letters: the letters for which this is so; more than one where the cells are the same.
        duties: full names of the effective duties; none where nobody has the letter.
        count: how many cells there are.
    """

    activity: str
    letters: tuple[Letter, ...]
    duties: tuple[str, ...]
    subjects: tuple[str, ...]
    count: int
    _answers: Diagram[Share] = field(repr=False)
    _share: Share = field(repr=False)

    def cells(self, ground: Ground) -> CellSet:
        """Return these cells; `ground` is that of the map."""
        return CellSet(ground, self._answers.mapped(lambda share: share == self._share))


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the tests of a pack exercise.

    Args:
        decided: duties effective in some cell of a test, for a letter the test names; by name.
        undecided: all others, by name.
        by_answer: a row an activity and letter, in the order of the vocabulary.
        untested: answers without a test, the largest first; those of two letters count twice.
    """

    decided: tuple[Duty, ...]
    undecided: tuple[Duty, ...]
    by_answer: tuple[Exercised, ...]
    untested: tuple[Untested, ...]

    @property
    def needed(self) -> int:
        """Cells of all rows."""
        return sum(row.needed for row in self.by_answer)

    def given_share(self) -> Fraction:
        """Return the part of all rows' cells that tests give; 1 where nothing is needed."""
        return _part(sum(row.given for row in self.by_answer), self.needed)

    def share(self) -> Fraction:
        """Return the part of all rows' cells that tests exercise; 1 where nothing is needed."""
        return _part(sum(row.exercised for row in self.by_answer), self.needed)


def coverage(map_: ResponsibilityMap, tests: Sequence[PackTest] | None = None) -> Coverage:
    """Return what tests exercise; the pack's own where none are given.

    Cost: one walk of each answer's diagram, and one through each test's event.

    Raises:
        BudgetExceeded: if a diagram would cost more than its budget.
    """
    compiled = map_.compiled
    asked = _asked(map_, compiled.pack.tests if tests is None else tests)
    decided = _decided(compiled, asked)
    rows: list[Exercised] = []
    untested: list[Untested] = []
    for activity, part in compiled.parts.items():
        found: list[tuple[Letter, Diagram[Share], dict[Share, int]]] = []
        for letter in BY_DUTIES:
            is_asked = (activity, letter) in asked
            if letter == "accountable" or is_asked or part.overrides.holders[letter]:
                answers = _needed_answers(compiled, activity, letter)
                row, missed = _row(compiled, activity, letter, answers, asked)
                rows.append(row)
                found.append((letter, answers, missed))
        untested += _untested(part, found)
    untested.sort(key=lambda one: -one.count * len(one.letters))
    return Coverage(
        tuple(duty for name, duty in compiled.duty.items() if name in decided),
        tuple(duty for name, duty in compiled.duty.items() if name not in decided),
        tuple(rows),
        tuple(untested),
    )


def tallies(diagram: Diagram[T], space: Space) -> dict[T, int]:
    """Return how many cells each terminal has, weighted by their atoms; exact, in O(edges)."""
    above = np.ones(1, object)
    below = [len(level.first) - 1 for level in diagram.levels[1:]] + [len(diagram.terminals)]
    for axis, level, size in zip(space.axes, diagram.levels, below, strict=True):
        reach = np.array(axis.reach, object)
        span = reach[level.ends(axis.width)] - reach[level.start]
        reached = np.zeros(size, object)
        np.add.at(reached, level.child, span * above[level.owners()])
        above = reached
    return dict(zip(diagram.terminals, above.tolist(), strict=True))


def _part(some: int, all_: int) -> Fraction:
    return Fraction(some, all_) if all_ else Fraction(1)


def _asked(map_: ResponsibilityMap, tests: Sequence[PackTest]) -> Asked:
    compiled = map_.compiled
    boxes: dict[Question, dict[Box, None]] = {}
    for test in tests:
        box = compiled.space.box_of(test.given.values)
        for expected in test.expect:
            activity = expected.activity or compiled.pack.lead
            if activity is not None:
                for letter in expected.subjects:
                    boxes.setdefault((activity, letter), {})[box] = None
    return {question: tuple(found) for question, found in boxes.items()}


def _decided(compiled: CompiledPack, asked: Asked) -> frozenset[str]:
    found: set[str] = set()
    for (activity, letter), boxes in asked.items():
        part = compiled.parts[activity]
        if letter in BY_DUTIES:
            answers = compiled.answers(activity, letter)
            for share in frozenset().union(*(seen(answers, box) for box in boxes)):
                found.update(part.duty_of(number).name for number in share or ())
            continue
        for duty in part.duties:
            if letter in duty.roles and duty.name not in found:
                effective = compiled.effective(duty.name, letter)
                if any(True in seen(effective, box) for box in boxes):
                    found.add(duty.name)
    return frozenset(found)


def _needed_answers(compiled: CompiledPack, activity: str, letter: Letter) -> Diagram[Share]:
    """Return who decides where the activity is needed, and `None` elsewhere."""
    return combine(
        compiled.answers(activity, letter),
        compiled.needed(activity),
        lambda share, needed: share if needed else None,
    )


def _row(
    compiled: CompiledPack, activity: str, letter: Letter, answers: Diagram[Share], asked: Asked
) -> tuple[Exercised, dict[Share, int]]:
    """Return the row of an activity and letter, and the answers that no test meets."""
    sizes = tallies(answers, compiled.space)
    sizes.pop(None, None)
    boxes = asked.get((activity, letter), ())
    met: frozenset[Share] = frozenset().union(*(seen(answers, box) for box in boxes)) - {None}
    given = 0
    if boxes:
        rows = [Row(0, box) for box in boxes]
        inside = build(compiled.space.widths, rows, bool, budget=compiled.budget)
        both = combine(answers, inside, lambda share, here: here and share is not None)
        given = tallies(both, compiled.space).get(True, 0)
    row = Exercised(
        activity,
        letter,
        needed=sum(sizes.values()),
        given=given,
        exercised=sum(sizes[share] for share in met),
        answers=len(sizes),
        answers_exercised=len(met),
    )
    return row, {share: size for share, size in sizes.items() if share not in met}


def _untested(
    part: ActivityPart, found: Sequence[tuple[Letter, Diagram[Share], dict[Share, int]]]
) -> Iterator[Untested]:
    """Yield the missed answers of an activity, those of two letters as one where they are one."""
    done: set[Share] = set()
    alike = _alike([answers for _, answers, _ in found])
    for letter, answers, missed in found:
        for share, size in missed.items():
            both = share in alike and all(share in other for _, _, other in found)
            if both and share in done:
                continue
            done.add(share)
            yield Untested(
                part.name,
                tuple(each for each, _, _ in found) if both else (letter,),
                tuple(part.duty_of(number).name for number in share or ()),
                tuple(sorted(part.subjects(share))),
                size,
                answers,
                share,
            )


def _alike(answers: Sequence[Diagram[Share]]) -> frozenset[Share]:
    """Return the answers that two diagrams give in the same cells; none if there is only one."""
    if len(answers) == 1:
        return frozenset()
    pairs = combine(answers[0], answers[1], lambda a, b: (a, b)).terminals
    apart = {share for pair in pairs if pair[0] != pair[1] for share in pair}
    return frozenset(a for a, _ in pairs) - apart
