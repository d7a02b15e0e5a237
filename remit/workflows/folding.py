"""From entries to an incident: one small function a kind of entry; none decides anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

from remit.engine.wording import tell
from remit.workflows.entries import Draft, Entry, Json, from_stamp
from remit.workflows.incident import Incident, Item
from remit.workflows.lifecycle import PURPOSES, Outcome, Purpose, Trigger, Verb, transition
from remit.workflows.response_json import response_from_json

__all__ = ["fold", "fold_all", "numbered"]

_MAKES_ITEM = frozenset({"asked", "escalated", "handed-over"})
_NO_CHANGE = frozenset({"delivered", "joined", "undelivered"})
"""Kinds that tell what became of a message or a word, and change nothing about the incident."""


def fold_all(entries: Iterable[Entry], incident: Incident | None = None) -> Incident | None:
    """Return `incident` after `entries`, or `None` if they hold no incident."""
    for entry in entries:
        incident = fold(incident, entry)
    return incident


def fold(incident: Incident | None, entry: Entry) -> Incident:
    """Return the incident after one more of its entries.

    Raises:
        ValueError: if the first entry is not its opening, or a kind is not known.
    """
    if incident is None:
        if entry.kind != "opened":
            raise ValueError(
                tell(
                    "entry {number} belongs to an incident that was not opened", number=entry.number
                )
            )
        return _opened(entry)
    after = incident
    if entry.kind not in _NO_CHANGE:
        change = _CHANGES.get(entry.kind)
        if change is None:
            raise ValueError(
                tell(
                    "entry {number} is of an unknown kind: {kind}",
                    number=entry.number,
                    kind=entry.kind,
                )
            )
        after = change(incident, entry)
    return replace(after, last=entry.number, time=entry.time)


def numbered(draft: Draft, incident: Incident | None) -> Draft:
    """Return the draft with the number of the item it makes, which depends on what is there."""
    if incident is None or draft.kind not in _MAKES_ITEM:
        return draft
    return replace(draft, payload={**draft.payload, "item": incident.next_item})


def _opened(entry: Entry) -> Incident:
    node = entry.payload
    pack = cast("Mapping[str, str]", node["pack"])
    return Incident(
        id=cast("str", entry.incident),
        origin=_text(node, "origin"),
        title=cast("Mapping[str, str]", node["title"]),
        event=cast("Mapping[str, Json]", node["event"]),
        pack=pack["name"],
        version=pack["version"],
        pack_path=pack["path"],
        policy=entry.policy,
        response=response_from_json(cast("Mapping[str, Json]", node["response"])),
        opened=entry.time,
        time=entry.time,
        last=entry.number,
        offset=cast("int", node["offset"]),
        received=entry.cause,
    )


def _asked(incident: Incident, entry: Entry) -> Incident:
    node = entry.payload
    item = Item(
        number=_number(node, "item"),
        ask=_text(node, "ask"),
        purpose=cast("Purpose", node["purpose"]),
        part=_text(node, "part"),
        step=_text(node, "step"),
        holder=_text(node, "holder"),
        subject=_text(node, "subject"),
        asked=entry.time,
        due=from_stamp(_text(node, "due")),
        why=_text(node, "why"),
        after=cast("int | None", node.get("after")),
        offer_of=cast("int | None", node.get("offer_of")),
    )
    found = _with_item(incident, item)
    if item.purpose == "command" and item.offer_of is None:
        trigger: Trigger = "escalate" if entry.kind == "escalated" else "notify"
        found = replace(found, state=transition(found.state, trigger))
    return found


def _answered(incident: Incident, entry: Entry) -> Incident:
    node = entry.payload
    outcome = cast("Outcome", node["outcome"])
    before = incident.items[_number(node, "item")]
    rules = PURPOSES[before.purpose]
    item = replace(
        before,
        status="taken" if outcome in rules.takes else "answered",
        outcome=outcome,
        verb=cast("Verb", node["verb"]),
        by=entry.actor,
        note=_text(node, "note"),
        answered=entry.time,
        to=cast("str | None", node.get("to")),
    )
    if outcome == "offered":
        item = replace(before, to=item.to)
    found = _with_item(incident, item)
    if item.is_settled or item.status == "taken":
        found = _withdraw(
            found, lambda other: other.ask == item.ask and other.number != item.number
        )
    if item.status == "answered":
        found = _withdraw(found, lambda other: other.offer_of == item.number)
    if item.is_settled or item.status == "taken":
        found = replace(found, acting={**found.acting, item.holder: item.subject})
    return _consequences(found, item, entry)


def _consequences(incident: Incident, item: Item, entry: Entry) -> Incident:
    if item.outcome == "acknowledged" and item.purpose == "command":
        state = transition(incident.state, "acknowledge")
        led = incident.led | {item.part}
        return replace(incident, state=state, commander=item.subject, led=led)
    if item.outcome == "approved":
        return _progressed(incident, item.part, item.step, approver=item.subject)
    if item.outcome == "signed-off":
        return _over(incident, item.part, item.step, signed=entry.time, signer=item.subject)
    if item.outcome == "returned":
        again = incident.progress(f"{item.part}/{item.step}").round + 1
        return _progressed(
            incident, item.part, item.step, round=again, finished=None, informed=None, overdue=None
        )
    return incident


def _handed_over(incident: Incident, entry: Entry) -> Incident:
    node = entry.payload
    given = incident.items[_number(node, "from")]
    subject = _text(node, "subject")
    kept = replace(given, status="answered", outcome="offered", to=subject, answered=entry.time)
    taken = replace(
        given,
        number=_number(node, "item"),
        subject=subject,
        asked=entry.time,
        why="accepted",
        after=given.number,
        status="taken",
        outcome="acknowledged",
        by=subject,
        note="",
        answered=entry.time,
        reminders=0,
        to=None,
    )
    found = _with_item(_with_item(incident, kept), taken)
    found = replace(found, acting={**found.acting, given.holder: subject})
    if given.purpose != "command":
        return found
    return replace(found, commander=subject, state=transition(found.state, "hand-off"))


def _refused(incident: Incident, entry: Entry) -> Incident:
    word = (_number(entry.payload, "item"), entry.actor)
    return replace(incident, refused=incident.refused | {word})


def _reminded(incident: Incident, entry: Entry) -> Incident:
    item = incident.items[_number(entry.payload, "item")]
    due = from_stamp(_text(entry.payload, "due"))
    return _with_item(incident, replace(item, due=due, reminders=item.reminders + 1))


def _unheard(incident: Incident, entry: Entry) -> Incident:
    part, step = _text(entry.payload, "part"), _text(entry.payload, "step")
    unheard = incident.progress(f"{part}/{step}").unheard | {_text(entry.payload, "ask")}
    return _progressed(incident, part, step, unheard=unheard)


def _requested(incident: Incident, entry: Entry) -> Incident:
    part, step = _text(entry.payload, "part"), _text(entry.payload, "step")
    return _progressed(
        incident, part, step, requested=entry.time, requester=_text(entry.payload, "by")
    )


def _drawn(incident: Incident, entry: Entry) -> Incident:
    node = entry.payload
    part, step = _text(node, "part"), _text(node, "step")
    drawn = dict(incident.progress(f"{part}/{step}").drawn)
    drawn[_text(node, "stock")] = (_number(node, "quantity"), _number(node, "short"))
    return _progressed(incident, part, step, drawn=drawn)


def _informed(incident: Incident, entry: Entry) -> Incident:
    part, step = _text(entry.payload, "part"), _text(entry.payload, "step")
    if not step:
        return replace(incident, told=incident.told | {f"{part}/{_text(entry.payload, 'about')}"})
    return _progressed(incident, part, step, informed=entry.time)


def _signed_off(incident: Incident, entry: Entry) -> Incident:
    part, step = _text(entry.payload, "part"), _text(entry.payload, "step")
    return _over(incident, part, step, signed=entry.time, signer=_text(entry.payload, "by"))


def _dropped(incident: Incident, entry: Entry) -> Incident:
    return _over(
        incident, _text(entry.payload, "part"), _text(entry.payload, "step"), dropped=entry.time
    )


def _recovering(incident: Incident, entry: Entry) -> Incident:  # noqa: ARG001 - one shape for every kind
    return replace(incident, state=transition(incident.state, "recover"))


def _closed(incident: Incident, entry: Entry) -> Incident:
    found = _withdraw(incident, lambda item: True)  # noqa: ARG005 - every item is put away
    return replace(found, state=transition(incident.state, "close"), closed=entry.time)


def _marks(mark: str) -> Callable[[Incident, Entry], Incident]:
    """Return the change that notes the time of an entry in one field of a step's progress."""

    def change(incident: Incident, entry: Entry) -> Incident:
        part, step = _text(entry.payload, "part"), _text(entry.payload, "step")
        return _progressed(incident, part, step, **{mark: entry.time})

    return change


_CHANGES: Mapping[str, Callable[[Incident, Entry], Incident]] = {
    "asked": _asked,
    "escalated": _asked,
    "reminded": _reminded,
    "answered": _answered,
    "handed-over": _handed_over,
    "unheard": _unheard,
    "started": _marks("started"),
    "requested": _requested,
    "reserved": _marks("reserved"),
    "drawn": _drawn,
    "assigned": _marks("assigned"),
    "overdue": _marks("overdue"),
    "finished": _marks("finished"),
    "informed": _informed,
    "signed-off": _signed_off,
    "dropped": _dropped,
    "refused": _refused,
    "recovering": _recovering,
    "closed": _closed,
}


def _with_item(incident: Incident, item: Item) -> Incident:
    by_ask = incident.by_ask
    if item.number not in incident.items:
        by_ask = {**by_ask, item.ask: (*by_ask.get(item.ask, ()), item.number)}
    return replace(incident, items={**incident.items, item.number: item}, by_ask=by_ask)


def _progressed(incident: Incident, part: str, step: str, **changes: Any) -> Incident:
    name = f"{part}/{step}"
    progress = replace(incident.progress(name), **changes)
    return replace(incident, steps={**incident.steps, name: progress})


def _over(incident: Incident, part: str, step: str, **changes: Any) -> Incident:
    found = _progressed(incident, part, step, **changes)
    if not found.progress(f"{part}/{step}").is_over:
        return found
    return _withdraw(found, lambda item: item.part == part and item.step == step)


def _withdraw(incident: Incident, wanted: Callable[[Item], bool]) -> Incident:
    """Return the incident with the open items that are `wanted` put away."""
    changed = {
        number: replace(item, status="withdrawn" if item.status == "open" else "answered")
        for number, item in incident.items.items()
        if item.status in {"open", "taken"} and wanted(item)
    }
    return replace(incident, items={**incident.items, **changed}) if changed else incident


def _text(node: Mapping[str, Json], key: str) -> str:
    return cast("str", node[key])


def _number(node: Mapping[str, Json], key: str) -> int:
    return cast("int", node[key])
