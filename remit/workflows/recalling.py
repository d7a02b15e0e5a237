"""Recalling what somebody has in hand and nothing is heard of, and calling the next to relieve it.

INVARIANT: it stays in hand until another has it, or it is done; and whoever was recalled may say
that it is still at it, which lets nobody else be called.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from remit.workflows.asking import asked, growing, untried
from remit.workflows.deadlines import hold_limit, in_hand, recall_due, unlimited
from remit.workflows.entries import Draft, stamp
from remit.workflows.incident import Incident, Item
from remit.workflows.reach import Reach
from remit.workflows.response import Ask, StepPlan

__all__ = ["recalls"]

Relief = Callable[[StepPlan, Item], Ask | None]
"""Gives the question by which others may take over what somebody has in hand."""


def recalls(incident: Incident, reach: Reach, relief: Relief) -> Iterator[tuple[str, Draft]]:
    """Yield what is due about all that is in hand, with the name of its step."""
    called: set[str] = set()
    for step, item in in_hand(incident):
        # WHY one a question: two who have the same work would have one and the same called.
        if item.ask in called or not _is_due(incident, step, item, reach.now):
            continue
        # WHY whether it is in hand: of several who are to have it, some may still be asked.
        is_held = item.recalls and incident.in_hand(item.ask) is not None
        ask = relief(step, item) if is_held else None
        found = incident.asked(item.ask)
        line = untried(ask.line, found) if ask is not None else []
        able = next((name for name in line if not reach.why_not(name)), None)
        if ask is not None and able is not None:
            called.add(item.ask)
            why = "forgotten"
            yield (
                step.name,
                asked(ask, able, reach.now, kind="escalated", why=why, after=item.number),
            )
        else:
            until = reach.now + _wait(incident, step, item, reach.now)
            yield step.name, Draft("reminded", {"item": item.number, "due": stamp(until)})


def _is_due(incident: Incident, step: StepPlan, item: Item, now: dt.datetime) -> bool:
    if recall_due(incident, step, item) > now:
        return False
    return not any(one.status == "open" and one.due > now for one in incident.asked(item.ask))


def _wait(incident: Incident, step: StepPlan, item: Item, now: dt.datetime) -> dt.timedelta:
    """Return how long a recall has: of work with a limit, the first until twice its time."""
    limit = hold_limit(incident, step, item) if item.purpose == "do" else None
    if limit is None or step.complete is None:
        return unlimited(item)
    again = growing(item.within, item.recalls + item.heards)
    if item.recalls or item.heards:
        return again
    # WHY twice its time: work that is late may still be under way, and is told of anyway.
    spare = dt.timedelta(seconds=max(item.within, step.complete))
    return max(again, limit + spare - now)
