"""`pack.yaml`: what a pack is, what it extends, its limits, and what it asks of its checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from remit.engine.break_glass import Agreement, BreakGlass
from remit.engine.conditions import Condition
from remit.engine.language.model.base import Definitions, Invalid, Json, Reading, Type
from remit.engine.language.model.check_options import CHECK_OPTIONS
from remit.engine.language.model.choices import Choice, Whole
from remit.engine.language.model.composed import ListOf, OneOrMany
from remit.engine.language.model.duties import DUTIES_OF_MANY
from remit.engine.language.model.fund_file import CURRENCY
from remit.engine.language.model.names import DutyName, Identifier, Reference
from remit.engine.language.model.occurrences import STATE
from remit.engine.language.model.phrases import Phrase, Texts
from remit.engine.language.model.records import Field, Found, Record, Shape
from remit.engine.language.model.regions import CONDITION
from remit.engine.language.model.times import Day, Duration
from remit.engine.language.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode
from remit.engine.language.yaml_scalars import scalar_value
from remit.engine.pack import (
    Acceptance,
    CheckOptions,
    Duty,
    Limit,
    Mandatory,
)
from remit.engine.spans import Span
from remit.engine.texts import Text
from remit.engine.vocabulary import Value
from remit.engine.wording import tell

__all__ = [
    "ACCEPT_FILE",
    "LIMITS_FILE",
    "PACK_EXTENDS",
    "PACK_FILE",
    "PACK_HEADER",
    "PACK_REST",
    "Extended",
    "WrittenHeader",
    "WrittenRest",
]

LANGUAGE_VERSION = 1
"""Version of the policy language that this loader reads."""


class _LanguageVersion(Whole):
    """The version of the policy language that a pack is written in."""

    def __init__(self) -> None:
        super().__init__(1, LANGUAGE_VERSION)

    def read(self, node: Node, reading: Reading) -> int | Invalid:
        """Return the version, if this loader reads it."""
        value = scalar_value(node) if isinstance(node, ScalarNode) else None
        if not isinstance(value, int) or isinstance(value, bool) or value <= LANGUAGE_VERSION:
            return super().read(node, reading)
        message = tell("the pack is written in version {value} of the language", value=value)
        return reading.error(
            node,
            message,
            expected=tell("version {language_version}", language_version=LANGUAGE_VERSION),
            help=tell("use a newer remit"),
        )


@dataclass(frozen=True, slots=True)
class Extended:
    """A higher pack as named: a path relative to the folder of the pack."""

    path: str
    span: Span


@dataclass(frozen=True, slots=True)
class WrittenHeader:
    """What a pack says of itself; it can be read before the vocabulary."""

    name: str
    version: str
    span: Span
    label: Text | None


@dataclass(frozen=True, slots=True)
class WrittenRest:
    """What `pack.yaml` says in the words of the vocabulary."""

    lead: str | None = None
    state: Mapping[str, Value] = field(default_factory=dict)
    precedence: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    accept: tuple[Acceptance, ...] = ()
    duties: tuple[Duty, ...] = ()
    checks: CheckOptions = field(default_factory=CheckOptions)
    mandatory: tuple[Mandatory, ...] = ()
    currency: str | None = None
    activated_by: str | None = None
    rosters_by: str | None = None
    agreement: Agreement = "none"
    break_glass: BreakGlass | None = None


_REMIT = Field("remit", _LanguageVersion(), "Version of the policy language.", is_required=True)
_PACK = Field("pack", Identifier("the name of a pack"), "The pack's name.", is_required=True)
_VERSION = Field(
    "version",
    Phrase("a version", numbers=True, longest=50),
    "The pack's version.",
    is_required=True,
)
_LABEL = Field("label", Texts(), "The name shown to people.")
_EXTENDS = Field(
    "extends",
    ListOf(Phrase("a path to a pack", longest=500), "a list of packs", unique=True),
    "Folders of higher packs, relative to this one: their vocabulary and limits hold here.",
)


def _header(found: Found) -> WrittenHeader:
    return WrittenHeader(
        found.need(_PACK), found.need(_VERSION), found.span(_PACK), found.get(_LABEL)
    )


def _extends(found: Found) -> tuple[Extended, ...]:
    node = found.at(_EXTENDS)
    items = node.items if isinstance(node, SequenceNode) else []
    paths = found.get(_EXTENDS) or ()
    return tuple(
        Extended(path, found.reading.span(item)) for path, item in zip(paths, items, strict=False)
    )


_ACTIVITY = Field("activity", Reference("activity"), "The activity.", is_required=True)
_ACCOUNTABLE = Field(
    "accountable",
    OneOrMany(Reference("subject"), "a list of subjects", fewest=0),
    "The subjects that may at most be accountable there.",
    is_required=True,
)
_WHEN = Field("when", CONDITION, "Where; everywhere if left out.")
_BASIS = Field("basis", Texts(), "The clause it rests on.")


def _limit(found: Found) -> Limit:
    return Limit(
        found.need(_ACTIVITY),
        found.need(_ACCOUNTABLE),
        found.get(_WHEN) or Condition.always(found.span()),
        found.span(),
        "",
        found.get(_BASIS),
    )


_LIMIT = Record(
    "a limit",
    "Who may at most be accountable for an activity, here and in every pack that extends this one.",
    (_ACTIVITY, _ACCOUNTABLE, _WHEN, _BASIS),
    _limit,
)

_CHECK = Phrase(
    "a code or name of a check",
    pattern=r"^(?:[A-Z][0-9]{3}|[a-z]+(?:-[a-z]+)*)$",
    expected="a code such as `R201`, or a name such as `unowned-event`",
)
_CODE = Field("code", _CHECK, "The check, by code or name.", is_required=True)
_REASON = Field("reason", Texts(), "Why the finding is accepted.", is_required=True)
_BY = Field("by", Phrase("a name"), "Who accepted it.")
_UNTIL = Field("until", Day(), "The last day on which it is accepted; open if left out.")
_ACCEPT_ACTIVITY = Field("activity", Reference("activity"), "Only findings about this activity.")
_ACCEPT_SUBJECT = Field("subject", Reference("subject"), "Only findings about this subject.")
_ACCEPT_DUTY = Field("duty", DutyName(), "Only findings about this duty.")


def _acceptance(found: Found) -> Acceptance:
    return Acceptance(
        found.need(_CODE),
        found.get(_WHEN) or Condition.always(found.span()),
        found.need(_REASON),
        found.span(),
        found.get(_BY),
        found.get(_UNTIL),
        found.get(_ACCEPT_ACTIVITY),
        found.get(_ACCEPT_SUBJECT),
        found.get(_ACCEPT_DUTY),
    )


_ACCEPTANCE = Record(
    "an acceptance",
    "A finding accepted in a region of the event space.",
    (_CODE, _WHEN, _REASON, _BY, _UNTIL, _ACCEPT_ACTIVITY, _ACCEPT_SUBJECT, _ACCEPT_DUTY),
    _acceptance,
)

_ACTIVITIES = Field(
    "activity",
    OneOrMany(Reference("activity"), "a list of activities"),
    "Only findings about these activities.",
)


def _mandatory(found: Found) -> Mandatory:
    return Mandatory(
        found.need(_CODE),
        found.span(),
        "",
        found.get(_ACTIVITIES) or (),
        found.get(_BASIS),
    )


_MANDATORY_RECORD = Record(
    "a mandatory check",
    "A check whose findings nobody may accept, here and in every pack that extends this one.",
    (_CODE, _ACTIVITIES, _BASIS),
    _mandatory,
)


class _MandatoryType(Type[Mandatory]):
    """A mandatory check: its code or name, or a map that narrows it."""

    def read(self, node: Node, reading: Reading) -> Mandatory | Invalid:
        """Return the check."""
        if isinstance(node, MappingNode):
            return _MANDATORY_RECORD.read(node, reading)
        code = _CHECK.read(node, reading)
        return code if isinstance(code, Invalid) else Mandatory(code, reading.span(node), "")

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of either form."""
        return {"anyOf": [_CHECK.schema(definitions), _MANDATORY_RECORD.schema(definitions)]}


_NONE: Agreement = "none"
_BOTH: Agreement = "both"
_FOR = Field("for", Duration(), "How long it lasts.", is_required=True)
_REVIEW_BY = Field(
    "review_by",
    Reference("subject"),
    "Who must say afterwards whether it was justified.",
    is_required=True,
)
_NOT = Field(
    "not",
    ListOf(Reference("power"), "a list of powers", unique=True),
    "Powers that are never used so.",
)
_BREAK_GLASS_RECORD = Record(
    "a rule for acting past the policy",
    "How somebody may act past the policy in need: how long, and who reviews it.",
    (_FOR, _REVIEW_BY, _NOT),
    lambda found: BreakGlass(
        found.need(_FOR), found.need(_REVIEW_BY), found.span(), found.get(_NOT) or ()
    ),
)

_LEAD = Field(
    "lead", Reference("activity"), "The activity whose accountable subject owns the incident."
)
_CURRENCY = Field(
    "currency",
    CURRENCY,
    "The currency of rates and costs; that of the funds if left out, where they have one.",
)
_STATE = Field("state", STATE, "The current value of state dimensions, where no ledger is at hand.")
_PRECEDENCE = Field(
    "precedence",
    ListOf(Reference("dimension"), "a list of dimensions", unique=True),
    "Dimensions by which the narrower of two duties overrides the wider.",
)
_LIMITS = Field("limits", ListOf(_LIMIT, "a list of limits"), "Who may at most be accountable.")
_ACCEPT = Field("accept", ListOf(_ACCEPTANCE, "a list of acceptances"), "Accepted findings.")
_MANDATORY = Field(
    "mandatory",
    ListOf(_MandatoryType(), "a list of checks"),
    "Checks whose findings nobody may accept, here and in every pack that extends this one.",
)
_DUTIES = Field("duties", DUTIES_OF_MANY, "Duties of many subjects, as a table.")
_CHECKS = Field("checks", CHECK_OPTIONS, "Settings of checks, by name.")
_ACTIVATED_BY = Field(
    "activated_by", Reference("power"), "The power that puts a version of the pack into force."
)
_ROSTERS_BY = Field(
    "rosters_by",
    Reference("power"),
    "The power that lets others than those above a subject change its rosters.",
)
_AGREEMENT = Field(
    "agreement",
    Choice("an agreement", _NONE, _BOTH),
    "Whose consent a new version needs where owners change: `both` is the losing and the gaining.",
)
_BREAK_GLASS = Field(
    "break_glass",
    _BREAK_GLASS_RECORD,
    "How somebody may act past the policy in need; nobody may if left out.",
)


def _rest(found: Found) -> WrittenRest:
    return WrittenRest(
        found.get(_LEAD),
        found.get(_STATE) or {},
        found.get(_PRECEDENCE) or (),
        found.get(_LIMITS) or (),
        found.get(_ACCEPT) or (),
        found.get(_DUTIES) or (),
        found.get(_CHECKS) or CheckOptions(),
        found.get(_MANDATORY) or (),
        found.get(_CURRENCY),
        found.get(_ACTIVATED_BY),
        found.get(_ROSTERS_BY),
        found.get_or(_AGREEMENT, _NONE),
        found.get(_BREAK_GLASS),
    )


_HEADER_FIELDS = (_REMIT, _PACK, _VERSION, _LABEL)
_REST_FIELDS = (
    _LEAD,
    _STATE,
    _PRECEDENCE,
    _LIMITS,
    _ACCEPT,
    _MANDATORY,
    _DUTIES,
    _CHECKS,
    _CURRENCY,
    _ACTIVATED_BY,
    _ROSTERS_BY,
    _AGREEMENT,
    _BREAK_GLASS,
)
_ABOUT = "What a pack is, what it extends, its limits, and what it asks of its checks."
PACK_HEADER = Record(
    "a pack", _ABOUT, _HEADER_FIELDS, _header, shape=Shape(beside=(_EXTENDS, *_REST_FIELDS))
)
"""Read first: the vocabulary may lie in a higher pack."""
PACK_EXTENDS = Record(
    "a pack", _ABOUT, (_EXTENDS,), _extends, shape=Shape(beside=(*_HEADER_FIELDS, *_REST_FIELDS))
)
"""Read by itself, so that it is known also where the header has errors."""
PACK_REST = Record(
    "a pack", _ABOUT, _REST_FIELDS, _rest, shape=Shape(beside=(*_HEADER_FIELDS, _EXTENDS))
)
PACK_FILE = Record("a pack", _ABOUT, (*_HEADER_FIELDS, _EXTENDS, *_REST_FIELDS), lambda _: None)
"""The whole file, for its schema and for errors of form; its parts make the values."""
LIMITS_FILE = Record(
    "a file of limits",
    "Limits, apart from `pack.yaml`.",
    (Field("limits", _LIMITS.type, _LIMITS.about, is_required=True),),
    lambda found: found.get(_LIMITS) or (),
)
ACCEPT_FILE = Record(
    "a file of acceptances",
    "Accepted findings, apart from `pack.yaml`.",
    (Field("accept", _ACCEPT.type, _ACCEPT.about, is_required=True),),
    lambda found: found.get(_ACCEPT) or (),
)
