"""powerless-duty: a subject is accountable for an activity without a power it requires."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from remit.engine.spans import Related
from remit.engine.texts import Text
from remit.engine.wording import tell
from remit.validators.check import Cell, Check, Context, Fault
from remit.validators.entitlement import Seat, at_duty, grants_of, named_subjects, seats, united
from remit.validators.finding import Finding
from remit.validators.gaps import MOST_RELATED
from remit.validators.holders import labels_of
from remit.validators.words import label_words, names_words, when_words

if TYPE_CHECKING:
    from remit.engine.map.cells import Region
    from remit.engine.replay import Replay

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each accountable subject and each power it lacks somewhere."""
    activities = context.pack.vocabulary.activities
    for seat in seats(context, lambda activity, _: activities[activity].requires):
        for power in activities[seat.activity].requires:
            fault = _fault(seat, power, context)
            if fault.cells:
                yield fault


def _fault(seat: Seat, power: str, context: Context) -> Fault:
    grants = grants_of(context.pack, seat.subject, power)
    held = united((grant.when for grant in grants), context)
    draft = CHECK.draft(
        tell(
            "`{subject}` is accountable for `{activity}` without the power `{power}`",
            subject=seat.subject,
            activity=seat.activity,
            power=power,
        ),
        seat.duties[0].span,
        activity=seat.activity,
        letter="accountable",
        subjects=(seat.subject,),
        power=power,
        related=(
            _required(seat.activity, power, context),
            *(Related(grant.span, tell("held only here")) for grant in grants[:MOST_RELATED]),
        ),
        notes=label_words(_labels(seat, power, context)),
    )

    def detail(draft: Finding, region: Region) -> Finding:
        where = when_words(region.constraints)
        able = _able(power, region, context)
        if able:
            cure = tell(
                "grant `{power}` to `{subject}` {where}, or make {names} accountable, which may",
                power=power,
                subject=seat.subject,
                where=where,
                names=names_words(able, "or"),
            )
        else:
            cure = tell(
                "grant `{power}` to `{subject}` {where}",
                power=power,
                subject=seat.subject,
                where=where,
            )
        return replace(at_duty(draft, seat, region, context), help=cure)

    def holds_at(replay: Replay, cell: Cell) -> bool:
        accountable = replay.holders(seat.activity, "accountable", cell)
        lacks = not any(replay.holds(grant.when, cell) for grant in grants)
        return replay.is_needed(seat.activity, cell) and seat.subject in accountable and lacks

    names = tuple(duty.name for duty in seat.duties)
    return Fault(draft, seat.cells - held, names, detail, holds_at)


def _required(activity: str, power: str, context: Context) -> Related:
    found = context.pack.vocabulary.activities[activity]
    spans = dict(zip(found.requires, found.requires_spans, strict=False))
    return Related(
        spans.get(power, found.span), tell("`{activity}` requires it", activity=activity)
    )


def _able(power: str, region: Region, context: Context) -> list[str]:
    """Return the subjects that hold a power in the whole region."""
    found = []
    for subject in named_subjects(context.pack):
        grants = grants_of(context.pack, subject, power)
        if grants and region.cells <= united((grant.when for grant in grants), context):
            found.append(subject)
    return found[:MOST_RELATED]


def _labels(seat: Seat, power: str, context: Context) -> Iterator[tuple[str, Text | None]]:
    yield from labels_of(context.pack, seat.activity, (seat.subject,))
    yield power, context.pack.vocabulary.powers[power].label


CHECK = Check(
    code="A201",
    name="powerless-duty",
    level="error",
    family="authority and duty",
    summary="a subject is accountable for an activity without a power the activity requires",
    faults=faults,
    cells_are="answered for without the power",
)
