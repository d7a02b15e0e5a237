"""A season file: what comes in when, who answers how, what is declared."""

from __future__ import annotations

import datetime as dt
import re

from remit.engine.escalation import WAITS_S
from remit.engine.language.event_fields import TIME_PATTERN, read_time
from remit.engine.language.flaws import FlawError
from remit.engine.language.model.base import Definitions, Invalid, Json, Reading, Type
from remit.engine.language.model.choices import Choice, Whole
from remit.engine.language.model.composed import ListOf, MapOf, OneOrMany
from remit.engine.language.model.names import Identifier, Reference
from remit.engine.language.model.occurrences import EVENT, STATE
from remit.engine.language.model.phrases import Phrase, Texts
from remit.engine.language.model.records import Field, Found, Record, Shape
from remit.engine.language.model.regions import report_flaws
from remit.engine.language.model.times import DURATION_PATTERN, Duration, TimeOfDay
from remit.engine.language.yaml_nodes import Node, ScalarNode
from remit.engine.language.yaml_scalars import plain_value
from remit.engine.season import (
    Declared,
    Happening,
    Hours,
    Manner,
    Outage,
    Season,
    Shifted,
    Spread,
    Stretch,
)
from remit.engine.wording import LANGUAGES, tell

__all__ = ["SEASON_FILE"]

MOST_DAYS = 3_660
"""Days of one season; ten years are more than anybody rehearses."""
DAY_S = 86_400


class _Time(Type[dt.datetime]):
    """A time with its offset from UTC."""

    def read(self, node: Node, reading: Reading) -> dt.datetime | Invalid:
        """Return the time."""
        try:
            return read_time(plain_value(node))
        except FlawError as error:
            return report_flaws(error.flaws, node, reading)

    def schema(self, definitions: Definitions) -> Json:  # noqa: ARG002 - one shape for every type
        """Return the schema of a time."""
        return {"type": "string", "pattern": TIME_PATTERN}


class _Stretch(Type[Stretch]):
    """One duration, or the least and the most of one: `5m`, `5m..2h`."""

    def read(self, node: Node, reading: Reading) -> Stretch | Invalid:
        """Return both in seconds."""
        parts = node.text.split("..") if isinstance(node, ScalarNode) else []
        found = [_seconds(part) for part in parts]
        if found and len(found) <= len("ab") and all(found) and found[0] <= found[-1]:
            return found[0], found[-1]
        expected = tell("a duration or two, the shorter one first, as `5m` or `5m..2h`")
        return reading.wrong(node, tell("a stretch of time"), expected)

    def schema(self, definitions: Definitions) -> Json:  # noqa: ARG002 - one shape for every type
        """Return the schema of a stretch of time."""
        return {"type": "string", "description": "`5m` or `5m..2h`."}


class _Interval(Type[tuple[str, str]]):
    """Two moments with a slash between, as `2026-12-24T08:00/2026-12-25T08:00`."""

    # SOURCE: ISO 8601, time intervals: start and end with a slash between.
    def read(self, node: Node, reading: Reading) -> tuple[str, str] | Invalid:
        """Return both as they are written; without an offset they are on a roster's wall clock."""
        text = node.text if isinstance(node, ScalarNode) else ""
        start, _, end = text.partition("/")
        if _is_moment(start) and _is_moment(end):
            return start, end
        expected = tell("start and end, as `2026-12-24T08:00/2026-12-25T08:00`")
        return reading.wrong(node, tell("a stretch of time"), expected)

    def schema(self, definitions: Definitions) -> Json:  # noqa: ARG002 - one shape for every type
        """Return the schema of a stretch of time."""
        return {"type": "string", "description": "`2026-12-24T08:00/2026-12-25T08:00`."}


def _is_moment(text: str) -> bool:
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


class _Span(Type[tuple[int, int]]):
    """One whole number, or the least and the most: `3`, `3..5`."""

    def read(self, node: Node, reading: Reading) -> tuple[int, int] | Invalid:
        """Return both."""
        text = node.text if isinstance(node, ScalarNode) else ""
        match = _DAYS.fullmatch(text)
        if match is not None:
            first, last = int(match[1]), int(match[2] or match[1])
            if 1 <= first <= last <= MOST_DAYS:
                return first, last
        return reading.wrong(node, tell("days"), tell("a day or two, as `3` or `3..5`"))

    def schema(self, definitions: Definitions) -> Json:  # noqa: ARG002 - one shape for every type
        """Return the schema of days."""
        return {"type": ["string", "integer"], "description": "`3` or `3..5`."}


_DAYS = re.compile(r"([0-9]{1,4})(?:\.\.([0-9]{1,4}))?")
_PART = re.compile(r"([0-9]+)([dhms])")
_UNITS = {"d": DAY_S, "h": 3_600, "m": 60, "s": 1}


def _seconds(text: str) -> int:
    if not re.fullmatch(DURATION_PATTERN, text):
        return 0
    return sum(int(count) * _UNITS[unit] for count, unit in _PART.findall(text))


_DAY = Field("day", Whole(1, MOST_DAYS), "The day; the first one is 1.", is_required=True)
_TIME = Field("time", TimeOfDay(), "The time of that day.", is_required=True)


def _at(found: Found) -> int:
    time = found.need(_TIME)
    return (found.need(_DAY) - 1) * DAY_S + time.hour * 3_600 + time.minute * 60


_NAME = Field("name", Identifier("a name"), "How `people` names it.", is_required=True)
_EVENT = Field("event", EVENT, "The event that comes in, as it stands.")
_SIGNAL = Field("signal", Reference("signal"), "The signal whose messages come in.")
_FIELDS = Field(
    "with",
    MapOf(
        Phrase("a field", longest=100), Phrase("the text of a field", longest=500), "a map of texts"
    ),
    "Texts of these messages, beside those that the signal asks for.",
)
_HAPPENING = Record(
    "an arrival",
    "Something that comes in.",
    (_NAME, _DAY, _TIME, _EVENT, _SIGNAL, _FIELDS),
    lambda found: Happening(
        found.need(_NAME),
        _at(found),
        found.get(_EVENT),
        found.get(_SIGNAL) or "",
        found.get(_FIELDS) or {},
    ),
    shape=Shape(exactly_one=(_EVENT, _SIGNAL)),
)

_VALUES = Field("state", STATE, "The new values of dimensions.", is_required=True)
_BY = Field("by", Reference("subject"), "Who declares it.", is_required=True)
_REASON = Field("reason", Phrase("a reason", longest=500), "Why.", is_required=True)
_DECLARED = Record(
    "a declaration",
    "A state that somebody declares.",
    (_DAY, _TIME, _VALUES, _BY, _REASON),
    lambda found: Declared(_at(found), found.need(_VALUES), found.need(_BY), found.need(_REASON)),
)

_SUBJECTS = OneOrMany(Reference("subject"), "a list of subjects")
_OF = Field("subject", _SUBJECTS, "Of whom; of everybody if left out.")
_PURPOSE = Field(
    "purpose",
    OneOrMany(Choice("a purpose", *WAITS_S), "a list of purposes"),
    "What they are asked for; anything if left out.",
)
_ACTIVITY = Field(
    "activity",
    OneOrMany(Reference("activity"), "a list of activities"),
    "Of which activity; of any if left out.",
)
_ARRIVAL = Field(
    "arrival",
    OneOrMany(Reference("arrival"), "a list of arrivals"),
    "In the incidents of which arrivals; in all if left out.",
)
_FROM = Field("from", TimeOfDay(), "Only what is asked from this time of day on.")
_UNTIL = Field("until", TimeOfDay(), "Only what is asked before this time of day.")
_DAYS_OF = Field("days", _Span(), "Only what is asked on these days.")
_ANSWERS = Field("answers", _Stretch(), "How long they take to answer; `2m..30m` if left out.")
_WORKS = Field("works", _Stretch(), "How long the work takes; `30m..4h` if left out.")
_SPREADS: tuple[Spread, ...] = ("even", "early")
_SPREAD = Field(
    "spread",
    Choice("a spread", *_SPREADS),
    "How times are drawn: `even`, or `early` for the shorter ones more often.",
)
_SILENT = Field("silent", Whole(0, 100), "Of a hundred questions, how many they never answer.")
_DECLINES = Field("declines", Whole(0, 100), "Of a hundred, how many they decline.")
_HANDS_OVER = Field("hands_over", Whole(0, 100), "Of a hundred, how many they hand over.")
_SAYS = Field(
    "says",
    Choice("a word", "ack", "done", "decline", "hand-over", "approve"),
    "What they say, where it is always the same.",
)
_NOTE = Field("note", Phrase("a note", longest=500), "The words they add.")
_TO = Field("to", Reference("subject"), "Whom they hand work over to.")


def _hours(found: Found) -> Hours | None:
    start, end = found.get(_FROM), found.get(_UNTIL)
    if start is None and end is None:
        return None
    first, last = start or dt.time.min, end or dt.time.min
    return first.hour * 60 + first.minute, last.hour * 60 + last.minute


_MANNER = Record(
    "a manner",
    "How some people take some questions; the first that fits counts.",
    (_OF, _PURPOSE, _ACTIVITY, _ARRIVAL, _FROM, _UNTIL, _DAYS_OF, _ANSWERS, _WORKS, _SPREAD,
     _SILENT, _DECLINES, _HANDS_OVER, _SAYS, _NOTE, _TO),
    lambda found: Manner(
        found.get(_OF) or (),
        found.get(_PURPOSE) or (),
        found.get(_ACTIVITY) or (),
        found.get(_ARRIVAL) or (),
        _hours(found),
        found.get(_DAYS_OF),
        found.get_or(_ANSWERS, Manner().answers),
        found.get_or(_WORKS, Manner().works),
        found.get(_SPREAD) or "even",
        found.get_or(_SILENT, 0),
        found.get_or(_DECLINES, 0),
        found.get_or(_HANDS_OVER, 0),
        found.get_or(_SAYS, ""),
        found.get_or(_NOTE, ""),
        found.get_or(_TO, ""),
    ),
)  # fmt: skip

_REACHED = Field("subject", _SUBJECTS, "Whom nothing reaches.", is_required=True)
_LASTS = Field("lasts", Duration(), "For how long.", is_required=True)
_OUTAGE = Record(
    "an outage",
    "When nothing reaches some subjects.",
    (_REACHED, _DAY, _TIME, _LASTS),
    lambda found: Outage(found.need(_REACHED), _at(found), _at(found) + found.need(_LASTS)),
)

_ROSTER = Field("roster", Reference("roster"), "The roster that is changed.", is_required=True)
_GIVE = Field("give", _Interval(), "From when until when others are on duty.", is_required=True)
_TAKE = Field("take", _Interval(), "In a swap, the stretch that is taken in return.")
_ON = Field(
    "people",
    OneOrMany(Identifier("a person"), "a list of people"),
    "Who is on duty then.",
    is_required=True,
)
_INSTEAD = Field("instead_of", Identifier("a person"), "Whom they stand in for; in a swap, needed.")
_ORDERS = Field("by", Reference("subject"), "Who orders it; without it, it is a swap.")
_ANSWER = Field(
    "answer",
    Choice("an answer", "accept", "decline", "nothing"),
    "What the other one says to a swap; `accept` if left out.",
)
_SHIFTED = Record(
    "a change of a roster",
    "An override of a roster, or a swap of two people.",
    (_DAY, _TIME, _ROSTER, _GIVE, _ON, _INSTEAD, _ORDERS, _TAKE, _ANSWER, _NOTE),
    lambda found: Shifted(
        _at(found),
        found.need(_ROSTER),
        found.need(_GIVE),
        found.need(_ON),
        found.get_or(_INSTEAD, ""),
        found.get_or(_ORDERS, ""),
        found.get(_TAKE),
        found.get_or(_ANSWER, "accept"),
        found.get_or(_NOTE, ""),
    ),
)

_SEASON = Field("season", Identifier("the name of a season"), "Its name.", is_required=True)
_LABEL = Field("label", Texts(), "The name shown to people.")
_START = Field("start", _Time(), "When it begins, with the offset from UTC.", is_required=True)
_LENGTH = Field("days", Whole(1, MOST_DAYS), "How long it is.", is_required=True)
_SEED = Field("seed", Whole(0, 2**31), "What chance begins with; 0 if left out.")
_ARRIVALS = Field("arrivals", ListOf(_HAPPENING, "a list of arrivals"), "What comes in.")
_DECLARES = Field("declares", ListOf(_DECLARED, "a list of declarations"), "What is declared.")
_PEOPLE = Field("people", ListOf(_MANNER, "a list of manners"), "How people take questions.")
_ROSTERS = Field("rosters", ListOf(_SHIFTED, "a list of changes"), "What is changed in rosters.")
_LANGUAGE = Field(
    "language",
    Choice("a language", *LANGUAGES),
    "What its people speak, and reasons are written in; `en` if left out.",
)
_OUTAGES = Field("outages", ListOf(_OUTAGE, "a list of outages"), "Whom nothing reaches when.")

SEASON_FILE = Record(
    "a season",
    "What happens in some days, and how people take it.",
    (_SEASON, _LABEL, _START, _LENGTH, _SEED, _LANGUAGE, _ARRIVALS, _DECLARES, _PEOPLE, _OUTAGES,
     _ROSTERS),
    lambda found: Season(
        found.need(_SEASON),
        found.need(_START),
        found.need(_LENGTH),
        found.get_or(_SEED, 0),
        found.get(_ARRIVALS) or (),
        found.get(_DECLARES) or (),
        found.get(_PEOPLE) or (),
        found.get(_OUTAGES) or (),
        found.get(_LABEL),
        found.get(_ROSTERS) or (),
        found.get_or(_LANGUAGE, "en"),
    ),
)  # fmt: skip
