"""Which subjects can have a letter for an activity, and where they have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remit.engine.pack import Duty, Letter
from remit.validators.check import Context

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet

__all__ = ["candidates", "held"]


def candidates(activity: str, letter: Letter, context: Context) -> dict[str, tuple[Duty, ...]]:
    """Return the duties that can give a letter for an activity, by subject; told without the map.

    Cost: linear in the duties of the activity.
    """
    found: dict[str, tuple[Duty, ...]] = {}
    for duty in context.map.compiled.parts[activity].duties:
        if letter in duty.roles:
            found[duty.subject] = (*found.get(duty.subject, ()), duty)
    return found


def held(activity: str, letter: Letter, subject: str, context: Context) -> CellSet:
    """Return where a subject has a letter for an activity that is needed there."""
    return context.map.holding(activity, letter, subject) & context.map.needed(activity)
