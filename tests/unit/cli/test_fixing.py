"""`remit check --fix`: what is written, what is refused, and what stays as it was byte for byte."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from remit.cli import main
from remit.cli.exits import UsageError
from remit.cli.fixing import fixed, written
from remit.cli.text_edits import patch
from remit.engine.language.loader import load
from remit.engine.map.budget import Budget
from remit.validators.check import Check, Context, Fault
from remit.validators.checks import unowned_event
from remit.validators.finding import Edit, Finding, Fix
from remit.validators.registry import check

DAY = dt.date(2026, 3, 2)
BROKEN = Path(__file__).resolve().parents[2] / "packs" / "broken"
VOCABULARY = """dimensions:
  h: {values: [a, b, c]}
activities:
  act: {label: {zh: 处置}}
  other: {}
"""
ONE = """subject: one
label: {zh: 街道办 🚒}
duties:
  - id: act   # 甲
    activity: act
    role: [accountable, responsible]
    when: {h: [a, b]}   # 乙

  - {id: other, activity: other, role: [accountable, responsible], when: {h: c}}
"""


@pytest.fixture(name="home")
def fixture_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "p" / "subjects").mkdir(parents=True)
    (tmp_path / "p" / "pack.yaml").write_text('remit: 1\npack: p\nversion: "1"\n')
    (tmp_path / "p" / "vocabulary.yaml").write_text(VOCABULARY)
    (tmp_path / "p" / "subjects" / "one.yaml").write_text(ONE)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "p"


def one(home: Path) -> Path:
    return home / "subjects" / "one.yaml"


def test_gaps_are_closed_and_every_comment_and_blank_line_stays(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "p", "--fix"]) == 0
    assert one(home).read_text() == ONE.replace("{h: [a, b]}", "{h: [a, b, c]}").replace(
        "{h: c}", "{h: [a, b, c]}"
    )
    assert not check(load(home), today=DAY).findings
    told = capsys.readouterr()
    assert told.out.startswith("--- a/p/subjects/one.yaml\n+++ b/p/subjects/one.yaml\n")
    assert "fixed 2 findings in 1 file" in told.err
    assert "undo: `git apply -R`" in told.err


def test_the_printed_patch_takes_everything_back(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one(home).write_bytes(ONE.rstrip("\n").encode())
    assert main(["check", "p", "--fix"]) == 0
    assert one(home).read_bytes() != ONE.rstrip("\n").encode()
    (home.parent / "fix.patch").write_text(capsys.readouterr().out)
    subprocess.run(["git", "apply", "-R", "fix.patch"], cwd=home.parent, check=True)
    assert one(home).read_bytes() == ONE.rstrip("\n").encode()


def test_diff_shows_the_patch_and_writes_nothing(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "p", "--fix", "--diff"]) == 1
    told = capsys.readouterr()
    assert "+    when: {h: [a, b, c]}   # 乙" in told.out
    assert "would fix 2 findings in 1 file; nothing is written" in told.err
    assert one(home).read_text() == ONE


def test_a_sound_pack_has_nothing_to_fix(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "p", "--fix"]) == 0
    before = one(home).read_bytes()
    capsys.readouterr()
    assert main(["check", "p", "--fix"]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "there is nothing that can be fixed with a proof" in told.err
    assert one(home).read_bytes() == before


def test_line_ends_and_a_byte_order_mark_stay(home: Path) -> None:
    one(home).write_bytes(b"\xef\xbb\xbf" + ONE.replace("\n", "\r\n").encode())
    shutil.rmtree(home.parent / "q", ignore_errors=True)
    assert main(["check", "p", "--fix"]) == 0
    after = one(home).read_bytes()
    assert after.startswith(b"\xef\xbb\xbfsubject")
    assert after.count(b"\n") == after.count(b"\r\n")
    assert b"{h: [a, b, c]}" in after


def test_an_inserted_line_ends_as_the_others_do(tmp_path: Path) -> None:
    pack = tmp_path / "p"
    shutil.copytree(BROKEN / "08-b04-gate-at-night", pack)
    file = pack / "subjects" / "property-company.yaml"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    found = fixed(str(pack), today=DAY, budget=Budget)
    written(found)
    after = file.read_bytes()
    assert b"exception_to" in after
    assert after.count(b"\n") == after.count(b"\r\n")


def test_a_fix_that_would_open_another_fault_is_refused_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(BROKEN / "21-b07-same-form", tmp_path / "p")
    before = (tmp_path / "p" / "subjects" / "housing-bureau.yaml").read_bytes()
    assert main(["check", str(tmp_path / "p"), "--fix"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "a missing doer would open, in `collect-form`" in told.err
    assert (tmp_path / "p" / "subjects" / "housing-bureau.yaml").read_bytes() == before


def test_a_file_that_changed_meanwhile_is_not_overwritten(home: Path) -> None:
    found = fixed("p", today=DAY, budget=Budget)
    assert found.changes
    one(home).write_text(ONE + "# mine\n")
    with pytest.raises(UsageError, match="changed meanwhile"):
        written(found)
    assert one(home).read_text() == ONE + "# mine\n"


def test_permissions_and_links_stay(home: Path) -> None:
    inner = home / "subjects" / "real"
    inner.write_text(ONE)
    inner.chmod(0o640)
    one(home).unlink()
    one(home).symlink_to(inner)
    assert main(["check", "p", "--fix"]) == 0
    assert one(home).is_symlink()
    assert inner.stat().st_mode & 0o777 == 0o640
    assert "[a, b, c]" in inner.read_text()


def test_accepted_findings_are_left(home: Path) -> None:
    (home / "pack.yaml").write_text(
        'remit: 1\npack: p\nversion: "1"\n'
        "accept: [{code: R201, when: {}, reason: x}, {code: R203, when: {}, reason: x}]\n"
    )
    assert not fixed("p", today=DAY, budget=Budget).changes


def _faulty(fix: Fix) -> Check:
    """Return the check for gaps with another fix than its own."""

    def faults(context: Context) -> Iterator[Fault]:
        for fault in unowned_event.CHECK.faults(context):

            def detail(draft: Finding, region: object, inner: Fault = fault) -> Finding:
                found = inner.detail(draft, region)  # type: ignore[arg-type]
                return dataclasses.replace(found, fix=fix)

            yield dataclasses.replace(fault, detail=detail, cures=None)

    return dataclasses.replace(unowned_event.CHECK, faults=faults)


def edit_of(home: Path, old: str, new: str, *, is_safe: bool) -> Fix:
    pack = load(str(home.name))
    file = next(iter(pack.subjects.values())).span.file
    at = ONE.index(old)
    line = ONE[:at].count("\n") + 1
    column = at - ONE.rfind("\n", 0, at)
    span = dataclasses.replace(
        pack.subjects["one"].span,
        file=file,
        line=line,
        column=column,
        end_line=line,
        end_column=column + len(old),
    )
    return Fix("try", (Edit(span, new),), is_safe=is_safe)


@pytest.mark.parametrize(
    "old, new, reason",
    [
        ("{h: [a, b]}", "{h: c}", "a gap would open, in `act`"),
        ("{h: [a, b]}", "{h: [a, b, d]}", "the pack could not be loaded then"),
        ("{h: [a, b]}", "{h: [b, a]}", "part of the finding would still be there"),
    ],
)
def test_a_wrong_claim_of_a_check_is_found_out(home: Path, old: str, new: str, reason: str) -> None:
    checks = [_faulty(edit_of(home, old, new, is_safe=True))]
    found = fixed("p", today=DAY, budget=Budget, checks=checks)
    assert not found.changes
    assert any(reason in refusal.reason for refusal in found.refused), found.refused


def test_an_unsafe_fix_is_made_only_when_asked_for(home: Path) -> None:
    everything = "role: [accountable, responsible]\n    when: {h: [a, b]}   # 乙"
    (home / "vocabulary.yaml").write_text(VOCABULARY.replace("  other: {}\n", ""))
    one(home).write_text(ONE[: ONE.index("\n  - {id: other")] + "\n")
    fix = edit_of(home, everything, "role: [accountable, responsible]", is_safe=False)
    checks = [_faulty(fix)]
    assert not fixed("p", today=DAY, budget=Budget, checks=checks).changes
    found = fixed("p", today=DAY, budget=Budget, checks=checks, with_unsafe=True)
    assert [finding.code for finding in found.made] == ["R201"]
    assert not found.after.findings


@pytest.mark.parametrize(
    "arguments, reason",
    [
        (["--diff"], "`--diff` and `--unsafe` say how to fix"),
        (["--fix", "--watch"], "neither `--output` nor `--watch`"),
        (["--fix", "--output", "json"], "neither `--output` nor `--watch`"),
    ],
)
def test_options_that_do_not_go_together(
    arguments: list[str], reason: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "p", *arguments]) == 2
    assert reason in capsys.readouterr().err
    assert one(home).read_text() == ONE


def test_a_patch_of_a_new_file_says_so() -> None:
    assert patch({"x.yaml": (b"", b"a: 1\n")}, ".").startswith("--- /dev/null\n+++ b/x.yaml\n")
