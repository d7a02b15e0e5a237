"""contested-event: two subjects or more are accountable for an activity in the same event."""

from __future__ import annotations

from pathlib import Path

from tests.unit.validators.written import found, report_on, text_at, the_one

VOCABULARY = """
dimensions:
  shift: {values: [day, night]}
activities:
  gate: {}
"""
COMMITTEE = (
    "subject: committee\nduties: [{id: gate, activity: gate, role: [accountable, responsible]}]\n"
)


def company(rest: str) -> str:
    return f"subject: company\nduties: [{{id: gate, activity: gate, role: accountable{rest}}}]\n"


def test_it_stands_at_the_narrower_duty_and_names_the_exception_to_write(tmp_path: Path) -> None:
    files = {
        "vocabulary.yaml": VOCABULARY,
        "subjects/committee.yaml": COMMITTEE,
        "subjects/company.yaml": company(", when: {shift: night}"),
    }
    finding = the_one(report_on(tmp_path, files), "contested-event")
    assert finding.subjects == ("committee", "company")
    assert finding.duty == "company/gate"
    assert text_at(finding) == "accountable"
    assert finding.region == {"shift": "night"}
    assert "exception_to: [committee/gate]` in `company/gate`, narrow" in finding.help
    (other,) = finding.related
    assert other.message == "`committee/gate` is another"


def test_an_exception_settles_it(tmp_path: Path) -> None:
    files = {
        "vocabulary.yaml": VOCABULARY,
        "subjects/committee.yaml": COMMITTEE,
        "subjects/company.yaml": company(", exception_to: [committee/gate]"),
    }
    assert not found(report_on(tmp_path, files), "contested-event")


def test_precedence_settles_it(tmp_path: Path) -> None:
    files = {
        "pack.yaml": "remit: 1\npack: sample\nversion: '1'\nprecedence: [shift]\n",
        "vocabulary.yaml": VOCABULARY,
        "subjects/committee.yaml": COMMITTEE,
        "subjects/company.yaml": company(", when: {shift: night}"),
    }
    assert not found(report_on(tmp_path, files), "contested-event")


def test_a_joint_subject_is_one(tmp_path: Path) -> None:
    files = {
        "vocabulary.yaml": VOCABULARY,
        "subjects/a.yaml": "subject: a\n",
        "subjects/b.yaml": "subject: b\n",
        "subjects/both.yaml": "subject: both\nmembers: [a, b]\nlead: a\n"
        "duties: [{id: gate, activity: gate, role: [accountable, responsible]}]\n",
    }
    assert not found(report_on(tmp_path, files), "contested-event")


def test_two_duties_of_one_subject_are_no_conflict(tmp_path: Path) -> None:
    twice = COMMITTEE.replace("]}]", "]}, {id: again, activity: gate, role: accountable}]")
    files = {"vocabulary.yaml": VOCABULARY, "subjects/committee.yaml": twice}
    assert not found(report_on(tmp_path, files), "contested-event")


def test_where_the_activity_is_not_needed_nothing_is_contested(tmp_path: Path) -> None:
    files = {
        "vocabulary.yaml": VOCABULARY.replace("gate: {}", "gate: {needed: {shift: day}}"),
        "subjects/committee.yaml": COMMITTEE,
        "subjects/company.yaml": company(", when: {shift: night}"),
    }
    assert not found(report_on(tmp_path, files), "contested-event")
