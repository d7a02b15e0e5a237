"""The checks find what the slow reference finds, where it finds it, and nothing else."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agreement import random_sample
from tests.agreement_checks import check_disagreements

# WHY: a pack takes a third of a second; half the profile's examples keep the suite short.
PACKS = settings(max_examples=settings().max_examples // 2)
SEEDS = st.integers(min_value=0, max_value=2**32 - 1)


@pytest.mark.slow
@PACKS
@given(seed=SEEDS)
def test_findings_regions_shares_and_witnesses_are_the_references(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert not list(check_disagreements(random_sample(seed, Path(folder))))
