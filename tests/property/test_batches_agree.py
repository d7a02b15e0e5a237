"""What is proved for many findings together is what each would be told alone."""

from __future__ import annotations

import tempfile
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import remit
from remit.engine.map import trials, without
from remit.engine.map.budget import Budget, BudgetExceeded
from remit.engine.map.responsibility import compile_pack
from remit.engine.map.rivalry import rival_boxes
from remit.engine.pack import LETTERS
from remit.engine.replay import Replay
from tests.agreement import TODAY, random_sample

SEEDS = st.integers(min_value=0, max_value=2**32 - 1)
FEW = settings(max_examples=max(1, settings().max_examples // 6))
MOST_CELLS = 200


@pytest.mark.slow
@FEW
@given(seed=SEEDS)
def test_a_report_is_the_same_whatever_is_proved_with_what(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        pack = random_sample(seed, Path(folder)).pack
        together = remit.check(pack, today=TODAY)
        with (
            mock.patch.object(trials, "ROWS_A_BATCH", 1),
            mock.patch.object(without, "ROWS_A_BATCH", 1),
        ):
            assert together == remit.check(pack, today=TODAY)


@FEW
@given(seed=SEEDS)
def test_a_witness_is_judged_by_every_duty_that_matches_it(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sample = random_sample(seed, Path(folder))
        replay, duties = Replay(sample.pack), sample.pack.duties()
        for cell in sample.reference.cells()[:MOST_CELLS]:
            for activity in sample.pack.vocabulary.activities:
                matching = [d for d in duties if d.activity == activity and replay.matches(d, cell)]
                for letter in LETTERS:
                    effective = tuple(
                        x
                        for x in matching
                        if letter in x.roles
                        and not any(replay.overrides(y, x, letter) for y in matching)
                    )
                    assert effective == replay.effective(activity, letter, cell)


def test_an_overlap_is_looked_for_no_longer_than_there_is_time(tmp_path: Path) -> None:
    """The join looks at the clock before a diagram is begun."""
    late = Budget(deadline=1.0, clock=lambda: 2.0)
    parts = compile_pack(random_sample(3, tmp_path).pack).compiled.parts.values()
    with pytest.raises(BudgetExceeded, match="the time is up"):
        rival_boxes(*parts, budget=late)


def test_what_is_found_is_bounded_by_time_and_room() -> None:
    """Each piece is looked at, and the first that is too much ends it."""
    assert list(Budget().in_time([1, 2], most=2)) == [1, 2]
    with pytest.raises(BudgetExceeded, match="limit 1"):
        list(Budget().in_time([1, 2], most=1))
