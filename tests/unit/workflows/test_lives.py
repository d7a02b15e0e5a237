"""What random lives once found: each is the shortest way to it, and holds since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest

from remit.workflows.acts import Act
from remit.workflows.answers import receivers
from remit.workflows.deadlines import completion_due
from remit.workflows.entries import Draft
from tests.changing_town import Town
from tests.desk import FILES, Desk, harbour, response_of
from tests.life_laws import all_broken, broken
from tests.life_scenes import desk_of
from tests.means_town import write_means_town

STAGED = {
    "pack.yaml": "remit: 1\npack: stages\nversion: '1'\nlead: command\nstate: {stage: early}\n",
    "vocabulary.yaml": """
dimensions:
  phase: {values: [response, recovery]}
  stage: {values: [early, late], state: true, declared_by: declare}
activities: {command: {}, dig: {needed: {phase: response}}}
powers: {declare: }
""",
    "subjects/ash.yaml": """
subject: ash
authority: [{id: d, power: declare}]
duties:
  - {id: command, activity: command, role: accountable}
  - {id: dig, activity: dig, role: accountable}
""",
    "subjects/birch.yaml": """
subject: birch
duties: [{id: dig, activity: dig, role: responsible, when: {stage: early}}]
""",
    "subjects/cedar.yaml": """
subject: cedar
duties: [{id: dig, activity: dig, role: responsible, when: {stage: late}}]
""",
    "plans/usual.yaml": """
plan: usual
when: {phase: response}
steps: [{id: dig, activity: dig, complete: 4h}]
""",
}


@pytest.fixture
def staged(tmp_path: Path) -> Town:
    """A town in which birch digs early and cedar late; ash leads, and birch has the work."""
    return _staged(tmp_path, {})


def _staged(tmp_path: Path, changes: Mapping[str, str]) -> Town:
    for name, text in {**STAGED, **changes}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    town = Town(tmp_path)
    town.desk.say("ack", town.desk.item("command", "ash"))
    town.desk.say("ack", town.desk.item("do", "birch"))
    return town


@pytest.fixture
def flooded(tmp_path: Path) -> Desk:
    """A town under flood, led by the mayor; the wardens have the shelter in hand."""
    home = write_means_town(tmp_path)
    desk = desk_of(response_of(home, {"hazard": "flood", "severity": "low"}))
    desk.say("ack", desk.item("command", "mayor"))
    desk.say("ack", desk.item("do", "wardens"))
    return desk


def _declare(town: Town, stage: str) -> None:
    town.write(town.propose(stage))
    town.desk.settle()


def test_another_doer_after_a_change_of_stage_has_no_later_limit(staged: Town) -> None:
    desk, step = staged.desk, staged.desk.response.parts[0].step("dig")
    due = completion_due(desk.incident, step)
    desk.later(60)
    _declare(staged, "late")
    assert desk.item("do", "cedar").status == "open"
    changed = desk.incident.part.step("dig")
    assert (
        completion_due(desk.incident, changed)
        == due
        == desk.incident.opened + dt.timedelta(hours=4)
    )


def test_who_still_has_the_work_when_it_is_its_own_again_is_not_asked_again(staged: Town) -> None:
    desk = staged.desk
    _declare(staged, "late")
    _declare(staged, "early")
    asked = [item for item in desk.incident.items.values() if item.subject == "birch"]
    assert [(item.purpose, item.status) for item in asked] == [("do", "taken")]
    assert list(all_broken(desk)) == []


def test_the_end_of_an_incident_takes_no_work_from_whom_it_was_leaving(staged: Town) -> None:
    desk = staged.desk
    _declare(staged, "late")
    desk.act(Act("cancel", "ash", "a false alarm"))
    desk.act(Act("reopen", "ash", "it was none"))
    assert desk.item("do", "birch").status == "taken"
    assert desk.item("do", "cedar").status == "open"
    assert desk.say("ack", desk.item("do", "cedar")) is None
    assert desk.item("do", "birch").status == "answered"


def test_work_that_a_change_left_out_is_not_taken_back(tmp_path: Path) -> None:
    words = STAGED["vocabulary.yaml"].replace("phase: response}", "phase: response, stage: early}")
    staged = _staged(tmp_path, {"vocabulary.yaml": words})
    desk = staged.desk
    desk.say("done", desk.item("do", "birch"))
    number = desk.item("do", "birch").number
    _declare(staged, "late")
    assert desk.incident.progress("response/dig").dropped is not None
    refusal = desk.act(Act("undo", "birch", "not yet", number))
    assert refusal is not None
    assert "left out" in refusal.reason


def test_an_unanswered_quarrel_about_the_lead_outlasts_a_change_of_stage(staged: Town) -> None:
    desk = staged.desk
    item = desk.item("command", "ash")
    about = "hand-over:birch@1"
    payload = {
        "ask": f"response//decide/{about}", "purpose": "decide", "part": "response", "step": "",
        "holder": "ash", "subject": "cedar", "due": "2026-03-02T13:00:00.000000Z", "why": "first",
        "about": about,
    }  # fmt: skip
    desk.write(Draft("asked", payload))
    staged.write(staged.propose("late"))
    assert desk.item("command", "ash") == item


def test_work_that_is_being_taken_over_is_not_given_to_another(staged: Town) -> None:
    desk = staged.desk
    _declare(staged, "late")
    number = desk.item("do", "birch").number
    refusal = desk.act(Act("reassign", "ash", "because", number, "ash"))
    assert refusal is not None
    assert "others are asked to take over" in refusal.reason


def test_who_was_relieved_is_called_again_when_nobody_else_will_do_it(led: Desk) -> None:
    led.say("done", led.item("consult", "clinic"))
    led.say("approve", led.item("order", "council"))
    led.say("ack", led.item("do", "crew", "close-gate"))
    for _ in range(3):
        led.later(135)
    line = led.response.parts[0].step("close-gate").do[0].line
    assert led.say("ack", led.item("do", "reserve-crew", "close-gate")) is None
    for _ in line:
        item = [one for one in led.incident.open_items() if one.purpose == "do"][-1]
        assert list(broken(led)) == []
        if item.subject == "crew":
            break
        led.say("decline", item, note="no boat")
    assert item.subject == "crew"


def test_who_leads_after_all_declined_once_can_hand_it_over(desk: Desk) -> None:
    for subject in ("warden", "mate", "council"):
        desk.say("decline", desk.item("command", subject), note="no")
    again = desk.item("command", "warden")
    assert again.ask.endswith("#2")
    desk.say("ack", again)
    to = receivers(desk.incident, again)[0]
    desk.say("hand-over", again, to=to)
    assert ("accept", "", to) in desk.waiting()


def test_taking_back_the_last_work_withdraws_the_question_to_close(tmp_path: Path) -> None:
    vocabulary = (
        FILES["vocabulary.yaml"]
        .replace("[response, recovery]", "[response]")
        .replace("  repair: {needed: {phase: recovery}}\n", "  repair: {}\n")
    )
    plan = "plan: spill\nwhen: {phase: response}\nsteps: [{activity: watch}]\n"
    changes = {
        "vocabulary.yaml": vocabulary,
        "plans/spill.yaml": plan,
        "plans/mend.yaml": plan.replace("spill", "mend"),
    }
    desk = Desk(response_of(harbour(tmp_path, changes)))
    desk.say("ack", desk.item("command", "warden"))
    desk.say("done", desk.item("do", "warden"))
    assert ("close", "", "warden") in desk.waiting()
    assert desk.act(Act("undo", "warden", "", desk.item("do", "warden").number)) is None
    assert ("close", "", "warden") not in desk.waiting()
    assert list(broken(desk)) == []


def test_a_reopened_incident_has_its_money_and_its_calls_anew(flooded: Desk) -> None:
    flooded.say("approve", flooded.item("approve", "mayor"))
    lent = flooded.item("supply", "clinic", "shelter")
    held = flooded.left.funds["relief"]
    flooded.act(Act("cancel", "mayor", "a false alarm"))
    assert flooded.left.funds["relief"] == held + 500
    flooded.act(Act("reopen", "mayor", "it was none"))
    assert flooded.left.funds["relief"] == held
    again = flooded.item("supply", "clinic", "shelter")
    assert (again.status, again.number > lent.number) == ("open", True)
    assert list(all_broken(flooded)) == []


def test_money_asked_for_beyond_the_plan_does_not_stand_for_the_planned(flooded: Desk) -> None:
    more = {
        "part": "response", "step": "pump", "fund": "relief", "amount": "9", "currency": "EUR",
        "by": "brigade", "for": "brigade", "why": "rope",
    }  # fmt: skip
    desk = desk_of(flooded.response)
    desk.say("ack", desk.item("command", "mayor"))
    desk.write(Draft("requested", {**more, "step": "shelter"}))
    desk.say("ack", desk.item("do", "wardens"))
    planned = [one for one in desk.incident.means["response/shelter"].requests if one.planned]
    assert [int(one.amount) for one in planned] == [500]
