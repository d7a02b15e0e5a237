"""`scenarios/*.yaml`: plans that must be able to run at once."""

from __future__ import annotations

from remit.engine.language.model.choices import Whole
from remit.engine.language.model.composed import ListOf, MapOf, OneOrMany
from remit.engine.language.model.names import Identifier, Reference
from remit.engine.language.model.phrases import Texts
from remit.engine.language.model.records import Field, Record
from remit.engine.language.model.regions import CONDITION
from remit.engine.means import Loan, Run, Scenario

__all__ = ["SCENARIO_FILE"]

MOST_TIMES = 1_000
"""Incidents of one plan at once."""
MOST = 10**9
"""People that one subject lends, and the cost of one."""

_PLAN = Field("plan", Reference("plan"), "The plan that runs.", is_required=True)
_TIMES = Field("times", Whole(1, MOST_TIMES), "How many incidents of it at once; 1 if left out.")
_STEPS = Field(
    "steps",
    OneOrMany(Identifier("the id of a step"), "a list of steps"),
    "The steps of it that run; all if left out.",
)
_RUN_WHEN = Field("when", CONDITION, "For which events of the plan; for every one if left out.")
_RUN = Record(
    "a run",
    "A plan that runs in the scenario.",
    (_PLAN, _TIMES, _STEPS, _RUN_WHEN),
    lambda found: Run(
        found.need(_PLAN),
        found.span(_PLAN),
        found.get_or(_TIMES, 1),
        found.get(_STEPS) or (),
        found.get(_RUN_WHEN),
    ),
)

_SUBJECT = Field("subject", Reference("subject"), "Who lends them.", is_required=True)
_STAFF = Field("staff", Reference("kind of staff"), "Their kind.", is_required=True)
_FOR = Field(
    "for",
    OneOrMany(Reference("kind of staff"), "a list of kinds of staff"),
    "The kinds whose work they may do.",
    is_required=True,
)
_MOST = Field("most", Whole(0, MOST), "How many at most; all there are if left out.")
_LOAN = Record(
    "a loan",
    "People of one kind whom a subject lends to do the work of other kinds.",
    (_SUBJECT, _STAFF, _FOR, _MOST),
    lambda found: Loan(
        found.need(_SUBJECT),
        found.need(_STAFF),
        found.need(_FOR),
        found.span(_STAFF),
        found.get(_MOST),
    ),
)

_SCENARIO = Field(
    "scenario", Identifier("the name of a scenario"), "The scenario's name.", is_required=True
)
_LABEL = Field("label", Texts(), "The name shown to people.")
_BASIS = Field("basis", Texts(), "The clause or the assumption it rests on.")
_WHEN = Field("when", CONDITION, "Where all of it happens; anywhere if left out.")
_RUNS = Field(
    "runs", ListOf(_RUN, "a list of runs", fewest=1), "What runs at once.", is_required=True
)
_LENDS = Field("lends", ListOf(_LOAN, "a list of loans"), "Who may do whose work meanwhile.")
_COSTS = Field(
    "costs",
    MapOf(Reference("kind of staff"), Whole(0, MOST), "a map of costs"),
    "What one more of a kind of staff costs, in any one unit; 1 for a kind left out.",
)

SCENARIO_FILE = Record(
    "a scenario",
    "Plans that must be able to run at once.",
    (_SCENARIO, _LABEL, _BASIS, _WHEN, _RUNS, _LENDS, _COSTS),
    lambda found: Scenario(
        found.need(_SCENARIO),
        found.need(_RUNS),
        found.span(_SCENARIO),
        found.get(_LABEL),
        found.get(_BASIS),
        found.get(_WHEN),
        found.get(_LENDS) or (),
        found.get(_COSTS) or {},
    ),
)
