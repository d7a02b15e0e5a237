"""owned-by-default: events that fall to a general duty because no narrower one speaks of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remit.engine.pack import Duty
from remit.engine.spans import Related
from remit.engine.wording import tell
from remit.validators.check import Cell, Check, Context, Fault, by_activity
from remit.validators.finding import Unproved
from remit.validators.gaps import MOST_RELATED
from remit.validators.holders import labels_of, place_of
from remit.validators.nearest import close_duties
from remit.validators.words import label_words, percent

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet
    from remit.engine.map.parts import ActivityPart
    from remit.engine.replay import Replay

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault | Unproved]:
    """Yield a fault for each general duty that answers alone somewhere, beside narrower ones."""
    return by_activity(context, lambda activity: _faults(activity, context))


def _faults(activity: str, context: Context) -> Iterator[Fault]:
    part = context.map.compiled.parts[activity]
    if len(part.duties) <= context.pack.checks.narrower:
        return
    for me in _general(part, context.map.needed(activity), context):
        narrower = _narrower(part, me)
        if len(narrower) >= context.pack.checks.narrower:
            cells = _left_to(part, me, context)
            if cells:
                yield _fault(part.duties[me], narrower, cells, context)


def _general(part: ActivityPart, needed: CellSet, context: Context) -> Iterator[int]:
    """Yield the accountable duties that match wherever the activity is needed."""
    if not needed:
        return
    # WHY: most duties do not even hold at one cell, which is asked far faster.
    example = needed.witness()
    for duty in close_duties(part.name, example, context):
        here = "accountable" in duty.roles and context.replay.matches(duty, example)
        if here and needed <= context.map.matching(duty.name):
            yield part.place[duty.name]


def _narrower(part: ActivityPart, me: int) -> list[Duty]:
    """Return the duties of other subjects that go before a duty; none if it goes before any."""
    from remit.engine.map.overrides import positions

    overrides = part.overrides
    holders = overrides.holders["accountable"]
    if overrides.overridden("accountable", me) & holders:
        return []
    before = overrides.overriders("accountable", me) & holders
    found = (part.duties[place] for place in positions(before))
    return [other for other in found if other.subject != part.duties[me].subject]


def _left_to(part: ActivityPart, me: int, context: Context) -> CellSet:
    from remit.engine.map.cells import CellSet

    alone = (part.first + me,)
    answers = context.map.compiled.answers(part.name, "accountable")
    cells = CellSet(context.map.ground, answers.mapped(lambda share: share == alone))
    return cells & context.map.needed(part.name)


def _fault(duty: Duty, narrower: list[Duty], cells: CellSet, context: Context) -> Fault:
    activity = duty.activity
    needed = context.map.needed(activity)
    part = percent(cells.share() / needed.share())
    draft = CHECK.draft(
        tell(
            "`{activity}` falls to `{subject}` by default in {part} of the events that need it",
            activity=activity,
            subject=duty.subject,
            part=part,
        ),
        place_of(duty, "when", "id"),
        activity=activity,
        letter="accountable",
        subjects=(duty.subject,),
        duty=duty.name,
        label=tell(
            "`{duty}` takes what {number} narrower duties leave",
            duty=duty.name,
            number=len(narrower),
        ),
        related=tuple(
            Related(place_of(other, "when", "id"), tell("`{other}` is narrower", other=other.name))
            for other in narrower[:MOST_RELATED]
        ),
        notes=label_words(labels_of(context.pack, activity, (duty.subject,))),
        help=tell(
            "if that is meant, accept it with a reason; else write duties for the regions left"
        ),
    )

    def holds_at(replay: Replay, cell: Cell) -> bool:
        effective = replay.effective(activity, "accountable", cell)
        return replay.is_needed(activity, cell) and effective == (duty,)

    return Fault(draft, cells, (duty.name,), holds_at=holds_at, as_one=True)


CHECK = Check(
    code="R208",
    name="owned-by-default",
    level="note",
    family="ownership",
    summary="events fall to a general duty because no narrower one speaks of them",
    faults=faults,
    cells_are="owned by default",
    options=frozenset({"narrower"}),
)
