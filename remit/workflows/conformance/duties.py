"""What was to be done and was not: work, consultations, hand-overs, messages."""

from __future__ import annotations

from collections.abc import Iterator

from remit.workflows.conformance.deviation import Deviation
from remit.workflows.conformance.history import ENDINGS, Asked, History, number_in, text_in
from remit.workflows.entries import Entry
from remit.workflows.response import COMMAND_STEP, Ask, StepPlan

__all__ = ["consultations", "hand_overs", "messages", "not_done"]

HEARD = frozenset({"advised", "declined"})
"""Outcomes by which a consultation was held, if only to say that there is nothing to say."""
RAISED = frozenset({"alarm", "nobody-told", "undelivered"})
"""Kinds that tell that somebody was not reached."""


def not_done(history: History) -> Iterator[Deviation]:
    """Yield the work that was left out by decision, and what a close left undone."""
    dropped: dict[str, Entry] = {}
    for entry in history.of_kind("dropped"):
        name = f"{text_in(entry.payload, 'part')}/{text_in(entry.payload, 'step')}"
        dropped[name] = entry
        yield _undone(history, name, entry, _decision(history, name, ("dropped",), entry.number))
    for said in history.said:
        is_waived = said.item.purpose == "decide" and said.outcome == "settled"
        if is_waived and said.item.key.partition("#")[0].endswith("/decide/do"):
            yield _undone(history, said.item.name, None, (said.entry,))
    ending = next(reversed([*history.of_kind(*ENDINGS, "reopened")]), None)
    if ending is None or ending.kind != "closed":
        return
    for part in history.response.parts:
        for step in part.steps:
            finished = any(history.of_step(step.name, "finished"))
            if not finished and step.name not in dropped:
                yield _undone(history, step.name, ending, ())


def consultations(history: History) -> Iterator[Deviation]:
    """Yield the consultations that ran out of time, and those that work did not wait for."""
    for entry in history.of_kind("unheard"):
        key = text_in(entry.payload, "ask")
        asked = [item.entry for item in history.asked.values() if item.key == key]
        yield _consult(
            history,
            "consult-unheard",
            text_in(entry.payload, "part"),
            text_in(entry.payload, "step"),
            text_in(entry.payload, "holder"),
            (*asked, entry.number),
        )
    seen: set[str] = set()
    for entry in history.entries:
        yield from (
            _consult(history, "consult-skipped", step.part, step.id, ask.holder, (entry.number,))
            for step, ask in _unasked(history, entry, seen)
        )


def hand_overs(history: History) -> Iterator[Deviation]:
    """Yield the hand-overs that were refused, or that nobody answered."""
    for said in history.said:
        if said.item.purpose == "accept" and said.outcome == "declined":
            yield _refused(history, said.item, said.entry, "declined")
    for entry in history.of_kind("lapsed"):
        item = history.asked.get(number_in(entry.payload, "item") or 0)
        if item is not None and text_in(entry.payload, "reason") == "no-answer":
            yield _refused(history, item, entry.number, "no-answer")


def messages(history: History) -> Iterator[Deviation]:
    """Yield the messages that reached nobody, and the alarms that nobody could be asked."""
    for entry in history.of_kind(*RAISED):
        node = entry.payload
        part, step = text_in(node, "part"), text_in(node, "step")
        cause = () if entry.cause is None else (entry.cause,)
        yield Deviation(
            "untold",
            history.incident,
            (*cause, entry.number),
            part,
            step,
            history.activity(part, step, entry.number),
            text_in(node, "to") or text_in(node, "holder"),
            about=entry.kind,
        )


def _undone(history: History, name: str, entry: Entry | None, others: tuple[int, ...]) -> Deviation:
    part, _, step = name.partition("/")
    entries = (*others, *(() if entry is None else (entry.number,)))
    plan = history.step(part, step, entries[-1])
    roles = plan.roles if plan is not None else {}
    holders = roles.get("responsible") or roles.get("accountable") or ()
    return Deviation(
        "not-done",
        history.incident,
        entries,
        part,
        step,
        history.activity(part, step, entries[-1]),
        " ".join(holders),
        about="waived" if entry is None else entry.kind,
    )


def _decision(
    history: History, name: str, outcomes: tuple[str, ...], before: int
) -> tuple[int, ...]:
    found = [
        said.entry
        for said in history.said
        if (said.item.name, said.item.purpose) == (name, "decide")
        and said.outcome in outcomes
        and said.entry < before
    ]
    return tuple(found[-1:])


def _unasked(history: History, entry: Entry, seen: set[str]) -> Iterator[tuple[StepPlan, Ask]]:
    """Yield the consultations that ought to have been held before an entry, and were not."""
    node = entry.payload
    part, step = text_in(node, "part"), text_in(node, "step")
    plan = history.step(part, step, entry.number) if step != COMMAND_STEP else None
    if plan is None:
        return
    begins = entry.kind in {"asked", "escalated"} and text_in(node, "purpose") == "do"
    if not (begins and plan.consult_first) and entry.kind != "finished":
        return
    for ask in plan.consult:
        if ask.key not in seen and not _is_heard(history, ask.key, entry.number):
            seen.add(ask.key)
            yield plan, ask


def _is_heard(history: History, key: str, before: int) -> bool:
    given_up = any(
        text_in(entry.payload, "ask").partition("#")[0] == key
        for entry in history.of_kind("unheard", "alarm")
        if entry.number < before
    )
    return given_up or any(
        said.item.key.partition("#")[0].partition("~")[0] == key and said.outcome in HEARD
        for said in history.said
        if said.entry < before
    )


def _consult(
    history: History, kind: str, part: str, step: str, holder: str, entries: tuple[int, ...]
) -> Deviation:
    return Deviation(
        "consult-unheard" if kind == "consult-unheard" else "consult-skipped",
        history.incident,
        entries,
        part,
        step,
        history.activity(part, step, entries[-1]),
        holder,
        purpose="consult",
    )


def _refused(history: History, item: Asked, entry: int, about: str) -> Deviation:
    given = history.asked.get(item.offer_of or 0)
    return Deviation(
        "hand-over-refused",
        history.incident,
        (item.entry, entry),
        item.part,
        item.step,
        history.activity(item.part, item.step, entry),
        item.subject,
        given.subject if given is not None else "",
        item.purpose,
        about,
    )
