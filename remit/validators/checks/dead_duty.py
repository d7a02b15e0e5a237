"""dead-duty: a duty that is effective in no event that can happen."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from remit.engine.pack import Duty
from remit.engine.spans import Related
from remit.engine.wording import tell
from remit.validators.check import Check, Context, Fault
from remit.validators.gaps import MOST_RELATED
from remit.validators.holders import place_of
from remit.validators.words import names_words

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each duty that never has an effect."""
    for name in context.dead_duties():
        yield _fault(context.map.compiled.duty[name], context)


def _fault(duty: Duty, context: Context) -> Fault:
    covering = _covering(duty, context)
    if covering:
        message = tell(
            "`{duty}` never has an effect: other duties override it wherever it holds",
            duty=duty.name,
        )
        cure = tell(
            "delete it, or narrow {names}", names=names_words(other.name for other in covering)
        )
    else:
        message = tell(
            "`{duty}` never has an effect: no event that can happen meets it", duty=duty.name
        )
        cure = tell("delete it, or correct its `when`, `unless` and `valid`")
    draft = CHECK.draft(
        message,
        place_of(duty, "id"),
        activity=duty.activity,
        duty=duty.name,
        subjects=(duty.subject,),
        label=tell("no effect"),
        related=tuple(
            Related(
                place_of(other, "exception_to", "when"),
                tell("`{other}` overrides it", other=other.name),
            )
            for other in covering
        ),
        help=cure,
    )
    return Fault(draft, duties=(duty.name,))


def _covering(duty: Duty, context: Context) -> list[Duty]:
    """Return a few duties that override this one where it holds, its exceptions first."""
    others = [d for d in context.pack.duties() if d.activity == duty.activity and d is not duty]
    overriders = [
        other
        for other in others
        if any(context.replay.overrides(other, duty, letter) for letter in duty.roles)
    ]
    overriders.sort(key=lambda d: (duty.name not in {r.name for r in d.exception_to}, d.name))
    mine = context.map.matching(duty.name)
    meeting = (other for other in overriders if mine & context.map.matching(other.name))
    return list(islice(meeting, MOST_RELATED))


CHECK = Check(
    code="R204",
    name="dead-duty",
    level="warning",
    family="ownership",
    summary="a duty has an effect in no event that can happen",
    faults=faults,
)
