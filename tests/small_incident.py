"""A small pack, and an incident under it played by people who say yes, in a ledger on disk.

The owner keeps silent and its deputy leads; one party hands its work on; money, stock, a power and
a receiver of the work take part. So a report of it has something to show everywhere.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from remit.engine.events import Event
from remit.engine.language.loader import load
from remit.engine.map.responsibility import compile_pack
from remit.engine.pack import Pack
from remit.workflows.adapters.clocks import JumpingClock
from remit.workflows.adapters.notifiers import MemoryNotifier
from remit.workflows.answers import Word
from remit.workflows.arrivals import Arrival
from remit.workflows.driver import Driver
from remit.workflows.executing import PlainExecutor
from remit.workflows.incident import Incident, Item
from remit.workflows.ledger import Ledger
from remit.workflows.lifecycle import Verb
from remit.workflows.opening import open_incident, record
from remit.workflows.playing import Play
from remit.workflows.ports import Saying
from remit.workflows.stepping import step_of
from remit.workflows.waits import money_is_missing

BEIJING = dt.timezone(dt.timedelta(hours=8))
START = dt.datetime(2026, 3, 2, 8, 0, tzinfo=BEIJING)

FILES = {
    "pack.yaml": """
        remit: 1
        pack: small
        version: 2026.1
        label: {en: Small community, zh: 小社区}
        lead: command
    """,
    "vocabulary.yaml": """
        dimensions:
          hazard: {label: {en: Hazard, zh: 灾害}, tree: {flood: , fire: }}
          phase: {values: [response, recovery]}
          depth: {label: {en: Depth, zh: 水深}, decimal: {min: 0, max: 9}, unit: m}
        activities:
          command: {label: {en: Command, zh: 统一指挥}}
          close-gate: {label: {en: Close the gate, zh: 封闭大门}, requires: [order-closure]}
          deliver: {label: {en: Deliver, zh: 配送}}
          settle: {label: {en: Settle, zh: 善后}}
        powers:
          order-closure: {label: {en: Order closure, zh: 决定封闭}}
    """,
    "subjects/office.yaml": """
        subject: office
        label: {en: Street office, zh: 街道办}
        deputies: [branch]
        authority:
          - {id: close, power: order-closure,
             basis: {en: "Emergency Law, art. 73", zh: 突发事件应对法第七十三条}}
        duties:
          - {id: command, activity: command, role: accountable, acknowledge: 15m,
             basis: {en: "Regulation, art. 42", zh: 条例第四十二条}}
          - {id: gate, activity: close-gate, role: accountable}
          - {id: deliver, activity: deliver, role: accountable}
          - {id: settle, activity: settle, role: accountable}
    """,
    "subjects/branch.yaml": """
        subject: branch
        label: {en: Party branch, zh: 党组织}
        duties:
          - {id: deliver, activity: deliver, role: supports}
    """,
    "subjects/company.yaml": """
        subject: company
        label: {en: Property company, zh: 物业}
        under: office
        duties:
          - {id: gate, activity: close-gate, role: responsible, complete: 2h}
          - {id: advice, activity: deliver, role: consulted}
    """,
    "subjects/committee.yaml": """
        subject: committee
        label: {en: "Committee <of> residents & \\"owners\\"", zh: 居委会}
        under: office
        duties:
          - {id: gate, activity: close-gate, role: informed}
          - {id: deliver, activity: deliver, role: responsible}
          - {id: settle, activity: settle, role: responsible}
    """,
    "plans/flood.yaml": """
        plan: flood
        when: {hazard: flood, phase: response}
        steps:
          - {activity: close-gate}
          - activity: deliver
            after: [close-gate]
            consult_first: true
            hand_over_to: [settle]
            needs: {stock: {parcel: 30}, money: 4000}
    """,
    "funds/relief.yaml": """
        fund: relief
        label: {en: Relief fund, zh: 救助资金}
        amount: 9000
        currency: CNY
        approve:
          - {up_to: 5000, by: office}
          - {by: branch}
    """,
    "reserves.yaml": """
        stock:
          parcel: {label: {en: Food parcel, zh: 食品包}, quantity: 20, holder: committee}
    """,
}

_FIRST_WORD: dict[str, Verb] = {
    "order": "approve",
    "approve": "approve",
    "consult": "done",
    "sign-off": "approve",
    "close": "approve",
    "decide": "done",
}


@dataclass(frozen=True)
class Obliging:
    """People who answer everything after ten minutes, but for the silent ones."""

    silent: frozenset[tuple[str, str]] = frozenset({("office", "command"), ("company", "consult")})

    def next_saying(self, incident: Incident) -> Saying | None:
        """Return what is said next."""
        found = [saying for item in incident.open_items() for saying in self._say(incident, item)]
        return min(found, key=lambda saying: (saying.time, saying.item), default=None)

    def _say(self, incident: Incident, item: Item) -> list[Saying]:
        if (item.subject, item.purpose) in self.silent:
            return []
        if item.status == "open":
            word = Word(_FIRST_WORD.get(item.purpose, "ack"), item.subject, "noted")
            return [Saying(item.asked + dt.timedelta(minutes=10), item.number, word)]
        step = step_of(incident, item)
        waits = step is not None and money_is_missing(incident, step)
        if item.purpose != "do" or item.answered is None or waits:
            return []
        word = Word("done", item.subject)
        return [Saying(item.answered + dt.timedelta(hours=3), item.number, word)]


def write_small_pack(folder: Path) -> Path:
    """Write the small pack into a folder."""
    for name, text in FILES.items():
        lines = text.strip("\n").splitlines()
        indent = len(lines[0]) - len(lines[0].lstrip())
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(
            "\n".join(line[indent:] for line in lines).rstrip() + "\n", encoding="utf-8"
        )
    return folder


def open_small(folder: Path, event: Event | None = None) -> tuple[Ledger, Pack, str, Play]:
    """Open an incident under the small pack, in a ledger in `folder`; nothing has happened yet."""
    pack = load(write_small_pack(folder / "pack"))
    ledger = Ledger.at(folder / "ledger.db")
    found = event or Event({"hazard": "flood", "phase": "response"}, START, "flood-1")
    received = record(ledger, b"water at the gate", "report.json", START)
    arrival = Arrival("report:1", found, {"en": "Water at the gate", "zh": "大门积水"}, "hotline")
    opened = open_incident(ledger, pack, compile_pack(pack).resolve, arrival, received, START)
    clock = JumpingClock(START)
    driver = Driver(ledger, clock, MemoryNotifier(), clock, "test", lambda _: False)
    return ledger, pack, opened.incident, Play(driver, clock, Obliging(), opened.incident)


def play_small(folder: Path) -> tuple[Ledger, Pack, str]:
    """Play the incident to its close."""
    ledger, pack, incident, play = open_small(folder)
    play.run(PlainExecutor())
    return ledger, pack, incident
