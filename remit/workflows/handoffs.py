"""Telling who comes on duty: until when, what is open, and who was on before. Once each."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import cast

from remit.engine.pack import Person, Roster
from remit.engine.rosters import Stint, stints_between
from remit.engine.wording import LANGUAGES, Language, speaking, tell
from remit.workflows.entries import Draft, Json, stamp
from remit.workflows.incident import Incident, Item
from remit.workflows.ledger import Ledger
from remit.workflows.messages import Message
from remit.workflows.ports import DeliveryError, Notifier
from remit.workflows.roster_changes import ROSTER_KINDS, changes_of
from remit.workflows.sentences import step_label

__all__ = ["HANDOFF_KIND", "Handoff", "due_handoffs", "tell_handoffs"]

HANDOFF_KIND = "roster-handoff"
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
    handoffs: Sequence[Handoff],
    ledger: Ledger,
    notifier: Notifier,
    now: dt.datetime,
    language: Language = "en",
) -> int:
    """Tell those who came on duty, each in their language; return how many were told."""
    count = 0
    for handoff in handoffs:
        work = _open_work(ledger, handoff.roster.subject)
        told: list[Json] = []
        for name in handoff.coming:
            person = handoff.roster.person(name)
            channel = person and _send(handoff, person, work, notifier, language)
            if channel:
                told.append(name)
        count += len(told)
        payload: dict[str, Json] = {
            "key": handoff.key,
            "roster": handoff.roster.name,
            "people": [*handoff.coming],
            "told": told,
            "until": stamp(dt.datetime.fromtimestamp(handoff.stint.end, dt.UTC)),
            "open": len(work),
        }
        with ledger.write() as writing:
            writing.append([Draft(HANDOFF_KIND, payload)], time=now)
    return count


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
