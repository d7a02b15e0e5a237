"""assist-made-accountable: a subject that may only assist in an activity is accountable for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from remit.engine.pack import AssistsOnly
from remit.engine.spans import Related
from remit.engine.wording import tell
from remit.validators.check import Cell, Check, Context, Fault
from remit.validators.entitlement import Seat, at_duty, seats, united
from remit.validators.finding import Finding
from remit.validators.gaps import MOST_RELATED
from remit.validators.holders import labels_of
from remit.validators.words import label_words, when_words

if TYPE_CHECKING:
    from remit.engine.map.cells import Region
    from remit.engine.replay import Replay

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each subject that is accountable where it may only assist."""

    def entries(activity: str, subject: str) -> tuple[AssistsOnly, ...]:
        return tuple(
            entry
            for account in context.pack.accounts_of(subject)
            for entry in account.assists_only
            if entry.activity == activity
        )

    for seat in seats(context, entries):
        fault = _fault(seat, entries(seat.activity, seat.subject), context)
        if fault.cells:
            yield fault


def _fault(seat: Seat, entries: tuple[AssistsOnly, ...], context: Context) -> Fault:
    draft = CHECK.draft(
        tell(
            "`{subject}` is accountable for `{activity}`, in which it may only assist",
            subject=seat.subject,
            activity=seat.activity,
        ),
        seat.duties[0].span,
        activity=seat.activity,
        letter="accountable",
        subjects=(seat.subject,),
        related=tuple(
            Related(
                entry.span,
                tell("may only assist: {basis}", basis=entry.basis)
                if entry.basis
                else tell("may only assist"),
            )
            for entry in entries[:MOST_RELATED]
        ),
        notes=label_words(labels_of(context.pack, seat.activity, (seat.subject,))),
    )

    def detail(draft: Finding, region: Region) -> Finding:
        where = when_words(region.constraints)
        cure = tell(
            "write `role: supports` here, and make another subject accountable {where}", where=where
        )
        return replace(at_duty(draft, seat, region, context), help=cure)

    def holds_at(replay: Replay, cell: Cell) -> bool:
        accountable = replay.holders(seat.activity, "accountable", cell)
        assists = any(replay.holds(entry.when, cell) for entry in entries)
        return replay.is_needed(seat.activity, cell) and seat.subject in accountable and assists

    cells = seat.cells & united((entry.when for entry in entries), context)
    return Fault(draft, cells, tuple(duty.name for duty in seat.duties), detail, holds_at)


CHECK = Check(
    code="A204",
    name="assist-made-accountable",
    level="error",
    family="authority and duty",
    summary="a subject is accountable for an activity in which it may only assist",
    faults=faults,
    cells_are="answered for by a subject that may only assist",
)
