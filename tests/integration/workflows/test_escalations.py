"""Two servers and two workers on one ledger: each escalation happens once, and each is told once.

`python -m tests.escalations` does the same by the ten thousand.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import Places
from tests.escalations import DEPUTIES, Crowd

pytestmark = pytest.mark.slow


def test_four_processes_escalate_everything_once(backend: Places, tmp_path: Path) -> None:
    wanted = 4 * (DEPUTIES + 2)
    found = Crowd(backend.at(tmp_path), tmp_path).run(wanted)
    assert () == found.faults
    assert (4, wanted) == (found.incidents, found.escalations)
