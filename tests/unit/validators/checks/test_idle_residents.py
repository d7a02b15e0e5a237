"""idle-residents: a phase or stage in which no task is open to residents and volunteers."""

from __future__ import annotations

from pathlib import Path

import pytest

import remit
from remit.validators.finding import Report
from tests.unit.validators.written import PACK, found, report_on, text_at, the_one

VOCABULARY = """
dimensions:
  phase: {values: [prevention, response, recovery]}
  season: {values: [wet, dry]}
activities:
  watch: {needed: {phase: [prevention, response]}}
  repair: {needed: {phase: recovery}}
"""
OFFICE = """
subject: office
duties:
  - {id: watch, activity: watch, role: [accountable, responsible]}
  - {id: repair, activity: repair, role: [accountable, responsible]}
"""


def report(folder: Path, *subjects: str, options: str = "") -> Report:
    """Return what is found of subjects given as `name: duty; duty`."""
    files = {
        "pack.yaml": PACK + (f"checks: {{idle-residents: {options}}}\n" if options else ""),
        "vocabulary.yaml": VOCABULARY,
        "subjects/office.yaml": OFFICE,
    }
    for one in subjects:
        name, _, duties = one.partition(": ")
        listed = [f"  - {{id: d{n}, {duty}}}" for n, duty in enumerate(duties.split("; ")) if duty]
        files[f"subjects/{name}.yaml"] = "\n".join(
            [f"subject: {name}", *(["duties:", *listed] if listed else []), ""]
        )
    return report_on(folder, files)


def test_a_phase_without_a_task_for_volunteers_is_told(tmp_path: Path) -> None:
    finding = the_one(
        report(tmp_path, "volunteers: activity: watch, role: supports"), "idle-residents"
    )
    assert finding.message == "`volunteers` has no task where `phase` is `recovery`"
    assert (finding.level, finding.region) == ("note", {"phase": "recovery"})
    assert text_at(finding) == "volunteers"


def test_one_task_in_part_of_a_phase_is_enough_and_may_be_anybodys(tmp_path: Path) -> None:
    tasks = (
        "volunteers: activity: watch, role: supports",
        "residents: activity: repair, role: responsible, when: {season: wet}",
    )
    assert not found(report(tmp_path, *tasks), "idle-residents")


@pytest.mark.parametrize("role", ["informed", "consulted"])
def test_to_be_told_is_no_task(tmp_path: Path, role: str) -> None:
    tasks = f"residents: activity: watch, role: {role}; activity: repair, role: {role}"
    told = found(report(tmp_path, tasks), "idle-residents")
    assert {one.region["phase"] for one in told} == {"prevention", "response", "recovery"}


def test_a_task_where_it_is_not_needed_is_none(tmp_path: Path) -> None:
    tasks = "residents: activity: watch, role: supports"
    assert found(report(tmp_path, tasks), "idle-residents")[0].region == {"phase": "recovery"}


def test_a_pack_without_residents_and_one_that_leaves_them_to_others_pass(tmp_path: Path) -> None:
    assert not found(report(tmp_path / "none"), "idle-residents")
    assert not found(report(tmp_path / "named", "volunteers: "), "idle-residents")
    options = "{subjects: volunteers}"
    asked = report(tmp_path / "asked", "volunteers: ", options=options)
    assert len(found(asked, "idle-residents")) == 3


def test_the_pack_says_who_and_when(tmp_path: Path) -> None:
    options = "{subjects: [wardens], dimensions: season}"
    task = "wardens: activity: watch, role: supports, when: {season: wet}"
    finding = the_one(report(tmp_path, task, options=options), "idle-residents")
    assert finding.region == {"season": "dry"}
    with pytest.raises(remit.PackErrors, match="there is no subject `warden`"):
        report(tmp_path, task, options="{subjects: [warden]}")
