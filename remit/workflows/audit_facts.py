"""What an auditor keeps of one incident: questions, steps, and the messages it calls for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from remit.workflows.entries import Entry

__all__ = ["Question", "Sent", "Story", "Work"]


@dataclass(slots=True)
class Question:
    """Something one subject was asked.

    Args:
        entry: number of the entry that asked it.
        before: the name it had before others were to be asked, who have not taken it yet.
        status: `open`, `taken` or `over`.
        offer_of: the question whose work, in hand of another, it offers.
        about: what a decision is about, or empty.
        need: how many must say "mine"; `why` and `after` tell why it was called, and after whom.
        within: how long its subject had to answer.
        agreed: whether its subject said "mine", and did not lay it down since.
        taken: when it said so.
        heard: when that somebody was last heard of; `heards` how often it said that it still is at
            it.
        recalled: when that somebody was last recalled, since it was heard of.
    """

    number: int
    entry: int
    ask: str
    purpose: str
    part: str
    step: str
    subject: str
    asked: dt.datetime
    due: dt.datetime
    status: str = "open"
    before: str = ""
    offer_of: int | None = None
    about: str = ""
    need: int = 1
    why: str = ""
    after: int | None = None
    within: dt.timedelta = dt.timedelta()
    agreed: bool = False
    taken: dt.datetime | None = None
    heard: dt.datetime | None = None
    heards: int = 0
    recalled: dt.datetime | None = None


@dataclass(slots=True)
class Work:
    """One step, as far as its entries tell.

    Args:
        left: money set aside for it and not spent, over all funds.
    """

    reserved: int | None = None
    left: Decimal = Decimal(0)
    overdue: dt.datetime | None = None
    finished: bool = False
    over: bool = False
    released: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that an entry calls for."""

    key: str
    entry: int
    subject: str
    time: dt.datetime


@dataclass(slots=True)
class Story:
    """One incident, as far as its entries tell.

    Args:
        ended: the entry that ended it.
        part: the part under way; `first` is the one it began with.
        limits: seconds a step's work may take, by step.
        doers: the questions who does a step's work, by step.
        known: every subject that the response names, or that was asked.
        strangers: entries whose actor had no part.
        received: keys of messages that were delivered, or told as undelivered.
        alarms: until when it is told that nobody can be asked, by question.
    """

    incident: str
    opened: Entry
    last: Entry
    ended: Entry | None = None
    part: str = ""
    first: str = ""
    questions: dict[int, Question] = field(default_factory=dict)
    works: dict[str, Work] = field(default_factory=dict)
    unheard: set[str] = field(default_factory=set)
    limits: dict[str, int] = field(default_factory=dict)
    doers: dict[str, frozenset[str]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    strangers: list[Entry] = field(default_factory=list)
    messages: list[Sent] = field(default_factory=list)
    received: set[str] = field(default_factory=set)
    alarms: dict[str, dt.datetime] = field(default_factory=dict)

    def work(self, question: Question) -> Work:
        """Return the step a question belongs to."""
        return self.works.setdefault(f"{question.part}/{question.step}", Work())

    def standing(self, status: str) -> Iterator[Question]:
        """Yield the questions of a status."""
        return (found for found in self.questions.values() if found.status == status)
