"""Many incidents in review: who carried how much, how long things took, who stood in for whom."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from remit.workflows.conformance.finding import conformance_of, deviations_of
from remit.workflows.conformance.habits import rule_of
from remit.workflows.conformance.history import ENDINGS, History
from remit.workflows.conformance.standing_in import Performance, performances
from remit.workflows.conformance.words import Words
from remit.workflows.incident import Incident
from remit.workflows.reports.after_sections import limit_rows, took
from remit.workflows.reports.after_view import LimitShare
from remit.workflows.reports.labels import LABELS
from remit.workflows.reports.sections import Column, Page, Section
from remit.workflows.reports.telling import Telling, in_language
from remit.workflows.reports.timing import Timed, shares_of, timed_of
from remit.workflows.reports.view import Language
from remit.workflows.times import shown

__all__ = ["Load", "Overview", "Row", "StandIn", "overview_of", "overview_page"]


@dataclass(frozen=True, slots=True)
class Row:
    """One incident; `seconds` is how long it lasted, `None` while it is not over."""

    id: str
    title: str
    state: str
    opened: dt.datetime
    offset: int
    seconds: int | None
    kept: int
    limits: int
    departures: int


@dataclass(frozen=True, slots=True)
class Load:
    """What one subject carried over all incidents.

    Args:
        asked: how often it was asked anything.
        done: pieces of work it reported as done.
        kept: of `limits` that ran for it.
        stood_in: duties it performed for others; `stood_in_by` those others performed for it.
    """

    subject: str
    label: str
    asked: int
    said: int
    done: int
    kept: int
    limits: int
    stood_in: int
    stood_in_by: int


@dataclass(frozen=True, slots=True)
class StandIn:
    """Who performed whose duty, and how often."""

    activity: str
    letter: str
    holder: str
    by: str
    times: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Many incidents in review.

    Args:
        habits: who regularly acts in another's place: what is said of it, and the rule.
    """

    language: Language
    start: dt.date | None
    end: dt.date | None
    incidents: tuple[Row, ...]
    shares: tuple[LimitShare, ...]
    loads: tuple[Load, ...]
    stand_ins: tuple[StandIn, ...]
    habits: tuple[tuple[str, str], ...]


def overview_of(
    found: Sequence[tuple[Incident, History]],
    language: Language,
    *,
    start: dt.date | None = None,
    end: dt.date | None = None,
    least: int,
) -> Overview:
    """Return some incidents in review, in the order given.

    Args:
        start: first day they were opened on, as it is told; `end` the last.
        least: how often somebody must have stood in to be told of as the owner in fact.
    """
    histories = [history for _, history in found]
    timed = [one for history in histories for one in timed_of(history)]
    done = [one for history in histories for one in performances(history)]
    names = {}
    for incident, history in found:
        names.update(dict.fromkeys(_subjects(history), Telling(incident, language)))
    telling = Telling(found[0][0], language) if found else None
    habits = conformance_of(histories, least).habits
    words = {history.incident: Words(history.response, language) for history in histories}
    return Overview(
        language,
        start,
        end,
        tuple(_row(incident, history, language) for incident, history in found),
        tuple(shares_of(telling, timed)) if telling else (),
        tuple(_loads(histories, timed, done, names)),
        tuple(_stand_ins(done, names)),
        tuple((words[tuple(one.evidence)[-1]].habit(one), rule_of(one)) for one in habits),
    )


def overview_page(view: Overview) -> Page:
    """Return a review as one page of sections."""
    labels = LABELS[view.language]
    if not view.incidents:
        return Page(view.language, labels["overview"], labels["overview-none"], ())
    first, last = view.incidents[0], view.incidents[-1]
    above = labels["overview-count"].format(
        count=len(view.incidents),
        start=view.start or shown(first.opened, first.offset)[:10],
        end=view.end or shown(last.opened, last.offset)[:10],
        over=sum(row.seconds is not None for row in view.incidents),
    )
    return Page(view.language, labels["overview"], above, tuple(_sections(view, labels)))


def _sections(view: Overview, labels: Mapping[str, str]) -> Iterator[Section]:
    rows = [
        (
            one.id,
            one.title,
            one.state,
            shown(one.opened, one.offset),
            took(one.seconds),
            f"{one.kept}/{one.limits}",
            str(one.departures),
        )
        for one in view.incidents
    ]
    names = ("incident", "what", "state", "opened", "length", "shares", "departures")
    yield _table(labels, "incidents", names, rows)
    limits = list(limit_rows(view.shares))
    yield _table(labels, "limits", ("what", "kept", "share", "median", "worst"), limits)
    loads = [
        (
            one.label,
            str(one.asked),
            str(one.said),
            str(one.done),
            f"{one.kept}/{one.limits}",
            str(one.stood_in),
            str(one.stood_in_by),
        )
        for one in view.loads
    ]
    heads = ("actor", "asked", "said", "done", "shares", "stood-in", "stood-in-by")
    yield _table(labels, "loads", heads, loads)
    others = [
        (one.by, one.holder, one.activity, labels[f"name-{one.letter}"], str(one.times))
        for one in view.stand_ins
    ]
    yield _table(labels, "stand-ins", ("actor", "holder", "activity", "letter", "times"), others)
    for number, (said, rule) in enumerate(view.habits, 1):
        title = labels["in-fact"] if len(view.habits) == 1 else f"{labels['in-fact']} {number}"
        yield Section(f"in-fact-{number}", title, (said, labels["rule"]), code=rule)


def _table(
    labels: Mapping[str, str],
    name: str,
    columns: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
) -> Section:
    if not rows:
        return Section(name, labels[name], (labels["none"],))
    counts = {"departures", "asked", "said", "done", "stood-in", "stood-in-by", "times", "shares"}
    heads = tuple(Column(labels[one], "number" * (one in counts)) for one in columns)
    return Section(name, labels[name], (), heads, tuple(rows))


def _row(incident: Incident, history: History, language: Language) -> Row:
    telling = Telling(incident, language)
    ran = [one for one in timed_of(history) if one.kept is not None]
    ended = [entry.time for entry in history.of_kind(*ENDINGS)] if incident.closed else []
    return Row(
        incident.id,
        in_language(incident.title, language) or incident.id,
        telling.word_or(f"incident-{incident.state}", incident.state),
        incident.opened,
        incident.offset,
        int((ended[-1] - incident.opened).total_seconds()) if ended else None,
        sum(bool(one.kept) for one in ran),
        len(ran),
        len(deviations_of(history)),
    )


def _subjects(history: History) -> Iterator[str]:
    for item in history.asked.values():
        yield from (item.subject, item.holder)
    yield from (said.actor for said in history.said)


def _loads(
    histories: Iterable[History],
    timed: Iterable[Timed],
    done: Iterable[Performance],
    names: Mapping[str, Telling],
) -> Iterator[Load]:
    known = list(histories)
    asked = Counter(item.subject for one in known for item in one.asked.values())
    answered = {(one.incident, said.item) for one in known for said in one.said}
    said = Counter(item.subject for _, item in answered)
    ran = [one for one in timed if one.kept is not None]
    limits = Counter(one.subject for one in ran)
    kept = Counter(one.subject for one in ran if one.kept)
    others = [one for one in done if not one.is_own]
    work = Counter(one.by for one in done if one.letter == "responsible")
    by, for_ = Counter(one.by for one in others), Counter(one.holder for one in others)
    for name in sorted(names, key=lambda one: (-asked[one], one)):
        if asked[name] or by[name] or for_[name]:
            yield Load(
                name,
                names[name].subject(name),
                asked[name],
                said[name],
                work[name],
                kept[name],
                limits[name],
                by[name],
                for_[name],
            )


def _stand_ins(done: Iterable[Performance], names: Mapping[str, Telling]) -> Iterator[StandIn]:
    letters = {"accountable": "A", "responsible": "R", "consulted": "C"}
    found = Counter(
        (one.activity, letters.get(one.letter, "A"), one.holder, one.by)
        for one in done
        if not one.is_own
    )
    for (activity, letter, holder, by), times in sorted(
        found.items(), key=lambda one: (-one[1], one[0])
    ):
        telling = names[by]
        label = telling.label("activity", activity)
        yield StandIn(label, letter, telling.subject(holder), telling.subject(by), times)
