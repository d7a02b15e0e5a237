"""Whether a subject can be reached at a time: what the response tells of it, and who is on duty."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from remit.engine.rosters import Change
from remit.engine.rosters import on_duty as people_on_duty
from remit.workflows.response import Response, Watch

__all__ = ["OnDuty", "Reach", "by_rosters"]

OnDuty = Callable[[str, dt.datetime], bool]
"""Tells of a subject whether somebody of it is on duty at a time."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Who can be reached now.

    Args:
        on_duty: tells who is on duty; the rosters of the response where it is `None`.
    """

    response: Response
    now: dt.datetime
    on_duty: OnDuty | None = None

    def why_not(self, subject: str) -> str:
        """Return why nobody can reach a subject, in one word, or an empty text where one can."""
        known = self.response.unreachable.get(subject)
        if known is not None:
            return known
        on_duty = by_rosters(self.response) if self.on_duty is None else self.on_duty
        return "" if on_duty(subject, self.now) else "off-duty"

    def absent(self, subjects: Iterable[str]) -> frozenset[str]:
        """Return those of `subjects` whom nobody can reach."""
        return frozenset(name for name in subjects if self.why_not(name))


def by_rosters(
    response: Response, changes: Callable[[], Mapping[str, Sequence[Change]]] = dict
) -> OnDuty:
    """Return who is on duty by the rosters that the response took along of its pack.

    A subject without a roster is always there; one that answers together with others is there while
    any of them is.

    Args:
        changes: gives the overrides and swaps made since, by roster; asked only for a subject that
            has a roster.
    """

    def on_duty(subject: str, time: dt.datetime) -> bool:
        found = _behind(response, subject)
        return any(_is_there(response, name, time, changes) for name in found)

    return on_duty


def _behind(response: Response, subject: str) -> list[str]:
    """Return a subject, or those who answer together as it, however deep."""
    found, kept = [subject], []
    for name in found:
        members = response.members.get(name, ())
        found += [one for one in members if one not in found]
        if not members or name in response.rosters:
            kept.append(name)
    return kept


def _is_there(
    response: Response,
    subject: str,
    time: dt.datetime,
    changes: Callable[[], Mapping[str, Sequence[Change]]],
) -> bool:
    """Return whether anybody is on duty for one subject, turns and exceptions included."""
    own = [roster for roster in response.duty if roster.subject == subject]
    if not own:
        # WHY: ledgers of before know hours, and no people.
        return _is_on(response.rosters.get(subject), time)
    known = changes()
    try:
        return any(people_on_duty(roster, time, known.get(roster.name, ())) for roster in own)
    except ZoneInfoNotFoundError:
        return True


def _is_on(watches: tuple[Watch, ...] | None, time: dt.datetime) -> bool:
    return watches is None or any(_is_within(watch, time) for watch in watches)


def _is_within(watch: Watch, time: dt.datetime) -> bool:
    """Return whether the clock on the wall of a watch shows one of its times (PEP 495)."""
    there = time.astimezone(ZoneInfo(watch.zone))
    minute = there.hour * 60 + there.minute
    if watch.start < watch.end:
        return there.weekday() in watch.days and watch.start <= minute < watch.end
    yesterday = (there.weekday() - 1) % 7
    begun = there.weekday() in watch.days and minute >= watch.start
    return begun or (yesterday in watch.days and minute < watch.end)
