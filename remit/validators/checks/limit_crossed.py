"""limit-crossed: a subject is accountable for an activity past a limit that binds the pack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remit.engine.pack import Limit
from remit.engine.spans import Related
from remit.validators.check import Cell, Check, Context, Fault
from remit.validators.entitlement import Seat, at_duty, seats
from remit.validators.finding import Finding
from remit.validators.holders import labels_of
from remit.validators.words import label_words, names_words

if TYPE_CHECKING:
    from remit.engine.cells import Region
    from remit.engine.replay import Replay

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each limit and each subject that goes past it."""
    limits = context.pack.binding_limits()
    for seat in seats(context):
        for limit in limits:
            if limit.activity == seat.activity and seat.subject not in limit.accountable:
                fault = _fault(seat, limit, context)
                if fault.cells:
                    yield fault


def _fault(seat: Seat, limit: Limit, context: Context) -> Fault:
    allowed = names_words(limit.accountable, "or") or "nobody"
    draft = CHECK.draft(
        f"`{seat.subject}` is accountable for `{seat.activity}`, for which `{limit.pack}` allows {allowed} only",
        seat.duties[0].span,
        activity=seat.activity,
        letter="accountable",
        subjects=(seat.subject,),
        related=(Related(limit.span, f"limit: {limit.basis}" if limit.basis else "limit"),),
        notes=label_words(labels_of(context.pack, seat.activity, (seat.subject, *limit.accountable))),
        help=f"make {allowed} accountable there, or exclude these events from this duty's `when`",
    )

    def detail(draft: Finding, region: Region) -> Finding:
        return at_duty(draft, seat, region, context)

    def holds_at(replay: Replay, cell: Cell) -> bool:
        accountable = replay.holders(seat.activity, "accountable", cell)
        limited = replay.holds(limit.when, cell)
        return replay.is_needed(seat.activity, cell) and seat.subject in accountable and limited

    cells = seat.cells & context.map.cells_of(limit.when)
    return Fault(draft, cells, tuple(duty.name for duty in seat.duties), detail, holds_at)


CHECK = Check(
    code="A205",
    name="limit-crossed",
    level="error",
    family="authority and duty",
    summary="a subject is accountable for an activity past a limit of this pack or a higher one",
    faults=faults,
    cells_are="past the limit",
)
