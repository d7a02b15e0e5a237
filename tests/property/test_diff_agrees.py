"""A diff of two versions of a pack is what the slow reference says, event by event."""

from __future__ import annotations

import tempfile
from dataclasses import fields
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import remit
from remit.engine.diff.changes import Change
from remit.engine.diff.compare import Difference, compare
from remit.engine.diff.joint import Side
from remit.engine.diff.sameness import Sameness
from tests.agreement_diff import JointReference, diff_disagreements
from tests.pack_writer import write_pack
from tests.plain_packs import Plain
from tests.random_changes import changed_pack, edited_pack
from tests.random_packs import random_pack

# WHY: a pair takes a third of a second; a sixth of the examples keeps the suite short.
PACKS = settings(max_examples=settings().max_examples // 6)
SEEDS = st.integers(min_value=0, max_value=2**32 - 1)


def versions(seed: int) -> tuple[Plain, Plain]:
    rng = Random(seed)  # noqa: S311  reproducible on purpose
    old = random_pack(rng)
    old["tests"] = []
    new = changed_pack(rng, old)
    return (old, new) if rng.random() < 0.6 else (new, old)


def compared(old: Plain, new: Plain, folder: Path, seed: int) -> Difference:
    loaded = [
        remit.load(write_pack(pack, folder / name, Random(seed)))  # noqa: S311
        for name, pack in (("old", old), ("new", new))
    ]
    return remit.diff(*loaded)


@pytest.mark.slow
@PACKS
@given(seed=SEEDS)
def test_every_event_changes_as_the_reference_says(seed: int) -> None:
    old, new = versions(seed)
    with tempfile.TemporaryDirectory() as folder:
        difference = compared(old, new, Path(folder), seed)
        assert not list(diff_disagreements(difference, JointReference(old, new)))
        assert difference.is_proved


@pytest.mark.slow
@PACKS
@given(seed=SEEDS)
def test_every_witness_is_confirmed_by_the_slow_path(seed: int) -> None:
    old, new = versions(seed)
    with tempfile.TemporaryDirectory() as folder:
        difference = compared(old, new, Path(folder), seed)
        for change in (*difference.moves, *difference.needs, *difference.faults):
            regions = difference.regions(change)
            assert regions
            assert sum(region.share for region in regions) >= change.cells.share()


@pytest.mark.slow
@PACKS
@given(seed=SEEDS)
def test_two_states_differ_as_the_reference_says(seed: int) -> None:
    rng = Random(seed)  # noqa: S311  reproducible on purpose
    plain = random_pack(rng)
    plain["tests"] = []
    reference = JointReference(plain, plain)
    name = rng.choice(list(reference.sides[0].dimensions))
    first, second = (rng.choice(reference.sides[0].values[name]) for _ in range(2))
    reference.fixed = ({name: first}, {name: second})
    with tempfile.TemporaryDirectory() as folder:
        pack = remit.load(write_pack(plain, Path(folder), Random(seed)))  # noqa: S311
        sides = Side(pack, {name: first}), Side(pack, {name: second})
        assert not list(diff_disagreements(compare(*sides), reference))


def told(difference: Difference) -> list[object]:
    """Return all that a difference says, in its order."""
    changes = (*difference.moves, *difference.needs, *difference.faults)
    return [
        [
            (
                asdict_but_cells(change),
                change.cells.share(),
                [(r.constraints, r.share, r.witness) for r in difference.regions(change)],
            )
            for change in changes
        ],
        difference.loads(),
        difference.vocabulary,
        difference.unproved,
    ]


def asdict_but_cells(change: Change) -> dict[str, object]:
    names = (field.name for field in fields(change))
    return {name: getattr(change, name) for name in names if name != "cells"}


def whole(old: remit.Pack, new: remit.Pack) -> Difference:
    """Return the difference by every duty of every activity, whatever is written alike."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Sameness, "edit", lambda *_: None)
        return remit.diff(old, new)


@pytest.mark.slow
@PACKS
@given(seed=SEEDS)
def test_two_maps_differ_as_their_packs_do_and_as_looking_at_every_duty_says(seed: int) -> None:
    rng = Random(seed)  # noqa: S311  reproducible on purpose
    first = random_pack(rng)
    first["tests"] = []
    # WHY two kinds: changes of the vocabulary are many, and make all that is spared here be done.
    second = edited_pack(first, rng) if rng.random() < 2 / 3 else changed_pack(rng, first)
    with tempfile.TemporaryDirectory() as folder:
        homes = [
            write_pack(pack, Path(folder) / name, Random(seed))  # noqa: S311
            for name, pack in (("old", first), ("new", second))
        ]
        try:
            old, new = map(remit.load, homes)
        except remit.PackErrors:
            return
        expected = told(whole(old, new))
        before, after = remit.compile(old), remit.compile(new)
        assert expected == told(remit.diff(old, new))
        assert expected == told(remit.diff(before, after))
        assert expected == told(remit.diff(before, before.updated(new)))
        assert expected == told(remit.diff(before, new))
