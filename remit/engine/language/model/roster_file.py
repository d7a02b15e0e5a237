"""`rosters/*.yaml`: who is on duty for a subject, when, reachable how."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator

from remit.engine.language.model.base import Definitions, Invalid, Json, Reading, Type
from remit.engine.language.model.choices import Choice
from remit.engine.language.model.composed import ListOf, OneOrMany
from remit.engine.language.model.names import Identifier, Reference
from remit.engine.language.model.phrases import Phrase
from remit.engine.language.model.records import Field, Found, NamedMap, Record
from remit.engine.language.model.roster_people import PERSON
from remit.engine.language.model.times import TimeOfDay, Turn, WallTime
from remit.engine.language.problems import did_you_mean, in_ticks, one_of
from remit.engine.language.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode
from remit.engine.means import Hours
from remit.engine.pack import Roster, Shift
from remit.engine.turns import Override, Rotation
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

_EVERY = Field("every", Turn(), "How long one turn lasts: `1w`, `1d`, `12h`.", is_required=True)
_STARTING = Field(
    "starting",
    WallTime(),
    "When the first turn begins; every hand-over is at this time of day.",
    is_required=True,
)
_IN_TURN = Field(
    "people",
    ListOf(Identifier("the name of a person"), "a list of people", fewest=1),
    "Who takes turns, in order; then the first again.",
    is_required=True,
)
_TURN_HOURS = Field(
    "hours",
    ListOf(_HOURS, "a list of hours", fewest=1),
    "The hours of the week in which the turn is on duty; all if left out.",
)
_ROTATION = Record(
    "a rotation",
    "People on duty in turn.",
    (_EVERY, _STARTING, _IN_TURN, _TURN_HOURS),
    lambda found: Rotation(
        found.need(_IN_TURN),
        found.need(_STARTING),
        found.need(_EVERY),
        found.span(),
        found.get(_TURN_HOURS) or (),
    ),
)

_FROM_TIME = Field("from", WallTime(), "From when on the wall clock.", is_required=True)
_TO_TIME = Field("to", WallTime(), "Until when on the wall clock.", is_required=True)
_INSTEAD = Field(
    "people",
    ListOf(Identifier("the name of a person"), "a list of people", unique=True),
    "Who is on duty then; nobody if it is empty.",
    is_required=True,
)
_INSTEAD_OF = Field(
    "instead_of",
    Identifier("the name of a person"),
    "The person they stand in for; everybody if left out.",
)


def _ordered(found: Found) -> None:
    if found.need(_TO_TIME) <= found.need(_FROM_TIME):
        found.reading.error(
            found.at(_TO_TIME),
            tell("the override ends before it begins"),
            expected=tell(
                "a time after {start}", start=in_ticks(f"{found.need(_FROM_TIME):%FT%R}")
            ),
        )


_OVERRIDE = Record(
    "an override",
    "Who is on duty for once, instead of shifts and rotations.",
    (_FROM_TIME, _TO_TIME, _INSTEAD, _INSTEAD_OF),
    lambda found: Override(
        found.need(_FROM_TIME),
        found.need(_TO_TIME),
        found.need(_INSTEAD),
        found.span(),
        found.get(_INSTEAD_OF),
    ),
    check=_ordered,
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
    NamedMap(Identifier("the name of a person"), PERSON, "a map of people"),
    "Who is on the roster.",
    is_required=True,
)
_SHIFTS = Field(
    "shifts",
    ListOf(_SHIFT, "a list of shifts"),
    "When they are on duty, week by week; may be left out beside rotations.",
)
_ROTATIONS = Field(
    "rotations",
    ListOf(_ROTATION, "a list of rotations", fewest=1),
    "People on duty in turn, beside the shifts.",
)
_OVERRIDES = Field(
    "overrides",
    ListOf(_OVERRIDE, "a list of overrides", fewest=1),
    "Exceptions to shifts and rotations; a later one wins over an earlier one.",
)
_COVERS = Field(
    "covers",
    ListOf(_HOURS, "a list of hours", fewest=1),
    "The hours in which somebody is meant to be on duty; all hours if left out.",
)


def _check(found: Found) -> None:
    """Refuse a roster that puts nobody on duty, and people that it does not know."""
    if found.get(_SHIFTS) is None and found.get(_ROTATIONS) is None:
        found.reading.error(
            found.at(_ROSTER),
            tell("a roster needs `shifts` or `rotations`"),
            help=tell("add `shifts: ...` or `rotations: ...`"),
        )
    if not isinstance(found.at(_PEOPLE), MappingNode):
        return
    for field in (_SHIFTS, _ROTATIONS, _OVERRIDES):
        turns = found.at(field)
        for turn in turns.items if isinstance(turns, SequenceNode) else []:
            for item in _named(turn):
                _check_name(found, item)


def _named(turn: Node) -> Iterator[ScalarNode]:
    """Yield where a shift, a rotation or an override names somebody."""
    if not isinstance(turn, MappingNode):
        return
    people, other = turn.value("people"), turn.value("instead_of")
    named = [*(people.items if isinstance(people, SequenceNode) else []), other]
    yield from (item for item in named if isinstance(item, ScalarNode))


def _check_name(found: Found, item: ScalarNode) -> None:
    people = found.at(_PEOPLE)
    names = people.entries if isinstance(people, MappingNode) else {}
    if item.text in names:
        return
    help_ = found.reading.problems.suggestion(item.text, names, f"person of {found.need(_ROSTER)}")
    message = tell("{text} is not among the people of this roster", text=in_ticks(item.text))
    found.reading.error(item, message, expected=one_of(names) if names else "", help=help_)


ROSTER_FILE = Record(
    "a roster",
    "Who is on duty for a subject, and when.",
    (_ROSTER, _SUBJECT, _ZONE, _PEOPLE, _SHIFTS, _ROTATIONS, _OVERRIDES, _COVERS),
    lambda found: Roster(
        found.need(_ROSTER),
        found.need(_SUBJECT),
        found.need(_ZONE),
        tuple(found.need(_PEOPLE).values()),
        found.get(_SHIFTS) or (),
        found.span(_ROSTER),
        found.get(_COVERS) or (),
        found.get(_ROTATIONS) or (),
        found.get(_OVERRIDES) or (),
    ),
    check=_check,
)
