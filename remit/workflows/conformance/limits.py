"""What came too late, and what was never answered: questions and work against their times."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from remit.workflows.conformance.deviation import Deviation, DeviationKind
from remit.workflows.conformance.history import ENDINGS, Asked, History, Said, number_in, text_in
from remit.workflows.entries import Entry

__all__ = ["answers", "work"]

CONSULT = "consult"
"""Its silence is told by a rule of its own, `duties.consultations`."""
SILENCE = frozenset({"no-answer", "forgotten", "untold"})
"""Why somebody else is called who was not declined."""


def answers(history: History) -> Iterator[Deviation]:
    """Yield the questions that were answered late, or not at all."""
    first: dict[int, Said] = {}
    for said in history.said:
        first.setdefault(said.item.number, said)
    for item in history.asked.values():
        said_or_none = first.get(item.number)
        if item.due is None or _is_given_up(history, item):
            continue
        if said_or_none is not None:
            late = (said_or_none.time - item.due).total_seconds()
            if late > 0:
                yield _late(history, "late-answer", item, said_or_none.entry, int(late))
        elif item.purpose != CONSULT and (shown := _silence(history, item)) is not None:
            yield _late(history, "no-answer", item, shown, 0)


def work(history: History) -> Iterator[Deviation]:
    """Yield the work that was done after its limit, or is past it."""
    for part in history.response.parts:
        for step in part.steps:
            yield from _work(history, step.name)


def _work(history: History, name: str) -> Iterator[Deviation]:
    told: list[int] = []
    part, _, step = name.partition("/")
    for entry in history.of_step(name, "overdue", "finished", "dropped"):
        due = _due(history, name, entry)
        if entry.kind == "overdue":
            told.append(entry.number)
        elif entry.kind == "finished" and (told or (due is not None and entry.time > due)):
            late = 0 if due is None else max(0, int((entry.time - due).total_seconds()))
            yield _late_work(history, part, step, (*told, entry.number), late)
            told = []
    if told:
        yield _late_work(history, part, step, tuple(told), 0)


def _due(history: History, name: str, entry: Entry) -> dt.datetime | None:
    """Return by when a step was to be done: counted from when its doers were first asked."""
    part, _, step = name.partition("/")
    plan = history.step(part, step, entry.number)
    asked = [
        item
        for item in history.asked.values()
        if (item.name, item.purpose) == (name, "do") and item.entry < entry.number
    ]
    if plan is None or plan.complete is None or not asked:
        return None
    latest = max(item.round for item in asked)
    begun = min(item.time for item in asked if item.round == latest)
    return begun + dt.timedelta(seconds=plan.complete)


def _late_work(
    history: History, part: str, step: str, entries: tuple[int, ...], seconds: int
) -> Deviation:
    plan = history.step(part, step, entries[-1])
    roles = plan.roles if plan is not None else {}
    doers = roles.get("responsible") or roles.get("accountable") or ()
    activity = history.activity(part, step, entries[-1])
    return Deviation(
        "late-work",
        history.incident,
        entries,
        part,
        step,
        activity,
        " ".join(doers),
        seconds=seconds,
    )


def _late(
    history: History, kind: DeviationKind, item: Asked, entry: int, seconds: int
) -> Deviation:
    return Deviation(
        kind,
        history.incident,
        tuple(dict.fromkeys((item.entry, entry))),
        item.part,
        item.step,
        history.activity(item.part, item.step, item.entry),
        item.subject,
        item.holder,
        item.purpose,
        seconds=seconds,
    )


def _is_given_up(history: History, item: Asked) -> bool:
    """Return whether a rule of its own tells of an item's silence."""
    lapsed = {number_in(entry.payload, "item") for entry in history.of_kind("lapsed")}
    unheard = {text_in(entry.payload, "ask") for entry in history.of_kind("unheard")}
    return item.number in lapsed or item.key in unheard


def _silence(history: History, item: Asked) -> int | None:
    """Return the entry that shows that an unanswered item ran out of time, if it did."""
    for other in history.asked.values():
        if other.after == item.number and other.why in SILENCE:
            return other.entry
    for entry in history.of_kind("reminded"):
        if number_in(entry.payload, "item") == item.number:
            return entry.number
    end = _end(history, item)
    return end.number if item.due is not None and end.time > item.due else None


def _end(history: History, item: Asked) -> Entry:
    """Return the entry since which an item was no longer asked; the last one if it still is."""
    settled = {
        said.entry
        for said in history.said
        if said.item.key == item.key or said.item.number == _about(item)
    }
    for entry in history.entries:
        if entry.number > item.entry and _ends(entry, item, settled):
            return entry
    return history.last


def _about(item: Asked) -> int | None:
    """Return the item whose work a question is about: once that is done, nothing is left of it."""
    last = item.key.partition("#")[0].rpartition("@")[2]
    return int(last) if "@" in item.key and last.isdigit() else None


def _ends(entry: Entry, item: Asked, settled: set[int]) -> bool:
    if entry.number in settled or entry.kind in {*ENDINGS, "changed"}:
        return True
    name = f"{text_in(entry.payload, 'part')}/{text_in(entry.payload, 'step')}"
    return entry.kind in {"signed-off", "dropped", "finished"} and name == item.name
