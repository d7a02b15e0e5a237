"""The checks on chains find what slow readings find, in just the same cells."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agreement_chains import chain_disagreements, planned_sample, time_disagreements

# WHY: a pack takes a third of a second; a part of the profile's examples keeps the suite short.
PACKS = settings(max_examples=settings().max_examples // 4)
SEEDS = st.integers(min_value=0, max_value=2**32 - 1)


@pytest.mark.slow
@PACKS
@given(seed=SEEDS)
def test_their_cells_are_those_of_the_plain_reading(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert not list(chain_disagreements(planned_sample(seed, Path(folder))))


@pytest.mark.slow
@PACKS
@given(seed=SEEDS)
def test_worst_times_are_those_of_the_response(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert not list(time_disagreements(planned_sample(seed, Path(folder))))
