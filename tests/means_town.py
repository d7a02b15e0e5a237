"""A small pack in which people, stock and money are short, and incidents under it in one ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from remit.engine.events import Event
from remit.engine.language.loader import load
from remit.engine.map.responsibility import compile_pack
from remit.workflows.adapters.clocks import JumpingClock
from remit.workflows.adapters.notifiers import MemoryNotifier
from remit.workflows.answers import Refusal, Word
from remit.workflows.arrivals import Arrival
from remit.workflows.driver import Driver
from remit.workflows.entries import Entry
from remit.workflows.incident import Incident, Item
from remit.workflows.ledger import Ledger
from remit.workflows.lifecycle import PURPOSES, Verb
from remit.workflows.opening import open_incident, record
from remit.workflows.spending import (
    Spending,
    Use,
    Wish,
    judge_spending,
    judge_use,
    judge_wish,
)
from remit.workflows.stock_keeping import StockError, add_stock

__all__ = ["FILES", "START", "Town", "exported", "write_means_town"]

START = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)

FILES: Mapping[str, str] = {
    "pack.yaml": "remit: 1\npack: town\nversion: 1\nlead: command\n",
    "vocabulary.yaml": """
dimensions:
  hazard: {values: [flood, fire]}
  severity: {scale: [low, high]}
activities:
  command: {}
  shelter: {}
  pump: {}
  bring-supplies: {}
""",
    "subjects/mayor.yaml": """
subject: mayor
deputies: [vice-mayor]
duties:
  - {id: command, activity: command, role: accountable}
  - {id: shelter, activity: shelter, role: accountable}
  - {id: pump, activity: pump, role: accountable}
""",
    "subjects/vice-mayor.yaml": "subject: vice-mayor\n",
    "subjects/wardens.yaml": """
subject: wardens
deputies: [watch]
staff: {warden: 4}
rates: {warden: 30}
duties:
  - {id: shelter, activity: shelter, role: responsible, complete: 8h}
  - {id: pump, activity: pump, role: supports}
""",
    "subjects/watch.yaml": "subject: watch\n",
    "subjects/brigade.yaml": """
subject: brigade
members: [station, volunteers]
lead: station
staff: {firefighter: 3}
rates: {firefighter: 40}
duties:
  - {id: pump, activity: pump, role: responsible, complete: 4h}
""",
    "subjects/station.yaml": "subject: station\n",
    "subjects/volunteers.yaml": "subject: volunteers\n",
    "subjects/clinic.yaml": """
subject: clinic
staff: {nurse: 6}
rates: {nurse: 45.50}
lends: [{staff: nurse, for: [warden], most: 3, lead: 1h}]
""",
    "subjects/treasury.yaml": "subject: treasury\n",
    "subjects/depot.yaml": """
subject: depot
duties:
  - {id: supplies, activity: bring-supplies, role: accountable}
""",
    "plans/flood.yaml": """
plan: flood
when: {hazard: flood}
steps:
  - activity: pump
    needs:
      staff: {firefighter: 2, warden: 1}
      stock: {pump: 2}
  - activity: shelter
    needs:
      staff: {warden: 5}
      stock: {blanket: 30, water: 60}
      money: 500
      fund: relief
      least: {staff: {warden: 2}}
""",
    "plans/fire.yaml": """
plan: fire
when: {hazard: fire}
steps:
  - activity: pump
    needs:
      staff: {firefighter: 3}
      stock: {pump: 1, water: 20}
      money: 900
      fund: relief
      least: {staff: {firefighter: 3}, stock: {pump: 1}}
""",
    "funds/relief.yaml": """
fund: relief
amount: 1200
currency: EUR
next: district
approve: [{up_to: 300, by: brigade}, {up_to: 600, by: mayor}, {by: depot}]
pay: [treasury, clinic]
""",
    "funds/district.yaml": """
fund: district
amount: 1000
currency: EUR
approve: [{by: depot}, ]
pay: treasury
""",
    "reserves.yaml": """
stock:
  pump: {quantity: 2, reusable: true, holder: brigade}
  blanket: {quantity: 60, floor: 20, holder: clinic, reusable: true, cost: 12}
  water: {quantity: 80, unit: bottle, holder: mayor, cost: 0.4, supplied_by: bring-supplies}
""",
}


def write_means_town(folder: Path, changes: Mapping[str, str] | None = None) -> Path:
    """Write the pack into a folder, some of its files replaced or added."""
    for name, text in {**FILES, **(changes or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n"), encoding="utf-8")
    return folder


def exported(ledger: Ledger) -> list[dict[str, object]]:
    """Return the entries of a ledger as anybody may read them."""
    return [_plain(entry) for entry in ledger.entries()]


def _plain(entry: Entry) -> dict[str, object]:
    return {
        "number": entry.number,
        "incident": entry.incident,
        "kind": entry.kind,
        "actor": entry.actor,
        "payload": entry.payload,
    }


@dataclass
class Town:
    """Incidents of the town, moved by hand or at random, over a ledger on disk."""

    folder: Path
    changes: Mapping[str, str] = field(default_factory=dict)
    incidents: list[str] = field(default_factory=list)
    place: str = ""

    def __post_init__(self) -> None:
        """Load the pack and make the ledger."""
        self.pack = load(write_means_town(self.folder / "town", self.changes))
        self.map = compile_pack(self.pack)
        self.ledger = Ledger.at(self.place or self.folder / "ledger.db")
        self.clock = JumpingClock(START)
        clock = self.clock
        self.driver = Driver(self.ledger, clock, MemoryNotifier(), clock, "test", lambda _: False)

    def open(self, hazard: str = "flood", severity: str = "low") -> str:
        """Open an incident and do what is due; return its name."""
        number = len(self.incidents) + 1
        event = Event({"hazard": hazard, "severity": severity}, self.clock.now(), str(number))
        received = record(self.ledger, f"{number}".encode(), "report.json", self.clock.now())
        arrival = Arrival(f"report:{number}", event, {"en": hazard}, "hotline")
        opened = open_incident(
            self.ledger, self.pack, self.map.resolve, arrival, received, self.clock.now()
        )
        self.incidents.append(opened.incident)
        self.driver.drive(opened.incident)
        return opened.incident

    def incident(self, name: str) -> Incident:
        """Return an incident as it stands."""
        found = self.ledger.incident(name)
        assert found is not None
        return found

    def item(self, incident: str, purpose: str, subject: str = "", step: str = "") -> Item:
        """Return the latest open item of a purpose."""
        waiting = self.incident(incident).open_items()
        found = [
            item
            for item in waiting
            if item.purpose == purpose and subject in {"", item.subject} and step in {"", item.step}
        ]
        assert found, [(item.purpose, item.subject, item.step) for item in waiting]
        return found[-1]

    def say(
        self, incident: str, item: Item, verb: Verb, amount: str | None = None, by: str = ""
    ) -> Refusal | None:
        """Let somebody answer an item, and do what follows."""
        speaker = by or self.incident(incident).response.leads.get(item.subject, item.subject)
        word = Word(verb, speaker, "said", amount=amount)
        answer = self.driver.answer(incident, item.number, word)
        self.driver.drive(incident)
        return answer if isinstance(answer, Refusal) else None

    def lead(self, incident: str) -> None:
        """Let the mayor lead, and every doer say "mine"."""
        self.say(incident, self.item(incident, "command"), "ack")
        for item in self.incident(incident).open_items():
            if item.purpose == "do" and item.status == "open":
                self.say(incident, item, "ack")

    def later(self, minutes: int) -> None:
        """Let time pass."""
        self.clock.jump_to(self.clock.now() + dt.timedelta(minutes=minutes))
        for name in self.incidents:
            self.driver.drive(name)

    def stir(self, chance: Random) -> None:
        """Let somebody say something to some item, fitting or not."""
        name = chance.choice(self.incidents)
        waiting = self.incident(name).open_items()
        if not waiting or chance.random() < 0.08:
            self.later(chance.choice((5, 40, 300)))
            return
        item = chance.choice(waiting)
        if item.purpose == "pay" and chance.random() < 0.8:
            amount = chance.choice(("0.01", "99.99", "250", "500.005"))
            payee = chance.choice(("", "Acme"))
            self._put(name, lambda found: judge_spending(
                found, item.number, Spending(item.subject, amount, "goods", payee)))  # fmt: skip
        elif item.purpose == "do" and item.status == "taken" and chance.random() < 0.6:
            self._work(name, item, chance)
        else:
            verbs = list(PURPOSES[item.purpose].answers)
            usual = "done" if item.status == "taken" and "done" in verbs else verbs[0]
            verb: Verb = chance.choice(verbs) if chance.random() < 0.2 else usual  # type: ignore[assignment]
            part = item.purpose in {"approve", "supply", "spare", "receive"}
            amount = str(chance.randint(1, 9)) if part and chance.random() < 0.4 else None
            by = chance.choice(("mayor", "station", "depot")) if chance.random() < 0.1 else ""
            self.say(name, item, verb, amount, by)

    def _work(self, name: str, item: Item, chance: Random) -> None:
        stock = chance.choice(("water", "blanket", "pump"))
        speaker = self.incident(name).response.leads.get(item.subject, item.subject)
        kind = chance.random()
        if kind < 0.3:
            use = Use(speaker, stock, chance.randint(1, 30))
            self._put(name, lambda found: judge_use(found, item.number, use))
        elif kind < 0.6:
            wish = Wish(speaker, str(chance.randint(1, 700)), "more", "relief")
            self._put(name, lambda found: judge_wish(found, item.number, wish))
        elif kind < 0.7:
            try:
                add_stock(
                    self.ledger, stock, chance.randint(-9, 20), reason="count", by=None,
                    pack=None, now=self.clock.now(),
                )  # fmt: skip
            except StockError:
                return
        else:
            self.say(name, item, "done")

    def _put(self, name: str, judged_by) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
        self.driver.put(name, judged_by)
        self.driver.drive(name)
