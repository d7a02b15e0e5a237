"""Playing an incident with people who are a script: the clock jumps to whatever happens next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial

from remit.engine.errors import RemitError
from remit.engine.wording import tell
from remit.workflows.adapters.clocks import JumpingClock
from remit.workflows.deadlines import deadlines
from remit.workflows.driver import Driver, UnknownIncidentError
from remit.workflows.executing import Executor
from remit.workflows.incident import Incident
from remit.workflows.ports import People

__all__ = ["Play", "StuckError"]

STRETCH = dt.timedelta(hours=1)
"""Simulated time one run of the driver follows the people; what comes later begins a new run."""


@dataclass(eq=True)
class StuckError(RemitError):
    """Nobody has anything left to say and no deadline is left, but the incident is not closed."""

    incident: str

    def __post_init__(self) -> None:
        """Keep the field as the exception's argument, so that it can be pickled."""
        super().__init__(self.incident)

    def __hash__(self) -> int:
        """Return a hash by fields."""
        return hash(self.incident)

    def __str__(self) -> str:
        """Return the sentence."""
        return tell(
            "nobody in the script moves incident `{incident}` on, and it is not closed",
            incident=self.incident,
        )


@dataclass(frozen=True, slots=True)
class Play:
    """One incident, the driver that moves it, the clock it lives by and the people in it."""

    driver: Driver
    clock: JumpingClock
    people: People
    incident: str

    def run(self, executor: Executor) -> int:
        """Play until the incident is closed, and return how many runs of the executor it took.

        Raises:
            StuckError: if it cannot be brought to its close.
        """
        runs = 0
        self._say()
        while True:
            end = self.clock.now() + STRETCH
            executor.run(self.driver, self.incident, partial(self._advance, end))
            runs += 1
            if self._look().is_over:
                return runs
            if not self._advance(None):
                raise StuckError(self.incident)

    def _advance(self, end: dt.datetime | None) -> bool:
        """Jump to the next thing that happens and let it happen; not past `end`."""
        time = self._next()
        if time is None or (end is not None and time > end):
            return False
        self.clock.jump_to(time)
        self._say()
        return True

    def _next(self) -> dt.datetime | None:
        incident, now = self._look(), self.clock.now()
        saying = self.people.next_saying(incident)
        times = [due for due in deadlines(incident).values() if due > now]
        if saying is not None:
            times.append(max(saying.time, now))
        return min(times, default=None)

    def _say(self) -> None:
        """Let everybody speak whose time has come."""
        while True:
            saying = self.people.next_saying(self._look())
            if saying is None or saying.time > self.clock.now():
                return
            self.driver.answer(self.incident, saying.item, saying.word)

    def _look(self) -> Incident:
        found = self.driver.ledger.incident(self.incident)
        if found is None:
            raise UnknownIncidentError(self.incident)
        return found
