"""What leaders do: cancel, reopen, merge, split, reassign, review, undo; and "I have seen it"."""

from __future__ import annotations

from dataclasses import replace

import pytest

from remit.workflows.acts import Act
from remit.workflows.answers import Refusal
from remit.workflows.deadlines import deadlines
from remit.workflows.due import due_now
from remit.workflows.entries import Draft
from remit.workflows.incident import Incident
from remit.workflows.ledger_rows import rows_of
from remit.workflows.messages import recipients
from remit.workflows.states import LifecycleError
from remit.workflows.step_states import step_state
from tests.desk import Desk


def _state(desk: Desk, step: str) -> str:
    return step_state(desk.incident, desk.response.parts[0].step(step))


def _refused(answer: Refusal | None) -> str:
    assert answer is not None
    return answer.reason


def test_a_cancelled_incident_asks_nobody_for_anything_and_everybody_is_told(
    closing: Desk,
) -> None:
    closing.say("ack", closing.item("do", "crew", "close-gate"))
    assert closing.act(Act("cancel", "warden", "it was paint")) is None
    assert (closing.incident.state, closing.waiting()) == ("cancelled", [])
    assert deadlines(closing.incident) == {}
    assert _state(closing, "close-gate") == "cancelled"
    told = recipients(closing.entries[-1], closing.incident)
    assert {"crew", "clinic", "council", "kitchen", "warden"} <= set(told)


@pytest.mark.parametrize(
    "act, said",
    [
        (Act("cancel", "crew", "no"), "`crew` may not cancel in `test`"),
        (Act("cancel", "warden", " "), "`cancel` needs a reason"),
        (Act("reopen", "warden", "no"), "`test` is not over yet"),
        (Act("review", "warden", "no"), "`test` is not over yet"),
        (Act("merge", "warden", "no"), "`test` cannot be merged into itself"),
        (Act("undo", "warden", item=1), "`test-1` was not reported as done"),
        (Act("reassign", "warden", "no", 99, "crew"), "incident `test` has no item 99"),
        (Act("seen", "press", item=1), "`press` was told nothing"),
    ],
)
def test_an_act_that_does_not_count_says_why_and_is_written(
    closing: Desk, act: Act, said: str
) -> None:
    answer = closing.act(act)
    assert _refused(answer).startswith(said)
    assert answer is not None
    assert (answer.draft.kind, answer.draft.actor) == ("refused", act.by)
    closing.write(answer.draft)


def test_who_is_above_the_owner_may_cancel_too(closing: Desk) -> None:
    assert closing.act(Act("cancel", "council", "false alarm")) is None


def test_what_was_set_aside_is_given_back_when_the_incident_is_cancelled(feeding: Desk) -> None:
    feeding.say("approve", feeding.item("approve", "warden"))
    feeding.act(Act("cancel", "warden", "false alarm"))
    rows = [row for (table, _), row in rows_of(feeding.incident).items() if table == "reservations"]
    assert {row["status"] for row in rows} == {"released"}


def test_a_cancelled_incident_goes_on_where_it_stopped(closing: Desk) -> None:
    closing.say("ack", closing.item("do", "crew", "close-gate"))
    before = closing.waiting()
    closing.act(Act("cancel", "warden", "it was paint"))
    closing.later(60)
    assert closing.act(Act("reopen", "warden", "it was oil after all")) is None
    assert (closing.incident.state, closing.waiting()) == ("working", before)
    assert closing.say("done", closing.item("do", "crew", "close-gate")) is None


def _closed(desk: Desk) -> Desk:
    desk.say("approve", desk.item("approve", "warden"))
    desk.say("done", desk.item("do", "crew", "feed"))
    desk.say("ack", desk.item("accept", "kitchen"))
    desk.say("approve", desk.item("sign-off", "warden", "feed"))
    desk.say("approve", desk.item("sign-off", "council", "close-gate"))
    desk.say("ack", desk.item("do", "council", "repair"))
    desk.say("done", desk.item("do", "council", "repair"))
    assert desk.say("approve", desk.item("close", "warden")) is None
    return desk


def test_a_closed_incident_is_closed_anew_after_it_was_reopened(feeding: Desk) -> None:
    desk = _closed(feeding)
    assert desk.act(Act("reopen", "warden", "it smells again")) is None
    assert desk.incident.state == "recovering"
    assert desk.say("approve", desk.item("close", "warden")) is None
    assert desk.incident.state == "closed"
    assert [e.payload["about"] for e in desk.entries if e.kind == "informed"].count("closed") == 2


def test_a_step_of_a_closed_incident_can_be_done_once_more(feeding: Desk) -> None:
    desk = _closed(feeding)
    assert desk.act(Act("reopen", "warden", "the gate is open", steps=("close-gate",))) is None
    assert (desk.incident.state, _state(desk, "close-gate")) == ("working", "notified")
    assert _state(desk, "feed") == "signed-off"
    desk.say("done", desk.item("do", "crew", "close-gate"))
    desk.say("approve", desk.item("sign-off", "council", "close-gate"))
    assert desk.incident.state == "recovering"


def test_a_step_that_is_not_there_cannot_be_done_once_more(feeding: Desk) -> None:
    desk = _closed(feeding)
    answer = desk.act(Act("reopen", "warden", "again", steps=("sing",)))
    assert _refused(answer) == "`test` has no step `sing`"


def test_a_closed_incident_is_reviewed_as_often_as_something_is_learnt(feeding: Desk) -> None:
    desk = _closed(feeding)
    assert desk.act(Act("review", "council", "the gate key was missing")) is None
    assert desk.act(Act("review", "warden", "buy a second key")) is None
    assert desk.incident.state == "reviewed"
    assert [note for _, note in desk.incident.reviews] == [
        "the gate key was missing",
        "buy a second key",
    ]


def test_a_merged_incident_ends_and_says_where_it_goes_on(closing: Desk) -> None:
    other = Desk(closing.response)
    act = Act("merge", "warden", "the same spill", to="other")
    answer = closing.act(act, other.incident)
    assert _refused(answer) == "`test` cannot be merged into itself"
    other.incident = _named(other, "other")
    assert closing.act(act, other.incident) is None
    assert (closing.incident.state, closing.incident.merged) == ("merged", "other")
    assert closing.waiting() == []
    answer = closing.act(Act("reopen", "warden", "no"))
    assert _refused(answer) == "`test` was merged: it goes on as `other`"


def _named(desk: Desk, name: str) -> Incident:
    return replace(desk.incident, id=name)


def test_work_is_given_to_another_who_is_asked_and_the_first_is_told(closing: Desk) -> None:
    item = closing.item("do", "crew", "close-gate")
    assert (
        closing.act(Act("reassign", "council", "crew is at sea", item.number, "reserve-crew"))
        is None
    )
    assert closing.waiting().count(("do", "close-gate", "reserve-crew")) == 1
    assert ("do", "close-gate", "crew") not in closing.waiting()
    told = next(e for e in closing.entries if e.kind == "reassigned")
    assert recipients(told, closing.incident) == ("reserve-crew", "crew")
    assert closing.say("done", closing.item("do", "reserve-crew", "close-gate")) is None


def test_work_is_given_to_nobody_without_a_part_in_it(closing: Desk) -> None:
    item = closing.item("do", "crew", "close-gate")
    answer = closing.act(Act("reassign", "council", "why not", item.number, "press"))
    said = f"`test-{item.number}` cannot be given to `press`: it has no part in it"
    assert _refused(answer) == said


def test_who_is_given_work_may_object_once(closing: Desk) -> None:
    number = closing.item("do", "crew", "close-gate").number
    closing.act(Act("reassign", "council", "crew is at sea", number, "reserve-crew"))
    given = closing.item("do", "reserve-crew", "close-gate")
    assert closing.say("decline", given, note="not ours") is None
    (again,) = [i for i in closing.incident.open_items() if i.purpose == "do"]
    closing.act(Act("reassign", "council", "it is yours", again.number, "reserve-crew"))
    given = closing.item("do", "reserve-crew", "close-gate")
    assert given.is_final
    answer = closing.say("decline", given, note="still not ours")
    assert "is not sent back" in _refused(answer)
    assert closing.say("done", given) is None


def test_a_mistaken_done_is_taken_back_until_somebody_relied_on_it(closing: Desk) -> None:
    closing.say("ack", closing.item("do", "crew", "close-gate"))
    item = closing.item("do", "crew", "close-gate")
    closing.say("done", item)
    assert (_state(closing, "close-gate"), _state(closing, "feed")) == ("done", "notified")
    assert _refused(closing.act(Act("undo", "warden", item=item.number))).startswith(
        "`warden` may not"
    )
    assert closing.act(Act("undo", "crew", item=item.number)) is None
    assert (_state(closing, "close-gate"), _state(closing, "feed")) == ("working", "planned")
    assert ("sign-off", "close-gate", "council") not in closing.waiting()
    assert closing.say("done", closing.item("do", "crew", "close-gate")) is None
    assert ("sign-off", "close-gate", "council") in closing.waiting()
    assert ("do", "feed", "crew") in closing.waiting()


def test_a_done_that_others_rely_on_stands(feeding: Desk) -> None:
    item = feeding.item("do", "crew", "close-gate")
    answer = feeding.act(Act("undo", "crew", item=item.number))
    assert _refused(answer).endswith("`crew` is at work on `feed`, which waited for it")


def test_the_informed_confirm_that_they_have_seen_it(closing: Desk) -> None:
    closing.say("done", closing.item("do", "crew", "close-gate"))
    entry = next(
        e for e in closing.entries if e.kind == "informed" and e.payload["step"] == "close-gate"
    )
    closing.write(
        Draft(
            "delivered",
            {"to": "press", "message": "m", "tries": 1, "channel": "x", "repeat": False},
            cause=entry.number,
        )
    )
    assert closing.act(Act("seen", "press", item=entry.number)) is None
    notice = closing.incident.notices[entry.number]
    assert (notice.delivered, notice.seen) == (frozenset({"press"}), frozenset({"press"}))


@pytest.mark.parametrize(
    "draft",
    [
        Draft("finished", {"part": "response", "step": "feed"}),
        Draft("closed", {"by": "warden"}),
        Draft("started", {"part": "response", "step": "close-gate"}),
        Draft("answered", {"item": 1, "verb": "ack", "outcome": "acknowledged", "note": ""}),
        Draft("reopened", {"reason": "x", "state": "working", "steps": [], "subjects": []}),
    ],
    ids=lambda draft: str(draft.kind),
)
def test_an_entry_that_the_states_do_not_allow_is_not_folded(closing: Desk, draft: Draft) -> None:
    before = closing.incident
    with pytest.raises(LifecycleError):
        closing.write(draft)
    assert closing.incident == before


def test_nothing_is_due_in_an_incident_that_is_over(closing: Desk) -> None:
    closing.act(Act("cancel", "warden", "false alarm"))
    closing.later(10_000)
    assert due_now(closing.incident, closing.stores, closing.now) == ()
