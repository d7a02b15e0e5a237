"""`checks` of `pack.yaml`, as far as the checks of people and money go."""

from __future__ import annotations

from remit.engine.language.model.choices import Whole
from remit.engine.language.model.composed import ListOf
from remit.engine.language.model.names import Identifier
from remit.engine.language.model.records import Field, Found, Record
from remit.engine.language.model.times import Duration
from remit.engine.means import MeansOptions

__all__ = ["MEANS_FIELDS", "means_options"]

MOST_DAYS = 366
"""Days that a roster is looked at; shifts repeat by the week, so more would show nothing new."""
USUAL = MeansOptions()

_STAFFED = Field(
    "share",
    Whole(0, 100),
    "Percent of the subjects with duties that must have people, before one without any is told; "
    f"{USUAL.staffed} if left out.",
)
_UNSTAFFED_DUTY = Field(
    "unstaffed-duty",
    Record(
        "settings of `unstaffed-duty`",
        "When a subject of which no people are told has none.",
        (_STAFFED,),
        lambda found: found.get_or(_STAFFED, USUAL.staffed),
    ),
    "Settings of `unstaffed-duty`.",
)

_DAYS = Field(
    "days", Whole(1, MOST_DAYS), f"Days from today to look at; {USUAL.roster_days} if left out."
)
_SHORTEST = Field("shortest", Duration(), "The shortest gap that is told; a minute if left out.")
_ROSTER_GAP = Field(
    "roster-gap",
    Record(
        "settings of `roster-gap`",
        "Which gaps of rosters are told.",
        (_DAYS, _SHORTEST),
        lambda found: (
            found.get_or(_DAYS, USUAL.roster_days),
            found.get_or(_SHORTEST, USUAL.shortest_gap),
        ),
    ),
    "Settings of `roster-gap`.",
)

_REACHABLE = Field(
    "share",
    Whole(0, 100),
    "Percent of the subjects that must be reachable, before one without a contact is told; "
    f"{USUAL.reachable} if left out.",
)
_CHANNELS = Field(
    "channels",
    ListOf(Identifier("a channel"), "a list of channels", fewest=1, unique=True),
    "The channels there are; any if left out.",
)
_UNREACHABLE_SUBJECT = Field(
    "unreachable-subject",
    Record(
        "settings of `unreachable-subject`",
        "When a subject counts as out of reach.",
        (_REACHABLE, _CHANNELS),
        lambda found: (
            found.get_or(_REACHABLE, USUAL.reachable),
            found.get_or(_CHANNELS, USUAL.channels),
        ),
    ),
    "Settings of `unreachable-subject`.",
)

_WITHIN = Field(
    "within",
    Duration(),
    "Time within which money must be released; only the step's own time counts if left out.",
)
_UNFUNDED_STEP = Field(
    "unfunded-step",
    Record(
        "settings of `unfunded-step`",
        "How soon money must come.",
        (_WITHIN,),
        lambda found: found.get(_WITHIN),
    ),
    "Settings of `unfunded-step`.",
)

MEANS_FIELDS = (_ROSTER_GAP, _UNFUNDED_STEP, _UNREACHABLE_SUBJECT, _UNSTAFFED_DUTY)


def means_options(found: Found) -> MeansOptions:
    """Return the settings of the checks of people and money."""
    days, shortest = found.get_or(_ROSTER_GAP, (USUAL.roster_days, USUAL.shortest_gap))
    reachable, channels = found.get_or(_UNREACHABLE_SUBJECT, (USUAL.reachable, USUAL.channels))
    return MeansOptions(
        found.get_or(_UNSTAFFED_DUTY, USUAL.staffed),
        reachable,
        channels,
        days,
        shortest,
        found.get_or(_UNFUNDED_STEP, USUAL.money_within),
    )
