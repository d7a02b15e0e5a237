"""dead-duty: a duty has an effect in no event that can happen."""

from __future__ import annotations

from pathlib import Path

from tests.unit.validators.written import found, report_on, text_at, the_one

VOCABULARY = """
dimensions:
  stage: {values: [early, mid, late]}
  cases: {integer: {min: 0, max: 9}}
activities:
  supply: {}
"""


def office(*duties: str) -> str:
    return "subject: o\nduties:\n" + "".join(
        f"  - {{activity: supply, {duty}}}\n" for duty in duties
    )


def test_a_duty_that_several_override_together_is_dead(tmp_path: Path) -> None:
    duties = office(
        "id: a, role: [accountable, responsible]",
        "id: b, role: [accountable, responsible], when: {stage: [early, mid]}, exception_to: [o/a]",
        "id: c, role: [accountable, responsible], when: {stage: late}, exception_to: [o/a]",
    )
    report = report_on(tmp_path, {"vocabulary.yaml": VOCABULARY, "subjects/o.yaml": duties})
    finding = the_one(report, "dead-duty")
    assert finding.duty == "o/a"
    assert text_at(finding) == "a"
    assert [each.message for each in finding.related] == [
        "`o/b` overrides it",
        "`o/c` overrides it",
    ]
    assert finding.level == "warning"


def test_a_duty_alive_only_between_its_corners_is_not_dead(tmp_path: Path) -> None:
    duties = office(
        "id: a, role: [accountable, responsible]",
        'id: b, role: [accountable, responsible], when: {cases: "< 3"}, exception_to: [o/a]',
        'id: c, role: [accountable, responsible], when: {cases: "> 6"}, exception_to: [o/a]',
    )
    report = report_on(tmp_path, {"vocabulary.yaml": VOCABULARY, "subjects/o.yaml": duties})
    assert not found(report, "dead-duty")


def test_a_duty_for_what_cannot_happen_is_dead(tmp_path: Path) -> None:
    vocabulary = VOCABULARY + "impossible: [{stage: late}]\n"
    duties = office(
        "id: a, role: [accountable, responsible]", "id: b, role: informed, when: {stage: late}"
    )
    report = report_on(tmp_path, {"vocabulary.yaml": vocabulary, "subjects/o.yaml": duties})
    finding = the_one(report, "dead-duty")
    assert finding.message == "`o/b` never has an effect: no event that can happen meets it"


def test_a_duty_that_only_supports_lives_beside_another(tmp_path: Path) -> None:
    duties = office("id: a, role: [accountable, responsible]", "id: b, role: supports")
    report = report_on(tmp_path, {"vocabulary.yaml": VOCABULARY, "subjects/o.yaml": duties})
    assert not found(report, "dead-duty")
