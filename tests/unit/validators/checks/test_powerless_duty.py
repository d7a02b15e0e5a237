"""powerless-duty: a subject is accountable for an activity without a power it requires."""

from __future__ import annotations

from pathlib import Path

from tests.unit.validators.written import found, report_on, text_at, the_one

VOCABULARY = """
dimensions:
  level: {scale: [iv, iii, ii, i]}
activities:
  close: {requires: [order-closure], needed: {level: iii..}}
powers:
  order-closure: {label: {en: Order closure, zh: 决定封闭}}
"""
DUTIES = "duties: [{id: close, activity: close, role: [accountable, responsible]}]\n"


def test_it_stands_at_the_duty_and_names_who_may(tmp_path: Path) -> None:
    files = {
        "vocabulary.yaml": VOCABULARY,
        "subjects/c.yaml": "subject: committee\nlabel: {zh: 居委会}\n" + DUTIES,
        "subjects/d.yaml": "subject: district\nauthority: [{id: a, power: order-closure}]\n",
    }
    finding = the_one(report_on(tmp_path, files), "powerless-duty")
    assert text_at(finding) == "[accountable, responsible]"
    assert finding.power == "order-closure"
    assert finding.region == {"level": "iii.."}
    assert "make `district` accountable" in finding.help
    assert "`committee` is 居委会; `order-closure` is Order closure / 决定封闭" in finding.notes


def test_a_power_held_in_part_leaves_the_rest(tmp_path: Path) -> None:
    grant = "authority: [{id: a, power: order-closure, when: {level: ii..}}]\n"
    files = {
        "vocabulary.yaml": VOCABULARY,
        "subjects/c.yaml": "subject: committee\n" + grant + DUTIES,
    }
    finding = the_one(report_on(tmp_path, files), "powerless-duty")
    assert finding.region == {"level": "iii"}
    assert [each.message for each in finding.related] == ["`close` requires it", "held only here"]


def test_a_joint_subject_holds_the_powers_of_its_members(tmp_path: Path) -> None:
    files = {
        "vocabulary.yaml": VOCABULARY,
        "subjects/a.yaml": "subject: a\nauthority: [{id: a, power: order-closure}]\n",
        "subjects/b.yaml": "subject: b\n",
        "subjects/j.yaml": "subject: both\nmembers: [a, b]\nlead: b\n" + DUTIES,
    }
    assert not found(report_on(tmp_path, files), "powerless-duty")


def test_a_power_granted_by_a_higher_pack_counts(tmp_path: Path) -> None:
    higher = tmp_path / "city"
    (higher / "subjects").mkdir(parents=True)
    (higher / "pack.yaml").write_text("remit: 1\npack: city\nversion: '1'\n", "utf-8")
    (higher / "vocabulary.yaml").write_text(VOCABULARY, "utf-8")
    grant = "subject: committee\nauthority: [{id: a, power: order-closure}]\n"
    (higher / "subjects" / "c.yaml").write_text(grant, "utf-8")
    files = {
        "pack.yaml": "remit: 1\npack: low\nversion: '1'\nextends: [../city]\n",
        "vocabulary.yaml": "activities: {}\n",
        "subjects/c.yaml": "subject: committee\n" + DUTIES,
    }
    assert not found(report_on(tmp_path / "low", files), "powerless-duty")


def test_where_the_activity_is_not_needed_no_power_is(tmp_path: Path) -> None:
    duties = DUTIES.replace("}]", ", when: {level: iv}}]")
    files = {"vocabulary.yaml": VOCABULARY, "subjects/c.yaml": "subject: committee\n" + duties}
    assert not found(report_on(tmp_path, files), "powerless-duty")
