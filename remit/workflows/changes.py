"""Small changes of an incident, out of which the folding of each kind of entry is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from remit.workflows.entries import Json
from remit.workflows.incident import Incident, Item, altered

__all__ = [
    "forget",
    "number_of",
    "over",
    "progressed",
    "reached",
    "text_of",
    "texts_of",
    "with_item",
    "withdraw",
]


def with_item(incident: Incident, item: Item) -> Incident:
    """Return the incident with an item added, or changed."""
    by_ask = incident.by_ask
    if item.number not in incident.items:
        by_ask = {**by_ask, item.ask: (*by_ask.get(item.ask, ()), item.number)}
    return altered(incident, items={**incident.items, item.number: item}, by_ask=by_ask)


def progressed(incident: Incident, part: str, step: str, **changes: Any) -> Incident:
    """Return the incident with fields of one step's progress changed."""
    name = f"{part}/{step}"
    progress = replace(incident.progress(name), **changes)
    return altered(incident, steps={**incident.steps, name: progress})


def over(incident: Incident, part: str, step: str, **changes: Any) -> Incident:
    """Return the incident with a step's progress changed; what that ends is put away."""
    found = progressed(incident, part, step, **changes)
    if not found.progress(f"{part}/{step}").is_over:
        return found
    return withdraw(
        found, lambda item: (item.part, item.step) == (part, step) and item.purpose != "review"
    )


def withdraw(incident: Incident, wanted: Callable[[Item], bool]) -> Incident:
    """Return the incident with the open items that are `wanted` put away."""
    changed = {
        number: replace(item, status="withdrawn" if item.status == "open" else "answered")
        for number, item in incident.items.items()
        if item.status in {"open", "taken"} and wanted(item)
    }
    return altered(incident, items={**incident.items, **changed}) if changed else incident


def forget(incident: Incident, wanted: Callable[[Item], bool]) -> Incident:
    """Return the incident with the questions of the items that are `wanted` to be asked anew."""
    found = withdraw(incident, wanted)
    by_ask = {
        ask: kept
        for ask, numbers in found.by_ask.items()
        if (kept := tuple(number for number in numbers if not wanted(found.items[number])))
    }
    alarms = {ask: alarm for ask, alarm in found.alarms.items() if ask in by_ask}
    return altered(found, by_ask=by_ask, alarms=alarms)


def reached(incident: Incident, *subjects: str) -> Incident:
    """Return the incident in which some subjects are known to have been told something."""
    return altered(incident, reached=incident.reached | frozenset(subjects))


def text_of(node: Mapping[str, Json], key: str) -> str:
    """Return a text of a payload."""
    return cast("str", node[key])


def number_of(node: Mapping[str, Json], key: str) -> int:
    """Return a whole number of a payload."""
    return cast("int", node[key])


def texts_of(node: Mapping[str, Json], key: str) -> tuple[str, ...]:
    """Return a list of texts of a payload; empty where it is not there."""
    return tuple(cast("list[str]", node.get(key, [])))
