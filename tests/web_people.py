"""A door of pages for people on a ledger of the small harbour, with a roster. For tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI

from remit.engine.language.loader import load
from remit.engine.map.responsibility import compile_pack
from remit.engine.pack import Pack
from remit.engine.wording import Language
from remit.web.people.door import Door
from remit.web.people.router import people_router
from remit.workflows.adapters.clocks import JumpingClock
from remit.workflows.adapters.notifiers import MemoryNotifier
from remit.workflows.adapters.signed_links import SignedLinks
from remit.workflows.arrivals import read_arrival
from remit.workflows.driver import Driver
from remit.workflows.incident import Incident
from remit.workflows.ledger import Ledger
from remit.workflows.opening import open_incident, record
from tests.desk import NOON, SPILL, harbour

__all__ = ["KEYS", "ROSTER", "Site", "site"]

KEYS = ("a-key-that-signs-now", "a-key-that-signed-before")
ROSTER = """
roster: warden-duty
subject: warden
zone: Asia/Shanghai
people:
  an:
    label: {en: An Li, zh: 安丽}
    language: zh
    contacts: [{channel: wecom, to: an}]
  bo:
    label: {en: Bo Wang, zh: 王博}
    language: en
    contacts: [{channel: sms, to: "3"}]
shifts:
  - {days: every, from: "08:00", to: "20:00", people: [bo]}
  - {days: every, from: "20:00", to: "08:00", people: [an]}
"""


@dataclass
class Site:
    """Everything behind the pages."""

    app: FastAPI
    ledger: Ledger
    clock: JumpingClock
    notifier: MemoryNotifier
    links: SignedLinks
    pack: Pack
    incident: str

    def look(self) -> Incident:
        """Return the incident as it stands."""
        found = self.ledger.incident(self.incident)
        assert found is not None
        return found

    def token(self, item: int = 1, person: str = "an") -> str:
        """Return the token of a link to an item."""
        incident = self.look()
        return self.links.to_item(incident, incident.items[item], person).rpartition("/")[2]

    def kinds(self) -> list[str]:
        """Return the kinds of the incident's entries."""
        return [entry.kind for entry in self.ledger.entries(self.incident)]


@contextmanager
def site(
    folder: Path, *, calls_a_minute: int = 600, public: str = "http://testserver"
) -> Iterator[Site]:
    """Give the pages over one fresh incident, whose warden is asked to lead."""
    home = harbour(folder, {"rosters/warden.yaml": ROSTER})
    clock, notifier = JumpingClock(NOON), MemoryNotifier()
    links = SignedLinks(KEYS, public, 7, clock)
    with Ledger.at(folder / "ledger.db") as ledger:
        pack = load(home)

        def driver(language: Language) -> Driver:
            return Driver(
                *(ledger, clock, notifier, clock, "host/1/1", lambda _: False),
                language=language,
                linker=links,
            )

        data = json.dumps({**SPILL, "id": "one"}).encode()
        received = record(ledger, data, "json", NOON)
        (arrival,) = read_arrival(data, pack, source="event.json").arrivals
        resolve = compile_pack(pack).resolve
        opened = open_incident(ledger, pack, resolve, arrival, received, NOON)
        driver("en").drive(opened.incident)
        app = FastAPI()
        door = Door(
            ledger,
            driver,
            links,
            clock,
            lambda _: pack,
            calls_a_minute=calls_a_minute,
            public=public,
        )
        app.include_router(people_router(door))
        yield Site(app, ledger, clock, notifier, links, pack, opened.incident)
