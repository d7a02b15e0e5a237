"""What became of messages, as far as an incident remembers it: one function a kind of entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

from remit.workflows.entries import Entry, from_stamp
from remit.workflows.incident import Incident, Sending, altered

__all__ = ["SENDING_CHANGES"]


def _attempted(incident: Incident, entry: Entry) -> Incident:
    """Note a try that failed; where it was the last way, when all of them are tried again."""
    node = entry.payload
    before = _sending(incident, entry)
    again = cast("str | None", node.get("again"))
    way = (cast("str", node["person"]), cast("str", node["channel"]))
    if again is None:
        after = replace(before, failed=(*before.failed, way), again=None)
    else:
        after = replace(before, failed=(), rounds=before.rounds + 1, again=from_stamp(again))
    return _with(incident, entry, replace(after, tries=before.tries + 1))


def _held(incident: Incident, entry: Entry) -> Incident:
    before = _sending(incident, entry)
    until = from_stamp(cast("str", entry.payload["until"]))
    held = replace(before, again=until, failed=(), holds=before.holds + 1)
    return _with(incident, entry, held)


def _delivered(incident: Incident, entry: Entry) -> Incident:
    found = _without(incident, entry)
    untold = found.untold - {cast("str", entry.payload["to"])}
    return found if untold == found.untold else altered(found, untold=untold)


def _undelivered(incident: Incident, entry: Entry) -> Incident:
    found = _without(incident, entry)
    return altered(found, untold=found.untold | {cast("str", entry.payload["to"])})


def _nobody_told(incident: Incident, entry: Entry) -> Incident:
    """End the time of what nobody could be told of, so that the next in line is called."""
    item = incident.items.get(cast("int", entry.payload.get("item", 0)))
    if item is None or item.status != "open":
        return incident
    over = replace(item, untold=True, due=min(item.due, entry.time))
    return altered(incident, items={**incident.items, item.number: over})


SENDING_CHANGES: Mapping[str, Callable[[Incident, Entry], Incident]] = {
    "attempted": _attempted,
    "delivered": _delivered,
    "held": _held,
    "nobody-told": _nobody_told,
    "undelivered": _undelivered,
}


def _key(entry: Entry) -> str:
    return cast("str", entry.payload["message"])


def _sending(incident: Incident, entry: Entry) -> Sending:
    return incident.sending.get(_key(entry), Sending())


def _with(incident: Incident, entry: Entry, sending: Sending) -> Incident:
    return altered(incident, sending={**incident.sending, _key(entry): sending})


def _without(incident: Incident, entry: Entry) -> Incident:
    key = _key(entry)
    if key not in incident.sending:
        return incident
    left = {name: found for name, found in incident.sending.items() if name != key}
    return altered(incident, sending=left)
