"""`vocabulary.yaml`: dimensions, activities, powers, and what is left out on purpose."""

from __future__ import annotations

from dataclasses import dataclass, field

from remit.engine.conditions import Condition
from remit.engine.language.model.composed import ListOf
from remit.engine.language.model.dimension_record import DIMENSION, WrittenDimension
from remit.engine.language.model.names import Identifier, Reference
from remit.engine.language.model.phrases import Texts
from remit.engine.language.model.records import Field, Found, NamedMap, Record, Shape
from remit.engine.language.model.regions import BOX, CONDITION
from remit.engine.language.yaml_nodes import SequenceNode
from remit.engine.vocabulary import Activity, Power, Unowned

__all__ = ["VOCABULARY_DIMENSIONS", "VOCABULARY_FILE", "VOCABULARY_REST", "WrittenVocabulary"]


@dataclass(frozen=True, slots=True)
class WrittenVocabulary:
    """What one file adds to the vocabulary, but for dimensions."""

    activities: dict[str, Activity] = field(default_factory=dict)
    powers: dict[str, Power] = field(default_factory=dict)
    unowned: tuple[Unowned, ...] = ()
    impossible: tuple[Condition, ...] = ()


_LABEL = Field("label", Texts(), "The name shown to people.")
_BASIS = Field("basis", Texts(), "The clause it rests on.")

_NEEDED = Field("needed", CONDITION, "Where somebody must answer for it; everywhere if left out.")
_REQUIRES = Field(
    "requires",
    ListOf(Reference("power"), "a list of powers", unique=True),
    "Powers that its accountable subject must hold.",
)


def _activity(found: Found) -> Activity:
    requires = found.at(_REQUIRES)
    spans = (
        tuple(found.reading.span(item) for item in requires.items)
        if isinstance(requires, SequenceNode)
        else ()
    )
    return Activity(
        found.name,
        found.span(),
        found.get(_NEEDED) or Condition.always(found.span()),
        found.get(_LABEL),
        found.get(_REQUIRES) or (),
        spans,
    )


_ACTIVITY = Record(
    "an activity",
    "A row of the responsibility chart: something that must be done.",
    (_LABEL, _NEEDED, _REQUIRES),
    _activity,
)
_APART_FROM = Field(
    "apart_from",
    ListOf(Reference("power"), "a list of powers", unique=True),
    "Powers that nobody may hold together with it.",
)
_POWER = Record(
    "a power",
    "Something a subject may be entitled to do.",
    (_LABEL, _BASIS, _APART_FROM),
    lambda found: Power(
        found.name,
        found.span(),
        found.get(_LABEL),
        found.get(_BASIS),
        found.get(_APART_FROM) or (),
    ),
)

_UNOWNED_ACTIVITY = Field(
    "activity", Reference("activity"), "The activity nobody answers for.", is_required=True
)
_WHEN = Field("when", CONDITION, "Where; everywhere if left out.")
_REASON = Field("reason", Texts(), "Why nobody has to.", is_required=True)
_UNOWNED = Record(
    "an unowned region",
    "A gap on purpose: a region in which an activity is left without an owner.",
    (_UNOWNED_ACTIVITY, _WHEN, _REASON),
    lambda found: Unowned(
        found.need(_UNOWNED_ACTIVITY),
        found.get(_WHEN) or Condition.always(found.span()),
        found.need(_REASON),
        found.span(),
    ),
)

_DIMENSIONS = Field(
    "dimensions",
    NamedMap(Identifier("the name of a dimension"), DIMENSION, "a map of dimensions"),
    "The directions of the event space.",
)
_ACTIVITIES = Field(
    "activities",
    NamedMap(Identifier("the name of an activity"), _ACTIVITY, "a map of activities"),
    "What must be done.",
)
_POWERS = Field(
    "powers",
    NamedMap(Identifier("the name of a power"), _POWER, "a map of powers"),
    "What may be done.",
)
_UNOWNEDS = Field(
    "unowned", ListOf(_UNOWNED, "a list of unowned regions"), "Gaps on purpose, counted apart."
)
_IMPOSSIBLE = Field(
    "impossible",
    ListOf(BOX, "a list of conditions"),
    "Events that cannot happen: no witness may use them.",
)


def _dimensions(found: Found) -> dict[str, WrittenDimension]:
    return found.get(_DIMENSIONS) or {}


def _rest(found: Found) -> WrittenVocabulary:
    return WrittenVocabulary(
        found.get(_ACTIVITIES) or {},
        found.get(_POWERS) or {},
        found.get(_UNOWNEDS) or (),
        found.get(_IMPOSSIBLE) or (),
    )


def _nothing(found: Found) -> WrittenVocabulary:  # noqa: ARG001 - the signature of a builder
    return WrittenVocabulary()


_REST_FIELDS = (_ACTIVITIES, _POWERS, _UNOWNEDS, _IMPOSSIBLE)
_ABOUT = "The event space, the activities and the powers that a pack may speak of."
VOCABULARY_DIMENSIONS = Record(
    "a vocabulary", _ABOUT, (_DIMENSIONS,), _dimensions, shape=Shape(beside=_REST_FIELDS)
)
"""Read first: every condition needs the dimensions."""
VOCABULARY_REST = Record(
    "a vocabulary",
    _ABOUT,
    _REST_FIELDS,
    _rest,
    shape=Shape(beside=(_DIMENSIONS,)),
)
VOCABULARY_FILE = Record("a vocabulary", _ABOUT, (_DIMENSIONS, *_REST_FIELDS), _nothing)
"""The whole file, for its schema and for errors of form; its two parts make the values."""
