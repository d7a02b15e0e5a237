"""One duty of a subject."""

from __future__ import annotations

from remit.engine.conditions import Condition
from remit.engine.language.model.choices import Choice, Quorum
from remit.engine.language.model.composed import OneOrMany
from remit.engine.language.model.names import DutyName, Identifier, Reference
from remit.engine.language.model.phrases import Texts
from remit.engine.language.model.records import Field, Found, Record
from remit.engine.language.model.regions import CONDITION
from remit.engine.language.model.times import Day, Duration
from remit.engine.language.problems import in_ticks
from remit.engine.language.yaml_nodes import Node, SequenceNode
from remit.engine.pack import LETTERS, Duty, DutyReference, Letter, Validity
from remit.engine.wording import tell

__all__ = ["DUTY"]


_FROM = Field("from", Day(), "The first day, in; open if left out.")
_UNTIL = Field("until", Day(), "The last day, in; open if left out.")


def _check_validity(found: Found) -> None:
    start, end = found.get(_FROM), found.get(_UNTIL)
    if start is not None and end is not None and end < start:
        help_ = tell(
            "`until` must not be before {isoformat}", isoformat=in_ticks(start.isoformat())
        )
        found.reading.error(found.at(_UNTIL), tell("the days are reversed"), help=help_)


_VALIDITY = Record(
    "a validity",
    "The days on which a duty holds, both in.",
    (_FROM, _UNTIL),
    lambda found: Validity(found.get(_FROM), found.get(_UNTIL), found.span()),
    check=_check_validity,
)

_LETTER: Choice[Letter] = Choice("a letter", *LETTERS)
_ID = Field(
    "id", Identifier("the id of a duty"), "The duty's name within its subject.", is_required=True
)
_ACTIVITY = Field("activity", Reference("activity"), "What is to be done.", is_required=True)
_ROLE = Field(
    "role",
    OneOrMany(_LETTER, "a list of letters"),
    "What the subject is there: accountable, responsible, supports, consulted, informed.",
    is_required=True,
)
_WHEN = Field("when", CONDITION, "For which events; for every event if left out.")
_UNLESS = Field("unless", CONDITION, "Events left out of `when`.")
_ACKNOWLEDGE = Field("acknowledge", Duration(), 'Time to say "mine".')
_COMPLETE = Field("complete", Duration(), "Time to get it done.")
_ACK = Field(
    "ack",
    Quorum(),
    'How many must say "mine" where several answer together: `any`, `all` or a number.',
)
_VALID = Field("valid", _VALIDITY, "The days on which it holds; always if left out.")
_EXCEPTION_TO = Field(
    "exception_to",
    OneOrMany(DutyName(), "a list of duties", fewest=0),
    "Duties that this one overrides.",
)
_LABEL = Field("label", Texts(), "The name shown to people.")
_BASIS = Field("basis", Texts(), "The clause it rests on.")


def _duty(found: Found) -> Duty:
    span = found.span(_ID)
    return Duty(
        found.need(_ID),
        found.reading.scope,
        found.need(_ACTIVITY),
        found.need(_ROLE),
        found.get(_WHEN) or Condition.always(span),
        span,
        found.get(_UNLESS),
        _exceptions(found),
        found.get(_VALID),
        found.get(_ACKNOWLEDGE),
        found.get(_COMPLETE),
        found.get(_LABEL),
        found.get(_BASIS),
        found.spans(),
        1 if (ack := found.get(_ACK)) is None else ack,
    )


def _exceptions(found: Found) -> tuple[DutyReference, ...]:
    names = found.get(_EXCEPTION_TO)
    if names is None:
        return ()
    node = found.at(_EXCEPTION_TO)
    items: list[Node] = node.items if isinstance(node, SequenceNode) else [node]
    return tuple(
        DutyReference(name, found.reading.span(item))
        for name, item in zip(names, items, strict=False)
    )


DUTY = Record(
    "a duty",
    "One rule that gives the subject letters for an activity in a region.",
    (
        _ID,
        _ACTIVITY,
        _ROLE,
        _WHEN,
        _UNLESS,
        _ACKNOWLEDGE,
        _COMPLETE,
        _ACK,
        _VALID,
        _EXCEPTION_TO,
        _LABEL,
        _BASIS,
    ),
    _duty,
)
