"""One incident's entries as what was asked of whom and what was said to it, nothing decided.

It reads payloads alone, and takes no notice of kinds it has no use for: older ledgers and newer
kinds of entries are read alike.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from remit.workflows.entries import Entry, Json, from_stamp
from remit.workflows.response import COMMAND_STEP, Ask, Response, StepPlan
from remit.workflows.response_json import response_from_json

__all__ = ["CALLS", "ENDINGS", "Asked", "History", "Said", "history_of", "number_in", "text_in"]

CALLS = frozenset({"asked", "escalated", "reassigned"})
"""Kinds that ask somebody."""
ENDINGS = frozenset({"closed", "cancelled", "merged"})
"""Kinds after which nothing is asked of anybody."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One item: what was asked of one subject.

    Args:
        key: of the question; items of one question share it.
        why: `first`, or how it came to this subject.
        after: number of the item before it in line, or whose work it is.
        offer_of: number of the item whose work is offered.
    """

    entry: int
    time: dt.datetime
    number: int
    key: str
    purpose: str
    part: str
    step: str
    holder: str
    subject: str
    due: dt.datetime | None
    why: str
    after: int | None = None
    offer_of: int | None = None

    @property
    def name(self) -> str:
        """The step's name within the incident."""
        return f"{self.part}/{self.step}"

    @property
    def round(self) -> int:
        """Which time the question was put, from 1."""
        last = self.key.rpartition("#")[2]
        return int(last) if "#" in self.key and last.isdigit() else 1


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody answered.

    Args:
        glass: the reason for which it was said past the policy, or empty.
    """

    entry: int
    time: dt.datetime
    item: Asked
    actor: str
    outcome: str
    note: str = ""
    glass: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """One incident.

    Args:
        entries: its own, in order; the first opened it.
        asked: by the item's number.
        responses: the number of the entry since which each counts.
    """

    incident: str
    entries: tuple[Entry, ...]
    asked: Mapping[int, Asked]
    said: tuple[Said, ...]
    responses: tuple[tuple[int, Response], ...]

    @property
    def opened(self) -> Entry:
        """The entry that opened it."""
        return self.entries[0]

    @property
    def last(self) -> Entry:
        """The latest entry."""
        return self.entries[-1]

    @property
    def response(self) -> Response:
        """What the incident calls for now."""
        return self.responses[-1][1]

    @property
    def event(self) -> Mapping[str, Json]:
        """What is known of its event."""
        return cast("Mapping[str, Json]", self.opened.payload["event"])

    def response_at(self, entry: int) -> Response:
        """Return what the incident called for when an entry was written."""
        known = [response for number, response in self.responses if number <= entry]
        return known[-1] if known else self.responses[0][1]

    def step(self, part: str, step: str, entry: int) -> StepPlan | None:
        """Return a step as it was planned when an entry was written, or `None` if it was not."""
        if step == COMMAND_STEP:
            return None
        parts = self.response_at(entry).parts
        steps = (one for found in parts if found.name == part for one in found.steps)
        return next((one for one in steps if one.id == step), None)

    def activity(self, part: str, step: str, entry: int) -> str:
        """Return the activity of a step; the lead activity for the incident as a whole."""
        found = self.step(part, step, entry)
        if found is not None:
            return found.activity
        return self.response_at(entry).lead if step == COMMAND_STEP else step

    def ask(self, item: Asked) -> Ask | None:
        """Return the question an item belongs to, as it was planned when it was asked."""
        base = item.key.partition("#")[0].partition("~")[0]
        return next((one for one in self._asks(item) if one.key == base), None)

    def of_kind(self, *kinds: str) -> Iterator[Entry]:
        """Yield the entries of some kinds, in order."""
        return (entry for entry in self.entries if entry.kind in kinds)

    def of_step(self, name: str, *kinds: str) -> Iterator[Entry]:
        """Yield the entries of some kinds that name a step."""
        for entry in self.of_kind(*kinds):
            if f"{text_in(entry.payload, 'part')}/{text_in(entry.payload, 'step')}" == name:
                yield entry

    def speaks_for(self, actor: str, subject: str, entry: int) -> bool:
        """Return whether an actor is a subject, or leads it if it is a joint one."""
        return self.response_at(entry).speaks_for(actor, subject)

    def _asks(self, item: Asked) -> Iterator[Ask]:
        step = self.step(item.part, item.step, item.entry)
        if step is None:
            for part in self.response_at(item.entry).parts:
                if part.name == item.part:
                    yield from (part.command, part.close, *part.consult)
            return
        yield from (*step.take, *step.consult, *step.do, *step.hand_over, step.sign_off)
        more = (step.order, None if step.money is None else step.money.ask)
        yield from (ask for ask in more if ask is not None)


def history_of(entries: Sequence[Entry]) -> History | None:
    """Return what one incident's entries tell; `None` if they do not begin with its opening.

    Args:
        entries: its own, in order.
    """
    own = tuple(entry for entry in entries if entry.incident is not None)
    if not own or own[0].kind != "opened" or own[0].incident is None:
        return None
    asked: dict[int, Asked] = {}
    for found in _asked(own):
        asked[found.number] = found
    said = tuple(_said(own, asked))
    return History(own[0].incident, own, asked, said, tuple(_responses(own)))


def text_in(node: Mapping[str, Json], key: str) -> str:
    """Return a text of a payload, or nothing."""
    found = node.get(key)
    return found if isinstance(found, str) else ""


def number_in(node: Mapping[str, Json], key: str) -> int | None:
    """Return a number of a payload, or `None`."""
    found = node.get(key)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _responses(entries: Iterable[Entry]) -> Iterator[tuple[int, Response]]:
    for entry in entries:
        node = entry.payload.get("response")
        if isinstance(node, Mapping):
            yield entry.number, response_from_json(node)


def _asked(entries: Iterable[Entry]) -> Iterator[Asked]:
    known: dict[int, Asked] = {}
    for entry in entries:
        found = _given(entry, known) if entry.kind == "handed-over" else _called(entry)
        if found is not None:
            known[found.number] = found
            yield found


def _called(entry: Entry) -> Asked | None:
    node, number = entry.payload, number_in(entry.payload, "item")
    if entry.kind not in CALLS or number is None:
        return None
    due = text_in(node, "due")
    return Asked(
        entry.number,
        entry.time,
        number,
        text_in(node, "ask"),
        text_in(node, "purpose"),
        text_in(node, "part"),
        text_in(node, "step"),
        text_in(node, "holder"),
        text_in(node, "subject"),
        from_stamp(due) if due else None,
        text_in(node, "why") or "first",
        number_in(node, "after"),
        number_in(node, "offer_of"),
    )


def _given(entry: Entry, known: Mapping[int, Asked]) -> Asked | None:
    """Return the item by which somebody has work that was handed over: at once in its hands."""
    node, number = entry.payload, number_in(entry.payload, "item")
    before = known.get(number_in(node, "from") or 0)
    if before is None or number is None:
        return None
    return replace(
        before,
        entry=entry.number,
        time=entry.time,
        number=number,
        subject=text_in(node, "subject"),
        due=None,
        why="decided" if node.get("decided") else "accepted",
        after=before.number,
        offer_of=None,
    )


def _said(entries: Iterable[Entry], asked: Mapping[int, Asked]) -> Iterator[Said]:
    taken: dict[int, str] = {}
    for entry in entries:
        item = asked.get(number_in(entry.payload, "item") or 0)
        if entry.kind == "glass-ended" and item is not None:
            taken.pop(item.number, None)
        if entry.kind == "answered" and item is not None:
            node = entry.payload
            # WHY: what was taken past the policy is the taker's until it is handed back.
            item = replace(item, subject=taken.get(item.number, item.subject))
            if text_in(node, "glass"):
                taken[item.number] = entry.actor
            yield Said(
                entry.number,
                entry.time,
                item,
                entry.actor,
                text_in(node, "outcome"),
                text_in(node, "note"),
                text_in(node, "glass"),
            )
