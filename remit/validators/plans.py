"""The plans of a pack: their steps, and where they hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remit.engine.pack import Plan
from remit.validators.check import Context

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet

__all__ = ["activities_of", "planned", "plans_of"]


def plans_of(context: Context) -> Iterator[tuple[Plan, CellSet]]:
    """Yield the plans by name, with the cells in which each holds."""
    for _, plan in sorted(context.pack.plans.items()):
        yield plan, context.map.cells_of(plan.when)


def activities_of(plan: Plan) -> tuple[str, ...]:
    """Return the activities of a plan's steps, each once, as written."""
    return tuple(dict.fromkeys(step.activity for step in plan.steps))


def planned(activity: str, context: Context) -> CellSet:
    """Return where some plan has a step for an activity."""
    found = context.map.nowhere()
    for plan, cells in plans_of(context):
        if activity in activities_of(plan):
            found |= cells
    return found
