"""Acceptances: a finding is split exactly into what is accepted and what is not."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path

import pytest

import remit
from remit.engine.map.responsibility import compile_pack
from remit.validators.finding import Finding, Report
from remit.validators.registry import CHECKS, run
from tests.unit.validators.written import found, report_on, the_one

VOCABULARY = """
dimensions:
  stage: {values: [early, mid, late]}
  shift: {values: [day, night]}
activities:
  supply: {}
  gate: {}
"""
SUBJECTS = {
    "subjects/o.yaml": "subject: o\nduties:\n"
    "  - {id: s, activity: supply, role: [accountable, responsible], when: {stage: early}}\n"
    "  - {id: g, activity: gate, role: [accountable, responsible]}\n"
}


def accepting(folder: Path, *entries: str, today: str = "2026-11-23") -> Report:
    accept = "".join(f"  - {{reason: known, {entry}}}\n" for entry in entries)
    pack = f"remit: 1\npack: sample\nversion: '1'\naccept:\n{accept}"
    files = {"pack.yaml": pack, "vocabulary.yaml": VOCABULARY, **SUBJECTS}
    return report_on(folder, files, today=dt.date.fromisoformat(today))


def gaps(report: Report) -> list[tuple[bool, dict[str, object], Fraction | None]]:
    return [(f.accepted, dict(f.region), f.share) for f in found(report, "unowned-event")]


@pytest.mark.parametrize("code", ["R201", "unowned-event"])
def test_the_part_inside_is_accepted_and_the_rest_stays_open(tmp_path: Path, code: str) -> None:
    report = accepting(tmp_path, f"code: {code}, when: {{stage: late, shift: day}}")
    assert sorted(gaps(report), key=str) == sorted(
        [
            (False, {"stage": "mid"}, Fraction(1, 3)),
            (False, {"stage": ["mid", "late"], "shift": "night"}, Fraction(1, 3)),
            (True, {"stage": "late", "shift": "day"}, Fraction(1, 6)),
        ],
        key=str,
    )


def test_a_finding_accepted_whole_leaves_nothing_open(tmp_path: Path) -> None:
    report = accepting(tmp_path, "code: R201", "code: R203")
    assert not report.open_findings()
    assert all(finding.accepted for finding in report.findings)


def test_two_acceptances_may_share_a_finding(tmp_path: Path) -> None:
    entries = ("code: R201, when: {stage: mid}", "code: R201, when: {stage: late}", "code: R203")
    assert not accepting(tmp_path, *entries).open_findings()


@pytest.mark.parametrize("narrow", ["activity: gate", "subject: o", "duty: o/g"])
def test_an_acceptance_of_something_else_matches_nothing(tmp_path: Path, narrow: str) -> None:
    report = accepting(tmp_path, f"code: R201, {narrow}")
    assert not [finding for finding in report.findings if finding.accepted]
    assert the_one(report, "unused-acceptance").code == "V903"


def test_an_acceptance_of_the_right_activity_matches(tmp_path: Path) -> None:
    report = accepting(tmp_path, "code: R201, activity: supply", "code: R203, activity: supply")
    assert not report.open_findings()


def test_the_last_day_still_counts(tmp_path: Path) -> None:
    report = accepting(tmp_path, "code: R201, until: 2026-11-23", "code: R203")
    assert {finding.name for finding in report.open_findings()} == {"expiring-acceptance"}


def test_past_its_last_day_it_no_longer_holds_and_is_a_finding(tmp_path: Path) -> None:
    report = accepting(tmp_path, "code: R201, until: 2026-11-22", "code: R203")
    assert [finding.name for finding in report.open_findings()] == [
        "stale-acceptance",
        "unowned-event",
    ]
    assert the_one(report, "stale-acceptance").message == (
        "the acceptance of `R201` ended on 2026-11-22"
    )


def test_a_code_nobody_has_is_unused_and_the_nearest_is_named(tmp_path: Path) -> None:
    report = accepting(tmp_path, "code: unowned-events")
    assert the_one(report, "unused-acceptance").help == "did you mean `unowned-event`?"


def test_findings_about_acceptances_cannot_be_accepted(tmp_path: Path) -> None:
    report = accepting(tmp_path, "code: V903", "code: R202")
    unused = found(report, "unused-acceptance")
    assert [finding.accepted for finding in unused] == [False, False]
    assert unused[0].help == "delete the entry: a finding about acceptances cannot be accepted"


def dead(folder: Path, when: str) -> Finding:
    accept = f"accept: [{{code: dead-duty, reason: known{when}}}]\n"
    files = {
        "pack.yaml": f"remit: 1\npack: sample\nversion: '1'\n{accept}",
        "vocabulary.yaml": VOCABULARY + "impossible: [{stage: mid}]\n",
        **SUBJECTS,
        "subjects/p.yaml": "subject: p\nduties:\n"
        "  - {id: x, activity: gate, role: informed, when: {stage: mid}}\n",
    }
    return the_one(report_on(folder, files), "dead-duty")


def test_a_finding_without_cells_is_accepted_for_every_event_or_not_at_all(tmp_path: Path) -> None:
    assert dead(tmp_path / "all", "").accepted
    assert dead(tmp_path / "named", ", duty: p/x").accepted
    assert not dead(tmp_path / "some", ", when: {stage: early}").accepted


def test_an_acceptance_of_one_duty_leaves_what_another_does(tmp_path: Path) -> None:
    files = {
        "pack.yaml": "remit: 1\npack: sample\nversion: '1'\n"
        "accept: [{code: A204, duty: o/a, reason: known}]\n",
        "vocabulary.yaml": VOCABULARY,
        "subjects/o.yaml": "subject: o\nassists_only: [{activity: gate}]\nduties:\n"
        "  - {id: a, activity: gate, role: accountable, when: {stage: early}}\n"
        "  - {id: b, activity: gate, role: accountable, when: {stage: late}}\n",
    }
    report = report_on(tmp_path, files)
    parts = [(f.accepted, dict(f.region)) for f in found(report, "assist-made-accountable")]
    assert sorted(parts) == [(False, {"stage": "late"}), (True, {"stage": "early"})]


def test_an_acceptance_of_a_check_that_did_not_run_is_not_called_unused(tmp_path: Path) -> None:
    accepting(tmp_path, "code: R201, when: {stage: early}", "code: missing-doer, activity: gate")
    chosen = [check for check in CHECKS if check.code in {"R203", "V903"}]
    report = run(chosen, compile_pack(remit.load(tmp_path)), today=dt.date(2026, 11, 23))
    told = [finding.message for finding in found(report, "unused-acceptance")]
    assert told == ["the acceptance of `missing-doer` matches no finding"]
    assert len(report.left_out) == len(CHECKS) - 2
