"""The auditor: reads nothing but entries, and tells what should have happened and did not.

Every rule allows a grace: between the moment something is due and the one at which it counts as
left undone, so that a sweep that is a little late is not told as a failure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from remit.engine.wording import mark, tell_marked
from remit.workflows.audit_story import Question, Story, story_of
from remit.workflows.entries import Draft, Entry, Json

__all__ = ["AUDITED", "Omission", "audit", "audit_incident", "audited_keys", "draft_of"]

AUDITED = "audited"
"""Kind of the community's entries by which a sweep records what the auditor found, once each."""
GRACE = dt.timedelta(minutes=10)
"""After a deadline, or an opening, before it counts as passed by."""
MESSAGE_GRACE = dt.timedelta(hours=1)
"""After an entry that is to be told, before its message counts as lost."""
LEAST_WAIT, MOST_WAIT, UNLIMITED = dt.timedelta(minutes=15), dt.timedelta(days=1), 3
LEAST_OF_WORK, MOST_OF_WORK = dt.timedelta(days=1), dt.timedelta(days=7)
"""Bounds of the time until something in hand is recalled, and how often it is doubled at first."""
LAST_PART = 4
"""Work with a limit is recalled when the last of so many parts of its time begins."""
RECALLED = frozenset({"do", "pay", "supply"})
"""Purposes of what is recalled while somebody has it in hand."""
OPEN_PURPOSES = frozenset({"sign-off", "decide", "accept", "close", "command"})
"""Questions that stand although the work of their step is finished."""


@dataclass(frozen=True, slots=True)
class Omission:
    """Something that should have happened and did not.

    Args:
        kind: what it is; the names are those of `RULES`, and never change.
        entry: number of the entry after which it should have happened.
        subject: whom it concerns, or empty.
        due: when it should have happened.
    """

    kind: str
    incident: str
    entry: int
    subject: str
    due: dt.datetime

    @property
    def key(self) -> tuple[str, str, int, str]:
        """What is the same for the same omission, however often it is looked for."""
        return (self.kind, self.incident, self.entry, self.subject)

    def __str__(self) -> str:
        """Return the sentence."""
        return tell_marked(_SENTENCES[self.kind]).format(
            incident=self.incident, entry=self.entry, subject=self.subject
        )


def audit(entries: Iterable[Entry], now: dt.datetime) -> tuple[Omission, ...]:
    """Return what did not happen in all incidents of a ledger, by incident and entry.

    Args:
        entries: all of them, by number.
        now: until when things should have happened.
    """
    by_incident: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.incident is not None:
            by_incident.setdefault(entry.incident, []).append(entry)
    return tuple(
        found for name in sorted(by_incident) for found in audit_incident(by_incident[name], now)
    )


def audit_incident(entries: Iterable[Entry], now: dt.datetime) -> tuple[Omission, ...]:
    """Return what did not happen in one incident, by entry."""
    story = story_of(entries)
    if story is None:
        return ()
    found = {omission for rule in RULES.values() for omission in rule(story, now)}
    return tuple(sorted(found, key=lambda one: (one.entry, one.kind, one.subject)))


def draft_of(omission: Omission) -> Draft:
    """Return the entry that records an omission."""
    payload: dict[str, Json] = {
        "omission": omission.kind,
        "incident": omission.incident,
        "entry": omission.entry,
        "subject": omission.subject,
    }
    return Draft(AUDITED, payload, cause=omission.entry)


def audited_keys(entries: Iterable[Entry]) -> frozenset[tuple[str, str, int, str]]:
    """Return the keys of what was recorded before.

    Args:
        entries: those of kind `AUDITED`.
    """
    return frozenset(
        (
            str(entry.payload["omission"]),
            str(entry.payload["incident"]),
            int(str(entry.payload["entry"])),
            str(entry.payload["subject"]),
        )
        for entry in entries
    )


def _passed_deadlines(story: Story, now: dt.datetime) -> Iterator[Omission]:
    """Tell questions whose time is over, and nobody else was called and nobody recalled."""
    if story.ended is not None:
        return
    by_ask: dict[str, list[Question]] = {}
    for question in story.standing("open"):
        if _is_pursued(story, question):
            by_ask.setdefault(question.ask, []).append(question)
    taken = {question.ask for question in story.standing("taken")}
    for ask, questions in by_ask.items():
        last = max(questions, key=lambda question: question.due)
        if ask not in taken and ask not in story.unheard and last.due + GRACE < now:
            yield Omission(
                "passed-deadline", story.incident, last.entry, last.subject, last.due + GRACE
            )


def _is_pursued(story: Story, question: Question) -> bool:
    """Return whether somebody has to do something when the time of a question is over."""
    work = story.work(question)
    if question.offer_of is not None or work.over or question.part not in _parts(story, question):
        return False
    if work.finished and question.purpose not in OPEN_PURPOSES:
        return False
    if _is_given_up(story, question):
        return False
    if question.purpose == "pay":
        return work.left > 0 and _has_doers(story, question)
    is_of_means = question.purpose in {"approve", "supply", "spare", "receive"}
    if is_of_means or question.ask.endswith("decide/approve"):
        # WHY: money, people and supplies wait for somebody who has the work in hand.
        return _has_doers(story, question)
    return True


def _parts(story: Story, question: Question) -> set[str]:
    """Return the parts in which such a question is pursued."""
    leads = {one.part for one in story.questions.values() if one.purpose == "command"}
    # WHY the first part too: who leads the response leads the recovery, unless another is asked.
    is_lead = question.purpose == "command" and story.part not in leads
    return {story.part, story.first} if is_lead else {story.part}


def _is_given_up(story: Story, question: Question) -> bool:
    """Return whether it is to be decided how to go on without what nobody would give.

    Money that it was to be decided about is not asked for again.
    """
    name = f"{question.part}/{question.step}/decide/{question.purpose}"
    among = story.questions.values() if question.purpose == "approve" else story.standing("open")
    return any(other.ask.startswith(name) for other in among)


def _has_doers(story: Story, question: Question) -> bool:
    """Return whether somebody has all of the work of a step in hand."""
    place = ("do", question.part, question.step)
    held: dict[str, list[Question]] = {}
    for other in story.questions.values():
        if other.status != "over" and (other.purpose, other.part, other.step) == place:
            held.setdefault(other.ask, []).append(other)
    asked = {name.partition("#")[0] for name in held}
    if not story.doers.get(f"{question.part}/{question.step}", frozenset()) <= asked:
        return False
    taken = [[one for one in asked if one.status == "taken"] for asked in held.values()]
    return bool(taken) and all(found and len(found) >= found[0].need for found in taken)


def _silent_work(story: Story, now: dt.datetime) -> Iterator[Omission]:
    """Tell work in hand that is past its limit, and nobody was told so."""
    if story.ended is not None:
        return
    for question in story.standing("taken"):
        name = f"{question.part}/{question.step}"
        limit, work = story.limits.get(name), story.work(question)
        is_at_rest = work.finished or work.over or question.part != story.part
        if question.purpose != "do" or limit is None or is_at_rest:
            continue
        asked = [
            other.asked
            for other in story.questions.values()
            if other.purpose == "do" and (other.part, other.step) == (question.part, question.step)
        ]
        due = max(asked) + dt.timedelta(seconds=limit) + GRACE
        if work.overdue is None and due < now:
            yield Omission("silent-work", story.incident, question.entry, question.subject, due)


def _not_recalled(story: Story, now: dt.datetime) -> Iterator[Omission]:
    """Tell what somebody has in hand and was silent about, and nobody recalled it or was called."""
    if story.ended is not None:
        return
    for question in story.standing("taken"):
        work = story.work(question)
        if question.purpose not in RECALLED or work.over or question.part != story.part:
            continue
        called = [
            other.due
            for other in story.standing("open")
            if other.ask == question.ask and other.number != question.number
        ]
        due = max([_recall_due(story, question), *called]) + GRACE
        if due < now:
            yield Omission("not-recalled", story.incident, question.entry, question.subject, due)


def _recall_due(story: Story, question: Question) -> dt.datetime:
    """Return when a silent holder is to be recalled at the latest."""
    if question.recalled is not None:
        return question.due
    heard = question.heard or question.asked
    limit = story.limits.get(f"{question.part}/{question.step}")
    if question.purpose == "do" and limit is not None:
        asked = [
            other.asked
            for other in story.questions.values()
            if (other.purpose, other.part, other.step) == ("do", question.part, question.step)
        ]
        whole = dt.timedelta(seconds=limit)
        # WHY: who took it over has its whole time again, whenever the first was asked.
        since = max(asked if question.after is None else [*asked, heard])
        return max(since + whole - whole / LAST_PART, heard + whole / LAST_PART)
    if question.purpose == "do":
        return heard + min(LEAST_OF_WORK * (1 << min(question.heards, 3)), MOST_OF_WORK)
    wait = max(question.within, LEAST_WAIT) * (1 << min(UNLIMITED + question.heards, 16))
    return heard + min(wait, MOST_WAIT)


def _lost_messages(story: Story, now: dt.datetime) -> Iterator[Omission]:
    """Tell messages that were neither delivered nor told as undelivered."""
    for sent in story.messages:
        due = sent.time + MESSAGE_GRACE
        if sent.key not in story.received and due < now:
            yield Omission("lost-message", story.incident, sent.entry, sent.subject, due)


def _nobody_told(story: Story, now: dt.datetime) -> Iterator[Omission]:
    """Tell an incident of which nobody was told."""
    due = story.opened.time + GRACE
    if not story.messages and story.ended is None and due < now:
        yield Omission("nobody-told", story.incident, story.opened.number, "", due)


def _stalled(story: Story, now: dt.datetime) -> Iterator[Omission]:
    """Tell an incident in which nothing waits for anybody, and which is not closed."""
    due = story.last.time + GRACE
    is_moving = any(story.standing("open")) or any(
        question.purpose != "command" for question in story.standing("taken")
    )
    # WHY: nobody can be asked, which is told and tried again at its time.
    is_moving = is_moving or any(time + GRACE >= now for time in story.alarms.values())
    if story.messages and not is_moving and story.ended is None and due < now:
        yield Omission("stalled", story.incident, story.last.number, "", due)


def _kept_money(story: Story, now: dt.datetime) -> Iterator[Omission]:
    """Tell money that is still set aside for a step that was never over, after the close."""
    if story.ended is None or story.ended.time + GRACE >= now:
        return
    for work in story.works.values():
        if work.reserved is not None and not work.over and not work.released:
            due = story.ended.time + GRACE
            yield Omission("kept-money", story.incident, work.reserved, "", due)


def _strangers(story: Story, now: dt.datetime) -> Iterator[Omission]:  # noqa: ARG001 -- one shape for every rule
    """Tell entries whose actor had no part in the incident."""
    for entry in story.strangers:
        yield Omission("stranger", story.incident, entry.number, entry.actor, entry.time)


RULES: Mapping[str, Callable[[Story, dt.datetime], Iterator[Omission]]] = {
    "passed-deadline": _passed_deadlines,
    "silent-work": _silent_work,
    "not-recalled": _not_recalled,
    "lost-message": _lost_messages,
    "nobody-told": _nobody_told,
    "stalled": _stalled,
    "kept-money": _kept_money,
    "stranger": _strangers,
}

_SENTENCES = {
    "passed-deadline": mark(
        "incident {incident}: `{subject}` kept silent past its time (entry {entry}), and nobody"
        " else was called"
    ),
    "silent-work": mark(
        "incident {incident}: work of `{subject}` (entry {entry}) is past its limit, and nobody"
        " was told"
    ),
    "not-recalled": mark(
        "incident {incident}: `{subject}` has something in hand (entry {entry}), nothing was heard"
        " of it, and it was not recalled"
    ),
    "lost-message": mark(
        "incident {incident}: the message of entry {entry} to `{subject}` was neither delivered"
        " nor told as undelivered"
    ),
    "nobody-told": mark("incident {incident}: it was opened (entry {entry}), and nobody was told"),
    "stalled": mark(
        "incident {incident}: since entry {entry} nothing waits for anybody, and it is not closed"
    ),
    "kept-money": mark(
        "incident {incident}: money set aside by entry {entry} was neither spent nor released"
        " before the close"
    ),
    "stranger": mark(
        "incident {incident}: `{subject}` acted in entry {entry} without a part in it"
    ),
}
