"""What came before its turn: work before the steps, the order or the money it waits for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from remit.workflows.conformance.deviation import Deviation
from remit.workflows.conformance.history import History, Said, number_in, text_in
from remit.workflows.entries import Entry
from remit.workflows.response import COMMAND_STEP, StepPlan

__all__ = ["out_of_order"]

AGAIN = frozenset({"undone", "reopened"})
"""Kinds after which a step that was done may not be done any more."""


@dataclass
class _Seen:
    """What has happened so far, by step."""

    past: set[str] = field(default_factory=set)
    ordered: set[str] = field(default_factory=set)
    waived: set[tuple[str, str]] = field(default_factory=set)
    funded: set[str] = field(default_factory=set)


def out_of_order(history: History) -> Iterator[Deviation]:
    """Yield what came before its turn, and what was refused for it."""
    seen = _Seen()
    said = {one.entry: one for one in history.said}
    for entry in history.entries:
        yield from _judged(history, entry, said, seen)
        _note(entry, said.get(entry.number), seen)


def _judged(
    history: History, entry: Entry, said: Mapping[int, Said], seen: _Seen
) -> Iterator[Deviation]:
    answer = said.get(entry.number)
    part, step = text_in(entry.payload, "part"), text_in(entry.payload, "step")
    if answer is not None:
        part, step = answer.item.part, answer.item.step
    plan = history.step(part, step, entry.number) if step != COMMAND_STEP else None
    if plan is None:
        return
    if entry.kind == "started":
        waits = [name for name in plan.after if f"{part}/{name}" not in seen.past]
        if waits:
            yield _of(history, entry, plan, " ".join(("after", *waits)), "")
    elif _is_call_to_work(entry) and _lacks_order(plan, seen):
        yield _of(history, entry, plan, "order", "")
    elif answer is not None and answer.item.purpose == "do" and answer.outcome == "done":
        if _lacks_money(plan, seen):
            yield _of(history, entry, plan, "money", answer.item.subject)
    elif entry.kind == "refused" and _is_too_early(history, entry, plan, seen):
        yield _of(history, entry, plan, "money", entry.actor, tried=True)


def _note(entry: Entry, answer: Said | None, seen: _Seen) -> None:
    node = entry.payload
    name = f"{text_in(node, 'part')}/{text_in(node, 'step')}"
    if entry.kind in {"finished", "dropped"}:
        seen.past.add(name)
    elif entry.kind == "reserved":
        seen.funded.add(name)
    elif entry.kind in AGAIN:
        named = node.get("steps")
        begun = [one for one in named if isinstance(one, str)] if isinstance(named, list) else []
        seen.past.difference_update({name, *begun})
    elif answer is not None and answer.outcome == "ordered":
        seen.ordered.add(answer.item.name)
    elif answer is not None and answer.outcome == "settled":
        about = answer.item.key.partition("#")[0].rpartition("/")[2]
        seen.waived.add((answer.item.name, about))


def _is_call_to_work(entry: Entry) -> bool:
    return entry.kind == "asked" and text_in(entry.payload, "purpose") == "do"


def _lacks_order(plan: StepPlan, seen: _Seen) -> bool:
    return plan.order is not None and plan.name not in seen.ordered


def _lacks_money(plan: StepPlan, seen: _Seen) -> bool:
    needed = plan.money is not None and plan.money.amount > 0
    return needed and plan.name not in seen.funded and (plan.name, "approve") not in seen.waived


def _is_too_early(history: History, entry: Entry, plan: StepPlan, seen: _Seen) -> bool:
    item = history.asked.get(number_in(entry.payload, "item") or 0)
    return (
        item is not None
        and item.purpose == "do"
        and text_in(entry.payload, "verb") == "done"
        and history.speaks_for(entry.actor, item.subject, entry.number)
        and _lacks_money(plan, seen)
    )


def _of(
    history: History, entry: Entry, plan: StepPlan, about: str, subject: str, *, tried: bool = False
) -> Deviation:
    return Deviation(
        "out-of-order",
        history.incident,
        (entry.number,),
        plan.part,
        plan.id,
        plan.activity,
        subject,
        about=about,
        tried=tried,
    )
