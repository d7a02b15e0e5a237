"""What tests exercise is what a count of every cell with the slow reference says."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.engine.map.coverage import Coverage, coverage
from tests.agreement import Sample, random_sample
from tests.atoms import Atoms, atoms_of, needed_cells, weight_of

FEW = settings(max_examples=settings().max_examples // 3)
SEEDS = st.integers(min_value=0, max_value=2**32 - 1)
LETTERS = ("accountable", "responsible")


@pytest.mark.slow
@FEW
@given(seed=SEEDS)
def test_shares_and_deciding_duties_are_those_of_a_count_of_all_cells(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sample = random_sample(seed, Path(folder))
        assert not list(disagreements(sample, coverage(sample.map)))


def disagreements(sample: Sample, found: Coverage) -> Iterator[str]:
    """Yield where coverage says something else than a count of all cells, as sentences."""
    rows = {(row.activity, row.letter): row for row in found.by_answer}
    untested = {
        (one.activity, letter, one.duties): one for one in found.untested for letter in one.letters
    }
    for activity in sample.reference.activities:
        for letter in LETTERS:
            row = rows.pop((activity, letter), None)
            sizes, met, inside = _counted(sample, activity, letter)
            if row is None:
                if letter == "accountable" or set(sizes) - {()}:
                    yield f"there is no row for {activity} {letter}"
                continue
            exercised = sum(sizes[answer] for answer in met)
            expected = (sum(sizes.values()), inside, exercised, len(sizes), len(met))
            told = (row.needed, row.given, row.exercised, row.answers, row.answers_exercised)
            if told != expected:
                yield f"{activity} {letter}: should be {expected}, is {told}"
            for answer in set(sizes) - met:
                one = untested.pop((activity, letter, answer), None)
                count = one and (one.count, one.cells(sample.map.ground).count())
                if count != (sizes[answer], sizes[answer]):
                    yield f"{activity} {letter}: {answer} is untested in {sizes[answer]}, not {one}"
    if rows or untested:
        yield f"left over: {rows} {untested}"
    decided = {duty.name for duty in found.decided}
    if decided != _decided(sample):
        yield f"deciding duties should be {_decided(sample)}, are {decided}"


def _counted(
    sample: Sample, activity: str, letter: str
) -> tuple[dict[tuple[str, ...], int], set[tuple[str, ...]], int]:
    """Return the answers with their sizes, those that tests meet, and the cells they give."""
    given = _given(sample, activity, letter)
    sizes: dict[tuple[str, ...], int] = {}
    met, inside = set(), 0
    for atoms, cell in needed_cells(sample, activity).items():
        answer = tuple(sorted(sample.reference.effective(cell, activity, letter)))
        sizes[answer] = sizes.get(answer, 0) + weight_of(sample, atoms)
        if atoms in given:
            met.add(answer)
            inside += weight_of(sample, atoms)
    return sizes, met, inside


def _expectations(sample: Sample) -> Iterator[tuple[dict[str, Any], str, list[str]]]:
    for test in sample.plain["tests"]:
        for name, expected in test["expect"].items():
            if name == "owner":
                yield test["given"], sample.plain["lead"], ["accountable"]
            else:
                yield test["given"], name, list(expected)


def _given(sample: Sample, activity: str, letter: str) -> set[Atoms]:
    return {
        atoms_of(sample, cell)
        for event, name, letters in _expectations(sample)
        if name == activity and letter in letters
        for cell in sample.reference.cells(event)
    }


def _decided(sample: Sample) -> set[str]:
    return {
        duty
        for event, name, letters in _expectations(sample)
        for letter in letters
        for cell in sample.reference.cells(event)
        for duty in sample.reference.effective(cell, name, letter)
    }
