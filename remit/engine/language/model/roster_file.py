"""`rosters/*.yaml`: who is on duty for a subject, when, reachable how."""

from __future__ import annotations

import zoneinfo

from remit.engine.language.model.base import Definitions, Invalid, Json, Reading, Type
from remit.engine.language.model.choices import Choice
from remit.engine.language.model.composed import ListOf, OneOrMany
from remit.engine.language.model.contacts import CONTACT
from remit.engine.language.model.names import Identifier, Reference
from remit.engine.language.model.phrases import LANGUAGE_PATTERN, Phrase, Texts
from remit.engine.language.model.records import Field, Found, NamedMap, Record
from remit.engine.language.model.times import TimeOfDay
from remit.engine.language.problems import did_you_mean, in_ticks, one_of
from remit.engine.language.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode
from remit.engine.means import Hours
from remit.engine.pack import Person, Roster, Shift
from remit.engine.wording import tell

__all__ = ["ROSTER_FILE"]

_DAYS: dict[str, tuple[int, ...]] = {
    "mon": (0,),
    "tue": (1,),
    "wed": (2,),
    "thu": (3,),
    "fri": (4,),
    "sat": (5,),
    "sun": (6,),
    "weekdays": (0, 1, 2, 3, 4),
    "weekend": (5, 6),
    "every": (0, 1, 2, 3, 4, 5, 6),
}
_ZONE_FORM = Phrase(
    "a time zone",
    pattern=r"^[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*$",
    expected="a zone of the IANA database, such as `Asia/Shanghai`",
    longest=64,
)


class _Zone(Type[str]):
    """A time zone of the IANA database."""

    def read(self, node: Node, reading: Reading) -> str | Invalid:
        """Return its name."""
        name = _ZONE_FORM.read(node, reading)
        if isinstance(name, Invalid) or reading.terms is None or _is_zone(name):
            return name
        help_ = did_you_mean(name, zoneinfo.available_timezones())
        expected = tell("a zone of the IANA database, such as `Asia/Shanghai`")
        return reading.error(
            node,
            tell("there is no time zone {name}", name=in_ticks(name)),
            expected=expected,
            help=help_,
        )

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of a time zone."""
        return _ZONE_FORM.schema(definitions)


def _is_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        # WHY: a machine without the database cannot tell a wrong name from a right one.
        return not zoneinfo.available_timezones()
    return True


_LABEL = Field("label", Texts(), "The name shown to people.")
_LANGUAGE = Field(
    "language",
    Phrase("a language", pattern=LANGUAGE_PATTERN, expected="a language code such as `en` or `zh`"),
    "The language they are told things in.",
)
_CONTACTS = Field(
    "contacts", ListOf(CONTACT, "a list of contacts"), "How they are reached, in order."
)
_PERSON = Record(
    "a person",
    "Somebody on the roster.",
    (_LABEL, _LANGUAGE, _CONTACTS),
    lambda found: Person(
        found.name,
        found.span(),
        found.get(_LABEL),
        found.get(_CONTACTS) or (),
        found.get(_LANGUAGE),
    ),
)

_ON_DAYS = Field(
    "days",
    OneOrMany(Choice("a day of the week", *_DAYS), "a list of days"),
    "Days of the week, or `weekdays`, `weekend`, `every`.",
    is_required=True,
)
_START = Field("from", TimeOfDay(), "When the shift begins.", is_required=True)
_END = Field(
    "to", TimeOfDay(), "When it ends; on the next day if not after `from`.", is_required=True
)
_ON_DUTY = Field(
    "people",
    ListOf(Identifier("the name of a person"), "a list of people", fewest=1, unique=True),
    "Who is on duty, first called first.",
    is_required=True,
)


def _days(found: Found) -> tuple[int, ...]:
    return tuple(sorted({day for word in found.need(_ON_DAYS) for day in _DAYS[word]}))


def _shift(found: Found) -> Shift:
    return Shift(
        _days(found),
        found.need(_START),
        found.need(_END),
        found.need(_ON_DUTY),
        found.span(),
    )


_SHIFT = Record(
    "a shift",
    "People on duty on some days of the week.",
    (_ON_DAYS, _START, _END, _ON_DUTY),
    _shift,
)
_HOURS = Record(
    "hours of a roster",
    "Hours in which somebody is meant to be on duty.",
    (_ON_DAYS, _START, _END),
    lambda found: Hours(_days(found), found.need(_START), found.need(_END)),
)

_ROSTER = Field(
    "roster", Identifier("the name of a roster"), "The roster's name.", is_required=True
)
_SUBJECT = Field(
    "subject", Reference("subject"), "The body that these people act for.", is_required=True
)
_ZONE = Field("zone", _Zone(), "The time zone of the shifts.", is_required=True)
_PEOPLE = Field(
    "people",
    NamedMap(Identifier("the name of a person"), _PERSON, "a map of people"),
    "Who is on the roster.",
    is_required=True,
)
_SHIFTS = Field(
    "shifts", ListOf(_SHIFT, "a list of shifts"), "When they are on duty.", is_required=True
)
_COVERS = Field(
    "covers",
    ListOf(_HOURS, "a list of hours", fewest=1),
    "The hours in which somebody is meant to be on duty; all hours if left out.",
)


def _check(found: Found) -> None:
    """Refuse people in shifts that the roster does not know."""
    shifts, people = found.at(_SHIFTS), found.at(_PEOPLE)
    if not isinstance(shifts, SequenceNode) or not isinstance(people, MappingNode):
        return
    for shift in shifts.items:
        on_duty = shift.value("people") if isinstance(shift, MappingNode) else None
        for item in on_duty.items if isinstance(on_duty, SequenceNode) else []:
            if isinstance(item, ScalarNode) and item.text not in people.entries:
                names = people.entries
                help_ = found.reading.problems.suggestion(
                    item.text, names, f"person of {found.need(_ROSTER)}"
                )
                message = tell(
                    "{text} is not among the people of this roster", text=in_ticks(item.text)
                )
                found.reading.error(
                    item, message, expected=one_of(names) if names else "", help=help_
                )


ROSTER_FILE = Record(
    "a roster",
    "Who is on duty for a subject, and when.",
    (_ROSTER, _SUBJECT, _ZONE, _PEOPLE, _SHIFTS, _COVERS),
    lambda found: Roster(
        found.need(_ROSTER),
        found.need(_SUBJECT),
        found.need(_ZONE),
        tuple(found.need(_PEOPLE).values()),
        found.need(_SHIFTS),
        found.span(_ROSTER),
        found.get(_COVERS) or (),
    ),
    check=_check,
)
