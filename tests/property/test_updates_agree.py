"""A map updated after an edit answers as the reference says of the edited pack."""

from __future__ import annotations

import tempfile
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import remit
from remit.engine.map.compiled import BY_DUTIES
from tests.agreement import Sample, map_disagreements, random_sample
from tests.agreement_deciders import decider_disagreements
from tests.pack_writer import write_pack
from tests.plain_packs import Plain

PACKS = settings(max_examples=settings().max_examples // 2)
SEEDS = st.integers(min_value=0, max_value=2**32 - 1)


def _duties(pack: Plain) -> list[tuple[Plain, dict[str, Any]]]:
    return [(s, d) for s in pack["subjects"] for d in s.get("duties") or ()]


def _edited(pack: Plain, rng: Random) -> Plain:
    """Return the pack with one duty removed, copied, or given another's conditions or letters."""
    found = deepcopy(pack)
    found["tests"] = []
    choices = _duties(found)
    subject, duty = rng.choice(choices)
    _, other = rng.choice(choices)
    kind = rng.choice(("remove", "copy", "when", "role", "unless", "exception"))
    excepted = {ref.partition("/")[2] for _, d in choices for ref in d.get("exception_to") or ()}
    if kind == "remove" and duty["id"] not in excepted and len(subject["duties"]) > 1:
        subject["duties"].remove(duty)
    elif kind == "copy":
        subject["duties"].append({**duty, "id": f"{duty['id']}-copy", "exception_to": []})
    elif kind == "when":
        duty["when"] = other.get("when", {})
        duty.pop("exception_to", None)
    elif kind == "role":
        duty["role"] = other["role"]
    elif kind == "unless":
        duty.pop("unless", None)
    else:
        duty.pop("exception_to", None)
    return found


def _compiled(pack: remit.Pack) -> remit.ResponsibilityMap:
    found = remit.compile(pack)
    for activity in pack.vocabulary.activities:
        for letter in BY_DUTIES:
            found.compiled.answers(activity, letter)
            found.unheld(activity, letter)
    return found


@pytest.mark.slow
@PACKS
@given(seed=SEEDS)
def test_an_updated_map_answers_as_the_reference_says(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sample = random_sample(seed, Path(folder) / "old")
        rng = sample.rng("edit")
        plain = _edited(sample.plain, rng)
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
