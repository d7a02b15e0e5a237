"""From the entries of an incident to what is told after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

from remit.engine.durations import length
from remit.engine.pack import Letter
from remit.workflows.conformance.finding import deviations_of
from remit.workflows.conformance.history import History, text_in
from remit.workflows.conformance.standing_in import Performance, performances
from remit.workflows.conformance.words import Words
from remit.workflows.entries import Entry
from remit.workflows.messages import recipients
from remit.workflows.reports.after_view import (
    After,
    Change,
    Consultation,
    Departure,
    KeyTime,
    Lesson,
    LimitShare,
    Messages,
    Performed,
)
from remit.workflows.reports.costing import costs_told, totals_told
from remit.workflows.reports.telling import Telling, in_language
from remit.workflows.reports.timing import limit_shares
from remit.workflows.response import COMMAND_STEP, Part
from remit.workflows.sentences import sentence
from remit.workflows.times import shown

__all__ = ["after_of", "how_it_came"]

LETTERS: Mapping[Letter, str] = {"accountable": "A", "responsible": "R", "consulted": "C"}
"""The letters that somebody performs; those who support or are informed only receive."""
CHANGES = frozenset({"changed", "declared", "activated", "glass-ended"})
"""Kinds that tell of a change of what an incident is decided by."""
MINUTE = 60


def after_of(telling: Telling, history: History, story: Sequence[Entry]) -> After:
    """Return what is told of an incident after it.

    Args:
        telling: names, and the incident as it stands.
        story: its entries, led by the message that raised it.
    """
    words = Words(history.response, telling.language)
    found = deviations_of(history)
    shares = tuple(limit_shares(telling, history))
    departures = tuple(
        Departure(one.kind, words.name(one.kind), words.sentence(one), one.entries) for one in found
    )
    times = tuple(_key_times(telling, history, story))
    return After(
        summary=_summary(telling, history, shares, len(found)),
        key_times=times,
        performed=tuple(_performed(telling, history)),
        limits=shares,
        messages=_messages(telling, history),
        consultations=tuple(_consultations(telling, history)),
        changes=tuple(_changes(telling, history)),
        departures=departures,
        open_reviews=tuple(
            words.sentence(one) for one in found if (one.kind, one.about) == ("past-policy", "open")
        ),
        costs=tuple(costs_told(telling)),
        totals=tuple(totals_told(telling)),
        lessons=tuple(_lessons(telling, history)),
    )


def how_it_came(telling: Telling, found: Performance) -> str:
    """Return how it came that another performed a duty, in words; nothing for its holder."""
    if found.is_own:
        return ""
    said = telling.word(f"how-{found.how}").format(reason=found.reason)
    if found.how == "break-glass" or not found.reason:
        return said
    why = telling.word_or(f"why-{found.reason}", found.reason)
    return f"{said}{telling.word('comma')}{why}"


def _summary(
    telling: Telling, history: History, shares: Iterable[LimitShare], departures: int
) -> str:
    word, incident = telling.word, telling.incident
    owners = history.responses[0][1].parts[0].owners
    steps = list(telling.steps())
    done = sum(incident.progress(step).finished is not None for step in steps)
    dropped = sum(incident.progress(step).dropped is not None for step in steps)
    kept, of = sum(one.kept for one in shares), sum(one.of for one in shares)
    ending = incident.closed
    end = word("after-open")
    if ending is not None:
        end = word("after-closed").format(
            time=shown(ending, incident.offset), length=_length(ending - incident.opened)
        )
    return word("after-summary").format(
        title=in_language(incident.title, telling.language) or incident.id,
        opened=shown(incident.opened, incident.offset),
        pack=incident.pack,
        version=incident.version,
        owner=word("after-owned").format(owners=telling.subjects(owners))
        if owners
        else word("after-unowned"),
        led=_led(telling, history),
        steps=word("after-steps").format(all=len(steps), done=done, dropped=dropped),
        limits=word("after-limits").format(kept=kept, of=of) if of else word("after-no-limits"),
        departures=word("after-departures").format(count=departures)
        if departures
        else word("after-no-departures"),
        end=end,
    )


def _led(telling: Telling, history: History) -> str:
    first = next((one for one in performances(history) if one.purpose == "command"), None)
    if first is None:
        return telling.word("after-not-led")
    time = _length(first.time - telling.incident.opened)
    key = "after-led-own" if first.is_own else "after-led-other"
    return telling.word(key).format(subject=telling.subject(first.by), time=time)


def _key_times(telling: Telling, history: History, story: Sequence[Entry]) -> Iterator[KeyTime]:
    opened = history.opened.time
    times: dict[str, dt.datetime | None] = {}
    event = history.event.get("time")
    times["event"] = dt.datetime.fromisoformat(event) if isinstance(event, str) else None
    times["received"] = story[0].time if story and story[0].kind == "received" else None
    times["opened"] = opened
    times["told"] = _first(history, "delivered")
    led = next((one.time for one in performances(history) if one.purpose == "command"), None)
    times["led"] = led
    work = (one.time for one in history.said if one.item.purpose == "do")
    times["work"] = next(work, None)
    times["done"] = _first(history, "finished")
    times["recovering"] = _first(history, "recovering")
    times["closed"] = telling.incident.closed
    for name, time in times.items():
        if time is not None or name in {"led", "closed"}:
            since = None if time is None else int((time - opened).total_seconds())
            yield KeyTime(telling.word(f"key-{name}"), time, since)


def _first(history: History, kind: str) -> dt.datetime | None:
    return next((entry.time for entry in history.of_kind(kind)), None)


def _performed(telling: Telling, history: History) -> Iterator[Performed]:
    """Yield the letters of each part that has begun: performed, and those nobody performed."""
    found = list(performances(history))
    for part in telling.parts():
        yield from _rows(telling, part, COMMAND_STEP, part.roles, found)
        for step in part.steps:
            yield from _rows(telling, part, step.id, step.roles, found)


def _rows(
    telling: Telling,
    part: Part,
    step: str,
    roles: Mapping[Letter, tuple[str, ...]],
    found: Iterable[Performance],
) -> Iterator[Performed]:
    here = [
        one
        for one in found
        # WHY: what is handed on is told as a hand-over, and as the work of its receiver.
        if (one.part, one.step) == (part.name, step) and one.purpose != "accept"
    ]
    activity = telling.incident.response.lead if step == COMMAND_STEP else part.step(step).activity
    label = telling.label("activity", activity)
    for letter, short in LETTERS.items():
        if step == COMMAND_STEP and letter == "responsible":
            # WHY: whoever leads does the leading; nobody is asked to do it apart from that.
            continue
        own = _latest([one for one in here if one.letter == letter])
        for one in own:
            yield Performed(
                telling.part(part),
                label,
                short,
                telling.subject(one.holder),
                telling.subject(one.by),
                how_it_came(telling, one),
                one.entries,
            )
        holders = {one.holder for one in own}
        if letter == "accountable" and own:
            continue
        for name in roles.get(letter, ()):
            if name not in holders:
                planned = telling.subject(name)
                yield Performed(telling.part(part), label, short, planned, "", "", ())


def _latest(found: Iterable[Performance]) -> list[Performance]:
    """Return one performance of each holder: the last one, which is the sign-off of what it led."""
    by_holder = {one.holder: one for one in found}
    return list(by_holder.values())


def _messages(telling: Telling, history: History) -> Messages:
    delivered = list(history.of_kind("delivered"))
    lost = list(history.of_kind("undelivered"))
    untold = {
        (telling.subject(text_in(entry.payload, "to")), text_in(entry.payload, "reason"))
        for entry in lost
    }
    sent = sum(len(recipients(entry, telling.incident)) for entry in history.entries)
    return Messages(
        sent=sent,
        delivered=len(delivered),
        repeated=sum(entry.payload.get("repeat") is True for entry in delivered),
        tried_again=sum(1 for _ in history.of_kind("attempted")),
        held=sum(1 for _ in history.of_kind("held")),
        not_delivered=len(lost),
        untold=tuple(sorted(untold)),
    )


def _consultations(telling: Telling, history: History) -> Iterator[Consultation]:
    unheard = {text_in(entry.payload, "ask") for entry in history.of_kind("unheard")}
    for item in history.asked.values():
        if item.purpose != "consult":
            continue
        said = next((one for one in history.said if one.item.number == item.number), None)
        outcome = said.outcome if said is not None else "unheard" if item.key in unheard else "open"
        yield Consultation(
            telling.label("activity", history.activity(item.part, item.step, item.entry)),
            telling.subject(item.subject),
            item.time,
            None if said is None else said.time,
            telling.word_or(f"heard-{outcome}", outcome),
            "" if said is None else said.note,
        )


def _changes(telling: Telling, history: History) -> Iterator[Change]:
    for entry in history.entries:
        if entry.kind in CHANGES:
            told = sentence(entry, telling.incident, telling.language)
            yield Change(entry.number, entry.time, told)


def _lessons(telling: Telling, history: History) -> Iterator[Lesson]:
    for entry in history.entries:
        note = text_in(entry.payload, "note")
        is_close = entry.kind == "answered" and entry.payload.get("outcome") == "closed"
        if note and (entry.kind == "reviewed" or is_close):
            yield Lesson(entry.time, telling.subject(entry.actor), note)


def _length(span: dt.timedelta) -> str:
    seconds = int(span.total_seconds())
    return length(seconds // MINUTE * MINUTE) if seconds >= MINUTE else length(max(0, seconds))
