"""Form 213RR: one for each request of money, people or stock."""

from __future__ import annotations

from collections.abc import Iterator

from remit.workflows.conformance.history import Said, number_in, text_in
from remit.workflows.entries import Entry
from remit.workflows.forms.form import Block, Field, Form
from remit.workflows.forms.source import Source
from remit.workflows.forms.titles import bilingual

__all__ = ["resource_requests"]

REQUESTS = frozenset({"requested", "drawn", "posted", "sought"})
"""Kinds that ask for something, or set it aside for whoever needs it."""
COLUMNS = ("Quantity", "Kind", "Type", "Detailed Item Description", "Arrival Requested",
           "Arrival Estimated", "Cost")  # fmt: skip


def resource_requests(source: Source) -> Iterator[Form]:
    """Yield a form for each request of the period, numbered as they came."""
    found = [entry for entry in source.entries() if entry.kind in REQUESTS]
    for number, entry in enumerate(found, 1):
        yield _form(source, entry, number)


def _form(source: Source, entry: Entry, number: int) -> Form:
    node = entry.payload
    part, step = text_in(node, "part"), text_in(node, "step")
    activity = source.telling.label("activity", source.history.activity(part, step, entry.number))
    asking = text_in(node, "by") or _doer(source, part, step)
    named = f"{source.incident.id}-{number}"
    blocks = (
        source.named(),
        Block("2", "Date/Time", lines=(source.time(entry.time),), alone=False),
        Block("3", "Resource Request Number", lines=(named,), alone=False),
        Block("4", "Order", columns=COLUMNS, rows=(_order(source, entry, activity),)),
        _blank("5", "Requested Delivery/Reporting Location"),
        Block(
            "6",
            "Suitable Substitutes and/or Suggested Sources",
            lines=(_sources(source, entry),),
            alone=False,
        ),
        Block(
            "7",
            "Requested by",
            (Field("Name"), Field("Position/Title", source.telling.subject(asking))),
            alone=False,
        ),
        Block("8", "Priority", lines=(_boxes(source, "Urgent", "Routine", "Low"),), alone=False),
        _blank("9", "Section Chief Approval"),
        _blank("10", "Logistics Order Number"),
        _blank("11", "Supplier Phone/Fax/Email"),
        _blank("12", "Name of Supplier/POC"),
        Block("13", "Notes", lines=(source.says(entry),)),
        _blank("14", "Approval Signature of Authorized Logistics Representative"),
        _blank("15", "Date/Time"),
        Block("16", "Order placed by", lines=(_boxes(source, "SPUL", "PROC"),), alone=False),
        *_finance(source, entry, f"{part}/{step}"),
    )
    return Form("ICS 213RR", "Resource Request Message", blocks, about=named)


def _boxes(source: Source, *names: str) -> str:
    """Return boxes to tick, each with its name."""
    return "  ".join(f"☐ {bilingual(name, source.language)}" for name in names)


def _blank(number: str, title: str) -> Block:
    return Block(number, title, lines=("",), alone=False)


def _finance(source: Source, entry: Entry, step: str) -> Iterator[Block]:
    """Yield what finance fills in: of money, who released it and what was set aside."""
    approved = _approval(source, entry)
    if approved is None:
        yield Block("17", "Reply/Comments from Finance", lines=("",))
        yield _blank("18", "Finance Section Signature")
        yield _blank("19", "Date/Time")
        return
    reserved = [source.says(one) for one in source.history.of_step(step, "reserved")]
    said = (*((approved.note,) if approved.note else ()), *reserved)
    name = source.telling.subject(approved.item.subject)
    yield Block("17", "Reply/Comments from Finance", lines=said)
    signs = (Field("Position/Title", name), Field("Signature"))
    yield Block("18", "Finance Section Signature", signs, alone=False)
    yield Block("19", "Date/Time", lines=(source.time(approved.time),), alone=False)


def _order(source: Source, entry: Entry, activity: str) -> tuple[str, ...]:
    node, telling = entry.payload, source.telling
    if entry.kind == "requested":
        fund = telling.label("fund", text_in(node, "fund"))
        cost = f"{text_in(node, 'amount')} {text_in(node, 'currency')}"
        return ("1", telling.word("money"), fund, activity, "", "", cost)
    kind = "staff" if entry.kind == "posted" else "stock"
    name = text_in(node, kind) or text_in(node, "name") or text_in(node, "stock")
    wanted = (number_in(node, "quantity") or 0) + (number_in(node, "short") or 0)
    label = telling.label(kind, name)
    estimated = source.time(entry.time) if entry.kind != "sought" else ""
    return (str(wanted), telling.word(f"cost-{kind}"), label, activity, "", estimated, "")


def _sources(source: Source, entry: Entry) -> str:
    node = entry.payload
    line = node.get("line")
    if isinstance(line, list):
        return source.telling.subjects(str(name) for name in line)
    return source.telling.subject(text_in(node, "holder"))


def _approval(source: Source, entry: Entry) -> Said | None:
    """Return who released the money that was requested, if it was money and somebody did."""
    if entry.kind != "requested":
        return None
    name = f"{text_in(entry.payload, 'part')}/{text_in(entry.payload, 'step')}"
    found = (
        said
        for said in source.history.said
        if said.item.name == name and said.outcome == "approved" and said.entry > entry.number
    )
    return next(found, None)


def _doer(source: Source, part: str, step: str) -> str:
    plan = next((one for one in source.steps() if (one.part, one.id) == (part, step)), None)
    doers = source.doers(plan) if plan is not None else ()
    return doers[0] if doers else ""
