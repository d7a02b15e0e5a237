"""over-capacity: a plan, or a scenario, needs more people or supplies at once than there are."""

from __future__ import annotations

from pathlib import Path

import pytest

import remit
from tests.unit.validators.written import found, report_on, text_at, the_one

VOCABULARY = """
dimensions:
  hazard: {values: [fire, flood]}
  level: {scale: [low, high]}
activities:
  watch: {}
  evacuate: {needed: {level: high}}
"""
OFFICE = """
subject: office
staff: {worker: 8}
duties:
  - {id: watch, activity: watch, role: [accountable, responsible]}
  - {id: evacuate, activity: evacuate, role: [accountable, responsible]}
"""
VOLUNTEERS = "subject: volunteers\nstaff: {volunteer: 6}\n"
FLOOD = """
plan: flood
when: {hazard: flood}
steps:
  - {activity: watch, needs: {staff: {worker: 4}}}
  - {activity: evacuate, needs: {staff: {worker: 6}}}
"""
FIRE = "plan: fire\nwhen: {hazard: fire}\nsteps: [{activity: watch, needs: {staff: {worker: 8}}}]\n"


def files(**more: str) -> dict[str, str]:
    """Return a pack with a plan, and files named `folder__name`."""
    return {
        "vocabulary.yaml": VOCABULARY,
        "subjects/office.yaml": OFFICE,
        "subjects/volunteers.yaml": VOLUNTEERS,
        "plans/flood.yaml": FLOOD,
        **{f"{name.replace('__', '/')}.yaml": text for name, text in more.items()},
    }


def test_a_plan_that_needs_too_many_at_once_is_found_just_where_its_steps_run(
    tmp_path: Path,
) -> None:
    finding = the_one(report_on(tmp_path, files()), "over-capacity")
    assert finding.level == "error"
    assert finding.message == ("the plan `flood` needs 10 `worker` at once, and only 8 can be sent")
    assert finding.region == {"hazard": "flood", "level": "high"}
    assert text_at(finding) == "{staff: {worker: 6}}"
    assert "2 more `worker` of `office`" in finding.help


def test_steps_that_wait_for_each_other_need_nobody_twice(tmp_path: Path) -> None:
    waiting = FLOOD.replace("activity: evacuate,", "activity: evacuate, after: [watch],")
    assert not found(report_on(tmp_path, files(plans__flood=waiting)), "over-capacity")


def test_a_step_between_that_is_not_needed_holds_nobody_back(tmp_path: Path) -> None:
    plan = """
plan: flood
when: {hazard: flood}
steps:
  - {id: before, activity: watch, needs: {staff: {worker: 5}}}
  - {activity: evacuate, after: [before]}
  - {id: last, activity: watch, after: [evacuate], needs: {staff: {worker: 5}}}
"""
    finding = the_one(report_on(tmp_path, files(plans__flood=plan)), "over-capacity")
    assert finding.region == {"hazard": "flood", "level": "low"}


def test_stock_is_used_up_though_steps_wait(tmp_path: Path) -> None:
    plan = """
plan: flood
when: {hazard: flood}
steps:
  - {activity: watch, needs: {stock: {sandbag: 300}}}
  - {activity: evacuate, after: [watch], needs: {stock: {sandbag: 300}}}
"""
    reserves = "stock: {sandbag: {quantity: 500, holder: office}}\n"
    report = report_on(tmp_path, files(plans__flood=plan, reserves=reserves))
    finding = the_one(report, "over-capacity")
    assert finding.message == "the plan `flood` needs 600 `sandbag`, and there are only 500"
    assert "100 more `sandbag` of `office`" in finding.help


SCENARIO = """
scenario: both
runs: [{plan: fire}, {plan: flood, steps: [watch]}]
"""


def test_a_scenario_is_met_by_whoever_is_lent_and_not_by_more(tmp_path: Path) -> None:
    fitting = FLOOD.replace("worker: 6", "worker: 4")
    lent = SCENARIO + "lends: [{subject: volunteers, staff: volunteer, for: worker, most: %d}]\n"
    enough = files(plans__flood=fitting, plans__fire=FIRE, scenarios__both=lent % 4)
    assert not found(report_on(tmp_path / "enough", enough), "over-capacity")
    short = files(plans__flood=fitting, plans__fire=FIRE, scenarios__both=lent % 3)
    finding = the_one(report_on(tmp_path / "short", short), "over-capacity")
    assert (finding.level, finding.region, finding.share) == ("warning", {}, None)
    assert finding.message.startswith("the scenario `both` needs 12 `worker` at once, and only 11")
    assert finding.notes[-1] == (
        "the bottleneck: all that can be sent is 8 `worker` of `office`,"
        " 3 `volunteer` lent by `volunteers`"
    )


def test_the_relief_is_the_cheapest_by_the_costs_of_the_scenario(tmp_path: Path) -> None:
    fitting = FLOOD.replace("worker: 6", "worker: 4")
    scenario = """
scenario: both
runs: [{plan: fire, times: 2}]
lends: [{subject: volunteers, staff: volunteer, for: worker}]
costs: {worker: 10, volunteer: 3}
"""
    report = report_on(
        tmp_path, files(plans__flood=fitting, plans__fire=FIRE, scenarios__both=scenario)
    )
    assert "2 more `volunteer` of `volunteers`" in the_one(report, "over-capacity").help


def test_a_run_that_never_can_be_is_told(tmp_path: Path) -> None:
    fitting = FLOOD.replace("worker: 6", "worker: 4")
    scenario = "scenario: never\nwhen: {hazard: fire}\nruns: [{plan: flood}]\n"
    report = report_on(tmp_path, files(plans__flood=fitting, scenarios__never=scenario))
    assert the_one(report, "over-capacity").message == (
        "the scenario `never` runs `flood` where that plan never holds"
    )


def test_too_many_kinds_in_place_of_each_other_are_not_proved_and_said_so(tmp_path: Path) -> None:
    kinds = [f"k{n}" for n in range(11)]
    needs = ", ".join(f"{kind}: 1" for kind in kinds)
    office = OFFICE.replace("worker: 8", f"worker: 8, {needs.replace(': 1', ': 0')}")
    plan = f"plan: flood\nsteps: [{{activity: watch, needs: {{staff: {{{needs}}}}}}}]\n"
    scenario = f"""
scenario: many
runs: [{{plan: flood}}]
lends: [{{subject: office, staff: worker, for: [{", ".join(kinds)}]}}]
"""
    written = files(plans__flood=plan, scenarios__many=scenario)
    report = report_on(tmp_path, {**written, "subjects/office.yaml": office})
    assert not report.proved
    assert [one.code for one in report.unproved] == ["K404"]


@pytest.mark.parametrize(
    "scenario, message, hint",
    [
        ("runs: [{plan: flod}]", "there is no plan `flod`", "flood"),
        ("runs: [{plan: flood, steps: [wach]}]", "the plan `flood` has no step `wach`", "watch"),
        (
            "runs: [{plan: flood}]\nlends: [{subject: office, staff: volunteer, for: worker}]",
            "`office` has no `volunteer` to lend",
            "",
        ),
    ],
)
def test_a_name_that_a_scenario_gets_wrong_is_refused_at_its_place(
    tmp_path: Path, scenario: str, message: str, hint: str
) -> None:
    with pytest.raises(remit.PackErrors) as caught:
        report_on(tmp_path, files(scenarios__one=f"scenario: one\n{scenario}\n"))
    (error,) = caught.value.errors
    assert error.message == message
    assert hint in error.help
    assert error.span is not None
    assert error.span.file.endswith("scenarios/one.yaml")
