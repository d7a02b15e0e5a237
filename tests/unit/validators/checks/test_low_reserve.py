"""low-reserve: a stock is below its floor, or falls below it when plans have drawn on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.validators.written import found, report_on, text_at, the_one

VOCABULARY = "dimensions:\n  hazard: {values: [fire, flood]}\nactivities: {watch: }\n"
OFFICE = (
    "subject: office\nduties:\n  - {id: a, activity: watch, role: [accountable, responsible]}\n"
)
PLAN = """
plan: flood
when: {hazard: flood}
steps: [{activity: watch, needs: {stock: {sandbag: 300}}}]
"""
SCENARIO = "scenario: twice\nruns: [{plan: flood, times: 2}]\n"


def files(quantity: int, floor: int, *, plan: str = PLAN, scenario: str = "") -> dict[str, str]:
    """Return a pack with so much of one stock."""
    written = {
        "vocabulary.yaml": VOCABULARY,
        "subjects/office.yaml": OFFICE,
        "reserves.yaml": f"stock: {{sandbag: {{quantity: {quantity}, floor: {floor}}}}}\n",
    }
    more = {"plans/flood.yaml": plan, "scenarios/twice.yaml": scenario}
    return {**written, **{name: text for name, text in more.items() if text}}


def test_a_stock_below_its_floor_is_found_once(tmp_path: Path) -> None:
    finding = the_one(report_on(tmp_path, files(310, 400)), "low-reserve")
    assert finding.message == "there are 310 `sandbag`, and 400 is the floor"
    assert (text_at(finding), finding.help) == ("sandbag", "90 more are needed")


def test_a_plan_that_takes_it_below_is_found_where_it_runs(tmp_path: Path) -> None:
    finding = the_one(report_on(tmp_path, files(400, 101)), "low-reserve")
    assert finding.message == "the plan `flood` leaves 100 `sandbag`, and 101 is the floor"
    assert finding.region == {"hazard": "flood"}


@pytest.mark.parametrize(
    "quantity, floor", [(400, 100), (299, 100), (300, 0)], ids=["on it", "runs out", "no floor"]
)
def test_what_stays_at_its_floor_or_runs_out_is_not_found(
    tmp_path: Path, quantity: int, floor: int
) -> None:
    assert not found(report_on(tmp_path, files(quantity, floor)), "low-reserve")


def test_a_scenario_takes_it_below(tmp_path: Path) -> None:
    finding = the_one(report_on(tmp_path, files(700, 200, scenario=SCENARIO)), "low-reserve")
    assert finding.message == "the scenario `twice` leaves 100 `sandbag`, and 200 is the floor"
    assert finding.notes == ("at once run 2 times `flood`",)
