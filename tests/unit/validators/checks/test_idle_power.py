"""idle-power: a subject holds a power that none of its duties ever requires."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import remit
from tests.unit.validators.written import PACK, found, report_on, text_at, the_one

VOCABULARY = """
dimensions:
  stage: {values: [early, late]}
activities:
  close: {needed: {stage: early}, requires: [order]}
  watch: {}
powers: {order: , refuse: }
"""


def files(office: str, others: str = "", options: str = "") -> dict[str, str]:
    duty = "duties:\n  - {id: w, activity: watch, role: [accountable, responsible]}\n"
    return {
        "pack.yaml": PACK + options,
        "vocabulary.yaml": VOCABULARY,
        "subjects/office.yaml": f"subject: office\nauthority:\n  - {office}\n{duty}",
        "subjects/others.yaml": others or "subject: others\n",
    }


def test_a_grant_where_its_duty_is_not_needed_is_idle_there(tmp_path: Path) -> None:
    finding = the_one(
        report_on(tmp_path, files("{id: g, power: order, when: {stage: late}}")), "idle-power"
    )
    assert (finding.level, finding.region, finding.share) == (
        "note",
        {"stage": "late"},
        Fraction(1, 2),
    )
    assert (text_at(finding), finding.power) == ("order", "order")


@pytest.mark.parametrize(
    "other",
    ["under: office\n", "deputies: [office]\n", "members: [office]\nlead: office\n"],
    ids=["beneath", "deputised for", "joint"],
)
def test_a_power_serves_those_in_whose_place_its_holder_acts(tmp_path: Path, other: str) -> None:
    duty = "duties:\n  - {id: c, activity: close, role: accountable}\n"
    written = files("{id: g, power: order}", f"subject: others\n{other}{duty}")
    assert not found(report_on(tmp_path / "used", written), "idle-power")
    apart = files("{id: g, power: order}", f"subject: others\n{duty}")
    assert found(report_on(tmp_path / "apart", apart), "idle-power")


def test_a_standing_power_needs_no_activity(tmp_path: Path) -> None:
    grant = "{id: g, power: refuse}"
    assert found(report_on(tmp_path / "told", files(grant)), "idle-power")
    options = "checks: {idle-power: {standing: refuse}}\n"
    assert not found(report_on(tmp_path / "not", files(grant, options=options)), "idle-power")


def test_a_standing_power_that_is_none_is_refused(tmp_path: Path) -> None:
    options = "checks: {idle-power: {standing: [refus]}}\n"
    with pytest.raises(remit.PackErrors) as caught:
        report_on(tmp_path, files("{id: g, power: refuse}", options=options))
    (error,) = caught.value.errors
    assert error.span is not None
    assert ("refuse" in error.help, error.span.line) == (True, 4)


def test_a_subject_without_duties_holds_its_powers_for_the_packs_below(tmp_path: Path) -> None:
    written = files("{id: g, power: order}")
    written["subjects/office.yaml"] = "subject: office\nauthority:\n  - {id: g, power: order}\n"
    assert not found(report_on(tmp_path, written), "idle-power")
