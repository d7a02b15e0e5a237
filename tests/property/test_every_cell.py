"""A hundred thousand cells: map and slow reference say the same of each, and counts are counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import count
from pathlib import Path

import pytest

from remit.engine.map.cells import CellSet
from tests import random_packs
from tests.agreement import Sample, as_event, random_sample
from tests.reference import LETTERS

pytestmark = pytest.mark.slow

FEWEST_CELLS = 100_000
"""Cells compared in one run, at least; each for every activity, accountable and responsible."""
LARGER_PACKS = 12_000
"""Bound on the declared cells of a pack here; elsewhere packs are kept smaller."""
SMALL = 300
"""Cells up to which the regions are counted one by one too."""
MOST_REGIONS = 60
"""Regions after which no further pack's are counted."""
Counts = Counter[tuple[str, str, int]]
"""Needed cells by letter, activity, and how many subjects have it: none, one, more."""


def test_a_hundred_thousand_cells_agree_and_every_share_is_a_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random_packs, "MOST_CELLS", LARGER_PACKS)
    compared = regions = 0
    for seed in count(1):
        sample = random_sample(seed, tmp_path / str(seed))
        cells = len(sample.reference.cells())
        if cells <= SMALL and regions < MOST_REGIONS:
            regions += counted_regions(sample)
        if cells < SMALL:
            continue
        counts, differing = compare(sample)
        assert not differing
        assert counts == counts_of_map(sample)
        compared += cells
        if compared >= FEWEST_CELLS:
            break
    assert compared >= FEWEST_CELLS
    assert regions >= MOST_REGIONS


def compare(sample: Sample) -> tuple[Counts, list[str]]:
    """Return what the reference counts in the needed cells, and where the map says otherwise."""
    reference, found = sample.reference, Counts()
    differing: list[str] = []
    cells = reference.cells()
    events = [as_event(cell) for cell in cells]
    columns = {name: [event[name] for event in events] for name in reference.dimensions}
    for activity in reference.activities:
        needed = [reference.needed(cell, activity) for cell in cells]
        for letter, most in (("accountable", 2), ("responsible", 1)):
            decided = sample.map.resolve_batch(columns, activity, letter)
            for cell, is_needed, decision in zip(cells, needed, decided, strict=True):
                expected = reference.holders(cell, activity, letter)
                if tuple(sorted(expected)) != decision.subjects:
                    differing.append(f"{activity} {letter} should be {expected}: {cell}")
                if is_needed:
                    found[letter, activity, min(len(expected), most)] += 1
    return +found, differing


def counts_of_map(sample: Sample) -> Counts:
    """Return the same counts, read off the map without visiting any cell."""
    found, map_ = Counts(), sample.map
    for activity in sample.reference.activities:
        needed = map_.needed(activity).count()
        gap, missing = (map_.unheld(activity, letter).count() for letter in LETTERS[:2])
        overlap = sum(conflict.cells.count() for conflict in map_.conflicts(activity))
        found["accountable", activity, 0] = gap
        found["accountable", activity, 1] = needed - gap - overlap
        found["accountable", activity, 2] = overlap
        found["responsible", activity, 0] = missing
        found["responsible", activity, 1] = needed - missing
    assert len(sample.reference.cells()) == map_.possible().count()
    return +found


def counted_regions(sample: Sample) -> int:
    """Count the cells of every region of gaps and overlaps; return how many regions there were."""
    number = 0
    for activity, found in sets_of(sample):
        for region in found.regions():
            number += 1
            inside = [
                cell
                for cell in sample.reference.cells()
                if sample.reference.holds(dict(region.constraints), cell)
            ]
            faulty = [cell for cell in inside if sample.reference.fault(cell, activity)]
            wrong = f"{region.constraints} of {activity}, seed {sample.seed}"
            assert Fraction(len(faulty), len(sample.reference.cells())) == region.share, wrong
            assert Fraction(len(faulty), len(inside)) == region.density, wrong
            assert len(faulty) == region.cells.count(), wrong
    return number


def sets_of(sample: Sample) -> Iterator[tuple[str, CellSet]]:
    """Yield where each activity has a gap or an overlap, whichever of the two it has."""
    for activity in sample.reference.activities:
        found = sample.map.unheld(activity, "accountable")
        for conflict in sample.map.conflicts(activity):
            found |= conflict.cells
        if found:
            yield activity, found
