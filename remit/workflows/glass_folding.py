"""Folding acts past the policy: who has the work then, when it goes back, what the review said."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import cast

from remit.workflows.changes_folding import laid_aside
from remit.workflows.entries import Entry
from remit.workflows.glass import Broken
from remit.workflows.incident import Incident, Item, altered

__all__ = ["glass_broken", "glass_ended", "glass_told", "judged", "taken_by"]


def taken_by(item: Item, entry: Entry) -> Item:
    """Return an item as it was answered: past the policy it is who acted that has it."""
    return replace(item, subject=entry.actor) if entry.payload.get("glass") else item


def glass_broken(incident: Incident, entry: Entry) -> Incident:
    """Note an act past the policy, if an answer was one."""
    reason, rule = entry.payload.get("glass"), incident.response.glass
    if not isinstance(reason, str) or not reason or rule is None:
        return judged(incident, entry)
    number = cast("int", entry.payload["item"])
    until = entry.time + dt.timedelta(seconds=rule.lasts)
    found = Broken(number, entry.actor, entry.time, until, reason)
    return altered(incident, broken={**incident.broken, number: found})


def judged(incident: Incident, entry: Entry) -> Incident:
    """Note what a review said, if an answer was one."""
    item = incident.items[cast("int", entry.payload["item"])]
    if item.purpose != "review":
        return incident
    number = int(item.ask.partition("#")[0].rpartition("@")[2])
    verdict = replace(incident.broken[number], justified=item.outcome == "justified")
    return altered(incident, broken={**incident.broken, number: verdict})


def glass_told(incident: Incident, entry: Entry) -> Incident:
    """Note that everybody above was told."""
    number = cast("int", entry.payload["item"])
    told = replace(incident.broken[number], told=True)
    return altered(incident, broken={**incident.broken, number: told})


def glass_ended(incident: Incident, entry: Entry) -> Incident:
    """Hand back what was taken past the policy: its question is asked anew."""
    number = cast("int", entry.payload["item"])
    item = incident.items[number]
    ended = replace(incident.broken[number], ended=True)
    found = altered(incident, broken={**incident.broken, number: ended})
    if item.purpose == "command" and incident.commander == item.subject:
        found = altered(found, commander=None)
    acting = {name: who for name, who in found.acting.items() if who != item.subject}
    return laid_aside(altered(found, acting=acting), item.ask, entry.number)
