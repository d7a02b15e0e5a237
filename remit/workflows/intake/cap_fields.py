"""The texts inside a CAP alert as values; a wrong one is told and left out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal

from remit.engine.wording import mark, tell, tell_marked
from remit.workflows.intake.cap_schema import VERY_LIKELY, Version, allowed_values
from remit.workflows.intake.cap_values import CapCircle, CapReference, Pair, Point
from remit.workflows.intake.errors import Problems
from remit.workflows.intake.markup import Element

__all__ = [
    "read_choice",
    "read_circle",
    "read_language",
    "read_number",
    "read_pairs",
    "read_polygon",
    "read_references",
    "read_size",
    "read_time",
    "read_word",
]

# SOURCE: CAP 1.2, section 3.3.2: `YYYY-MM-DDThh:mm:ssXzh:zm`, no fractions; `Z` must not be used,
# UTC is `-00:00`.
_TIME = re.compile(r"(\d{4})-\d\d-\d\dT\d\d:\d\d:\d\d([+-]\d\d:\d\d)", re.ASCII)
_TIME_WITHOUT_OFFSET = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[Zz]?", re.ASCII)
_TIME_FORM = mark("a time like 2026-03-02T14:57:00+08:00")
_YEARS = range(1970, 2200)
"""Years of times; one far outside is a slip, and would not survive a change of time zone at the
ends of the calendar."""
_LARGEST_OFFSET = dt.timedelta(hours=14)
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d{1,12}(\.\d{0,20})?|\.\d{1,20})", re.ASCII)
_SIZE = re.compile(r"\d{1,15}", re.ASCII)
# SOURCE: CAP 1.2, section 3.2.1: identifier and sender must not include spaces, commas or
# restricted characters (< and &).
_NOT_IN_WORDS = re.compile(r"[\s,<&]")
_LATITUDES, _LONGITUDES = 90, 180
_FEWEST_CORNERS = 4
_PARTS_OF_REFERENCE = 3


def read_time(element: Element, problems: Problems) -> dt.datetime | None:
    """Return a time with its offset; `None` where the text is blank or was told as wrong."""
    text = element.text
    if not text:
        return None
    found = _TIME.fullmatch(text)
    if found is None:
        bare = _TIME_WITHOUT_OFFSET.fullmatch(text)
        advice = (
            tell("write UTC as -00:00")
            if text.upper().endswith("Z")
            else tell("add the offset from UTC")
        )
        reason = "time-without-offset" if bare else "bad-time"
        _wrong(element, reason, tell_marked(_TIME_FORM), problems, advice if bare else "")
        return None
    try:
        time = dt.datetime.fromisoformat(text)
    except ValueError:
        time = None
    offset = None if time is None else time.utcoffset()
    if time is None or offset is None or abs(offset) > _LARGEST_OFFSET or time.year not in _YEARS:
        _wrong(
            element,
            "bad-time",
            tell(
                "{form}, of the years {first} to {last}",
                form=tell_marked(_TIME_FORM),
                first=_YEARS[0],
                last=_YEARS[-1],
            ),
            problems,
        )
        return None
    return time


def read_word(element: Element, problems: Problems) -> str:
    """Return an identifier or sender."""
    if _NOT_IN_WORDS.search(element.text):
        _wrong(element, "bad-identifier", tell("no spaces, commas, `<` or `&`"), problems)
    return element.text


def read_choice(element: Element, version: Version, problems: Problems) -> str:
    """Return a value of an enumeration; CAP 1.0's `Very Likely` as `Likely`."""
    allowed = allowed_values(element.name, version)
    if element.text and element.text not in allowed:
        folded = {value.casefold(): value for value in allowed}
        near = folded.get(element.text.casefold())
        advice = tell("did you mean `{near}`?", near=near) if near else ""
        if element.text == VERY_LIKELY:
            advice = tell("since CAP 1.1 it is `Likely`")
        _wrong(
            element, "bad-value", tell("one of {names}", names=", ".join(allowed)), problems, advice
        )
    # SOURCE: CAP 1.2, section 3.2.2: `Very Likely` of CAP 1.0 is to be treated as equivalent to
    # `Likely`.
    return "Likely" if element.text == VERY_LIKELY else element.text


def read_language(element: Element, problems: Problems) -> str:
    """Return a language tag, `en-US` where the text is blank."""
    if element.text and not _LANGUAGE.fullmatch(element.text):
        _wrong(element, "bad-language", tell("a language tag like zh-CN"), problems)
    return element.text or "en-US"


def read_number(element: Element, problems: Problems) -> Decimal | None:
    """Return an exact decimal number; `None` where the text is blank or was told as wrong."""
    if not element.text:
        return None
    number = _decimal(element.text)
    if number is None:
        _wrong(element, "bad-number", tell("a number"), problems)
    return number


def read_size(element: Element, problems: Problems) -> int | None:
    """Return a number of bytes; `None` where the text is blank or was told as wrong."""
    if not element.text:
        return None
    if not _SIZE.fullmatch(element.text):
        _wrong(element, "bad-number", tell("a whole number of bytes"), problems)
        return None
    return int(element.text)


def read_polygon(element: Element, problems: Problems) -> tuple[Point, ...]:
    """Return the corners of a closed polygon, the last as the first; none where blank or wrong."""
    corners: list[Point] = []
    for index, written in enumerate(element.text.split(), start=1):
        point = _point(written)
        if point is None:
            expected = tell(
                "corner {index} as `latitude,longitude` within ±90 and ±180", index=index
            )
            _wrong(element, "bad-point", expected, problems, found=written)
            return ()
        corners.append(point)
    if not corners:
        return ()
    if len(corners) < _FEWEST_CORNERS:
        expected = tell("at least {number} corners", number=_FEWEST_CORNERS)
        _wrong(
            element,
            "bad-polygon",
            expected,
            problems,
            found=tell("{number} corners", number=len(corners)),
        )
        return ()
    if corners[0] != corners[-1]:
        ends = element.text.split()
        found = tell("first `{first}`, last `{last}`", first=ends[0], last=ends[-1])
        problems.add(
            element.text_place,
            "open-polygon",
            tell("the polygon is not closed"),
            expected=tell("the first corner again at the end"),
            found=found,
        )
        return ()
    return tuple(corners)


def read_circle(element: Element, problems: Problems) -> CapCircle | None:
    """Return a circle; `None` where the text is blank or was told as wrong."""
    if not element.text:
        return None
    written = element.text.split()
    centre = _point(written[0])
    radius = _decimal(written[-1])
    if len(written) != len(("centre", "radius")) or centre is None or radius is None or radius < 0:
        expected = tell(
            "`latitude,longitude radius`, within ±90 and ±180, the radius in kilometres, 0 or more"
        )
        _wrong(element, "bad-circle", expected, problems)
        return None
    return CapCircle(centre, radius)


def read_pairs(
    elements: Iterable[Element], version: Version, problems: Problems
) -> tuple[Pair, ...]:
    """Return names with values: `NAME=value` in CAP 1.0, two parts since; without blank names."""
    pairs: list[Pair] = []
    for element in elements:
        if version == "1.0":
            name, equals, value = (part.strip() for part in element.text.partition("="))
            if not equals and element.text:
                _wrong(element, "bad-pair", "`NAME=value`", problems)
        else:
            name = "".join(part.text for part in element.named("valueName")[:1])
            value = "".join(part.text for part in element.named("value")[:1])
        if name:
            pairs.append((name, value))
    return tuple(pairs)


def read_references(
    element: Element, version: Version, problems: Problems
) -> tuple[CapReference, ...]:
    """Return the alerts referred to.

    Each is `sender,identifier,sent`, with blanks between; CAP 1.0 also has bare identifiers.
    """
    found: list[CapReference] = []
    for written in element.text.split():
        parts = written.split(",")
        if len(parts) != _PARTS_OF_REFERENCE and version == "1.0":
            found.append(CapReference(written))
            continue
        expected = tell("`sender,identifier,sent`, sent as {form}", form=tell_marked(_TIME_FORM))
        if (
            len(parts) != _PARTS_OF_REFERENCE
            or not all(parts)
            or any(_NOT_IN_WORDS.search(p) for p in parts)
        ):
            _wrong(element, "bad-reference", expected, problems, found=written)
            continue
        quiet = Problems("")
        leaf = Element(
            element.name, element.namespace, element.place, parts[2], element.text_place, ()
        )
        sent = read_time(leaf, quiet)
        if sent is None:
            _wrong(element, "bad-reference", expected, problems, found=written)
            continue
        found.append(CapReference(parts[1], parts[0], sent))
    return tuple(found)


def _point(written: str) -> Point | None:
    parts = written.split(",")
    numbers = [_decimal(part) for part in parts]
    match numbers:
        case [Decimal() as latitude, Decimal() as longitude]:
            in_range = abs(latitude) <= _LATITUDES and abs(longitude) <= _LONGITUDES
            return (latitude, longitude) if in_range else None
        case _:
            return None


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _wrong(
    element: Element,
    reason: str,
    expected: str,
    problems: Problems,
    advice: str = "",
    found: str = "",
) -> None:
    shown = f"`{found or element.text}`"
    message = tell("`{element}` is wrong", element=element.name)
    problems.add(element.text_place, reason, message, expected=expected, found=shown, advice=advice)
