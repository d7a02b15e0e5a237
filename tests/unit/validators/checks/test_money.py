"""unapproved-amount, overdrawn-fund, unfunded-step, self-approval and nobody-eligible."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

import remit
from remit.engine.approval import approvers, wait_of
from remit.engine.events import Event
from remit.engine.map.responsibility import compile_pack
from remit.workflows.planning import plan_response
from tests.unit.validators.written import PACK, found, report_on, text_at, the_one

VOCABULARY = """
dimensions:
  hazard: {values: [fire, flood]}
  level: {scale: [low, high]}
activities:
  supply: {}
  repair: {needed: {level: high}}
powers:
  release: {apart_from: [request]}
  request:
"""
OFFICE = """
subject: office
duties:
  - {id: supply, activity: supply, role: accountable}
  - {id: repair, activity: repair, role: [accountable, responsible]}
  - {id: supply-high, activity: supply, role: responsible, when: {level: high}}
"""
GUARDS = """
subject: guards
duties:
  - {id: supply, activity: supply, role: responsible, when: {level: low}}
"""
BANDS = "[{up_to: 5000, by: office}, {by: treasury}]"


def fund(bands: str = BANDS, amount: int = 20000, more: str = "") -> str:
    """Return a fund."""
    return f"fund: relief\namount: {amount}\ncurrency: CNY\napprove: {bands}\n{more}"


def plan(money: int | str = 4000, more: str = "fund: relief", step: str = "") -> str:
    """Return a plan of one step that needs money."""
    needs = f"{{money: {money}{', ' if more else ''}{more}}}"
    steps = f"[{{activity: supply, {step}needs: {needs}}}]"
    return f"plan: flood\nwhen: {{hazard: flood}}\nsteps: {steps}\n"


def files(options: str = "", **more: str) -> dict[str, str]:
    """Return a pack with a fund and a plan, and files named `folder__name`."""
    named = {
        "subjects__office": OFFICE,
        "subjects__guards": GUARDS,
        "subjects__treasury": "subject: treasury\n",
        "funds__relief": fund(),
        "plans__flood": plan(),
        **more,
    }
    return {
        "pack.yaml": PACK + options,
        "vocabulary.yaml": VOCABULARY,
        **{f"{name.replace('__', '/')}.yaml": text for name, text in named.items() if text},
    }


def test_an_amount_past_the_last_ceiling_is_shown(tmp_path: Path) -> None:
    bands = "[{up_to: 5000, by: office}, {up_to: 12000, by: treasury}]"
    finding = the_one(report_on(tmp_path, files(funds__relief=fund(bands))), "unapproved-amount")
    assert finding.message == "nobody approves 20,000 CNY of the fund `relief`"
    assert finding.notes == ("amounts above 12,000 CNY up to 20,000 CNY have no approver",)
    assert text_at(finding) == "20000"


def test_an_approval_that_is_never_reached_is_a_warning(tmp_path: Path) -> None:
    bands = "[{up_to: 30000, by: office}, {by: treasury}]"
    finding = the_one(report_on(tmp_path, files(funds__relief=fund(bands))), "unapproved-amount")
    assert (finding.level, finding.subjects) == ("warning", ("treasury",))


POWER = "authority: [{power: release, when: {level: low}}]\n"


def test_an_approver_without_the_power_is_found_where_the_money_is_needed(tmp_path: Path) -> None:
    written = files(
        funds__relief=fund("[{by: treasury}]", more="power: release\n"),
        subjects__treasury="subject: treasury\n" + POWER,
    )
    report = report_on(tmp_path, written)
    finding = the_one(report, "unapproved-amount")
    assert finding.region == {"hazard": "flood", "level": "high"}
    # There is nobody else, so the response stops there.
    assert the_one(report, "unfunded-step").region == {"hazard": "flood", "level": "high"}


def test_more_money_than_there_is_is_found_where_all_the_steps_run(tmp_path: Path) -> None:
    two = """
plan: flood
when: {hazard: flood}
steps:
  - {activity: supply, needs: {money: 12000, fund: relief}}
  - {activity: repair, after: [supply], needs: {money: 8000.50, fund: relief}}
"""
    finding = the_one(report_on(tmp_path, files(plans__flood=two)), "overdrawn-fund")
    assert finding.message == (
        "the plan `flood` needs 20,000.5 CNY of the fund `relief`, which has 20,000 CNY"
    )
    assert (finding.level, finding.region) == ("error", {"hazard": "flood", "level": "high"})


def test_a_scenario_overdraws_what_each_plan_does_not(tmp_path: Path) -> None:
    scenario = "scenario: many\nruns: [{plan: flood, times: 6}]\n"
    finding = the_one(report_on(tmp_path, files(scenarios__many=scenario)), "overdrawn-fund")
    assert (finding.level, finding.notes[-1]) == ("warning", "4,000 CNY are missing")


OTHER = fund().replace("relief", "other").replace("CNY", "EUR")


@pytest.mark.parametrize(
    "more, message",
    [
        ({"plans__flood": plan(more=""), "funds__other": OTHER}, "no fund is named that pays"),
        ({"plans__flood": plan(more=""), "funds__relief": ""}, "no fund is named that pays"),
        (
            {"plans__flood": plan(more="fund: relief, currency: EUR")},
            "`supply` needs 4,000 EUR, and its fund `relief` is in CNY",
        ),
        (
            {"funds__relief": fund("[{up_to: 3000, by: treasury}]", 3000)},
            "nobody may release 4,000 CNY for `supply` from the fund `relief`",
        ),
    ],
    ids=["several", "none", "currency", "no approval"],
)
def test_money_that_cannot_come_is_an_error(
    tmp_path: Path, more: dict[str, str], message: str
) -> None:
    finding = the_one(report_on(tmp_path, files(**more)), "unfunded-step")
    assert finding.level == "error"
    assert finding.message.startswith(message)
    assert finding.region == {"hazard": "flood"}


def test_the_only_fund_need_not_be_named(tmp_path: Path) -> None:
    report = report_on(tmp_path, files(plans__flood=plan(more="")))
    assert not found(report, "unfunded-step")


def test_a_fund_of_a_higher_pack_pays_nothing_here(tmp_path: Path) -> None:
    higher = {f"up/{name}": text for name, text in files(plans__flood="").items()}
    lower = {f"low/{name}": text for name, text in files(funds__relief="").items()}
    del lower["low/vocabulary.yaml"]
    lower["low/pack.yaml"] = PACK.replace("sample", "low") + "extends: [../up]\n"
    for name, text in {**higher, **lower}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    report = report_on(tmp_path / "low", {"pack.yaml": lower["low/pack.yaml"]})
    assert "no fund `relief` of this pack" in the_one(report, "unfunded-step").message


def test_money_that_comes_too_late_at_worst_is_told_with_the_time_and_where(tmp_path: Path) -> None:
    # Where the office does the step, only the treasury and its deputy are left to ask.
    written = files(
        plans__flood=plan(step="complete: 150m, "),
        subjects__treasury="subject: treasury\ndeputies: [bank]\n",
        subjects__bank="subject: bank\n",
    )
    finding = the_one(report_on(tmp_path, written), "unfunded-step")
    assert (finding.level, finding.region) == ("warning", {"hazard": "flood", "level": "low"})
    assert "only after `3h`, and `2h30m` is allowed" in finding.message
    assert (
        "the 3 who may release it, `office`, `treasury` and `bank`, have `1h`" in finding.notes[-1]
    )


def test_the_pack_says_within_what_time_money_must_come(tmp_path: Path) -> None:
    options = "checks: {unfunded-step: {within: 90m}}\n"
    late = the_one(report_on(tmp_path / "late", files(options)), "unfunded-step")
    assert late.region == {"hazard": "flood", "level": "low"}
    quick = fund("[{up_to: 5000, by: office, within: 45m}, {by: treasury}]")
    report = report_on(tmp_path / "quick", files(options, funds__relief=quick))
    assert not found(report, "unfunded-step")


def test_who_approves_its_own_request_is_found_where_it_does_the_step(tmp_path: Path) -> None:
    finding = the_one(report_on(tmp_path, files()), "self-approval")
    assert (finding.level, finding.subjects) == ("warning", ("office",))
    assert finding.region == {"hazard": "flood", "level": "high"}
    assert finding.notes[1] == "the response asks `treasury` instead"


def test_the_lead_of_a_joint_body_that_requests_does_not_approve(tmp_path: Path) -> None:
    joint = GUARDS.replace("guards", "team") + "members: [office, treasury]\nlead: office\n"
    finding = the_one(
        report_on(tmp_path, files(subjects__guards="", subjects__team=joint)), "self-approval"
    )
    assert finding.region == {"hazard": "flood"}


def test_a_fund_that_is_just_used_up_is_not_overdrawn(tmp_path: Path) -> None:
    report = report_on(tmp_path, files(plans__flood=plan(20000)))
    assert not found(report, "overdrawn-fund")


def test_a_power_that_is_forbidden_is_not_held(tmp_path: Path) -> None:
    treasury = """
subject: treasury
authority: [{power: release}]
prohibitions: [{power: release, when: {level: low}}]
"""
    written = files(
        funds__relief=fund("[{by: treasury}]", more="power: release\n"),
        subjects__treasury=treasury,
    )
    report = report_on(tmp_path, written)
    region = {"hazard": "flood", "level": "low"}
    assert the_one(report, "unapproved-amount").region == region
    assert the_one(report, "unfunded-step").region == region


def test_powers_that_are_kept_apart_are_found_where_both_are_held(tmp_path: Path) -> None:
    treasury = """
subject: treasury
authority:
  - {power: release, when: {level: low}}
  - {power: request, when: {hazard: fire}}
"""
    written = files(subjects__treasury=treasury, plans__flood="")
    finding = the_one(report_on(tmp_path, written), "self-approval")
    assert (finding.subjects, finding.power) == (("treasury",), "request")
    assert finding.region == {"hazard": "fire", "level": "low"}


def test_nobody_is_left_where_all_who_may_approve_request(tmp_path: Path) -> None:
    written = files(funds__relief=fund("[{by: office}]"), subjects__treasury="")
    report = report_on(tmp_path, written)
    finding = the_one(report, "nobody-eligible")
    assert (finding.level, finding.region) == ("error", {"hazard": "flood", "level": "high"})
    assert not found(report, "self-approval")


def test_an_activity_that_requires_powers_kept_apart_has_nobody(tmp_path: Path) -> None:
    written = files(plans__flood="")
    written["vocabulary.yaml"] = VOCABULARY.replace(
        "supply: {}", "supply: {requires: [request, release]}"
    )
    finding = the_one(report_on(tmp_path, written), "nobody-eligible")
    assert (finding.activity, finding.region) == ("supply", {})


def test_the_response_asks_whom_the_checks_say_in_the_time_they_say(tmp_path: Path) -> None:
    quick = fund(
        "[{up_to: 5000, by: office, within: 45m}, {by: treasury}]", more="power: release\n"
    )
    report_on(
        tmp_path,
        files(
            funds__relief=quick,
            subjects__treasury="subject: treasury\ndeputies: [bank]\n" + POWER,
            subjects__bank="subject: bank\n" + POWER,
        ),
    )
    pack = remit.load(tmp_path)
    relief, amount = pack.funds["relief"], Decimal(4000)
    assert approvers(pack, relief, amount) == ("office", "treasury", "bank")
    event = Event({"hazard": "flood", "level": "low"})
    (part, *_) = plan_response(pack, compile_pack(pack).resolve, event).parts
    (step,) = part.steps
    assert step.money is not None
    assert step.money.ask.line == ("treasury", "bank")
    assert step.money.ask.within == wait_of(relief, amount) == 45 * 60
