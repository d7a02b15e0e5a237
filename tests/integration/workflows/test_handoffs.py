"""Who comes on duty is told once, in their language, with what is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from remit.engine.language.loader import load
from remit.workflows.adapters.clocks import JumpingClock
from remit.workflows.adapters.notifiers import MemoryNotifier
from remit.workflows.delivering import LEASE_S
from remit.workflows.driver import Driver
from remit.workflows.handoffs import BEGUN_KIND, HANDOFF_KIND, Handoff, due_handoffs, tell_handoffs
from remit.workflows.ledger import Ledger
from remit.workflows.messages import Message
from remit.workflows.naming import rosters_in
from tests.databases import Places
from tests.desk import harbour
from tests.web_people import ROSTER, Site, site

# 20:00 in Shanghai: An follows Bo.
EIGHT = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)


def _driver(pages: Site) -> Driver:
    clock = JumpingClock(EIGHT)
    return Driver(pages.ledger, clock, pages.notifier, clock, "host/1/1", lambda _: False)


def test_whoever_comes_on_is_told_once_with_the_open_work(tmp_path: Path) -> None:
    with site(tmp_path) as pages:
        rosters = pages.look().response.duty
        (found,) = due_handoffs(rosters, pages.ledger, EIGHT)
        assert (("an",), ("bo",)) == (found.coming, found.before)
        pages.notifier.sent.clear()
        assert (1, 0) == tell_handoffs([found], _driver(pages))
        (message,) = pages.notifier.sent
        assert ("an", "wecom", "zh") == (message.person, message.channel, message.language)
        assert f"{pages.incident}-1" in message.text
        assert () == due_handoffs(rosters, pages.ledger, EIGHT + dt.timedelta(minutes=5))
        assert pages.ledger.verify().is_whole


def test_one_whose_channels_fail_is_not_told_as_told(tmp_path: Path) -> None:
    with site(tmp_path) as pages:
        pages.notifier.failing = frozenset({"wecom"})
        found = due_handoffs(pages.look().response.duty, pages.ledger, EIGHT)
        assert (0, 1) == tell_handoffs(found, _driver(pages))
        (entry,) = pages.ledger.entries_of(("roster-handoff",))
        assert [] == entry.payload["told"]


def test_duty_that_began_long_ago_is_no_news(tmp_path: Path) -> None:
    with site(tmp_path) as pages:
        rosters = pages.look().response.duty
        assert () == due_handoffs(rosters, pages.ledger, EIGHT + dt.timedelta(hours=3))


class _DeadError(BaseException):
    """The process is gone."""


class _Server(MemoryNotifier):
    """A process on a ledger, which other ones share, that tells who comes on duty.

    Args:
        dead: processes known to have ended.
    """

    def __init__(self, place: str, folder: Path, number: int, *dead: str) -> None:
        super().__init__()
        self.ledger, self.clock = Ledger.at(place), JumpingClock(EIGHT)
        self.rosters = rosters_in(load(harbour(folder, {"rosters/warden.yaml": ROSTER})))
        self.driver = Driver(
            *(self.ledger, self.clock, self, self.clock, f"host/{number}/1"),
            lambda name: name in dead,
        )
        self.meanwhile: Callable[[], object] = lambda: None

    def send(self, message: Message) -> str:
        """Let something happen while a message goes out."""
        channel = super().send(message)
        self.meanwhile()
        return channel

    def tell(self, after_s: int = 0) -> int:
        """Do the round, some seconds past the change of shift; return how many were told."""
        self.clock.jump_to(EIGHT + dt.timedelta(seconds=after_s))
        return self.tell_of(due_handoffs(self.rosters, self.ledger, self.clock.now()))

    def tell_of(self, found: tuple[Handoff, ...]) -> int:
        """Tell of hand-overs that were found before."""
        return tell_handoffs(found, self.driver)[0]

    def die(self) -> None:
        """End in the middle."""
        raise _DeadError


def test_two_servers_tell_of_one_change_of_shift_once(backend: Places, tmp_path: Path) -> None:
    """Both looked before either told; and the second tells while the first one's goes out."""
    place = backend.at(tmp_path)
    one, two = (_Server(place, tmp_path, number) for number in (1, 2))
    with one.ledger, two.ledger:
        found = due_handoffs(two.rosters, two.ledger, EIGHT)
        one.meanwhile = lambda: two.tell_of(found)
        assert 1 == one.tell()
        assert 0 == two.tell_of(found)
        assert (1, 0) == (len(one.sent), len(two.sent))
        kinds = [entry.kind for entry in two.ledger.entries()]
        assert [BEGUN_KIND, HANDOFF_KIND] == kinds


@pytest.mark.parametrize("dead,after_s", [(("host/1/1",), 1), ((), LEASE_S)])
def test_what_a_dead_server_was_telling_another_tells_as_a_repeat(
    backend: Places, tmp_path: Path, dead: tuple[str, ...], after_s: int
) -> None:
    place = backend.at(tmp_path)
    one, two = _Server(place, tmp_path, 1), _Server(place, tmp_path, 2, *dead)
    with one.ledger, two.ledger:
        one.meanwhile = one.die
        with pytest.raises(_DeadError):
            one.tell()
        if not dead:
            assert 0 == two.tell(LEASE_S - 1), "it may live"
        assert 1 == two.tell(after_s)
        (first,), (second,) = one.sent, two.sent
        assert (first.key, False, True) == (second.key, first.repeat, second.repeat)
        assert two.ledger.verify().is_whole
