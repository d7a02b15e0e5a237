"""`remit check --fix` held against the slow reference: sound events keep all who answer."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import remit
from remit.cli.fixing import fixed, written
from remit.engine.map.budget import Budget
from tests.agreement import TODAY, Sample, random_sample
from tests.plain_packs import read_yaml
from tests.reference import LETTERS, Reference

PACKS = settings(max_examples=max(1, settings().max_examples // 10))
SEEDS = st.integers(min_value=0, max_value=2**32 - 1)


@pytest.mark.slow
@PACKS
@given(seed=SEEDS)
def test_all_fixes_together_heal_and_change_no_sound_event(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert not list(fixing_disagreements(random_sample(seed, Path(folder))))


def fixing_disagreements(sample: Sample) -> Iterator[str]:
    """Yield what is wrong with a pack after `--fix`, as sentences."""
    before = sample.reference
    found = fixed(str(sample.home), today=TODAY, budget=Budget)
    written(found)
    after = Reference(
        {
            **sample.plain,
            "subjects": [
                read_yaml(file) for file in sorted(sample.home.glob("subjects/**/*.yaml"))
            ],
        }
    )
    for activity in sample.pack.vocabulary.activities:
        for cell in before.cells():
            old = before.holders(cell, activity, "accountable")
            new = after.holders(cell, activity, "accountable")
            if len(old) == 1 and old != new:
                yield f"{activity}: the owner changed at {cell}"
            if before.needed(cell, activity) and not old and len(new) > 1:
                yield f"{activity}: a gap became an overlap at {cell}"
            for letter in LETTERS:
                one, two = (each.holders(cell, activity, letter) for each in (before, after))
                filled = letter == "responsible" and not one and len(two) == 1
                if len(old) == 1 and one != two and not filled:
                    yield f"{activity}: {letter} changed at {cell}"
    left = remit.check(remit.load(sample.home), today=TODAY).open_findings()
    if len(left) != len(found.after.open_findings()):
        yield "what is left is not what was told"
    if any(one.fix for one in left) and not found.refused and not found.changes:
        yield "a fix was passed over without a word"
