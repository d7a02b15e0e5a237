"""A batch answered side by side is answered as one process answers it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from remit.cli import batch_chunks, main
from remit.workflows import bulk
from tests.desk import SPILL, harbour

EVENTS = [
    {**SPILL, "id": "1"},
    {"hazard": "storm", "phase": "recovery", "pier": "south", "id": "2"},
    {"hazard": "nothing"},
    {"hazard": "spill", "phase": "response"},
] * 3


@pytest.fixture
def batch(tmp_path: Path) -> tuple[str, str]:
    """A pack, and a file of events under it, some of them wrong."""
    file = tmp_path / "events.jsonl"
    lines = [json.dumps(event) for event in EVENTS]
    file.write_text("\n".join([*lines, "no json", '"no object"']), encoding="utf-8")
    return str(harbour(tmp_path)), str(file)


def _said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    found = capsys.readouterr()
    return code, found.out, found.err


@pytest.mark.slow
@pytest.mark.parametrize(
    "more", [(), ("--activity", "feed"), ("--format", "csv"), ("--today", "2026-03-02")]
)
def test_processes_answer_as_one_does(
    batch: tuple[str, str],
    more: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pack, events = batch
    monkeypatch.setattr(batch_chunks, "ROWS", 3)
    command = ("resolve", pack, "--batch", events, *more)
    alone = _said(capsys, *command)
    assert alone[1].count("\n") >= len(EVENTS)
    assert alone == _said(capsys, *command, "--workers", "2")


@pytest.mark.slow
def test_dask_answers_as_one_process_does(
    batch: tuple[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("prefect_dask")
    pack, events = batch
    monkeypatch.setattr(batch_chunks, "ROWS", 5)
    command = ("resolve", pack, "--batch", events)
    alone = _said(capsys, *command)
    code, out, told = _said(capsys, *command, "--workers", "dask")
    assert (alone[0], alone[1]) == (code, out)
    assert "Dask is left out" not in told


@pytest.mark.slow
def test_processes_do_the_work_where_dask_cannot(
    batch: tuple[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no cluster")

    monkeypatch.setattr(bulk, "_over_dask", broken)
    pack, events = batch
    command = ("resolve", pack, "--batch", events)
    alone = _said(capsys, *command)
    code, out, told = _said(capsys, *command, "--workers", "dask")
    assert (alone[0], alone[1]) == (code, out)
    assert "note: Dask is left out (no cluster); processes do the work" in told


def test_workers_are_for_a_batch_and_at_least_one(
    batch: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    pack, events = batch
    assert 2 == main(["resolve", pack, events, "--workers", "2"])
    assert 2 == main(["resolve", pack, "--batch", events, "--workers", "0"])
    assert "`--workers` wants a number from 1, or `dask`" in capsys.readouterr().err
