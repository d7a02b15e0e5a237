"""Every number of a chart is what a count of all cells with the slow reference says."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.engine.chart.card import Card, CardRegion, card_of
from remit.engine.chart.chart import NOBODY, Chart, Entry, chart_of
from remit.engine.chart.sides import (
    Heading,
    Side,
    activity_side,
    mask_of,
    subject_side,
    value_side,
    whole_box,
)
from remit.engine.map.counting import Mask
from remit.engine.pack import LETTERS
from remit.engine.vocabulary import Value
from tests.agreement import Sample, random_sample
from tests.atoms import Atoms, atoms_of, needed_cells, weight_of
from tests.reference import Cell

FEW = settings(max_examples=settings().max_examples // 3)
SEEDS = st.integers(min_value=0, max_value=2**32 - 1)
Box = tuple[Mask, ...]
Weighed = list[tuple[Atoms, Cell, int]]
PARTS = {"activity", "subject"}


@pytest.mark.slow
@FEW
@given(seed=SEEDS)
def test_every_field_counts_its_cells(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sample = random_sample(seed, Path(folder))
        counted = Counted(sample, random_box(sample))
        assert not list(counted.disagreements())


@pytest.mark.slow
@FEW
@given(seed=SEEDS)
def test_a_card_tells_all_and_only_what_falls_to_its_subject(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sample = random_sample(seed, Path(folder))
        counted = Counted(sample, random_box(sample))
        for subject in sample.pack.subjects:
            card = card_of(sample.map, subject, counted.box)
            told = {(task.activity, letter) for task in card.tasks for letter in task.letters}
            assert counted.letters_of(subject) == told
            assert not list(counted.misplaced(card))
            for task in card.tasks:
                asked = task.others
                wanted = {
                    letter: counted.others(subject, task.activity, task.letters, letter)
                    for letter in asked
                }
                # Tasks of one activity share its cells, so each names no more than all of them.
                assert all(set(asked[letter]) <= wanted[letter] for letter in asked)


def random_box(sample: Sample) -> Box:
    """Return the box of all cells, or one that is cut on some axes."""
    rng = sample.rng("box")
    return tuple(_cut(mask, rng) for mask in whole_box(sample.map.compiled.space))


def _cut(mask: Mask, rng: Random) -> Mask:
    if rng.random() < 0.6:
        return mask
    low = rng.randrange(len(mask))
    high = rng.randint(low + 1, len(mask))
    return np.array([low <= atom < high for atom in range(len(mask))])


class Counted:
    """What a chart should say, by looking at every cell."""

    def __init__(self, sample: Sample, box: Box) -> None:
        self.sample = sample
        self.box = box
        self.cells: dict[str, Weighed] = {
            activity: [
                (atoms, cell, weight_of(sample, atoms))
                for atoms, cell in needed_cells(sample, activity).items()
                if self.is_in(atoms, box)
            ]
            for activity in sample.reference.activities
        }

    def disagreements(self) -> Iterator[str]:
        pack, rng = self.sample.pack, self.sample.rng("sides")
        axes = self.sample.map.compiled.space.axes
        at = rng.randrange(len(axes))
        values = value_side(axes[at], None, self.box[at])
        other = value_side(axes[(at + 1) % len(axes)])
        activities = activity_side(pack)
        for rows, columns in (
            (activities, subject_side(pack)),
            (subject_side(pack), activities),
            (activities, values),
            (subject_side(pack), values),
            (values, subject_side(pack)),
        ):
            yield from self._chart(rows, columns, tuple(pack.vocabulary.activities))
        one = rng.choice(list(pack.vocabulary.activities))
        if values.name != other.name:
            yield from self._chart(values, other, (one,))

    def letters_of(self, subject: str) -> set[tuple[str, str]]:
        return {
            (activity, letter)
            for activity, cells in self.cells.items()
            for _, cell, _ in cells
            for letter in LETTERS
            if subject in self.holders(cell, activity, letter)
        }

    def misplaced(self, card: Card) -> Iterator[str]:
        """Yield where the regions of a card say something else than the cells."""
        for activity, cells in self.cells.items():
            for letter in LETTERS:
                tasks = [t for t in card.tasks if t.activity == activity and letter in t.letters]
                regions = [(self._box_of(one), one.is_full) for t in tasks for one in t.regions]
                is_all_told = not any(task.further for task in tasks)
                for atoms, cell, _ in cells:
                    is_held = card.subject in self.holders(cell, activity, letter)
                    around = [is_full for box, is_full in regions if self.is_in(atoms, box)]
                    if (any(around) and not is_held) or (is_held and is_all_told and not around):
                        yield f"{activity} {letter} at {atoms}: {is_held}, is told {around}"

    def _box_of(self, region: CardRegion) -> Box:
        axes = self.sample.map.compiled.space.axes
        return tuple(
            mask & mask_of(axis, region.values.get(axis.name))
            for axis, mask in zip(axes, self.box, strict=True)
        )

    def others(
        self, subject: str, activity: str, letters: tuple[str, ...], letter: str
    ) -> set[str]:
        return {
            other
            for _, cell, _ in self.cells[activity]
            if any(subject in self.holders(cell, activity, mine) for mine in letters)
            for other in self.holders(cell, activity, letter)
        } - {subject}

    def holders(self, cell: Cell, activity: str, letter: str) -> frozenset[str]:
        return self.sample.reference.holders(cell, activity, letter)

    def is_in(self, atoms: Atoms, box: Box) -> bool:
        return all(mask[atom] for mask, atom in zip(box, atoms, strict=True))

    def _chart(self, rows: Side, columns: Side, about: tuple[str, ...]) -> Iterator[str]:
        chart = chart_of(self.sample.map, rows, columns, self.box, activities=about)
        sums = [
            sum(weight for a in about for _, cell, weight in self.cells[a] if self._is(cell, a, at))
            for at in (None, 0, 2)
        ]
        if [chart.needed, chart.gaps, chart.overlaps] != sums:
            yield f"sums should be {sums}: {chart.needed, chart.gaps, chart.overlaps}"
        idle = {activity for activity in about if not self.cells[activity]}
        if set(chart.idle) != idle:
            yield f"idle should be {idle}: {chart.idle}"
        for row, entries in zip(chart.rows.headings, chart.entries, strict=True):
            for column, entry in zip(chart.columns.headings, entries, strict=True):
                found = self._field(chart, row, column, about)
                told = (entry.needed, _letters(entry), entry.gaps, entry.overlaps)
                if found != told:
                    yield f"{row.name} {column.name}: should be {found}, is {told}"
                yield from self._witnesses(entry, about)

    def _is(self, cell: Cell, activity: str, held: int | None) -> bool:
        """Whether nobody (0) or several (2) are accountable; `None` does not ask."""
        number = len(self.holders(cell, activity, "accountable"))
        return held is None or (number == 0 if held == 0 else number > 1)

    def _field(
        self, chart: Chart, row: Heading, column: Heading, about: tuple[str, ...]
    ) -> tuple[int, Mapping[tuple[str, str], int], int, int]:
        subject: str | None = None
        asked, box = list(about), self.box
        for side, heading in ((chart.rows, row), (chart.columns, column)):
            if side.kind == "activity":
                asked = [heading.name]
            elif side.kind == "subject":
                subject = heading.name
            else:
                axes = self.sample.map.compiled.space.axes
                box = tuple(
                    mask & mask_of(axis, heading.allowed) if axis.name == side.name else mask
                    for axis, mask in zip(axes, box, strict=True)
                )
        cells = [
            (activity, cell, weight)
            for activity in asked
            for atoms, cell, weight in self.cells[activity]
            if self.is_in(atoms, box)
        ]
        letters = LETTERS if {chart.rows.kind, chart.columns.kind} == PARTS else LETTERS[:1]
        held: dict[tuple[str, str], int] = {}
        for activity, cell, weight in cells:
            for letter in letters:
                for name in self.holders(cell, activity, letter):
                    if subject in {None, name}:
                        held[letter, name] = held.get((letter, name), 0) + weight
        return (
            sum(weight for *_, weight in cells),
            held,
            sum(weight for a, c, weight in cells if self._faulty(c, a, subject, 0)),
            sum(weight for a, c, weight in cells if self._faulty(c, a, subject, 2)),
        )

    def _faulty(self, cell: Cell, activity: str, subject: str | None, held: int) -> bool:
        concerned = (
            {None, NOBODY} if held == 0 else {None, *self.holders(cell, activity, LETTERS[0])}
        )
        return subject in concerned and self._is(cell, activity, held)

    def _witnesses(self, entry: Entry, about: tuple[str, ...]) -> Iterator[str]:
        for witness, held in ((entry.gap, 0), (entry.overlap, 2)):
            if bool(entry.gaps if held == 0 else entry.overlaps) != (witness is not None):
                yield f"a witness is there just where something is shown: {entry}"
            elif witness is not None and not self._shows(witness, about, held):
                yield f"{witness} shows nothing"

    def _shows(self, witness: Mapping[str, Value], about: tuple[str, ...], held: int) -> bool:
        atoms = atoms_of(self.sample, witness)
        return any(
            atoms == mine and self._is(cell, activity, held)
            for activity in about
            for mine, cell, _ in self.cells[activity]
        )


def _letters(entry: Entry) -> Mapping[tuple[str, str], int]:
    return {(one.letter, one.subject): one.count for one in entry.holdings}
