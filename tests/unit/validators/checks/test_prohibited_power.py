"""prohibited-power: a subject is granted, or needs for its duty, a power it may not use."""

from __future__ import annotations

from pathlib import Path

from tests.unit.validators.written import found, report_on, text_at, the_one

VOCABULARY = """
dimensions:
  stage: {values: [early, mid, late]}
activities:
  isolate: {requires: [seal]}
powers:
  seal: {}
  other: {}
"""


def company(*lines: str) -> dict[str, str]:
    return {
        "vocabulary.yaml": VOCABULARY,
        "subjects/c.yaml": "\n".join(["subject: c", *lines]) + "\n",
    }


def test_a_grant_that_meets_a_prohibition_is_found_where_they_meet(tmp_path: Path) -> None:
    written = company(
        "authority: [{id: a, power: seal, when: {stage: [early, mid]}}]",
        "prohibitions: [{power: seal, when: {stage: [mid, late]}, basis: art. 286}]",
    )
    finding = the_one(report_on(tmp_path, written), "prohibited-power")
    assert text_at(finding) == "seal"
    assert finding.region == {"stage": "mid"}
    assert finding.power == "seal"
    assert finding.activity is None
    assert finding.related[0].message == "prohibited: art. 286"


def test_a_duty_that_requires_a_prohibited_power_is_found_too(tmp_path: Path) -> None:
    written = company(
        "prohibitions: [{power: seal, when: {stage: late}}]",
        "duties: [{id: i, activity: isolate, role: [accountable, responsible]}]",
    )
    finding = the_one(report_on(tmp_path, written), "prohibited-power")
    assert finding.activity == "isolate"
    assert finding.duty == "c/i"
    assert finding.region == {"stage": "late"}


def test_a_prohibition_of_another_power_or_another_time_is_no_clash(tmp_path: Path) -> None:
    written = company(
        "authority: [{id: a, power: seal, when: {stage: early}}]",
        "prohibitions: [{power: seal, when: {stage: late}}, {power: other}]",
    )
    assert not found(report_on(tmp_path, written), "prohibited-power")
