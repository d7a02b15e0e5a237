"""plan-cycle, dangling-handover, unplanned-activity and uninformed-party: what plans leave open."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.unit.validators.written import PACK, found, report_on, text_at, the_one

VOCABULARY = """
dimensions:
  stage: {values: [early, late]}
activities:
  lead: {}
  rescue: {}
  aid: {needed: {stage: late}}
  report: {}
"""
ALL = "".join(
    f"  - {{id: {name}, activity: {name}, role: [accountable, responsible]}}\n"
    for name in ("lead", "rescue", "report")
)


def pack(
    steps: str, *, office: str = ALL, aid: str = "", head: str = "", options: str = ""
) -> dict[str, str]:
    return {
        "pack.yaml": f"{PACK}lead: lead\n{options}",
        "vocabulary.yaml": VOCABULARY,
        "subjects/office.yaml": f"subject: office\nduties:\n{office}",
        "subjects/aid.yaml": f"subject: aid\n{aid}",
        "plans/flood.yaml": f"plan: flood\n{head}steps:\n{steps}",
    }


def test_steps_that_wait_for_each_other_are_named_in_order(tmp_path: Path) -> None:
    steps = (
        "  - {activity: rescue, after: [report]}\n  - {activity: report, after: [rescue]}\n"
        "  - {activity: aid, after: [rescue]}\n"
    )
    finding = the_one(report_on(tmp_path, pack(steps)), "plan-cycle")
    assert finding.message.endswith("`report` after `rescue` after `report`")
    assert text_at(finding) == "[rescue]"
    assert [one.span.line for one in finding.related] == [3]


def test_a_step_that_waits_for_itself_is_a_circle(tmp_path: Path) -> None:
    finding = the_one(
        report_on(tmp_path, pack("  - {activity: rescue, after: [rescue]}\n")), "plan-cycle"
    )
    assert "`rescue` after `rescue`" in finding.message


GIVING = "  - {activity: rescue, hand_over_to: [aid]}\n"
TAKING = "  - {activity: aid}\n"
AID = "duties: [{id: a, activity: aid, role: [accountable, responsible]}]\n"


@pytest.mark.parametrize(
    "steps, office, aid, told",
    [
        (GIVING + TAKING, ALL, AID, [("which is not needed", "warning", {"stage": "early"})]),
        (
            GIVING + TAKING,
            ALL,
            "",
            [
                ("which is not needed", "warning", {"stage": "early"}),
                ("for which nobody is accountable", "warning", {"stage": "late"}),
            ],
        ),
        (
            GIVING,
            ALL,
            AID,
            [
                ("for which no plan has a step", "note", {"stage": "late"}),
                ("which is not needed", "warning", {"stage": "early"}),
            ],
        ),
        (
            GIVING + TAKING,
            ALL + "  - {id: aid, activity: aid, role: [accountable, responsible]}\n",
            "",
            [
                ("for which its own doer answers", "note", {"stage": "late"}),
                ("which is not needed", "warning", {"stage": "early"}),
            ],
        ),
    ],
    ids=["not needed", "nobody", "not planned", "same"],
)
def test_a_handover_to_nobody_is_told_with_its_reason(
    tmp_path: Path, steps: str, office: str, aid: str, told: list[tuple[str, str, object]]
) -> None:
    report = report_on(tmp_path, pack(steps, office=office, aid=aid))
    got = [
        (one.message.split(", ")[1].removesuffix(" in some of its events"), one.level, one.region)
        for one in found(report, "dangling-handover")
    ]
    assert sorted(got, key=str) == sorted(told, key=str)


def test_a_handover_that_somebody_takes_is_in_order(tmp_path: Path) -> None:
    written = pack(GIVING + TAKING, aid=AID)
    written["vocabulary.yaml"] = VOCABULARY.replace("aid: {needed: {stage: late}}", "aid: {}")
    assert not found(report_on(tmp_path, written), "dangling-handover")


def test_what_a_plan_leaves_out_is_told_where_the_plan_holds(tmp_path: Path) -> None:
    head = "when: {stage: late}\n"
    report = report_on(tmp_path, pack("  - {activity: rescue}\n", head=head, aid=AID))
    told = {one.activity: one for one in found(report, "unplanned-activity")}
    assert set(told) == {"aid", "report"}
    assert told["report"].region == {"stage": "late"}
    assert told["report"].share == Fraction(1, 2)
    assert text_at(told["report"]) == "report"


def test_another_plan_or_a_standing_activity_is_enough(tmp_path: Path) -> None:
    options = "checks: {unplanned-activity: {standing: report}}\n"
    written = pack("  - {activity: rescue}\n", options=options, aid=AID)
    written["plans/aid.yaml"] = "plan: aid\nwhen: {stage: late}\nsteps: [{activity: aid}]\n"
    assert not found(report_on(tmp_path, written), "unplanned-activity")


def test_a_pack_without_plans_leaves_nothing_unplanned(tmp_path: Path) -> None:
    written = pack("  - {activity: rescue}\n", aid=AID)
    del written["plans/flood.yaml"]
    assert not found(report_on(tmp_path, written), "unplanned-activity")


ASKED = "checks: {uninformed-party: {of: acting}}\n"
HELPS = "duties:\n  - {id: r, activity: rescue, role: supports}\n"


def test_a_supporter_whom_nobody_tells_is_found_only_if_asked(tmp_path: Path) -> None:
    steps = "  - {activity: rescue}\n"
    finding = the_one(
        report_on(tmp_path / "a", pack(steps, aid=HELPS, options=ASKED)), "uninformed-party"
    )
    assert (finding.subjects, text_at(finding)) == (("aid",), "rescue")
    assert not found(report_on(tmp_path / "b", pack(steps, aid=HELPS)), "uninformed-party")


@pytest.mark.parametrize("activity", ["lead", "rescue"])
def test_to_be_told_in_half_of_the_events_leaves_the_other_half(
    tmp_path: Path, activity: str
) -> None:
    told = f"  - {{id: i, activity: {activity}, role: informed, when: {{stage: early}}}}\n"
    written = pack("  - {activity: rescue}\n", aid=HELPS + told, options=ASKED)
    finding = the_one(report_on(tmp_path, written), "uninformed-party")
    assert (finding.region, finding.share) == ({"stage": "late"}, Fraction(1, 2))


def test_a_superior_hears_of_what_those_beneath_it_answer_for(tmp_path: Path) -> None:
    options = "checks: {uninformed-party: {of: superiors}}\n"
    written = pack("  - {activity: rescue}\n", options=options)
    written["subjects/office.yaml"] += "under: aid\n"
    finding = the_one(report_on(tmp_path, written), "uninformed-party")
    assert finding.subjects == ("aid", "office")
