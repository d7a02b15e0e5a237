"""`checks` of `pack.yaml`, as far as the checks of prevention and participation go."""

from __future__ import annotations

from remit.engine.language.model.choices import Flag
from remit.engine.language.model.composed import MapOf, OneOrMany
from remit.engine.language.model.names import Reference
from remit.engine.language.model.phrases import LANGUAGE_PATTERN, Phrase
from remit.engine.language.model.records import Field, Found, Record
from remit.engine.language.model.times import Duration
from remit.engine.prevention import (
    DrillOptions,
    HazardOptions,
    ParticipationOptions,
    PreventionOptions,
    ReportOptions,
    ResidentOptions,
)

__all__ = ["PREVENTION_FIELDS", "participation_options", "prevention_options"]

DAY_S = 86_400

_HIGHEST_WINS = Field(
    "highest-wins", Flag(), "Whether of two levels raised at once the higher counts by convention."
)
_SIGNAL_OVERLAP = Field(
    "signal-overlap",
    Record(
        "settings of `signal-overlap`",
        "What counts where two levels are raised at once.",
        (_HIGHEST_WINS,),
        lambda found: bool(found.get(_HIGHEST_WINS)),
    ),
    "Settings of `signal-overlap`.",
)

_HAZARDS = Field(
    "dimension",
    Reference("dimension"),
    "The dimension whose values are the hazards; `hazard` if left out.",
)
_UNMONITORED_HAZARD = Field(
    "unmonitored-hazard",
    Record(
        "settings of `unmonitored-hazard`",
        "What counts as a hazard.",
        (_HAZARDS,),
        lambda found: HazardOptions(found.get_or(_HAZARDS, HazardOptions().dimension)),
    ),
    "Settings of `unmonitored-hazard`.",
)

_EVERY = Field("every", Duration(), "The time between drills, in whole days; 730d if left out.")
_PLANS = Field(
    "plans",
    MapOf(Reference("plan"), Duration(), "a map of plans"),
    "The time between drills of single plans.",
)
_UNDRILLED_DUTY = Field(
    "undrilled-duty",
    Record(
        "settings of `undrilled-duty`",
        "How often duties must be drilled.",
        (_EVERY, _PLANS),
        lambda found: DrillOptions(
            _days(found.get_or(_EVERY, DrillOptions().every * DAY_S)),
            {plan: _days(time_s) for plan, time_s in (found.get(_PLANS) or {}).items()},
        ),
    ),
    "Settings of `undrilled-duty`.",
)

_KINDS = Field(
    "dimension",
    Reference("dimension"),
    "The dimension whose values are the kinds of event; `hazard` if left out.",
)
_INTAKE = Field("activity", Reference("activity"), "The activity that takes reports of anything.")
_LANGUAGES = Field(
    "languages",
    OneOrMany(
        Phrase(
            "a language",
            pattern=LANGUAGE_PATTERN,
            expected="a language code such as `en` or `zh`",
        ),
        "a list of languages",
    ),
    "The languages residents read; any if left out.",
)
_NO_WAY_TO_REPORT = Field(
    "no-way-to-report",
    Record(
        "settings of `no-way-to-report`",
        "How residents report.",
        (_KINDS, _INTAKE, _LANGUAGES),
        lambda found: ReportOptions(
            found.get_or(_KINDS, ReportOptions().dimension),
            found.get(_INTAKE),
            found.get(_LANGUAGES) or (),
        ),
    ),
    "Settings of `no-way-to-report`.",
)

_SUBJECTS = Field(
    "subjects",
    OneOrMany(Reference("subject"), "a list of subjects"),
    "Who counts as residents; `residents` and `volunteers` if left out.",
)
_DIMENSIONS = Field(
    "dimensions",
    OneOrMany(Reference("dimension"), "a list of dimensions"),
    "Each value of these should have a task for them; `phase` and `stage` if left out.",
)
_IDLE_RESIDENTS = Field(
    "idle-residents",
    Record(
        "settings of `idle-residents`",
        "Who counts as residents, and when they should find something to do.",
        (_SUBJECTS, _DIMENSIONS),
        lambda found: ResidentOptions(
            found.get_or(_SUBJECTS, ResidentOptions().subjects),
            found.get_or(_DIMENSIONS, ResidentOptions().dimensions),
        ),
    ),
    "Settings of `idle-residents`.",
)

PREVENTION_FIELDS = (
    _IDLE_RESIDENTS,
    _NO_WAY_TO_REPORT,
    _SIGNAL_OVERLAP,
    _UNDRILLED_DUTY,
    _UNMONITORED_HAZARD,
)


def prevention_options(found: Found) -> PreventionOptions:
    """Return the settings of the checks of prevention."""
    return PreventionOptions(
        found.get_or(_SIGNAL_OVERLAP, default=False),
        found.get_or(_UNMONITORED_HAZARD, HazardOptions()),
        found.get(_UNDRILLED_DUTY),
    )


def participation_options(found: Found) -> ParticipationOptions:
    """Return the settings of the checks of participation."""
    return ParticipationOptions(found.get(_NO_WAY_TO_REPORT), found.get(_IDLE_RESIDENTS))


def _days(time_s: int) -> int:
    """Return a time in days; a part of one counts whole."""
    return -(-time_s // DAY_S)
