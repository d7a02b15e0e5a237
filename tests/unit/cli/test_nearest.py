"""`remit why --subject`: the nearest event and the nearest edit, as told and as proved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from remit.cli import main
from tests.loading import write_pack

pytestmark = pytest.mark.slow

VOCABULARY = """\
dimensions:
  hazard: {tree: {epidemic: [covid-19, influenza], flood: }}
  level: {scale: [iv, iii, ii, i]}
  cases: {integer: {min: 0, max: 100}}
  rain: {decimal: {min: 0, max: 500}}
activities:
  supply: {}
  guard: {needed: {hazard: epidemic}, requires: [seal]}
powers:
  seal: {}
"""
OFFICE = """\
subject: office
authority:
  - {id: seal, power: seal}
duties:
  - {id: supply, activity: supply, role: accountable}
  - {id: do, activity: supply, role: responsible}
  - {id: guard, activity: guard, role: accountable}
"""
EVENT = {"hazard": "flood", "level": "iv", "cases": 3, "rain": 2.5, "date": "2026-03-01"}


def pack_with(folder: Path, brigade: str, **files: str) -> Path:
    texts = {name.replace("__", "/") + ".yaml": text for name, text in files.items()}
    return write_pack(
        folder / "pack",
        {
            "vocabulary.yaml": VOCABULARY,
            "subjects/office.yaml": OFFICE,
            "subjects/brigade.yaml": brigade,
            **texts,
        },
    )


def why(
    capsys: pytest.CaptureFixture[str],
    pack: Path,
    *options: str,
    event: dict[str, Any] | None = None,
    activity: str = "supply",
    subject: str = "brigade",
) -> dict[str, Any]:
    file = pack.parent / "event.json"
    file.write_text(json.dumps(EVENT if event is None else event), encoding="utf-8")
    words = ["--activity", activity, "--subject", subject, "--format", "json", *options]
    assert main(["why", str(pack), str(file), *words]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)["nearest"]
    assert found["proved"]
    return found


def changed(found: dict[str, Any], kind: str = "change") -> list[str]:
    """Return the lines of the first edit of a kind that are taken out and put in."""
    edit = next(edit for edit in found["edits"] if edit["kind"] == kind)
    return [line for line in edit["diff"].splitlines() if line[:1] in "+-" and line[1:2] == " "]


def test_fewer_changes_come_first_then_smaller_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    brigade = """\
subject: brigade
duties:
  - {id: a, activity: supply, role: accountable, when: {hazard: covid-19, level: iii}}
  - {id: b, activity: supply, role: accountable, when: {level: i}}
  - {id: c, activity: supply, role: accountable, when: {cases: 40..}}
"""
    found = why(capsys, pack_with(tmp_path, brigade))["event"]
    assert [(c["dimension"], c["from"], c["to"]) for c in found["changes"]] == [("cases", 3, 40)]
    assert found["changes"][0]["size"] == "37/100"
    assert (found["values"]["hazard"], found["values"]["rain"]) == ("flood", 2.5)


def test_of_equals_the_first_dimension_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    brigade = """\
subject: brigade
duties:
  - {id: a, activity: supply, role: accountable, when: {rain: "> 2.5"}}
  - {id: b, activity: supply, role: accountable, when: {level: i}}
"""
    pack = pack_with(tmp_path, brigade)
    found = why(capsys, pack)["event"]["changes"]
    # Just above 2.5 is nearer than from the lowest level to the highest.
    assert [(c["dimension"], c["to"]) for c in found] == [("rain", 2.6)]
    both = brigade.replace('{rain: "> 2.5"}', "{cases: 100}").replace("level: i}", "level: iii}")
    (pack / "subjects" / "brigade.yaml").write_text(both, encoding="utf-8")
    event = {**EVENT, "cases": 100, "level": "ii"}
    found = why(capsys, pack, event=event)["event"]
    assert found["changes"] == []


def test_an_open_dimension_is_no_change_and_what_it_must_be_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    brigade = """\
subject: brigade
duties:
  - {id: a, activity: supply, role: accountable, when: {hazard: epidemic, level: ii..}}
"""
    pack = pack_with(tmp_path, brigade)
    found = why(capsys, pack, event={"hazard": "flood"})["event"]
    assert [c["dimension"] for c in found["changes"]] == ["hazard"]
    assert found["needs"] == {"level": "ii.."}
    near = why(capsys, pack, event={"hazard": "covid-19"})
    assert (near["event"]["changes"], near["edits"]) == ([], [])


def test_the_letter_can_be_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    brigade = """\
subject: brigade
duties:
  - {id: a, activity: supply, role: informed, when: {level: iii..}}
"""
    pack = pack_with(tmp_path, brigade)
    assert why(capsys, pack)["event"] is None
    found = why(capsys, pack, "--letter", "informed")
    assert [c["to"] for c in found["event"]["changes"]] == ["iii"]
    assert found["edits"] == []


@pytest.mark.parametrize(
    "duty, expected",
    [
        (
            (
                "  - {id: a, activity: supply, role: accountable, when: {level: ii..}, "
                "exception_to: [office/supply]}"
            ),
            [
                (
                    "-  - {id: a, activity: supply, role: accountable, when: {level: ii..}, "
                    "exception_to: [office/supply]}"
                ),
                (
                    "+  - {id: a, activity: supply, role: accountable, when: {}, "
                    "exception_to: [office/supply]}"
                ),
            ],
        ),
        (
            (
                "  - id: a\n    activity: supply\n    role: accountable\n"
                "    when:\n      hazard: [covid-19]\n    exception_to: [office/supply]"
            ),
            ["-      hazard: [covid-19]", "+      hazard: [covid-19, flood]"],
        ),
        (
            (
                "  - id: a\n    activity: supply\n    role: accountable\n"
                "    unless: {hazard: flood}  # not yet\n    exception_to: [office/supply]"
            ),
            ["-    unless: {hazard: flood}  # not yet"],
        ),
        (
            (
                "  - id: a\n    activity: supply\n    role: accountable\n"
                "    unless:\n      - {hazard: flood}\n      - {level: i}\n"
                "    exception_to: [office/supply]"
            ),
            ["-      - {hazard: flood}", "-      - {level: i}", "+      {level: i}"],
        ),
        (
            (
                "  - {id: a, unless: {hazard: flood}, activity: supply, role: accountable, "
                "exception_to: [office/supply]}"
            ),
            [
                (
                    "-  - {id: a, unless: {hazard: flood}, activity: supply, role: accountable, "
                    "exception_to: [office/supply]}"
                ),
                "+  - {id: a, activity: supply, role: accountable, exception_to: [office/supply]}",
            ],
        ),
        (
            (
                "  - id: a\n    activity: supply\n    role: accountable\n"
                "    valid: {from: 2026-06-01}\n    exception_to: [office/supply]"
            ),
            ["-    valid: {from: 2026-06-01}", "+    valid: {from: 2026-03-01}"],
        ),
        (
            "  - id: a\n    activity: supply\n    role: accountable\n    when: {cases: ..10}",
            ["+    exception_to: [office/supply]"],
        ),
        (
            "  - {id: a, activity: supply, role: accountable, when: {cases: ..10}}",
            [
                "-  - {id: a, activity: supply, role: accountable, when: {cases: ..10}}",
                (
                    "+  - {id: a, activity: supply, role: accountable, "
                    "exception_to: [office/supply], when: {cases: ..10}}"
                ),
            ],
        ),
        (
            (
                "  - id: a\n    activity: supply\n    role: accountable\n"
                '    when: {cases: ">= 10", rain: 50..}\n    exception_to: [office/supply]'
            ),
            [
                '-    when: {cases: ">= 10", rain: 50..}',
                "+    when: {cases: 3.., rain: 2.5..}",
            ],
        ),
    ],
)
def test_the_nearest_edit_changes_the_least_and_keeps_the_form_of_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], duty: str, expected: list[str]
) -> None:
    pack = pack_with(tmp_path, f"subject: brigade\nduties:\n{duty}\n")
    before = (pack / "subjects" / "brigade.yaml").read_text(encoding="utf-8")
    found = why(capsys, pack)
    assert changed(found) == expected
    assert (pack / "subjects" / "brigade.yaml").read_text(encoding="utf-8") == before
    edit = found["edits"][0]
    assert edit["duty"] == "brigade/a"
    accountable = [move for move in edit["moves"] if move["letter"] == "accountable"]
    assert {tuple(move["to"]) for move in accountable} == {("brigade",)}


@pytest.mark.parametrize(
    "brigade, expected",
    [
        (
            "subject: brigade\n",
            [
                "+duties:",
                "+  - id: supply",
                "+    activity: supply",
                "+    role: accountable",
                "+    exception_to: [office/supply]",
            ],
        ),
        (
            "subject: brigade\nduties: []\n",
            [
                "-duties: []",
                (
                    "+duties: [{id: supply, activity: supply, role: accountable, "
                    "exception_to: [office/supply]}]"
                ),
            ],
        ),
        (
            "subject: brigade\nduties:\n- id: supply\n  activity: guard\n  role: informed",
            [
                "+- id: supply-2",
                "+  activity: supply",
                "+  role: accountable",
                "+  exception_to: [office/supply]",
            ],
        ),
    ],
)
def test_a_new_duty_is_written_where_the_others_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], brigade: str, expected: list[str]
) -> None:
    found = why(capsys, pack_with(tmp_path, brigade))
    lines = [
        line
        for line in found["edits"][0]["diff"].splitlines()
        if line[:1] in "+-" and line[:3] not in {"+++", "---"}
    ]
    assert lines == expected


def test_a_subject_of_a_higher_pack_gets_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    city = tmp_path / "city"
    (city / "subjects").mkdir(parents=True)
    (city / "pack.yaml").write_text("remit: 1\npack: city\nversion: 1\n", "utf-8")
    (city / "subjects" / "mayor.yaml").write_text("subject: mayor\n", "utf-8")
    head = "remit: 1\npack: small\nversion: 1\nlead: supply\nextends: [../city]\n"
    pack = pack_with(tmp_path, "subject: brigade\n", pack=head)
    found = why(capsys, pack, subject="mayor")["edits"][0]
    assert (found["kind"], found["line"]) == ("new", 1)
    assert found["file"].endswith("subjects/mayor.yaml")
    assert not Path(found["file"]).exists()


@pytest.mark.parametrize(
    "kind, files, activity",
    [
        (
            "assists-only",
            {"subjects__brigade": "subject: brigade\nassists_only:\n  - {activity: supply}\n"},
            "supply",
        ),
        (
            "prohibited",
            {"subjects__brigade": "subject: brigade\nprohibitions:\n  - {power: seal}\n"},
            "guard",
        ),
        (
            "limit",
            {
                "pack": "remit: 1\npack: small\nversion: 1\nlead: supply\n"
                "limits:\n  - {activity: supply, accountable: [office], basis: art. 1}\n"
            },
            "supply",
        ),
        ("not-needed", {}, "guard"),
    ],
)
def test_where_no_edit_can_help_the_reason_is_told_with_its_place(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    kind: str,
    files: dict[str, str],
    activity: str,
) -> None:
    pack = pack_with(tmp_path, files.pop("subjects__brigade", "subject: brigade\n"), **files)
    hazard = "flood" if kind == "not-needed" else "covid-19"
    found = why(capsys, pack, event={**EVENT, "hazard": hazard}, activity=activity)
    assert (found["against"]["kind"], found["edits"]) == (kind, [])
    assert (found["against"]["file"] is None) == (kind == "not-needed")


def test_an_edit_that_would_leave_an_event_to_two_is_not_the_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    brigade = """\
subject: brigade
duties:
  - {id: a, activity: supply, role: accountable, when: {level: i}, exception_to: [office/supply]}
"""
    guard = """\
subject: guard
duties:
  - {id: a, activity: supply, role: accountable, when: {level: iii},
     exception_to: [office/supply]}
"""
    found = why(capsys, pack_with(tmp_path, brigade, subjects__guard=guard))
    assert [edit["kind"] for edit in found["edits"]] == ["new"]


def test_words_tell_all_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    brigade = """\
subject: brigade
duties:
  - id: a
    activity: supply
    role: accountable
    when: {level: iii..}
    exception_to: [office/supply]
"""
    pack = pack_with(tmp_path, brigade)
    file = tmp_path / "event.json"
    file.write_text(json.dumps(EVENT), encoding="utf-8")
    assert main(["why", str(pack), str(file), "--activity", "supply", "--subject", "brigade"]) == 0
    out = capsys.readouterr().out
    assert "the nearest event in which `brigade` is accountable for `supply`:" in out
    assert "  - `level` is `iii` instead of `iv`" in out
    assert "the nearest edit of the policy changes the duty `brigade/a`, at" in out
    assert "  +    when: {}" in out
    assert "`brigade` is accountable for `supply` instead of `office` in 25 % of its events" in out
    assert "nothing else changes hands" in out


def test_an_unknown_subject_is_told_with_what_was_meant(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = pack_with(tmp_path, "subject: brigade\n")
    (tmp_path / "e.json").write_text("{}", "utf-8")
    words = ["--activity", "supply", "--subject", "brigad"]
    assert main(["why", str(pack), str(tmp_path / "e.json"), *words]) == 2
    assert "did you mean `brigade`?" in capsys.readouterr().err
