"""One incident as its entries tell it to somebody who trusts nobody, by rules of its own.

INVARIANT: nothing here, and nothing in `auditing.py`, uses what decides, asks, folds or drives: a
fault there must not blind the one who looks for it. Kinds of entries it does not know it passes by.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from remit.workflows.entries import ENGINE, Entry, Json, from_stamp

__all__ = ["Question", "Sent", "Story", "Work", "story_of"]

TAKING = frozenset({"command", "do"})
"""Purposes by whose `acknowledged` somebody has work in hand; elsewhere it is the answer."""
SETTLING = frozenset({"acknowledged", "advised", "ordered", "approved", "done", "accepted",
                      "signed-off", "returned", "closed", "settled", "dropped"})  # fmt: skip
ENDS = frozenset({"closed", "cancelled", "merged"})
"""Kinds after which an incident owes nobody anything more."""


@dataclass(slots=True)
class Question:
    """Something one subject was asked.

    Args:
        entry: number of the entry that asked it.
        status: `open`, `taken` or `over`.
        offer_of: the question whose work, in hand of another, it offers.
        about: what a decision is about, or empty.
        taken: when somebody said "mine".
        recalled: when that somebody was last recalled.
    """

    number: int
    entry: int
    ask: str
    purpose: str
    part: str
    step: str
    subject: str
    asked: dt.datetime
    due: dt.datetime
    status: str = "open"
    offer_of: int | None = None
    about: str = ""
    taken: dt.datetime | None = None
    recalled: dt.datetime | None = None


@dataclass(slots=True)
class Work:
    """One step, as far as its entries tell."""

    reserved: int | None = None
    overdue: dt.datetime | None = None
    finished: bool = False
    over: bool = False
    released: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that an entry calls for."""

    key: str
    entry: int
    subject: str
    time: dt.datetime


@dataclass(slots=True)
class Story:
    """One incident, as far as its entries tell.

    Args:
        ended: the entry that ended it.
        limits: seconds a step's work may take, by step.
        known: every subject that the response names, or that was asked.
        strangers: entries whose actor had no part.
        received: keys of messages that were delivered, or told as undelivered.
    """

    incident: str
    opened: Entry
    last: Entry
    ended: Entry | None = None
    part: str = ""
    questions: dict[int, Question] = field(default_factory=dict)
    works: dict[str, Work] = field(default_factory=dict)
    unheard: set[str] = field(default_factory=set)
    limits: dict[str, int] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    strangers: list[Entry] = field(default_factory=list)
    messages: list[Sent] = field(default_factory=list)
    received: set[str] = field(default_factory=set)

    def work(self, question: Question) -> Work:
        """Return the step a question belongs to."""
        return self.works.setdefault(f"{question.part}/{question.step}", Work())

    def standing(self, status: str) -> Iterator[Question]:
        """Yield the questions of a status."""
        return (found for found in self.questions.values() if found.status == status)


def story_of(entries: Iterable[Entry]) -> Story | None:
    """Return what the entries of one incident tell, or `None` if they do not tell of its opening.

    Args:
        entries: of one incident, by number.
    """
    story: Story | None = None
    for entry in entries:
        if story is None:
            if entry.kind != "opened":
                return None
            story = _opened(entry)
            continue
        _meet(story, entry)
        change = _CHANGES.get(entry.kind)
        if change is not None:
            change(story, entry)
        story.messages += _messages(story, entry)
        story.last = entry
    return story


def _opened(entry: Entry) -> Story:
    response = cast("Mapping[str, Json]", entry.payload["response"])
    story = Story(str(entry.incident), entry, entry)
    story.known = {ENGINE, *_texts(response)}
    for part in cast("list[Mapping[str, Json]]", response["parts"]):
        story.part = story.part or str(part["name"])
        for step in cast("list[Mapping[str, Json]]", part["steps"]):
            name, limit = f"{part['name']}/{step['id']}", step.get("complete")
            if isinstance(limit, int):
                story.limits[name] = limit
    return story


def _meet(story: Story, entry: Entry) -> None:
    """Note who acts without a part; whoever is refused had none, and was told so."""
    if entry.actor not in story.known and entry.kind != "refused":
        story.strangers.append(entry)
    for key in ("subject", "to", "by"):
        name = entry.payload.get(key)
        if entry.actor in story.known and isinstance(name, str):
            story.known.add(name)


def _asked(story: Story, entry: Entry) -> None:
    node = entry.payload
    number = cast("int", node["item"])
    story.questions[number] = Question(
        number=number,
        entry=entry.number,
        ask=str(node["ask"]),
        purpose=str(node["purpose"]),
        part=str(node["part"]),
        step=str(node["step"]),
        subject=str(node["subject"]),
        asked=entry.time,
        due=from_stamp(str(node["due"])),
        offer_of=cast("int | None", node.get("offer_of")),
        about=str(node.get("about", "")),
    )


def _reminded(story: Story, entry: Entry) -> None:
    found = story.questions.get(cast("int", entry.payload["item"]))
    if found is not None:
        found.due = from_stamp(str(entry.payload["due"]))
        found.recalled = entry.time


def _answered(story: Story, entry: Entry) -> None:
    found = story.questions.get(cast("int", entry.payload["item"]))
    outcome = entry.payload["outcome"]
    if found is None or outcome == "offered":
        return
    takes = outcome == "acknowledged" and found.purpose in TAKING
    found.status = "taken" if takes else "over"
    found.taken = entry.time if takes else None
    if outcome in SETTLING:
        for other in story.questions.values():
            if other.ask == found.ask and other is not found:
                other.status = "over"
    if found.status == "over":
        for other in story.questions.values():
            if other.offer_of == found.number or _is_of_offer(other, found.number):
                other.status = "over"
    work = story.work(found)
    if outcome == "returned":
        work.finished, work.overdue = False, None
    elif outcome == "signed-off":
        _end_step(story, found.part, found.step)


def _is_of_offer(question: Question, number: int) -> bool:
    """Return whether a question decides about the offer of the work of another one."""
    return question.purpose == "decide" and question.about.endswith(f"@{number}")


def _moved(story: Story, entry: Entry) -> None:
    found = story.questions.get(cast("int", entry.payload["from"]))
    if found is None:
        return
    found.status = "over"
    number = entry.payload.get("item")
    if isinstance(number, int):
        story.questions[number] = Question(
            number,
            entry.number,
            found.ask,
            found.purpose,
            found.part,
            found.step,
            str(entry.payload["subject"]),
            entry.time,
            found.due,
            "taken",
            taken=entry.time,
        )


def _unheard(story: Story, entry: Entry) -> None:
    story.unheard.add(str(entry.payload["ask"]))


def _step_mark(mark: str) -> Callable[[Story, Entry], None]:
    def change(story: Story, entry: Entry) -> None:
        name = f"{entry.payload['part']}/{entry.payload['step']}"
        work = story.works.setdefault(name, Work())
        if mark == "reserved":
            work.reserved = entry.number
        elif mark == "overdue":
            work.overdue = entry.time
        elif mark == "finished":
            work.finished = True
        else:
            work.released = True

    return change


def _step_over(story: Story, entry: Entry) -> None:
    _end_step(story, str(entry.payload["part"]), str(entry.payload["step"]))


def _end_step(story: Story, part: str, step: str) -> None:
    story.works.setdefault(f"{part}/{step}", Work()).over = True
    for question in story.questions.values():
        if (question.part, question.step) == (part, step):
            question.status = "over"


def _recovering(story: Story, entry: Entry) -> None:
    story.part = str(entry.payload.get("part", "recovery"))


def _ended(story: Story, entry: Entry) -> None:
    story.ended = entry


def _reopened(story: Story, entry: Entry) -> None:  # noqa: ARG001 -- one shape for every kind
    story.ended = None


def _receipt(story: Story, entry: Entry) -> None:
    story.received.add(str(entry.payload["message"]))


_CHANGES: Mapping[str, Callable[[Story, Entry], None]] = {
    "asked": _asked,
    "escalated": _asked,
    "reminded": _reminded,
    "answered": _answered,
    "handed-over": _moved,
    "reassigned": _moved,
    "unheard": _unheard,
    "reserved": _step_mark("reserved"),
    "overdue": _step_mark("overdue"),
    "finished": _step_mark("finished"),
    "released": _step_mark("released"),
    "signed-off": _step_over,
    "dropped": _step_over,
    "recovering": _recovering,
    "reopened": _reopened,
    "delivered": _receipt,
    "undelivered": _receipt,
    **dict.fromkeys(ENDS, _ended),
}


_TO_SEVERAL = frozenset({
    "alarm", "assigned", "cancelled", "changed", "drawn", "glass-broken", "informed", "merged",
    "nobody-told", "overdue", "posted", "reopened", "reserved", "short", "undone",
})  # fmt: skip
"""Kinds of entries that are told to those they name."""


def _messages(story: Story, entry: Entry) -> list[Sent]:
    """Return the messages that an entry calls for, by the keys they must have."""
    names: list[Json] = []
    if entry.kind == "reminded":
        found = story.questions.get(cast("int", entry.payload["item"]))
        names = [found.subject] if found is not None else []
    elif entry.kind in {"asked", "escalated"}:
        names = [entry.payload["subject"]]
    elif entry.kind in {"lapsed", "reassigned"}:
        other = "to" if entry.kind == "lapsed" else "before"
        names = [entry.payload["subject"], entry.payload[other]]
    elif entry.kind in _TO_SEVERAL:
        names = list(cast("list[Json]", entry.payload.get("subjects", [])))
    return [
        Sent(f"{story.incident}/{entry.number}/{name}", entry.number, str(name), entry.time)
        for name in names
    ]


def _texts(node: Json) -> Iterator[str]:
    """Yield every text in a piece of JSON, keys among them."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for key, value in node.items():
            yield key
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)
