"""`subjects/*.yaml`: a body, its authority and its duties."""

from __future__ import annotations

from dataclasses import replace

from remit.engine.conditions import Condition
from remit.engine.language.model.choices import Amount, Whole
from remit.engine.language.model.composed import ListOf, MapOf, OneOrMany
from remit.engine.language.model.contacts import CONTACT
from remit.engine.language.model.duties import DUTIES
from remit.engine.language.model.names import Identifier, Reference
from remit.engine.language.model.phrases import Texts
from remit.engine.language.model.records import Field, Found, Record, Shape
from remit.engine.language.model.regions import CONDITION
from remit.engine.language.model.times import Duration
from remit.engine.means import Loan
from remit.engine.pack import AssistsOnly, Grant, Prohibition, Subject

__all__ = ["SUBJECT_FILE"]

MOST_PEOPLE = 10**9
"""People of one kind that a subject may have."""

_WHEN = Field("when", CONDITION, "Where; everywhere if left out.")
_BASIS = Field("basis", Texts(), "The clause it rests on.")
_POWER = Field("power", Reference("power"), "The power.", is_required=True)
_GRANT_ID = Field(
    "id", Identifier("the id of a grant"), "Its name within the subject; the power if left out."
)

_GRANT = Record(
    "a grant",
    "A power the subject holds.",
    (_GRANT_ID, _POWER, _WHEN, _BASIS),
    lambda found: Grant(
        found.get(_GRANT_ID) or found.need(_POWER),
        found.need(_POWER),
        found.get(_WHEN) or Condition.always(found.span()),
        found.span(_GRANT_ID if found.get(_GRANT_ID) else _POWER),
        found.get(_BASIS),
        found.spans(),
    ),
)
_PROHIBITION = Record(
    "a prohibition",
    "A power the subject may not use.",
    (_POWER, _WHEN, _BASIS),
    lambda found: Prohibition(
        found.need(_POWER),
        found.get(_WHEN) or Condition.always(found.span()),
        found.span(),
        found.get(_BASIS),
        found.spans(),
    ),
)
_ACTIVITY = Field("activity", Reference("activity"), "The activity.", is_required=True)
_ASSISTS = Record(
    "an assists-only region",
    "Where the subject may support or be consulted, never be accountable.",
    (_ACTIVITY, _WHEN, _BASIS),
    lambda found: AssistsOnly(
        found.need(_ACTIVITY),
        found.get(_WHEN) or Condition.always(found.span()),
        found.span(),
        found.get(_BASIS),
        found.spans(),
    ),
)

_SUBJECT = Field(
    "subject", Identifier("the name of a subject"), "The body's name.", is_required=True
)
_LABEL = Field("label", Texts(), "The name shown to people.")
_KIND = Field("kind", Texts(), "What kind of body it is.")
_UNDER = Field("under", Reference("subject"), "The body above it in the line of command.")
_DEPUTIES = Field(
    "deputies",
    ListOf(Reference("subject"), "a list of subjects", unique=True),
    "Who takes over, in order.",
)
_MEMBERS = Field(
    "members",
    ListOf(Reference("subject"), "a list of subjects", unique=True),
    "Bodies that answer together as this one.",
)
_LEAD = Field("lead", Reference("subject"), "The member that leads a joint body.")
_STAFF = Field(
    "staff",
    MapOf(Identifier("a kind of staff"), Whole(0, MOST_PEOPLE), "a map of staff"),
    "People by kind.",
)
_CONTACTS = Field("contacts", ListOf(CONTACT, "a list of contacts"), "How it is reached, in order.")
_AUTHORITY = Field("authority", ListOf(_GRANT, "a list of grants"), "Powers it holds.")
_PROHIBITIONS = Field(
    "prohibitions", ListOf(_PROHIBITION, "a list of prohibitions"), "Powers it may not use."
)
_ASSISTS_ONLY = Field(
    "assists_only", ListOf(_ASSISTS, "a list of assists-only regions"), "Where it only assists."
)
_DUTIES = Field("duties", DUTIES, "What it must do.")
_LENT = Field("staff", Reference("kind of staff"), "Their kind.", is_required=True)
_FOR = Field(
    "for",
    OneOrMany(Reference("kind of staff"), "a list of kinds of staff"),
    "The kinds whose work they may do; their own if left out.",
)
_MOST = Field("most", Whole(0, MOST_PEOPLE), "How many at most; all there are if left out.")
_DELAY = Field("lead", Duration(), "Time from a yes until they are there; none if left out.")
_LOAN = Record(
    "a standing loan",
    "People of one kind that the subject lends on request.",
    (_LENT, _FOR, _MOST, _DELAY),
    lambda found: Loan(
        "",
        found.need(_LENT),
        found.get(_FOR) or (found.need(_LENT),),
        found.span(_LENT),
        found.get(_MOST),
        found.get_or(_DELAY, 0),
    ),
)
_LENDS = Field(
    "lends", ListOf(_LOAN, "a list of standing loans"), "People it lends to others on request."
)
_RATES = Field(
    "rates",
    MapOf(Reference("kind of staff"), Amount(0, MOST_PEOPLE), "a map of rates"),
    "What an hour of one of its people costs, by kind, in the pack's currency.",
)


def _subject(found: Found) -> Subject:
    return Subject(
        found.need(_SUBJECT),
        found.span(_SUBJECT),
        found.get(_LABEL),
        found.get(_KIND),
        found.get(_UNDER),
        found.get(_DEPUTIES) or (),
        found.get(_MEMBERS) or (),
        found.get(_LEAD),
        found.get(_STAFF) or {},
        found.get(_CONTACTS) or (),
        found.get(_AUTHORITY) or (),
        found.get(_PROHIBITIONS) or (),
        found.get(_ASSISTS_ONLY) or (),
        found.get(_DUTIES) or (),
        found.spans(),
        tuple(replace(loan, subject=found.need(_SUBJECT)) for loan in found.get(_LENDS) or ()),
        found.get(_RATES) or {},
    )


SUBJECT_FILE = Record(
    "a subject",
    "A body with authority and duties.",
    (
        _SUBJECT,
        _LABEL,
        _KIND,
        _UNDER,
        _DEPUTIES,
        _MEMBERS,
        _LEAD,
        _STAFF,
        _LENDS,
        _RATES,
        _CONTACTS,
        _AUTHORITY,
        _PROHIBITIONS,
        _ASSISTS_ONLY,
        _DUTIES,
    ),
    _subject,
    shape=Shape(scope=_SUBJECT),
)
