"""Generated tests stand on both sides of every boundary, hold, and notice what moves one."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import remit
from remit.engine.map.edge_tests import EdgeTest, edge_tests
from tests.agreement import Sample, as_event, random_sample
from tests.atoms import Atoms, atoms_of, needed_cells
from tests.plain_packs import Plain, maps_of
from tests.random_conditions import random_condition
from tests.reference import Cell, Reference

FEW = settings(max_examples=settings().max_examples // 6)
SEEDS = st.integers(min_value=0, max_value=2**32 - 1)
MUTATED = 3
"""Duties of a pack that are changed."""
Told = tuple[frozenset[str], frozenset[str]]


@pytest.mark.slow
@FEW
@given(seed=SEEDS)
def test_every_side_of_every_boundary_has_a_test_next_to_the_edge_that_holds(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sample = random_sample(seed, Path(folder))
        found = edge_tests(sample.map.compiled)
        assert found.left_out == 0
        assert found == edge_tests(remit.compile(sample.pack).compiled)
        for test in found.tests:
            assert not list(failing([test], sample.reference))
        for activity in sample.reference.activities:
            tests = [test for test in found.tests if test.activity == activity]
            assert not list(unserved(sample, activity, tests))


@pytest.mark.slow
@FEW
@given(seed=SEEDS)
def test_a_change_that_shows_in_all_of_one_side_of_a_boundary_fails_a_test(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sample = random_sample(seed, Path(folder))
        tests = edge_tests(sample.map.compiled).tests
        for mutant in mutants(sample):
            if shows_on_a_side(sample, mutant):
                assert list(failing(tests, mutant.after))


@dataclass(frozen=True)
class Mutant:
    """A pack with one duty changed, and all cells that it or the pack before tells apart."""

    activity: str
    after: Reference
    cells: list[Cell]


def failing(tests: list[EdgeTest] | tuple[EdgeTest, ...], reference: Reference) -> Iterator[str]:
    """Yield the names of tests that do not hold in every cell they may be."""
    for test in tests:
        for cell in reference.cells(as_event(test.given)):
            for letter, subjects in test.expected.items():
                if reference.holders(cell, test.activity, letter) != frozenset(subjects):
                    yield test.name


def unserved(sample: Sample, activity: str, tests: list[EdgeTest]) -> Iterator[str]:
    """Yield the sides without a test whose event is in it, and changes by the smallest step."""
    space = sample.map.compiled.space
    served = set()
    answers = told_by_atoms(sample, activity)
    for test in tests:
        here = tuple(box[0][0] for box in space.box_of(test.given))
        for at, axis in enumerate(space.axes):
            value = test.given.get(axis.name)
            for step in (-1, 1):
                there = (*here[:at], here[at] + step, *here[at + 1 :])
                if there in answers and (
                    axis.dimension.kind != "integer"
                    or axis.atom_at(value + step) == ((there[at], there[at] + 1),)  # type: ignore[operator]
                ):
                    served.add((at, here[at], step, answers[here], answers[there]))
    needed = needed_cells(sample, activity)
    for at, here, there in steps(answers):
        if answers[here] != answers[there] and (here in needed or there in needed):
            side = (at, here[at], there[at] - here[at], answers[here], answers[there])
            if side not in served:
                yield f"{activity}: no test at {space.axes[at].name} {side}"
    met = {answers[tuple(box[0][0] for box in space.box_of(test.given))] for test in tests}
    yield from (
        f"{activity}: no test of {one}" for one in {answers[atoms] for atoms in needed} - met
    )


def shows_on_a_side(sample: Sample, mutant: Mutant) -> bool:
    """Return whether subjects changed in every cell of some side of a boundary."""
    activity, before = mutant.activity, sample.reference
    same = {
        atoms_of(sample, cell)
        for cell in mutant.cells
        if not changed_at(cell, activity, before, mutant.after)
    }
    answers, needed = told_by_atoms(sample, activity), needed_cells(sample, activity)
    sides: dict[Any, bool] = {}
    for at, here, there in steps(answers):
        if answers[here] != answers[there] and (here in needed or there in needed):
            side = (at, here[at], there[at], answers[here], answers[there])
            sides[side] = sides.get(side, True) and here not in same
    return any(sides.values())


def changed_at(cell: Cell, activity: str, before: Reference, after: Reference) -> bool:
    return any(
        before.holders(cell, activity, letter) != after.holders(cell, activity, letter)
        for letter in ("accountable", "responsible")
    )


def steps(answers: dict[Atoms, Told]) -> Iterator[tuple[int, Atoms, Atoms]]:
    """Yield each axis with two cells that are neighbours on it, both ways."""
    for here in answers:
        for at, step in product(range(len(here)), (-1, 1)):
            there = (*here[:at], here[at] + step, *here[at + 1 :])
            if there in answers:
                yield at, here, there


def told_by_atoms(sample: Sample, activity: str) -> dict[Atoms, Told]:
    return {
        atoms_of(sample, cell): (
            frozenset(sample.reference.effective(cell, activity, "accountable")),
            frozenset(sample.reference.effective(cell, activity, "responsible")),
        )
        for cell in sample.reference.cells()
    }


def mutants(sample: Sample) -> Iterator[Mutant]:
    """Yield a few packs with one duty removed, given to another subject, or bent."""
    rng = sample.rng("mutants")
    plain = sample.plain
    excepted = {name for one in every_duty(plain) for name in one.get("exception_to") or ()}
    places = [
        (number, at)
        for number, subject in enumerate(plain["subjects"])
        for at in range(len(subject.get("duties", ())))
    ]
    for number, at in rng.sample(places, min(MUTATED, len(places))):
        subject = plain["subjects"][number]
        duty = subject["duties"][at]
        if f"{subject['subject']}/{duty['id']}" not in excepted:
            removed = copy.deepcopy(plain)
            taken = removed["subjects"][number]["duties"].pop(at)
            yield mutant_of(duty, removed)
            moved = copy.deepcopy(removed)
            other = moved["subjects"][(number + 1) % len(moved["subjects"])]
            other.setdefault("duties", []).append({**taken, "id": f"{taken['id']}-moved"})
            yield mutant_of(duty, moved)
        spoken = {
            name: sample.reference.dimensions[name]
            for one in maps_of(duty.get("when"))
            for name in one
        }
        if spoken:
            bent = copy.deepcopy(plain)
            bent["subjects"][number]["duties"][at]["when"] = random_condition(rng, spoken, 0.9)
            yield mutant_of(duty, bent)


def mutant_of(duty: Plain, after: dict[str, Any]) -> Mutant:
    """Return a mutant whose cells are cut by what the duty said before, too."""
    both = copy.deepcopy(after)
    kept = {key: duty[key] for key in ("when", "unless", "valid") if key in duty}
    gone = {"id": "gone", "activity": duty["activity"], "role": "informed", **kept}
    both["subjects"].append({"subject": "gone", "duties": [gone]})
    return Mutant(duty["activity"], Reference(after), Reference(both).cells())


def every_duty(plain: Plain) -> Iterator[Plain]:
    for subject in plain["subjects"]:
        yield from subject.get("duties", ())
