"""missing-doer: an activity is needed, and no subject is responsible for doing it."""

from __future__ import annotations

from pathlib import Path

from tests.unit.validators.written import found, report_on, text_at, the_one

VOCABULARY = """
dimensions:
  stage: {values: [early, late]}
activities:
  supply: {}
"""


def test_it_stands_at_the_role_of_the_one_who_answers(tmp_path: Path) -> None:
    files = {
        "vocabulary.yaml": VOCABULARY,
        "subjects/o.yaml": "subject: o\nduties: [{id: a, activity: supply, role: accountable}]\n",
    }
    finding = the_one(report_on(tmp_path, files), "missing-doer")
    assert text_at(finding) == "accountable"
    assert finding.label == "`o` is accountable, but nobody does it"
    assert finding.letter == "responsible"


def test_it_stands_where_the_nearest_doer_stops(tmp_path: Path) -> None:
    files = {
        "vocabulary.yaml": VOCABULARY,
        "subjects/o.yaml": "subject: o\nduties:\n  - {id: a, activity: supply, role: accountable}\n"
        "  - {id: b, activity: supply, role: responsible, when: {stage: late}}\n",
    }
    finding = the_one(report_on(tmp_path, files), "missing-doer")
    assert text_at(finding) == "late"
    assert finding.region == {"stage": "early"}


def test_a_doer_without_an_owner_is_enough_for_this_check(tmp_path: Path) -> None:
    files = {
        "vocabulary.yaml": VOCABULARY,
        "subjects/o.yaml": "subject: o\nduties: [{id: a, activity: supply, role: responsible}]\n",
    }
    assert not found(report_on(tmp_path, files), "missing-doer")
