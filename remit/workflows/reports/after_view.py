"""What a report tells of an incident after it: plain values in one language, nothing decided."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

__all__ = [
    "After",
    "Change",
    "Consultation", "Cost",
    "Departure",
    "KeyTime",
    "Lesson",
    "LimitShare",
    "Messages",
    "Performed",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeyTime:
    """One moment that counts; `since` is seconds since the incident was opened."""

    what: str
    time: dt.datetime | None
    since: int | None


@dataclass(frozen=True, slots=True)
class Performed:
    """One letter of one activity: who had it by the plan, and who performed it.

    Args:
        letter: one of A, R, C.
        actual: empty where nobody has.
        how: how it came that another did, in words; empty where the planned one did.
        entries: numbers of the entries that show it.
    """

    part: str
    activity: str
    letter: str
    planned: str
    actual: str
    how: str
    entries: tuple[int, ...]

    @property
    def is_own(self) -> bool:
        """Whether it was performed by whoever had it."""
        return bool(self.actual) and not self.how


@dataclass(frozen=True, slots=True)
class LimitShare:
    """How often one kind of limit was kept, and how long it took; seconds."""

    what: str
    kept: int
    of: int
    median: int | None
    worst: int | None


@dataclass(frozen=True, slots=True)
class Messages:
    """How many messages there were, and what became of them.

    Args:
        untold: who was not reached, with the reason, once each.
    """

    sent: int
    delivered: int
    repeated: int
    tried_again: int
    held: int
    not_delivered: int
    untold: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Consultation:
    """One consultation; `answered` is `None` where nobody advised."""

    activity: str
    subject: str
    asked: dt.datetime
    answered: dt.datetime | None
    outcome: str
    note: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change of what the incident was decided by: a state, a fact, a version."""

    number: int
    time: dt.datetime
    what: str


@dataclass(frozen=True, slots=True)
class Departure:
    """One departure from the policy; `kind` as the conformance command names it."""

    kind: str
    name: str
    says: str
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one step cost of one thing; amounts are exact, as text, and empty where none is known.

    Args:
        kind: money, stock or people, in words.
        quantity: of stock in units, of people in hours: planned and used; empty of money.
    """

    activity: str
    kind: str
    name: str
    subject: str
    quantity: str
    planned: str
    actual: str
    currency: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """What somebody noted at the close or in a review."""

    time: dt.datetime
    subject: str
    note: str


@dataclass(frozen=True, slots=True)
class After:
    """Everything told of an incident after it.

    Args:
        summary: what happened, as one paragraph.
        open_reviews: acts past the policy that nobody has judged yet, a sentence each.
        totals: planned and actual costs in each currency, a sentence each.
    """

    summary: str
    key_times: tuple[KeyTime, ...] = ()
    performed: tuple[Performed, ...] = ()
    limits: tuple[LimitShare, ...] = ()
    messages: Messages | None = None
    consultations: tuple[Consultation, ...] = ()
    changes: tuple[Change, ...] = ()
    departures: tuple[Departure, ...] = ()
    open_reviews: tuple[str, ...] = ()
    costs: tuple[Cost, ...] = ()
    totals: tuple[str, ...] = ()
    lessons: tuple[Lesson, ...] = ()
