"""dead-duty: a duty that is effective in no event that can happen."""

from __future__ import annotations

from collections.abc import Iterator

from remit.engine.pack import Duty
from remit.engine.spans import Related
from remit.validators.check import Check, Context, Fault
from remit.validators.gaps import MOST_RELATED
from remit.validators.holders import place_of
from remit.validators.words import names_words

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each duty that never has an effect."""
    for duty in context.pack.duties():
        if not context.map.effective(duty.name):
            yield _fault(duty, context)


def _fault(duty: Duty, context: Context) -> Fault:
    covering = _covering(duty, context)
    if covering:
        message = f"`{duty.name}` never has an effect: other duties override it wherever it holds"
        cure = f"delete it, or narrow {names_words(other.name for other in covering[:MOST_RELATED])}"
    else:
        message = f"`{duty.name}` never has an effect: no event that can happen meets it"
        cure = "delete it, or correct its `when`, `unless` and `valid`"
    draft = CHECK.draft(
        message,
        place_of(duty, "id"),
        activity=duty.activity,
        duty=duty.name,
        subjects=(duty.subject,),
        label="no effect",
        related=tuple(
            Related(place_of(other, "exception_to", "when"), f"`{other.name}` overrides it")
            for other in covering[:MOST_RELATED]
        ),
        help=cure,
    )
    return Fault(draft, duties=(duty.name,))


def _covering(duty: Duty, context: Context) -> list[Duty]:
    """Return the duties that override this one somewhere, those that do so in most cells first."""
    mine = context.map.matching(duty.name)
    part = context.map.compiled.parts[duty.activity]
    me = part.duties.index(duty)
    found = [
        (shared.count(), other)
        for at, other in enumerate(part.duties)
        if any(part.overrides.overriders[letter][me] >> at & 1 for letter in duty.roles)
        and (shared := mine & context.map.matching(other.name))
    ]
    return [other for _, other in sorted(found, key=lambda pair: (-pair[0], pair[1].name))]


CHECK = Check(
    code="R204",
    name="dead-duty",
    level="warning",
    family="ownership",
    summary="a duty has an effect in no event that can happen",
    faults=faults,
)
