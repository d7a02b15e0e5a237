"""prohibited-power: a subject is granted, or needs for its duty, a power it may not use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from remit.engine.pack import Grant, Pack, Prohibition
from remit.engine.spans import Related
from remit.engine.wording import tell
from remit.validators.check import Cell, Check, Context, Fault
from remit.validators.entitlement import (
    Seat,
    at_duty,
    named_subjects,
    prohibitions_of,
    seats,
    united,
)
from remit.validators.finding import Finding
from remit.validators.gaps import MOST_RELATED
from remit.validators.holders import labels_of
from remit.validators.words import label_words, when_words

if TYPE_CHECKING:
    from remit.engine.map.cells import Region
    from remit.engine.replay import Replay

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each power granted and prohibited, then for each duty that needs one."""
    yield from _in_grants(context)
    yield from _in_duties(context)


def _in_grants(context: Context) -> Iterator[Fault]:
    for subject in named_subjects(context.pack):
        for power in context.pack.vocabulary.powers:
            grants = _own_grants(context.pack, subject, power)
            against = prohibitions_of(context.pack, subject, power)
            if grants and against and (fault := _granted(subject, grants, against, context)).cells:
                yield fault


def _in_duties(context: Context) -> Iterator[Fault]:
    activities = context.pack.vocabulary.activities

    def is_bound(activity: str, subject: str) -> bool:
        required = activities[activity].requires
        return any(prohibitions_of(context.pack, subject, power) for power in required)

    for seat in seats(context, is_bound):
        for power in activities[seat.activity].requires:
            against = prohibitions_of(context.pack, seat.subject, power)
            if against and (fault := _used(seat, power, against, context)).cells:
                yield fault


def _own_grants(pack: Pack, subject: str, power: str) -> tuple[Grant, ...]:
    accounts = pack.accounts_of(subject)
    return tuple(one for account in accounts for one in account.authority if one.power == power)


def _granted(
    subject: str, grants: tuple[Grant, ...], against: tuple[Prohibition, ...], context: Context
) -> Fault:
    draft = CHECK.draft(
        tell(
            "`{subject}` is granted the power `{power}`, which it may not use",
            subject=subject,
            power=grants[0].power,
        ),
        grants[0].span,
        subjects=(subject,),
        power=grants[0].power,
        label=tell("granted here"),
        related=_prohibited(against),
        notes=label_words(labels_of(context.pack, None, (subject,))),
        help=tell("delete the grant, or narrow one of the two so that they never meet"),
    )

    def detail(draft: Finding, region: Region) -> Finding:
        grant = next(one for one in grants if context.replay.holds(one.when, region.witness))
        return replace(draft, span=grant.spans.get("power", grant.span))

    def holds_at(replay: Replay, cell: Cell) -> bool:
        granted = any(replay.holds(grant.when, cell) for grant in grants)
        return granted and any(replay.holds(entry.when, cell) for entry in against)

    cells = united((grant.when for grant in grants), context)
    prohibited = united((entry.when for entry in against), context)
    return Fault(draft, cells & prohibited, detail=detail, holds_at=holds_at)


def _used(seat: Seat, power: str, against: tuple[Prohibition, ...], context: Context) -> Fault:
    draft = CHECK.draft(
        tell(
            "`{subject}` is accountable for `{activity}`, which requires the power"
            " `{power}` it may not use",
            subject=seat.subject,
            activity=seat.activity,
            power=power,
        ),
        seat.duties[0].span,
        activity=seat.activity,
        letter="accountable",
        subjects=(seat.subject,),
        power=power,
        related=_prohibited(against),
        notes=label_words(labels_of(context.pack, seat.activity, (seat.subject,))),
    )

    def detail(draft: Finding, region: Region) -> Finding:
        where = when_words(region.constraints)
        cure = tell(
            "make a subject accountable that may use `{power}`, {where}", power=power, where=where
        )
        return replace(at_duty(draft, seat, region, context), help=cure)

    def holds_at(replay: Replay, cell: Cell) -> bool:
        accountable = replay.holders(seat.activity, "accountable", cell)
        prohibited = any(replay.holds(entry.when, cell) for entry in against)
        return replay.is_needed(seat.activity, cell) and seat.subject in accountable and prohibited

    cells = seat.cells & united((entry.when for entry in against), context)
    names = tuple(duty.name for duty in seat.duties)
    return Fault(draft, cells, names, detail, holds_at)


def _prohibited(against: tuple[Prohibition, ...]) -> tuple[Related, ...]:
    return tuple(
        Related(
            entry.span,
            tell("prohibited: {basis}", basis=entry.basis) if entry.basis else tell("prohibited"),
        )
        for entry in against[:MOST_RELATED]
    )


CHECK = Check(
    code="A203",
    name="prohibited-power",
    level="error",
    family="authority and duty",
    summary="a subject is granted, or needs for its duty, a power it may not use",
    faults=faults,
    cells_are="under a prohibition",
)
