"""Killed at any moment, started again: the demo goes on, and nothing happens twice."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from remit.workflows.entries import Json
from remit.workflows.ledger import Ledger
from tests.kill_relay import TRIES

pytestmark = pytest.mark.slow

NEVER = 1_000_000
"""A fuse that no run reaches the end of."""


def _relay(folder: Path, every: int) -> int:
    """Play the demo as a relay in `folder`, and return how many processes died."""
    command = [sys.executable, "-m", "tests.kill_relay", str(folder), str(every)]
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def _story(folder: Path) -> list[tuple[str, str, str, Json]]:
    """Return a run's entries without what a second try of a message adds to them."""
    with Ledger.at(folder / "1" / "ledger.db", create=False) as ledger:
        verdict = ledger.verify()
        assert verdict.is_whole, verdict.problems
        assert ledger.undelivered() == ()
        return [
            (entry.kind, entry.actor, entry.time.isoformat(), _without_tries(entry.payload))
            for entry in ledger.entries()
        ]


def _without_tries(payload: Json) -> Json:
    assert isinstance(payload, dict)
    return {key: value for key, value in payload.items() if key not in {"tries", "repeat"}}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, str, Json]]:
    """The story of a run that nobody killed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    assert _relay(folder, NEVER) == 0
    return _story(folder)


@pytest.mark.parametrize("every", [11, 17, 29, 53])
def test_a_run_killed_again_and_again_tells_the_same_story(
    tmp_path: Path, undisturbed: list[tuple[str, str, str, Json]], every: int
) -> None:
    deaths = _relay(tmp_path, every)
    assert deaths >= 8
    assert _story(tmp_path) == undisturbed


@pytest.mark.parametrize("every", [13, 31])
def test_every_message_is_there_once_and_every_second_try_was_told(
    tmp_path: Path, every: int
) -> None:
    _relay(tmp_path, every)
    tries = Counter((tmp_path / TRIES).read_text(encoding="utf-8").split())
    with Ledger.at(tmp_path / "1" / "ledger.db", create=False) as ledger:
        delivered = [entry.payload for entry in ledger.entries() if entry.kind == "delivered"]
    keys = [str(payload["message"]) for payload in delivered]
    assert len(keys) == len(set(keys))
    repeated = {str(payload["message"]) for payload in delivered if payload["repeat"]}
    assert {key for key, count in tries.items() if count > 1} <= repeated
    files = sorted((tmp_path / "1" / "messages").iterdir())
    assert [path.name for path in files] == sorted(f"{key.replace('/', '_')}.json" for key in keys)
    for path in files:
        assert json.loads(path.read_text(encoding="utf-8"))["key"] in keys
