"""Authority and duty side by side: what each party answers for, does, and may do.

Much to do and little to decide, or the other way round, shows in a row of this table before it
shows in an incident. SOURCE: parity of authority and responsibility (RACI rules R13 and R17).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from remit.engine.pack import Letter, Pack
from remit.engine.texts import Text
from remit.validators.declaring import powers_to_declare
from remit.validators.entitlement import grants_of
from remit.validators.holders import subject_label

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet
    from remit.engine.map.responsibility import ResponsibilityMap

__all__ = ["Part", "Party", "parity"]


@dataclass(frozen=True, slots=True)
class Part:
    """What one party has one letter for.

    Args:
        activities: how many activities it has the letter for in some event that needs them.
        events: share of all possible events in which it has the letter for at least one.
        work: share of all there is to do, each activity counted in each event that needs it.
    """

    activities: int
    events: Fraction
    work: Fraction


@dataclass(frozen=True, slots=True)
class Party:
    """One row.

    Args:
        held: powers it holds in some event, sorted.
        required: powers that what it answers for requires, sorted.
        beside: powers it holds by which states are declared and versions activated, sorted.
    """

    subject: str
    label: Text | None
    accountable: Part
    responsible: Part
    held: tuple[str, ...]
    required: tuple[str, ...]
    beside: tuple[str, ...] = ()

    @property
    def lacking(self) -> tuple[str, ...]:
        """Powers its duties require and that it holds nowhere."""
        return tuple(power for power in self.required if power not in self.held)

    @property
    def idle(self) -> tuple[str, ...]:
        """Powers it holds and that neither what it answers for nor any declaration requires."""
        used = {*self.required, *self.beside}
        return tuple(power for power in self.held if power not in used)


def parity(responsibilities: ResponsibilityMap) -> tuple[Party, ...]:
    """Return a row for each subject with duties or powers, those with most work to do first.

    Cost: a count of cells for each activity, letter and subject that can have it.

    Raises:
        BudgetExceeded: if the answers for some activity cost more than the map's budget.
    """
    pack = responsibilities.pack
    counted: dict[Letter, dict[str, _Sum]] = {
        letter: _counted(responsibilities, letter) for letter in ("accountable", "responsible")
    }
    whole = sum(
        responsibilities.needed(activity).count() for activity in pack.vocabulary.activities
    )
    found = [
        _party(name, pack, {letter: sums.get(name) for letter, sums in counted.items()}, whole)
        for name, subject in pack.subjects.items()
        if subject.duties or subject.authority
    ]
    return tuple(sorted(found, key=lambda one: (-one.responsible.work, one.subject)))


@dataclass(slots=True)
class _Sum:
    """Where a subject has a letter, added up over activities."""

    anywhere: CellSet
    cells: int
    activities: list[str]


def _counted(responsibilities: ResponsibilityMap, letter: Letter) -> dict[str, _Sum]:
    found: dict[str, _Sum] = {}
    for name, part in responsibilities.compiled.parts.items():
        needed = responsibilities.needed(name)
        for subject in sorted({duty.subject for duty in part.duties if letter in duty.roles}):
            cells = responsibilities.holding(name, letter, subject) & needed
            if cells:
                one = found.setdefault(subject, _Sum(responsibilities.nowhere(), 0, []))
                one.anywhere |= cells
                one.cells += cells.count()
                one.activities.append(name)
    return found


def _party(name: str, pack: Pack, sums: dict[Letter, _Sum | None], whole: int) -> Party:
    accountable = sums["accountable"]
    activities = pack.vocabulary.activities
    required = {
        power
        for activity in (accountable.activities if accountable else ())
        for power in activities[activity].requires
    }
    held = _sorted(power for power in pack.vocabulary.powers if grants_of(pack, name, power))
    declaring = powers_to_declare(pack)
    return Party(
        name,
        subject_label(pack, name),
        _part(accountable, whole),
        _part(sums["responsible"], whole),
        held,
        _sorted(required),
        tuple(power for power in held if power in declaring),
    )


def _part(found: _Sum | None, whole: int) -> Part:
    if found is None:
        return Part(0, Fraction(0), Fraction(0))
    return Part(len(found.activities), found.anywhere.share(), Fraction(found.cells, whole))


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names))
