"""`remit schema PACK`: printed, written, held against what is written, and told to an editor."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from remit.cli import main

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "policies" / "incident-team", tmp_path / "team")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_schema_of_a_pack_is_printed(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "team"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert "incident-commander" in found["$defs"]["subject-name"]["enum"]
    assert not (place / "team" / ".remit-schema.json").exists()


def test_one_kind_of_file_of_a_pack(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.is_dir()
    assert main(["schema", "team", "fund"]) == 0
    assert json.loads(capsys.readouterr().out)["required"] == [
        "fund",
        "amount",
        "currency",
        "approve",
    ]
    assert main(["schema", "team", "fnud"]) == 2
    assert "did you mean `fund`?" in capsys.readouterr().err


def test_a_written_schema_is_stale_when_a_name_was_added(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["schema", "team", "--out", "team.json", "--check"]) == 1
    assert "there is no file `team.json`" in capsys.readouterr().err
    assert main(["schema", "team", "--out", "team.json"]) == 0
    assert main(["schema", "team", "--out", "team.json", "--check"]) == 0
    (place / "team" / "subjects" / "new.yaml").write_text("subject: new-body\n")
    assert main(["schema", "team", "--out", "team.json", "--check"]) == 1
    told = capsys.readouterr().err
    assert "`team.json` is stale" in told
    assert "remit schema team --out team.json" in told


def test_settings_for_vscode_are_printed_and_the_schema_lies_in_the_pack(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["schema", "team", "--settings", "vscode"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "yaml.schemas": {"./team/.remit-schema.json": ["team/**/*.yaml", "team/**/*.yml"]}
    }
    assert (place / "team" / ".remit-schema.json").is_file()
    assert main(["check", "team", "--no-cache"]) in {0, 1}


def test_settings_are_merged_into_a_file_of_settings(place: Path) -> None:
    file = place / ".vscode" / "settings.json"
    file.parent.mkdir()
    file.write_text('{"editor.tabSize": 2, "yaml.schemas": {"other.json": ["x"]}}')
    assert main(["schema", "team", "--settings", f"vscode:{file}"]) == 0
    found = json.loads(file.read_text())
    assert found["editor.tabSize"] == 2
    assert found["yaml.schemas"] == {
        "other.json": ["x"],
        "./team/.remit-schema.json": ["team/**/*.yaml", "team/**/*.yml"],
    }


def test_settings_with_comments_are_left_alone(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = place / "settings.json"
    file.write_text('{"a": 1} // mine\n')
    assert main(["schema", "team", "--settings", "vscode:settings.json"]) == 2
    assert "is no plain JSON object" in capsys.readouterr().err
    assert file.read_text() == '{"a": 1} // mine\n'


def test_the_modeline_leads_from_the_pack_to_the_schema(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.is_dir()
    assert main(["schema", "team", "--settings", "modeline", "--out", "schemas.json"]) == 0
    assert capsys.readouterr().out == "# yaml-language-server: $schema=../schemas.json\n"


@pytest.mark.parametrize(
    "arguments, reason",
    [
        (["schema", "team", "--settings", "emacs"], "there are no settings for `emacs`"),
        (["schema", "team", "--settings", "modeline:x"], "only the settings of vscode"),
        (["schema", "nowhere"], "there is no kind of file and no folder `nowhere`"),
        (["schema", "subject", "--check"], "the schema of a kind of file is printed"),
        (["schema", "team/nothing", "fund"], "there is no kind of file and no folder"),
    ],
)
def test_a_wrong_call_is_refused(
    arguments: list[str], reason: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.is_dir()
    assert main(arguments) == 2
    assert reason in capsys.readouterr().err
