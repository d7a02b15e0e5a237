"""One run of one role: from what comes in to the close, however many die over it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from remit.web.serving import listening_at
from remit.workflows.delivering import MOST_TOGETHER
from remit.workflows.ledger import Ledger
from remit.workflows.tokens import issue_token
from tests.kills.checks import Outcome, outcome_of
from tests.kills.fuse import Fuse
from tests.kills.relay import Kills, Relay, relay
from tests.kills.roles import Roles
from tests.kills.scenes import Scene
from tests.kills.stage import Client, SharedClock, play_out, settle, watcher

__all__ = ["Run"]

SWEEPS = 10
SWEEP_EVERY = dt.timedelta(minutes=40)
RIGHTS = ("ack", "approve", "decline", "done", "hand-over", "read", "report")


@dataclass(frozen=True)
class Run:
    """One run.

    Args:
        place: the ledger's path or URL; it is not there yet.
        folder: for everything else.
        is_keyed: whether the channel takes keys.
    """

    role: str
    scene: Scene
    place: str
    folder: Path
    is_keyed: bool = True

    def __call__(self, kills: Kills) -> tuple[Outcome, int]:
        """Play it, and return how it ended and how many processes died."""
        play = {
            "driver": self._driver,
            "flow": self._driver,
            "worker": self._worker,
            "sweep": self._sweep,
            "web": self._web,
            "server": self._web,
        }
        deaths = play[self.role](kills)
        again = MOST_TOGETHER if self.is_keyed else 1
        return outcome_of(self.place, self.folder, deaths * again), deaths

    def _roles(self, clock: SharedClock | None = None) -> Roles:
        return Roles(self.scene, self.place, self.folder, clock, self.is_keyed)

    def _driver(self, kills: Kills) -> int:
        roles = self._roles()
        return relay(self.folder, roles.flow if self.role == "flow" else roles.play, kills)

    def _worker(self, kills: Kills) -> int:
        clock = SharedClock(self.scene.start)
        with Ledger.at(self.place) as ledger:
            self.scene.open(ledger)
        running = Relay(self.folder, self._roles(clock).work, kills)
        try:
            with Ledger.at(self.place) as ledger:
                names = self.scene.open(ledger)
                driver = watcher(ledger, clock)
                play_out(
                    self.scene,
                    driver,
                    names,
                    clock,
                    lambda name, saying: driver.answer(name, saying.item, saying.word),  # type: ignore[func-returns-value,arg-type,return-value] -- the answer is in the ledger
                )
        finally:
            deaths = running.stop()
        return deaths

    def _sweep(self, kills: Kills) -> int:
        """Leave incidents alone for a day; then sweep, again and again."""
        clock = SharedClock(self.scene.start)
        roles = self._roles(clock)
        deaths = 0
        with Ledger.at(self.place) as ledger:
            self.scene.open(ledger)
        for number in range(SWEEPS):
            now = clock.now()
            clock.jump_to(now + SWEEP_EVERY)
            left = Kills(kills.seed * 1000 + number, kills.places, kills.most - deaths, 3)
            deaths += relay(self.folder, roles.sweep, left)
        return deaths

    def _web(self, kills: Kills) -> int:
        clock = SharedClock(self.scene.start)
        with Ledger.at(self.place) as ledger:
            token, _ = issue_token(
                ledger, bytes(32), self.scene.start, subjects=("*",), rights=RIGHTS
            )
        listening = listening_at("127.0.0.1", 0)
        roles = self._roles(clock)
        drive = 2 if self.role == "server" else 0

        def life(fuse: Fuse) -> None:
            roles.serve(listening, drive, fuse)

        running = Relay(self.folder, life, kills)
        client = Client(f"http://127.0.0.1:{listening.getsockname()[1]}", token)
        try:
            self._speak(client, clock, alone=drive == 0)
        finally:
            client.close()
            deaths = running.stop()
            listening.close()
        return deaths

    def _speak(self, client: Client, clock: SharedClock, *, alone: bool) -> None:
        names = [name for data in self.scene.arrivals for name in client.report(data)]
        with Ledger.at(self.place) as ledger:
            driver = watcher(ledger, clock)
            roles = self._roles(clock)
            own = roles._driver(ledger, Fuse(0, "", self.folder), clock) if alone else None
            drive = own.drive if own is not None else None
            settle(driver, names, drive)
            for data in self.scene.updates:
                client.report(data)
            play_out(self.scene, driver, names, clock, client.say, drive)
