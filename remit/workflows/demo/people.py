"""The people of the demo: who answers what, how long they take, who keeps silent, who oversteps.

They are a pure function of the incident, so the play goes on where it was cut off. What they say is
judged like anybody's word: nothing here can make an answer count.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from remit.workflows.answers import Word
from remit.workflows.incident import Incident, Item
from remit.workflows.lifecycle import Purpose, Verb
from remit.workflows.ports import Saying
from remit.workflows.stepping import step_of
from remit.workflows.waits import money_is_missing

__all__ = ["DemoPeople"]

Part = tuple[Purpose, str]
"""What a word is about: the purpose of the item and the activity of its step."""

SILENT: Mapping[Part, frozenset[str]] = {
    ("do", "enforce-closure"): frozenset({"property-company"}),
    ("consult", "deliver-supplies"): frozenset({"commerce-bureau"}),
}
"""Who never answers: so the next in line is called, or the work goes on unadvised."""

_FIRST_WORD: Mapping[Purpose, Verb] = {
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

_MINUTES: Mapping[Purpose, int] = {
    "command": 4,
    "take": 6,
    "consult": 12,
    "order": 13,
    "approve": 25,
    "do": 8,
    "support": 10,
    "accept": 20,
    "sign-off": 40,
    "close": 60,
    "decide": 30,
    "supply": 15,
    "spare": 10,
    "receive": 30,
    "pay": 45,
}
"""Minutes until somebody answers."""

_WORK: Mapping[str, dt.timedelta] = {
    "report-case": dt.timedelta(minutes=35),
    "medical-judgement": dt.timedelta(minutes=50),
    "order-home-isolation": dt.timedelta(hours=1),
    "close-compound": dt.timedelta(hours=2),
    "publicity": dt.timedelta(hours=3),
    "enforce-closure": dt.timedelta(hours=5),
    "disinfect-home": dt.timedelta(hours=5),
    "disinfect-public-areas": dt.timedelta(hours=9),
    "allocate-supplies": dt.timedelta(hours=4),
    "deliver-supplies": dt.timedelta(hours=50),
    "care-for-vulnerable": dt.timedelta(days=3),
    "follow-up-isolation": dt.timedelta(days=13),
    "serve-isolated-homes": dt.timedelta(days=13),
    "recovery-aid": dt.timedelta(days=9),
    "pay-extra-costs": dt.timedelta(days=12),
    "review": dt.timedelta(days=7),
}
"""How long the work itself takes; two hours where nothing is written."""

_SENT = dt.timedelta(minutes=40)
"""Until what somebody promised is on its way."""

_PAID = dt.timedelta(hours=20)
"""Until what somebody takes on to pay is paid."""
_BEFORE = dt.timedelta(hours=6)
"""How long before a recall runs out somebody says that it is still at it."""

_NOTES: Mapping[Part, str] = {
    ("consult", "close-compound"): (
        "close the Garden compound only, for 14 days; the rest of the community stays open"
    ),
    (
        "order",
        "close-compound",
    ): "Garden compound, from today 18:00, to be reviewed every three days",
    ("consult", "publicity"): "say where to call before coming to the clinic",
    ("do", "deliver-supplies"): "600 households served; 41 need care beyond supplies",
    ("close", "command"): "the points to improve are on the list of the review",
}

_OVERSTEPS: Mapping[Part, str] = {
    ("order", "close-compound"): "property-company",
    ("approve", "deliver-supplies"): "residents-committee",
}
"""Who speaks unasked: a firm that would close by itself, a requester that would approve."""


@dataclass(frozen=True, slots=True)
class DemoPeople:
    """Everybody of the demo."""

    def next_saying(self, incident: Incident) -> Saying | None:
        """Return what is said next, or `None` if everybody keeps silent."""
        sayings = (found for item in incident.open_items() for found in _sayings(incident, item))
        return min(
            sayings, key=lambda saying: (saying.time, saying.item, saying.word.by), default=None
        )


def _sayings(incident: Incident, item: Item) -> Iterator[Saying]:
    part = (item.purpose, _activity(incident, item))
    meddler = _OVERSTEPS.get(part)
    if meddler is not None and (item.number, meddler) not in incident.refused:
        time = item.asked + dt.timedelta(minutes=2)
        yield Saying(time, item.number, Word(_FIRST_WORD[item.purpose], meddler))
    if item.subject in SILENT.get(part, ()):
        return
    speaker = incident.response.leads.get(item.subject, item.subject)
    if item.status == "open":
        time = item.asked + dt.timedelta(minutes=_MINUTES[item.purpose])
        note = "" if item.purpose == "do" else _NOTES.get(part, "")
        yield Saying(time, item.number, Word(_FIRST_WORD[item.purpose], speaker, note))
    elif item.purpose == "do" and item.answered is not None and not _waits(incident, item):
        time = item.answered + _WORK.get(part[1], dt.timedelta(hours=2))
        yield Saying(time, item.number, Word("done", speaker, _NOTES.get(part, "")))
        if item.recalls:
            yield Saying(max(item.answered, item.due - _BEFORE), item.number, Word("ack", speaker))
    elif item.purpose == "pay" and item.answered is not None:
        yield Saying(item.answered + _PAID, item.number, Word("done", speaker))
    elif item.purpose == "supply" and item.answered is not None:
        yield Saying(item.answered + _SENT, item.number, Word("done", speaker))


def _waits(incident: Incident, item: Item) -> bool:
    step = step_of(incident, item)
    return step is not None and money_is_missing(incident, step)


def _activity(incident: Incident, item: Item) -> str:
    step = step_of(incident, item)
    return incident.response.lead if step is None else step.activity
