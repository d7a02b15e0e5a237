"""assist-made-accountable: a subject is accountable where it may only assist."""

from __future__ import annotations

from pathlib import Path

from tests.unit.validators.written import found, report_on, text_at, the_one

VOCABULARY = """
dimensions:
  stage: {values: [early, late]}
activities:
  screening: {}
"""
ASSISTS = "assists_only: [{activity: screening, when: {stage: early}, basis: art. 22}]\n"


def committee(role: str) -> dict[str, str]:
    duties = f"duties: [{{id: s, activity: screening, role: {role}}}]\n"
    return {"vocabulary.yaml": VOCABULARY, "subjects/c.yaml": "subject: c\n" + ASSISTS + duties}


def test_it_is_found_only_where_the_subject_may_only_assist(tmp_path: Path) -> None:
    finding = the_one(
        report_on(tmp_path, committee("[accountable, responsible]")), "assist-made-accountable"
    )
    assert finding.region == {"stage": "early"}
    assert text_at(finding) == "[accountable, responsible]"
    assert finding.related[0].message == "may only assist: art. 22"


def test_one_who_does_the_work_assists(tmp_path: Path) -> None:
    assert not found(report_on(tmp_path, committee("responsible")), "assist-made-accountable")
