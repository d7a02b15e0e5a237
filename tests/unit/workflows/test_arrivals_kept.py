"""What came in before is read once, however many messages come after it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from remit.engine.language.loader import load
from remit.workflows import arrivals
from remit.workflows.arrivals import LARGEST_KEPT, read_arrival
from remit.workflows.intake.read import Received, receive
from tests.desk import harbour


def _report(minute: int, text: str = "") -> bytes:
    told = {"kind": "report", "id": f"{minute}", "fields": {"smell": "oil", "text": text}}
    return json.dumps({**told, "time": f"2026-03-02T12:{minute:02d}:00+00:00"}).encode()


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Give what is read from now on."""
    found: list[bytes] = []

    def noting(data: bytes, source: str = "input") -> Received:
        found.append(data)
        return receive(data, source=source)

    monkeypatch.setattr(arrivals, "receive", noting)
    return found


def test_each_message_before_is_read_once(tmp_path: Path, read: list[bytes]) -> None:
    pack = load(harbour(tmp_path))
    reports = [_report(minute) for minute in range(30)]
    answers = [read_arrival(one, pack, source="x", earlier=reports[:at]).silence
               for at, one in enumerate(reports)]  # fmt: skip
    assert set(answers) == {"no signal of the pack `harbour` answers to it"}
    # Each as it comes in, and once more as one before the next.
    assert max(map(read.count, reports)) <= len(("new", "before"))


def test_a_large_one_is_read_again_rather_than_kept(tmp_path: Path, read: list[bytes]) -> None:
    pack = load(harbour(tmp_path))
    large = _report(1, "x" * LARGEST_KEPT)
    for minute in (2, 3):
        read_arrival(_report(minute), pack, source="x", earlier=[large])
    assert [large, large] == [one for one in read if one == large]
