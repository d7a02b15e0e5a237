"""z3 proves of random packs what the map says: each fault where it is shown, and nowhere else."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

import remit
from remit.validators.registry import CHECKS, run
from tests.agreement import TODAY, Sample, as_event, random_sample
from tests.oracles.z3_oracle import LETTERS, Oracle
from tests.pack_writer import write_pack
from tests.plain_packs import read_pack
from tests.reference import Reference

pytestmark = pytest.mark.slow

# WHY: z3 answers some fifty questions about each pack.
FEW = settings(max_examples=settings().max_examples // 8)
SEEDS = st.integers(min_value=0, max_value=2**32 - 1)
FAULTS = ("unowned-event", "contested-event", "missing-doer")
ROOT = Path(__file__).resolve().parents[2]
PACKS = sorted(path.parent.name for path in (ROOT / "policies").glob("*/pack.yaml"))
PROVED = [check for check in CHECKS if check.name in {*FAULTS, "idle-exception"}]


@FEW
@given(seed=SEEDS)
def test_each_fault_is_where_it_is_shown_and_nowhere_else(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert not list(wrong_regions(random_sample(seed, Path(folder))))


def wrong_regions(sample: Sample) -> Iterator[str]:
    oracle = Oracle(sample.plain)
    report = run(PROVED, sample.map, today=TODAY)
    assert report.proved
    by_fault: dict[tuple[str, str], list[remit.Finding]] = defaultdict(list)
    for finding in report.findings:
        if finding.name in FAULTS:
            by_fault[finding.name, str(finding.activity)].append(finding)
    for activity in oracle.activities:
        formulas = (oracle.gap(activity), oracle.overlap(activity), oracle.missing_doer(activity))
        for name, fault in zip(FAULTS, formulas, strict=True):
            findings = by_fault[name, activity]
            shown = z3.Or([oracle.condition(dict(finding.region)) for finding in findings])
            if not oracle.everywhere(fault, shown):
                yield f"{name} of {activity} is somewhere outside {findings}"
            for finding in findings:
                yield from wrong_finding(oracle, fault, finding)


def wrong_finding(oracle: Oracle, fault: object, finding: remit.Finding) -> Iterator[str]:
    region = oracle.condition(dict(finding.region))
    here = oracle.event(as_event(finding.witness or {}))
    if not oracle.somewhere(here, region):
        yield f"the witness is impossible, or outside its region: {finding}"
    if not oracle.everywhere(here, fault):
        yield f"the witness does not show it: {finding}"
    if finding.name == "contested-event":
        fault = z3.And(fault, oracle.exactly(finding.subjects, str(finding.activity)))
    # An accepted part of a region is shown as another finding, so only alone is a region full.
    if finding.density == 1 and not oracle.everywhere(region, fault):
        yield f"the region is said to be full, and is not: {finding}"


@FEW
@given(seed=SEEDS)
def test_dead_duties_and_idle_exceptions_are_those_z3_finds_effective_nowhere(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sample = random_sample(seed, Path(folder))
        oracle = Oracle(sample.plain)
        dead = {name for name in oracle.duties if oracle.is_dead(name)}
        assert dead == set(sample.map.dead_duties())
        report = run(PROVED, sample.map, today=TODAY)
        idle = {str(one.duty) for one in report.findings if one.name == "idle-exception"}
        assert idle == {y for y, _ in oracle.idle_exceptions()}


@FEW
@given(seed=SEEDS)
def test_who_answers_in_one_event_is_the_same_by_formula(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sample = random_sample(seed, Path(folder))
        oracle, rng = Oracle(sample.plain), sample.rng("z3")
        for cell in rng.sample(sample.reference.cells(), min(6, len(sample.reference.cells()))):
            event = as_event(cell)
            resolution = sample.map.resolve(event)
            here = oracle.event(event)
            for activity in oracle.activities:
                is_listed = activity in resolution.activities
                assert is_listed == oracle.somewhere(here, oracle.needed(activity))
                for letter in LETTERS if is_listed else ():
                    holders = resolution.activities[activity].holders[letter].certain
                    says = z3.And(
                        [
                            oracle.holds(subject, activity, letter) == (subject in holders)
                            for subject in oracle.subjects(activity)
                        ]
                    )
                    assert oracle.everywhere(here, says)


@FEW
@given(seed=SEEDS)
def test_a_duty_is_redundant_where_z3_finds_no_event_that_changes_without_it(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sample = random_sample(seed, Path(folder))
        whole = Oracle(sample.plain)
        named = {one for duty in whole.duties.values() for one in duty.get("exception_to") or ()}
        removable = sorted(set(whole.duties) - named)
        for name in sample.rng("redundant").sample(removable, min(3, len(removable))):
            less = without(sample, name)
            by_enumeration = differ(sample.reference, Reference(less))
            assert by_enumeration == whole.differs_from(Oracle(less))
            if whole.is_dead(name) and not overrides_any(whole, name):
                assert not by_enumeration


@pytest.mark.parametrize("name", PACKS)
def test_z3_proves_the_packs_we_ship(name: str) -> None:
    folder = ROOT / "policies" / name
    pack = remit.load(folder)
    sample = Sample(read_pack(folder), folder, 0)
    assert not list(wrong_regions(sample))
    oracle = Oracle(sample.plain)
    assert {duty.name for duty in pack.duties()} == set(oracle.duties)
    assert {name for name in oracle.duties if oracle.is_dead(name)} == set(sample.map.dead_duties())


@pytest.mark.parametrize("name", PACKS)
def test_taking_a_duty_out_of_a_pack_we_ship_opens_for_z3_what_it_opens_for_the_map(
    name: str, tmp_path: Path
) -> None:
    sample = Sample(bare(read_pack(ROOT / "policies" / name)), tmp_path, 0)
    excepted = {
        one for duty in Oracle(sample.plain).duties.values() for one in duty.get("exception_to", ())
    }
    answering = {
        name for name, duty in Oracle(sample.plain).duties.items() if "accountable" in duty["role"]
    }
    removable = sorted(answering - excepted)
    opened = 0
    for duty in sample.rng("taken out").sample(removable, min(4, len(removable))):
        less = without(sample, duty)
        home = write_pack(less, tmp_path / duty.replace("/", "-"), sample.rng(duty))
        oracle, map_ = Oracle(less), remit.compile(remit.load(home))
        for activity in oracle.activities:
            is_open = oracle.somewhere(oracle.gap(activity))
            assert is_open == bool(map_.unheld(activity, "accountable")), (duty, activity)
            opened += is_open
    assert opened


def bare(plain: dict[str, Any]) -> dict[str, Any]:
    """Return a pack with what bears on who answers, and no more."""
    subjects = [
        {key: one[key] for key in ("subject", "duties") if key in one} for one in plain["subjects"]
    ]
    above = [bare(one) for one in plain["extends"]]
    return {**plain, "subjects": subjects, "extends": above, "tests": []}


def without(sample: Sample, name: str) -> dict[str, object]:
    """Return the pack without one duty."""
    subjects = [
        {
            **subject,
            "duties": [
                duty
                for duty in subject.get("duties") or ()
                if f"{subject['subject']}/{duty['id']}" != name
            ],
        }
        for subject in sample.plain["subjects"]
    ]
    return {**sample.plain, "subjects": subjects}


def differ(reference: Reference, less: Reference) -> bool:
    # WHY the cells of the whole pack: they are finer, and no condition tells two of them apart.
    return any(
        reference.holders(cell, activity, letter) != less.holders(cell, activity, letter)
        for cell in reference.cells()
        for activity in reference.activities
        for letter in LETTERS
    )


def overrides_any(oracle: Oracle, name: str) -> bool:
    return any(
        oracle.overrides(name, x, letter) for x in oracle.duties for letter in LETTERS if x != name
    )
