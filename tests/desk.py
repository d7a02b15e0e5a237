"""A desk for tests: one incident of a small pack, moved by hand, without ledger or clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from remit.engine.completion import complete_event
from remit.engine.language.incoming import parse_event
from remit.engine.language.loader import load
from remit.engine.map.responsibility import compile_pack
from remit.workflows.acts import Act, judge_act
from remit.workflows.answers import Refusal, Word, judge
from remit.workflows.due import due_now
from remit.workflows.entries import GENESIS, Draft, Entry, Json
from remit.workflows.folding import fold, numbered
from remit.workflows.incident import Incident, Item
from remit.workflows.lifecycle import Verb
from remit.workflows.means import UNITS
from remit.workflows.means_rows import shares_of
from remit.workflows.planning import plan_response
from remit.workflows.response import Response
from remit.workflows.response_json import response_to_json
from remit.workflows.stores import Stores

__all__ = ["FILES", "NOON", "SPILL", "Desk", "harbour", "response_of"]

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
MOST_ROUNDS = 200
"""Looks at one incident at one time; more means that something is due for ever."""
TAKING = frozenset({"posted", "drawn", "requested", "reserved"})
"""Kinds of entries that take something from the stores, or reckon with what is left."""
SPILL: Mapping[str, object] = {"hazard": "spill", "phase": "response", "pier": "north"}

FILES: Mapping[str, str] = {
    "pack.yaml": """
remit: 1
pack: harbour
version: "1"
lead: command
""",
    "vocabulary.yaml": """
dimensions:
  hazard: {values: [spill, storm]}
  phase: {values: [response, recovery]}
  pier: {values: [north, south]}
activities:
  command: {label: {en: Command, zh: 指挥}, requires: [lead]}
  close-gate: {label: {en: Close the gate, zh: 关闸}, needed: {phase: response}, requires: [close]}
  feed: {needed: {phase: response}}
  tidy: {needed: {phase: response}}
  watch: {needed: {phase: response}}
  repair: {needed: {phase: recovery}}
powers:
  lead: {label: {en: Lead}}
  close: {label: {en: Close the gate by order}}
  burn: {}
""",
    "subjects/council.yaml": """
subject: council
authority:
  - {id: lead, power: lead, when: {}}
  - {id: close, power: close, when: {}}
duties:
  - {id: close-gate, activity: close-gate, role: accountable, when: {}, acknowledge: 20m}
  - {id: repair, activity: repair, role: [accountable, responsible], when: {}}
""",
    "subjects/warden.yaml": """
subject: warden
label: {en: Warden, zh: 管理员}
under: council
deputies: [mate, second-mate]
contacts: [{channel: phone, to: "1"}]
authority:
  - {id: lead, power: lead, when: {}}
duties:
  - {id: command, activity: command, role: [accountable, responsible], when: {}, acknowledge: 10m}
  - {id: feed, activity: feed, role: accountable, when: {}}
  - {id: watch, activity: watch, role: [accountable, responsible], when: {}}
""",
    "subjects/mate.yaml": """
subject: mate
under: warden
authority:
  - {id: lead, power: lead, when: {}}
""",
    "subjects/second-mate.yaml": """
subject: second-mate
under: warden
""",
    "subjects/crew.yaml": """
subject: crew
under: warden
deputies: [reserve-crew]
duties:
  - id: close-gate
    activity: close-gate
    role: responsible
    when: {}
    acknowledge: 15m
    complete: 3h
  - {id: feed, activity: feed, role: responsible, when: {}, acknowledge: 15m}
""",
    "subjects/reserve-crew.yaml": "subject: reserve-crew\n",
    "subjects/clinic.yaml": """
subject: clinic
duties:
  - {id: close-gate, activity: close-gate, role: consulted, when: {}, acknowledge: 30m}
""",
    "subjects/kitchen.yaml": """
subject: kitchen
under: council
duties:
  - {id: tidy, activity: tidy, role: accountable, when: {}, acknowledge: 40m}
""",
    "subjects/helpers.yaml": """
subject: helpers
duties:
  - {id: tidy, activity: tidy, role: responsible, when: {}}
  - {id: feed, activity: feed, role: supports, when: {}}
""",
    "subjects/press.yaml": """
subject: press
duties:
  - {id: close-gate, activity: close-gate, role: informed, when: {}}
""",
    "plans/spill.yaml": """
plan: spill
when: {hazard: spill, phase: response}
steps:
  - {activity: close-gate, consult_first: true}
  - activity: feed
    after: [close-gate]
    hand_over_to: [tidy]
    needs: {money: 700, stock: {bread: 30}}
""",
    "plans/mend.yaml": """
plan: mend
when: {hazard: spill, phase: recovery}
steps:
  - {activity: repair}
""",
    "funds/till.yaml": """
fund: till
amount: 1000
currency: CNY
approve:
  - {up_to: 500, by: helpers}
  - {up_to: 900, by: crew}
  - {by: warden}
""",
    "reserves.yaml": """
stock:
  bread: {quantity: 20, unit: loaf}
""",
}


def harbour(folder: Path, changes: Mapping[str, str] | None = None) -> Path:
    """Return a folder with the small pack of the tests, some of its files replaced or added."""
    home = folder / "harbour"
    for name, text in {**FILES, **(changes or {})}.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return home


def response_of(home: Path, event: Mapping[str, object] = SPILL) -> Response:
    """Return what an event calls for under a pack."""
    pack = load(home)
    found = parse_event(event, pack.vocabulary)
    completed = complete_event(found, pack.vocabulary, state=pack.state, today=NOON.date())
    return plan_response(pack, compile_pack(pack).resolve, completed)


@dataclass
class Desk:
    """One incident; what is due is done when `settle` is called, and time passes when told so."""

    response: Response
    now: dt.datetime = NOON
    stores: Stores = field(default_factory=lambda: Stores({"till": Decimal(1000)}, {"bread": 20}))
    entries: list[Entry] = field(default_factory=list)
    event: Mapping[str, Json] = field(default_factory=dict)
    counts: list[Json] = field(default_factory=list)
    incident: Incident = field(init=False)

    def __post_init__(self) -> None:
        """Open the incident, and do what is due."""
        payload = {
            "origin": "test",
            "title": {"en": "A spill"},
            "event": self.event,
            "offset": 0,
            "pack": {"name": "harbour", "version": "1", "path": ""},
            "response": response_to_json(self.response),
            "counts": self.counts,
        }
        self.incident = fold(None, self._entry(Draft("opened", payload)))
        self.settle()

    def settle(self) -> None:
        """Do what is due until nothing is."""
        for _ in range(MOST_ROUNDS):
            dues = due_now(self.incident, self.left, self.now)
            if not dues:
                return
            for due in dues:
                self.write(due.draft)
                if due.draft.kind in TAKING:
                    # WHY: what is left for the others is known again when this is written.
                    break
        raise AssertionError(self.kinds()[-10:])

    def act(self, act: Act, other: Incident | None = None) -> Refusal | None:
        """Let somebody act, and do what follows; return why not if it does not count."""
        judged = judge_act(self.incident, act, self.now, other)
        if isinstance(judged, Refusal):
            return judged
        self.write(judged)
        self.settle()
        return None

    @property
    def left(self) -> Stores:
        """What is left of the stores after what the incident holds and has used."""
        stores = self.stores
        funds, stock, staff = dict(stores.funds), dict(stores.stock), dict(stores.staff)
        lent = dict(stores.lent)
        for share in shares_of(self.incident):
            gone = share.held + share.used
            if share.kind == "money":
                funds[share.name] -= Decimal(gone) / UNITS
            elif share.kind == "stock":
                stock[share.name] -= gone
            else:
                place = (share.holder, share.name)
                staff[place] -= gone
                lent[place] = lent.get(place, 0) + share.lent
        return replace(stores, funds=funds, stock=stock, staff=staff, lent=lent)

    def say(
        self,
        verb: Verb,
        item: Item,
        by: str | None = None,
        note: str = "",
        to: str | None = None,
        amount: str | None = None,
        glass: str = "",
    ) -> Refusal | None:
        """Let somebody answer an item, and do what follows; return why not if it does not count."""
        word = Word(verb, by or item.subject, note, to, amount, glass)
        judged = judge(self.incident, item.number, word)
        if isinstance(judged, Refusal):
            return judged
        self.write(judged)
        self.settle()
        return None

    def later(self, minutes: int) -> None:
        """Let time pass, and do what is due then."""
        self.now += dt.timedelta(minutes=minutes)
        self.settle()

    def item(self, purpose: str, subject: str, step: str = "") -> Item:
        """Return the latest item of that purpose that is asked of a subject."""
        found = [
            item
            for item in self.incident.items.values()
            if (item.purpose, item.subject) == (purpose, subject) and step in {"", item.step}
        ]
        assert found, f"nothing asks {subject} to {purpose}: {self.waiting()}"
        return found[-1]

    def waiting(self) -> list[tuple[str, str, str]]:
        """Return what waits for whom: purpose, step, subject."""
        return [(item.purpose, item.step, item.subject) for item in self.incident.open_items()]

    def kinds(self) -> list[str]:
        """Return the kinds of all entries, in order."""
        return [entry.kind for entry in self.entries]

    def write(self, draft: Draft) -> None:
        """Write an entry."""
        self.incident = fold(self.incident, self._entry(numbered(draft, self.incident)))

    def _entry(self, draft: Draft) -> Entry:
        entry = Entry.chained(
            draft,
            number=len(self.entries) + 1,
            incident="test",
            time=self.now,
            policy="",
            previous=self.entries[-1].hash if self.entries else GENESIS,
        )
        self.entries.append(entry)
        return entry

    def with_stores(self, funds: int, bread: int = 20) -> None:
        """Change what is left."""
        self.stores = replace(self.stores, funds={"till": Decimal(funds)}, stock={"bread": bread})
