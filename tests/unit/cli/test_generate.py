"""`remit test --generate`: what it writes, and what it will not touch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from remit.cli import generated as module
from remit.cli import main

VOCABULARY = """\
dimensions:
  place: {tree: {quay: [pier-1, pier-2], town: }}
  closure: {values: ["off", "on"]}
  cases: {integer: {min: 0, max: 99}}
activities: {command: {}, gate: {needed: {place: quay}}}
"""
DUTIES = """\
subject: street
duties:
  - {id: command, activity: command, role: [accountable, responsible]}
  - {id: gate, activity: gate, role: accountable, when: {closure: "on"}}
"""
FILES = {
    "pack.yaml": "remit: 1\npack: town\nversion: 1\nlead: command\n",
    "vocabulary.yaml": VOCABULARY,
    "subjects/street.yaml": DUTIES,
}
GATE = """\
- name: "gate: nobody at closure off, street at on"
  given: {place: pier-1, closure: "off", cases: 0}
  expect: {gate: {accountable: [], responsible: []}}
- name: "gate: street at closure on, nobody at off"
  given: {place: pier-1, closure: "on", cases: 0}
  expect: {gate: {accountable: street, responsible: []}}
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def generate(pack: Path, folder: str = "tests") -> int:
    return main(["test", str(pack), "--generate", str(pack / folder)])


def test_a_file_an_activity_is_written_and_its_tests_pass(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert generate(pack) == 0
    told = capsys.readouterr()
    assert told.err == "3 tests of 1 boundary region, in 2 files\n"
    first, rest = (pack / "tests/boundaries-gate.yaml").read_text("utf-8").split("\n", 1)
    assert first.startswith("# Written by `remit test --generate`, do not edit: ")
    assert rest == GATE
    assert main(["test", str(pack), "--coverage", "--fail-under", "100"]) == 0
    assert "town 1: 3 tests passed" in capsys.readouterr().out


@pytest.mark.slow
def test_a_second_run_changes_nothing_and_another_process_writes_the_same(pack: Path) -> None:
    generate(pack)
    files = sorted((pack / "tests").iterdir())
    before = [(file.name, file.read_bytes(), file.stat().st_mtime_ns) for file in files]
    generate(pack)
    assert before == [(f.name, f.read_bytes(), f.stat().st_mtime_ns) for f in files]
    command = [sys.executable, "-m", "remit", "test", str(pack), "--generate", "-"]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    assert done.stdout == "".join(content.decode() for _, content, _ in before)


@pytest.mark.parametrize("is_edited", [True, False])
def test_a_file_written_or_edited_by_hand_stops_it_before_anything_is_written(
    pack: Path, capsys: pytest.CaptureFixture[str], *, is_edited: bool
) -> None:
    generate(pack)
    file = pack / "tests/boundaries-gate.yaml"
    text = file.read_text("utf-8").replace("pier-1", "pier-2") if is_edited else GATE
    file.write_text(text, encoding="utf-8")
    (pack / "tests/boundaries-command.yaml").unlink()
    assert generate(pack) == 2
    assert "was written or edited by hand, and would be overwritten" in capsys.readouterr().err
    assert text == file.read_text("utf-8")
    assert not (pack / "tests/boundaries-command.yaml").exists()


def test_a_generated_file_of_an_activity_without_tests_is_removed(pack: Path) -> None:
    generate(pack)
    duty = '  - {id: gate, activity: gate, role: accountable, when: {closure: "on"}}\n'
    (pack / "subjects/street.yaml").write_text(DUTIES.replace(duty, ""), encoding="utf-8")
    (pack / "vocabulary.yaml").write_text(
        VOCABULARY + "unowned: [{activity: gate, when: {place: quay}, reason: none}]\n", "utf-8"
    )
    assert generate(pack) == 0
    assert [file.name for file in (pack / "tests").iterdir()] == ["boundaries-command.yaml"]


def test_a_folder_that_cannot_be_is_a_wrong_call(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert generate(pack, "pack.yaml/tests") == 2
    assert "cannot write to" in capsys.readouterr().err
    assert main(["test", str(pack), "--generate", "--coverage"]) == 2
    assert "needs a folder, or `-`" in capsys.readouterr().err


def test_past_the_budget_nothing_is_written(
    pack: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def exceeded(_: object) -> None:
        raise module.BudgetExceeded(1, 2, 1)

    monkeypatch.setattr(module, "edge_tests", exceeded)
    assert generate(pack) == 1
    assert "not proved: boundaries: " in capsys.readouterr().err
    assert not (pack / "tests").exists()
