"""What is due, and when: asking, waiting, calling the next, a step's order, money, closing."""

from __future__ import annotations

from pathlib import Path

import pytest

from remit.workflows.deadlines import completion_due, deadlines
from remit.workflows.due import due_now
from remit.workflows.ledger_rows import rows_of
from remit.workflows.step_states import step_state
from tests.desk import FILES, NOON, Desk, harbour, response_of


def test_the_owner_is_asked_to_lead_and_nothing_else_begins(desk: Desk) -> None:
    assert desk.incident.state == "notified"
    assert desk.waiting() == [("command", "", "warden")]


def test_nothing_is_due_twice(desk: Desk) -> None:
    assert due_now(desk.incident, desk.stores, desk.now) == ()
    desk.later(9)
    assert desk.kinds() == ["opened", "asked"]


def test_silence_calls_the_deputy_then_the_line_of_command(desk: Desk) -> None:
    desk.later(10)
    desk.later(10)
    assert [item.subject for item in desk.incident.items.values()] == ["warden", "mate", "council"]
    assert desk.incident.items[2].why == "no-answer"
    assert desk.incident.state == "notified"


def test_a_deputy_that_holds_no_power_to_lead_is_passed_over(desk: Desk) -> None:
    desk.later(60)
    assert "second-mate" not in {item.subject for item in desk.incident.items.values()}


def test_declining_calls_the_next_at_once(desk: Desk) -> None:
    desk.say("decline", desk.item("command", "warden"), note="at sea")
    assert desk.item("command", "mate").why == "declined"


def test_whoever_answers_first_leads_and_the_others_are_no_longer_asked(desk: Desk) -> None:
    desk.later(10)
    assert desk.say("ack", desk.item("command", "warden")) is None
    assert desk.incident.commander == "warden"
    assert desk.incident.items[2].status == "withdrawn"


def test_a_deputy_that_leads_stands_in_for_the_owner_from_then_on(desk: Desk) -> None:
    desk.later(10)
    desk.say("ack", desk.item("command", "mate"))
    assert (desk.incident.commander, desk.incident.acting["warden"]) == ("mate", "mate")


def test_the_silent_are_reminded_at_growing_intervals(desk: Desk) -> None:
    for _ in range(3):
        desk.later(10)
    assert desk.kinds().count("reminded") == 3
    # Three were reminded at 30 minutes; the next time is 15 minutes later, then 30.
    desk.later(14)
    assert desk.kinds().count("reminded") == 3
    desk.later(1)
    assert desk.kinds().count("reminded") == 6
    desk.later(29)
    assert desk.kinds().count("reminded") == 6
    desk.later(1)
    assert desk.kinds().count("reminded") == 9


def test_when_everybody_declines_to_lead_the_line_is_called_again(desk: Desk) -> None:
    for subject in ("warden", "mate", "council"):
        desk.say("decline", desk.item("command", subject), note="no")
    assert desk.waiting() == [("command", "", "warden")]
    assert desk.item("command", "warden").ask.endswith("#2")


def test_deadlines_are_absolute_and_told_in_advance(desk: Desk) -> None:
    assert list(deadlines(desk.incident).values()) == [NOON.replace(minute=10)]


def test_the_consulted_are_heard_before_anybody_orders(led: Desk) -> None:
    assert ("consult", "close-gate", "clinic") in led.waiting()
    assert ("order", "close-gate", "council") not in led.waiting()
    led.say("done", led.item("consult", "clinic"), note="close it")
    assert ("order", "close-gate", "council") in led.waiting()


def test_the_consulted_are_heard_before_the_doer_acts_where_no_order_is_needed(
    tmp_path: Path,
) -> None:
    plan = "plan: spill\nwhen: {phase: response}\nsteps: [{activity: feed, consult_first: true}]\n"
    clinic = """
subject: clinic
duties:
  - {id: feed, activity: feed, role: consulted, when: {}}
"""
    changes = {"plans/spill.yaml": plan, "subjects/clinic.yaml": clinic}
    desk = Desk(response_of(harbour(tmp_path, changes)))
    desk.say("ack", desk.item("command", "warden"))
    assert ("do", "feed", "crew") not in desk.waiting()
    desk.say("done", desk.item("consult", "clinic", "feed"))
    assert ("do", "feed", "crew") in desk.waiting()


def test_time_runs_out_for_advice_but_not_for_the_work(led: Desk) -> None:
    led.later(30)
    assert "unheard" in led.kinds()
    assert ("order", "close-gate", "council") in led.waiting()


def test_advice_that_is_refused_holds_nothing_up(led: Desk) -> None:
    led.say("decline", led.item("consult", "clinic"), note="no doctor here")
    assert ("order", "close-gate", "council") in led.waiting()


def test_the_doer_is_asked_only_after_the_order(closing: Desk) -> None:
    assert ("do", "close-gate", "crew") in closing.waiting()
    kinds = [
        (entry.kind, entry.payload.get("purpose"), entry.payload.get("outcome"))
        for entry in closing.entries
    ]
    assert kinds.index(("answered", None, "ordered")) < kinds.index(("asked", "do", None))


def test_an_order_refused_by_all_is_decided_by_who_answers_for_the_step(led: Desk) -> None:
    led.say("done", led.item("consult", "clinic"))
    led.say("decline", led.item("order", "council"), note="not now")
    item = led.item("decide", "council", "close-gate")
    assert led.say("done", item) is not None, "going on without an order must be refused"
    assert led.say("decline", item, note="the spill is contained") is None
    step = led.response.parts[0].step("close-gate")
    assert step_state(led.incident, step) == "dropped"


def test_a_step_left_out_holds_up_nothing_that_waits_for_it(led: Desk) -> None:
    led.say("done", led.item("consult", "clinic"))
    led.say("decline", led.item("order", "council"), note="not now")
    led.say("decline", led.item("decide", "council"), note="contained")
    assert ("do", "feed", "crew") in led.waiting()


def test_what_waits_for_a_step_begins_when_it_is_done(closing: Desk) -> None:
    closing.say("ack", closing.item("do", "crew", "close-gate"))
    assert ("do", "feed", "crew") not in closing.waiting()
    closing.say("done", closing.item("do", "crew", "close-gate"))
    assert ("do", "feed", "crew") in closing.waiting()


def test_a_silent_doer_is_replaced_by_its_deputy(closing: Desk) -> None:
    closing.later(15)
    assert closing.say("ack", closing.item("do", "reserve-crew", "close-gate")) is None
    assert closing.say("done", closing.item("do", "reserve-crew", "close-gate")) is None
    # From now on the deputy is asked first in place of the crew.
    assert ("do", "feed", "reserve-crew") in closing.waiting()


def test_the_limit_of_the_work_counts_from_when_the_doer_was_asked(closing: Desk) -> None:
    step = closing.response.parts[0].step("close-gate")
    asked = closing.item("do", "crew", "close-gate").asked
    assert completion_due(closing.incident, step) == asked.replace(hour=asked.hour + 3)
    closing.say("ack", closing.item("do", "crew", "close-gate"))
    closing.later(3 * 60)
    assert closing.kinds().count("overdue") == 1
    closing.later(60)
    assert closing.kinds().count("overdue") == 1


def test_money_is_requested_by_whoever_does_the_step_and_never_approved_by_it(
    feeding: Desk,
) -> None:
    assert feeding.incident.progress("response/feed").requester == "crew"
    # The crew approves up to 900, but it is the requester; nor does its deputy in its place.
    asked = [item.subject for item in feeding.incident.asked("response/feed/approve/crew")]
    assert asked == ["warden"]


def test_money_is_set_aside_when_it_is_approved(feeding: Desk) -> None:
    feeding.say("approve", feeding.item("approve", "warden"))
    progress = feeding.incident.progress("response/feed")
    assert (progress.approver, progress.reserved) == ("warden", feeding.now)


def test_a_fund_that_holds_too_little_is_a_matter_to_decide(closing: Desk) -> None:
    closing.with_stores(funds=600)
    closing.say("ack", closing.item("do", "crew", "close-gate"))
    closing.say("done", closing.item("do", "crew", "close-gate"))
    closing.say("ack", closing.item("do", "crew", "feed"))
    assert ("approve", "feed", "warden") not in closing.waiting()
    assert closing.say("done", closing.item("decide", "warden", "feed")) is None
    assert closing.say("done", closing.item("do", "crew", "feed")) is None


def test_what_a_step_holds_is_spent_when_it_is_over_and_given_back_when_it_is_left_out(
    feeding: Desk,
) -> None:
    feeding.say("approve", feeding.item("approve", "warden"))
    assert _held(feeding) == {("till", "700", "reserved"), ("bread", "20", "reserved")}
    item = feeding.item("do", "crew", "feed")
    for subject in ("crew", "warden", "mate", "second-mate", "council"):
        assert feeding.say("decline", item, note="no fire to cook on") is None
        if subject != "council":
            item = [found for found in feeding.incident.items.values() if found.purpose == "do"][-1]
    feeding.say("decline", feeding.item("decide", "warden", "feed"), note="left out")
    assert _held(feeding) == {("till", "0", "released"), ("bread", "0", "released")}


def _held(desk: Desk) -> set[tuple[object, object, object]]:
    rows = [row for (table, _), row in rows_of(desk.incident).items() if table == "reservations"]
    return {(row["name"], row["amount"], row["status"]) for row in rows}


def test_stock_is_given_as_far_as_it_goes(feeding: Desk) -> None:
    feeding.say("approve", feeding.item("approve", "warden"))
    assert feeding.incident.progress("response/feed").drawn == {"bread": (20, 10)}


def test_supporters_are_asked_when_the_doer_has_its_means_and_hold_nothing_up(
    feeding: Desk,
) -> None:
    assert ("support", "feed", "helpers") not in feeding.waiting()
    feeding.say("approve", feeding.item("approve", "warden"))
    assert ("support", "feed", "helpers") in feeding.waiting()
    assert feeding.say("done", feeding.item("do", "crew", "feed")) is None


def _fed(desk: Desk) -> Desk:
    desk.say("approve", desk.item("approve", "warden"))
    assert desk.say("done", desk.item("do", "crew", "feed")) is None
    return desk


def test_finished_work_is_offered_to_its_receiver_before_it_counts_as_done(feeding: Desk) -> None:
    desk = _fed(feeding)
    assert ("accept", "feed", "kitchen") in desk.waiting()
    assert desk.incident.progress("response/feed").finished is None
    desk.say("ack", desk.item("accept", "kitchen"))
    assert desk.incident.progress("response/feed").finished == desk.now


def test_a_receiver_that_declines_is_followed_by_the_next_in_its_line(feeding: Desk) -> None:
    desk = _fed(feeding)
    desk.say("decline", desk.item("accept", "kitchen"), note="closed today")
    assert ("accept", "feed", "council") in desk.waiting()
    desk.say("decline", desk.item("accept", "council"), note="no")
    assert ("decide", "feed", "warden") in desk.waiting()


def test_the_accountable_signs_off_and_may_send_work_back(feeding: Desk) -> None:
    desk = _fed(feeding)
    desk.say("ack", desk.item("accept", "kitchen"))
    assert (
        desk.say("decline", desk.item("sign-off", "warden", "feed"), note="half are hungry") is None
    )
    assert desk.incident.progress("response/feed").round == 2
    assert ("do", "feed", "crew") in desk.waiting()


def test_the_informed_are_told_when_a_step_is_done(closing: Desk) -> None:
    closing.say("ack", closing.item("do", "crew", "close-gate"))
    closing.say("done", closing.item("do", "crew", "close-gate"))
    told = [entry.payload for entry in closing.entries if entry.kind == "informed"]
    assert {
        "part": "response",
        "step": "close-gate",
        "about": "done",
        "subjects": ["press"],
    } in told


def _recovering(desk: Desk) -> Desk:
    desk = _fed(desk)
    desk.say("ack", desk.item("accept", "kitchen"))
    desk.say("approve", desk.item("sign-off", "warden", "feed"))
    desk.say("approve", desk.item("sign-off", "council", "close-gate"))
    return desk


def test_recovery_begins_when_every_step_is_signed_off(feeding: Desk) -> None:
    desk = _recovering(feeding)
    assert desk.incident.state == "recovering"
    assert desk.waiting() == [("command", "", "warden"), ("do", "repair", "council")]


def test_who_does_a_step_and_answers_for_it_needs_no_other_signature(feeding: Desk) -> None:
    desk = _recovering(feeding)
    desk.say("ack", desk.item("do", "council", "repair"))
    desk.say("done", desk.item("do", "council", "repair"))
    assert desk.incident.progress("recovery/repair").signer == "council"
    assert ("sign-off", "repair", "council") not in desk.waiting()


def test_the_owner_closes_the_incident_and_nothing_waits_any_more(feeding: Desk) -> None:
    desk = _recovering(feeding)
    desk.say("ack", desk.item("do", "council", "repair"))
    desk.say("done", desk.item("do", "council", "repair"))
    assert desk.say("approve", desk.item("close", "warden")) is None
    assert desk.incident.state == "closed"
    assert desk.waiting() == []
    assert deadlines(desk.incident) == {}
    assert desk.entries[-1].payload["about"] == "closed"


def test_another_owner_of_recovery_takes_over_before_its_steps_begin(tmp_path: Path) -> None:
    council = FILES["subjects/council.yaml"] + (
        "  - {id: command, activity: command, role: accountable, when: {phase: recovery},"
        " exception_to: [warden/command]}\n"
    )
    desk = Desk(
        response_of(
            harbour(tmp_path, {"subjects/council.yaml": council, "plans/spill.yaml": _TINY})
        )
    )
    desk.say("ack", desk.item("command", "warden"))
    desk.say("ack", desk.item("do", "warden", "watch"))
    desk.say("done", desk.item("do", "warden", "watch"))
    assert desk.incident.state == "recovering"
    assert ("do", "repair", "council") not in desk.waiting()
    desk.say("ack", desk.item("command", "council"))
    assert desk.incident.commander == "council"
    assert ("do", "repair", "council") in desk.waiting()


_TINY = "plan: spill\nwhen: {hazard: spill, phase: response}\nsteps: [{activity: watch}]\n"


def test_work_without_a_doer_is_done_by_who_answers_for_it(tmp_path: Path) -> None:
    crew = "subject: crew\nunder: warden\n"
    desk = Desk(response_of(harbour(tmp_path, {"subjects/crew.yaml": crew})))
    desk.say("ack", desk.item("command", "warden"))
    desk.later(30)
    desk.say("approve", desk.item("order", "council"))
    assert ("do", "close-gate", "council") in desk.waiting()


@pytest.mark.parametrize("minutes", [1, 2, 5, 10])
def test_the_story_does_not_depend_on_how_often_anybody_looks(tmp_path: Path, minutes: int) -> None:
    desk = Desk(response_of(harbour(tmp_path)))
    for _ in range(30 // minutes):
        desk.later(minutes)
    called = [(item.subject, item.asked.minute) for item in desk.incident.items.values()]
    assert called == [("warden", 0), ("mate", 10), ("council", 20)]


def test_who_is_called_late_has_its_full_time_all_the_same(desk: Desk) -> None:
    desk.later(240)
    item = desk.item("command", "mate")
    assert (item.asked, item.due - item.asked) == (desk.now, desk.incident.items[1].due - NOON)


def test_work_goes_on_while_the_lead_changes_hands(closing: Desk) -> None:
    closing.say("decline", closing.item("command", "warden"), note="taken ill")
    assert closing.item("command", "mate").status == "open"
    closing.later(15)
    assert ("do", "close-gate", "reserve-crew") in closing.waiting()
    closing.say("ack", closing.item("command", "mate"))
    assert (closing.incident.commander, closing.incident.state) == ("mate", "working")
