"""Tests on both sides of every boundary: events where the answer changes with the next step.

For each activity, the boundary regions of its answers where it is needed on one side at least:
who is accountable and responsible by which duties, and which subjects have another letter. A test
that stands at several edges serves all of them, so tests are few; and every answer that lies at no
edge gets one test of its own.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

from remit.engine.map.boundaries import Boundary, boundaries
from remit.engine.map.compiled import BY_DUTIES, ActivityPart, CompiledPack, Held, Share
from remit.engine.map.counting import full_mask, pick
from remit.engine.map.diagram import Diagram, combine
from remit.engine.map.space import Axis
from remit.engine.pack import LETTERS, Letter
from remit.engine.vocabulary import DATE, Value

__all__ = ["MOST_TESTS", "EdgeTest", "EdgeTests", "edge_tests"]

T = TypeVar("T", bound=Hashable)
MOST_TESTS = 1_000
"""Tests for one activity; a longer file is read by nobody."""
LONGEST_NAME = 200
"""Letters of a test's name."""


class Answer(NamedTuple):
    """What is told of a cell, and whether the activity is needed there.

    Args:
        shares: the duties by which somebody is accountable, and responsible.
        held: whether the subject in question has the letter in question.
    """

    needed: bool
    shares: tuple[Share, ...] = ((), ())
    held: bool = False

    def is_told_as(self, other: Answer) -> bool:
        """Return whether both are the same but for need, which no test compares."""
        return (self.shares, self.held) == (other.shares, other.held)


Question = Diagram[Answer | None]
"""What is asked of every cell; `None` where it cannot happen."""


@dataclass(frozen=True, slots=True)
class EdgeTest:
    """One event at an edge, or inside an answer without one, and the answers as they are.

    Args:
        name: what it shows, as a sentence; no other test of the activity has the same.
        given: a full event.
        expected: who is accountable and responsible, and who has every other letter that some duty
            of the activity gives.
    """

    name: str
    activity: str
    given: Mapping[str, Value]
    expected: Mapping[Letter, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class EdgeTests:
    """The tests of all activities, in the order of the vocabulary.

    Args:
        regions: how many boundary regions there are.
        left_out: how many of these have no test on one side, as there would be too many.
    """

    tests: tuple[EdgeTest, ...]
    regions: int
    left_out: int


def edge_tests(compiled: CompiledPack, most: int = MOST_TESTS) -> EdgeTests:
    """Return tests on both sides of every boundary region, the same at every call.

    Args:
        most: tests for one activity, at least 1.

    Raises:
        BudgetExceeded: if a diagram or its boundaries would cost more than their budget.
    """
    found: list[EdgeTest] = []
    regions = left_out = 0
    for part in compiled.parts.values():
        desk = _Desk(compiled, part, most)
        desk.fill()
        found += desk.tests.values()
        regions += desk.regions
        left_out += desk.left_out
    return EdgeTests(tuple(found), regions, left_out)


class _Spot(NamedTuple):
    """A cell, and for each axis whether its value stands at the upper end of the atom."""

    cell: tuple[int, ...]
    upper: tuple[bool, ...]


Holder = tuple[Letter, str]
"""A letter, and a subject that has it or not."""
Side = tuple[int, int, Answer, Answer, bool]
"""One side of a boundary region: axis, edge, both answers, and whether it is the upper side."""


@dataclass
class _Desk:
    """Makes the tests of one activity."""

    compiled: CompiledPack
    part: ActivityPart
    most: int
    tests: dict[str, EdgeTest] = field(default_factory=dict)
    spots: list[_Spot] = field(default_factory=list)
    regions: int = 0
    left_out: int = 0
    _named: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Build the questions."""
        self._by_duties = self._joint()
        self._others = {
            (letter, subject): self._held(letter, subject)
            for letter in LETTERS
            if letter not in BY_DUTIES
            for subject in sorted({d.subject for d in self.part.duties if letter in d.roles})
        }
        self._letters = [x for x in LETTERS if any(x in d.roles for d in self.part.duties)]
        self._lookups = [_Lookup(each) for each in (self._by_duties, *self._others.values())]

    def fill(self) -> None:
        """Add a test on each side of every boundary, and one in each answer that has none yet."""
        self._serve(self._by_duties, self._lookups[0])
        for holder, lookup in zip(self._others, self._lookups[1:], strict=True):
            self._serve(self._others[holder], lookup, holder)
        met = {self._lookups[0](spot.cell) for spot in self.spots}
        for answer in self._by_duties.terminals:
            if answer is not None and answer.needed and answer not in met:
                cell = self._first_cell(answer)
                if cell is not None and len(self.spots) < self.most:
                    self._add(self._spot(cell), self._inner_name(answer))

    def _first_cell(self, answer: Answer) -> tuple[int, ...] | None:
        cells = self._by_duties.mapped(lambda other: other == answer)
        return pick(cells, full_mask(self.compiled.space))

    def _serve(
        self, question: Question, lookup: _Lookup[Answer | None], holder: Holder | None = None
    ) -> None:
        served = {side for spot in self.spots for side in self._sides(spot, lookup)}
        for edge in boundaries(question):
            below, above = edge.below, edge.above
            if below is None or above is None or below.is_told_as(above):
                continue
            if not below.needed and not above.needed:
                continue
            self.regions += 1
            sides = [(edge.axis, edge.atom, below, above, upper) for upper in (False, True)]
            for side in sides:
                if side not in served and len(self.spots) < self.most:
                    spot = self._spot_at(edge, upper=side[-1])
                    self._add(spot, self._edge_name(edge, spot, holder, upper=side[-1]))
                    served.update(self._sides(spot, lookup))
            self.left_out += any(side not in served for side in sides)

    def _spot_at(self, edge: Boundary[Answer | None], *, upper: bool) -> _Spot:
        """Return the first cell of one side, its value next to the edge."""
        step = 1 if upper else 0
        cell = (*edge.cell[: edge.axis], edge.atom + step, *edge.cell[edge.axis + 1 :])
        return self._spot(cell, edge.axis, upper=not upper)

    def _spot(self, cell: tuple[int, ...], own: int | None = None, *, upper: bool = False) -> _Spot:
        """Return a spot at the lower ends of a cell, but for its `own` axis and open days."""
        ends = [
            # WHY: the first day of all is no day that anybody reads.
            axis.dimension.kind == "date" and atom == 0 and axis.width > 1
            for axis, atom in zip(self.compiled.space.axes, cell, strict=True)
        ]
        if own is not None:
            ends[own] = upper
        return _Spot(cell, tuple(ends))

    def _sides(self, spot: _Spot, lookup: _Lookup[Answer | None]) -> Iterator[Side]:
        """Yield the sides of boundaries a spot stands at: its value has to be next to the edge."""
        mine = lookup(spot.cell)
        if mine is None:
            return
        for at, axis in enumerate(self.compiled.space.axes):
            atom, is_one = spot.cell[at], _has_one_value(axis, spot.cell[at])
            for step in (-1, 1):
                if 0 <= atom + step < axis.width and (is_one or spot.upper[at] == (step == 1)):
                    other = lookup((*spot.cell[:at], atom + step, *spot.cell[at + 1 :]))
                    if other is not None and not other.is_told_as(mine):
                        is_upper = step == -1
                        pair = (other, mine) if is_upper else (mine, other)
                        yield (at, min(atom, atom + step), *pair, is_upper)

    def _add(self, spot: _Spot, name: str) -> None:
        if len(name) > LONGEST_NAME:
            name = name[: LONGEST_NAME - 1] + "…"
        self._named[name] = number = self._named.get(name, 0) + 1
        unique = name if number == 1 else f"{name} ({number})"
        test = EdgeTest(unique, self.part.name, self._values(spot), self._expected(spot.cell))
        self.tests[unique] = test
        self.spots.append(spot)

    def _values(self, spot: _Spot) -> dict[str, Value]:
        axes = self.compiled.space.axes
        found = {
            axis.name: _end(axis, atom, upper=upper)
            for axis, atom, upper in zip(axes, spot.cell, spot.upper, strict=True)
            if axis.name != DATE or axis.width > 1
        }
        names = (*self.compiled.pack.vocabulary.dimensions, DATE)
        return {name: found[name] for name in names if name in found}

    def _expected(self, cell: tuple[int, ...]) -> dict[Letter, tuple[str, ...]]:
        found: dict[Letter, set[str]] = {letter: set() for letter in self._letters}
        answer = self._lookups[0](cell)
        for letter, subjects in zip(BY_DUTIES, self._subjects(answer), strict=True):
            found.setdefault(letter, set()).update(subjects)
        for (letter, subject), lookup in zip(self._others, self._lookups[1:], strict=True):
            held = lookup(cell)
            if held is not None and held.held:
                found[letter].add(subject)
        return {letter: tuple(sorted(found[letter])) for letter in LETTERS if letter in found}

    def _subjects(self, answer: Answer | None) -> tuple[frozenset[str], ...]:
        shares = answer.shares if answer is not None else ((), ())
        return tuple(self.part.subjects(share) for share in shares)

    def _joint(self) -> Question:
        mine = [self.compiled.answers(self.part.name, letter) for letter in BY_DUTIES]

        def both(a: Share, r: Share) -> Answer | None:
            return None if a is None else Answer(needed=True, shares=(a, r))

        return self._with_need(combine(mine[0], mine[1], both))

    def _held(self, letter: Letter, subject: str) -> Question:
        def told(held: Held) -> Answer | None:
            return None if held is None else Answer(needed=True, held=held)

        return self._with_need(self.compiled.holding(self.part.name, letter, subject).mapped(told))

    def _with_need(self, told: Question) -> Question:
        def needed(one: Answer | None, need: bool) -> Answer | None:  # noqa: FBT001 -- a terminal
            return one if one is None or need else one._replace(needed=False)

        return combine(told, self.compiled.needed(self.part.name), needed)

    def _inner_name(self, answer: Answer) -> str:
        return f"{self.part.name}: {_names(self._subjects(answer)[0])}"

    def _edge_name(
        self, edge: Boundary[Answer | None], spot: _Spot, holder: Holder | None, *, upper: bool
    ) -> str:
        """Return "gate-check: street-office at level ii, residents-committee at iii"."""
        axis = self.compiled.space.axes[edge.axis]
        here = _end(axis, spot.cell[edge.axis], upper=spot.upper[edge.axis])
        there = _end(axis, edge.atom if upper else edge.atom + 1, upper=upper)
        pair = (edge.above, edge.below) if upper else (edge.below, edge.above)
        if holder is not None:
            letter, subject = holder
            words = [f"{'' if one and one.held else 'not '}{subject}" for one in pair]
        else:
            letter, words = self._told_apart(*pair)
        what = self.part.name if letter == "accountable" else f"{self.part.name} ({letter})"
        return f"{what}: {words[0]} at {axis.name} {_word(here)}, {words[1]} at {_word(there)}"

    def _told_apart(self, here: Answer | None, there: Answer | None) -> tuple[Letter, list[str]]:
        """Return the first letter in which two answers differ, and what each says of it."""
        for at, letter in enumerate(BY_DUTIES):
            mine, theirs = self._subjects(here)[at], self._subjects(there)[at]
            if mine != theirs:
                return letter, [_names(mine), _names(theirs)]
        for at, letter in enumerate(BY_DUTIES):
            words = [self._duties(one, at) for one in (here, there)]
            if words[0] != words[1]:
                return letter, words
        raise LookupError

    def _duties(self, answer: Answer | None, at: int) -> str:
        share = answer.shares[at] if answer is not None else ()
        return " and ".join(self.part.duty_of(number).name for number in share or ()) or "nobody"


class _Lookup(Generic[T]):
    """A diagram read cell by cell, from lists."""

    def __init__(self, diagram: Diagram[T]) -> None:
        self._terminals = diagram.terminals
        self._levels = [
            [
                (level.start[low:high].tolist(), level.child[low:high].tolist())
                for low, high in pairwise(level.first.tolist())
            ]
            for level in diagram.levels
        ]

    def __call__(self, cell: tuple[int, ...]) -> T:
        node = 0
        for level, atom in zip(self._levels, cell, strict=True):
            start, child = level[node]
            node = child[bisect_right(start, atom) - 1]
        return self._terminals[node]


def _names(subjects: frozenset[str]) -> str:
    return " and ".join(sorted(subjects)) or "nobody"


def _word(value: Value) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _has_one_value(axis: Axis, atom: int) -> bool:
    if axis.dimension.kind == "date":
        return int(axis.cuts[atom + 1].value) - int(axis.cuts[atom].value) == 1
    if axis.dimension.kind == "decimal":
        return axis.cuts[atom].value == axis.cuts[atom + 1].value
    return axis.weights[atom] == 1


def _end(axis: Axis, atom: int, *, upper: bool) -> Value:
    """Return the value of an atom next to one of its ends; of decimals, one step inside."""
    low, high = axis.cuts[atom], axis.cuts[atom + 1]
    if axis.dimension.is_named:
        return axis.dimension.values[int(low.value)]
    if axis.dimension.kind != "decimal":
        number = int(high.value) - 1 if upper else int(low.value)
        return dt.date.fromordinal(number) if axis.dimension.kind == "date" else number
    bound = high if upper else low
    if bound.after == upper:
        # WHY: an upper bound just after its value has the value inside, a lower one just before it.
        return _short(Decimal(bound.value))
    places = max(-int(Decimal(cut.value).as_tuple().exponent) for cut in axis.cuts)
    step = Decimal(1).scaleb(-max(places, 0))
    while True:
        inside = Decimal(bound.value) + (-step if upper else step)
        if low.value < inside < high.value:
            return _short(inside)
        step /= 10


def _short(number: Decimal) -> Decimal:
    """Return a number without zeros at its end."""
    return (
        number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()
    )
