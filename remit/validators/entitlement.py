"""Where a subject is accountable, and what the packs entitle it to there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from remit.engine.conditions import Condition
from remit.engine.pack import Duty, Grant, Pack, Prohibition
from remit.engine.wording import tell
from remit.validators.check import Context
from remit.validators.finding import Finding
from remit.validators.holders import by_subject, deciding, place_of

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet, Region

__all__ = [
    "Seat",
    "at_duty",
    "grants_of",
    "named_subjects",
    "prohibitions_of",
    "seats",
    "united",
]


@dataclass(frozen=True, slots=True)
class Seat:
    """One subject accountable for one activity.

    Args:
        duties: those that can make it so.
        cells: where it is so and the activity is needed.
    """

    activity: str
    subject: str
    duties: tuple[Duty, ...]
    cells: CellSet


def seats(context: Context, concerns: Callable[[str, str], object]) -> Iterator[Seat]:
    """Yield the subjects that are accountable for an activity somewhere where that is needed.

    Args:
        concerns: whether an activity and a subject are asked about, told without the map.
    """
    for activity in context.activities():
        for subject, duties in by_subject(context, activity, "accountable").items():
            if concerns(activity, subject):
                held = context.map.holding(activity, "accountable", subject)
                cells = held & context.map.needed(activity)
                if cells:
                    yield Seat(activity, subject, duties, cells)


def named_subjects(pack: Pack) -> tuple[str, ...]:
    """Return the subjects of this pack and of the higher ones, each once, by name."""
    return tuple(sorted({name for each in (pack, *pack.higher) for name in each.subjects}))


def grants_of(pack: Pack, subject: str, power: str) -> tuple[Grant, ...]:
    """Return the grants by which a subject holds a power: its own, for a joint one its members'."""
    accounts = pack.accounts_of(subject)
    holders = {subject, *(member for account in accounts for member in account.members)}
    return tuple(
        grant
        for holder in sorted(holders)
        for account in pack.accounts_of(holder)
        for grant in account.authority
        if grant.power == power
    )


def prohibitions_of(pack: Pack, subject: str, power: str) -> tuple[Prohibition, ...]:
    """Return where a subject may not use a power."""
    return tuple(
        entry
        for account in pack.accounts_of(subject)
        for entry in account.prohibitions
        if entry.power == power
    )


def united(conditions: Iterable[Condition], context: Context) -> CellSet:
    """Return the cells that meet any of some conditions."""
    found = [context.map.cells_of(condition) for condition in conditions]
    nowhere = context.map.possible() - context.map.possible()
    return reduce(or_, found, nowhere)


def at_duty(draft: Finding, seat: Seat, region: Region, context: Context) -> Finding:
    """Return a finding placed at the duty that makes the subject accountable in the region."""
    duty = deciding(seat.duties, region.cells, context)
    return replace(
        draft,
        span=place_of(duty, "role"),
        duty=duty.name,
        label=tell("`{subject}` is accountable here", subject=seat.subject),
    )
