"""How often limits were kept, and how long things took: of one incident, or of many."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from statistics import median

from remit.workflows.conformance.history import Asked, History, Said, number_in, text_in
from remit.workflows.reports.after_view import LimitShare
from remit.workflows.reports.telling import Telling

__all__ = ["GROUPS", "Timed", "limit_shares", "shares_of", "timed_of"]

GROUPS: Mapping[str, str] = {
    "command": "acknowledge",
    "take": "acknowledge",
    "do": "acknowledge",
    "support": "acknowledge",
    "consult": "consult",
    "order": "release",
    "approve": "release",
    "supply": "release",
    "spare": "release",
    "pay": "release",
    "accept": "accept",
    "receive": "accept",
    "sign-off": "sign-off",
    "close": "sign-off",
    "decide": "sign-off",
    "review": "sign-off",
}
"""The group of limits by what was asked; of anything else, none is told."""
ORDER = ("acknowledge", "consult", "release", "accept", "sign-off", "complete")


@dataclass(frozen=True, slots=True)
class Timed:
    """One limit that ran; `took` is seconds, `None` where nothing came of it.

    Args:
        subject: whose limit it was.
        kept: `None` while it is still running.
    """

    group: str
    subject: str
    took: int | None
    kept: bool | None


def limit_shares(telling: Telling, history: History) -> Iterator[LimitShare]:
    """Yield how the limits of one incident were kept, by group."""
    yield from shares_of(telling, timed_of(history))


def shares_of(telling: Telling, timed: Iterable[Timed]) -> Iterator[LimitShare]:
    """Yield how limits were kept, by group, the groups in the order of work."""
    by_group: defaultdict[str, list[Timed]] = defaultdict(list)
    for one in timed:
        by_group[one.group].append(one)
    for group in ORDER:
        ran = [one for one in by_group[group] if one.kept is not None]
        took = [one.took for one in ran if one.took is not None]
        if ran:
            yield LimitShare(
                telling.word(f"limit-{group}"),
                sum(bool(one.kept) for one in ran),
                len(ran),
                int(median(took)) if took else None,
                max(took, default=None),
            )


def timed_of(history: History) -> Iterator[Timed]:
    """Yield the limits of one incident: of questions, then of work."""
    first: dict[int, Said] = {}
    for said in history.said:
        first.setdefault(said.item.number, said)
    for item in history.asked.values():
        group = GROUPS.get(item.purpose)
        if group is not None and item.due is not None:
            yield _of_item(history, item, group, first.get(item.number))
    for part in history.response.parts:
        for step in part.steps:
            yield from _of_work(history, step.name)


def _of_item(history: History, item: Asked, group: str, said: Said | None) -> Timed:
    due = item.due or item.time
    if said is not None:
        took = int((said.time - item.time).total_seconds())
        return Timed(group, item.subject, took, said.time <= due)
    passed_over = any(
        other.after == item.number and other.why not in {"first", "declined"}
        for other in history.asked.values()
    )
    reminded = any(
        number_in(entry.payload, "item") == item.number for entry in history.of_kind("reminded")
    )
    unheard = any(text_in(entry.payload, "ask") == item.key for entry in history.of_kind("unheard"))
    return Timed(group, item.subject, None, False if passed_over or reminded or unheard else None)


def _of_work(history: History, name: str) -> Iterator[Timed]:
    part, _, step = name.partition("/")
    finished = list(history.of_step(name, "finished"))
    at = finished[-1].number if finished else history.last.number
    plan = history.step(part, step, at)
    asked = [one for one in history.asked.values() if (one.name, one.purpose) == (name, "do")]
    if plan is None or plan.complete is None or not asked:
        return
    latest = max(one.round for one in asked)
    begun = min(one.time for one in asked if one.round == latest)
    due = begun + dt.timedelta(seconds=plan.complete)
    doers = plan.roles.get("responsible") or plan.roles.get("accountable") or ("",)
    if finished:
        took = int((finished[-1].time - begun).total_seconds())
        yield Timed("complete", doers[0], took, finished[-1].time <= due)
    elif not any(history.of_step(name, "dropped")):
        yield Timed("complete", doers[0], None, None if history.last.time <= due else False)
