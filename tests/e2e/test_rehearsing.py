"""`remit simulate`, `replay` and `drill` as users meet them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import remit
from remit.cli import main

POLICIES = Path(remit.__file__).parent / "policies"
TEAM = str(POLICIES / "incident-team")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(list(words))
    return code, capsys.readouterr().out


@pytest.mark.slow
def test_a_season_is_played_kept_and_replayed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The same seed gives the same head; the ledger kept of it verifies and is replayed whole."""
    kept = str(tmp_path / "season.db")
    words = ("simulate", TEAM, "--days", "3", "--seed", "5", "--format", "json")
    code, out = run(capsys, *words, "--ledger", kept)
    assert code == 0
    first = json.loads(out)
    assert first["head"] == json.loads(run(capsys, *words)[1])["head"]
    assert run(capsys, "ledger", "verify", "--ledger", kept)[0] == 0
    code, out = run(capsys, "replay", kept, TEAM, "--format", "json")
    assert code == 0
    assert json.loads(out)["identical"]


@pytest.mark.slow
def test_another_version_is_told_beside_the_recording(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Under another version the words are said again; what fits no question is told."""
    kept = str(tmp_path / "season.db")
    run(capsys, "simulate", TEAM, "--days", "2", "--ledger", kept)
    other = tmp_path / "incident-team"
    shutil.copytree(TEAM, other)
    header = other / "pack.yaml"
    header.write_text(header.read_text("utf-8").replace("version: ", "version: 9", 1), "utf-8")
    code, out = run(capsys, "replay", kept, str(other), "--format", "json")
    assert code == 0
    record = json.loads(out)
    assert not record["same_pack"]
    assert [] == record["moves"]
    assert [] == record["unfit"]
    code, out = run(
        capsys, "replay", kept, str(other), "--format", "markdown", "--unasked", "model"
    )
    assert code == 0
    assert "| --- |" in out


@pytest.mark.slow
def test_drills_are_written_run_and_scored(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """What `remit drill` writes runs as it is, and its score is the same again."""
    assert run(capsys, "drill", TEAM, "--out", str(tmp_path))[0] == 0
    file = str(tmp_path / "drills-incident-team.yaml")
    words = ("drill", "run", TEAM, file, "--format", "json")
    first = json.loads(run(capsys, *words)[1])
    assert first == json.loads(run(capsys, *words)[1])
    assert {one["criteria"]["owner"]["met"] for one in first["injects"]} == {1}
    assert "inject-1" in (tmp_path / "drills-incident-team.md").read_text("utf-8")
    assert run(capsys, "drill", "list", str(POLICIES / "rf-community"))[0] == 0


def test_a_season_with_mistakes_is_told_where(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A wrong name is told with its line, and nothing is played."""
    file = tmp_path / "season.yaml"
    file.write_text(
        "season: s\nstart: 2026-03-02T00:00:00+00:00\ndays: 2\n"
        "arrivals:\n  - {name: a, day: 1, time: '08:00', signal: eror-rate}\n",
        encoding="utf-8",
    )
    assert main(["simulate", TEAM, str(file)]) == 4
    said = capsys.readouterr().err
    assert "season.yaml:5:" in said
    assert "error-rate" in said
