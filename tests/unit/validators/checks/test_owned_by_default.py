"""owned-by-default: events that fall to a general duty because no narrower one speaks of them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.unit.validators.written import PACK, found, report_on, the_one

VOCABULARY = """
dimensions:
  hazard: {values: [flood, fire, heat, storm, other]}
activities:
  watch:
"""
GENERAL = "{id: all, activity: watch, role: [accountable, responsible]%s}"


def files(*guarded: str, general: str = "", options: str = "") -> dict[str, str]:
    narrow = "".join(
        f"  - {{id: {hazard}, activity: watch, role: [accountable, responsible],"
        f" when: {{hazard: {hazard}}}, exception_to: [office/all]}}\n"
        for hazard in guarded
    )
    return {
        "pack.yaml": PACK + options,
        "vocabulary.yaml": VOCABULARY,
        "subjects/office.yaml": f"subject: office\nduties:\n  - {GENERAL % general}\n",
        "subjects/guard.yaml": f"subject: guard\nduties:\n{narrow}",
    }


def test_what_three_narrower_duties_leave_is_told_with_its_share(tmp_path: Path) -> None:
    finding = the_one(report_on(tmp_path, files("flood", "fire", "heat")), "owned-by-default")
    assert (finding.level, finding.duty, finding.subjects) == ("note", "office/all", ("office",))
    assert finding.region == {"hazard": ["storm", "other"]}
    assert finding.share == Fraction(2, 5)
    assert "in 40 % of the events" in finding.message


def test_one_exception_makes_no_default_unless_the_pack_says_so(tmp_path: Path) -> None:
    assert not found(report_on(tmp_path, files("flood")), "owned-by-default")
    options = "checks: {owned-by-default: {narrower: 1}}\n"
    finding = the_one(report_on(tmp_path, files("flood", options=options)), "owned-by-default")
    assert finding.share == Fraction(4, 5)


def test_however_it_lies_it_is_one_finding(tmp_path: Path) -> None:
    finding = the_one(report_on(tmp_path, files("fire", "heat", "storm")), "owned-by-default")
    assert finding.region == {"hazard": ["flood", "other"]}


@pytest.mark.parametrize("general", [", when: {hazard: [flood, fire, heat, storm]}"])
def test_a_duty_that_stops_somewhere_is_no_default(tmp_path: Path, general: str) -> None:
    report = report_on(tmp_path, files("flood", "fire", "heat", general=general))
    assert not found(report, "owned-by-default")


def test_where_narrower_duties_leave_nothing_there_is_nothing_to_tell(tmp_path: Path) -> None:
    report = report_on(tmp_path, files("flood", "fire", "heat", "storm", "other"))
    assert not found(report, "owned-by-default")
