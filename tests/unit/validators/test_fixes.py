"""Fixes: the plainest edit that is proved to heal a finding, as text that loads to that duty."""

from __future__ import annotations

from pathlib import Path

import pytest

import remit
from remit.engine.errors import PackErrors
from remit.validators.check import Allowance
from remit.validators.edits import applied
from remit.validators.finding import Finding, Fix, Report
from tests.unit.validators.written import TODAY, found, report_on

VOCABULARY = """
dimensions:
  hazard: {values: [flood, fire, heat]}
  stage: {values: [early, mid, late]}
activities:
  watch:
"""
BOTH = "[accountable, responsible]"
ALL = f"- {{id: all, activity: watch, role: {BOTH}"


def files(**duties: str) -> dict[str, str]:
    """Return a pack; each duty list is written under its subject as it stands."""
    subjects = {
        f"subjects/{name}.yaml": f"subject: {name}\nduties:\n{text}"
        for name, text in duties.items()
    }
    return {"vocabulary.yaml": VOCABULARY, **subjects}


def healed(folder: Path, report: Report, name: str) -> tuple[Finding, Report]:
    """Make the fix of the first finding of a check in the files; return it and what is left."""
    finding = found(report, name)[0]
    make(fix_of(finding))
    return finding, remit.check(remit.load(folder), today=TODAY)


def fix_of(finding: Finding) -> Fix:
    assert finding.fix is not None
    return finding.fix


def make(fix: Fix) -> None:
    for file in {edit.span.file for edit in fix.edits}:
        path = Path(file)
        here = [edit for edit in fix.edits if edit.span.file == file]
        path.write_text(applied(path.read_text(encoding="utf-8"), here), encoding="utf-8")


def test_a_constraint_is_widened_where_that_alone_closes_the_gap(tmp_path: Path) -> None:
    report = report_on(tmp_path, files(office=f"  {ALL}, when: {{stage: [early, mid]}}}}\n"))
    finding, left = healed(tmp_path, report, "unowned-event")
    assert [edit.text for edit in fix_of(finding).edits] == ["[early, mid, late]"]
    assert fix_of(finding).is_safe
    assert not left.findings


BLOCK = f"""\
  - id: all
    activity: watch
    role: {BOTH}
    unless: {{hazard: heat, stage: late}}
"""
FLOW = f"  {ALL}, unless: {{hazard: heat, stage: late}}}}\n"
SPREAD = f"""\
  - id: all
    role: {BOTH}
    unless:
      hazard: heat
      stage: late
    activity: watch   # a comment
"""


@pytest.mark.parametrize("written", [BLOCK, FLOW, SPREAD], ids=["block", "flow", "spread"])
def test_else_a_new_duty_holds_just_there(tmp_path: Path, written: str) -> None:
    report = report_on(tmp_path, files(office=written))
    finding, left = healed(tmp_path, report, "unowned-event")
    assert "a proposal" in fix_of(finding).description
    assert not [one for one in left.findings if one.level == "error"]
    (office,) = remit.load(tmp_path).subjects.values()
    added = office.duties[-1]
    assert (added.id, added.roles) == ("watch-rest", ("accountable", "responsible"))


def test_a_duty_list_in_brackets_gets_no_new_duty(tmp_path: Path) -> None:
    pack = files(office="")
    listed = f"[{{id: all, activity: watch, role: {BOTH}, unless: {{hazard: heat, stage: late}}}}]"
    pack["subjects/office.yaml"] = f"subject: office\nduties: {listed}\n"
    assert found(report_on(tmp_path, pack), "unowned-event")[0].fix is None


def pierced() -> dict[str, str]:
    """Return a pack without a general duty, but with narrower ones here and there."""
    guard = "".join(
        f"  - id: {hazard}-{stage}\n    activity: watch\n    role: {BOTH}\n"
        f"    when: {{hazard: {hazard}, stage: {stage}}}\n"
        for hazard, stage in (("flood", "early"), ("fire", "mid"), ("heat", "late"))
    )
    return files(guard=guard)


def test_below_narrower_duties_one_lowest_duty_closes_what_they_leave(tmp_path: Path) -> None:
    report = report_on(tmp_path, pierced())
    for _ in range(4):
        fixable = [one for one in found(report, "unowned-event") if one.fix is not None]
        if not fixable:
            break
        make(fix_of(fixable[0]))
        report = remit.check(remit.load(tmp_path), today=TODAY)
    assert not found(report, "unowned-event")
    assert not found(report, "contested-event")


def test_what_holds_inside_a_pierced_region_is_named_with_its_place(tmp_path: Path) -> None:
    more = pierced()
    more["vocabulary.yaml"] = VOCABULARY.replace("heat]", "heat, storm, ice, dust]").replace(
        "late]", "late, last, after]"
    )
    finding = found(report_on(tmp_path, more), "unowned-event")[0]
    if finding.density == 1:
        assert finding.full is None
        return
    assert finding.full is not None
    assert set(finding.narrower) <= {"guard/flood-early", "guard/fire-mid", "guard/heat-late"}
    assert any("guard.yaml:" in note for note in finding.notes)


def test_the_narrower_of_two_becomes_an_exception_to_the_wider(tmp_path: Path) -> None:
    pack = files(
        office=f"  {ALL}}}\n",
        guard=f"  - id: late\n    activity: watch\n    role: {BOTH}\n    when: {{stage: late}}\n",
    )
    finding, left = healed(tmp_path, report_on(tmp_path, pack), "contested-event")
    assert "`guard/late` go before `office/all`" in fix_of(finding).description
    assert not found(left, "contested-event")


def test_who_answers_already_is_made_the_doer(tmp_path: Path) -> None:
    pack = files(office="  - {id: all, activity: watch, role: accountable}\n")
    finding, left = healed(tmp_path, report_on(tmp_path, pack), "missing-doer")
    assert [edit.text for edit in fix_of(finding).edits] == [BOTH]
    assert not left.findings


def test_no_edit_is_offered_that_an_alias_would_carry_elsewhere(tmp_path: Path) -> None:
    pack = files(
        office=f"  {ALL}, when: &w {{stage: [early, mid]}}}}\n"
        f"  - {{id: also, activity: guard, role: {BOTH}, when: *w}}\n"
    )
    pack["vocabulary.yaml"] = VOCABULARY + "  guard:\n"
    for finding in found(report_on(tmp_path, pack), "unowned-event"):
        assert finding.fix is None or "a new duty" in finding.fix.description


def test_edits_are_made_from_the_last_to_the_first(tmp_path: Path) -> None:
    report = report_on(tmp_path, pierced())
    for finding in report.findings:
        if finding.fix is None:
            continue
        path = Path(finding.fix.edits[0].span.file)
        before = path.read_text(encoding="utf-8")
        make(finding.fix)
        try:
            remit.load(tmp_path)
        except PackErrors as errors:
            pytest.fail(str(errors))
        path.write_text(before, encoding="utf-8")


def test_a_duty_written_in_a_table_is_not_edited(tmp_path: Path) -> None:
    pack = files(office="")
    pack["subjects/office.yaml"] = "subject: office\nduties: {table: duties.csv}\n"
    pack["subjects/duties.csv"] = "id,activity,role,stage\nall,watch,accountable,early\n"
    report = report_on(tmp_path, pack)
    assert found(report, "unowned-event")
    assert all(one.fix is None for one in report.findings)


def test_a_long_report_looks_for_fixes_of_its_first_findings_only() -> None:
    allowance = Allowance(left=2)
    assert [True, True, False, False] == [allowance.take() for _ in range(4)]


def test_a_duty_with_some_keys_in_quotes_is_left_readable(tmp_path: Path) -> None:
    lines = ('"id": night', '"activity": watch', f"role: {BOTH}", '"when": {}')
    quoted = "  -\n" + "".join(f"    {line}\n" for line in lines)
    report = report_on(tmp_path, files(guard=quoted, office=quoted))
    fix = found(report, "contested-event")[0].fix
    if fix is not None:
        make(fix)
    assert remit.load(tmp_path).subjects.keys() == {"guard", "office"}
