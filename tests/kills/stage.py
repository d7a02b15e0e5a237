"""The people, the clock and the world around processes that die: none of these ever does."""

from __future__ import annotations

import datetime as dt
import mmap
import time
from collections.abc import Callable, Sequence

import httpx

from remit.workflows.adapters.notifiers import MemoryNotifier
from remit.workflows.deadlines import deadlines
from remit.workflows.driver import Driver
from remit.workflows.incident import Incident
from remit.workflows.ledger import Ledger
from remit.workflows.ports import Clock, Saying
from tests.kills.scenes import Scene

__all__ = ["Client", "SharedClock", "StuckError", "play_out", "settle", "watcher"]

PATIENCE_S = 60.0
"""Real seconds without a new entry, or an answer, after which nothing will come any more.

WHY not in all: a machine that is busy otherwise lets a process wait for its turn for seconds.
"""
LOOK_S = 0.003

Say = Callable[[str, Saying], None]


class StuckError(Exception):
    """Nothing moves any more."""


class SharedClock:
    """A clock that all forks of a process share; it stands still until it is told to jump."""

    def __init__(self, start: dt.datetime) -> None:
        self._zone = start.tzinfo
        self._kept = mmap.mmap(-1, 8)
        self.jump_to(start)

    def now(self) -> dt.datetime:
        """Return the time it stands at."""
        micros = int.from_bytes(self._kept[0:8], "little")
        seconds, rest = divmod(micros, 1_000_000)
        return dt.datetime.fromtimestamp(seconds, self._zone).replace(microsecond=rest)

    def jump_to(self, time: dt.datetime) -> None:
        """Move to a time."""
        micros = int(time.timestamp()) * 1_000_000 + time.microsecond
        self._kept[0:8] = micros.to_bytes(8, "little")


def watcher(ledger: Ledger, clock: Clock) -> Driver:
    """Return a driver through which people speak and look; it does nothing that is due."""
    return Driver(ledger, clock, MemoryNotifier(), clock, "people/0/0", lambda _: False)


def play_out(
    scene: Scene,
    driver: Driver,
    names: Sequence[str],
    clock: SharedClock,
    say: Say,
    drive: Callable[[str], object] | None = None,
) -> None:
    """Let people speak and time pass until all incidents are over.

    Args:
        drive: does what is due in an incident; without it, others do, and are waited for.

    Raises:
        StuckError: if what is due is not done, or nobody has anything left to say.
    """
    while True:
        settle(driver, names, drive)
        found = [_known(driver, name) for name in names]
        if all(incident.is_over for incident in found):
            return
        now = clock.now()
        sayings = [
            (saying.time, incident.id, saying)
            for incident in found
            if not incident.is_over and (saying := scene.people.next_saying(incident)) is not None
        ]
        spoken = min(sayings, key=lambda each: each[:2], default=None)
        if spoken is not None and spoken[0] <= now:
            say(spoken[1], spoken[2])
            continue
        times = [due for incident in found for due in deadlines(incident).values() if due > now]
        times += [each[0] for each in sayings]
        if not times:
            raise StuckError("nobody has anything left to say")
        clock.jump_to(min(times))


def settle(driver: Driver, names: Sequence[str], drive: Callable[[str], object] | None) -> None:
    """Wait until nothing is due, or do it.

    Raises:
        StuckError: if it is not done in time.
    """
    end, head = time.monotonic() + PATIENCE_S, driver.ledger.head()
    for name in names:
        while driver.is_due(name):
            if drive is not None:
                drive(name)
                continue
            if head != driver.ledger.head():
                end, head = time.monotonic() + PATIENCE_S, driver.ledger.head()
            if time.monotonic() > end:
                raise StuckError(f"{name} waits: {_known(driver, name).state}")
            time.sleep(LOOK_S)


def _known(driver: Driver, name: str) -> Incident:
    found = driver.ledger.incident(name)
    assert found is not None
    return found


class Client:
    """Somebody who speaks to a server, and says it again until there is an answer."""

    def __init__(self, address: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._http = httpx.Client(base_url=f"{address}/api/v1", headers=headers, timeout=20)
        self.again = 0
        """How often something had to be said again."""

    def report(self, data: bytes) -> tuple[str, ...]:
        """Report an event, and return the incidents it opened or joined."""
        answer = self._post("/events", content=data, headers={"Content-Type": "application/json"})
        assert answer.status_code == 202, answer.text
        return tuple(answer.json()["incidents"])

    def say(self, incident: str, saying: Saying) -> None:
        """Say something about an item."""
        word = saying.word
        said = {"as": word.by, "note": word.note, "to": word.to}
        answer = self._post(f"/items/{incident}-{saying.item}/{word.verb}", json=said)
        assert answer.status_code == 200, answer.text

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def _post(self, path: str, **more: object) -> httpx.Response:
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                answer = self._http.post(path, **more)  # type: ignore[arg-type] -- what httpx takes
            except httpx.HTTPError as error:
                if time.monotonic() > end:
                    raise StuckError(f"no answer: {error}") from error
                self.again += 1
                continue
            if answer.status_code != 503:
                return answer
            time.sleep(0.1)
