"""`remit certify` as an author and an auditor meet it."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from remit.cli import main
from remit.engine.verifier import proof

FILES = {
    "pack.yaml": "remit: 1\npack: town\nversion: 1\nlead: command\n",
    "vocabulary.yaml": (
        "dimensions: {phase: {values: [before, during]}, cases: {integer: {min: 0, max: 9}}}\n"
        "activities: {command: {}, gate: {needed: {phase: during}}}\n"
    ),
    "subjects/street.yaml": (
        "subject: street\n"
        "duties:\n"
        "  - {id: command, activity: command, role: [accountable, responsible]}\n"
        "  - {id: gate, activity: gate, role: accountable, when: {cases: 2..}}\n"
    ),
}
SUMMARY = (
    "4 claims over 20 possible cells; one accountable subject in 93 % of where activities are"
    " needed\ngaps: 2 cells; overlaps: none; missing doers: 10 cells; accepted: none\n"
)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    home = tmp_path / "town"
    for name, text in FILES.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, encoding="utf-8")
    return home


def test_what_is_certified_is_verified(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(pack.parent / "town.json")
    assert main(["certify", str(pack), "--output", file]) == 0
    certified = capsys.readouterr().out
    assert certified.startswith("certified: town 1, digest ")
    assert certified.endswith(SUMMARY)
    assert main(["certify", "--verify", file, str(pack)]) == 0
    assert capsys.readouterr().out == certified.replace("certified", "verified", 1)


def test_the_certificate_goes_to_standard_output_and_back(
    pack: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["certify", str(pack)]) == 0
    told = capsys.readouterr()
    assert told.err.startswith("certified: town 1")
    assert main(["certify", str(pack), "--output", "-", "--today", "2026-03-01"]) == 0
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(told.out.encode())))
    assert main(["certify", str(pack), "--verify", "-"]) == 0


def test_a_pack_that_was_changed_is_refuted(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(pack.parent / "town.json")
    main(["certify", str(pack), "--output", file])
    subject = pack / "subjects/street.yaml"
    subject.write_text(FILES["subjects/street.yaml"].replace("2..", "3.."), encoding="utf-8")
    capsys.readouterr()
    assert main(["certify", str(pack), "--verify", file]) == 1
    assert capsys.readouterr().out.startswith("refuted: digest: it is ")


@pytest.mark.parametrize(
    "options, reason",
    [
        (["--verify", "none.json"], "cannot read `none.json`"),
        (["--verify", "a.json", "--output", "b.json"], "goes with neither"),
        (["--output", "no/such/folder.json"], "cannot write `no/such/folder.json`"),
        (["--verify", "--output"], "`--verify` needs a file, or `-`"),
    ],
)
def test_a_wrong_call_ends_with_2(
    options: list[str], reason: str, pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["certify", str(pack), *options]) == 2
    assert reason in capsys.readouterr().err


def test_a_pack_that_cannot_be_loaded_ends_with_4(tmp_path: Path) -> None:
    assert main(["certify", str(tmp_path)]) == 4


def test_what_takes_too_long_to_check_is_not_certified(
    pack: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = pack.parent / "town.json"
    main(["certify", str(pack), "--output", str(file)])
    monkeypatch.setattr(proof, "MOST_STEPS", 1)
    capsys.readouterr()
    assert main(["certify", str(pack), "--verify", str(file)]) == 1
    assert "not checked: claims[0]" in capsys.readouterr().out
    file.unlink()
    assert main(["certify", str(pack), "--output", str(file)]) == 1
    assert "not proved: claims[0]" in capsys.readouterr().err
    assert not file.exists()
