"""thin-succession: too few could take the place of a subject that answers for something."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain

from remit.engine.spans import Related, Span
from remit.engine.wording import tell
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
    if options.depth is None and not options.absent and not says_who_stands_in(pack):
        return
    answering = sorted(_answering(context))
    found = {name: _Successors.of(name, context) for name in answering}
    depth = _depth(found.values(), context)
    for subject, successors in found.items():
        if successors.count < depth:
            yield _shallow(subject, successors, depth, context)
        absence = smallest_absence(subject, pack) if options.absent else None
        if absence is not None and absence.size <= options.absent:
            yield _absent(subject, absence, context)


@dataclass(frozen=True, slots=True)
class _Successors:
    """Who could take one subject's place: others by name, and people of its own."""

    others: tuple[str, ...]
    people: int

    @classmethod
    def of(cls, subject: str, context: Context) -> _Successors:
        counts = context.pack.checks.succession.staff
        people = further_people(subject, context.pack) if counts else 0
        return cls(stand_ins(subject, context.pack), people)

    @property
    def count(self) -> int:
        return len(self.others) + self.people


def _depth(found: Collection[_Successors], context: Context) -> int:
    """Return how many are asked for: where the pack does not say, one if at least half have one."""
    depth = context.pack.checks.succession.depth
    if depth is not None:
        return depth
    having = sum(1 for one in found if one.count)
    return 1 if 2 * having >= len(found) else 0


def _answering(context: Context) -> set[str]:
    activities = context.pack.vocabulary.activities
    return set(chain(*(candidates(name, "accountable", context) for name in activities)))


def _shallow(subject: str, successors: _Successors, depth: int, context: Context) -> Fault:
    if successors.count:
        message = tell(
            "`{subject}` is accountable, and {count} can take its place, fewer than {depth}",
            subject=subject,
            count=successors.count,
            depth=depth,
        )
    else:
        message = tell("`{subject}` is accountable, and nobody can take its place", subject=subject)
    others = successors.others
    notes = (tell("others that can: {names}", names=names_words(others)),) if others else ()
    cure = tell("name `deputies` for it, in order; deputies in a circle do not count")
    return _fault(subject, message, notes, cure, context)


def _absent(subject: str, absence: Absence, context: Context) -> Fault:
    named = names_words(absence.people)
    further = ", ".join(
        tell("{count} of `{body}`", count=count, body=body) for body, count in absence.others
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
