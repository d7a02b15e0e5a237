"""Laws of means: whatever people say in however many incidents, the books balance."""

from __future__ import annotations

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from tests.books import problems_of
from tests.means_town import Town, exported

HAZARDS = (("flood", "low"), ("fire", "low"), ("flood", "high"), ("fire", "high"))


@pytest.mark.slow
@settings(max_examples=4, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.integers(0, 10**9))
@example(70699)
def test_nothing_is_promised_twice_and_everything_is_given_back(seed: int) -> None:
    """Several incidents at once draw on what is short; the entries alone show that it balances."""
    chance = Random(seed)  # noqa: S311 -- a draw that can be repeated
    with TemporaryDirectory() as folder:
        town = Town(Path(folder))
        for number in range(70):
            if number in {0, 8, 16, 24}:
                town.open(*HAZARDS[number // 8])
            town.stir(chance)
        assert problems_of(exported(town.ledger)) == []
        assert town.ledger.verify().problems == ()
        town.ledger.close()
