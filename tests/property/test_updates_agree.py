"""A map updated after an edit answers as the reference says of the edited pack."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import remit
from remit.engine.map.compiled import BY_DUTIES
from tests.agreement import Sample, map_disagreements, random_sample
from tests.agreement_deciders import decider_disagreements
from tests.pack_writer import write_pack
from tests.random_changes import edited_pack

PACKS = settings(max_examples=settings().max_examples // 2)
SEEDS = st.integers(min_value=0, max_value=2**32 - 1)


def _compiled(pack: remit.Pack) -> remit.ResponsibilityMap:
    found = remit.compile(pack)
    for activity in pack.vocabulary.activities:
        for letter in BY_DUTIES:
            found.compiled.answers(activity, letter)
            found.unheld(activity, letter)
        found.conflicts(activity)
    return found


@pytest.mark.slow
@PACKS
@given(seed=SEEDS)
def test_an_updated_map_answers_as_the_reference_says(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sample = random_sample(seed, Path(folder) / "old")
        rng = sample.rng("edit")
        plain = edited_pack(sample.plain, rng)
        home = write_pack(plain, Path(folder) / "new", rng)
        try:
            pack = remit.load(home)
        except remit.PackErrors:
            return
        after = Sample(plain, home, seed)
        after.__dict__["pack"] = pack
        after.__dict__["map"] = _compiled(sample.pack).updated(pack)
        assert not list(map_disagreements(after))
        assert not list(decider_disagreements(after))
        fresh = remit.compile(pack)
        for activity in pack.vocabulary.activities:
            assert (
                fresh.unheld(activity, "accountable").share()
                == after.map.unheld(activity, "accountable").share()
            )
            assert [(c.subjects, c.duties, c.cells.share()) for c in fresh.conflicts(activity)] == [
                (c.subjects, c.duties, c.cells.share()) for c in after.map.conflicts(activity)
            ]
