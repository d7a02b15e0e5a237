"""Who comes on duty is told once, in their language, with what is open."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from remit.workflows.handoffs import due_handoffs, tell_handoffs
from tests.web_people import site

# 20:00 in Shanghai: An follows Bo.
EIGHT = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)


def test_whoever_comes_on_is_told_once_with_the_open_work(tmp_path: Path) -> None:
    with site(tmp_path) as pages:
        rosters = pages.look().response.duty
        (found,) = due_handoffs(rosters, pages.ledger, EIGHT)
        assert (("an",), ("bo",)) == (found.coming, found.before)
        pages.notifier.sent.clear()
        assert 1 == tell_handoffs([found], pages.ledger, pages.notifier, EIGHT)
        (message,) = pages.notifier.sent
        assert ("an", "wecom", "zh") == (message.person, message.channel, message.language)
        assert f"{pages.incident}-1" in message.text
        assert () == due_handoffs(rosters, pages.ledger, EIGHT + dt.timedelta(minutes=5))
        assert pages.ledger.verify().is_whole


def test_one_whose_channels_fail_is_not_told_as_told(tmp_path: Path) -> None:
    with site(tmp_path) as pages:
        pages.notifier.failing = frozenset({"wecom"})
        found = due_handoffs(pages.look().response.duty, pages.ledger, EIGHT)
        assert 0 == tell_handoffs(found, pages.ledger, pages.notifier, EIGHT)
        (entry,) = pages.ledger.entries_of(("roster-handoff",))
        assert [] == entry.payload["told"]


def test_duty_that_began_long_ago_is_no_news(tmp_path: Path) -> None:
    with site(tmp_path) as pages:
        rosters = pages.look().response.duty
        assert () == due_handoffs(rosters, pages.ledger, EIGHT + dt.timedelta(hours=3))
