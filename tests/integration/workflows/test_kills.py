"""Killed at any moment, started again: the demo goes on, and nothing happens twice."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from remit.workflows.entries import Json
from remit.workflows.ledger import Ledger
from tests.kill_relay import TRIES

pytestmark = pytest.mark.slow

Story = list[tuple[str, str, str, Json]]

NEVER = 1_000_000
"""A fuse that no run reaches the end of."""


def _relay(folder: Path, every: int) -> int:
    """Play the demo as a relay in `folder`, and return how many processes died."""
    command = [sys.executable, "-m", "tests.kill_relay", str(folder), str(every)]
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def _story(folder: Path) -> Story:
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


@dataclass(frozen=True)
class Relay:
    """A run in which processes died."""

    folder: Path
    deaths: int


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """The story of a run that nobody killed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    assert _relay(folder, NEVER) == 0
    return _story(folder)


@pytest.fixture(scope="module", params=[11, 23, 47])
def relay(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Relay:
    """A run killed every so many steps."""
    folder = tmp_path_factory.mktemp("relay")
    return Relay(folder, _relay(folder, request.param))


def test_a_run_killed_again_and_again_tells_the_same_story(
    relay: Relay, undisturbed: Story
) -> None:
    assert relay.deaths >= 10
    assert _story(relay.folder) == undisturbed


def test_every_message_is_there_once_and_every_second_try_was_told(relay: Relay) -> None:
    tries = Counter((relay.folder / TRIES).read_text(encoding="utf-8").split())
    with Ledger.at(relay.folder / "1" / "ledger.db", create=False) as ledger:
        delivered = [entry.payload for entry in ledger.entries() if entry.kind == "delivered"]
    keys = [str(payload["message"]) for payload in delivered]
    assert len(keys) == len(set(keys))
    repeated = {str(payload["message"]) for payload in delivered if payload["repeat"]}
    assert {key for key, count in tries.items() if count > 1} <= repeated
    # One death repeats one message at most.
    assert len(repeated) <= relay.deaths
    files = sorted((relay.folder / "1" / "messages").glob("*.json"))
    assert [path.name for path in files] == sorted(f"{key.replace('/', '_')}.json" for key in keys)
    for path in files:
        assert json.loads(path.read_text(encoding="utf-8"))["key"] in keys
