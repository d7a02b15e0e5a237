"""`remit init`: a new pack by options or by questions, and copies that load."""

from __future__ import annotations

from pathlib import Path

import pytest

import remit
from remit.cli.run import main
from remit.cli.wizard import Wizard


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def wizard(*answers: str, **given: str) -> Wizard:
    left = iter(answers)

    def read(prompt: str) -> str:
        del prompt
        try:
            return next(left)
        except StopIteration:
            raise EOFError from None

    return Wizard(read, given, "Harbour", "en")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_new_pack_checks_clean_and_its_test_passes(language: str) -> None:
    assert main(["init", "new", "--yes", "--lang", language]) == 0
    assert main(["check", "new"]) == 0
    assert main(["test", "new"]) == 0
    for file in Path("new").rglob("*.yaml"):
        first = file.read_text("utf-8").splitlines()[0]
        schema = first.removeprefix("# yaml-language-server: $schema=")
        assert (file.parent / schema).is_file()


def test_a_new_pack_is_what_the_options_say() -> None:
    options = {
        "--name": "Harbour quarter",
        "--lang": "en",
        "--lead": "Housing office",
        "--subjects": "消防队=fire-brigade",
        "--activities": "Pump, Close the quay",
        "--stages": "-",
    }
    assert main(["init", "h", *(part for pair in options.items() for part in pair)]) == 0
    pack = remit.load("h")
    assert (pack.name, pack.lead) == ("harbour-quarter", "command")
    assert {"housing-office", "fire-brigade"} == set(pack.subjects)
    assert ["command", "pump", "close-the-quay"] == list(pack.vocabulary.activities)
    assert main(["check", "h"]) == 0
    assert main(["test", "h"]) == 0


def test_a_leader_alone_does_everything() -> None:
    assert main(["init", "h", "--yes", "--subjects", "-", "--activities", "-"]) == 0
    assert main(["check", "h"]) == 0
    assert ["street-office"] == list(remit.load("h").subjects)


def test_a_shipped_pack_is_copied_with_those_above_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "mine", "--from", "rf-community"]) == 0
    assert "`remit check mine/rf-community`" in capsys.readouterr().out
    assert remit.load("mine/rf-community").name == "rf-community"
    assert main(["init", "again", "--from", "mine/rf-community", "--lang", "zh"]) == 0
    assert remit.load("again/rf-community").digest == remit.load("mine/rf-community").digest


def test_a_folder_that_holds_anything_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("mine", "utf-8")
    assert main(["init", "mine", "--yes"]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert ["notes.txt"] == [path.name for path in Path("mine").iterdir()]
    assert main(["init", "mine/notes.txt", "--yes"]) == 2
    assert "is a file" in capsys.readouterr().err


def test_the_folder_one_stands_in_stays_the_same_one(tmp_path: Path) -> None:
    before = tmp_path.stat().st_ino
    assert main(["init", "--yes"]) == 0
    assert before == tmp_path.stat().st_ino
    assert Path("pack.yaml").is_file()


@pytest.mark.parametrize(
    "options, said",
    [
        (["--lead", "A"], "say `--yes`"),
        (["--yes", "--lead", "A, B"], "one body leads"),
        (["--yes", "--lead", "-"], "one body leads"),
        (["--yes", "--subjects", "x=Not An Id"], "is no id for `x`"),
        (["--yes", "--subjects", ",,"], "names nothing"),
        (["--from", "rf-comunity"], "did you mean `rf-community`"),
        (["--from", "rf-community", "--lead", "A"], "`--lead` has no meaning for a copy"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", "new", *options]) == 2
    assert said in capsys.readouterr().err
    assert not Path("new").exists()


def test_enter_takes_what_is_offered() -> None:
    answers = wizard("", "", "", "", "", "", "").ask()
    assert answers is not None
    assert (answers["name"], answers["lead"], answers["lang"]) == ("Harbour", "Street office", "en")


def test_each_answer_can_be_gone_back_on() -> None:
    answers = wizard(
        "en", "One", "b", "Two", "Office", "b", "Bureau", "-", "-", "-", "b", "early", ""
    )
    found = answers.ask()
    assert found is not None
    assert (found["name"], found["lead"], found["stages"]) == ("Two", "Bureau", "early")


def test_a_wrong_answer_is_told_and_asked_again(capsys: pytest.CaptureFixture[str]) -> None:
    found = wizard("fr", "zh", "?", "", "-", "街道办", "-", "-", "-", "").ask()
    told = capsys.readouterr().out
    assert "it is one of: en, zh" in told
    assert "the label of the pack" in told
    assert "this has to be named" in told
    assert found is not None
    assert found["lead"] == "街道办"


def test_another_language_offers_names_in_it() -> None:
    found = wizard("en", "", "", "b", "b", "b", "zh", "", "", "", "", "", "").ask()
    assert found is not None
    assert found["lead"] == "街道办=street-office"


def test_what_an_option_said_is_not_asked_and_the_end_of_answers_writes_nothing() -> None:
    assert wizard("en").ask() is None
    found = wizard("", "", "", "", "", lead="Mayor").ask()
    assert found is None
    found = wizard("", "", "", "", "", "", lead="Mayor").ask()
    assert found is not None
    assert found["lead"] == "Mayor"
