"""command-cycle and headless-command: the lines of command of a pack."""

from __future__ import annotations

from pathlib import Path

from tests.unit.validators.written import found, report_on, text_at, the_one

VOCABULARY = """
dimensions:
  stage: {values: [early, late]}
activities:
  command: {}
"""
DUTY = "duties: [{id: d, activity: command, role: %s}]\n"


def pack(**subjects: str) -> dict[str, str]:
    files = {f"subjects/{name}.yaml": f"subject: {name}\n{text}" for name, text in subjects.items()}
    return {"vocabulary.yaml": VOCABULARY, **files}


def test_a_circle_is_told_as_a_path_and_stands_at_its_first_name(tmp_path: Path) -> None:
    report = report_on(
        tmp_path, pack(a="under: c\n", b="under: a\n", c="under: b\n", d="under: a\n")
    )
    finding = the_one(report, "command-cycle")
    assert finding.message.endswith("`a` under `c` under `b` under `a`")
    assert finding.subjects == ("a", "c", "b")
    assert text_at(finding) == "c"


def test_a_line_without_a_circle_is_fine(tmp_path: Path) -> None:
    assert not found(report_on(tmp_path, pack(a="", b="under: a\n")), "command-cycle")


def test_a_joint_subject_that_leads_itself_through_its_lead_is_a_circle(tmp_path: Path) -> None:
    files = pack(a="under: both\n", b="", both="members: [a, b]\nlead: a\n")
    assert the_one(report_on(tmp_path, files), "command-cycle").subjects == ("a", "both")


def test_the_main_line_is_the_one_with_most_beneath_it(tmp_path: Path) -> None:
    files = pack(
        z="",
        y="under: z\n",
        x=f"under: z\n{DUTY % '[accountable, responsible]'}",
        a="",
        b=f"under: a\n{DUTY % 'supports'}",
    )
    finding = the_one(report_on(tmp_path, files), "headless-command")
    assert finding.message == "`b` has duties and is not in the line of command of `z`"
    assert finding.subjects == ("b",)
    assert text_at(finding) == "a"
    assert finding.level == "warning"


def test_where_nobody_writes_under_there_is_no_line_to_be_outside_of(tmp_path: Path) -> None:
    files = pack(a=DUTY % "accountable", b=DUTY % "responsible")
    assert not found(report_on(tmp_path, files), "headless-command")


def test_a_subject_without_duties_may_stand_alone(tmp_path: Path) -> None:
    files = pack(a=DUTY % "[accountable, responsible]", b="under: a\n", court="")
    assert not found(report_on(tmp_path, files), "headless-command")


def test_a_joint_subject_stands_where_its_lead_stands(tmp_path: Path) -> None:
    files = pack(
        a="",
        b="under: a\n",
        firm="",
        both=f"members: [b, firm]\nlead: b\n{DUTY % '[accountable, responsible]'}",
    )
    assert not found(report_on(tmp_path, files), "headless-command")
