"""`mandatory`: what nobody may accept, and acceptances in a file of their own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import remit
from remit.validators.finding import Finding, Report
from tests.unit.validators.written import PACK, TODAY, found, report_on, the_one

VOCABULARY = """
dimensions:
  stage: {values: [early, mid, late]}
activities:
  supply: {}
  gate: {}
"""
SUBJECTS = {
    "subjects/o.yaml": "subject: o\nduties:\n"
    "  - {id: s, activity: supply, role: [accountable, responsible], when: {stage: early}}\n"
    "  - {id: g, activity: gate, role: [accountable, responsible], when: {stage: [early, mid]}}\n"
}


def on(folder: Path, pack: str, **more: str) -> Report:
    files = {"pack.yaml": PACK + pack, "vocabulary.yaml": VOCABULARY, **SUBJECTS, **more}
    return report_on(folder, files)


def gaps(report: Report) -> set[tuple[str | None, bool]]:
    return {(one.activity, one.accepted) for one in found(report, "unowned-event")}


def barred(report: Report) -> list[Finding]:
    return found(report, "barred-acceptance")


@pytest.mark.parametrize("mandatory", ["unowned-event", "R201"])
@pytest.mark.parametrize("code", ["unowned-event", "R201"])
def test_an_acceptance_of_a_mandatory_check_is_an_error_and_silences_nothing(
    tmp_path: Path, mandatory: str, code: str
) -> None:
    report = on(tmp_path, f"mandatory: [{mandatory}]\naccept: [{{code: {code}, reason: x}}]\n")
    assert gaps(report) == {("supply", False), ("gate", False)}
    (error,) = barred(report)
    assert (error.level, error.span.line, error.related[0].span.line) == ("error", 5, 4)
    assert not found(report, "unused-acceptance")


def test_an_activity_narrows_what_is_mandatory(tmp_path: Path) -> None:
    report = on(
        tmp_path,
        "mandatory: [{code: unowned-event, activity: gate}]\n"
        "accept: [{code: R201, activity: supply, reason: x}, {code: R203, reason: x}]\n",
    )
    assert gaps(report) == {("supply", True), ("gate", False)}
    assert not barred(report)


def test_an_acceptance_of_everything_is_told_if_it_meets_what_is_mandatory(tmp_path: Path) -> None:
    pack = (
        "mandatory: [{code: unowned-event, activity: [gate]}]\naccept: [{code: R201, when: {stage: "
    )
    wide = on(tmp_path / "wide", pack + "late}, reason: x}]\n")
    assert gaps(wide) == {("supply", True), ("supply", False), ("gate", False)}
    assert "narrow the entry" in barred(wide)[0].help
    narrow = on(tmp_path / "narrow", pack + "mid}, reason: x}]\n")
    assert not barred(narrow)


def test_what_a_higher_pack_makes_mandatory_binds_below(tmp_path: Path) -> None:
    (tmp_path / "above").mkdir()
    (tmp_path / "above" / "pack.yaml").write_text(
        "remit: 1\npack: above\nversion: '1'\n"
        "mandatory: [{code: missing-doer, basis: 'Act, art. 9'}]\n",
        "utf-8",
    )
    accept = "extends: [../above]\naccept: [{code: missing-doer, reason: x}]\n"
    report = on(tmp_path / "below", accept)
    assert not [one for one in found(report, "missing-doer") if one.accepted]
    (error,) = barred(report)
    assert error.related[0].message == "mandatory by the pack `above`"
    assert error.notes == ("basis: Act, art. 9",)


def test_a_mandatory_check_that_is_none_is_an_error(tmp_path: Path) -> None:
    report = on(tmp_path, "mandatory: [unowned-events]\n")
    assert the_one(report, "unknown-check").help == "did you mean `unowned-event`?"


@pytest.mark.parametrize(
    "written, told",
    [
        ("[{code: R201, activty: gate}]", "has no key `activty`"),
        ("[{code: R201, activity: gat}]", "there is no activity `gat`"),
        ("[{activity: gate}]", "needs `code`"),
        ("unowned-event", "is not a list of checks"),
        ("[7]", "is not a code or name of a check"),
    ],
)
def test_a_mistake_in_mandatory_has_its_place(tmp_path: Path, written: str, told: str) -> None:
    with pytest.raises(remit.PackErrors, match=told) as caught:
        on(tmp_path, f"mandatory: {written}\n")
    assert {error.span.line for error in caught.value.errors if error.span} == {4}


def test_acceptances_may_stand_in_a_file_of_their_own(tmp_path: Path) -> None:
    entries = "accept:\n- {code: R201, reason: x}\n- {code: R203, reason: x, until: 2020-01-01}\n"
    report = on(tmp_path, "accept: []\n", **{"more/baseline.yaml": entries})
    assert gaps(report) == {("supply", True), ("gate", True)}
    assert the_one(report, "stale-acceptance").span.line == 3
    assert {one.acceptances[0].reason for one in found(report, "unowned-event")} == {
        remit.load(tmp_path).accept[0].reason
    }


def test_a_file_of_acceptances_is_known_by_its_key_and_empty_ones_by_name(tmp_path: Path) -> None:
    on(tmp_path, "", **{"baseline.yaml": "accept: []\n", "x.yaml": "accept: []\n"})
    with pytest.raises(remit.PackErrors, match="needs `accept`"):
        on(tmp_path, "", **{"baseline.yaml": "{}\n"})


@pytest.mark.parametrize(
    "until, left",
    [
        ("2026-11-23", "0 days left"),
        ("2026-11-24", "1 day left"),
        ("2026-12-23", "30 days left"),
        ("2026-12-24", None),
        ("2026-11-22", None),
    ],
)
def test_the_last_thirty_days_are_told(tmp_path: Path, until: str, left: str | None) -> None:
    report = on(tmp_path, f"accept: [{{code: R201, reason: x, until: {until}}}]\n")
    told = [finding.label for finding in found(report, "expiring-acceptance")]
    assert told == ([] if left is None else [left])
    assert dt.date(2026, 11, 23) == TODAY
