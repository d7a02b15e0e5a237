"""The nearest event and the nearest edit are what they are told to be, on random packs."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agreement import random_sample
from tests.agreement_edits import edit_disagreements
from tests.agreement_nearest import nearest_disagreements

# WHY: a pack takes a third of a second; a sixth of the profile's examples keep the suite short.
PACKS = settings(max_examples=settings().max_examples // 6)
FEW = settings(max_examples=settings().max_examples // 12)
SEEDS = st.integers(min_value=0, max_value=2**32 - 1)


@pytest.mark.slow
@PACKS
@given(seed=SEEDS)
def test_no_event_is_nearer_than_the_nearest(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert not list(nearest_disagreements(random_sample(seed, Path(folder))))


@pytest.mark.slow
@FEW
@given(seed=SEEDS)
def test_an_edit_does_what_it_is_told_to_and_moves_nothing_else(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert not list(edit_disagreements(random_sample(seed, Path(folder))))
