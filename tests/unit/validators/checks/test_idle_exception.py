"""idle-exception: a duty is an exception to another that never holds in the same event."""

from __future__ import annotations

from pathlib import Path

from tests.unit.validators.written import found, report_on, text_at, the_one

VOCABULARY = """
dimensions:
  stage: {values: [early, mid, late]}
activities:
  supply: {}
  gate: {}
"""


def files(first: str, second: str) -> dict[str, str]:
    duties = f"subject: o\nduties:\n  - {{id: a, role: accountable, {first}}}\n"
    duties += f"  - {{id: b, role: accountable, exception_to: [o/a], {second}}}\n"
    return {"vocabulary.yaml": VOCABULARY, "subjects/o.yaml": duties}


def test_it_stands_at_the_name_of_the_duty_that_is_never_met(tmp_path: Path) -> None:
    written = files("activity: gate, when: {stage: early}", "activity: gate, when: {stage: late}")
    finding = the_one(report_on(tmp_path, written), "idle-exception")
    assert text_at(finding) == "o/a"
    assert finding.duty == "o/b"
    assert finding.related[0].message == "holds here"


def test_duties_of_two_activities_never_meet(tmp_path: Path) -> None:
    report = report_on(tmp_path, files("activity: gate", "activity: supply"))
    assert "is about `gate`, not `supply`" in the_one(report, "idle-exception").message


def test_duties_of_different_days_never_meet(tmp_path: Path) -> None:
    written = files(
        "activity: gate, valid: {until: 2026-01-31}", "activity: gate, valid: {from: 2026-02-01}"
    )
    assert found(report_on(tmp_path, written), "idle-exception")


def test_duties_that_meet_only_between_their_corners_do_meet(tmp_path: Path) -> None:
    written = files(
        "activity: gate, when: {stage: [early, mid]}", "activity: gate, when: {stage: [mid, late]}"
    )
    assert not found(report_on(tmp_path, written), "idle-exception")
