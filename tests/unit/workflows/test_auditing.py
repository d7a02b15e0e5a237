"""One thing left out of a run is told, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from remit.workflows.auditing import GRACE, MESSAGE_GRACE, audit_incident, audited_keys, draft_of
from remit.workflows.entries import Entry
from tests.desk import Desk, harbour, response_of

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An incident of which the warden was told."""
    return Desk(response_of(harbour(tmp_path)))


def _told(desk: Desk, entries: list[Entry], later: dt.timedelta = MINUTE) -> list[tuple[str, str]]:
    found = audit_incident(entries, desk.now + later)
    return [(one.kind, one.subject) for one in found if one.kind != "lost-message"]


def _without(desk: Desk, wanted: Callable[[Entry], bool]) -> list[Entry]:
    kept = [entry for entry in desk.entries if not wanted(entry)]
    assert len(kept) < len(desk.entries), "nothing was left out"
    return kept


def test_a_deadline_that_nobody_followed_up_is_told_after_its_grace(desk: Desk) -> None:
    due = dt.timedelta(minutes=10)
    assert _told(desk, desk.entries, due + GRACE) == []
    assert _told(desk, desk.entries, due + GRACE + MINUTE) == [("passed-deadline", "warden")]


def test_an_escalation_that_was_left_out_is_told(desk: Desk) -> None:
    desk.later(21)
    assert _told(desk, desk.entries) == []
    entries = _without(desk, lambda entry: entry.kind == "escalated")
    assert _told(desk, entries) == [("passed-deadline", "warden")]


def test_a_message_is_lost_that_has_no_receipt(desk: Desk) -> None:
    asked = desk.entries[-1]
    assert asked.kind == "asked"
    receipt = replace(
        asked, number=99, kind="delivered", payload={"message": f"test/{asked.number}/warden"}
    )
    late = desk.now + MESSAGE_GRACE + MINUTE
    assert "lost-message" in {one.kind for one in audit_incident(desk.entries, late)}
    assert "lost-message" not in {
        one.kind for one in audit_incident([*desk.entries, receipt], late)
    }


def test_an_incident_of_which_nobody_was_told_is_told(desk: Desk) -> None:
    assert _told(desk, desk.entries[:1], GRACE) == []
    assert _told(desk, desk.entries[:1], GRACE + MINUTE) == [("nobody-told", "")]


def _work_in_hand(desk: Desk) -> None:
    desk.say("ack", desk.item("command", "warden"))
    desk.say("done", desk.item("consult", "clinic"))
    desk.say("approve", desk.item("order", "council"))
    desk.say("ack", desk.item("do", "crew"))


def test_work_that_is_silent_past_its_limit_is_told(desk: Desk) -> None:
    _work_in_hand(desk)
    desk.later(3 * 60 + 11)
    assert ("silent-work", "crew") not in _told(desk, desk.entries)
    entries = _without(desk, lambda entry: entry.kind == "overdue")
    assert ("silent-work", "crew") in _told(desk, entries)


def test_an_incident_that_stands_still_is_told(desk: Desk) -> None:
    desk.say("ack", desk.item("command", "warden"))
    upto = next(n for n, entry in enumerate(desk.entries) if entry.kind == "answered")
    assert _told(desk, desk.entries[: upto + 1], GRACE + MINUTE) == [("stalled", "")]


def test_money_that_was_set_aside_and_forgotten_is_told(desk: Desk) -> None:
    about = {"part": "response", "step": "feed"}
    last = desk.entries[-1]
    money = replace(last, number=50, kind="reserved", payload={**about, "fund": "till"})
    closed = replace(last, number=52, kind="closed", payload={"by": "warden"})
    dropped = replace(last, number=51, kind="dropped", payload=about)
    assert _told(desk, [*desk.entries, money, closed], GRACE + MINUTE) == [("kept-money", "")]
    assert _told(desk, [*desk.entries, money, dropped, closed], GRACE + MINUTE) == []


def test_who_acts_without_a_part_is_told_and_who_was_refused_is_not(desk: Desk) -> None:
    desk.say("ack", desk.item("command", "warden"))
    entries = [
        replace(entry, actor="stranger") if entry.kind == "answered" else entry
        for entry in desk.entries
    ]
    assert _told(desk, entries) == [("stranger", "stranger")]
    refused = [
        replace(entry, kind="refused") if entry.actor == "stranger" else entry for entry in entries
    ]
    assert ("stranger", "stranger") not in _told(desk, refused)


def test_kinds_the_auditor_does_not_know_are_passed_by(desk: Desk) -> None:
    strange = replace(desk.entries[-1], number=70, kind="sung", payload={"song": "x"})
    assert _told(desk, [*desk.entries, strange]) == []


def test_what_was_recorded_is_known_again(desk: Desk) -> None:
    (found,) = audit_incident(desk.entries[:1], desk.now + GRACE + MINUTE)
    draft = draft_of(found)
    entry = replace(desk.entries[0], kind=draft.kind, payload=draft.payload)
    assert audited_keys([entry]) == {found.key}
    assert str(found) == "incident test: it was opened (entry 1), and nobody was told"
