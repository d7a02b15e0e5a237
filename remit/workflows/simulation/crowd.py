"""The people of a simulation: how each takes what it is asked, as a pure function of the incident.

What they say is judged like anybody's word: nothing here can make an answer count.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from remit.engine.season import Manner, Season
from remit.engine.wording import tell
from remit.workflows.answers import Word, receivers
from remit.workflows.incident import Incident, Item
from remit.workflows.lifecycle import PURPOSES, Purpose, Verb
from remit.workflows.ports import Saying
from remit.workflows.reserving import least_is_missing
from remit.workflows.simulation.chance import Chance
from remit.workflows.stepping import money_is_missing, step_of

__all__ = ["Crowd", "usual_word"]

DAY_MINUTES = 24 * 60
HUNDRED = 100

_FIRST: Mapping[Purpose, Verb] = {
    "command": "ack",
    "take": "ack",
    "consult": "done",
    "order": "approve",
    "approve": "approve",
    "do": "ack",
    "support": "ack",
    "accept": "ack",
    "sign-off": "approve",
    "close": "approve",
    "decide": "done",
    "supply": "approve",
    "spare": "approve",
    "receive": "ack",
    "pay": "ack",
}
"""What somebody who does as asked says first."""


def usual_word(purpose: Purpose) -> Verb:
    """Return what somebody who does as asked says first."""
    return _FIRST[purpose]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Everybody of a season.

    Args:
        arrivals: names of what came in first, by incident; it grows as incidents open.
        taken: how each item is taken, found once: people are asked again at every moment at which
            anything happens.
    """

    season: Season
    chance: Chance
    arrivals: Mapping[str, str] = field(default_factory=dict)
    taken: dict[tuple[str, int, str], Manner] = field(default_factory=dict, init=False, repr=False)

    def next_saying(self, incident: Incident) -> Saying | None:
        """Return what is said next, or `None` if everybody keeps silent."""
        sayings = (found for item in incident.open_items() for found in self.of(incident, item))
        return min(
            sayings, key=lambda saying: (saying.time, saying.item, saying.word.by), default=None
        )

    def of(self, incident: Incident, item: Item) -> Iterator[Saying]:
        """Yield what is going to be said to an item as things stand; at most one thing."""
        speaker = incident.response.leads.get(item.subject, item.subject)
        if (item.number, speaker) in incident.refused:
            return
        manner = self.manner(incident, item)
        about = (incident.id, item.number)
        if item.status == "taken":
            yield from self._later(incident, item, speaker, manner)
            return
        if self.chance.below(HUNDRED, "silent", *about) < manner.silent:
            return
        waits = self.chance.within(manner.answers, manner.spread, "answers", *about)
        word = self._word(incident, item, speaker, manner)
        yield Saying(item.asked + dt.timedelta(seconds=waits), item.number, word)

    def manner(self, incident: Incident, item: Item) -> Manner:
        """Return how an item is taken: the first manner that fits, else the usual one."""
        about = (incident.id, item.number, item.subject)
        found = self.taken.get(about)
        if found is None:
            found = self.taken[about] = self._manner(incident, item)
        return found

    def _manner(self, incident: Incident, item: Item) -> Manner:
        step = step_of(incident, item)
        activity = incident.response.lead if step is None else step.activity
        for manner in self.season.manners:
            if self._fits(manner, incident, item, activity):
                return manner
        return _USUAL

    def _fits(self, manner: Manner, incident: Incident, item: Item, activity: str) -> bool:
        asked = item.asked.astimezone(self.season.start.tzinfo)
        day = (item.asked - self.season.start) // dt.timedelta(days=1) + 1
        return (
            (not manner.subjects or item.subject in manner.subjects)
            and (not manner.purposes or item.purpose in manner.purposes)
            and (not manner.activities or activity in manner.activities)
            and (not manner.arrivals or self.arrivals.get(incident.id) in manner.arrivals)
            and (manner.days is None or manner.days[0] <= day <= manner.days[1])
            and (manner.hours is None or _is_in(asked.hour * 60 + asked.minute, manner.hours))
        )

    def _word(self, incident: Incident, item: Item, speaker: str, manner: Manner) -> Word:
        verb, to = _FIRST[item.purpose], None
        answers = PURPOSES[item.purpose].answers
        draw = self.chance.below(HUNDRED, "says", incident.id, item.number)
        if manner.says in answers:
            verb = cast("Verb", manner.says)
        elif manner.says:
            pass
        elif draw < manner.declines and "decline" in answers:
            verb = "decline"
        elif draw < manner.declines + manner.hands_over and "hand-over" in answers:
            verb = "hand-over"
        if verb == "hand-over":
            able = receivers(incident, item)
            to = manner.to or (able[0] if able else None)
            verb = "hand-over" if to is not None else _FIRST[item.purpose]
        note = manner.note or (tell("cannot do it now") if verb in {"decline", "hand-over"} else "")
        return Word(verb, speaker, note, to)

    def _later(
        self, incident: Incident, item: Item, speaker: str, manner: Manner
    ) -> Iterator[Saying]:
        """Yield that work in hand is done, where it is done by saying so and can go on."""
        if "done" not in PURPOSES[item.purpose].answers or item.answered is None:
            return
        if item.purpose == "command" or _is_stuck(incident, item):
            return
        works = self.chance.within(manner.works, manner.spread, "works", incident.id, item.number)
        yield Saying(
            _ready(incident, item) + dt.timedelta(seconds=works),
            item.number,
            Word("done", speaker, manner.note if manner.says == "done" else ""),
        )


_USUAL = Manner()


def _is_in(minute: int, hours: tuple[int, int]) -> bool:
    start, end = hours
    return start <= minute < end if start < end else minute >= start or minute < end


def _is_stuck(incident: Incident, item: Item) -> bool:
    step = step_of(incident, item)
    if step is None or item.purpose != "do":
        return False
    return money_is_missing(incident, step) or least_is_missing(incident, step)


def _ready(incident: Incident, item: Item) -> dt.datetime:
    """Return since when the work goes on."""
    return item.answered or incident.time
