"""`remit test --coverage` as an author meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from remit.cli import coverage_words, main
from remit.engine.map.budget import BudgetExceeded

VOCABULARY = """\
dimensions:
  phase: {values: [before, during, after]}
  closure: {values: ["off", "on"]}
  cases: {integer: {min: 0, max: 99}}
activities:
  command: {}
  gate: {needed: {phase: [during, after]}}
"""
DUTIES = """\
subject: street
duties:
  - {id: command, activity: command, role: [accountable, responsible]}
  - {id: gate, activity: gate, role: accountable}
  - id: gate-many
    activity: gate
    role: accountable
    when: {cases: 10..}
    exception_to: [street/gate]
  - {id: told, activity: gate, role: informed, when: {closure: "on"}}
"""
TESTS = """\
- name: the street commands
  given: {phase: before}
  expect: {owner: street}
- name: the gate is the street's
  given: {phase: during, closure: "on", cases: 3}
  expect: {gate: {accountable: street, informed: street}}
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    home = tmp_path / "town"
    for name, text in {
        "pack.yaml": "remit: 1\npack: town\nversion: 1\nlead: command\n",
        "vocabulary.yaml": VOCABULARY,
        "subjects/street.yaml": DUTIES,
        "tests/town.yaml": TESTS,
    }.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, encoding="utf-8")
    return home


def test_shares_are_by_activity_and_the_largest_untested_region_comes_first(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["test", str(pack), "--coverage"]) == 0
    told = capsys.readouterr().out
    assert "town 1: 2 tests passed" in told
    assert f"{pack}/subjects/street.yaml:5  street/gate-many" in told
    assert "command   accountable      100 %   33 %   1 of 1" in told
    # 400 cells need the gate; the test gives those during, closed, with fewer than 10 cases.
    assert "gate      accountable       10 %    2 %   1 of 2" in told
    first = told.index("1. untested: responsible for `command` is `street`")
    assert first < told.index(
        "2. untested: accountable for `gate` is `street` by `street/gate-many`"
    )
    assert "   region: phase: [during, after], cases: 10..\n" in told


def test_pasting_every_untested_region_exercises_everything(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["test", str(pack), "--coverage", "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    assert found["share_exact"] == "2/5"  # 600 + 0 + 40 of 600 + 600 + 400 cells
    assert found["given_share_exact"] == "21/160"
    pasted = "".join(one["test"] for one in found["untested"])
    (pack / "tests" / "pasted.yaml").write_text(pasted, encoding="utf-8")
    assert main(["test", str(pack), "--coverage", "--fail-under", "100"]) == 0
    assert "tests exercise 100 % of" in capsys.readouterr().out


def test_too_little_coverage_ends_with_1_and_says_so(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["test", str(pack), "--coverage", "--fail-under", "99.5"]) == 1
    assert "coverage is under 99.5 %" in capsys.readouterr().err


def test_markdown_holds_the_table_and_the_test(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(["test", str(pack), "--coverage", "--format", "markdown", "--show-untested", "1"]) == 0
    )
    told = capsys.readouterr().out
    assert "| gate | accountable | 10 % | 2 % | 1 of 2 |" in told
    assert "   ```yaml\n   - name: " in told
    assert "1 smaller untested answer not shown." in told


def test_a_pack_without_tests_exercises_nothing(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (pack / "tests" / "town.yaml").unlink()
    assert main(["test", str(pack), "--coverage"]) == 0
    told = capsys.readouterr().out
    assert "town: no tests" in told
    assert "tests exercise 0 % of" in told
    assert "0 of 4 duties decided a test" in told


@pytest.mark.parametrize(
    "options, reason",
    [
        (["--format", "json"], "`--format` is for `--coverage`"),
        (["--fail-under", "3"], "`--fail-under` is for `--coverage`"),
        (["--coverage", "--fail-under", "101"], "a percentage, from 0 to 100"),
        (["--coverage", "--generate", "-"], "do not go together"),
        (["--coverage", "--show-untested", "-1"], "must not be negative"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    options: list[str], reason: str, pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["test", str(pack), *options]) == 2
    assert reason in capsys.readouterr().err


def test_past_the_budget_it_says_that_nothing_was_proved(
    pack: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def exceeded(*_: object) -> None:
        raise BudgetExceeded(1, 2, 1)

    monkeypatch.setattr(coverage_words, "coverage", exceeded)
    assert main(["test", str(pack), "--coverage", "--format", "json"]) == 1
    told = capsys.readouterr()
    assert "not proved: coverage: the diagram needs 2 memberships" in told.err
    assert json.loads(told.out)["proved"] is False
