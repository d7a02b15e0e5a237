"""The auditor is silent about runs in which all was done, and tells just what was left out."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from remit.workflows.auditing import GRACE, MESSAGE_GRACE, audit_incident
from remit.workflows.entries import Entry
from remit.workflows.folding import fold_all
from remit.workflows.lifecycle import PURPOSES
from remit.workflows.messages import message_key, recipients
from remit.workflows.response import Response
from tests.desk import Desk, harbour, response_of

WORK = dt.timedelta(hours=3)
"""What the crew has to close the gate."""
SUBJECTS = ("council", "warden", "mate", "crew", "reserve-crew", "clinic", "kitchen", "helpers")


@cache
def _response() -> Response:
    with TemporaryDirectory() as folder:
        return response_of(harbour(Path(folder)))


class Watched(Desk):
    """A desk whose messages are all delivered as they are written."""

    sent: set[str]

    def write(self, draft: object) -> None:  # type: ignore[override]
        """Write an entry, and note whom it tells."""
        super().write(draft)  # type: ignore[arg-type]
        entry = self.entries[-1]
        self.sent = getattr(self, "sent", set()) | {
            message_key(entry, subject) for subject in recipients(entry, self.incident)
        }


def _run(seed: int, length: int) -> Watched:
    """Let people mostly do their work; some refuse, hand on, keep silent."""
    chance, desk = Random(seed), Watched(_response())  # noqa: S311 -- a draw that can be repeated
    for _ in range(length):
        waiting = desk.incident.open_items()
        if not waiting:
            break
        if chance.random() < 0.25:
            desk.later(chance.choice((1, 10, 15, 30, 90, 400)))
            continue
        item = chance.choice(waiting)
        verbs = list(PURPOSES[item.purpose].answers)
        usual = "done" if item.status == "taken" and "done" in verbs else verbs[0]
        verb = chance.choice(verbs) if chance.random() < 0.3 else usual
        to = chance.choice(SUBJECTS) if verb == "hand-over" else None
        desk.say(verb, item, None, note="said", to=to)
    return desk


def _found(desk: Watched, entries: list[Entry], later: dt.timedelta) -> list[str]:
    """Return what is told but for messages, which a desk does not send."""
    found = audit_incident(entries, desk.now + later)
    return [str(one) for one in found if one.kind != "lost-message"]


def _stands_still(desk: Watched) -> bool:
    """Return whether nobody is asked anything, though it is not over: the auditor must see it."""
    waiting = [item for item in desk.incident.open_items() if item.purpose != "command"]
    asked = [item for item in desk.incident.open_items() if item.status == "open"]
    return desk.incident.state != "closed" and not waiting and not asked


@given(st.integers(0, 10**9), st.integers(0, 120))
def test_nothing_is_told_of_a_run_in_which_all_was_done(seed: int, length: int) -> None:
    desk = _run(seed, length)
    for minutes in (0, 5, 60, 600):
        desk.later(minutes)
        found = _found(desk, desk.entries, dt.timedelta())
        told = [one for one in found if "nothing waits for anybody" not in one]
        assert told == []
        assert _stands_still(desk) or found == []
    assert _stands_still(desk) == (found != [])


@given(st.integers(0, 10**9), st.integers(0, 120))
def test_every_message_without_a_receipt_is_told_and_no_other(seed: int, length: int) -> None:
    desk = _run(seed, length)
    found = audit_incident(desk.entries, desk.now + MESSAGE_GRACE + dt.timedelta(seconds=1))
    lost = {f"test/{one.entry}/{one.subject}" for one in found if one.kind == "lost-message"}
    assert lost == desk.sent


@given(st.integers(0, 10**9), st.integers(0, 60))
def test_a_driver_that_stopped_before_it_recalled_somebody_is_told(seed: int, length: int) -> None:
    """Cut before any recall that time made due: the question it was about is told."""
    desk = _run(seed, length)
    for at, entry in enumerate(desk.entries):
        if entry.kind != "reminded" or desk.entries[at - 1].kind == "reminded":
            continue
        item = fold_all(desk.entries[:at]).items[int(str(entry.payload["item"]))]
        asked = {
            other.number
            for other in desk.entries
            if other.payload.get("ask") == item.ask or other.payload.get("item") == item.number
        }
        if item.status == "taken":
            taken = item.answered or item.asked
            told = _told(desk.entries[:at], max(entry.time, taken + WORK), "not-recalled")
            is_late = _told(desk.entries[:at], max(entry.time, taken + WORK), "silent-work")
            assert item.recalls or (told | is_late) & asked, (entry.number, item.ask)
        else:
            assert _told(desk.entries[:at], entry.time, "passed-deadline") & asked, entry.number


def _told(entries: list[Entry], when: dt.datetime, kind: str) -> set[int]:
    """Return the entries that an auditor names a little later than `when`."""
    found = audit_incident(entries, when + GRACE + dt.timedelta(seconds=1))
    return {one.entry for one in found if one.kind == kind}
