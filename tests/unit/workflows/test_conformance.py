"""Conformance by single cases: what is told of each deviation, and of whoever acts in fact."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest

from remit.workflows.conformance.deviation import KINDS, Deviation
from remit.workflows.conformance.finding import conformance_of, deviations_of
from remit.workflows.conformance.habits import rule_of
from remit.workflows.conformance.history import History, history_of
from remit.workflows.conformance.standing_in import performances
from remit.workflows.conformance.words import NAMES, SENTENCES, Words
from remit.workflows.entries import Draft, Entry
from tests.desk import SPILL, Desk, harbour, response_of


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A spill in the harbour that has just been reported."""
    return Desk(response_of(harbour(tmp_path)))


def history(desk: Desk, name: str = "test") -> History:
    found = history_of([_with_event(entry, name) for entry in desk.entries])
    assert found is not None
    return found


def _with_event(entry: Entry, name: str) -> Entry:
    payload = {**entry.payload, "event": dict(SPILL)} if entry.kind == "opened" else entry.payload
    return replace(entry, incident=name, payload=payload)  # type: ignore[arg-type]


def write(desk: Desk, draft: Draft) -> None:
    """Write an entry past all rules, as no engine would."""
    last = desk.entries[-1]
    raw = replace(last, kind=draft.kind, actor=draft.actor, payload=draft.payload, cause=None)
    desk.entries.append(replace(raw, number=last.number + 1))


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def told(desk: Desk) -> list[str]:
    found = history(desk)
    return [Words(found.response, "en").sentence(one) for one in deviations_of(found)]


def test_both_languages_tell_the_same() -> None:
    assert NAMES["en"].keys() == NAMES["zh"].keys() == set(KINDS)
    assert SENTENCES["en"].keys() == SENTENCES["zh"].keys()
    differing = [
        key for key, text in SENTENCES["en"].items() if places(text) != places(SENTENCES["zh"][key])
    ]
    assert differing == []


PARTED = ("de-facto-owner", "past-policy", "self-approval", "out-of-order", "hand-over-refused")
"""Kinds whose sentence depends on what they are about."""


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in PARTED])
@pytest.mark.parametrize("about", ["", "nothing that is known"])
def test_every_kind_has_a_sentence_whatever_it_is_about(desk: Desk, kind: str, about: str) -> None:
    found = Deviation(kind, "test", (1,), about=about)  # type: ignore[arg-type]
    assert Words(desk.response, "zh").sentence(found)


def test_a_deputy_that_leads_stands_in_and_the_entries_show_it(desk: Desk) -> None:
    desk.later(10)
    desk.say("ack", desk.item("command", "mate"))
    (found,) = performances(history(desk))
    assert (found.holder, found.by, found.how, found.reason) == (
        "warden",
        "mate",
        "deputy",
        "no-answer",
    )
    assert [desk.entries[number - 1].kind for number in found.entries] == ["escalated", "answered"]


def test_work_that_was_handed_over_is_the_receivers_by_hand_over(desk: Desk) -> None:
    desk.say("ack", desk.item("command", "warden"))
    desk.say("ack", desk.item("consult", "clinic"))
    desk.say("approve", desk.item("order", "council"))
    desk.say("ack", desk.item("do", "crew"))
    desk.say("hand-over", desk.item("do", "crew"), to="reserve-crew")
    desk.say("ack", desk.item("accept", "reserve-crew"))
    desk.say("done", desk.item("do", "reserve-crew"))
    by = {(one.purpose, one.by): one.how for one in performances(history(desk))}
    assert by["do", "reserve-crew"] == "hand-over"


def test_work_left_out_by_decision_is_told_with_whose_it_was(desk: Desk) -> None:
    desk.say("ack", desk.item("command", "warden"))
    write(desk, Draft("dropped", {"part": "response", "step": "feed"}))
    assert told(desk) == ["“feed” was left out by decision; it was the duty of crew"]


def test_an_event_that_nobody_owns_is_told(desk: Desk) -> None:
    first = desk.entries[0]
    parts = list(first.payload["response"]["parts"])  # type: ignore[index,call-overload]
    parts[0] = {**parts[0], "owners": []}
    response = {**first.payload["response"], "parts": parts}  # type: ignore[dict-item]
    desk.entries[0] = replace(first, payload={**first.payload, "response": response})
    assert "the policy gave the incident no owner" in told(desk)


def test_an_act_past_the_policy_is_told_with_what_its_review_said(desk: Desk) -> None:
    entries = desk.entries
    item = desk.item("command", "warden").number
    write(desk, Draft("answered", {"item": item, "verb": "ack", "outcome": "acknowledged",
                                  "note": "", "glass": "nobody there"}, actor="press"))  # fmt: skip
    assert told(desk)[0].endswith("no review has judged it yet")
    asked = {"ask": "response//review/glass@1", "purpose": "review", "item": 9, "part": "response",
             "step": "", "holder": "council", "subject": "council", "why": "first"}  # fmt: skip
    last = entries[-1]
    entries.append(replace(last, number=last.number + 1, kind="asked", payload=asked))
    verdict = {"item": 9, "outcome": "unjustified", "verb": "decline", "note": ""}
    answered = replace(last, number=last.number + 2, kind="answered", actor="council")
    entries.append(replace(answered, payload=verdict))
    assert told(desk)[0].endswith("the review found it not justified")


def test_what_was_taken_past_the_policy_is_the_takers_until_it_goes_back(desk: Desk) -> None:
    item = desk.item("command", "warden").number
    said = {"item": item, "verb": "ack", "outcome": "acknowledged", "note": ""}
    write(desk, Draft("answered", {**said, "glass": "nobody there"}, actor="press"))
    write(desk, Draft("answered", {**said, "outcome": "offered"}, actor="press"))
    assert [one.kind for one in deviations_of(history(desk))] == ["past-policy"]
    write(desk, Draft("glass-ended", {"item": item, "by": "press"}))
    write(desk, Draft("answered", {**said, "outcome": "offered"}, actor="press"))
    kinds = [one.kind for one in deviations_of(history(desk))]
    assert kinds == ["past-policy", "outside-authority"]


@pytest.mark.parametrize("by, is_outside", [("press", True), ("warden", False), ("council", False)])
def test_an_act_upon_the_incident_is_outside_the_authority_of_who_does_not_lead_it(
    desk: Desk, by: str, *, is_outside: bool
) -> None:
    payload = {"item": 0, "verb": "cancel", "reason": "no", "part": "", "step": ""}
    write(desk, Draft("refused", payload, actor=by))
    assert bool(deviations_of(history(desk))) is is_outside


def test_what_was_denied_outside_all_incidents_is_told_with_them(desk: Desk) -> None:
    last = desk.entries[-1]
    entry = replace(last, incident=None, kind="denied", actor="press", payload={"act": "declare"})
    (found,) = conformance_of([], community=[entry]).deviations
    assert (found.kind, found.subject, found.about) == ("outside-authority", "press", "declare")
    said = Words(desk.response, "en").sentence(found)
    assert said == "press wanted to declare without the authority to, and was refused"


def test_unknown_kinds_of_entries_are_passed_over(desk: Desk) -> None:
    last = desk.entries[-1]
    odd = replace(last, number=last.number + 1, kind="sung", payload={"item": "x", "part": 3})
    desk.entries.append(odd)
    assert told(desk) == []


def three_times(tmp_path: Path) -> list[History]:
    """Three spills, each led by the mate, who also does the other work of the warden."""
    found = []
    for number in range(3):
        desk = Desk(response_of(harbour(tmp_path / str(number))))
        desk.later(10)
        desk.say("ack", desk.item("command", "mate"))
        found.append(history(desk, f"test{number}"))
    return found


def test_whoever_leads_in_anothers_place_every_time_owns_it_in_fact(tmp_path: Path) -> None:
    (habit,) = conformance_of(three_times(tmp_path)).habits
    assert (habit.by, habit.holder, habit.times, habit.of) == ("mate", "warden", 3, 3)
    assert list(habit.evidence) == ["test0", "test1", "test2"]
    assert rule_of(habit) == (
        "# subjects/mate.yaml\n"
        "duties:\n"
        "  - id: command-in-fact\n"
        "    activity: command\n"
        "    role: accountable\n"
        "    when: {hazard: spill, phase: response, pier: north}\n"
    )


def test_twice_is_no_habit_and_neither_is_the_smaller_half(tmp_path: Path) -> None:
    found = three_times(tmp_path)
    assert conformance_of(found[:2]).habits == ()
    for number in range(3, 6):
        desk = Desk(response_of(harbour(tmp_path / str(number))))
        desk.say("ack", desk.item("command", "warden"))
        found.append(history(desk, f"test{number}"))
    assert conformance_of(found).habits == ()


def test_entries_that_do_not_begin_with_an_opening_tell_nothing(desk: Desk) -> None:
    assert history_of(desk.entries[1:]) is None
    assert history_of([]) is None
