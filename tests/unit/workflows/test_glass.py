"""Acting past the policy in need: reasons, limits, telling, handing back, and the review."""

from __future__ import annotations

from pathlib import Path

import pytest

from remit.workflows.answers import Refusal, Word, judge
from remit.workflows.incident import Item
from remit.workflows.lifecycle import Verb
from remit.workflows.response_json import response_from_json, response_to_json
from tests.desk import FILES, Desk, harbour, response_of

RULE = "break_glass: {for: 2h, review_by: council, not: [burn]}\n"
KITCHEN = FILES["subjects/kitchen.yaml"] + "prohibitions: [{power: close}]\n"
PRESS = FILES["subjects/press.yaml"] + "assists_only: [{activity: command}]\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    changes = {
        "pack.yaml": FILES["pack.yaml"] + RULE,
        "subjects/kitchen.yaml": KITCHEN,
        "subjects/press.yaml": PRESS,
    }
    return Desk(response_of(harbour(tmp_path, changes)))


def broken(desk: Desk, verb: Verb, item: Item, by: str, reason: str = "fire") -> Refusal | None:
    judged = judge(desk.incident, item.number, Word(verb, by, break_glass=reason))
    if isinstance(judged, Refusal):
        return judged
    desk.write(judged)
    desk.settle()
    return None


def reason_of(found: Refusal | None) -> str:
    assert found is not None
    return found.reason


def test_whoever_must_act_may_and_everybody_above_is_told(desk: Desk) -> None:
    assert broken(desk, "ack", desk.item("command", "warden"), "crew") is None
    assert desk.incident.commander == "crew"
    told = next(entry for entry in desk.entries if entry.kind == "glass-broken")
    assert told.payload["subjects"] == ["warden", "council"]
    assert told.payload["reason"] == "fire"


def test_nobody_may_where_the_pack_does_not_say_so(tmp_path: Path) -> None:
    desk = Desk(response_of(harbour(tmp_path)))
    found = broken(desk, "ack", desk.item("command", "warden"), "crew")
    assert reason_of(found) == "the policy lets nobody act past it"


def test_it_needs_a_reason(desk: Desk) -> None:
    found = broken(desk, "ack", desk.item("command", "warden"), "crew", " ")
    assert "without a reason" in reason_of(found)


def test_somebody_the_policy_does_not_know_may_not(desk: Desk) -> None:
    found = broken(desk, "ack", desk.item("command", "warden"), "stranger")
    assert reason_of(found) == "`stranger` is no subject of the policy"


def test_what_the_law_forbids_stays_forbidden(desk: Desk) -> None:
    assert desk.say("ack", desk.item("command", "warden")) is None
    assert desk.say("done", desk.item("consult", "clinic"), note="close it") is None
    found = broken(desk, "approve", desk.item("order", "council"), "kitchen")
    assert reason_of(found) == "`kitchen` is forbidden `close`, in need too"


def test_who_may_only_assist_does_not_lead(desk: Desk) -> None:
    found = broken(desk, "ack", desk.item("command", "warden"), "press")
    assert reason_of(found) == "`test-1`: `press` may only assist in `command`"


def test_it_is_to_act_and_never_to_refuse(desk: Desk) -> None:
    found = broken(desk, "decline", desk.item("command", "warden"), "crew")
    assert "only act" in reason_of(found)


def test_what_was_taken_goes_back_when_its_time_is_over(desk: Desk) -> None:
    assert broken(desk, "ack", desk.item("command", "warden"), "crew") is None
    desk.later(119)
    assert desk.incident.commander == "crew"
    desk.later(1)
    assert desk.incident.commander is None
    assert "glass-ended" in desk.kinds()
    again = desk.item("command", "warden")
    assert again.status == "open"
    assert desk.say("ack", again) is None
    assert desk.incident.commander == "warden"


def test_what_was_done_so_stands(desk: Desk) -> None:
    assert desk.say("ack", desk.item("command", "warden")) is None
    assert desk.say("done", desk.item("consult", "clinic"), note="close it") is None
    assert broken(desk, "approve", desk.item("order", "council"), "mate") is None
    desk.later(300)
    assert "glass-ended" not in desk.kinds()
    assert desk.item("do", "crew", "close-gate").purpose == "do"


def test_the_review_is_asked_of_who_must_judge_and_may_be_answered_either_way(desk: Desk) -> None:
    assert broken(desk, "ack", desk.item("command", "warden"), "crew") is None
    assert [one.by for one in desk.incident.open_reviews()] == ["crew"]
    assert desk.say("decline", desk.item("review", "council"), note="no need") is None
    assert desk.incident.broken[1].justified is False
    assert desk.incident.open_reviews() == ()


def test_who_acted_does_not_judge_it(desk: Desk) -> None:
    """Where the reviewer itself acted, those above it, or nobody, are asked."""
    assert broken(desk, "ack", desk.item("command", "warden"), "crew") is None
    review = desk.item("review", "council")
    found = desk.say("approve", review, by="crew")
    assert found is not None
    found = broken(desk, "approve", review, "crew")
    assert "only act" in reason_of(found)


def test_a_review_outlives_the_close(desk: Desk) -> None:
    assert broken(desk, "ack", desk.item("command", "warden"), "crew") is None
    for turn in range(200):
        items = [one for one in desk.incident.open_items() if one.purpose != "review"]
        open_ = [one for one in items if one.status == "open" or one.purpose == "do"]
        if desk.incident.state == "closed":
            break
        if not open_:
            desk.later(30)
            continue
        item = open_[turn % len(open_)]
        verb: Verb = "done" if item.status == "taken" else _first(item)
        if desk.say(verb, item, note="said") is not None:
            desk.later(30)
    assert desk.incident.state == "closed"
    assert desk.item("review", "council").status == "open"
    assert desk.say("approve", desk.item("review", "council")) is None
    assert desk.incident.open_reviews() == ()


def _first(item: Item) -> Verb:
    return {
        "command": "ack", "take": "ack", "accept": "ack", "do": "ack", "consult": "done",
        "order": "approve", "approve": "approve", "sign-off": "approve", "close": "approve",
        "decide": "done",
        "pay": "done", "receive": "done", "supply": "done", "support": "ack", "spare": "approve",
    }[item.purpose]  # type: ignore[return-value]  # fmt: skip


def test_the_rule_survives_the_ledger(desk: Desk) -> None:
    response = desk.incident.response
    assert response_from_json(response_to_json(response)) == response
