"""prohibited-power: a subject is granted a power it may not use, or answers for an activity that requires one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from remit.engine.pack import Grant, Prohibition
from remit.engine.spans import Related
from remit.validators.check import Cell, Check, Context, Fault
from remit.validators.entitlement import Seat, at_duty, named_subjects, prohibitions_of, seats, united
from remit.validators.finding import Finding
from remit.validators.gaps import MOST_RELATED
from remit.validators.holders import labels_of
from remit.validators.words import label_words, when_words

if TYPE_CHECKING:
    from remit.engine.cells import Region
    from remit.engine.replay import Replay

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each grant against a prohibition, then for each duty that would use a prohibited power."""
    for subject in named_subjects(context.pack):
        for account in context.pack.accounts_of(subject):
            for grant in account.authority:
                against = prohibitions_of(context.pack, subject, grant.power)
                if against and (fault := _granted(subject, grant, against, context)).cells:
                    yield fault
    for seat in seats(context):
        for power in context.pack.vocabulary.activities[seat.activity].requires:
            against = prohibitions_of(context.pack, seat.subject, power)
            if against and (fault := _used(seat, power, against, context)).cells:
                yield fault


def _granted(subject: str, grant: Grant, against: tuple[Prohibition, ...], context: Context) -> Fault:
    draft = CHECK.draft(
        f"`{subject}` is granted the power `{grant.power}`, which it may not use",
        grant.spans.get("power", grant.span),
        subjects=(subject,),
        power=grant.power,
        label="granted here",
        related=_prohibited(against),
        notes=label_words(labels_of(context.pack, None, (subject,))),
        help="delete the grant, or narrow one of the two so that they never meet",
    )

    def holds_at(replay: Replay, cell: Cell) -> bool:
        prohibited = any(replay.holds(entry.when, cell) for entry in against)
        return replay.holds(grant.when, cell) and prohibited

    cells = context.map.cells_of(grant.when) & united((entry.when for entry in against), context)
    return Fault(draft, cells, holds_at=holds_at)


def _used(seat: Seat, power: str, against: tuple[Prohibition, ...], context: Context) -> Fault:
    draft = CHECK.draft(
        f"`{seat.subject}` is accountable for `{seat.activity}`, which requires the power `{power}`"
        " it may not use",
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
        cure = f"make a subject accountable that may use `{power}`, at least with `{where}`"
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
        Related(entry.span, f"prohibited: {entry.basis}" if entry.basis else "prohibited")
        for entry in against[:MOST_RELATED]
    )


CHECK = Check(
    code="A203",
    name="prohibited-power",
    level="error",
    family="authority and duty",
    summary="a subject is granted a power it may not use, or must use one to answer for an activity",
    faults=faults,
    cells_are="under a prohibition",
)
