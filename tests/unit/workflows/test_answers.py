"""Whose word counts, for what, and what the others are told."""

from __future__ import annotations

from remit.workflows.answers import Refusal, Word, judge, receivers
from remit.workflows.entries import Draft
from remit.workflows.incident import Item
from remit.workflows.lifecycle import PURPOSES, Verb
from tests.desk import Desk


def judge_draft(desk: Desk, item: Item) -> Draft:
    """Return the entry by which an item is approved."""
    judged = judge(desk.incident, item.number, Word("approve", item.subject))
    assert isinstance(judged, Draft)
    return judged


def _reason(refusal: Refusal | None) -> str:
    assert refusal is not None, "the word counted"
    return refusal.reason


def test_nobody_answers_what_another_is_asked(desk: Desk) -> None:
    refusal = desk.say("ack", desk.item("command", "warden"), by="crew")
    assert _reason(refusal) == "`crew` may not answer `test-1`: it asks `warden`"
    assert refusal is not None
    assert refusal.help == "`remit inbox crew` shows what waits for `crew`"


def test_a_deputy_waits_until_it_is_called(desk: Desk) -> None:
    refusal = desk.say("ack", desk.item("command", "warden"), by="mate")
    assert _reason(refusal).endswith("and `mate` is called only if there is no answer")


def test_a_refused_word_is_kept_with_who_said_it(desk: Desk) -> None:
    refusal = desk.say("ack", desk.item("command", "warden"), by="crew")
    assert refusal is not None
    assert (refusal.draft.kind, refusal.draft.actor, refusal.draft.payload["item"]) == (
        "refused",
        "crew",
        1,
    )


def test_a_question_is_answered_once(desk: Desk) -> None:
    item = desk.item("command", "warden")
    desk.say("decline", item, note="at sea")
    assert _reason(desk.say("ack", item)) == "`test-1` was already answered: `warden` declined"


def test_work_in_hand_is_not_taken_twice(led: Desk) -> None:
    refusal = led.say("ack", led.incident.items[1])
    assert _reason(refusal) == "`test-1` is already in the hands of `warden`"


def test_what_somebody_else_took_is_no_longer_asked(desk: Desk) -> None:
    desk.later(10)
    desk.say("ack", desk.item("command", "mate"))
    refusal = desk.say("ack", desk.incident.items[1])
    assert _reason(refusal) == "`test-1` is no longer asked: `mate` acknowledged"


def test_an_approval_is_not_given_by_reporting_work(led: Desk) -> None:
    led.say("done", led.item("consult", "clinic"))
    refusal = led.say("done", led.item("order", "council"))
    assert "asks to order the step: it cannot be answered with `done`" in _reason(refusal)
    assert refusal is not None
    assert "`remit approve test-" in refusal.help


def test_every_purpose_refuses_every_other_verb(led: Desk) -> None:
    verbs: tuple[Verb, ...] = ("ack", "done", "decline", "hand-over", "approve")
    item = led.item("consult", "clinic")
    for verb in verbs:
        if verb not in PURPOSES["consult"].answers:
            assert led.say(verb, item, note="x", to="crew") is not None


def test_declining_needs_a_reason(desk: Desk) -> None:
    refusal = desk.say("decline", desk.item("command", "warden"), note="  ")
    assert _reason(refusal) == "`test-1` cannot be declined without a reason"


def test_work_cannot_be_done_before_its_money_is_released(feeding: Desk) -> None:
    refusal = feeding.say("done", feeding.item("do", "crew", "feed"))
    assert "cannot be done yet: its money is not released" in _reason(refusal)


def test_the_requester_cannot_approve_its_own_request(feeding: Desk) -> None:
    refusal = feeding.say("approve", feeding.item("approve", "warden"), by="crew")
    assert "`crew` may not answer" in _reason(refusal)


def test_who_is_asked_to_do_a_step_does_not_release_its_money(feeding: Desk) -> None:
    feeding.say("decline", feeding.item("do", "crew", "feed"), note="taken ill")
    feeding.say("decline", feeding.item("do", "reserve-crew"), note="no")
    assert ("do", "feed", "warden") in feeding.waiting()
    refusal = feeding.say("approve", feeding.item("approve", "warden"))
    assert "`warden` is asked to do this step itself" in _reason(refusal)
    assert feeding.say("decline", feeding.item("do", "warden"), note="no") is None
    assert feeding.say("approve", feeding.item("approve", "warden")) is None


def test_who_released_the_money_does_not_do_the_step(feeding: Desk) -> None:
    """The warden is passed over when the work is to go to somebody else."""
    item = feeding.item("approve", "warden")
    feeding.write(judge_draft(feeding, item))
    feeding.say("decline", feeding.item("do", "crew", "feed"), note="taken ill")
    feeding.say("decline", feeding.item("do", "reserve-crew"), note="no")
    assert ("do", "feed", "warden") not in feeding.waiting()
    assert ("do", "feed", "mate") in feeding.waiting()


def test_an_item_that_is_not_there_is_refused(desk: Desk) -> None:
    judged = judge(desk.incident, 99, Word("ack", "warden"))
    assert isinstance(judged, Refusal)
    assert judged.reason == "incident `test` has no item 99"


def test_only_work_in_hand_is_handed_over(desk: Desk) -> None:
    refusal = desk.say("hand-over", desk.item("command", "warden"), to="mate")
    assert _reason(refusal) == "`test-1` is not in your hands yet"


def test_an_offer_falls_when_the_giver_lays_the_work_down(feeding: Desk) -> None:
    item = feeding.item("do", "crew", "feed")
    feeding.say("hand-over", item, to="helpers")
    feeding.say("decline", item, note="taken ill")
    assert feeding.item("accept", "helpers").status == "withdrawn"


def test_handing_over_names_the_receiver(feeding: Desk) -> None:
    refusal = feeding.say("hand-over", feeding.item("do", "crew", "feed"))
    assert "cannot be handed over to nobody" in _reason(refusal)


def test_work_goes_only_to_those_with_a_part_in_it(feeding: Desk) -> None:
    item = feeding.item("do", "crew", "feed")
    assert receivers(feeding.incident, item) == (
        "helpers", "warden", "reserve-crew", "mate", "second-mate", "council",
    )  # fmt: skip
    refusal = feeding.say("hand-over", item, to="press")
    assert "cannot be handed to `press`: it has no part in it" in _reason(refusal)


def test_work_stays_with_the_giver_until_the_receiver_accepts(feeding: Desk) -> None:
    item = feeding.item("do", "crew", "feed")
    assert feeding.say("hand-over", item, to="helpers") is None
    assert feeding.incident.items[item.number].status == "taken"
    assert feeding.say("ack", feeding.item("accept", "helpers")) is None
    given = feeding.incident.items[item.number]
    taken = feeding.item("do", "helpers", "feed")
    assert (given.status, given.to, taken.status) == ("answered", "helpers", "taken")


def test_an_offer_that_is_declined_leaves_the_work_where_it_is(feeding: Desk) -> None:
    item = feeding.item("do", "crew", "feed")
    feeding.say("hand-over", item, to="helpers")
    feeding.say("decline", feeding.item("accept", "helpers"), note="too many")
    assert feeding.incident.items[item.number].status == "taken"
    assert "helpers" not in receivers(feeding.incident, feeding.incident.items[item.number])
    assert feeding.say("hand-over", item, to="reserve-crew") is None


def test_work_is_offered_to_one_at_a_time(feeding: Desk) -> None:
    item = feeding.item("do", "crew", "feed")
    feeding.say("hand-over", item, to="helpers")
    refusal = feeding.say("hand-over", item, to="reserve-crew")
    assert "is already offered to `helpers`" in _reason(refusal)


def test_an_offer_falls_when_the_giver_finishes_the_work(feeding: Desk) -> None:
    feeding.say("approve", feeding.item("approve", "warden"))
    item = feeding.item("do", "crew", "feed")
    feeding.say("hand-over", item, to="helpers")
    feeding.say("done", feeding.incident.items[item.number])
    assert feeding.item("accept", "helpers").status == "withdrawn"


def test_who_approved_the_money_cannot_be_given_the_work(feeding: Desk) -> None:
    feeding.say("approve", feeding.item("approve", "warden"))
    refusal = feeding.say("hand-over", feeding.item("do", "crew", "feed"), to="warden")
    assert "cannot be handed to `warden`" in _reason(refusal)


def test_the_lead_is_handed_over_to_one_who_may_lead(led: Desk) -> None:
    item = led.item("command", "warden")
    assert receivers(led.incident, item) == ("mate", "council")
    led.say("hand-over", item, to="mate")
    led.say("ack", led.item("accept", "mate"))
    assert (led.incident.commander, led.incident.state) == ("mate", "working")


def test_a_joint_subject_is_spoken_for_by_its_lead(desk: Desk) -> None:
    assert desk.response.speaks_for("warden", "warden")
    from dataclasses import replace

    joint = replace(desk.response, leads={"team": "mate"})
    assert joint.speaks_for("mate", "team")
    assert not joint.speaks_for("crew", "team")
