"""What an editor's pack is checked for again after a keystroke."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import remit
from remit.cli.editor.checking import Checker
from remit.engine.map.budget import Budget
from remit.validators import registry
from remit.validators.check import Context
from remit.validators.kept_findings import BY_ACTIVITY
from tests.loading import write_pack
from tests.unit.validators.test_kept_findings import DAY, FILES


def test_a_keystroke_asks_only_about_the_activity_it_touches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found of all others is kept, and the report is that of a fresh check."""
    folder = os.path.realpath(write_pack(tmp_path, FILES))
    checker = Checker(folder, lambda: DAY, Budget)
    checker.check({})
    asked: list[tuple[str, frozenset[str] | None]] = []
    real = registry._found

    def spy(check: registry.Check, context: Context) -> object:
        asked.append((check.code, context.asked))
        return real(check, context)

    monkeypatch.setattr(registry, "_found", spy)
    path = Path(folder) / "subjects" / "office.yaml"
    text = path.read_text("utf-8").replace("level: low..mid", "level: low")
    found = checker.check({str(path): text.encode()})
    assert {frozenset({"supply"})} == {what for code, what in asked if code in BY_ACTIVITY}
    path.write_text(text, "utf-8")
    assert remit.check(remit.load(folder), today=DAY) == found.report
