"""Finding an answer to one question: ask, wait, call the next in line, recall."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from remit.workflows.entries import Draft, Json, stamp
from remit.workflows.incident import Incident, Item
from remit.workflows.lifecycle import PURPOSES
from remit.workflows.response import Ask

__all__ = ["LEAST_REMINDER_S", "MOST_REMINDER_S", "asked", "pursue"]

LEAST_REMINDER_S, MOST_REMINDER_S = 15 * 60, 24 * 3600
"""Bounds of the time between two reminders, which doubles; in seconds."""


def pursue(
    incident: Incident, ask: Ask, now: dt.datetime, leaving_out: tuple[str, ...] = ()
) -> Iterator[Draft]:
    """Yield what must be written now to get `ask` answered.

    The first in line is asked; whoever stands in for the holder comes first. When its time is over
    or it declines, the next is called, and whoever was called before may still answer. When the
    line is used up, those who were silent are reminded, at growing intervals, for as long as the
    question stands; a consultation is given up instead.
    """
    items = incident.asked(ask)
    if incident.in_hand(ask) is not None:
        return
    line = _line(incident, ask, leaving_out)
    if not items:
        yield from (asked(ask, name, now) for name in line[: ask.together])
        return
    silent = [item for item in items if item.status == "open"]
    if any(item.due > now for item in silent):
        return
    remaining = [name for name in line if name not in {item.subject for item in items}]
    if remaining:
        latest = items[-1]
        why = "declined" if latest.status == "answered" else "no-answer"
        yield asked(ask, remaining[0], now, kind="escalated", why=why, after=latest.number)
    elif silent:
        yield from _silence(incident, ask, silent, now)
    elif ask.purpose == "command":
        # WHY: an incident that everybody declined still needs a leader, so all are called again.
        yield from pursue(incident, replace(ask, round=ask.round + 1), now, leaving_out)


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
    if ask.about:
        payload["about"] = ask.about
    if after is not None:
        payload["after"] = after
    if offer_of is not None:
        payload["offer_of"] = offer_of
    return Draft(kind, payload)


def _line(incident: Incident, ask: Ask, leaving_out: tuple[str, ...]) -> list[str]:
    """Return whom to ask, in order: whoever stands in for the holder first, then the line."""
    line = [name for name in ask.line if name not in leaving_out]
    acting = incident.acting.get(ask.holder, ask.holder)
    if ask.together == 1 and acting in line and PURPOSES[ask.purpose].climbs:
        line = [acting, *(name for name in line if name != acting)]
    return line


def _silence(incident: Incident, ask: Ask, silent: list[Item], now: dt.datetime) -> Iterator[Draft]:
    if ask.purpose == "consult":
        if ask.key not in incident.progress(f"{ask.part}/{ask.step}").unheard:
            yield Draft(
                "unheard",
                {"part": ask.part, "step": ask.step, "ask": ask.key, "holder": ask.holder},
            )
        return
    for item in silent:
        wait = min(max(ask.within, LEAST_REMINDER_S) * 2**item.reminders, MOST_REMINDER_S)
        yield Draft(
            "reminded", {"item": item.number, "due": stamp(now + dt.timedelta(seconds=wait))}
        )
