"""Certificates of random packs verify; whatever is changed in one is refuted."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import remit
from remit.engine.conditions import Condition
from remit.engine.map.certificate import certificate
from remit.engine.verifier.form import Refuted, canonical, checksum
from remit.engine.verifier.proof import verify
from tests.agreement import TODAY, Sample, random_sample
from tests.atoms import needed_cells, weight_of
from tests.reference import Cell, Reference
from tests.reference_checks import is_mandatory

FEW = settings(max_examples=settings().max_examples // 5)
SEEDS = st.integers(min_value=0, max_value=2**32 - 1)
TAMPERED = 12
"""Fields of a certificate that are changed."""
FAULTS = {
    ("accountable", "nobody"): "unowned-event",
    ("accountable", "several"): "contested-event",
    ("responsible", "nobody"): "missing-doer",
}
HARMLESS = ("day", "dimensions")
"""What may be written otherwise and still be true: another day on which the same is accepted, a
stretch that no claim speaks of. Only the checksum tells that it was changed."""


@pytest.mark.slow
@FEW
@given(seed=SEEDS)
def test_a_certificate_verifies_and_counts_what_the_reference_counts(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sample = random_sample(seed, Path(folder))
        found = verify(canonical(certificate(sample.map.compiled, TODAY)).encode(), sample.pack)
        assert found == certificate(sample.map.compiled, TODAY)
        assert not list(miscounted(sample, found))


@pytest.mark.slow
@FEW
@given(seed=SEEDS)
def test_a_change_of_any_field_is_refuted_also_under_a_new_checksum(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sample = random_sample(seed, Path(folder))
        found = certificate(sample.map.compiled, TODAY)
        rng = sample.rng("tampering")
        for _ in range(TAMPERED):
            forged, key = tampered(found, rng)
            assert is_refuted(forged, sample)
            if key not in (*HARMLESS, "checksum"):
                forged["checksum"] = checksum(forged)
                assert is_refuted(forged, sample), key


@pytest.mark.slow
@FEW
@given(seed=SEEDS)
def test_a_certificate_does_not_verify_for_a_pack_that_means_something_else(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sample = random_sample(seed, Path(folder))
        plain = copy.deepcopy(sample.plain)
        duties = [
            (subject["subject"], duty)
            for subject in plain["subjects"]
            for duty in subject.get("duties", ())
        ]
        name, duty = sample.rng("meaning").choice(duties)
        duty["when"] = {}
        pack = with_duty_everywhere(sample.pack, name, duty["id"])
        # WHY its own cells: the pack as it was tells apart all that the other does.
        cells = sample.reference.cells()
        before, after = (answers(each, cells) for each in (sample.reference, Reference(plain)))
        found = canonical(certificate(sample.map.compiled, TODAY)).encode()
        if before == after:
            verify(found, pack)
        else:
            with pytest.raises(Refuted, match=r"^claims.* it says "):
                verify(found, pack)


def with_duty_everywhere(pack: remit.Pack, subject: str, duty: str) -> remit.Pack:
    """Return the pack with the `when` of one duty taken away."""
    holder = pack.subjects[subject]
    always = Condition.always(holder.span)
    duties = (replace(each, when=always) if each.id == duty else each for each in holder.duties)
    changed = replace(holder, duties=tuple(duties))
    return replace(pack, subjects={**pack.subjects, subject: changed})


def answers(reference: Reference, cells: list[Cell]) -> list[object]:
    """Return who decides each cell where an activity is needed."""
    return [
        (activity, letter, reference.effective(cell, activity, letter))
        for activity in reference.activities
        for letter in ("accountable", "responsible")
        for cell in cells
        if reference.needed(cell, activity)
    ]


def miscounted(sample: Sample, found: dict[str, Any]) -> Iterator[str]:
    """Yield the claims whose counts are not those of the reference, cell by cell."""
    for claim in found["claims"]:
        activity, letter = claim["activity"], claim["letter"]
        expected = {"needed": 0, "nobody": 0, "several": 0, "accepted": 0}
        for atoms, cell in needed_cells(sample, activity).items():
            for kind in kinds(sample, cell, activity, letter):
                expected[kind] += weight_of(sample, atoms)
        told = {key: claim[key] for key in expected}
        if told != expected:
            yield f"{activity} {letter}: should be {expected}, is {told}"


def kinds(sample: Sample, cell: Cell, activity: str, letter: str) -> Iterator[str]:
    """Yield what a cell counts as where its activity is needed."""
    yield "needed"
    held = len(sample.reference.holders(cell, activity, letter))
    if held == 1:
        return
    kind = "several" if held else "nobody"
    yield kind
    name = FAULTS.get((letter, kind), "")
    if is_mandatory(sample.reference, name, activity):
        return
    for entry in sample.plain.get("accept") or ():
        if (
            entry["code"] == name
            and entry.get("activity", activity) == activity
            and entry.get("until", TODAY.isoformat()) >= TODAY.isoformat()
            and sample.reference.holds(entry["when"], cell)
        ):
            yield "accepted"
            return


def is_refuted(forged: dict[str, Any], sample: Sample) -> bool:
    try:
        verify(canonical(forged).encode(), sample.pack)
    except Refuted:
        return True
    return False


def tampered(found: dict[str, Any], rng: Random) -> tuple[dict[str, Any], str]:
    """Return a copy with one place changed, dropped or doubled, and the key it lies under."""
    forged = json.loads(json.dumps(found))
    key = rng.choice(sorted(forged))
    holder: Any = forged
    at: Any = key
    while isinstance(holder[at], dict | list) and holder[at] and rng.random() < 0.9:
        holder = holder[at]
        at = rng.choice(sorted(holder) if isinstance(holder, dict) else range(len(holder)))
    before = holder[at]
    if isinstance(holder, list) and rng.random() < 0.3:
        holder.insert(at, before) if rng.random() < 0.5 else holder.pop(at)
    elif isinstance(before, int):
        holder[at] = before + rng.choice((-2, -1, 1, 2))
    elif isinstance(before, str):
        holder[at] = rng.choice(("", before + "x", "needed", "2026-03-02"))
    else:
        holder[at] = rng.choice(([], None, {}, 0))
    if forged == found:
        holder[at] = None
    return forged, key
