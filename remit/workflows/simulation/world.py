"""A simulated world: one ledger, one clock that jumps, what comes in, and people.

The rules, the driver and the gate are those of live use; only the clock, the channel and the people
are replaced. It goes from one moment at which something happens to the next: something comes in,
somebody speaks, a time is over, a message is tried again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from remit.engine.map.responsibility import compile_pack
from remit.engine.pack import Pack
from remit.engine.season import Declared, Season
from remit.workflows.adapters.clocks import JumpingClock
from remit.workflows.deadlines import deadlines
from remit.workflows.driver import Driver
from remit.workflows.incident import Incident
from remit.workflows.ledger_memory import MemoryLedger
from remit.workflows.ports import People
from remit.workflows.reception import Policy, Reception, UnreadableError
from remit.workflows.simulation.arriving import Arriving, arrivals_of
from remit.workflows.simulation.channel import SimulatedNotifier
from remit.workflows.simulation.chance import Chance
from remit.workflows.simulation.crowd import Crowd

__all__ = ["World", "simulate", "world_of"]

OWNER = "simulation"


class _Quiet:
    """A journal that keeps nothing."""

    def note(self, what: str, fields: object = None) -> None:
        """Keep nothing."""


@dataclass(slots=True)
class World:
    """One simulation under way.

    Args:
        coming: what is still to come in, by time.
        declaring: what is still to be declared, by time.
        names: of what came in first, by incident.
        progress: is told the time, now and then.
    """

    pack: Pack
    ledger: MemoryLedger
    clock: JumpingClock
    driver: Driver
    people: People
    end: dt.datetime
    coming: list[Arriving]
    declaring: list[tuple[dt.datetime, Declared]]
    names: dict[str, str]
    resolve: Callable[..., object]
    reception: Reception
    wakes: dict[str, dt.datetime] = field(default_factory=dict)

    def run(self) -> None:
        """Let everything happen until the season is over."""
        while (time := self._next()) is not None and time <= self.end:
            self.clock.jump_to(time)
            self._declare(time)
            self._arrive(time)
            for name in sorted(name for name, wake in self.wakes.items() if wake <= time):
                self._live(name)
            self._settle()
        self.clock.jump_to(self.end)

    def _next(self) -> dt.datetime | None:
        times = list(self.wakes.values())
        times += [self.coming[0][0]] if self.coming else []
        times += [self.declaring[0][0]] if self.declaring else []
        return min(times, default=None)

    def _declare(self, time: dt.datetime) -> None:
        while self.declaring and self.declaring[0][0] <= time:
            _, declared = self.declaring.pop(0)
            self.pack = replace(self.pack, state={**self.pack.state, **declared.values})

    def _arrive(self, time: dt.datetime) -> None:
        while self.coming and self.coming[0][0] <= time:
            _, name, source, data = self.coming.pop(0)
            try:
                receipt = self.reception.take(data, source=source)
            except UnreadableError:
                continue
            for incident in receipt.incidents:
                self.names.setdefault(incident, name)
                self._live(incident)

    def _live(self, name: str) -> None:
        """Let everybody speak whose time has come, and do what is due."""
        while True:
            self.driver.drive(name)
            incident = self._look(name)
            saying = self.people.next_saying(incident)
            if saying is None or saying.time > self.clock.now():
                break
            self.driver.answer(name, saying.item, saying.word)
        self.ledger.changed.add(name)

    def _settle(self) -> None:
        """Find out anew when those go on that something happened to."""
        while self.ledger.changed:
            name = min(self.ledger.changed)
            self.ledger.changed.discard(name)
            if self.driver.is_due(name):
                self._live(name)
                continue
            wake = self._wake(self._look(name))
            self.wakes.pop(name, None)
            if wake is not None:
                self.wakes[name] = wake

    def _wake(self, incident: Incident) -> dt.datetime | None:
        """Return when something happens in an incident next; never now: all of that is done."""
        now = self.clock.now()
        times = [due for due in deadlines(incident).values() if due > now]
        saying = self.people.next_saying(incident)
        if saying is not None:
            times.append(max(saying.time, now + dt.timedelta(seconds=1)))
        return min(times, default=None)

    def _look(self, name: str) -> Incident:
        return self.ledger.by_id[name]


def world_of(
    season: Season,
    pack: Pack,
    *,
    people: People | None = None,
    coming: Sequence[Arriving] | None = None,
    language: str = "en",
) -> World:
    """Return a world at the beginning of a season.

    Args:
        people: who speaks; the people of the season where left out.
        coming: what comes in; what the season says where left out.
    """
    ledger, clock = MemoryLedger(), JumpingClock(season.start)
    names: dict[str, str] = {}
    driver = Driver(
        ledger=ledger,
        clock=clock,
        notifier=SimulatedNotifier(season, clock),
        wall=clock,
        owner=OWNER,
        is_dead=lambda name: False,  # noqa: ARG005 - there is only one process
        language=language,
    )
    resolve = compile_pack(pack).resolve
    found: list[World] = []
    reception = Reception(ledger, lambda: Policy(found[0].pack, resolve), clock, _Quiet())
    world = World(
        pack=pack,
        ledger=ledger,
        clock=clock,
        driver=driver,
        people=people or Crowd(season, Chance(season.seed), names),
        end=season.end,
        coming=list(arrivals_of(season, pack) if coming is None else coming),
        declaring=sorted(
            ((season.time(one.at), one) for one in season.declared), key=lambda one: one[0]
        ),
        names=names,
        resolve=resolve,
        reception=reception,
    )
    found.append(world)
    return world


def simulate(season: Season, pack: Pack, *, language: str = "en") -> World:
    """Return the world after a season."""
    world = world_of(season, pack, language=language)
    world.run()
    return world
