"""What is printed where something could not be proved, and beside a finding that has a fix."""

from __future__ import annotations

from pathlib import Path

import pytest

import remit
from remit.cli.reports import report_text
from remit.engine.map.budget import Budget
from remit.engine.map.responsibility import compile_pack
from remit.validators.outputs.json import report_json
from remit.validators.registry import CHECKS, run
from tests.unit.validators.written import PACK, TODAY

VOCABULARY = """
dimensions:
  stage: {values: [early, late]}
activities:
  supply: {needed: {stage: early}}
  shelter: {needed: {stage: late}}
"""
OFFICE = """
subject: office
duties:
  - {id: s, activity: supply, role: accountable, when: {stage: early}}
  - {id: t, activity: shelter, role: accountable, when: {stage: early}}
"""


@pytest.fixture
def pack(tmp_path: Path) -> remit.Pack:
    (tmp_path / "subjects").mkdir()
    (tmp_path / "pack.yaml").write_text(PACK, encoding="utf-8")
    (tmp_path / "vocabulary.yaml").write_text(VOCABULARY, encoding="utf-8")
    (tmp_path / "subjects" / "office.yaml").write_text(OFFICE, encoding="utf-8")
    return remit.load(tmp_path)


def test_what_could_not_be_proved_is_told_with_what_remains(pack: remit.Pack) -> None:
    report = run(CHECKS, compile_pack(pack, budget=Budget(memberships=1)), today=TODAY)
    told = "\n".join(part.plain for part in report_text(report, pack))
    assert not report.proved
    assert "not proved[R201 unowned-event]: could not be decided for `supply`" in told
    assert "= remains: every event in which" in told
    assert "`remit resolve` still works" in told
    assert told.endswith("not all of it proved)")


def test_one_reason_for_many_activities_is_told_once(pack: remit.Pack) -> None:
    report = run(CHECKS, compile_pack(pack, budget=Budget(memberships=1)), today=TODAY)
    keys = [(one.code, one.reason) for one in report.unproved]
    assert len(keys) == len(set(keys))


def test_json_says_which_check_and_how_much_remains(pack: remit.Pack) -> None:
    report = run(CHECKS, compile_pack(pack, budget=Budget(memberships=1)), today=TODAY)
    found = report_json(report)
    assert found["proved"] is False
    unproved = found["unproved"]
    assert isinstance(unproved, list)
    keys = {"code", "name", "activities", "share", "duties", "message"}
    assert all(set(one) == keys for one in unproved)


def test_a_fix_is_shown_as_lines_before_and_after(pack: remit.Pack) -> None:
    told = "\n".join(part.plain for part in report_text(remit.check(pack, today=TODAY), pack))
    assert "= fix: " in told
    assert "    +   - {id: s, activity: supply, role: [accountable, responsible]," in told


def test_json_has_a_fix_as_edits(pack: remit.Pack) -> None:
    report = remit.check(pack, today=TODAY)
    findings = report_json(report)["findings"]
    assert isinstance(findings, list)
    fixes = [one["fix"] for one in findings if one["fix"] is not None]
    assert fixes
    for fix in fixes:
        assert set(fix) == {"description", "safe", "file", "line", "edits"}
        assert fix["safe"] is True
        assert {"file", "line", "column", "end_line", "end_column", "text"} == set(fix["edits"][0])
