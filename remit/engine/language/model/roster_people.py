"""The people of a roster: how they are reached, when not to be woken, and when they are away."""

from __future__ import annotations

from remit.engine.language.model.composed import ListOf
from remit.engine.language.model.contacts import CONTACT
from remit.engine.language.model.names import Identifier
from remit.engine.language.model.phrases import LANGUAGE_PATTERN, Phrase, Texts
from remit.engine.language.model.records import Field, Found, Record
from remit.engine.language.model.times import Day, TimeOfDay
from remit.engine.language.problems import in_ticks
from remit.engine.pack import Person
from remit.engine.turns import Absence, Quiet
from remit.engine.wording import tell

__all__ = ["PERSON"]

_LABEL = Field("label", Texts(), "The name shown to people.")
_LANGUAGE = Field(
    "language",
    Phrase("a language", pattern=LANGUAGE_PATTERN, expected="a language code such as `en` or `zh`"),
    "The language they are told things in.",
)
_CONTACTS = Field(
    "contacts", ListOf(CONTACT, "a list of contacts"), "How they are reached, in order."
)

_QUIET_FROM = Field("from", TimeOfDay(), "From when they are not to be woken.", is_required=True)
_QUIET_TO = Field(
    "to", TimeOfDay(), "Until when; on the next day if not after `from`.", is_required=True
)
_QUIET_EXCEPT = Field(
    "except",
    ListOf(Identifier("`urgent` or a value of an event"), "a list of exceptions", unique=True),
    "What may wake them: `urgent`, or values of the event such as its severity.",
)
_QUIET = Field(
    "quiet",
    Record(
        "quiet hours",
        "Hours of the day in which somebody is not to be woken.",
        (_QUIET_FROM, _QUIET_TO, _QUIET_EXCEPT),
        lambda found: Quiet(
            found.need(_QUIET_FROM), found.need(_QUIET_TO), found.get(_QUIET_EXCEPT) or ()
        ),
    ),
    "When they are not to be woken.",
)

_FIRST = Field("from", Day(), "The first day.", is_required=True)
_LAST = Field("to", Day(), "The last day, which is in.", is_required=True)


def _ordered(found: Found) -> None:
    if found.need(_LAST) < found.need(_FIRST):
        found.reading.error(
            found.at(_LAST),
            tell("the vacation ends before it begins"),
            expected=tell("{day} or later", day=in_ticks(found.need(_FIRST).isoformat())),
        )


_VACATION = Field(
    "vacation",
    ListOf(
        Record(
            "a vacation",
            "Days on which somebody is on no shift and in no turn.",
            (_FIRST, _LAST),
            lambda found: Absence(found.need(_FIRST), found.need(_LAST)),
            check=_ordered,
        ),
        "a list of vacations",
        fewest=1,
    ),
    "Days on which they are on no shift and in no turn.",
)

PERSON = Record(
    "a person",
    "Somebody on the roster.",
    (_LABEL, _LANGUAGE, _CONTACTS, _QUIET, _VACATION),
    lambda found: Person(
        found.name,
        found.span(),
        found.get(_LABEL),
        found.get(_CONTACTS) or (),
        found.get(_LANGUAGE),
        found.get(_QUIET),
        found.get(_VACATION) or (),
    ),
)
