"""The map answers as the slow reference does, on random packs."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agreement import map_disagreements, partial_disagreements, random_sample
from tests.agreement_deciders import decider_disagreements

# WHY: a pack takes a third of a second; half the profile's examples keep the suite short.
PACKS = settings(max_examples=settings().max_examples // 2)
SEEDS = st.integers(min_value=0, max_value=2**32 - 1)


@pytest.mark.slow
@PACKS
@given(seed=SEEDS)
def test_every_cell_resolves_as_the_reference_says(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert not list(map_disagreements(random_sample(seed, Path(folder))))


@pytest.mark.slow
@PACKS
@given(seed=SEEDS)
def test_partial_events_resolve_as_the_reference_says_and_asking_ends(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert not list(partial_disagreements(random_sample(seed, Path(folder))))


@pytest.mark.slow
@PACKS
@given(seed=SEEDS)
def test_the_fast_deciders_answer_as_the_reference_says(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert not list(decider_disagreements(random_sample(seed, Path(folder))))
