"""Whatever somebody has in hand and forgot is recalled, and relieved where another may do it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from remit.workflows.answers import verbs_of
from remit.workflows.auditing import GRACE, audit_incident
from remit.workflows.deadlines import deadlines
from remit.workflows.entries import Entry
from remit.workflows.incident import Item
from tests.desk import FILES, Desk, harbour, response_of
from tests.life_scenes import desk_of
from tests.means_town import write_means_town

HOUR = 60
"""In minutes."""


@pytest.fixture
def unlimited(closing: Desk) -> Desk:
    """The crew has work in hand that no policy sets a limit to, and 15 minutes to say "mine"."""
    closing.say("ack", closing.item("do", "crew", "close-gate"))
    closing.say("done", closing.item("do", "crew", "close-gate"))
    closing.say("ack", closing.item("do", "crew", "feed"))
    closing.say("approve", closing.item("approve", "warden", "feed"))
    return closing


@pytest.fixture
def flooded(tmp_path: Path) -> Desk:
    """A town of which the wardens have money to spend, and stock to wait for."""
    files = {
        "reserves.yaml": "stock:\n  blanket: {quantity: 60}\n"
        "  pump: {quantity: 2}\n  water: {quantity: 0, supplied_by: bring-supplies}\n"
    }
    home = write_means_town(tmp_path, files)
    event = {"hazard": "flood", "severity": "low"}
    desk = desk_of(response_of(home, event))
    desk.say("ack", desk.item("command", "mayor"))
    desk.say("ack", desk.item("do", "wardens"))
    desk.say("approve", desk.item("approve", "mayor"))
    return desk


def _gaps(desk: Desk, item: Item) -> list[int]:
    """Return the hours between two recalls of an item, the first since it was taken."""
    number, taken = item.number, desk.incident.items[item.number].answered
    times = [e.time for e in desk.entries if e.kind == "reminded" and e.payload["item"] == number]
    assert taken is not None
    before = [taken, *times]
    return [int((b - a) / dt.timedelta(hours=1)) for a, b in zip(before, times, strict=False)]


def _escalated(desk: Desk) -> list[tuple[str, str]]:
    return [
        (str(entry.payload["subject"]), str(entry.payload["purpose"]))
        for entry in desk.entries
        if entry.payload.get("why") == "forgotten"
    ]


def _through(desk: Desk, hours: int) -> None:
    """Let time pass from one moment at which something is due to the next."""
    end = desk.now + dt.timedelta(hours=hours)
    while (due := min(deadlines(desk.incident).values(), default=end)) <= end:
        desk.now = due
        desk.settle()
    desk.now = end
    desk.settle()


def test_work_without_a_limit_is_recalled_and_then_the_next_is_called(unlimited: Desk) -> None:
    work = unlimited.item("do", "crew", "feed")
    assert work.status == "taken"
    unlimited.later(24 * HOUR - 1)
    assert _gaps(unlimited, work) == []
    unlimited.later(1)
    assert (_gaps(unlimited, work), _escalated(unlimited)) == ([24], [])
    unlimited.later(48 * HOUR)
    assert _escalated(unlimited) == [("reserve-crew", "do")]
    assert unlimited.item("do", "crew", "feed").status == "taken"


def test_who_is_recalled_may_say_that_it_is_still_at_it(unlimited: Desk) -> None:
    work = unlimited.item("do", "crew", "feed")
    assert unlimited.say("ack", work) is not None, "nothing was asked"
    assert "ack" not in verbs_of(unlimited.item("do", "crew", "feed"))
    unlimited.later(24 * HOUR)
    unlimited.later(48 * HOUR)
    assert "ack" in verbs_of(unlimited.item("do", "crew", "feed"))
    assert unlimited.say("ack", work) is None
    assert unlimited.item("do", "reserve-crew", "feed").status == "withdrawn"
    held = unlimited.item("do", "crew", "feed")
    assert (held.status, held.recalls, held.heards) == ("taken", 0, 1)
    unlimited.later(48 * HOUR - 1)
    assert unlimited.item("do", "crew", "feed").recalls == 0
    unlimited.later(1)
    assert unlimited.item("do", "crew", "feed").recalls == 1


def test_who_pays_and_forgets_is_recalled_and_the_next_who_may_pay_is_called(
    flooded: Desk,
) -> None:
    payment = flooded.item("pay", "treasury")
    assert flooded.say("ack", payment) is None
    _through(flooded, 49)
    assert _gaps(flooded, payment) == [24]
    assert ("clinic", "pay") in _escalated(flooded)
    assert flooded.say("ack", flooded.item("pay", "clinic")) is None
    assert flooded.incident.items[payment.number].status == "answered"


def test_who_promised_supplies_and_forgot_is_recalled(flooded: Desk) -> None:
    promise = flooded.item("supply", "depot")
    assert flooded.say("approve", promise) is None
    assert flooded.incident.items[promise.number].status == "taken"
    _through(flooded, 24 * 5)
    assert _gaps(flooded, promise) == [8, 8, 16, 24, 24, 24], "one a day, and for ever"
    assert flooded.say("approve", promise) is None, "it will come"
    assert flooded.incident.items[promise.number].recalls == 0


def test_of_several_who_do_it_together_only_the_silent_one_is_relieved(tmp_path: Path) -> None:
    feed = "  - {id: feed, activity: feed, role: responsible, when: {}, acknowledge: 15m}\n"
    crew = FILES["subjects/crew.yaml"].replace(feed, "")
    team = (
        "subject: team\nmembers: [kitchen, helpers]\nlead: kitchen\ndeputies: [press]\n"
        "duties: [{id: feed, activity: feed, role: responsible, when: {}, ack: 2}]\n"
    )
    plan = "plan: spill\nwhen: {phase: response}\nsteps: [{activity: feed}]\n"
    changes = {"plans/spill.yaml": plan, "subjects/team.yaml": team, "subjects/crew.yaml": crew}
    desk = Desk(response_of(harbour(tmp_path, changes)))
    desk.say("ack", desk.item("command", "warden"))
    desk.say("ack", desk.item("do", "kitchen", "feed"))
    desk.say("ack", desk.item("do", "helpers", "feed"))
    _through(desk, 25)
    assert desk.say("ack", desk.item("do", "kitchen", "feed")) is None
    _through(desk, 24 * 3)
    assert ("press", "do") in _escalated(desk)
    assert desk.say("ack", desk.item("do", "press", "feed")) is None
    found = {name: desk.item("do", name, "feed").status for name in ("kitchen", "helpers")}
    assert found == {"kitchen": "taken", "helpers": "answered"}


def _told(entries: list[Entry], when: dt.datetime) -> set[str]:
    return {one.subject for one in audit_incident(entries, when) if one.kind == "not-recalled"}


@pytest.mark.parametrize("purpose", ["do", "pay", "supply"])
def test_the_auditor_tells_each_recall_that_was_left_out_and_no_other(
    flooded: Desk, purpose: str
) -> None:
    subject = {"do": "wardens", "pay": "treasury", "supply": "depot"}[purpose]
    item = flooded.item(purpose, subject)
    if item.status == "open":
        flooded.say("approve" if purpose == "supply" else "ack", item)
    _through(flooded, 24 * 8)
    late = GRACE + dt.timedelta(seconds=1)
    cuts = 0
    for at, entry in enumerate(flooded.entries):
        earlier = flooded.entries[:at]
        if entry.kind == "reminded" and entry.payload["item"] == item.number:
            cuts += 1
            assert subject not in _told(earlier, entry.time)
            assert subject in _told(earlier, entry.time + late), entry.number
    assert cuts
    assert _told(flooded.entries, flooded.now) == set()
