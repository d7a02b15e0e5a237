"""unneeded-duty: a duty that holds only where nobody needs its activity."""

from __future__ import annotations

from pathlib import Path

from tests.unit.validators.written import found, report_on, text_at, the_one

SUBJECT = """
subject: office
duties:
  - {id: early, activity: watch, role: [accountable, responsible], when: {stage: early}}
  - {id: late, activity: watch, role: [accountable, responsible], when: {stage: late}}
"""


def files(rest: str) -> dict[str, str]:
    return {
        "vocabulary.yaml": "dimensions:\n  stage: {values: [early, late]}\n"
        "  shift: {values: [day, night]}\n" + rest,
        "subjects/office.yaml": SUBJECT,
    }


def test_a_duty_outside_needed_is_found_at_its_when(tmp_path: Path) -> None:
    report = report_on(tmp_path, files("activities:\n  watch: {needed: {stage: early}}\n"))
    finding = the_one(report, "unneeded-duty")
    assert (finding.duty, text_at(finding)) == ("office/late", "{stage: late}")
    assert finding.related[0].span.line == 5


def test_a_duty_where_the_activity_is_left_unowned_is_found(tmp_path: Path) -> None:
    rest = (
        "activities:\n  watch:\n"
        "unowned:\n  - {activity: watch, when: {stage: late}, reason: nobody is there}\n"
    )
    finding = the_one(report_on(tmp_path, files(rest)), "unneeded-duty")
    assert finding.related[-1].message == "left unowned here"


def test_a_duty_that_is_needed_in_one_event_is_not_found(tmp_path: Path) -> None:
    needed = "activities:\n  watch: {needed: [{stage: early}, {stage: late, shift: night}]}\n"
    assert not found(report_on(tmp_path, files(needed)), "unneeded-duty")


def test_a_duty_that_no_possible_event_meets_is_only_called_dead(tmp_path: Path) -> None:
    rest = "activities:\n  watch: {needed: {stage: early}}\nimpossible:\n  - {stage: late}\n"
    report = report_on(tmp_path, files(rest))
    assert [one.name for one in report.findings] == ["dead-duty"]
