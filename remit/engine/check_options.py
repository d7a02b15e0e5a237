"""What a pack asks of its checks: the settings of each that has some."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from remit.engine.means import MeansOptions
from remit.engine.prevention import ParticipationOptions, PreventionOptions

__all__ = [
    "BASED",
    "TOLD",
    "Based",
    "BasisOptions",
    "CheckOptions",
    "Crowd",
    "LoadOptions",
    "PlanningOptions",
    "PowerOptions",
    "SpanOptions",
    "SuccessionOptions",
    "TellingOptions",
    "Told",
    "TranslationOptions",
]

Based = Literal["duties", "authority", "prohibitions", "assists_only", "limits", "powers"]
"""What can be written with a `basis`."""
BASED: tuple[Based, ...] = get_args(Based)
Told = Literal["acting", "superiors"]
"""Whom somebody should tell: those who act in a plan, those above the accountable."""
TOLD: tuple[Told, ...] = get_args(Told)


@dataclass(frozen=True, slots=True)
class BasisOptions:
    """For `missing-basis`: what must have a basis; none is what the pack mostly writes one for."""

    of: tuple[Based, ...] = ()


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many subjects may have a letter for one activity in the same event."""

    responsible: int = 3
    consulted: int = 5
    informed: int = 10


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """For `overloaded-subject`: most activities a subject has a letter for in one event."""

    accountable: int = 20
    responsible: int = 20


@dataclass(frozen=True, slots=True)
class PlanningOptions:
    """For `unplanned-activity`: activities that go on without a plan."""

    standing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PowerOptions:
    """For `idle-power`: powers that are used without an activity that requires them."""

    standing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SpanOptions:
    """For `wide-span`: most and fewest subordinates with duties.

    SOURCE: NIMS 2017 and before: three to seven. The lower end is `None`, not asked for, until a
    pack says so: a small community seldom fills it.
    """

    most: int = 7
    fewest: int | None = None


@dataclass(frozen=True, slots=True)
class SuccessionOptions:
    """For `thin-succession`.

    Args:
        depth: how many must be able to stand in for an accountable subject; `None` is 1
            in a pack in which at least half of them have somebody, else nothing.
        staff: whether further people of the subject itself count as such.
        absent: of how many people the absence must leave every subject somebody; 0 asks nothing.
    """

    depth: int | None = None
    staff: bool = True
    absent: int = 0


@dataclass(frozen=True, slots=True)
class TellingOptions:
    """For `uninformed-party`: whom somebody should tell; nobody unless a pack says so."""

    of: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class TranslationOptions:
    """For `missing-translation`: languages every text must have; none is those the pack uses."""

    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What a pack asks of its checks (`checks` in YAML).

    Args:
        crowd: most subjects a letter, for `crowded-activity`.
        means: for the checks of people and money.
        narrower: fewest duties of other subjects beside a general one that make it the default,
            for `owned-by-default`.
        participation: for `no-way-to-report` and `idle-residents`.
        prevention: for the checks of signals and drills.
    """

    basis: BasisOptions = field(default_factory=BasisOptions)
    crowd: Crowd = field(default_factory=Crowd)
    load: LoadOptions = field(default_factory=LoadOptions)
    means: MeansOptions = field(default_factory=MeansOptions)
    narrower: int = 3
    participation: ParticipationOptions = field(default_factory=ParticipationOptions)
    planning: PlanningOptions = field(default_factory=PlanningOptions)
    powers: PowerOptions = field(default_factory=PowerOptions)
    prevention: PreventionOptions = field(default_factory=PreventionOptions)
    spans: SpanOptions = field(default_factory=SpanOptions)
    succession: SuccessionOptions = field(default_factory=SuccessionOptions)
    telling: TellingOptions = field(default_factory=TellingOptions)
    translation: TranslationOptions = field(default_factory=TranslationOptions)
