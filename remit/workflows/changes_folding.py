"""Folding a change of an incident's response: what was asked of whom, under the new questions.

A question goes on as it is where whoever was asked may still answer it. Where somebody else would
be asked, an answer that settled it stays valid, a question that waits is taken back and put to the
new holder, and work that somebody has in hand stays with them until a new holder takes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

from remit.workflows.entries import Entry, Json
from remit.workflows.holding_folding import REQUEST
from remit.workflows.incident import Incident, Item, StepProgress, altered
from remit.workflows.response import COMMAND_STEP, Ask, Response, StepPlan
from remit.workflows.response_json import response_from_json
from remit.workflows.waits import command_ask

__all__ = ["changed", "laid_aside", "released"]

LIVE = frozenset({"open", "taken"})
FORMER = "~"
"""Stands between the key of a question that is put anew and the entry since when."""
WITHOUT_HOLDER = frozenset({"decide", "accept"})
"""Purposes whose questions are not named for their holder."""
STANDS = frozenset({"order", "approve", "do"})
"""Purposes of which an answer stands, whoever would be asked now."""
OF_MEANS = frozenset({"pay", "supply", "spare", "receive"})
"""Purposes of questions that follow from what is held, and go on whatever the response says."""


def changed(incident: Incident, entry: Entry) -> Incident:
    """Return the incident decided by its new response from this entry on."""
    node = entry.payload
    response = response_from_json(cast("Mapping[str, Json]", node["response"]))
    found = altered(incident, response=response, event=cast("Mapping[str, Json]", node["event"]))
    if node.get("pack") is not None:
        pack = cast("Mapping[str, str]", node["pack"])
        found = altered(
            found,
            pack=pack["name"],
            version=pack["version"],
            pack_path=pack["path"],
            policy=entry.policy,
        )
    found = _ended(found, cast("list[str]", node["ended"]), entry.time)
    found = _renewed(found, cast("list[str]", node["renewed"]))
    return _Reconciling(incident, found, entry.number).result()


def laid_aside(incident: Incident, key: str, entry: int) -> Incident:
    """Return the incident with a question under a former name, so that it is asked anew."""
    items = [incident.items[number] for number in incident.by_ask[key]]
    found = _put_away(incident, [item for item in items if item.status in LIVE])
    moved = [found.items[item.number] for item in items]
    return _renamed(found, key, moved, f"{_base(key)}{FORMER}{entry}")


def released(incident: Incident) -> Incident:
    """Return the incident without what somebody else has taken over since, or was done."""
    for number, successors in incident.leaving.items():
        item = incident.items[number]
        if item.stopped is not None:
            # WHY: the end of the incident took it from them; should it go on, they have it again.
            continue
        taker = _taker(incident, successors)
        if item.status != "taken":
            return released(_done_by_leaver(_without(incident, number), item, successors))
        if taker is not None:
            gone = replace(item, status="answered", outcome="offered", to=taker.subject)
            return released(_with_items(_without(incident, number), (gone,)))
    return incident


def _ended(incident: Incident, names: list[str], time: dt.datetime) -> Incident:
    steps = {name: replace(incident.progress(name), dropped=time) for name in names}
    ended = incident.needless | frozenset(names)
    return altered(incident, steps={**incident.steps, **steps}, needless=ended)


def _renewed(incident: Incident, names: list[str]) -> Incident:
    """Let steps begin anew that had been left out; what was set aside for them has been let go."""
    steps = {}
    for name in names:
        old = incident.progress(name)
        steps[name] = StepProgress(
            round=old.round + 1,
            requester=old.requester,
            approver=old.approver,
            unheard=old.unheard,
        )
    ended = incident.needless - frozenset(names)
    return altered(incident, steps={**incident.steps, **steps}, needless=ended)


@dataclass(frozen=True, slots=True)
class _Reconciling:
    """Every question asked before a change, held against those after it."""

    old: Incident
    new: Incident
    entry: int

    def result(self) -> Incident:
        found = self.new
        for key, numbers in self.old.by_ask.items():
            items = tuple(found.items[number] for number in numbers)
            found = self.question(found, key, items)
        return found

    def question(self, found: Incident, key: str, items: tuple[Item, ...]) -> Incident:
        live, first = [item for item in items if item.status in LIVE], items[0]
        is_contest = "/decide/hand-over:" in key
        if first.purpose != "review" and self._is_over(first):
            return _put_away(found, live)
        if first.offer_of is not None or first.purpose == "review" or is_contest:
            return found
        if first.purpose in OF_MEANS or f"/approve/{REQUEST}" in key:
            return found
        if FORMER in key:
            return self._former(found, key, live)
        return self._here(found, key, items)

    def _here(self, found: Incident, key: str, items: tuple[Item, ...]) -> Incident:
        """Let a question that is put after the change too go on, with those who may answer it."""
        ask = self._same(key, items[0])
        if ask is not None and self._is_other_work(key, items[0]):
            return self._anew(found, key, items, (key,))
        if ask is None:
            return self._elsewhere(found, key, items)
        leading = command_ask(self.new)
        if ask.purpose == "command" and ask.part != leading.part:
            # WHY: once it recovers, whoever owns that leads, and the response asks nobody more.
            return self._anew(found, key, items, (leading.key,))
        live = [item for item in items if item.status in LIVE]
        outside = [item for item in live if item.subject not in ask.line]
        if not outside:
            return found
        if len(outside) < len(live):
            return _put_away(found, outside)
        return self._anew(found, key, items, (key,))

    def _is_over(self, item: Item) -> bool:
        name = f"{item.part}/{item.step}"
        return item.step != COMMAND_STEP and self.new.progress(name).is_over

    def _same(self, key: str, item: Item) -> Ask | None:
        """Return the question of that name after the change; a decision keeps its name."""
        asks = {ask.key: ask for ask in _asks(self.new.response, item.part, item.step)}
        if item.purpose == "decide":
            step = self.new.response.part(item.part).step(item.step)
            line = (*step.sign_off.line, *self.new.response.part(item.part).command.line)
            return replace(step.sign_off, purpose="decide", line=line)
        return asks.get(_base(key))

    def _is_other_work(self, key: str, item: Item) -> bool:
        """Return whether it was decided to go on without those who did the work until now."""
        if item.purpose != "decide" or not _base(key).endswith("/do"):
            return False
        name = f"{item.part}/{item.step}"
        sides = (one.response for one in (self.old, self.new))
        before, after = (
            {ask.key for ask in _asks(one, item.part, item.step) if ask.purpose == "do"}
            for one in sides
        )
        return before != after and not self.new.progress(name).is_past

    def _elsewhere(self, found: Incident, key: str, items: tuple[Item, ...]) -> Incident:
        """Put a question to those who would be asked it now."""
        first = items[0]
        known = {_base(one) for one in self.old.by_ask}
        asks = [
            ask.key
            for ask in _asks(self.new.response, first.part, first.step)
            if ask.purpose == first.purpose
        ]
        if not asks or first.purpose in WITHOUT_HOLDER:
            return _put_away(found, [item for item in items if item.status in LIVE])
        # WHY the round: what was said of work before it was sent back says nothing of it now.
        turn = key.removeprefix(_base(key))
        fresh = tuple(f"{one}{turn}" for one in asks if one not in known)
        fresh = fresh or tuple(f"{one}{turn}" for one in asks)
        settled = any(item.is_settled and item.status == "answered" for item in items)
        if settled and first.purpose in STANDS and fresh[0] not in found.by_ask:
            return _renamed(found, key, items, fresh[0])
        return self._anew(found, key, items, fresh)

    def _anew(
        self, found: Incident, key: str, items: tuple[Item, ...], successors: tuple[str, ...]
    ) -> Incident:
        """Lay a question aside under a former name; who has the work in hand keeps it for now."""
        taken = {item.number: successors for item in items if item.status == "taken"}
        found = _put_away(found, [item for item in items if item.status == "open"])
        kept = tuple(found.items[item.number] for item in items)
        found = _renamed(found, key, kept, f"{_base(key)}{FORMER}{self.entry}")
        waiting = tuple(replace(found.items[number], to=None) for number in taken)
        offers = [item for item in found.items.values() if item.offer_of in taken]
        found = _put_away(found, [item for item in offers if item.status in LIVE])
        return altered(_with_items(found, waiting), leaving={**found.leaving, **taken})

    def _former(self, found: Incident, key: str, live: list[Item]) -> Incident:
        """Let what was leaving before wait for those who would be asked now.

        Where it is the holder's own again, it is what it was before.
        """
        leaving = dict(found.leaving)
        if live and (again := self._again(found, key, live)):
            kept = {name: keys for name, keys in leaving.items() if name != live[0].number}
            return _renamed(replace(found, leaving=kept), key, live, again)
        for item in live:
            asks = _asks(self.new.response, item.part, item.step)
            step = self.new.progress(f"{item.part}/{item.step}")
            turn = f"#{step.round}" if step.round > 1 and item.purpose == "do" else ""
            keys = (ask.key for ask in asks if ask.purpose == item.purpose)
            leaving[item.number] = tuple(f"{key}{turn}" for key in keys)
        return altered(found, leaving=leaving)

    def _again(self, found: Incident, key: str, live: list[Item]) -> str:
        """Return the name by which the one who has it in hand would be asked now, if it is free."""
        item = live[0]
        name = key.partition(FORMER)[0]
        step = self.new.progress(f"{item.part}/{item.step}")
        turn = f"#{step.round}" if step.round > 1 and item.purpose == "do" else ""
        asks = {ask.key: ask for ask in _asks(self.new.response, item.part, item.step)}
        is_own = name in asks and asks[name].line[:1] == (item.subject,)
        is_free = f"{name}{turn}" not in found.by_ask
        return f"{name}{turn}" if is_own and is_free and len(live) == 1 else ""


def _taker(incident: Incident, successors: Iterable[str]) -> Item | None:
    """Return who has taken over; nobody while one of several has not."""
    takers = [_in_hand(incident, key) for key in successors]
    return takers[0] if takers and all(item is not None for item in takers) else None


def _in_hand(incident: Incident, key: str) -> Item | None:
    # WHY any round of the lead: an incident that everybody declined to lead calls all again.
    is_lead = "/command/" in key
    names = (
        name for name in incident.by_ask if name == key or (is_lead and _base(name) == _base(key))
    )
    items = (incident.items[number] for name in names for number in incident.by_ask[name])
    return next((item for item in items if item.status == "taken" or item.is_settled), None)


def _done_by_leaver(incident: Incident, item: Item, successors: tuple[str, ...]) -> Incident:
    """Count what somebody did before another took over; the others need not do it again."""
    if not item.is_settled:
        return incident
    key = next((key for key in successors if _in_hand(incident, key) is None), None)
    if key is None:
        return incident
    waiting = [incident.items[number] for number in incident.by_ask.get(key, ())]
    found = _put_away(incident, [one for one in waiting if one.status == "open"])
    return _renamed(found, item.ask, (found.items[item.number],), key)


def _asks(response: Response, part: str, step: str) -> Iterator[Ask]:
    here = next((one for one in response.parts if one.name == part), None)
    if here is None:
        return
    if step == COMMAND_STEP:
        yield from (here.command, here.close, *here.consult)
        return
    for found in here.steps:
        if found.id == step:
            yield from _asks_of(found)


def _asks_of(step: StepPlan) -> Iterator[Ask]:
    yield from (*step.take, *step.consult, *step.do, *step.support, *step.hand_over, step.sign_off)
    if step.order is not None:
        yield step.order
    if step.money is not None:
        yield step.money.ask


def _base(key: str) -> str:
    return key.partition("#")[0]


def _put_away(incident: Incident, items: Iterable[Item]) -> Incident:
    changes = [
        replace(item, status="withdrawn" if item.status == "open" else "answered") for item in items
    ]
    return _with_items(incident, changes)


def _with_items(incident: Incident, items: Iterable[Item]) -> Incident:
    return altered(incident, items={**incident.items, **{item.number: item for item in items}})


def _without(incident: Incident, number: int) -> Incident:
    leaving = {name: keys for name, keys in incident.leaving.items() if name != number}
    return altered(incident, leaving=leaving)


def _renamed(incident: Incident, key: str, items: Iterable[Item], name: str) -> Incident:
    """Return the incident with some items of a question under another name."""
    moved = tuple(replace(item, ask=name) for item in items)
    numbers = {item.number for item in moved}
    by_ask = dict(incident.by_ask)
    rest = tuple(number for number in by_ask.get(key, ()) if number not in numbers)
    by_ask[key] = rest
    if not rest:
        del by_ask[key]
    by_ask[name] = tuple(sorted({*by_ask.get(name, ()), *numbers}))
    return altered(_with_items(incident, moved), by_ask=by_ask)
