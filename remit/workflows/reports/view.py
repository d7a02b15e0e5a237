"""What a report of one incident shows, as plain values in one language.

How to make a report, from any door:

    view = view_of(ledger, incident_id, pack, language="zh")     # reports/reading.py
    write_report(view, "report.html")                            # reports/html.py

The pack is the one that decided (`incident.pack_path`); with `None`, or with a pack that has
changed since, the clauses are left out and the report says so. The page is drawn from an
`IncidentView` and from nothing else, so tests and other doors may fill one by hand.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from remit.workflows.reports.after_view import After

__all__ = [
    "ACTED",
    "Cell",
    "Chart",
    "ChartRow",
    "Clause",
    "Deadline",
    "DeadlineState",
    "Fact",
    "HandOver",
    "IncidentView",
    "Language",
    "MoneyRow",
    "Owner",
    "PackName",
    "Party",
    "StockRow",
    "TimelineRow",
    "Verification",
]

Language = Literal["en", "zh"]
DeadlineState = Literal["kept", "late", "missed", "open", "withdrawn"]
"""`late`: answered after the time; `missed`: not answered; `withdrawn`: no longer asked in time."""
ACTED = "ARSCIOF"
"""Letters of what was done: the five of RACI with S, `O` for ordering by a power, `F` for releasing
funds."""


@dataclass(frozen=True, slots=True)
class PackName:
    """Which policy decided."""

    label: str
    name: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known of the event."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Clause:
    """The duty or power by which somebody was asked, its legal basis, and where it is written."""

    duty: str
    basis: str
    place: str


@dataclass(frozen=True, slots=True)
class Owner:
    """A subject that owned one part of the incident; `led_by` is who led it in fact, if another."""

    part: str
    subject: str
    clauses: tuple[Clause, ...] = ()
    led_by: str = ""


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One entry of the ledger. `why` is the clause or the circumstance, or empty."""

    number: int
    time: dt.datetime
    actor: str
    what: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """A column of the chart: `id` is the subject's name in the policy, `label` what people say."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What one party was to do for one activity, and did, as letters of `ACTED`."""

    party: str
    planned: str
    acted: str


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One activity; parties without any letter have no cell."""

    activity: str
    part: str
    cells: tuple[Cell, ...]
    state: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Who was to do what, and who did."""

    parties: tuple[Party, ...]
    rows: tuple[ChartRow, ...]


@dataclass(frozen=True, slots=True)
class Deadline:
    """One time limit; `answered` is when it was met or overrun, `None` if it was not answered."""

    what: str
    subject: str
    due: dt.datetime
    answered: dt.datetime | None
    state: DeadlineState


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """Money one step drew on. `amount` is exact, as text."""

    activity: str
    fund: str
    amount: str
    currency: str
    requested_by: str
    approved_by: str
    set_aside: dt.datetime | None


@dataclass(frozen=True, slots=True)
class StockRow:
    """Stock one step drew on, and how much was missing."""

    activity: str
    item: str
    quantity: int
    short: int


@dataclass(frozen=True, slots=True)
class HandOver:
    """Work offered by one party to another; `time` is when it was answered."""

    work: str
    giver: str
    receiver: str
    offered: dt.datetime
    outcome: str
    time: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying the whole ledger found. `head` is the last entry's number and hash."""

    is_whole: bool
    entries: int
    head: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentView:
    """Everything a report of one incident shows.

    Args:
        state: in words.
        made: when the report was made; the latest entry's time, so that equal ledgers give equal
            reports.
        offset: minutes east of UTC in which times are shown.
        notes: what a reader should know of how to read the report, a sentence each.
        after: what is told after the incident; `None` leaves it out.
    """

    language: Language
    id: str
    title: str
    pack: PackName
    state: str
    opened: dt.datetime
    closed: dt.datetime | None
    made: dt.datetime
    offset: int
    facts: tuple[Fact, ...]
    owners: tuple[Owner, ...]
    timeline: tuple[TimelineRow, ...]
    chart: Chart
    deadlines: tuple[Deadline, ...]
    money: tuple[MoneyRow, ...]
    stock: tuple[StockRow, ...]
    hand_overs: tuple[HandOver, ...]
    verification: Verification
    notes: tuple[str, ...] = ()
    after: After | None = None
