"""Silence: who is passed over, who is alarmed, recalled, relieved; quorums; quarrels over work."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path

import pytest

from remit.workflows.due import due_now
from remit.workflows.entries import Draft, Json
from remit.workflows.messages import recipients
from tests.desk import FILES, Desk, harbour, response_of


def _desk(folder: Path, **files: str) -> Desk:
    changes = {f"subjects/{name}.yaml": text for name, text in files.items()}
    return Desk(response_of(harbour(folder, changes)))


def _payloads(desk: Desk, kind: str) -> list[dict[str, Json]]:
    return [dict(entry.payload) for entry in desk.entries if entry.kind == kind]


WARDEN = FILES["subjects/warden.yaml"]
NOBODY = "staff: {officer: 0}\n"


def test_whom_nobody_can_reach_is_passed_over_at_once_and_that_is_told(tmp_path: Path) -> None:
    desk = _desk(tmp_path, warden=WARDEN + NOBODY)
    assert desk.waiting() == [("command", "", "mate")]
    (skipped,) = _payloads(desk, "skipped")
    assert (skipped["subject"], skipped["reason"]) == ("warden", "no-staff")
    assert desk.entries[-1].time == desk.incident.opened


def test_who_is_off_duty_is_passed_over_and_called_when_it_is_back(tmp_path: Path) -> None:
    roster = (
        "roster: warden\nsubject: warden\nzone: UTC\npeople: {ann: }\n"
        "shifts: [{days: [mon], from: '13:00', to: '20:00', people: [ann]}]\n"
    )
    home = harbour(tmp_path, {"rosters/warden.yaml": roster})
    desk = Desk(response_of(home))
    assert desk.waiting() == [("command", "", "mate")]
    assert _payloads(desk, "skipped")[0]["reason"] == "off-duty"
    desk.later(60)
    assert ("command", "", "warden") in desk.waiting()


def test_who_is_on_duty_can_be_told_by_somebody_else(desk: Desk) -> None:
    def on_duty(subject: str, time: dt.datetime) -> bool:  # noqa: ARG001 - one of the port's
        return subject != "mate"

    later = desk.now + dt.timedelta(minutes=10)
    dues = due_now(desk.incident, desk.stores, later, on_duty)
    assert [due.draft.payload["subject"] for due in dues] == ["mate", "council"]


def test_nobody_at_all_is_an_alarm_to_those_above_and_told_again(tmp_path: Path) -> None:
    mate = FILES["subjects/mate.yaml"] + NOBODY
    council = FILES["subjects/council.yaml"].replace("under: x", "") + NOBODY
    desk = _desk(tmp_path, warden=WARDEN + NOBODY, mate=mate, council=council)
    assert desk.waiting() == []
    (alarm,) = _payloads(desk, "alarm")
    assert "council" in recipients(desk.entries[-1], desk.incident)
    assert alarm["holder"] == "warden"
    desk.later(15)
    desk.later(29)
    assert desk.kinds().count("alarm") == 2
    desk.later(1)
    assert desk.kinds().count("alarm") == 3


def test_advice_of_somebody_whom_nobody_can_reach_is_not_waited_for(tmp_path: Path) -> None:
    desk = _desk(tmp_path, clinic=FILES["subjects/clinic.yaml"] + NOBODY)
    desk.say("ack", desk.item("command", "warden"))
    assert ("order", "close-gate", "council") in desk.waiting()
    assert "unheard" in desk.kinds()


def test_the_deputy_of_the_consulted_is_heard_too_where_the_first_declines(tmp_path: Path) -> None:
    clinic = FILES["subjects/clinic.yaml"] + "deputies: [press]\n"
    desk = _desk(tmp_path, clinic=clinic)
    desk.say("ack", desk.item("command", "warden"))
    desk.say("decline", desk.item("consult", "clinic"), note="no doctor here")
    assert ("order", "close-gate", "council") not in desk.waiting()
    desk.say("done", desk.item("consult", "press"), note="close it")
    assert ("order", "close-gate", "council") in desk.waiting()


def test_work_in_hand_is_recalled_and_then_the_next_is_called_beside_its_holder(
    closing: Desk,
) -> None:
    closing.say("ack", closing.item("do", "crew", "close-gate"))
    closing.later(135)
    (recalled,) = _payloads(closing, "reminded")
    assert closing.incident.items[int(str(recalled["item"]))].subject == "crew"
    closing.later(45)
    assert closing.kinds().count("overdue") == 1
    closing.later(180)
    relief = closing.item("do", "reserve-crew", "close-gate")
    assert (relief.why, closing.item("do", "crew", "close-gate").status) == ("forgotten", "taken")
    assert closing.say("ack", relief) is None
    assert closing.item("do", "crew", "close-gate").status == "answered"
    assert closing.say("done", closing.item("do", "reserve-crew", "close-gate")) is None


def test_who_is_called_beside_the_holder_is_not_needed_when_it_reports_the_work(
    closing: Desk,
) -> None:
    closing.say("ack", closing.item("do", "crew", "close-gate"))
    for _ in range(3):
        closing.later(135)
    assert closing.item("do", "reserve-crew", "close-gate").status == "open"
    assert closing.say("done", closing.item("do", "crew", "close-gate")) is None
    assert closing.item("do", "reserve-crew", "close-gate").status == "withdrawn"


def test_late_work_is_told_further_and_further_up_at_growing_intervals(tmp_path: Path) -> None:
    # The feed is the warden's; the council is above it.
    crew = FILES["subjects/crew.yaml"].replace(
        "{id: feed, activity: feed, role: responsible, when: {}, acknowledge: 15m}",
        "{id: feed, activity: feed, role: responsible, when: {}, complete: 1h}",
    )
    plan = "plan: spill\nwhen: {phase: response}\nsteps: [{activity: feed}]\n"
    home = harbour(tmp_path, {"subjects/crew.yaml": crew, "plans/spill.yaml": plan})
    desk = Desk(response_of(home))
    desk.say("ack", desk.item("command", "warden"))
    for _ in range(16):
        desk.later(30)
    told = [payload["subjects"] for payload in _payloads(desk, "overdue")]
    assert told == [["warden"], ["warden", "council"], ["warden", "council"], ["warden", "council"]]
    times = [e.time for e in desk.entries if e.kind == "overdue"]
    gaps = [(b - a) / dt.timedelta(hours=1) for a, b in pairwise(times)]
    assert gaps == [1, 2, 4]


PAIR = "subject: pair\nmembers: [mate, second-mate]\nlead: mate\nunder: warden\nduties:\n"


def _paired(folder: Path, quorum: str) -> Desk:
    pair = PAIR + (
        "  - {id: watch, activity: watch, role: responsible, when: {}, acknowledge: 10m"
        f"{quorum}}}\n"
    )
    warden = WARDEN.replace(
        "activity: watch, role: [accountable, responsible]", "activity: watch, role: accountable"
    )
    plan = "plan: spill\nwhen: {phase: response}\nsteps: [{activity: watch}]\n"
    home = harbour(
        folder,
        {"subjects/pair.yaml": pair, "subjects/warden.yaml": warden, "plans/spill.yaml": plan},
    )
    desk = Desk(response_of(home))
    desk.say("ack", desk.item("command", "warden"))
    return desk


def test_a_joint_subject_speaks_with_one_voice_where_nothing_else_is_written(
    tmp_path: Path,
) -> None:
    assert _paired(tmp_path, "").waiting()[-1] == ("do", "watch", "pair")


@pytest.mark.parametrize("quorum", [", ack: all", ", ack: 2"])
def test_all_of_those_who_answer_together_must_say_mine(tmp_path: Path, quorum: str) -> None:
    desk = _paired(tmp_path, quorum)
    assert desk.waiting()[-2:] == [("do", "watch", "mate"), ("do", "watch", "second-mate")]
    ask = desk.item("do", "mate").ask
    desk.say("ack", desk.item("do", "mate"))
    assert desk.incident.in_hand(ask) is None
    desk.say("ack", desk.item("do", "second-mate"))
    assert desk.incident.in_hand(ask) is not None
    assert desk.say("done", desk.item("do", "second-mate")) is None
    assert ("do", "watch", "mate") not in desk.waiting()


def test_any_of_those_who_answer_together_is_enough_where_that_is_written(tmp_path: Path) -> None:
    desk = _paired(tmp_path, ", ack: any")
    assert desk.waiting()[-1] == ("do", "watch", "pair")


def test_with_fewer_than_were_needed_it_goes_on_when_nobody_else_is_left(tmp_path: Path) -> None:
    desk = _paired(tmp_path, ", ack: all")
    desk.say("ack", desk.item("do", "mate"))
    for subject in ("second-mate", "warden", "council"):
        desk.say("decline", desk.item("do", subject), note="no time")
    assert [(p["have"], p["need"]) for p in _payloads(desk, "lacking")] == [(1, 2)]
    assert desk.incident.in_hand(desk.item("do", "mate").ask) is not None


def test_an_offer_that_nobody_answers_goes_back_and_both_are_told(closing: Desk) -> None:
    crew = closing.item("do", "crew", "close-gate")
    closing.say("ack", crew)
    closing.say("hand-over", crew, to="reserve-crew")
    closing.later(15)
    assert recipients(closing.entries[-1], closing.incident) == ("crew", "reserve-crew")
    assert (closing.kinds()[-1], closing.item("do", "crew").to) == ("lapsed", None)
    assert closing.say("hand-over", closing.item("do", "crew"), to="reserve-crew") is None
    assert ("accept", "close-gate", "reserve-crew") in closing.waiting()


def _contested(desk: Desk) -> Desk:
    desk.say("ack", desk.item("do", "crew", "close-gate"))
    desk.say("hand-over", desk.item("do", "crew", "close-gate"), to="reserve-crew")
    refusal = desk.say("decline", desk.item("accept", "reserve-crew"))
    assert refusal is not None, "a refusal needs its reason"
    assert desk.say("decline", desk.item("accept", "reserve-crew"), note="not ours") is None
    return desk


def test_a_refused_offer_is_decided_above_and_the_first_answers_until_then(closing: Desk) -> None:
    desk = _contested(closing)
    assert ("decide", "close-gate", "warden") in desk.waiting()
    assert ("do", "close-gate", "crew") in desk.waiting()
    assert desk.say("done", desk.item("decide", "warden"), note="it is the reserve's") is None
    item = desk.item("do", "reserve-crew", "close-gate")
    assert (item.status, item.is_final) == ("taken", True)


def test_what_was_decided_is_not_sent_back_a_second_time(closing: Desk) -> None:
    desk = _contested(closing)
    desk.say("done", desk.item("decide", "warden"), note="it is the reserve's")
    item = desk.item("do", "reserve-crew", "close-gate")
    for verb in ("hand-over", "decline"):
        refusal = desk.say(verb, item, note="no", to="crew" if verb == "hand-over" else None)  # type: ignore[arg-type] -- the names of verbs
        assert refusal is not None
        assert "is not sent back" in refusal.reason


def test_work_that_stays_after_a_quarrel_is_offered_to_the_same_no_more(closing: Desk) -> None:
    desk = _contested(closing)
    assert desk.say("decline", desk.item("decide", "warden"), note="it stays with the crew") is None
    item = desk.item("do", "crew", "close-gate")
    assert (item.status, item.to) == ("taken", None)
    assert desk.say("hand-over", item, to="reserve-crew") is not None


def test_a_whole_incident_is_handed_to_another_owner(tmp_path: Path) -> None:
    kitchen = FILES["subjects/kitchen.yaml"] + "authority: [{id: lead, power: lead, when: {}}]\n"
    desk = _desk(tmp_path, kitchen=kitchen)
    desk.say("ack", desk.item("command", "warden"))
    assert desk.say("hand-over", desk.item("command", "warden"), to="kitchen") is None
    assert desk.incident.commander == "warden"
    assert desk.say("ack", desk.item("accept", "kitchen")) is None
    assert desk.incident.commander == "kitchen"


def test_a_wrong_entry_about_an_offer_is_not_folded(closing: Desk) -> None:
    with pytest.raises(KeyError):
        closing.write(Draft("handed-over", {"from": 99, "subject": "crew"}))
