"""A fix offered for a finding, made in the files, heals it and changes no sound event."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import remit
from remit.validators.edits import applied
from remit.validators.finding import Edit, Finding
from tests.agreement import TODAY, Sample, random_sample
from tests.plain_packs import Plain, read_yaml
from tests.reference import LETTERS, Cell, Reference

PACKS = settings(max_examples=max(1, settings().max_examples // 4))
SEEDS = st.integers(min_value=0, max_value=2**32 - 1)
MOST_FIXES = 4
"""Fixes tried a pack: each is a pack written, loaded and enumerated anew."""


@pytest.mark.slow
@PACKS
@given(seed=SEEDS)
def test_every_fix_heals_its_region_and_nothing_else_changes(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert not list(fix_disagreements(random_sample(seed, Path(folder))))


def fix_disagreements(sample: Sample) -> Iterator[str]:
    """Yield what is wrong with the fixes of a pack, as sentences."""
    report = remit.check(sample.pack, today=TODAY)
    fixable = [one for one in report.findings if one.fix is not None]
    for finding in fixable[:MOST_FIXES]:
        assert finding.fix is not None
        before = made(finding.fix.edits)
        try:
            remit.load(sample.home)
            yield from _left_wrong(sample.reference, Reference(read(sample)), finding)
        except remit.PackErrors as errors:
            yield f"{finding.fix.description}: {errors}"
        for file, text in before.items():
            Path(file).write_text(text, encoding="utf-8")


def read(sample: Sample) -> Plain:
    """Return the pack with its subjects as the files now say."""
    files = sorted(sample.home.glob("subjects/**/*.yaml"))
    return {**sample.plain, "subjects": [read_yaml(file) for file in files]}


def made(edits: Sequence[Edit]) -> dict[str, str]:
    """Make edits in their files; return what the files said before."""
    by_file = defaultdict(list)
    for edit in edits:
        by_file[edit.span.file].append(edit)
    before = {file: Path(file).read_text(encoding="utf-8") for file in by_file}
    for file, here in by_file.items():
        Path(file).write_text(applied(before[file], here), encoding="utf-8")
    return before


def _left_wrong(before: Reference, after: Reference, finding: Finding) -> Iterator[str]:
    assert finding.fix is not None
    activity, letter = str(finding.activity), str(finding.letter)
    for cell in before.cells():
        is_sound = len(before.holders(cell, activity, "accountable")) == 1
        for each in LETTERS:
            same = before.holders(cell, activity, each) == after.holders(cell, activity, each)
            if is_sound and not same and each != letter:
                yield f"{finding.fix.description}: {each} changed at {cell}"
        if is_sound and letter == "accountable" and _changed(before, after, cell, activity):
            yield f"{finding.fix.description}: the owner changed at {cell}"
        if _is_at_fault(before, cell, finding) and len(after.holders(cell, activity, letter)) != 1:
            yield f"{finding.fix.description}: not healed at {cell}"


def _changed(before: Reference, after: Reference, cell: Cell, activity: str) -> bool:
    return before.holders(cell, activity, "accountable") != after.holders(
        cell, activity, "accountable"
    )


def _is_at_fault(reference: Reference, cell: Cell, finding: Finding) -> bool:
    activity, letter = str(finding.activity), str(finding.letter)
    if not reference.needed(cell, activity) or not reference.holds(finding.region, cell):
        return False
    holders = reference.holders(cell, activity, letter)
    return holders == frozenset(finding.subjects)
