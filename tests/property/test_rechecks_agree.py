"""A report of an edited pack made with what was kept of earlier versions equals one made anew."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import remit
from remit.cli.sealed_values import read_value, write_value
from remit.engine.map.budget import Budget
from remit.validators import registry
from remit.validators.check import Allowance, Context
from remit.validators.kept_findings import KeptFindings
from tests.agreement import TODAY, random_sample
from tests.pack_writer import write_pack
from tests.plain_packs import Plain
from tests.random_changes import changed_pack, edited_pack

PACKS = settings(max_examples=settings().max_examples // 8)
SEEDS = st.integers(min_value=0, max_value=2**32 - 1)
EDITS = 4
SMALL = Budget(memberships=400, work=1_500)


def _versions(seed: int, folder: Path) -> Iterator[remit.Pack]:
    """Yield a random pack, then versions of it; what an edit leaves alone is spelled as it was."""
    sample = random_sample(seed, folder / "first")
    rng, plain = sample.rng("recheck"), sample.plain
    home = folder / "pack"
    for count in range(EDITS + 1):
        if count:
            plain = _edited(plain, rng)
        at = write_pack(plain, folder / str(count), Random(seed))  # noqa: S311 -- reproducible
        _moved_down(at, rng)
        # WHY always the same place: findings tell where their files are.
        home.unlink(missing_ok=True)
        home.symlink_to(at)
        try:
            yield remit.load(home)
        except remit.PackErrors:
            return


def _edited(plain: Plain, rng: Random) -> Plain:
    if rng.random() < 1 / 4:
        return changed_pack(rng, plain)
    return plain if rng.random() < 1 / 4 else edited_pack(plain, rng)


def _moved_down(home: Path, rng: Random) -> None:
    """Write a comment above some files."""
    for path in sorted((home / "subjects").rglob("*.yaml")):
        if rng.random() < 1 / 3:
            path.write_text("# moved\n" * rng.randint(1, 3) + path.read_text("utf-8"), "utf-8")


def _through_the_cache(kept: KeptFindings) -> KeptFindings:
    content = write_value(dict(kept.groups))
    assert content is not None
    found = read_value(content)
    assert kept.groups == found
    assert isinstance(found, dict)
    return KeptFindings(found)


def _disagreements(seed: int, budget: Budget | None) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        kept = KeptFindings()
        for count, pack in enumerate(_versions(seed, Path(folder))):
            cold = remit.check(pack, today=TODAY, budget=budget)
            warm = remit.check(pack, today=TODAY, budget=budget, kept=kept)
            if warm != cold:
                differing = [
                    (one, other)
                    for one, other in zip(cold.findings, warm.findings, strict=False)
                    if one != other
                ]
                yield f"{seed} {count}: {differing[:1] or (cold.unproved, warm.unproved)}"
            kept = _through_the_cache(kept) if count % 2 else kept


@pytest.mark.slow
@PACKS
@given(seed=SEEDS)
def test_a_report_with_kept_findings_equals_a_fresh_one(seed: int) -> None:
    assert not list(_disagreements(seed, None))


@pytest.mark.slow
@PACKS
@given(seed=SEEDS)
def test_so_it_does_where_not_all_is_proved(seed: int) -> None:
    assert not list(_disagreements(seed, SMALL))


@pytest.mark.slow
@PACKS
@given(seed=SEEDS)
def test_the_fixes_are_those_of_the_first_findings(seed: int) -> None:
    few = seed % 5

    def scarce(*parts: object) -> Context:
        return Context(*parts, fixes=Allowance(few))  # type: ignore[arg-type] -- as they come

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "Context", scarce)
        assert not list(_disagreements(seed, None))
