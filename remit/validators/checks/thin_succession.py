"""thin-succession: too few could take the place of a subject that answers for something."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from remit.engine.spans import Related, Span
from remit.engine.wording import tell, tell_count
from remit.validators.check import Check, Context, Fault
from remit.validators.command import stand_ins
from remit.validators.gaps import MOST_RELATED
from remit.validators.holders import labels_of, place_of
from remit.validators.letters import candidates
from remit.validators.succession import (
    DAY_M,
    Absence,
    further_people,
    says_who_stands_in,
    smallest_absence,
)
from remit.validators.words import label_words, names_words

__all__ = ["CHECK"]

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each accountable subject with too few stand-ins, or too few people."""
    options, pack = context.pack.checks.succession, context.pack
    depth = options.depth
    if depth is None:
        depth = 1 if says_who_stands_in(pack) else 0
    for subject in sorted(_answering(context)) if depth or options.absent else ():
        others = stand_ins(subject, pack)
        people = further_people(subject, pack) if options.staff else 0
        if len(others) + people < depth:
            yield _shallow(subject, others, people, depth, context)
        absence = smallest_absence(subject, pack) if options.absent else None
        if absence is not None and absence.size <= options.absent:
            yield _absent(subject, absence, context)


def _answering(context: Context) -> set[str]:
    activities = context.pack.vocabulary.activities
    return set(chain(*(candidates(name, "accountable", context) for name in activities)))


def _shallow(
    subject: str, others: tuple[str, ...], people: int, depth: int, context: Context
) -> Fault:
    if not others and not people:
        message = tell("`{subject}` is accountable, and nobody can take its place", subject=subject)
    else:
        message = tell(
            "`{subject}` is accountable, and {count} can take its place, fewer than {depth}",
            subject=subject,
            count=len(others) + people,
            depth=depth,
        )
    notes = (tell("they are {names}", names=names_words(others)),) if others else ()
    return _fault(
        subject,
        message,
        notes,
        tell("name `deputies` for it, in order; deputies in a circle do not count"),
        context,
    )


def _absent(subject: str, absence: Absence, context: Context) -> Fault:
    named = names_words(absence.people)
    further = ", ".join(
        tell_count("{number} of `{body}`", "{number} of `{body}`", count, body=body)
        for body, count in absence.others
    )
    who = tell("{named} and {further}", named=named, further=further) if named and further else ""
    when = tell(
        "from {start} to {end} nobody else is there",
        start=_moment(absence.start),
        end=_moment(absence.end),
    )
    message = tell(
        "without {people} nobody is left to answer as `{subject}`",
        people=who or named or further,
        subject=subject,
    )
    cure = tell("put further people on the roster then, or name further `deputies`")
    return _fault(subject, message, (when,), cure, context)


def _moment(minute: int) -> str:
    day, rest = divmod(minute, DAY_M)
    return f"{DAYS[day % 7]} {rest // 60:02}:{rest % 60:02}"


def _fault(
    subject: str, message: str, notes: tuple[str, ...], cure: str, context: Context
) -> Fault:
    account = context.pack.accounts_of(subject)[0]
    duties = [
        duty
        for name in context.pack.vocabulary.activities
        for duty in candidates(name, "accountable", context).get(subject, ())
    ]
    draft = CHECK.draft(
        message,
        _place(account.spans.get("deputies"), account.span),
        letter="accountable",
        subjects=(subject,),
        related=tuple(
            Related(place_of(duty, "role"), tell("accountable here"))
            for duty in duties[:MOST_RELATED]
        ),
        notes=(*notes, *label_words(labels_of(context.pack, None, (subject,)))),
        help=cure,
    )
    return Fault(draft)


def _place(first: Span | None, otherwise: Span) -> Span:
    return otherwise if first is None else first


CHECK = Check(
    code="C305",
    name="thin-succession",
    level="warning",
    family="command",
    summary="too few could take the place of a subject that answers for something",
    faults=faults,
    options=frozenset({"depth", "staff", "absent"}),
)
