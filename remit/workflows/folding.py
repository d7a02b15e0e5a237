"""From entries to an incident: one small function a kind of entry; none decides anything.

INVARIANT: every entry is held against the tables of states (`triggers.py`): an incident, a piece of
work or an item that is in no state for it raises `LifecycleError`, and nothing is folded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import cast

from remit.engine.wording import tell
from remit.workflows.changes import (
    forget,
    number_of,
    over,
    progressed,
    reached,
    text_of,
    texts_of,
    with_item,
    withdraw,
)
from remit.workflows.changes_folding import changed, released
from remit.workflows.entries import Draft, Entry, Json, from_stamp
from remit.workflows.folding_acts import ACTS
from remit.workflows.glass_folding import glass_broken, glass_ended, glass_told, taken_by
from remit.workflows.holding_folding import MEANS_KINDS, with_means
from remit.workflows.incident import Incident, Item, Notice, altered
from remit.workflows.lifecycle import PURPOSES, Outcome, Purpose, Verb
from remit.workflows.response_json import response_from_json
from remit.workflows.sending import SENDING_CHANGES
from remit.workflows.states import ENDED, INCIDENT, IncidentState
from remit.workflows.triggers import check_item, check_work, state_after

__all__ = ["fold", "fold_all", "numbered"]

_Change = Callable[[Incident, Entry], Incident]
_MAKES_ITEM = frozenset({"asked", "escalated", "handed-over", "reassigned"})

_FOR_WORK: frozenset[Purpose] = frozenset({"order", "approve", "do", "accept", "decide"})
"""Purposes of what work needs until it is done; advice and support may still come in."""


def fold_all(entries: Iterable[Entry], incident: Incident | None = None) -> Incident | None:
    """Return `incident` after `entries`, or `None` if they hold no incident."""
    for entry in entries:
        incident = fold(incident, entry)
    return incident


def fold(incident: Incident | None, entry: Entry) -> Incident:
    """Return the incident after one more of its entries.

    Raises:
        ValueError: if the first entry is not its opening, or a kind is not known.
        LifecycleError: if it tells what the states before do not allow.
    """
    if incident is None:
        if entry.kind != "opened":
            raise ValueError(
                tell(
                    "entry {number} belongs to an incident that was not opened", number=entry.number
                )
            )
        return _opened(entry)
    if entry.kind in MEANS_KINDS:
        return with_means(altered(incident, last=entry.number, time=entry.time), entry)
    change = _CHANGES.get(entry.kind)
    if change is None:
        raise ValueError(
            tell(
                "entry {number} is of an unknown kind: {kind}",
                number=entry.number,
                kind=entry.kind,
            )
        )
    after = released(change(incident, entry))
    state = state_after(incident, entry, after)
    ended_in = (after.ended_in or incident.state) if state in ENDED else None
    after = altered(after, state=state, ended_in=ended_in, last=entry.number, time=entry.time)
    check_work(incident, entry, after)
    return with_means(after, entry)


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
        origin=text_of(node, "origin"),
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
        state=cast("IncidentState", INCIDENT.after("triaged", "open")),
        split_from=cast("str | None", node.get("split_from")),
    )


def _asked(incident: Incident, entry: Entry) -> Incident:
    node = entry.payload
    due = from_stamp(text_of(node, "due"))
    item = Item(
        number=number_of(node, "item"),
        ask=text_of(node, "ask"),
        purpose=cast("Purpose", node["purpose"]),
        part=text_of(node, "part"),
        step=text_of(node, "step"),
        holder=text_of(node, "holder"),
        subject=text_of(node, "subject"),
        asked=entry.time,
        due=due,
        within=int((due - entry.time).total_seconds()),
        why=text_of(node, "why"),
        after=cast("int | None", node.get("after")),
        offer_of=cast("int | None", node.get("offer_of")),
        need=cast("int", node.get("need", 1)),
        is_final=bool(node.get("final", False)),
    )
    return reached(with_item(incident, item), item.subject)


def _reassigned(incident: Incident, entry: Entry) -> Incident:
    """Put the work of one item into a new one, of whoever it was given to."""
    before = incident.items[number_of(entry.payload, "from")]
    subject = text_of(entry.payload, "subject")
    kept = replace(before, status="answered", outcome="reassigned", to=subject, answered=entry.time)
    found = _asked(with_item(incident, kept), entry)
    given = number_of(entry.payload, "item")
    found = withdraw(found, lambda item: item.ask == before.ask and item.number != given)
    return _without_idle_offers(found)


def _answered(incident: Incident, entry: Entry) -> Incident:
    node = entry.payload
    outcome = cast("Outcome", node["outcome"])
    before = taken_by(incident.items[number_of(node, "item")], entry)
    check_item(before, outcome)
    if before.recalls and before.is_still(outcome) and not node.get("glass"):
        return _still_at_it(incident, before, entry)
    item = replace(
        before,
        status="taken" if outcome in PURPOSES[before.purpose].takes else "answered",
        outcome=outcome,
        verb=cast("Verb", node["verb"]),
        by=entry.actor,
        note=text_of(node, "note"),
        answered=entry.time,
        to=cast("str | None", node.get("to")),
    )
    if outcome == "offered":
        item = replace(before, to=item.to)
        incident = forget(
            incident,
            lambda other: other.ask.endswith(f"@{item.number}") and other.purpose == "decide",
        )
    found = with_item(incident, item)
    if outcome != "offered" and (item.is_settled or item.status == "taken"):
        found = _put_away_others(incident, found, item)
        found = altered(found, acting={**found.acting, item.holder: item.subject})
    return glass_broken(_consequences(_without_idle_offers(found), item, entry), entry)


def _still_at_it(incident: Incident, item: Item, entry: Entry) -> Incident:
    """Note that somebody still has the work; who was called to relieve it is asked no more."""
    heard = replace(item, heard=entry.time, heards=item.heards + 1, recalls=0)
    return _without_relief(with_item(incident, heard), item)


def _without_relief(incident: Incident, item: Item) -> Incident:
    """Put away who was called because nothing was heard of who has some work."""
    return withdraw(
        incident,
        lambda other: other.ask == item.ask and other.status == "open" and other.why == "forgotten",
    )


def _without_idle_offers(incident: Incident) -> Incident:
    """Put away offers, and what is to be decided about them, of work that its giver has no more."""

    def given(item: Item) -> int | None:
        is_contest = "/decide/hand-over:" in item.ask
        return int(item.ask.rpartition("@")[2]) if is_contest else item.offer_of

    return withdraw(
        incident,
        lambda item: (number := given(item)) is not None and not incident.items[number].is_waiting,
    )


def _put_away_others(before: Incident, after: Incident, item: Item) -> Incident:
    """Withdraw what else asked the same: the silent once enough have answered, then the rest.

    Whoever still had the work is relieved of it by one who took it up since, and by its end; of
    several who have it together, only the one who was silent.
    """
    if after.in_hand(item.ask) is None:
        return after
    is_relief = before.in_hand(item.ask) is not None or item.outcome != "acknowledged"
    return withdraw(
        after,
        lambda other: (
            other.ask == item.ask
            and other.number != item.number
            and (other.status == "open" or (is_relief and not _goes_on(item, other)))
        ),
    )


def _goes_on(item: Item, other: Item) -> bool:
    """Return whether one of several who have the work together keeps it when another takes it up.

    Args:
        item: by which that one has it now.
    """
    together = item.need > 1 and item.outcome == "acknowledged"
    return together and item.why == "forgotten" and other.number != item.after


def _consequences(incident: Incident, item: Item, entry: Entry) -> Incident:
    if item.outcome == "acknowledged" and item.purpose == "command":
        first = incident.in_hand(item.ask)
        led = incident.led | {item.part}
        return incident if first is None else altered(incident, commander=first.subject, led=led)
    if item.outcome == "dropped" and "/decide/hand-over:" in item.ask:
        given = incident.items[int(item.ask.rpartition("@")[2])]
        return with_item(incident, replace(given, to=None))
    if item.outcome == "approved":
        return progressed(incident, item.part, item.step, approver=item.subject)
    if item.outcome == "signed-off":
        return over(incident, item.part, item.step, signed=entry.time, signer=item.subject)
    return _sent_back(incident, item) if item.outcome == "returned" else incident


def _sent_back(incident: Incident, item: Item) -> Incident:
    """Return the incident with a step in a new round; what was decided about it is void."""
    found = forget(
        incident,
        lambda other: (other.part, other.step, other.purpose) == (item.part, item.step, "decide"),
    )
    progress = found.progress(f"{item.part}/{item.step}")
    return progressed(
        found,
        item.part,
        item.step,
        round=progress.round + 1,
        finished=None,
        informed=None,
        overdue=None,
        overdues=0,
    )


def _handed_over(incident: Incident, entry: Entry) -> Incident:
    node = entry.payload
    given = incident.items[number_of(node, "from")]
    subject = text_of(node, "subject")
    kept = replace(given, status="answered", outcome="offered", to=subject, answered=entry.time)
    taken = replace(
        given,
        number=number_of(node, "item"),
        subject=subject,
        asked=entry.time,
        why="decided" if node.get("decided") else "accepted",
        is_final=bool(node.get("decided", False)),
        after=given.number,
        status="taken",
        outcome="acknowledged",
        by=subject,
        note="",
        answered=entry.time,
        reminders=0,
        recalls=0,
        heard=None,
        heards=0,
        to=None,
    )
    found = _without_relief(with_item(with_item(incident, kept), taken), taken)
    # WHY: of several who are to have it together, the receiver may have been asked itself.
    own = (taken.ask, taken.subject, "open")
    found = withdraw(found, lambda other: (other.ask, other.subject, other.status) == own)
    found = _without_idle_offers(found)
    found = altered(found, acting={**found.acting, given.holder: subject})
    return altered(found, commander=subject) if given.purpose == "command" else found


def _refused(incident: Incident, entry: Entry) -> Incident:
    word = (number_of(entry.payload, "item"), entry.actor)
    return altered(incident, refused=incident.refused | {word})


def _reminded(incident: Incident, entry: Entry) -> Incident:
    item = incident.items[number_of(entry.payload, "item")]
    due = from_stamp(text_of(entry.payload, "due"))
    if item.status == "taken":
        return with_item(incident, replace(item, due=due, recalls=item.recalls + 1))
    return with_item(incident, replace(item, due=due, reminders=item.reminders + 1))


def _unheard(incident: Incident, entry: Entry) -> Incident:
    part, step = text_of(entry.payload, "part"), text_of(entry.payload, "step")
    unheard = incident.progress(f"{part}/{step}").unheard | {text_of(entry.payload, "ask")}
    return progressed(incident, part, step, unheard=unheard)


def _requested(incident: Incident, entry: Entry) -> Incident:
    part, step = text_of(entry.payload, "part"), text_of(entry.payload, "step")
    return progressed(
        incident, part, step, requested=entry.time, requester=text_of(entry.payload, "by")
    )


def _drawn(incident: Incident, entry: Entry) -> Incident:
    node = entry.payload
    part, step = text_of(node, "part"), text_of(node, "step")
    drawn = dict(incident.progress(f"{part}/{step}").drawn)
    before = drawn.get(text_of(node, "stock"), (0, 0))[0]
    drawn[text_of(node, "stock")] = (before + number_of(node, "quantity"), number_of(node, "short"))
    return progressed(incident, part, step, drawn=drawn)


def _informed(incident: Incident, entry: Entry) -> Incident:
    part, step = text_of(entry.payload, "part"), text_of(entry.payload, "step")
    about, subjects = text_of(entry.payload, "about"), texts_of(entry.payload, "subjects")
    notice = Notice(entry.number, about, part, step, subjects)
    found = altered(incident, notices={**incident.notices, entry.number: notice})
    found = reached(found, *subjects)
    if not step:
        return altered(found, told=found.told | {f"{part}/{about}"})
    return progressed(found, part, step, informed=entry.time)


def _received(mark: str) -> Callable[[Incident, Entry], Incident]:
    """Return the change that notes what became of the message to one of the informed."""

    def change(incident: Incident, entry: Entry) -> Incident:
        notice = incident.notices.get(entry.cause or 0)
        if notice is None:
            return incident
        names = getattr(notice, mark) | {text_of(entry.payload, "to")}
        notices = {**incident.notices, notice.entry: replace(notice, **{mark: names})}
        return altered(incident, notices=notices)

    return change


def _assigned(incident: Incident, entry: Entry) -> Incident:
    part, step = text_of(entry.payload, "part"), text_of(entry.payload, "step")
    found = reached(incident, *texts_of(entry.payload, "subjects"))
    return progressed(found, part, step, assigned=entry.time)


def _overdue(incident: Incident, entry: Entry) -> Incident:
    part, step = text_of(entry.payload, "part"), text_of(entry.payload, "step")
    count = incident.progress(f"{part}/{step}").overdues + 1
    found = reached(incident, *texts_of(entry.payload, "subjects"))
    return progressed(found, part, step, overdue=entry.time, overdues=count)


def _signed_off(incident: Incident, entry: Entry) -> Incident:
    part, step = text_of(entry.payload, "part"), text_of(entry.payload, "step")
    return over(incident, part, step, signed=entry.time, signer=text_of(entry.payload, "by"))


def _dropped(incident: Incident, entry: Entry) -> Incident:
    return over(
        incident, text_of(entry.payload, "part"), text_of(entry.payload, "step"), dropped=entry.time
    )


def _unchanged(incident: Incident, entry: Entry) -> Incident:  # noqa: ARG001 - one shape for every kind
    """Change nothing but the state: an entry of no more than that, or of what became of a word."""
    return incident


def _finished(incident: Incident, entry: Entry) -> Incident:
    """Note that the work is done; what it no longer needs is not asked any more."""
    part, step = text_of(entry.payload, "part"), text_of(entry.payload, "step")
    found = withdraw(
        incident, lambda item: (item.part, item.step) == (part, step) and item.purpose in _FOR_WORK
    )
    return progressed(found, part, step, finished=entry.time)


def _marks(mark: str) -> Callable[[Incident, Entry], Incident]:
    """Return the change that notes the time of an entry in one field of a step's progress."""

    def change(incident: Incident, entry: Entry) -> Incident:
        part, step = text_of(entry.payload, "part"), text_of(entry.payload, "step")
        return progressed(incident, part, step, **{mark: entry.time})

    return change


def _in_turn(first: _Change, second: _Change) -> _Change:
    """Return the change that makes two, one after the other."""
    return lambda incident, entry: second(first(incident, entry), entry)


_CHANGES: Mapping[str, Callable[[Incident, Entry], Incident]] = {
    **ACTS,
    "asked": _asked,
    "escalated": _asked,
    "reassigned": _reassigned,
    "reminded": _reminded,
    "answered": _answered,
    "handed-over": _handed_over,
    "unheard": _unheard,
    "started": _marks("started"),
    "requested": _requested,
    "reserved": _marks("reserved"),
    "drawn": _drawn,
    "assigned": _assigned,
    "overdue": _overdue,
    "finished": _finished,
    "informed": _informed,
    "joined": _unchanged,
    "stuck": _unchanged,
    "signed-off": _signed_off,
    "dropped": _dropped,
    "refused": _refused,
    "recovering": _unchanged,
    "changed": changed,
    "glass-broken": glass_told,
    "glass-ended": glass_ended,
    **SENDING_CHANGES,
    "delivered": _in_turn(_received("delivered"), SENDING_CHANGES["delivered"]),
    "undelivered": _in_turn(_received("undelivered"), SENDING_CHANGES["undelivered"]),
}
