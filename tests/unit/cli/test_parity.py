"""`remit parity`: one table, in four forms."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from remit.cli import main

CITY = str(Path(__file__).resolve().parents[3] / "remit" / "policies" / "j-city")


def printed(capsys: pytest.CaptureFixture[str], form: str) -> str:
    assert main(["parity", CITY, "--format", form]) == 0
    return capsys.readouterr().out


def test_all_forms_tell_the_same_of_each_party(capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(printed(capsys, "json"))["parties"]
    rows = list(csv.DictReader(io.StringIO(printed(capsys, "csv"))))
    assert [one["subject"] for one in told] == [row["subject"] for row in rows]
    assert [one["powers"]["idle"] for one in told] == [row["powers_idle"].split() for row in rows]
    names = [f"| `{one['subject']}` |" for one in told]
    lines = printed(capsys, "markdown").splitlines()[2:]
    assert all(line.startswith(name) for line, name in zip(lines, names, strict=True))


def test_the_text_names_powers_that_are_never_needed(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "text")
    assert text.startswith("j-city 2026.11: authority and duty of ")
    assert "district-headquarters never needs: approve-spending, direct-departments" in text
