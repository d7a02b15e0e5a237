"""undeclarable-state: nobody may declare a value that the community or an incident can have."""

from __future__ import annotations

from pathlib import Path

from tests.unit.validators.written import found, report_on, text_at, the_one

OFFICE = """
subject: office
authority:
  - {id: g, power: start, when: WHEN}
duties:
  - {id: w, activity: watch, role: [accountable, responsible]}
"""


def files(dimensions: str, when: str = "{}", more: str = "") -> dict[str, str]:
    vocabulary = f"dimensions:\n{dimensions}\nactivities: {{watch: {{}}}}\npowers: {{start: }}\n"
    return {
        "vocabulary.yaml": vocabulary,
        "subjects/office.yaml": OFFICE.replace("WHEN", when) + more,
    }


STATED = "  stage: {values: [early, late], state: true, declared_by: start}"


def test_a_power_held_only_somewhere_leaves_the_rest_undeclared(tmp_path: Path) -> None:
    finding = the_one(report_on(tmp_path, files(STATED, "{stage: early}")), "undeclarable-state")
    assert (finding.region, finding.power, text_at(finding)) == (
        {"stage": "late"},
        "start",
        "start",
    )


def test_a_power_held_everywhere_is_no_finding(tmp_path: Path) -> None:
    assert not found(report_on(tmp_path, files(STATED)), "undeclarable-state")


def test_a_prohibition_takes_the_power_away(tmp_path: Path) -> None:
    barred = "prohibitions:\n  - {power: start, when: {stage: late}}\n"
    finding = the_one(report_on(tmp_path, files(STATED, more=barred)), "undeclarable-state")
    assert finding.region == {"stage": "late"}


def test_a_value_without_a_power_is_named(tmp_path: Path) -> None:
    only_early = "  stage: {values: [early, late], state: true, declared_by: {early: start}}"
    finding = the_one(report_on(tmp_path, files(only_early)), "undeclarable-state")
    assert finding.message == "no power lets anybody declare `stage=late`"


def test_a_state_beside_declared_ones_needs_a_power_too(tmp_path: Path) -> None:
    two = f"{STATED}\n  closure: {{values: [closed, open], state: true}}"
    finding = the_one(report_on(tmp_path, files(two)), "undeclarable-state")
    assert finding.message == "no power lets anybody declare `closure`"


def test_a_pack_that_names_no_power_is_passed_over(tmp_path: Path) -> None:
    plain = "  stage: {values: [early, late], state: true}"
    assert not found(report_on(tmp_path, files(plain)), "undeclarable-state")
