"""limit-crossed: a subject is accountable for an activity past a limit that binds the pack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from remit.engine.pack import Limit
from remit.engine.spans import Related
from remit.engine.wording import tell
from remit.validators.check import Cell, Check, Context, Fault
from remit.validators.entitlement import Seat, at_duty, seats, united
from remit.validators.finding import Finding
from remit.validators.holders import labels_of
from remit.validators.words import label_words, names_words

if TYPE_CHECKING:
    from remit.engine.map.cells import Region
    from remit.engine.replay import Replay

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each subject that is accountable past some limit."""
    binding = context.pack.binding_limits()

    def limits(activity: str, subject: str) -> tuple[Limit, ...]:
        return tuple(
            limit
            for limit in binding
            if limit.activity == activity and subject not in limit.accountable
        )

    for seat in seats(context, limits):
        fault = _fault(seat, limits(seat.activity, seat.subject), context)
        if fault.cells:
            yield fault


def _fault(seat: Seat, limits: tuple[Limit, ...], context: Context) -> Fault:
    draft = CHECK.draft(
        tell(
            "`{subject}` is accountable for `{activity}` past a limit",
            subject=seat.subject,
            activity=seat.activity,
        ),
        seat.duties[0].span,
        activity=seat.activity,
        letter="accountable",
        subjects=(seat.subject,),
    )

    def detail(draft: Finding, region: Region) -> Finding:
        limit = next(one for one in limits if context.replay.holds(one.when, region.witness))
        return at_duty(_limited(draft, limit, context), seat, region, context)

    def holds_at(replay: Replay, cell: Cell) -> bool:
        accountable = replay.holders(seat.activity, "accountable", cell)
        limited = any(replay.holds(limit.when, cell) for limit in limits)
        return replay.is_needed(seat.activity, cell) and seat.subject in accountable and limited

    cells = seat.cells & united((limit.when for limit in limits), context)
    return Fault(draft, cells, tuple(duty.name for duty in seat.duties), detail, holds_at)


def _limited(draft: Finding, limit: Limit, context: Context) -> Finding:
    """Return a finding in the words of one limit."""
    allowed = names_words(limit.accountable, "or")
    labels = labels_of(context.pack, limit.activity, (*draft.subjects, *limit.accountable))
    return replace(
        draft,
        message=tell(
            "{message}: `{pack}` allows only {names}",
            message=draft.message,
            pack=limit.pack,
            names=allowed,
        ),
        related=(
            Related(
                limit.span,
                tell("limit: {basis}", basis=limit.basis) if limit.basis else tell("limit"),
            ),
        ),
        notes=(*draft.notes, *label_words(labels)),
        help=tell(
            "make {allowed} accountable there, or take these events out of this duty",
            allowed=allowed,
        ),
    )


CHECK = Check(
    code="A205",
    name="limit-crossed",
    level="error",
    family="authority and duty",
    summary="a subject is accountable for an activity past a limit of this pack or a higher one",
    faults=faults,
    cells_are="past the limit",
)
