"""Telling who comes on duty: until when, what is open, and who was on before. Once each.

INVARIANT: that somebody is about to tell is durable before anything is sent, and only one process
tells at a time. One that dies over it leaves what another sends again, with the same key, told as a
possible repeat.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import cast

from remit.engine.pack import Person, Roster
from remit.engine.rosters import Stint, stints_between
from remit.engine.wording import LANGUAGES, Language, speaking, tell
from remit.workflows.delivering import LEASE_S
from remit.workflows.driver import Driver
from remit.workflows.entries import Draft, Json, from_stamp, stamp
from remit.workflows.incident import Incident, Item
from remit.workflows.ledger import Ledger
from remit.workflows.ledger_writing import Writing
from remit.workflows.messages import Message
from remit.workflows.ports import DeliveryError, Notifier
from remit.workflows.roster_changes import ROSTER_KINDS, changes_of
from remit.workflows.sentences import step_label

__all__ = ["BEGUN_KIND", "HANDOFF_KIND", "Handoff", "due_handoffs", "tell_handoffs"]

HANDOFF_KIND = "roster-handoff"
BEGUN_KIND = "roster-handoff-begun"
"""That a process is about to tell of one: nobody else does before its lease is over."""
LATEST = dt.timedelta(hours=2)
"""How long after duty began it is still told: later it is no news."""


@dataclass(frozen=True, slots=True)
class Handoff:
    """A stretch of duty that began, and those who came on with it.

    Args:
        before: who was on before, and is not now.
    """

    roster: Roster
    stint: Stint
    coming: tuple[str, ...]
    before: tuple[str, ...] = field(default=())

    @property
    def key(self) -> str:
        """Its name: no stretch of duty is told of twice."""
        return f"handoff/{self.roster.name}/{self.stint.start}"


def due_handoffs(
    rosters: Iterable[Roster], ledger: Ledger, now: dt.datetime
) -> tuple[Handoff, ...]:
    """Return the hand-overs of duty that have happened and were not told yet."""
    changes = changes_of(ledger.entries_of(ROSTER_KINDS))
    told = {cast("str", one.payload["key"]) for one in ledger.entries_of((HANDOFF_KIND,))}
    found: list[Handoff] = []
    for roster in rosters:
        around = stints_between(
            roster,
            now - dt.timedelta(days=2),
            now + dt.timedelta(days=60),
            changes.get(roster.name, ()),
        )
        second = int(now.timestamp())
        for at, stint in enumerate(around):
            if not stint.start <= second < stint.end or at == 0:
                continue
            last = around[at - 1]
            before = last.people if last.end == stint.start else ()
            coming = tuple(name for name in stint.people if name not in before)
            gone = tuple(name for name in before if name not in stint.people)
            one = Handoff(roster, stint, coming, gone)
            if coming and one.key not in told and second - stint.start <= LATEST.total_seconds():
                found.append(one)
    return tuple(found)


def tell_handoffs(
    handoffs: Sequence[Handoff], driver: Driver, language: Language = "en"
) -> tuple[int, int]:
    """Tell those who came on duty, each in their language.

    Returns:
        How many were told, and how many could not be; those whom another process tells are neither.
    """
    count = missed = 0
    for handoff in handoffs:
        tries = driver.ledger.transact(partial(_begin, driver, handoff))
        if not tries:
            continue
        work = _open_work(driver.ledger, handoff.roster.subject)
        told: list[Json] = []
        for name in handoff.coming:
            person = handoff.roster.person(name)
            repeat = tries > 1
            if person and _send(handoff, person, work, driver.notifier, language, repeat=repeat):
                told.append(name)
        count += len(told)
        missed += len(handoff.coming) - len(told)
        driver.ledger.transact(partial(_end, driver, handoff, told, len(work)))
    return count, missed


def _begin(driver: Driver, handoff: Handoff, writing: Writing) -> int:
    """Note that a hand-over is about to be told; 0 if it was, or another process is at it."""
    wall, tries = driver.wall.now(), 1
    for entry in writing.entries_of((HANDOFF_KIND, BEGUN_KIND)):
        if entry.payload["key"] != handoff.key:
            continue
        if entry.kind == HANDOFF_KIND:
            return 0
        lease = from_stamp(cast("str", entry.payload["lease"]))
        if wall < lease and not driver.is_dead(cast("str", entry.payload["owner"])):
            return 0
        tries = cast("int", entry.payload["tries"]) + 1
    payload: dict[str, Json] = {
        "key": handoff.key,
        "roster": handoff.roster.name,
        "people": [*handoff.coming],
        "owner": driver.owner,
        "lease": stamp(wall + dt.timedelta(seconds=LEASE_S)),
        "tries": tries,
    }
    writing.append([Draft(BEGUN_KIND, payload)], time=driver.clock.now())
    return tries


def _end(driver: Driver, handoff: Handoff, told: list[Json], work: int, writing: Writing) -> None:
    """Note who was told, unless a process that took over did so by now."""
    before = writing.entries_of((HANDOFF_KIND,))
    if any(entry.payload["key"] == handoff.key for entry in before):
        return
    payload: dict[str, Json] = {
        "key": handoff.key,
        "roster": handoff.roster.name,
        "people": [*handoff.coming],
        "told": told,
        "until": stamp(dt.datetime.fromtimestamp(handoff.stint.end, dt.UTC)),
        "open": work,
    }
    writing.append([Draft(HANDOFF_KIND, payload)], time=driver.clock.now())


def _open_work(ledger: Ledger, subject: str) -> list[tuple[Incident, Item]]:
    found: list[tuple[Incident, Item]] = []
    for one in ledger.inbox((subject,)):
        incident = ledger.incident(one.incident)
        if incident is not None:
            found.append((incident, incident.items[one.number]))
    return found


def _send(
    handoff: Handoff,
    person: Person,
    work: Sequence[tuple[Incident, Item]],
    notifier: Notifier,
    language: Language,
    *,
    repeat: bool,
) -> str:
    """Send a person the notice by the first of their channels that works; empty if none does."""
    spoken = next((one for one in LANGUAGES if one == person.language), language)
    known = [(one.channel, one.to) for one in person.contacts if notifier.carries(one.channel)]
    ways = known or ([("", "")] if notifier.carries("") else [])
    with speaking(spoken):
        text = _text(handoff, work, spoken)
        title = tell("Your duty has begun")
    for channel, address in ways:
        try:
            return notifier.send(
                Message(
                    key=f"{handoff.key}/{person.name}",
                    incident="",
                    subject=handoff.roster.subject,
                    title=title,
                    text=text,
                    person=person.name,
                    channel=channel,
                    address=address,
                    language=spoken,
                    repeat=repeat,
                )
            )
        except DeliveryError:
            continue
    return ""


def _text(handoff: Handoff, work: Sequence[tuple[Incident, Item]], language: Language) -> str:
    roster = handoff.roster
    end = dt.datetime.fromtimestamp(handoff.stint.end, zoneinfo.ZoneInfo(roster.zone))
    lines = [
        tell(
            "You are on duty for `{subject}` until {end:%Y-%m-%d %H:%M} ({zone}).",
            subject=roster.subject,
            end=end,
            zone=roster.zone,
        )
    ]
    if handoff.before:
        lines.append(tell("Before you: {names}.", names=", ".join(handoff.before)))
    if not work:
        lines.append(tell("Nothing is open."))
    for incident, item in work:
        label = step_label(incident, item.part, item.step, language)
        lines.append(f"- {incident.item_id(item.number)}: {label}")
    return "\n".join(lines)
