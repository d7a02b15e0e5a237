"""What is due about the people and the stock of one step: reserve, tell what is short, call for it.

What its own parties have is reserved at once, as far as it is free; the rest is told to whoever
answers for the step and asked of those who may give it, one after the other. What comes free
elsewhere is taken whenever it is this step's turn.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from remit.workflows.asking import asked, pursue
from remit.workflows.entries import Draft, Json
from remit.workflows.holding import NOTHING_HELD, Call, Holding, Name, Source
from remit.workflows.incident import Incident
from remit.workflows.lifecycle import Purpose
from remit.workflows.means import Lender
from remit.workflows.reach import Reach
from remit.workflows.response import Ask, StepPlan
from remit.workflows.stores import Stores, Want

__all__ = ["Reserving", "holders_of", "holding_of", "least_is_missing", "wants_of"]

ANSWER_S = 3600
"""Seconds somebody who may give people or stock has to answer."""
RECEIVE_S = 12 * 3600
"""Seconds the receiver has to say that they came, beside the time they take to come."""


def holding_of(incident: Incident, step: StepPlan) -> Holding:
    """Return what a step holds."""
    return incident.means.get(step.name, NOTHING_HELD)


def holders_of(incident: Incident, step: StepPlan, kind: str) -> tuple[str, ...]:
    """Return whose people of a kind a step may have without asking: its own parties, in order."""
    own = incident.response.means.people.get(kind, {})
    parties = (*(ask.holder for ask in step.do), *step.roles["supports"])
    return tuple(name for name in dict.fromkeys(parties) if own.get(name))


def least_is_missing(incident: Incident, step: StepPlan) -> bool:
    """Return whether a step waits for what it does not begin without, and nobody waived it."""
    least = incident.response.means.least_of(step.name)
    if not (least.staff or least.stock):
        return False
    if any(item.outcome == "settled" for item in incident.asked(f"{step.name}/decide/means")):
        return False
    holding = holding_of(incident, step)
    return any(holding.arrived(("staff", name)) < count for name, count in least.staff.items()) or (
        any(holding.arrived(("stock", name)) < count for name, count in least.stock.items())
    )


def wants_of(incident: Incident) -> Iterator[Want]:
    """Yield what the steps of an incident wait for and were told to lack."""
    for part in incident.response.parts:
        for step in part.steps:
            # WHY first: most steps hold nothing, and every look at an incident comes by here.
            if step.name not in incident.means:
                continue
            progress, holding = incident.progress(step), holding_of(incident, step)
            if progress.is_past or progress.is_over or incident.is_over:
                continue
            for name, since in sorted(holding.short.items()):
                missing = holding.missing(name, step.needs.get(name, 0))
                if missing:
                    yield want_of(incident, step, name, missing, since)


def want_of(
    incident: Incident, step: StepPlan, name: Name, missing: int, since: dt.datetime
) -> Want:
    """Return what a step wants of one thing."""
    kind, what = name
    holders = holders_of(incident, step, what) if kind == "staff" else ("",)
    level = incident.response.means.level
    return Want(incident.id, step.name, kind, what, missing, level, since, holders)


@dataclass(frozen=True, slots=True)
class Reserving:
    """One look at the people and the stock of one step.

    Args:
        doer: who does the step, and asks for what it lacks.
        decision: the question how to go on.
    """

    incident: Incident
    stores: Stores
    reach: Reach
    step: StepPlan
    doer: str
    decision: Ask

    def dues(self) -> Iterator[Draft]:
        """Yield what is due; of what takes something from the stores one entry at a time.

        WHY one: the stores say what is left before it, not after.
        """
        taken = next(self._taken(), None)
        if taken is not None:
            yield taken
            return
        drafts = [
            *self._wanted(),
            *(draft for call in self.holding.calls for draft in self._pursue(call)),
        ]
        yield from drafts
        if not drafts and self._is_stuck():
            yield from pursue(self.incident, self.decision, self.reach)

    def _wanted(self) -> Iterator[Draft]:
        """Yield what tells of, and calls for, what is neither there nor to be had."""
        left = self._left()
        for name, needed in self.step.needs.items():
            missing = self.holding.missing(name, needed) - sum(left.get(name, {}).values())
            if missing <= 0:
                continue
            if name not in self.holding.short:
                yield self._short(name, missing)
            elif not any(
                call.is_open for call in self.holding.calls if (call.kind, call.name) == name
            ):
                yield from self._seek(name, missing)

    @property
    def holding(self) -> Holding:
        """What the step holds."""
        return holding_of(self.incident, self.step)

    def _taken(self) -> Iterator[Draft]:
        for call in self.holding.calls:
            if call.state == "granted" and call.source != "supply":
                yield self._given(call)
        left = self._left()
        if not self._may_begin(left):
            return
        for name, needed in self.step.needs.items():
            missing = self.holding.missing(name, needed)
            for holder, free in left.get(name, {}).items():
                if missing and free:
                    yield self._take(name, holder, min(free, missing), missing)

    def _left(self) -> dict[Name, dict[str, int]]:
        """Return what may be taken now, by name and holder."""
        found: dict[Name, dict[str, int]] = {}
        for name, needed in self.step.needs.items():
            missing = self.holding.missing(name, needed)
            if missing:
                since = self.holding.short.get(name, self.reach.now)
                want = want_of(self.incident, self.step, name, missing, since)
                found[name] = self.stores.left(want, self._floor(name), self.reach.now)
        return found

    def _may_begin(self, left: Mapping[Name, Mapping[str, int]]) -> bool:
        """Return whether all that the step does not begin without can be had at once.

        INVARIANT: until then it holds nothing of its own parties, so no two steps wait for what
        the other holds.
        """
        if not least_is_missing(self.incident, self.step):
            return True
        least = self.incident.response.means.least_of(self.step.name)
        wanted: dict[Name, int] = {("staff", name): count for name, count in least.staff.items()}
        wanted |= {("stock", name): count for name, count in least.stock.items()}
        return all(
            self.holding.there(name) + sum(left.get(name, {}).values()) >= count
            for name, count in wanted.items()
        )

    def _floor(self, name: Name) -> int:
        store = self.incident.response.means.stock.get(name[1])
        return store.floor if name[0] == "stock" and store is not None else 0

    def _take(self, name: Name, holder: str, count: int, missing: int) -> Draft:
        kind, what = name
        if kind == "staff":
            return self._posting(what, holder, what, count, missing - count)
        return self._drawing(what, count, missing - count)

    def _given(self, call: Call) -> Draft:
        """Return the entry that sets aside what somebody said yes to, as far as it is there."""
        needed = self.step.needs.get((call.kind, call.name), 0)
        wanted = min(call.granted, needed - self.holding.there((call.kind, call.name)))
        more: dict[str, Json] = {"call": call.number}
        if call.kind == "stock":
            given = max(0, min(wanted, self.stores.stock.get(call.name, 0)))
            return self._drawing(call.name, given, wanted - given, more)
        lenders = self.incident.response.means.lends(call.name)
        free = next(
            (
                self._spare(one)
                for one in lenders
                if (one.subject, one.staff) == (call.line[0], call.staff)
            ),
            self.stores.staff.get((call.line[0], call.staff), 0),
        )
        given = max(0, min(wanted, free))
        return self._posting(call.staff, call.line[0], call.name, given, wanted - given, more)

    def _posting(
        self,
        staff: str,
        holder: str,
        work: str,
        count: int,
        short: int,
        more: Mapping[str, Json] | None = None,
    ) -> Draft:
        told: list[Json] = [holder] if holder != self.doer else []
        about: dict[str, Json] = {"staff": staff, "holder": holder, "work": work}
        return self._mark(
            "posted", {**about, "quantity": count, "short": short, "subjects": told, **(more or {})}
        )

    def _drawing(
        self, stock: str, count: int, short: int, more: Mapping[str, Json] | None = None
    ) -> Draft:
        store = self.incident.response.means.stock.get(stock)
        holder = store.holder if store is not None else ""
        told: list[Json] = [holder] if holder and holder != self.doer else []
        about: dict[str, Json] = {"stock": stock, "quantity": count, "short": short}
        return self._mark("drawn", {**about, "holder": holder, "subjects": told, **(more or {})})

    def _short(self, name: Name, missing: int) -> Draft:
        line = self.step.sign_off.line[: self.step.sign_off.together]
        about: dict[str, Json] = {"means": name[0], "name": name[1], "quantity": missing}
        return self._mark("short", {**about, "subjects": [*line]})

    def _seek(self, name: Name, missing: int) -> Iterator[Draft]:
        """Yield the call to the next who may give what is missing, if anybody is left."""
        asked_before = {(call.line[0], call.staff, call.source) for call in self.holding.calls}
        for source, subject, staff, most, delay in self._sources(name):
            if (subject, staff, source) not in asked_before and (most is None or most > 0):
                about: dict[str, Json] = {
                    "means": name[0],
                    "name": name[1],
                    "quantity": missing if most is None else min(missing, most),
                    "source": source,
                    "line": [*self._line(source, subject, name[1])],
                    "staff": staff,
                    "delay": delay,
                    "by": self.doer,
                }
                yield self._mark("sought", about)
                return

    def _sources(self, name: Name) -> Iterator[tuple[Source, str, str, int | None, int]]:
        """Yield who may give something: subject, kind of people, how many, how soon."""
        kind, what = name
        means = self.incident.response.means
        if kind == "stock":
            store = means.stock.get(what)
            if store is not None:
                below = min(store.floor, self.stores.stock.get(what, 0))
                if store.holder and below > 0:
                    yield "floor", store.holder, "", below, 0
                yield from (("supply", one, "", None, 0) for one in store.sources)
            return
        for lender in means.lends(what):
            yield "loan", lender.subject, lender.staff, self._spare(lender), lender.delay
        own = holders_of(self.incident, self.step, what)
        for subject in sorted(means.people.get(what, {})):
            if subject not in own:
                yield "loan", subject, what, self.stores.staff.get((subject, what), 0), 0

    def _spare(self, lender: Lender) -> int:
        """Return how many somebody can lend now, of those it lends at most to all incidents."""
        free = self.stores.staff.get((lender.subject, lender.staff), 0)
        if lender.most is None:
            return free
        return min(free, lender.most - self.stores.lent.get((lender.subject, lender.staff), 0))

    def _line(self, source: Source, subject: str, name: str) -> tuple[str, ...]:
        store = self.incident.response.means.stock.get(name)
        if source == "floor" and store is not None:
            return store.keepers or (subject,)
        return (subject,)

    def _pursue(self, call: Call) -> Iterator[Draft]:
        """Yield what brings one call on: ask, give it up, ask whether it has come."""
        ask = _ask(self.step, call)
        if call.state == "asked":
            items = self.incident.asked(ask)
            line = set(call.line)
            silent = any(item.status == "open" and item.due > self.reach.now for item in items)
            if items and line <= {item.subject for item in items} and not silent:
                yield self._mark("unmet", {"call": call.number, "by": call.line[0]})
            else:
                yield from pursue(self.incident, ask, self.reach)
        elif call.state in {"reserved", "sent"} and self.doer:
            within = call.delay + RECEIVE_S
            about = str(call.number)
            receive = Ask(
                self.step.part, self.step.id, "receive", self.doer, (self.doer,), within, 1, about
            )
            if call.source == "supply" and call.state != "sent":
                return
            if not self.incident.asked(receive):
                yield asked(receive, self.doer, self.reach.now)
            else:
                yield from pursue(self.incident, receive, self.reach)

    def _is_stuck(self) -> bool:
        """Return whether the step waits for what nobody is left to be asked for."""
        if not least_is_missing(self.incident, self.step):
            return False
        return not any(call.is_open for call in self.holding.calls)

    def _mark(self, kind: str, more: Mapping[str, Json]) -> Draft:
        return Draft(kind, {"part": self.step.part, "step": self.step.id, **more})


def _ask(step: StepPlan, call: Call) -> Ask:
    purpose: Purpose = "spare" if call.source == "floor" else "supply"
    about = str(call.number)
    return Ask(step.part, step.id, purpose, call.line[0], call.line, ANSWER_S, 1, about)
