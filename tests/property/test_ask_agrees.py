"""Intake asks what bears on the answer and nothing else, as the slow reference sees it."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from remit.engine.map.intake import Intake, Question
from tests.agreement import random_sample
from tests.agreement_ask import ask_disagreements

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 2.0
"""Time for an optimum; a pack that takes more is passed over."""
# WHY: a pack takes a third of a second; a sixth of the profile's examples keep the suite short.
PACKS = settings(max_examples=settings().max_examples // 6)
SEEDS = st.integers(min_value=0, max_value=2**32 - 1)


@pytest.mark.slow
@PACKS
@given(seed=SEEDS)
def test_every_question_and_every_end_is_as_the_reference_says(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert not list(ask_disagreements(random_sample(seed, Path(folder))))


@pytest.mark.slow
@PACKS
@given(seed=SEEDS)
def test_few_more_questions_are_put_than_the_best_order_needs(seed: int) -> None:
    measure = _benchmark()
    with tempfile.TemporaryDirectory() as folder:
        sample = random_sample(seed, Path(folder))
        intakes = [Intake(sample.map, name) for name in sample.reference.activities]
    open_ones = [one for one in intakes if isinstance(one.next({}), Question)]
    assume(open_ones)
    for intake in open_ones:
        fewest = measure.optimum(measure.whole_doubt(intake), SECONDS)
        asked = measure.Dialogue(intake).expected({})
        if fewest is not None:
            assert fewest - 1e-9 <= asked <= measure.TARGET * fewest, (intake.activity, asked)


def _benchmark() -> ModuleType:
    """Return the benchmark, which is a script and no package."""
    spec = importlib.util.spec_from_file_location("intake", ROOT / "benchmarks" / "intake.py")
    assert spec is not None
    assert spec.loader is not None
    found = sys.modules.get("intake")
    if found is None:
        found = sys.modules["intake"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(found)
    return found
