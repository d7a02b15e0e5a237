"""What the pages show, as values: made from an incident, without a template and without a clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from remit.engine.map.responsibility import compile_pack
from remit.engine.pack import Letter, Pack
from remit.engine.wording import Language, mark, tell, tell_marked
from remit.workflows.adapters.signed_links import Ticket
from remit.workflows.answers import receivers, verbs_of
from remit.workflows.entries import Entry
from remit.workflows.incident import Incident, Item
from remit.workflows.lifecycle import PURPOSES
from remit.workflows.means_sentences import item_words
from remit.workflows.reports.clauses import LETTER_OF, Resolve, clauses_of
from remit.workflows.reports.reading import facts_of
from remit.workflows.reports.view import Clause, Fact
from remit.workflows.response import COMMAND_STEP
from remit.workflows.sentences import sentence, step_label
from remit.workflows.times import length, shown

__all__ = ["Button", "ItemView", "Receiver", "Row", "item_view", "rows_of"]

MOST_NEWS = 5
"""Last events of an incident that a page shows."""
_ASKS = {
    "command": mark("Lead the incident"),
    "take": mark("Say that you answer for this"),
    "consult": mark("Give your advice"),
    "order": mark("Give the order"),
    "approve": mark("Release the money"),
    "do": mark("Do this"),
    "accept": mark("Take this over"),
    "sign-off": mark("Sign this off"),
    "close": mark("Close the incident"),
    "decide": mark("Decide how this goes on"),
    "supply": mark("Give what is asked for"),
    "spare": mark("Say what you can spare"),
    "receive": mark("Say what has come"),
    "support": mark("Support this"),
    "pay": mark("Pay the money"),
}
_VERBS = {
    "ack": mark("Mine: I take it"),
    "done": mark("Done"),
    "decline": mark("I cannot"),
    "hand-over": mark("Hand over"),
    "approve": mark("Approve"),
}
_STILL = mark("I am still at it")
_SECOND = ("decline", "hand-over")
"""Verbs that are never put first."""
_OWN_VERBS = {
    ("consult", "ack"): mark("Nothing against it"),
    ("consult", "done"): mark("Send my advice"),
    ("sign-off", "decline"): mark("Send it back"),
    ("sign-off", "done"): mark("Sign off"),
    ("sign-off", "approve"): mark("Sign off"),
    ("close", "done"): mark("Close"),
    ("close", "approve"): mark("Close"),
    ("order", "approve"): mark("Give the order"),
    ("accept", "ack"): mark("I take it over"),
    ("decide", "done"): mark("It goes on"),
    ("decide", "decline"): mark("Leave it out"),
}


@dataclass(frozen=True, slots=True)
class Button:
    """One thing that can be said, by its verb."""

    verb: str
    label: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class Receiver:
    """A subject that work can be handed to."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item as the one who is asked sees it.

    Args:
        asks: what is asked, in a few words; `step` what it is about.
        stands: what became of it, once it is no longer open; else empty.
        is_late: whether its time is over.
        has_amount: whether less may be given than is asked for.
        people: who is who: what they are in this, and their names.
    """

    name: str
    title: str
    asks: str
    step: str
    told: str
    due: str
    left: str
    is_late: bool
    stands: str
    facts: tuple[Fact, ...]
    people: tuple[tuple[str, str], ...]
    clauses: tuple[Clause, ...]
    buttons: tuple[Button, ...]
    receivers: tuple[Receiver, ...]
    has_amount: bool
    news: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One item in the list of what waits."""

    name: str
    title: str
    asks: str
    step: str
    due: str
    is_late: bool
    is_taken: bool
    address: str


def item_view(
    incident: Incident,
    ticket: Ticket,
    entries: tuple[Entry, ...],
    pack: Pack | None,
    language: Language,
    now: dt.datetime,
) -> ItemView:
    """Return an item as the one who holds a ticket for it sees it."""
    item = incident.items[ticket.item]
    offset = incident.offset
    is_open = item.status in {"open", "taken"}
    handing = _buttons(item, ticket) if is_open else ()
    return ItemView(
        name=incident.item_id(item.number),
        title=_title(incident, language),
        asks=tell_marked(_ASKS[item.purpose]),
        step="" if item.step == COMMAND_STEP else _step(incident, item, language),
        told=_told(incident, item, entries, language),
        due=shown(item.due, offset),
        left=_left(item, now),
        is_late=item.status == "open" and item.due < now,
        stands="" if item.status == "open" else _stands(incident, item, entries, language),
        facts=tuple(facts_of(incident, pack, language)),
        people=tuple(_people(incident, item, language)),
        clauses=_clauses(incident, item, pack, language),
        buttons=handing,
        receivers=tuple(
            Receiver(name, incident.response.label("subject", name, language))
            for name in receivers(incident, item)
        )
        if any(button.verb == "hand-over" for button in handing)
        else (),
        has_amount=item.purpose in _COUNTED and any(one.verb in _GIVING for one in handing),
        news=tuple(
            (shown(entry.time, offset), sentence(entry, incident, language))
            for entry in [one for one in entries if one.kind not in _QUIET][-MOST_NEWS:]
        ),
    )


def rows_of(
    found: Iterable[tuple[Incident, Item]],
    language: Language,
    now: dt.datetime,
    address: Callable[[Incident, Item], str],
) -> tuple[Row, ...]:
    """Return what waits, as a list."""
    return tuple(
        Row(
            name=incident.item_id(item.number),
            title=_title(incident, language),
            asks=tell_marked(_ASKS[item.purpose]),
            step="" if item.step == COMMAND_STEP else _step(incident, item, language),
            due=shown(item.due, incident.offset),
            is_late=item.status == "open" and item.due < now,
            is_taken=item.status == "taken",
            address=address(incident, item),
        )
        for incident, item in found
    )


_COUNTED = frozenset({"approve", "supply", "spare", "receive"})
"""Purposes whose answer may be about less than was asked for."""
_GIVING = frozenset({"ack", "approve"})
_QUIET = frozenset({"delivered", "attempted", "held", "refused", "joined"})
"""Kinds that are no news to who answers."""


def _buttons(item: Item, ticket: Ticket) -> tuple[Button, ...]:
    answers = PURPOSES[item.purpose].answers
    verbs = [verb for verb in verbs_of(item) if verb in ticket.verbs]
    return tuple(
        Button(
            verb,
            tell_marked(
                _STILL
                if item.is_still(answers[verb])
                else _OWN_VERBS.get((item.purpose, verb), _VERBS[verb])
            ),
            at == 0 and verb not in _SECOND,
        )
        for at, verb in enumerate(verbs)
    )


def _title(incident: Incident, language: str) -> str:
    title = incident.title
    found = title.get(language) or title.get("") or title.get("en")
    return found or next(iter(title.values()), incident.id)


def _step(incident: Incident, item: Item, language: str) -> str:
    step = step_label(incident, item.part, item.step, language)
    means = item_words(
        incident, item, lambda kind, name: incident.response.label(kind, name, language)
    )
    return tell("{means} for {step}", means=means, step=step) if means else step


def _told(incident: Incident, item: Item, entries: Iterable[Entry], language: str) -> str:
    """Return the sentence by which it was asked, reminders aside."""
    asking = {"asked", "escalated", "handed-over"}
    mine = (one for one in entries if one.kind in asking and one.payload["item"] == item.number)
    return next((sentence(one, incident, language) for one in mine), "")


def _stands(incident: Incident, item: Item, entries: Iterable[Entry], language: str) -> str:
    """Return what became of an item: the answer that settled it."""
    numbers = {one.number for one in incident.asked(item.ask)} | {item.number}
    answers = [one for one in entries if one.kind == "answered" and one.payload["item"] in numbers]
    if answers:
        return sentence(answers[-1], incident, language)
    return tell("It is no longer asked.")


def _left(item: Item, now: dt.datetime) -> str:
    seconds = int((item.due - now).total_seconds())
    minutes = abs(seconds) // 60 * 60
    if seconds > 0:
        return tell("{time} left", time=length(minutes))
    return tell("{time} late", time=length(minutes))


def _people(incident: Incident, item: Item, language: str) -> Iterable[tuple[str, str]]:
    def names(subjects: Iterable[str]) -> str:
        labels = (incident.response.label("subject", name, language) for name in subjects)
        return ("、" if language == "zh" else ", ").join(labels)

    part = incident.response.part(item.part)
    yield tell("Asked"), names([item.subject])
    if item.holder != item.subject:
        yield tell("Whose duty it is"), names([item.holder])
    if incident.commander is not None:
        yield tell("Leads the incident"), names([incident.commander])
    if part.owners:
        yield tell("Answers for the incident"), names(part.owners)
    if item.step == COMMAND_STEP:
        return
    roles = part.step(item.step).roles
    words: tuple[tuple[Letter, str], ...] = (
        ("accountable", tell("Answers for this step")),
        ("responsible", tell("Does it")),
        ("supports", tell("Supports")),
        ("consulted", tell("Is consulted")),
    )
    for letter, word in words:
        if roles[letter]:
            yield word, names(roles[letter])


def _clauses(
    incident: Incident, item: Item, pack: Pack | None, language: str
) -> tuple[Clause, ...]:
    letter = LETTER_OF.get(item.purpose)
    if pack is None or pack.digest != incident.policy or letter is None:
        return ()
    activity = incident.response.lead
    if item.step != COMMAND_STEP:
        activity = incident.response.part(item.part).step(item.step).activity
    found = clauses_of(pack, _resolve(pack), incident, language)
    return found.of_duty(item.part, activity, letter, item.holder)


def _resolve(pack: Pack) -> Resolve:
    return _resolver(_Digested(pack))


@dataclass(frozen=True, slots=True, eq=False)
class _Digested:
    """A pack that is told from others by its digest."""

    pack: Pack

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Digested) and self.pack.digest == other.pack.digest

    def __hash__(self) -> int:
        return hash(self.pack.digest)


@lru_cache(maxsize=4)
def _resolver(found: _Digested) -> Resolve:
    return compile_pack(found.pack).resolve
