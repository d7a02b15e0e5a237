"""Finding an answer to one question: ask, wait, call the next in line, recall."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from remit.workflows.entries import Draft, Json, stamp
from remit.workflows.incident import Incident, Item
from remit.workflows.lifecycle import PURPOSES
from remit.workflows.reach import Reach
from remit.workflows.response import Ask

__all__ = ["LEAST_REMINDER_S", "MOST_REMINDER_S", "asked", "growing", "in_latest_round", "pursue",
    "untried"]  # fmt: skip

LEAST_REMINDER_S, MOST_REMINDER_S = 15 * 60, 24 * 3600
"""Bounds of the time between two reminders, which doubles; in seconds."""
GIVEN_UP = frozenset({"consult", "support"})
"""Purposes that hold nothing up: when their time is over, the work goes on without."""
HOLDS_UP_NOTHING = GIVEN_UP | {"take"}


def pursue(
    incident: Incident, ask: Ask, reach: Reach, leaving_out: tuple[str, ...] = ()
) -> Iterator[Draft]:
    """Yield what must be written now to get `ask` answered.

    The first in line is asked; whoever stands in for the holder comes first, and whom nobody can
    reach is passed over at once. When its time is over or it declines, the next is called, and
    whoever was called before may still answer. When the line is used up, those who were silent are
    reminded, at growing intervals, for as long as the question stands; advice and support are given
    up instead. Where nobody could be asked at all, that is an alarm, told again at growing
    intervals.
    """
    ask = in_latest_round(incident, ask)
    if incident.in_hand(ask) is not None:
        return
    yield from _Search(incident, ask, reach, leaving_out).drafts()


def in_latest_round(incident: Incident, ask: Ask) -> Ask:
    """Return a question as it was asked last: who leads is asked anew once all have declined.

    WHY no recursion from round to round: people may decline for days.
    """
    if ask.purpose != "command":
        return ask
    number, name = ask.round, ask.in_round(1).key
    while f"{name}#{number + 1}" in incident.by_ask:
        number += 1
    return ask.in_round(number)


@dataclass(frozen=True, slots=True)
class _Search:
    """One look at one question that is not settled."""

    incident: Incident
    ask: Ask
    reach: Reach
    leaving_out: tuple[str, ...]

    def drafts(self) -> Iterator[Draft]:
        items = self.incident.asked(self.ask)
        wanted = self.wanted(items)
        if wanted <= 0:
            return
        found = list(self.called(items, wanted))
        yield from found
        if not found:
            yield from self.used_up(items)

    def wanted(self, items: tuple[Item, ...]) -> int:
        """Return how many more are to be asked now."""
        if not items:
            return max(self.ask.together, self.ask.need)
        now = self.reach.now
        waiting = sum(1 for item in items if item.status == "open" and item.due > now)
        return self.ask.need - len(_agreed(items)) - waiting

    def called(self, items: tuple[Item, ...], wanted: int) -> Iterator[Draft]:
        """Yield whom to call next, and who is passed over on the way."""
        passed = self.incident.skipped.get(self.ask.key, frozenset())
        for name in untried(self.line(), items):
            if wanted <= 0:
                return
            reason = self.reach.why_not(name)
            if not reason:
                wanted -= 1
                yield self.call(name, items)
            elif name not in passed:
                yield _skipped(self.ask, name, reason)

    def call(self, name: str, items: tuple[Item, ...]) -> Draft:
        if not items:
            return asked(self.ask, name, self.reach.now)
        latest = next((item for item in reversed(items) if item.status != "withdrawn"), items[-1])
        silence = "untold" if latest.untold else "no-answer"
        declined = latest.status == "answered" and not _agreed((latest,))
        why = "declined" if declined else silence
        return asked(self.ask, name, self.reach.now, kind="escalated", why=why, after=latest.number)

    def line(self) -> list[str]:
        """Return whom to ask, in order: whoever stands in for the holder first, then the line."""
        ask = self.ask
        line = [name for name in ask.line if name not in self.leaving_out]
        acting = self.incident.acting.get(ask.holder, ask.holder)
        # WHY also from outside the line: a whole incident may have been handed to another owner.
        may = acting in line or (ask.purpose in {"command", "close"} and acting != ask.holder)
        if ask.together == 1 and may and PURPOSES[ask.purpose].climbs:
            line = [acting, *(name for name in line if name != acting)]
        return line

    def used_up(self, items: tuple[Item, ...]) -> Iterator[Draft]:
        """Yield what follows when nobody is left to be called."""
        ask, silent = self.ask, [item for item in items if item.status == "open"]
        if silent or (ask.purpose in GIVEN_UP and not items):
            yield from self.silence(silent)
        elif agreed := _agreed(items):
            have: dict[str, Json] = {"have": len(agreed), "need": ask.need}
            yield Draft("lacking", {"ask": ask.key, "part": ask.part, "step": ask.step, **have})
        elif ask.purpose == "command" and items and not self.incident.skipped.get(ask.key):
            # WHY: an incident that everybody declined still needs a leader, so all are called
            # again.
            again = ask.in_round(ask.round + 1)
            yield from pursue(self.incident, again, self.reach, self.leaving_out)
        elif ask.purpose not in HOLDS_UP_NOTHING and self.incident.skipped.get(ask.key):
            yield from self.alarm()

    def silence(self, silent: list[Item]) -> Iterator[Draft]:
        ask = self.ask
        if ask.purpose in GIVEN_UP:
            if ask.key not in self.incident.progress(f"{ask.part}/{ask.step}").unheard:
                about: dict[str, Json] = {"ask": ask.key, "holder": ask.holder}
                yield Draft("unheard", {"part": ask.part, "step": ask.step, **about})
            return
        for item in silent:
            if item.due > self.reach.now:
                continue
            due = self.reach.now + growing(ask.within, item.reminders)
            yield Draft("reminded", {"item": item.number, "due": stamp(due)})

    def alarm(self) -> Iterator[Draft]:
        """Tell those above that nobody can be asked; they are tried again when it is due."""
        ask, before = self.ask, self.incident.alarms.get(self.ask.key)
        if before is not None and before.due > self.reach.now:
            return
        due = self.reach.now + growing(ask.within, before.count if before else 0)
        response = self.incident.response
        told = dict.fromkeys((*response.above.get(ask.holder, ()), *response.heads))
        about = {"purpose": ask.purpose, "holder": ask.holder, "due": stamp(due)}
        where = {"ask": ask.key, "part": ask.part, "step": ask.step}
        yield Draft("alarm", {**where, **about, "subjects": [*told]})


def untried(line: Iterable[str], items: Iterable[Item]) -> list[str]:
    """Return who of a line may still be called, in order.

    Last come those who were called, and whom somebody else was faster than: should that one lay it
    down again, they never had their say.
    """
    items = tuple(items)
    called = {item.subject for item in items}
    had_their_say = {item.subject for item in items if item.status != "withdrawn"}
    line = tuple(line)
    return [
        *(name for name in line if name not in called),
        *(name for name in line if name in called - had_their_say),
    ]


def growing(within: int, times: int) -> dt.timedelta:
    """Return how long to wait before recalling something once more.

    Args:
        within: seconds somebody has to answer.
        times: how often it was recalled; the wait doubles each time, within bounds.
    """
    # WHY a bound of the exponent: past it the wait is at its most anyway.
    seconds = max(within, LEAST_REMINDER_S) * 2 ** min(times, 20)
    return dt.timedelta(seconds=min(seconds, MOST_REMINDER_S))


def asked(
    ask: Ask,
    subject: str,
    now: dt.datetime,
    *,
    kind: str = "asked",
    why: str = "first",
    after: int | None = None,
    offer_of: int | None = None,
) -> Draft:
    """Return the entry that asks one subject; its item number is given when it is written."""
    payload: dict[str, Json] = {
        "ask": ask.key,
        "purpose": ask.purpose,
        "part": ask.part,
        "step": ask.step,
        "holder": ask.holder,
        "subject": subject,
        "due": stamp(now + dt.timedelta(seconds=ask.within)),
        "why": why,
    }
    more = (("about", ask.about or None), ("after", after), ("offer_of", offer_of))
    payload |= {key: value for key, value in more if value is not None}
    if ask.need != 1:
        payload["need"] = ask.need
    return Draft(kind, payload)


def _agreed(items: tuple[Item, ...]) -> list[Item]:
    """Return the items by which somebody has said "mine"."""
    held = [item for item in items if item.status == "taken" or item.is_settled]
    return [item for item in held if item.outcome == "acknowledged"]


def _skipped(ask: Ask, subject: str, reason: str) -> Draft:
    about = {"purpose": ask.purpose, "holder": ask.holder, "subject": subject, "reason": reason}
    return Draft("skipped", {"ask": ask.key, "part": ask.part, "step": ask.step, **about})
