"""undeclarable-state: nobody may declare a value that the community or an incident can have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remit.engine.language.problems import in_ticks
from remit.engine.spans import Related
from remit.engine.vocabulary import Dimension
from remit.engine.wording import tell
from remit.validators.check import Cell, Check, Context, Fault
from remit.validators.declaring import declaring
from remit.validators.entitlement import grants_of, named_subjects, prohibitions_of, united
from remit.validators.gaps import MOST_RELATED
from remit.validators.words import label_words, listed

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet
    from remit.engine.replay import Replay

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each value nobody may declare, then for each power nobody surely holds.

    A pack in which no dimension says who declares it is passed over.
    """
    dimensions = context.pack.vocabulary.dimensions.values()
    if not any(dimension.declared_by for dimension in dimensions):
        return
    for dimension in dimensions:
        powers = declaring(dimension)
        nobody = [value for value, power in powers.items() if power is None]
        if nobody or (dimension.state and not powers):
            yield _unnamed(dimension, nobody)
        for power in dict.fromkeys(power for power in powers.values() if power is not None):
            fault = _unheld(dimension, power, context)
            if fault.cells:
                yield fault


def _unnamed(dimension: Dimension, values: list[str]) -> Fault:
    rule = dimension.declared_by
    if rule is None:
        message = tell("no power lets anybody declare `{name}`", name=dimension.name)
        cure = tell("add `declared_by:` with a power, or remove `state: true`")
    else:
        said = listed(in_ticks(f"{dimension.name}={value}") for value in values[:MOST_RELATED])
        message = tell("no power lets anybody declare {said}", said=said)
        cure = tell('add the values to `declared_by`, or `"*"` with a power for all others')
    return Fault(
        CHECK.draft(
            message,
            dimension.span if rule is None else rule.span,
            notes=label_words([(dimension.name, dimension.label)]),
            help=cure,
        )
    )


def _unheld(dimension: Dimension, power: str, context: Context) -> Fault:
    found = context.pack.vocabulary.powers[power]
    subjects = named_subjects(context.pack)
    grants = [grant for name in subjects for grant in grants_of(context.pack, name, power)]
    held = context.map.nowhere()
    for subject in subjects:
        held |= _held(subject, power, context)
    rule = dimension.declared_by
    draft = CHECK.draft(
        tell(
            "nobody holds the power `{power}`, which declaring `{name}` needs",
            power=power,
            name=dimension.name,
        ),
        rule.span if rule else dimension.span,
        power=power,
        related=(
            Related(found.span, tell("the power")),
            *(Related(grant.span, tell("held only here")) for grant in grants[:MOST_RELATED]),
        ),
        notes=label_words([(dimension.name, dimension.label), (power, found.label)]),
        help=tell("grant `{power}` there, or name another power", power=power),
    )

    def holds_at(replay: Replay, cell: Cell) -> bool:
        return not any(
            any(replay.holds(one.when, cell) for one in grants_of(context.pack, name, power))
            and not any(
                replay.holds(one.when, cell) for one in prohibitions_of(context.pack, name, power)
            )
            for name in subjects
        )

    return Fault(draft, context.map.possible() - held, holds_at=holds_at)


def _held(subject: str, power: str, context: Context) -> CellSet:
    """Return where a subject holds a power and may use it."""
    granted = united((one.when for one in grants_of(context.pack, subject, power)), context)
    barred = (one.when for one in prohibitions_of(context.pack, subject, power))
    return granted - united(barred, context) if granted else granted


CHECK = Check(
    code="A208",
    name="undeclarable-state",
    level="warning",
    family="authority and duty",
    summary="nobody may declare a value that the community or an incident can have",
    faults=faults,
    cells_are="without anybody who may declare it",
)
