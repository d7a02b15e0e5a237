"""From entries to an incident: what is done about an incident as a whole, and about its silence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from remit.workflows.changes import (
    forget,
    number_of,
    progressed,
    reached,
    text_of,
    texts_of,
    with_item,
)
from remit.workflows.entries import Entry, from_stamp
from remit.workflows.incident import Alarm, Incident, Item, altered

__all__ = ["ACTS"]


def _closed(incident: Incident, entry: Entry) -> Incident:
    return altered(_stopped(incident), closed=entry.time)


def _cancelled(incident: Incident, entry: Entry) -> Incident:
    """End the incident: what is asked is withdrawn, what is not over is not done any more."""
    found = reached(_stopped(incident), *texts_of(entry.payload, "subjects"))
    for part in incident.response.parts:
        for step in part.steps:
            if not found.progress(step).is_over:
                found = progressed(found, part.name, step.id, cancelled=entry.time)
    return altered(found, closed=entry.time)


def _merged(incident: Incident, entry: Entry) -> Incident:
    return altered(_cancelled(incident, entry), merged=text_of(entry.payload, "into"))


def _stopped(incident: Incident) -> Incident:
    """Return the incident with everything put away that waits for people, so that it can go on."""
    changed = {
        number: replace(
            item,
            status="withdrawn" if item.status == "open" else "answered",
            stopped=item.status,
        )
        for number, item in incident.items.items()
        # WHY but reviews: who acted past the policy answers for it after the end, too.
        if item.is_waiting and item.purpose != "review"
    }
    return altered(incident, items={**incident.items, **changed})


def _reopened(incident: Incident, entry: Entry) -> Incident:
    """Let everybody go on where the end of the incident stopped them, and begin some steps anew."""
    items = {number: _resumed(item, entry) for number, item in incident.items.items()}
    told = frozenset(name for name in incident.told if not name.endswith("/closed"))
    found = altered(
        incident, items=items, told=told, closed=None, merged=None, reopened=incident.reopened + 1
    )
    for name, progress in incident.steps.items():
        if progress.cancelled is not None:
            # WHY anew: what was set aside for it has been given back, and may be gone.
            resumed = replace(progress, cancelled=None, reserved=None, drawn={})
            found = altered(found, steps={**found.steps, name: resumed})
    found = forget(found, lambda item: item.purpose == "close")
    for name in texts_of(entry.payload, "steps"):
        found = _begun_anew(found, name)
    return reached(found, *texts_of(entry.payload, "subjects"))


def _resumed(item: Item, entry: Entry) -> Item:
    if item.stopped is None:
        return item
    due = entry.time + (item.due - item.asked)
    return replace(item, status=item.stopped, stopped=None, due=due)


def _begun_anew(incident: Incident, name: str) -> Incident:
    """Return the incident with one step to be done once more: a new round of it."""
    before = incident.progress(name)
    part, _, step = name.partition("/")
    found = forget(
        incident,
        lambda item: (
            (item.part, item.step) == (part, step) and (item.is_waiting or item.purpose == "decide")
        ),
    )
    progress = replace(
        before,
        round=before.round + 1,
        finished=None,
        informed=None,
        signed=None,
        signer=None,
        overdue=None,
        overdues=0,
        dropped=None,
        cancelled=None,
    )
    if before.dropped is not None:
        progress = replace(progress, reserved=None, drawn={})
    alarms = {key: one for key, one in found.alarms.items() if not key.startswith(f"{name}/")}
    return altered(found, steps={**found.steps, name: progress}, alarms=alarms)


def _undone(incident: Incident, entry: Entry) -> Incident:
    """Give finished work back into the hands of whoever had reported it as done."""
    item = incident.items[number_of(entry.payload, "item")]
    part = item.part
    again = texts_of(entry.payload, "again")
    found = forget(
        incident,
        lambda other: (
            other.part == part
            and (
                other.step in again
                or (other.step == item.step and other.purpose in {"sign-off", "accept"})
            )
        ),
    )
    back = replace(item, status="taken", outcome="acknowledged", note="", answered=entry.time)
    steps = {name: one for name, one in found.steps.items() if name not in _names(part, again)}
    found = altered(found, items={**found.items, item.number: back}, steps=steps)
    return progressed(
        found, part, item.step, finished=None, informed=None, signed=None, signer=None
    )


def _names(part: str, steps: tuple[str, ...]) -> frozenset[str]:
    return frozenset(f"{part}/{step}" for step in steps)


def _absorbed(incident: Incident, entry: Entry) -> Incident:
    return altered(incident, absorbed=(*incident.absorbed, text_of(entry.payload, "incident")))


def _split(incident: Incident, entry: Entry) -> Incident:
    return altered(incident, split=(*incident.split, text_of(entry.payload, "into")))


def _reviewed(incident: Incident, entry: Entry) -> Incident:
    review = (entry.actor, text_of(entry.payload, "note"))
    return altered(incident, reviews=(*incident.reviews, review))


def _skipped(incident: Incident, entry: Entry) -> Incident:
    ask, subject = text_of(entry.payload, "ask"), text_of(entry.payload, "subject")
    names = incident.skipped.get(ask, frozenset()) | {subject}
    return altered(incident, skipped={**incident.skipped, ask: names})


def _alarm(incident: Incident, entry: Entry) -> Incident:
    """Note that nobody could be asked; whoever was passed over is tried again when it is due."""
    ask = text_of(entry.payload, "ask")
    before = incident.alarms.get(ask)
    alarm = Alarm((before.count if before else 0) + 1, from_stamp(text_of(entry.payload, "due")))
    found = altered(incident, alarms={**incident.alarms, ask: alarm})
    return reached(found, *texts_of(entry.payload, "subjects"))


def _lacking(incident: Incident, entry: Entry) -> Incident:
    ask, have = text_of(entry.payload, "ask"), number_of(entry.payload, "have")
    found = altered(incident, lacking={**incident.lacking, ask: have})
    first = found.in_hand(ask)
    if first is None or first.purpose != "command":
        return found
    return altered(found, commander=first.subject, led=found.led | {first.part})


def _lapsed(incident: Incident, entry: Entry) -> Incident:
    """Let an offer that nobody answered go back to whoever made it."""
    given = incident.items[number_of(entry.payload, "from")]
    found = forget(incident, lambda item: item.number == number_of(entry.payload, "item"))
    return with_item(found, replace(given, to=None))


def _seen(incident: Incident, entry: Entry) -> Incident:
    notice = incident.notices[number_of(entry.payload, "entry")]
    seen = notice.seen | {text_of(entry.payload, "subject")}
    return altered(incident, notices={**incident.notices, notice.entry: replace(notice, seen=seen)})


ACTS: Mapping[str, Callable[[Incident, Entry], Incident]] = {
    "absorbed": _absorbed,
    "alarm": _alarm,
    "cancelled": _cancelled,
    "closed": _closed,
    "lacking": _lacking,
    "lapsed": _lapsed,
    "merged": _merged,
    "reopened": _reopened,
    "reviewed": _reviewed,
    "seen": _seen,
    "skipped": _skipped,
    "split": _split,
    "undone": _undone,
}
"""The change by kind of entry."""
