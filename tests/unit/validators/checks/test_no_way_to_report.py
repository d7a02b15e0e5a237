"""no-way-to-report: a kind of event that residents have no way to report."""

from __future__ import annotations

from pathlib import Path

import pytest

import remit
from remit.validators.finding import Report
from tests.unit.validators.written import PACK, found, report_on, text_at, the_one

VOCABULARY = """
dimensions:
  hazard: {tree: {natural: [flood, heat], accident: [fire]}}
  shift: {values: [day, night]}
activities:
  watch:
  intake: {label: {en: Hotline, zh: 热线}}
"""
OFFICE = """
subject: office
label: {en: Office, zh: 办公室}
contacts: [{channel: phone, to: "+86-10-5550-0100"}]
duties:
  - {id: watch, activity: watch, role: [accountable, responsible]}
  - {id: intake, activity: intake, role: [accountable, responsible], when: WHEN}
"""


def report(
    folder: Path, signals: dict[str, str], options: str = "", *, when: str = "{}", office: str = ""
) -> Report:
    """Return what is found of signals given as their further lines."""
    files = {
        "pack.yaml": PACK + (f"checks: {{no-way-to-report: {options}}}\n" if options else ""),
        "vocabulary.yaml": VOCABULARY,
        "subjects/office.yaml": (office or OFFICE).replace("WHEN", when),
    }
    for name, text in signals.items():
        files[f"signals/{name}.yaml"] = f"signal: {name}\n{text}\n"
    return report_on(folder, files)


NATURAL = {"rain": "from: report\nraise: {hazard: natural}"}


def test_a_kind_of_event_no_report_raises_is_told(tmp_path: Path) -> None:
    finding = the_one(report(tmp_path, NATURAL), "no-way-to-report")
    assert finding.message == "residents have no way to report `fire`"
    assert finding.region == {"hazard": "accident"}
    assert text_at(finding) == "hazard"


@pytest.mark.parametrize(
    "signals",
    [
        {},
        {"rain": "from: reading\nraise: {hazard: natural}"},
        {**NATURAL, "fire": "from: report\nraise: {hazard: fire}"},
        {"any": "from: report\nby: [hazard]\nraise: {shift: day}"},
    ],
)
def test_a_pack_without_reports_and_one_with_reports_of_everything_pass(
    tmp_path: Path, signals: dict[str, str]
) -> None:
    assert not found(report(tmp_path, signals), "no-way-to-report")


def test_an_activity_may_take_reports_of_anything(tmp_path: Path) -> None:
    assert not found(report(tmp_path, NATURAL, "{activity: intake}"), "no-way-to-report")
    assert not found(report(tmp_path, {}, "{activity: intake}"), "no-way-to-report")


def test_an_intake_that_is_shut_at_night_leaves_the_night(tmp_path: Path) -> None:
    finding = the_one(
        report(tmp_path, NATURAL, "{activity: intake}", when="{shift: day}"), "no-way-to-report"
    )
    assert finding.region == {"hazard": "accident", "shift": "night"}


def test_an_intake_without_contacts_takes_nothing(tmp_path: Path) -> None:
    office = "\n".join(line for line in OFFICE.splitlines() if not line.startswith("contacts"))
    assert found(report(tmp_path, {}, "{activity: intake}", office=office), "no-way-to-report")


def test_residents_must_find_the_words_in_their_language(tmp_path: Path) -> None:
    one, both = "{en: Fire}", "{en: Fire, zh: 火灾}"
    options = "{languages: [en, zh]}"
    for label, told in ((one, ["natural", "fire"]), (both, ["natural"])):
        signals = {**NATURAL, "fire": f"label: {label}\nfrom: report\nraise: {{hazard: fire}}"}
        findings = found(report(tmp_path / str(len(label)), signals, options), "no-way-to-report")
        assert {f.message for f in findings} == {
            f"residents have no way to report `{name}`" for name in told
        }
        assert all(f.notes[-1] == "residents read `en` and `zh`" for f in findings)
    natural = next(f for f in findings if "natural" in f.message)
    assert [r.message for r in natural.related] == ["`rain` lacks a label in these languages"]


def test_an_intake_is_named_in_their_language_too(tmp_path: Path) -> None:
    assert not found(
        report(tmp_path / "known", {}, "{activity: intake, languages: zh}"), "no-way-to-report"
    )
    assert found(
        report(tmp_path / "unknown", {}, "{activity: intake, languages: fr}"), "no-way-to-report"
    )


def test_a_report_that_nobody_answers_is_no_way(tmp_path: Path) -> None:
    office = OFFICE.replace("responsible]}", "responsible], when: {hazard: natural}}", 1)
    signals = {**NATURAL, "fire": "from: report\nraise: {hazard: fire}"}
    assert not found(report(tmp_path / "intake", signals, office=office), "no-way-to-report")
    finding = the_one(
        report(tmp_path / "nobody", signals, office=office, when="{hazard: natural}"),
        "no-way-to-report",
    )
    assert finding.region == {"hazard": "accident"}


def test_names_in_the_settings_are_checked(tmp_path: Path) -> None:
    with pytest.raises(remit.PackErrors, match="there is no activity `intak`"):
        report(tmp_path, {}, "{activity: intak}")
