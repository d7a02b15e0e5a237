"""unreachable-subject: a subject with duties, or a person on duty, cannot be reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from remit.engine.language.suggest import closest, distance
from remit.engine.pack import Contact, Duty, Pack, Person
from remit.engine.rosters import listed
from remit.engine.spans import Related
from remit.engine.wording import tell
from remit.validators.check import Check, Context, Fault
from remit.validators.finding import Finding
from remit.validators.gaps import MOST_RELATED
from remit.validators.holders import labels_of
from remit.validators.people import Bound, binding_duties, is_reachable, rosters_of, tells_enough
from remit.validators.words import label_words, names_words

__all__ = ["CHECK"]

WELL_KNOWN = (
    "app", "broadcast", "chat", "dingtalk", "email", "fax", "feishu", "hotline", "mail", "pager",
    "phone", "radio", "satellite-phone", "siren", "sms", "wechat", "wecom",
)  # fmt: skip
"""Channels that nobody means another one by; a slip of the pen is told by its nearness to one."""


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each subject, each person and each channel that reaches nobody."""
    pack = context.pack
    rosters = rosters_of(pack)
    contacts = list(_contacts(pack))
    if not contacts:
        return
    bound = {
        name: duties
        for name, duties in binding_duties(pack, context.today).items()
        if any(_must_be_reached(duty) for duty in duties)
    }
    lost = [n for n in bound if not is_reachable(n, pack, rosters, lambda one: _works(one, pack))]
    if tells_enough(len(bound) - len(lost), len(bound), pack.checks.means.reachable):
        for name in sorted(lost):
            one = Bound(name, tuple(duty for duty in bound[name] if _must_be_reached(duty)))
            cells = one.cells(context)
            if cells:
                yield Fault(_lost(one, context), cells, holds_at=one.holds_at, as_one=True)
    for roster in pack.rosters.values():
        on_duty = listed(roster)
        yield from (
            Fault(_person(person, roster.name))
            for person in roster.people
            if person.name in on_duty and not person.contacts
        )
    for contact in contacts:
        draft = _channel(contact, pack)
        if draft is not None:
            yield Fault(draft)


def _must_be_reached(duty: Duty) -> bool:
    has_time = duty.acknowledge is not None or duty.complete is not None
    return has_time or "accountable" in duty.roles


def _contacts(pack: Pack) -> Iterator[Contact]:
    for account in pack.subjects.values():
        yield from account.contacts
    for roster in pack.rosters.values():
        for person in roster.people:
            yield from person.contacts


def _works(contact: Contact, pack: Pack) -> bool:
    channels = pack.checks.means.channels
    return not channels or contact.channel in channels


def _lost(one: Bound, context: Context) -> Finding:
    account = context.pack.accounts_of(one.subject)[0]
    spans = sorted(duty.spans.get("acknowledge", duty.span) for duty in one.duties)
    return CHECK.draft(
        tell("`{subject}` has duties, and nothing tells how to reach it", subject=one.subject),
        account.spans.get("contacts", account.span),
        label=tell("no contact that works"),
        subjects=(one.subject,),
        related=tuple(
            Related(span, tell("it must be told of this")) for span in spans[:MOST_RELATED]
        ),
        notes=label_words(labels_of(context.pack, subjects=(one.subject,))),
        help=tell("add `contacts` to it, or to the people of its roster"),
    )


def _person(person: Person, roster: str) -> Finding:
    return CHECK.draft(
        tell(
            "`{person}` is on duty by `{roster}`, and nothing tells how to reach them",
            person=person.name,
            roster=roster,
        ),
        person.span,
        label=tell("no contact"),
        help=tell("add `contacts`"),
    )


def _channel(contact: Contact, pack: Pack) -> Finding | None:
    channels = pack.checks.means.channels
    known = channels or WELL_KNOWN
    near = closest(contact.channel, known)
    is_slip = near is not None and distance(contact.channel, near, 1) == 1
    # WHY one slip at most: `chat` is no misspelt `wechat`, and a name of one's own is no mistake.
    if contact.channel in known or not (channels or is_slip):
        return None
    help_ = (
        tell("did you mean `{channel}`?", channel=near)
        if near is not None
        else tell("there are {channels}", channels=names_words(channels))
    )
    draft = CHECK.draft(
        tell("there is no channel `{channel}`", channel=contact.channel),
        contact.span,
        label=tell("reaches nobody"),
        help=help_,
    )
    return replace(draft, level="warning" if channels else "note")


CHECK = Check(
    code="K403",
    name="unreachable-subject",
    level="warning",
    family="people and reserves",
    summary="a subject with duties, or a person on duty, cannot be reached",
    faults=faults,
    cells_are="left to a subject out of reach",
    options=frozenset({"channels", "share"}),
)
