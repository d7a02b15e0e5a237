"""Drills, and what a pack asks of the checks of prevention and participation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from remit.engine.conditions import Condition
from remit.engine.spans import Span
from remit.engine.texts import Text

__all__ = [
    "Drill",
    "DrillOptions",
    "HazardOptions",
    "ParticipationOptions",
    "PreventionOptions",
    "ReportOptions",
    "ResidentOptions",
]

DRILL_DAYS = 730
"""Days between drills where a pack says nothing. SOURCE: Regulation on emergency response to work
safety accidents (2019), art. 8: sub-district offices drill at least every two years."""


@dataclass(frozen=True, slots=True)
class Drill:
    """An exercise that took place, or is planned for a day that has not come.

    Args:
        plan: the plan that was exercised: its steps, in all its events.
        when: the events that were exercised; one of the two is there.
        took_part: the subjects that did.
    """

    name: str
    on: dt.date
    took_part: tuple[str, ...]
    span: Span
    plan: str | None = None
    when: Condition | None = None
    label: Text | None = None


@dataclass(frozen=True, slots=True)
class HazardOptions:
    """What counts as a kind of event for `unmonitored-hazard`: the values of a dimension."""

    dimension: str = "hazard"


@dataclass(frozen=True, slots=True)
class DrillOptions:
    """How often duties must be drilled.

    Args:
        every: days.
        plans: days by plan, for plans with an interval of their own.
    """

    every: int = DRILL_DAYS
    plans: Mapping[str, int] = field(default_factory=dict)

    def interval(self, plan: str) -> int:
        """Return the days between drills of a plan."""
        return self.plans.get(plan, self.every)


@dataclass(frozen=True, slots=True)
class PreventionOptions:
    """What a pack asks of the checks of prevention.

    Args:
        highest_wins: whether of two levels raised at once the higher counts, by convention.
        drills: `None` where the pack does not say.
    """

    highest_wins: bool = False
    hazards: HazardOptions = HazardOptions()
    drills: DrillOptions | None = None


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """How residents report.

    Args:
        dimension: its values are the kinds of event.
        activity: the intake; whoever is accountable for it takes reports of anything.
        languages: those in which residents must find the words for it; any where it is empty.
    """

    dimension: str = "hazard"
    activity: str | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResidentOptions:
    """Who counts as residents, and when they should find something to do.

    Args:
        subjects: their names.
        dimensions: each value of these should have a task for them.
    """

    subjects: tuple[str, ...] = ("residents", "volunteers")
    dimensions: tuple[str, ...] = ("phase", "stage")


@dataclass(frozen=True, slots=True)
class ParticipationOptions:
    """What a pack asks of the checks of participation; `None` where it does not say."""

    reports: ReportOptions | None = None
    residents: ResidentOptions | None = None
