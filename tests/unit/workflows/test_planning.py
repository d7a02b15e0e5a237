"""What an incident calls for."""

from __future__ import annotations

import json
from pathlib import Path

from remit.workflows.response_json import response_from_json, response_to_json
from tests.desk import FILES, SPILL, harbour, response_of


def test_the_owner_leads_and_only_those_who_may_lead_stand_in(tmp_path: Path) -> None:
    part = response_of(harbour(tmp_path)).parts[0]
    assert part.owners == ("warden",)
    # The second mate does not hold the power the lead activity requires.
    assert part.command.line == ("warden", "mate", "council")
    assert part.command.within == 10 * 60


def test_the_plan_gives_the_steps_and_their_order(tmp_path: Path) -> None:
    part = response_of(harbour(tmp_path)).parts[0]
    assert [(step.id, step.after) for step in part.steps] == [
        ("close-gate", ()),
        ("feed", ("close-gate",)),
    ]
    assert part.unplanned == {"tidy": ("kitchen",), "watch": ("warden",)}


def test_a_step_that_waits_for_a_later_one_comes_after_it(tmp_path: Path) -> None:
    plan = """
plan: spill
when: {hazard: spill, phase: response}
steps:
  - {activity: feed, after: [close-gate]}
  - {activity: close-gate}
"""
    part = response_of(harbour(tmp_path, {"plans/spill.yaml": plan})).parts[0]
    assert [step.id for step in part.steps] == ["close-gate", "feed"]


def test_without_a_plan_every_needed_activity_is_a_step(tmp_path: Path) -> None:
    part = response_of(harbour(tmp_path), {**SPILL, "hazard": "storm"}).parts[0]
    assert [step.id for step in part.steps] == ["close-gate", "feed", "tidy", "watch"]
    assert part.plans == ()
    assert part.unplanned == {}


def test_a_step_the_event_does_not_need_is_left_out_with_its_reason(tmp_path: Path) -> None:
    plan = """
plan: spill
when: {hazard: spill, phase: response}
steps:
  - {activity: repair}
  - {activity: feed, after: [repair]}
"""
    part = response_of(harbour(tmp_path, {"plans/spill.yaml": plan})).parts[0]
    assert part.left_out == {"repair": "`repair` is not needed for this event"}
    assert [(step.id, step.after) for step in part.steps] == [("feed", ())]


def test_a_power_is_used_by_whoever_holds_it_in_the_line(tmp_path: Path) -> None:
    step = response_of(harbour(tmp_path)).parts[0].step("close-gate")
    assert step.order is not None
    assert (step.order.line, step.order.within) == (("council",), 20 * 60)


def test_nobody_orders_what_nobody_may(tmp_path: Path) -> None:
    council = """
subject: council
prohibitions: [{power: close, basis: charter}]
authority:
  - {id: lead, power: lead, when: {}}
  - {id: close, power: close, when: {}}
duties:
  - {id: close-gate, activity: close-gate, role: accountable, when: {}}
"""
    step = (
        response_of(harbour(tmp_path, {"subjects/council.yaml": council}))
        .parts[0]
        .step("close-gate")
    )
    assert step.order is None
    assert step.nobody == "nobody holds `close` here"


def test_a_power_held_elsewhere_only_is_not_held_here(tmp_path: Path) -> None:
    council = """
subject: council
authority:
  - {id: lead, power: lead, when: {}}
  - {id: close, power: close, when: {pier: south}}
duties:
  - {id: close-gate, activity: close-gate, role: accountable, when: {}}
"""
    home = harbour(tmp_path, {"subjects/council.yaml": council})
    assert response_of(home).parts[0].step("close-gate").order is None
    south = response_of(home, {**SPILL, "pier": "south"}).parts[0].step("close-gate")
    assert south.order is not None


def test_who_may_only_assist_never_stands_in_for_the_accountable(tmp_path: Path) -> None:
    mate = "subject: mate\nunder: warden\nassists_only: [{activity: feed, basis: charter}]\n"
    step = response_of(harbour(tmp_path, {"subjects/mate.yaml": mate})).parts[0].step("feed")
    assert step.sign_off.line == ("warden", "second-mate", "council")


def test_money_is_approved_by_the_lowest_band_that_reaches_it_and_those_above(
    tmp_path: Path,
) -> None:
    money = response_of(harbour(tmp_path)).parts[0].step("feed").money
    assert money is not None
    assert money.ask.line == ("crew", "reserve-crew", "warden", "mate", "second-mate")


def test_finished_work_goes_to_whoever_answers_for_the_activity_it_is_handed_to(
    tmp_path: Path,
) -> None:
    (ask,) = response_of(harbour(tmp_path)).parts[0].step("feed").hand_over
    assert (ask.line, ask.within, ask.about) == (("kitchen", "council"), 40 * 60, "tidy")


def test_recovery_is_planned_for_the_phase_after(tmp_path: Path) -> None:
    response = response_of(harbour(tmp_path))
    assert [part.name for part in response.parts] == ["response", "recovery"]
    assert [step.id for step in response.parts[1].steps] == ["repair"]


def test_where_nobody_owns_the_event_whoever_answers_for_anything_is_asked(tmp_path: Path) -> None:
    warden = (
        "subject: warden\nduties:\n  - {id: feed, activity: feed, role: accountable, when: {}}\n"
    )
    part = response_of(harbour(tmp_path, {"subjects/warden.yaml": warden})).parts[0]
    assert part.owners == ()
    # Of the council, the kitchen and the warden only the council holds the power to lead.
    assert part.command.line == ("council",)


def test_an_incident_is_led_even_where_nobody_holds_the_power(tmp_path: Path) -> None:
    vocabulary = FILES["vocabulary.yaml"].replace("requires: [lead]", "requires: [burn]")
    part = response_of(harbour(tmp_path, {"vocabulary.yaml": vocabulary})).parts[0]
    assert part.command.line == ("warden", "mate", "second-mate", "council")


def test_two_owners_are_asked_at_once(tmp_path: Path) -> None:
    mate = """
subject: mate
authority: [{id: lead, power: lead, when: {}}]
duties:
  - {id: command, activity: command, role: accountable, when: {}}
"""
    part = response_of(harbour(tmp_path, {"subjects/mate.yaml": mate})).parts[0]
    assert part.owners == ("mate", "warden")
    assert (part.command.line[:2], part.command.together) == (("mate", "warden"), 2)


def test_a_response_reads_back_from_json_as_it_was(tmp_path: Path) -> None:
    response = response_of(harbour(tmp_path))
    assert response_from_json(json.loads(json.dumps(response_to_json(response)))) == response
