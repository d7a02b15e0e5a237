"""What sentences name of means: amounts as they were said, people and stock by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from remit.workflows.entries import Entry, Json
from remit.workflows.holding import NOTHING_HELD, Call, Request
from remit.workflows.holding_folding import call_number, request_number
from remit.workflows.incident import Incident, Item

__all__ = ["MEANS_DETAIL", "item_words", "means_fields"]

Label = Callable[[str, str], str]
"""Gives what people call a name of a kind: `fund`, `stock` or `subject`."""


def means_fields(incident: Incident, entry: Entry, label: Label, separator: str) -> dict[str, str]:
    """Return what an entry's phrase may name of means, in place of what the step's plan says."""
    node = entry.payload
    found: dict[str, str] = {}
    item = incident.items.get(cast("int", node.get("item", 0)))
    if item is not None and entry.kind in {"asked", "escalated", "answered", "reminded"}:
        found |= _of_item(incident, item, label)
    found |= {key: str(node[key]) for key in _AS_SAID if key in node}
    found |= {key: label(kind, str(node[key])) for key, kind in _NAMED if _is_name(node, key)}
    if "name" in node:
        found["name"] = label(str(node.get("means", "staff")), str(node["name"]))
    if "line" in node:
        found["line"] = label("subject", cast("list[str]", node["line"])[0])
    if entry.kind == "released":
        found["means"] = separator.join(_given_back(node, label))
    return found


_AS_SAID = ("amount", "currency", "short", "quantity", "payee")
_NAMED = (("fund", "fund"), ("staff", "staff"), ("work", "staff"))


def _is_name(node: Mapping[str, Json], key: str) -> bool:
    return isinstance(node.get(key), str)


def _of_item(incident: Incident, item: Item, label: Label) -> dict[str, str]:
    holding = incident.means.get(f"{item.part}/{item.step}", NOTHING_HELD)
    if item.purpose in {"supply", "spare", "receive"}:
        call = next((one for one in holding.calls if one.number == call_number(item)), None)
        return {} if call is None else _of_call(call, item, label)
    if item.purpose == "pay":
        return {"fund": label("fund", item.ask.partition("#")[0].rpartition("fund:")[2])}
    if item.purpose == "approve":
        number = request_number(item)
        request = next((one for one in holding.requests if one.number == number), None)
        return {} if request is None else _of_request(request, label)
    return {}


def _of_call(call: Call, item: Item, label: Label) -> dict[str, str]:
    came = call.given if call.kind == "staff" or call.state == "received" else call.granted
    asked = item.purpose != "receive"
    quantity = call.quantity if asked and item.answered is None else call.granted if asked else came
    return {
        "quantity": str(quantity),
        "name": label(call.kind, call.name),
        "staff": label("staff", call.staff),
    }


def _of_request(request: Request, label: Label) -> dict[str, str]:
    return {
        "amount": f"{request.amount:f}",
        "currency": request.currency,
        "fund": label("fund", request.fund),
    }


def _given_back(node: Mapping[str, Json], label: Label) -> list[str]:
    rows = cast("Mapping[str, list[Mapping[str, Json]]]", node)
    found = [f"{row['quantity']} × {label('staff', str(row['staff']))}" for row in rows["staff"]]
    found += [
        f"{row['back']} × {label('stock', str(row['stock']))}"
        for row in rows["stock"]
        if row["back"]
    ]
    found += [f"{row['amount']} {row['currency']}" for row in rows["money"]]
    return found or ["–"]


def item_words(incident: Incident, item: Item, label: Label) -> str:
    """Return what an item asks for of people or stock, as "4 × nurse"; empty of any other."""
    if item.purpose not in {"supply", "spare", "receive"}:
        return ""
    found = _of_item(incident, item, label)
    return f"{found['quantity']} × {found['name']}" if found else ""


MEANS_DETAIL: Mapping[str, Callable[[Mapping[str, Json]], str]] = {
    "requested": lambda node: ".more" if node.get("why") else "",
    "reserved": lambda node: ".short" if node.get("short") else "",
    "posted": lambda node: (
        ".lent" if node.get("call") is not None else ".short" if node["short"] else ""
    ),
    "spent": lambda node: ".payee" if node["payee"] else "",
}
"""What tells two phrases of one kind of entry apart."""
