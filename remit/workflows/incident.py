"""An incident as a value, folded from its entries: its state, what was asked, its steps.

The ledger is the only record. Everything here can be thrown away and folded again; nothing here is
decided, only read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any

from remit.workflows.entries import Json
from remit.workflows.glass import Broken
from remit.workflows.holding import Holding
from remit.workflows.lifecycle import PURPOSES, ItemStatus, Outcome, Purpose, Verb
from remit.workflows.response import Ask, Part, Response, StepPlan
from remit.workflows.states import ENDED, IncidentState

__all__ = ["Alarm", "Incident", "Item", "Notice", "Sending", "StepProgress", "altered", "is_same"]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing asked of one subject.

    Args:
        number: from 1 within its incident.
        ask: key of the question it belongs to.
        subject: who is asked; `holder` is whose duty it is.
        why: `first`; `no-answer`, `declined` or `forgotten` of the one asked before; `accepted` or
            `decided` for work taken over; `reassigned` for work that was given to it.
        after: the item before it in line.
        due: when the next in line is called.
        reminders: how often it was recalled while nobody answered; `recalls` how often while it was
            in hand.
        offer_of: the item whose work this one asks to take over.
        to: to whom the work was offered, or handed.
        need: how many must say "mine" before the question is settled.
        is_final: whether it was decided that the work is this subject's: it is not sent back again.
        stopped: its status when the incident ended, so that a reopened one goes on from there.
        untold: whether nobody could be told of it: then its time is over.
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
    recalls: int = 0
    offer_of: int | None = None
    to: str | None = None
    need: int = 1
    is_final: bool = False
    stopped: ItemStatus | None = None
    untold: bool = False

    @property
    def is_waiting(self) -> bool:
        """Whether it still waits for its subject: asked, or in hand."""
        return self.status in {"open", "taken"}

    @property
    def is_settled(self) -> bool:
        """Whether its answer is one that settles the question."""
        if self.outcome is None or self.status not in {"answered", "taken"}:
            return False
        return self.outcome in PURPOSES[self.purpose].settles


@dataclass(frozen=True, slots=True)
class Sending:
    """How far a message has come that has not arrived yet.

    Args:
        failed: the ways that failed since all of them were tried last: person and channel.
        rounds: how often all ways were tried in vain.
        tries: how many tries were reported as failed.
        again: when it is tried next; `None` is at once.
        holds: how often it was held back.
    """

    failed: tuple[tuple[str, str], ...] = ()
    rounds: int = 0
    tries: int = 0
    again: dt.datetime | None = None
    holds: int = 0


@dataclass(frozen=True, slots=True)
class StepProgress:
    """How far one step has come; a time is `None` until it has happened.

    Args:
        round: counts from 1; work that was sent back begins a new one.
        unheard: keys of consultations given up for lack of time.
        drawn: stock set aside, by kind: quantity, and how much was missing.
        overdue: when it was last told that the work is late; `overdues` is how often.
        cancelled: when its incident ended without it.
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
    cancelled: dt.datetime | None = None
    overdues: int = 0
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
        ended = self.dropped is not None or self.cancelled is not None
        return ended or (self.finished is not None and self.signed is not None)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Nobody could be asked: how often that was told, and when it is tried again."""

    count: int
    due: dt.datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """What several subjects were told, and who is known to have received and seen it.

    Args:
        entry: number of the entry that told it.
    """

    entry: int
    about: str
    part: str
    step: str
    subjects: tuple[str, ...]
    delivered: frozenset[str] = frozenset()
    undelivered: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()


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
        ended_in: the state in which it ended, for one that is over.
        merged: the incident it was merged into; `absorbed` those merged into this one.
        split: the incidents that were split off it; `split_from` the one it was split off.
        skipped: who was passed over because nobody could reach them, by question.
        alarms: the questions for which nobody could be asked, by question.
        lacking: with how many a question was settled that wanted more, by question.
        reached: everybody who was asked or told anything.
        reopened: how often it was reopened.
        means: what each step holds of people, stock and money, by its name.
        broken: acts past the policy, by the item that was answered so.
        needless: steps that were left out because a change made them needless.
        leaving: items by which somebody still has what others are asked to take over, with the
            keys of the questions to those.
        sending: messages that were tried, and have neither arrived nor been given up, by key.
        untold: subjects of whom nobody could be told the last time.
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
    state: IncidentState = "opened"
    items: Mapping[int, Item] = field(default_factory=dict)
    by_ask: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    steps: Mapping[str, StepProgress] = field(default_factory=dict)
    told: frozenset[str] = frozenset()
    led: frozenset[str] = frozenset()
    acting: Mapping[str, str] = field(default_factory=dict)
    refused: frozenset[tuple[int, str]] = frozenset()
    commander: str | None = None
    closed: dt.datetime | None = None
    broken: Mapping[int, Broken] = field(default_factory=dict)
    needless: frozenset[str] = frozenset()
    leaving: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    sending: Mapping[str, Sending] = field(default_factory=dict)
    untold: frozenset[str] = frozenset()
    ended_in: IncidentState | None = None
    merged: str | None = None
    absorbed: tuple[str, ...] = ()
    split: tuple[str, ...] = ()
    split_from: str | None = None
    skipped: Mapping[str, frozenset[str]] = field(default_factory=dict)
    alarms: Mapping[str, Alarm] = field(default_factory=dict)
    lacking: Mapping[str, int] = field(default_factory=dict)
    reached: frozenset[str] = frozenset()
    notices: Mapping[int, Notice] = field(default_factory=dict)
    reopened: int = 0
    reviews: tuple[tuple[str, str], ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether nothing more is asked of anybody: it was closed, cancelled or merged."""
        return self.state in ENDED

    @property
    def is_recovering(self) -> bool:
        """Whether its recovery has begun, be it over or not."""
        return "recovering" in {self.state, self.ended_in}

    means: Mapping[str, Holding] = field(default_factory=dict)

    @property
    def part(self) -> Part:
        """The part of the response that is under way."""
        return self.response.parts[-1 if self.is_recovering else 0]

    @property
    def next_item(self) -> int:
        """The number the next item gets."""
        return len(self.items) + 1

    def item_id(self, number: int) -> str:
        """Return the name people use for an item."""
        return f"{self.id}-{number}"

    def asked(self, ask: Ask | str) -> tuple[Item, ...]:
        """Return the items of a question, in the order they were asked."""
        numbers = self.by_ask.get(ask if isinstance(ask, str) else ask.key)
        if not numbers:
            return ()
        items = self.items
        return tuple([items[number] for number in numbers])

    def answer(self, ask: Ask | str) -> Item | None:
        """Return the item whose answer settled a question, or `None` while it is not settled.

        Where several must say "mine", it is the first of them, once there are enough.
        """
        found = self.asked(ask)
        return self._settling([item for item in found if item.is_settled]) if found else None

    def in_hand(self, ask: Ask | str) -> Item | None:
        """Return the item by which somebody has the work of `ask` in hand, or has done it."""
        found = self.asked(ask)
        if not found:
            return None
        return self._settling([i for i in found if i.status == "taken" or i.is_settled])

    def _settling(self, items: list[Item]) -> Item | None:
        """Return the first of `items` if they are enough: a "mine" may be needed of many."""
        done = [item for item in items if item.outcome != "acknowledged"]
        if done or not items:
            return done[0] if done else None
        need = max(item.need for item in items)
        have = self.lacking.get(items[0].ask, need)
        return items[0] if len(items) >= min(need, have) else None

    def progress(self, step: StepPlan | str) -> StepProgress:
        """Return how far a step has come."""
        return self.steps.get(step if isinstance(step, str) else step.name, _NOT_BEGUN)

    def open_reviews(self) -> tuple[Broken, ...]:
        """Return the acts past the policy of which nobody has said whether they were justified."""
        return tuple(one for one in self.broken.values() if one.justified is None)

    def open_items(self) -> tuple[Item, ...]:
        """Return what still waits for people: asked, or in hand."""
        return tuple(item for item in self.items.values() if item.is_waiting)


_NOT_BEGUN = StepProgress()
_NAMES = tuple(field.name for field in fields(Incident))
_VALUES = attrgetter(*_NAMES)
_PUTS = tuple(getattr(Incident, name).__set__ for name in _NAMES)
_PUT = dict(zip(_NAMES, _PUTS, strict=True))


def is_same(one: Incident, other: Incident, but: frozenset[str]) -> bool:
    """Return whether two are the same but for some fields; false where that is not plain to see.

    Args:
        but: names of fields that do not count.
    """
    for name in _NAMES:
        if name in but:
            continue
        mine, its = getattr(one, name), getattr(other, name)
        if mine is not its and not (isinstance(its, str | int | frozenset) and mine == its):
            return False
    return True


def altered(incident: Incident, **changes: Any) -> Incident:
    """Return an incident with some fields changed.

    WHY not `dataclasses.replace`: every entry that is folded comes by here, some of them several
    times, and that one takes four times as long for so many fields.

    Raises:
        KeyError: if there is no such field.
    """
    found = object.__new__(Incident)
    for put, value in zip(_PUTS, _VALUES(incident), strict=True):
        put(found, value)
    for name, value in changes.items():
        _PUT[name](found, value)
    return found
