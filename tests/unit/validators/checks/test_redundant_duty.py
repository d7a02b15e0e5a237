"""redundant-duty: a duty without which every answer would be the same."""

from __future__ import annotations

from pathlib import Path

from tests.unit.validators.written import found, report_on, text_at, the_one

VOCABULARY = """
dimensions:
  stage: {values: [early, late]}
  shift: {values: [day, night]}
activities:
  watch:
"""
GENERAL = "{id: all, activity: watch, role: [accountable, responsible]}"


def pack(*office: str, guard: str = "") -> dict[str, str]:
    files = {
        "vocabulary.yaml": VOCABULARY,
        "subjects/office.yaml": "subject: office\nduties:\n"
        + "".join(f"  - {duty}\n" for duty in office),
    }
    if guard:
        files["subjects/guard.yaml"] = f"subject: guard\nduties:\n  - {guard}\n"
    return files


def test_a_duty_inside_another_of_its_subject_is_found_where_it_is_named(tmp_path: Path) -> None:
    night = "{id: night, activity: watch, role: accountable, when: {shift: night}}"
    finding = the_one(report_on(tmp_path, pack(GENERAL, night)), "redundant-duty")
    assert (finding.duty, text_at(finding)) == ("office/night", "night")
    assert finding.help == "delete it; `office/all` must then stay"


def test_two_duties_that_say_the_same_are_each_redundant(tmp_path: Path) -> None:
    again = GENERAL.replace("id: all", "id: again")
    named = [one.duty for one in found(report_on(tmp_path, pack(GENERAL, again)), "redundant-duty")]
    assert named == ["office/all", "office/again"]


def test_a_duty_that_keeps_another_from_answering_is_needed(tmp_path: Path) -> None:
    night = "{id: night, activity: watch, role: [accountable, responsible], when: {shift: night}, "
    files = pack(GENERAL, night + "exception_to: [guard/night]}", guard=night[:-2] + "}")
    assert not found(report_on(tmp_path, files), "redundant-duty")


def test_an_exception_to_ones_own_duty_changes_nothing(tmp_path: Path) -> None:
    night = "{id: night, activity: watch, role: [accountable, responsible], when: {shift: night}, "
    files = pack(GENERAL, night + "exception_to: [office/all]}")
    assert the_one(report_on(tmp_path, files), "redundant-duty").duty == "office/night"


def test_the_middle_of_a_chain_of_exceptions_is_needed_where_the_ends_meet(tmp_path: Path) -> None:
    middle = (
        "{id: middle, activity: watch, role: [accountable, responsible], when: {stage: early},"
        " exception_to: [office/all]}"
    )
    guard = (
        "{id: end, activity: watch, role: [accountable, responsible], when: {shift: night},"
        " exception_to: [office/middle]}"
    )
    assert not found(report_on(tmp_path, pack(GENERAL, middle, guard=guard)), "redundant-duty")


def test_a_dead_duty_is_only_called_dead(tmp_path: Path) -> None:
    night = "{id: night, activity: watch, role: [accountable, responsible], when: {shift: night}}"
    guard = (
        "{id: all, activity: watch, role: [accountable, responsible], exception_to: [office/night]}"
    )
    report = report_on(tmp_path, pack(night, guard=guard))
    assert [one.name for one in report.findings] == ["dead-duty"]


def test_a_letter_that_adds_up_twice_is_redundant(tmp_path: Path) -> None:
    told = "{id: told, activity: watch, role: informed}"
    early = "{id: early, activity: watch, role: informed, when: {stage: early}}"
    finding = the_one(report_on(tmp_path, pack(GENERAL, told, early)), "redundant-duty")
    assert finding.duty == "office/early"


def test_a_time_limit_that_would_go_with_the_duty_is_named(tmp_path: Path) -> None:
    night = "{id: night, activity: watch, role: accountable, when: {shift: night}, complete: 2h}"
    general = GENERAL.replace("}", ", complete: 12h}")
    finding = the_one(report_on(tmp_path, pack(general, night)), "redundant-duty")
    assert finding.notes == ("its own `complete` would go with it",)
