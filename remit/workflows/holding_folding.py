"""From entries to holdings: what each kind of entry changes about the means of a step.

It runs beside `folding.py`, after it: an entry may change the progress of a step and its means.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar, cast

from remit.workflows.entries import Entry, Json
from remit.workflows.holding import (
    NOTHING_HELD,
    Call,
    CallState,
    Drawn,
    Holding,
    Kind,
    Payment,
    Posted,
    Request,
    Source,
)
from remit.workflows.incident import Incident, Item, altered
from remit.workflows.means import Hand

__all__ = ["MEANS_KINDS", "REQUEST", "call_number", "request_number", "with_means"]

MEANS_KINDS = frozenset({"posted", "short", "sought", "unmet", "used", "spent", "released"})
"""Kinds of entries that concern means alone."""

REQUEST = "request:"
"""Begins the name of a further request in its question; no subject can be named so."""
T = TypeVar("T", Call, Request)


def with_means(incident: Incident, entry: Entry) -> Incident:
    """Return `incident`, which has this entry folded in, with what it changes about means."""
    if entry.kind == "answered":
        return _answered(incident, entry)
    change = _CHANGES.get(entry.kind)
    if change is None or not entry.payload.get("step"):
        return incident
    name = f"{entry.payload['part']}/{entry.payload['step']}"
    holding = change(incident.means.get(name, NOTHING_HELD), entry, incident)
    return altered(incident, means={**incident.means, name: holding})


def _posted(holding: Holding, entry: Entry, _: Incident) -> Holding:
    node = entry.payload
    number = cast("int | None", node.get("call"))
    staff, holder = _text(node, "staff"), _text(node, "holder")
    people = Posted(staff, holder, _text(node, "work"), _number(node, "quantity"), entry.time,
                    None, number)  # fmt: skip
    found = replace(holding, posted=(*holding.posted, people)) if people.count else holding
    if number is None:
        return found
    state: CallState = "reserved" if people.count else "unmet"
    return _call(found, number, state=state, given=people.count, giver=holder)


def _drawn(holding: Holding, entry: Entry, _: Incident) -> Holding:
    node = entry.payload
    stock, quantity = _text(node, "stock"), _number(node, "quantity")
    before = holding.drawn.get(stock, Drawn())
    after = replace(before, drawn=before.drawn + quantity)
    found = replace(holding, drawn={**holding.drawn, stock: after})
    number = cast("int | None", node.get("call"))
    if number is None:
        return found
    return _call(found, number, state="received" if quantity else "unmet", given=quantity)


def _short(holding: Holding, entry: Entry, _: Incident) -> Holding:
    name = (cast("Kind", entry.payload["means"]), _text(entry.payload, "name"))
    return replace(holding, short={**holding.short, name: entry.time})


def _sought(holding: Holding, entry: Entry, _: Incident) -> Holding:
    node = entry.payload
    call = Call(
        len(holding.calls) + 1,
        cast("Kind", node["means"]),
        _text(node, "name"),
        _number(node, "quantity"),
        cast("Source", node["source"]),
        tuple(cast("list[str]", node["line"])),
        _text(node, "staff"),
        _number(node, "delay"),
    )
    return replace(holding, calls=(*holding.calls, call))


def _unmet(holding: Holding, entry: Entry, _: Incident) -> Holding:
    return _call(holding, _number(entry.payload, "call"), state="unmet")


def _used(holding: Holding, entry: Entry, _: Incident) -> Holding:
    stock = _text(entry.payload, "stock")
    before = holding.drawn.get(stock, Drawn())
    after = replace(before, used=before.used + _number(entry.payload, "quantity"), told=True)
    return replace(holding, drawn={**holding.drawn, stock: after})


def _requested(holding: Holding, entry: Entry, _: Incident) -> Holding:
    node = entry.payload
    by = _text(node, "by")
    request = Request(
        len(holding.requests) + 1,
        _text(node, "fund"),
        Decimal(_text(node, "amount")),
        _text(node, "currency"),
        (by, cast("str", node.get("for", by))),
        cast("str", node.get("why", "")),
    )
    return replace(holding, requests=(*holding.requests, request))


def _reserved(holding: Holding, entry: Entry, incident: Incident) -> Holding:
    node = entry.payload
    number = cast("int", node.get("request", 1))
    if not holding.requests:
        return holding
    amount, by = Decimal(_text(node, "amount")), _text(node, "by")
    request = holding.request(number)
    approver = request.approver or _hand(incident, request, by, by)
    return _request(holding, number, set_aside=amount, approver=approver)


def _spent(holding: Holding, entry: Entry, _: Incident) -> Holding:
    node = entry.payload
    payment = Payment(
        entry.number,
        _number(node, "request"),
        _text(node, "fund"),
        Decimal(_text(node, "amount")),
        _text(node, "currency"),
        _text(node, "what"),
        _text(node, "payee"),
        (entry.actor, _text(node, "for")),
        entry.time,
    )
    return replace(holding, payments=(*holding.payments, payment))


def _released(holding: Holding, entry: Entry, _: Incident) -> Holding:
    node = entry.payload
    posted = tuple(_left(one, entry.time) for one in holding.posted)
    drawn = dict(holding.drawn)
    for row in cast("list[Mapping[str, Json]]", node["stock"]):
        before = drawn[_text(row, "stock")]
        used, back = before.used + _number(row, "used"), before.back + _number(row, "back")
        drawn[_text(row, "stock")] = replace(before, used=used, back=back)
    found = replace(holding, posted=posted, drawn=drawn, short={})
    for row in cast("list[Mapping[str, Json]]", node["money"]):
        number = _number(row, "request")
        given = found.request(number).back + Decimal(_text(row, "amount"))
        found = _request(found, number, back=given)
    calls = tuple(replace(one, state="unmet") if one.is_open else one for one in found.calls)
    return replace(found, calls=calls)


def _left(people: Posted, time: dt.datetime) -> Posted:
    return people if people.until is not None else replace(people, until=time)


def _answered(incident: Incident, entry: Entry) -> Incident:
    item = incident.items[cast("int", entry.payload["item"])]
    change = _ANSWERS.get((item.purpose, cast("str", entry.payload["outcome"])))
    if change is None:
        return incident
    name = f"{item.part}/{item.step}"
    holding = change(incident.means.get(name, NOTHING_HELD), entry, item, incident)
    found = altered(incident, means={**incident.means, name: holding})
    return _with_sending_over(found, item) if item.purpose == "receive" else found


def _with_sending_over(incident: Incident, item: Item) -> Incident:
    """Return the incident with what asked to send put away: it has come, or it never will."""
    number = call_number(item)
    over = {
        other.number: replace(other, status="answered")
        for other in incident.items.values()
        if (other.purpose, other.part, other.step) == ("supply", item.part, item.step)
        if other.status == "taken" and call_number(other) == number
    }
    return altered(incident, items={**incident.items, **over})


def _approved(holding: Holding, entry: Entry, item: Item, incident: Incident) -> Holding:
    number = request_number(item)
    if number > len(holding.requests):
        return holding
    request = holding.request(number)
    amount = cast("str | None", entry.payload.get("amount"))
    return _request(
        holding,
        number,
        approved=request.amount if amount is None else Decimal(amount),
        approver=_hand(incident, request, item.subject, entry.actor),
    )


def _granted(holding: Holding, entry: Entry, item: Item, _: Incident) -> Holding:
    call = holding.call(call_number(item))
    granted = _amount(entry, call.quantity)
    return _call(holding, call.number, state="granted", granted=granted, giver=item.subject)


def _sent(holding: Holding, _: Entry, item: Item, __: Incident) -> Holding:
    # WHY not always sent: who sends unpromised promises by it, and people are yet to be set aside.
    call = holding.call(call_number(item))
    if call.state == "asked":
        state: CallState = "sent" if call.source == "supply" else "granted"
        return _call(holding, call.number, state=state, granted=call.quantity, giver=item.subject)
    promised = "granted" if call.source == "supply" else "reserved"
    return holding if call.state != promised else _call(holding, call.number, state="sent")


def _received(holding: Holding, entry: Entry, item: Item, _: Incident) -> Holding:
    call = holding.call(call_number(item))
    if call.kind == "staff":
        came = _amount(entry, call.given)
        posted = tuple(
            replace(one, count=came) if one.call == call.number and one.until is None else one
            for one in holding.posted
        )
        found = replace(holding, posted=tuple(one for one in posted if one.count))
    else:
        came = _amount(entry, call.granted)
        before = holding.drawn.get(call.name, Drawn())
        drawn = replace(before, drawn=before.drawn + came, supplied=before.supplied + came)
        found = replace(holding, drawn={**holding.drawn, call.name: drawn})
    return _call(found, call.number, state="received", given=came)


def _not_come(holding: Holding, entry: Entry, item: Item, _: Incident) -> Holding:
    call = holding.call(call_number(item))
    posted = tuple(
        _left(one, entry.time) if one.call == call.number else one for one in holding.posted
    )
    return _call(replace(holding, posted=posted), call.number, state="missing")


def call_number(item: Item) -> int:
    """Return which call of its step an item belongs to."""
    return int(item.ask.partition("#")[0].rpartition("/")[2])


def request_number(item: Item) -> int:
    """Return which request for money of its step an item belongs to: the first names none."""
    last = item.ask.partition("#")[0].rpartition("/")[2]
    return int(last.removeprefix(REQUEST)) if last.startswith(REQUEST) else 1


def _hand(incident: Incident, request: Request, subject: str, actor: str) -> Hand:
    """Return who approved, and in whose place: by the lowest band in which it stands."""
    purse = incident.response.means.purses.get(request.fund)
    hands = purse.hands(request.amount) if purse is not None else ()
    asking = {*request.hand, *(incident.response.leads.get(name, "") for name in request.hand)}
    places = [place for by, place in hands if by == subject and place not in asking]
    return actor, subject if not places or subject in places else places[0]


def _call(holding: Holding, number: int, **changes: Any) -> Holding:
    return replace(holding, calls=_changed(holding.calls, number, **changes))


def _request(holding: Holding, number: int, **changes: Any) -> Holding:
    return replace(holding, requests=_changed(holding.requests, number, **changes))


def _changed(values: tuple[T, ...], number: int, **changes: Any) -> tuple[T, ...]:
    return tuple(replace(one, **changes) if one.number == number else one for one in values)


_CHANGES: Mapping[str, Callable[[Holding, Entry, Incident], Holding]] = {
    "posted": _posted,
    "drawn": _drawn,
    "short": _short,
    "sought": _sought,
    "unmet": _unmet,
    "used": _used,
    "requested": _requested,
    "reserved": _reserved,
    "spent": _spent,
    "released": _released,
}
_ANSWERS: Mapping[tuple[str, str], Callable[[Holding, Entry, Item, Incident], Holding]] = {
    ("approve", "approved"): _approved,
    ("supply", "granted"): _granted,
    ("spare", "granted"): _granted,
    ("supply", "sent"): _sent,
    ("receive", "received"): _received,
    ("receive", "missing"): _not_come,
}


def _amount(entry: Entry, otherwise: int) -> int:
    amount = cast("str | None", entry.payload.get("amount"))
    return otherwise if amount is None else int(amount)


def _text(node: Mapping[str, Json], key: str) -> str:
    return cast("str", node[key])


def _number(node: Mapping[str, Json], key: str) -> int:
    return cast("int", node[key])
