"""A simulated world: one ledger, one clock that jumps, what comes in, and people.

The rules, the driver and the gate are those of live use; only the clock, the channel and the people
are replaced. It goes from one moment at which something happens to the next: something comes in,
somebody speaks, a time is over, a message is tried again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

from remit.engine.events import Event
from remit.engine.map.responsibility import compile_pack
from remit.engine.pack import Pack
from remit.engine.season import Declared, Season, Shifted
from remit.engine.wording import Language, speaking
from remit.workflows.adapters.clocks import JumpingClock
from remit.workflows.changing import Rules
from remit.workflows.deadlines import deadlines
from remit.workflows.driver import Driver
from remit.workflows.enacting import Office, Request, declaring
from remit.workflows.entries import Entry
from remit.workflows.incident import Incident
from remit.workflows.ledger_memory import MemoryLedger
from remit.workflows.ledger_writing import Writing
from remit.workflows.opening import ConflictError
from remit.workflows.ports import People, Saying
from remit.workflows.reception import Policy, Reception, UnreadableError
from remit.workflows.simulation.arriving import Arriving, arrivals_of
from remit.workflows.simulation.chance import Chance
from remit.workflows.simulation.channel import SimulatedNotifier
from remit.workflows.simulation.crowd import Crowd
from remit.workflows.simulation.shifting import Recorded, shift, shift_again

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
        wakes: when something happens in an incident next.
        alarms: the same, soonest first, and what it was before; a heap.
        declined: what could not be declared, and why.
        shifting: what is still to be changed in rosters, by time: of a season, or a recording.
        unshifted: what of that could not be done, and why; `unreadable` what came in likewise.
        numbers: of recorded changes of rosters as they are here.
        language: what people speak, and reasons are written in.
    """

    rules: Rules
    ledger: MemoryLedger
    clock: JumpingClock
    driver: Driver
    people: People
    end: dt.datetime
    coming: list[Arriving]
    declaring: list[tuple[dt.datetime, Declared]]
    names: dict[str, str]
    reception: Reception
    wakes: dict[str, dt.datetime] = field(default_factory=dict)
    alarms: list[tuple[dt.datetime, str]] = field(default_factory=list)
    declined: list[tuple[dt.datetime, str]] = field(default_factory=list)
    shifting: list[tuple[dt.datetime, Shifted | Entry]] = field(default_factory=list)
    unshifted: list[tuple[dt.datetime, str]] = field(default_factory=list)
    unreadable: list[tuple[dt.datetime, str]] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)
    language: Language = "en"

    def run(self) -> None:
        """Let everything happen until the season is over."""
        # WHY its own: what is written down must not depend on the language of whoever looks on.
        with speaking(self.language):
            self._run()

    def _run(self) -> None:
        while (time := self._next()) is not None and time <= self.end:
            self.clock.jump_to(time)
            self._declare(time)
            self._shift(time)
            self._arrive(time)
            for name in self._awake(time):
                self._live(name)
            self._settle()
        self.clock.jump_to(self.end)

    def _next(self) -> dt.datetime | None:
        while self.alarms and self.wakes.get(self.alarms[0][1]) != self.alarms[0][0]:
            heappop(self.alarms)
        times = [self.alarms[0][0]] if self.alarms else []
        times += [self.coming[0][0]] if self.coming else []
        times += [self.declaring[0][0]] if self.declaring else []
        times += [self.shifting[0][0]] if self.shifting else []
        return min(times, default=None)

    def _awake(self, time: dt.datetime) -> list[str]:
        """Return the incidents in which something happens by now, by name."""
        found: set[str] = set()
        while self.alarms and self.alarms[0][0] <= time:
            wake, name = heappop(self.alarms)
            if self.wakes.get(name) == wake:
                found.add(name)
        return sorted(found)

    def _declare(self, time: dt.datetime) -> None:
        while self.declaring and self.declaring[0][0] <= time:
            _, one = self.declaring.pop(0)
            request = Request(one.by, one.values, one.reason)
            office = Office(self.ledger, self.rules, self._rules_of, self.clock.now())
            found = office.enact(declaring(request))
            self.declined += [] if found.denied is None else [(time, found.denied.reason)]

    def _shift(self, time: dt.datetime) -> None:
        while self.shifting and self.shifting[0][0] <= time:
            _, one = self.shifting.pop(0)
            now = self.clock.now()
            if isinstance(one, Entry):
                shift_again(self.ledger, one, self.numbers, now)
            elif (problem := shift(self.ledger, self.rules.pack, one, now)) is not None:
                self.unshifted.append((time, problem.reason))

    def _arrive(self, time: dt.datetime) -> None:
        while self.coming and self.coming[0][0] <= time:
            _, name, source, data = self.coming.pop(0)
            try:
                receipt = self.reception.take(data, source=source)
            except (UnreadableError, ConflictError) as error:
                self.unreadable.append((time, f"{name}: {error}"))
                continue
            for incident in receipt.incidents:
                self.names.setdefault(incident, name)
                self._live(incident)

    def _live(self, name: str) -> None:
        """Let everybody speak whose time has come, and do what is due."""
        while True:
            self.driver.drive_at_once(name)
            incident = self._look(name)
            saying = self.people.next_saying(incident)
            if saying is None or saying.time > self.clock.now():
                break
            self.driver.answer(name, saying.item, saying.word)
        self.ledger.changed.discard(name)
        self.wakes.pop(name, None)
        wake = self._wake(incident, saying)
        if wake is not None:
            self.wakes[name] = wake
            heappush(self.alarms, (wake, name))

    def _settle(self) -> None:
        """Let those go on to whom something happened elsewhere: what they wait for came free."""
        while self.ledger.changed:
            self._live(min(self.ledger.changed))

    def _wake(self, incident: Incident, saying: Saying | None) -> dt.datetime | None:
        """Return when something happens in an incident next; never now: all of that is done."""
        now = self.clock.now()
        times = [due for due in deadlines(incident).values() if due > now]
        times += [] if saying is None else [saying.time]
        return min(times, default=None)

    def _rules_of(self, incident: Incident) -> Rules | None:
        return self.rules if incident.policy == self.rules.pack.digest else None

    def _look(self, name: str) -> Incident:
        return self.ledger.by_id[name]


def world_of(
    season: Season,
    pack: Pack,
    *,
    people: People | None = None,
    coming: Sequence[Arriving] | None = None,
    shifting: Sequence[Recorded] | None = None,
) -> World:
    """Return a world at the beginning of a season.

    Args:
        people: who speaks; the people of the season where left out.
        coming: what comes in; what the season says where left out.
        shifting: what is changed in rosters; what the season says where left out.
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
        language=season.language,
    )
    rules = Rules(pack, compile_pack(pack))
    policy = Policy(pack, rules.map.resolve)

    def rules_of(incident: Incident) -> Rules | None:
        return rules if incident.policy == pack.digest else None

    def take_in(writing: Writing, incident: str, told: Event, received: int) -> str:
        office = Office(ledger, rules, rules_of, clock.now())
        return office.take_in(writing, incident, told, received)

    return World(
        rules=rules,
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
        shifting=sorted(
            [(season.time(one.at), one) for one in season.shifts]
            if shifting is None
            else [*shifting],
            key=lambda one: one[0],
        ),
        language=season.language,
        reception=Reception(ledger, lambda: policy, clock, _Quiet(), take_in),
    )


def simulate(season: Season, pack: Pack) -> World:
    """Return the world after a season."""
    world = world_of(season, pack)
    world.run()
    return world
