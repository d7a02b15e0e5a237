"""A baseline accepts just what is found: nothing stays open, and no other cell is accepted."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from random import Random

import pytest

import remit
from remit.cli.baseline_files import with_baseline
from remit.engine.map.responsibility import compile_pack
from remit.engine.replay import Replay
from remit.validators.baseline import drafts
from remit.validators.check import Context
from remit.validators.registry import CHECKS
from tests.pack_writer import write_pack
from tests.random_packs import random_pack

TODAY = dt.date(2026, 11, 24)
RUNS_LAST = {check.code for check in CHECKS if check.runs_last}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 8))
def test_after_a_baseline_nothing_is_open_that_may_be_accepted(seed: int, tmp_path: Path) -> None:
    rng = Random(seed)  # noqa: S311 -- the same packs every time, nothing secret
    plain = random_pack(rng)
    plain.pop("accept", None)
    for one in (plain, *(plain.get("extends") or ())):
        one.pop("mandatory", None)
    folder = write_pack(plain, tmp_path, rng)
    pack = remit.load(folder)
    before = remit.check(pack, today=TODAY)
    context = Context(pack, compile_pack(pack), Replay(pack), TODAY, CHECKS)
    found = list(drafts(CHECKS, context))
    written = with_baseline(
        folder / "baseline.yaml", pack, found, today=TODAY, until=TODAY + dt.timedelta(days=90)
    )
    written.path.write_text(written.after, "utf-8")
    again = remit.load(folder)
    after = remit.check(again, today=TODAY)
    assert [one for one in after.open_findings() if one.code not in RUNS_LAST] == []
    assert [one.message for one in after.findings if one.name == "unused-acceptance"] == []
    assert bool(found) == bool([one for one in before.findings if one.code not in RUNS_LAST])
    replayed = compile_pack(again)
    for draft, entry in zip(found, again.accept, strict=True):
        if draft.is_exact and draft.check.name == "unowned-event":
            assert draft.activity is not None
            inside = replayed.cells_of(entry.when)
            assert inside.same_as(replayed.unheld(draft.activity, "accountable"))
