"""A fix that time was too short for does not go missing without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

import remit
from remit.engine.map.budget import Budget
from remit.validators import registry
from tests.loading import write_pack
from tests.unit.validators.test_kept_findings import DAY, FILES

LATE = "time was up before every edit that may heal it was tried"


def test_a_finding_says_that_time_was_up_before_its_fixes_were_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = remit.load(write_pack(tmp_path, FILES))
    now = [0.0]

    def slow(*_: object) -> dict[int, object]:
        now[0] = 2.0
        return {}

    in_time = remit.check(pack, today=DAY)
    assert not [one for one in in_time.findings if LATE in one.notes]
    monkeypatch.setattr(registry, "proved_fixes", slow)
    late = remit.check(pack, today=DAY, budget=Budget(deadline=1.0, clock=lambda: now[0]))
    fixed = {one.place for one in in_time.findings if one.fix is not None}
    assert fixed
    assert fixed <= {one.place for one in late.findings if LATE in one.notes}
