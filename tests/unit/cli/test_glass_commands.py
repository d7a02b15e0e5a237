"""`--break-glass` beside the items: declared as it is typed, shown, and judged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from remit.cli import main
from tests.authority_town import CHANGES
from tests.desk import harbour

PACK = CHANGES["pack.yaml"] + "break_glass: {for: 2h, review_by: council}\n"
DECLARE = ("declare", "tide=high", "--as", "crew", "--reason", "seen", "--yes")
GLASS = ("--break-glass", "nobody answers")


def test_a_state_declared_in_need_waits_for_its_reviewer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = harbour(tmp_path, {**CHANGES, "pack.yaml": PACK})
    monkeypatch.chdir(home)
    monkeypatch.setenv("REMIT_LEDGER", str(tmp_path / "ledger.db"))

    def typed(*arguments: str) -> tuple[int, str]:
        code = main(arguments)
        found = capsys.readouterr()
        return code, found.out + found.err

    assert 1 == typed(*DECLARE)[0]
    assert 0 == typed(*DECLARE, *GLASS)[0]
    text = typed("state")[1]
    assert "tide=high" in text
    assert "`crew` did `declare` past the policy: nobody answers; until" in text
    waiting = json.loads(typed("inbox", "council", "--format", "json")[1])["past_policy"]
    (name,) = [one["id"] for one in waiting]
    assert "nothing waits for `press`" in typed("inbox", "press")[1]
    code, text = typed("approve", name, "--as", "crew")
    assert (1, True) == (code, "who acted does not judge it" in text)
    code, text = typed("decline", name)
    assert (1, True) == (code, "without a reason" in text)
    assert 0 == typed("decline", name, "--note", "there was time")[0]
    assert [] == json.loads(typed("inbox", "--format", "json")[1])["past_policy"]
    code, text = typed("approve", "glass-99")
    assert (1, True) == (code, "no act past the policy is called `glass-99`" in text)
