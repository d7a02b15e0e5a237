"""unowned-event: an activity is needed, and no subject is accountable for it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from tests.unit.validators.written import found, report_on, text_at, the_one

VOCABULARY = """
dimensions:
  hazard: {tree: {epidemic: [covid-19, influenza], flood: }}
  stage: {values: [early, mid-term, normalised]}
  cases: {integer: {min: 0, max: 100}}
activities:
  supply: {needed: {hazard: epidemic}}
"""
DOER = "subject: doer\nduties: [{id: do, activity: supply, role: responsible}]\n"


def office(duties: str) -> str:
    return f"subject: office\nduties:\n{duties}"


def test_it_stands_where_the_nearest_duty_stops(tmp_path: Path) -> None:
    duty = "  - {id: a, activity: supply, role: accountable, when: {stage: [early, mid-term]}}\n"
    report = report_on(
        tmp_path,
        {"vocabulary.yaml": VOCABULARY, "subjects/o.yaml": office(duty), "subjects/d.yaml": DOER},
    )
    finding = the_one(report, "unowned-event")
    assert text_at(finding) == "[early, mid-term]"
    assert finding.region == {"hazard": "epidemic", "stage": "normalised"}
    assert finding.witness is not None
    assert finding.witness["stage"] == "normalised"
    assert finding.duty == "office/a"
    assert finding.help.startswith("add `normalised` here")


def test_it_stands_at_the_activity_where_no_duty_is_near(tmp_path: Path) -> None:
    report = report_on(tmp_path, {"vocabulary.yaml": VOCABULARY, "subjects/d.yaml": DOER})
    finding = the_one(report, "unowned-event")
    assert text_at(finding) == "supply"
    assert finding.message == "no subject is accountable for `supply` in any event"


def test_a_number_just_past_a_range_is_found(tmp_path: Path) -> None:
    duty = '  - {id: a, activity: supply, role: accountable, when: {cases: "< 100"}}\n'
    report = report_on(
        tmp_path,
        {"vocabulary.yaml": VOCABULARY, "subjects/o.yaml": office(duty), "subjects/d.yaml": DOER},
    )
    finding = the_one(report, "unowned-event")
    assert finding.witness is not None
    assert finding.witness["cases"] == 100
    assert finding.help.startswith("widen this to hold `100`")


def test_it_stands_at_an_exception_that_takes_the_letter_away(tmp_path: Path) -> None:
    duties = (
        "  - {id: a, activity: supply, role: accountable}\n"
        "  - {id: b, activity: supply, role: supports, when: {stage: early},"
        " exception_to: [office/a]}\n"
    )
    report = report_on(
        tmp_path,
        {"vocabulary.yaml": VOCABULARY, "subjects/o.yaml": office(duties), "subjects/d.yaml": DOER},
    )
    finding = the_one(report, "unowned-event")
    assert text_at(finding) == "[office/a]"
    assert finding.help == "add `accountable` to the role of `office/b`, or narrow its `when`"


def test_it_stands_at_an_unless_that_takes_the_event_away(tmp_path: Path) -> None:
    duty = "  - {id: a, activity: supply, role: accountable, unless: {stage: early}}\n"
    report = report_on(
        tmp_path,
        {"vocabulary.yaml": VOCABULARY, "subjects/o.yaml": office(duty), "subjects/d.yaml": DOER},
    )
    assert text_at(the_one(report, "unowned-event")) == "{stage: early}"


def test_a_gap_in_time_is_a_gap(tmp_path: Path) -> None:
    duties = (
        "  - {id: a, activity: supply, role: accountable, valid: {until: 2026-01-31}}\n"
        "  - {id: b, activity: supply, role: accountable, valid: {from: 2026-02-02}}\n"
    )
    report = report_on(
        tmp_path,
        {"vocabulary.yaml": VOCABULARY, "subjects/o.yaml": office(duties), "subjects/d.yaml": DOER},
    )
    finding = the_one(report, "unowned-event")
    assert finding.witness is not None
    assert finding.witness["date"] == dt.date(2026, 2, 1)


def test_what_is_left_out_on_purpose_or_cannot_happen_is_no_gap(tmp_path: Path) -> None:
    duty = "  - {id: a, activity: supply, role: accountable, when: {stage: early}}\n"
    vocabulary = VOCABULARY + (
        "unowned: [{activity: supply, when: {stage: normalised}, reason: the market}]\n"
        "impossible: [{stage: mid-term}]\n"
    )
    report = report_on(
        tmp_path,
        {"vocabulary.yaml": vocabulary, "subjects/o.yaml": office(duty), "subjects/d.yaml": DOER},
    )
    assert not found(report, "unowned-event")
