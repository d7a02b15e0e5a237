"""`signals/*.yaml`: which reports and readings raise an event."""

from __future__ import annotations

from remit.engine.language.model.choices import Whole
from remit.engine.language.model.composed import OneOrMany
from remit.engine.language.model.field_tests import FIELD_NAME, FIELD_TESTS
from remit.engine.language.model.names import Identifier
from remit.engine.language.model.occurrences import EVENT
from remit.engine.language.model.phrases import Texts
from remit.engine.language.model.records import Field, Found, Record
from remit.engine.language.model.times import Duration
from remit.engine.pack import Signal
from remit.engine.wording import tell

__all__ = ["SIGNAL_FILE"]

_SIGNAL = Field(
    "signal", Identifier("the name of a signal"), "The signal's name.", is_required=True
)
_LABEL = Field("label", Texts(), "The name shown to people.")
_FROM = Field(
    "from",
    Identifier("a kind of message"),
    "The kind of incoming message: `report`, `cap`, `reading`.",
    is_required=True,
)
_WHEN = Field(
    "when", FIELD_TESTS, "What fields of the message must be; every message counts if left out."
)
_COUNT = Field("count", Whole(1, 10**6), "How many messages it takes; one if left out.")
_WITHIN = Field(
    "within", Duration(), "The time in which they must fall, by the messages' own times."
)
_BY = Field(
    "by", OneOrMany(FIELD_NAME, "a list of fields", fewest=0), "Fields that must agree among them."
)
_DISTINCT = Field("distinct", FIELD_NAME, "The field that must differ among them.")
_RAISE = Field("raise", EVENT, "The event it raises.", is_required=True)


def _check(found: Found) -> None:
    if found.get_or(_COUNT, 1) > 1 and found.get(_WITHIN) is None:
        help_ = tell("add `within: 24h`, or another duration")
        found.reading.error(
            found.at(_COUNT), tell("a count needs the time in which it is reached"), help=help_
        )


SIGNAL_FILE = Record(
    "a signal",
    "Which incoming messages raise an event.",
    (_SIGNAL, _LABEL, _FROM, _WHEN, _COUNT, _WITHIN, _BY, _DISTINCT, _RAISE),
    lambda found: Signal(
        found.need(_SIGNAL),
        found.need(_FROM),
        found.get(_WHEN) or (),
        found.need(_RAISE),
        found.span(_SIGNAL),
        found.get(_LABEL),
        found.get_or(_COUNT, 1),
        found.get(_WITHIN),
        found.get(_BY) or (),
        found.get(_DISTINCT),
    ),
    check=_check,
)
