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
    covering = tuple(islice(context.map.overriders(duty.name), MOST_RELATED))
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


CHECK = Check(
    code="R204",
    name="dead-duty",
    level="warning",
    family="ownership",
    summary="a duty has an effect in no event that can happen",
    faults=faults,
)
