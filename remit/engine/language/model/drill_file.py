"""`drills/*.yaml`: what was exercised, when, and by whom."""

from __future__ import annotations

from remit.engine.language.model.composed import OneOrMany
from remit.engine.language.model.names import Identifier, Reference
from remit.engine.language.model.phrases import Texts
from remit.engine.language.model.records import Field, Record, Shape
from remit.engine.language.model.regions import CONDITION
from remit.engine.language.model.times import Day
from remit.engine.prevention import Drill

__all__ = ["DRILL_FILE"]

_DRILL = Field("drill", Identifier("the name of a drill"), "The drill's name.", is_required=True)
_LABEL = Field("label", Texts(), "The name shown to people.")
_ON = Field("on", Day(), "The day; one that has not come is planned.", is_required=True)
_PLAN = Field("plan", Reference("plan"), "The plan exercised: its steps, in all its events.")
_WHEN = Field("when", CONDITION, "The events exercised, where no whole plan was.")
_TOOK_PART = Field(
    "took_part",
    OneOrMany(Reference("subject"), "a list of subjects"),
    "The subjects that took part.",
    is_required=True,
)

DRILL_FILE = Record(
    "a drill",
    "What was exercised, when, and by whom.",
    (_DRILL, _LABEL, _ON, _PLAN, _WHEN, _TOOK_PART),
    lambda found: Drill(
        found.need(_DRILL),
        found.need(_ON),
        found.need(_TOOK_PART),
        found.span(_DRILL),
        found.get(_PLAN),
        found.get(_WHEN),
        found.get(_LABEL),
    ),
    shape=Shape(exactly_one=(_PLAN, _WHEN)),
)
