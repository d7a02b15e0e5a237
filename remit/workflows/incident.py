"""An incident as a value, folded from its entries: its state, what was asked of whom, its steps.

The ledger is the only record. Everything here can be thrown away and folded again; nothing here is
decided, only read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from remit.workflows.entries import Json
from remit.workflows.lifecycle import PURPOSES, IncidentState, ItemStatus, Outcome, Purpose, Verb
from remit.workflows.response import Ask, Part, Response, StepPlan

__all__ = ["Incident", "Item", "StepProgress"]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing asked of one subject.

    Args:
        number: from 1 within its incident.
        ask: key of the question it belongs to.
        subject: who is asked; `holder` is whose duty it is.
        why: `first`, `no-answer` or `declined` (of the one asked before), `again`, or `accepted`
            for work taken over.
        after: the item before it in line.
        due: when the next in line is called.
        reminders: how often it was recalled.
        offer_of: the item whose work this one asks to take over.
        to: to whom the work was offered, or handed.
    """

    number: int
    ask: str
    purpose: Purpose
    part: str
    step: str
    holder: str
    subject: str
    asked: dt.datetime
    due: dt.datetime
    why: str = "first"
    after: int | None = None
    status: ItemStatus = "open"
    outcome: Outcome | None = None
    verb: Verb | None = None
    by: str | None = None
    note: str = ""
    answered: dt.datetime | None = None
    reminders: int = 0
    offer_of: int | None = None
    to: str | None = None

    @property
    def is_settled(self) -> bool:
        """Whether its answer settled the question."""
        return self.outcome in PURPOSES[self.purpose].settles and self.status in {
            "answered",
            "taken",
        }


@dataclass(frozen=True, slots=True)
class StepProgress:
    """How far one step has come; a time is `None` until it has happened.

    Args:
        round: counts from 1; work that was sent back begins a new one.
        unheard: keys of consultations given up for lack of time.
        drawn: stock set aside, by kind: quantity, and how much was missing.
    """

    started: dt.datetime | None = None
    requested: dt.datetime | None = None
    reserved: dt.datetime | None = None
    assigned: dt.datetime | None = None
    overdue: dt.datetime | None = None
    finished: dt.datetime | None = None
    informed: dt.datetime | None = None
    signed: dt.datetime | None = None
    dropped: dt.datetime | None = None
    round: int = 1
    requester: str | None = None
    approver: str | None = None
    signer: str | None = None
    unheard: frozenset[str] = frozenset()
    drawn: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def is_past(self) -> bool:
        """Whether steps that wait for this one may begin."""
        return self.finished is not None or self.dropped is not None

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be done about it."""
        return self.dropped is not None or (self.finished is not None and self.signed is not None)

    @property
    def state(self) -> str:
        """One word for people."""
        if self.dropped is not None:
            return "dropped"
        if self.signed is not None:
            return "signed off"
        if self.finished is not None:
            return "done"
        return "waiting" if self.started is None else "under way"


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident, as far as its entries tell.

    Args:
        origin: the key of what raised it; the same origin never opens two.
        offset: minutes east of UTC in which its times are shown.
        last: number of the last entry folded in.
        time: time of that entry.
        led: parts that somebody has taken the lead of.
        acting: who answers in a holder's place, by holder.
        refused: whose word on which item did not count.
        commander: who leads it now.
    """

    id: str
    origin: str
    title: Mapping[str, str]
    event: Mapping[str, Json]
    pack: str
    version: str
    pack_path: str
    policy: str
    response: Response
    opened: dt.datetime
    time: dt.datetime
    last: int
    offset: int = 0
    received: int | None = None
    state: IncidentState = "reported"
    items: Mapping[int, Item] = field(default_factory=dict)
    by_ask: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    steps: Mapping[str, StepProgress] = field(default_factory=dict)
    told: frozenset[str] = frozenset()
    led: frozenset[str] = frozenset()
    acting: Mapping[str, str] = field(default_factory=dict)
    refused: frozenset[tuple[int, str]] = frozenset()
    commander: str | None = None
    closed: dt.datetime | None = None

    @property
    def part(self) -> Part:
        """The part of the response that is under way."""
        return self.response.parts[-1 if self.state in {"recovering", "closed"} else 0]

    @property
    def next_item(self) -> int:
        """The number the next item gets."""
        return len(self.items) + 1

    def item_id(self, number: int) -> str:
        """Return the name people use for an item."""
        return f"{self.id}-{number}"

    def asked(self, ask: Ask | str) -> tuple[Item, ...]:
        """Return the items of a question, in the order they were asked."""
        key = ask if isinstance(ask, str) else ask.key
        return tuple(self.items[number] for number in self.by_ask.get(key, ()))

    def answer(self, ask: Ask | str) -> Item | None:
        """Return the item whose answer settled a question, or `None` while it is not settled."""
        return next((item for item in self.asked(ask) if item.is_settled), None)

    def in_hand(self, ask: Ask) -> Item | None:
        """Return the item by which somebody has the work of `ask` in hand, or has done it."""
        found = (item for item in self.asked(ask) if item.status == "taken" or item.is_settled)
        return next(found, None)

    def progress(self, step: StepPlan | str) -> StepProgress:
        """Return how far a step has come."""
        return self.steps.get(step if isinstance(step, str) else step.name, _NOT_BEGUN)

    def open_items(self) -> tuple[Item, ...]:
        """Return what still waits for people: asked, or in hand."""
        return tuple(item for item in self.items.values() if item.status in {"open", "taken"})


_NOT_BEGUN = StepProgress()
