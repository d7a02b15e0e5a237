"""What commands read: events as strict JSON, states, days, packs."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, NoReturn

from cyclopts import Parameter

from remit.cli.exits import UsageError
from remit.engine.completion import complete_event
from remit.engine.errors import EventError
from remit.engine.events import Event
from remit.engine.language.incoming import parse_event
from remit.engine.language.suggest import closest
from remit.engine.pack import Pack
from remit.engine.system_words import why_not
from remit.engine.vocabulary import Dimension, Value, Vocabulary
from remit.engine.wording import mark, tell, tell_marked
from remit.validators.words import listed

__all__ = [
    "LARGEST_EVENT",
    "STDIN",
    "JsonPlace",
    "completed",
    "did_you_mean",
    "json_lines",
    "known_activity",
    "parse_json",
    "read_event",
    "read_state",
    "typed_value",
]

STDIN = "-"
LARGEST_EVENT = 1_000_000
"""Characters of one event; a larger one is a mistake or an attack."""

JsonPlace = Annotated[
    str, Parameter(allow_leading_hyphen=True, validator=lambda _, place: _no_option(place))
]
"""A file, or `-` for standard input, as a parameter of a command."""
LONGEST_NUMBER = 1_000
"""Digits of a number in an event, and powers of ten in it."""


def _no_option(place: str | None) -> None:
    # WHY: what may be `-` would else take a mistyped option for a file.
    if place is not None and place.startswith("-") and place != STDIN:
        raise UsageError(
            tell("there is no option `{place}`", place=place), tell("`--help` lists the options")
        )


def read_event(place: str) -> object:
    """Return the JSON value in a file, or of standard input where `place` is `-`.

    Raises:
        UsageError: if it cannot be read, or is not strict JSON.
    """
    name = tell("on standard input") if place == STDIN else f"`{place}`"
    try:
        if place == STDIN:
            text = sys.stdin.buffer.read(LARGEST_EVENT + 1).decode("utf-8-sig")
        else:
            with Path(place).open(encoding="utf-8-sig") as file:
                text = file.read(LARGEST_EVENT + 1)
    except OSError as error:
        raise UsageError(
            tell("cannot read the event {name}: {reason}", name=name, reason=why_not(error))
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(
            tell("the event {name} is not UTF-8 (byte {start})", name=name, start=error.start)
        ) from error
    try:
        return parse_json(text)
    except ValueError as error:
        raise UsageError(
            tell("the event {name} is not JSON: {error}", name=name, error=error)
        ) from error


def json_lines(place: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file, or of standard input, with their numbers; blank ones are left out.

    Raises:
        UsageError: if the file cannot be opened.
    """
    if place == STDIN:
        yield from _numbered(sys.stdin.buffer)
        return
    try:
        with Path(place).open("rb") as file:
            yield from _numbered(file)
    except OSError as error:
        raise UsageError(
            tell("cannot read `{place}`: {reason}", place=place, reason=why_not(error))
        ) from error


def _numbered(lines: Iterable[bytes]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            encoding = "utf-8-sig" if number == 1 else "utf-8"
            # WHY: a line that is not UTF-8 is one bad line, not the end of the batch.
            yield number, line.decode(encoding, "surrogateescape")


# SOURCE: what `json.JSONDecodeError` says, by the decoder of CPython 3.11 to 3.13.
_JSON_FAULTS = (
    mark("expecting value"),
    mark("expecting property name enclosed in double quotes"),
    mark("expecting ':' delimiter"),
    mark("expecting ',' delimiter"),
    mark("extra data"),
    mark("illegal trailing comma before end of object"),
    mark("illegal trailing comma before end of array"),
    mark("invalid control character at"),
    mark("invalid \\escape"),
    # WHY so: four of that letter in a row are taken for a mark of unfinished work.
    mark("invalid \\u\x58X\x58X escape"),
    mark("unterminated string starting at"),
    mark("unexpected UTF-8 BOM (decode using utf-8-sig)"),
)


def parse_json(text: str) -> object:
    """Return one JSON value; numbers exactly, no key twice, nothing that is not JSON.

    Raises:
        ValueError: with what is wrong, and where.
    """
    if len(text) > LARGEST_EVENT:
        raise ValueError(
            tell("it is longer than {largest_event:,} characters", largest_event=LARGEST_EVENT)
        )
    if any("\udc80" <= letter <= "\udcff" for letter in text):
        raise ValueError(tell("it is not UTF-8"))
    try:
        return json.loads(
            text,
            parse_float=_exact,
            parse_int=_whole,
            parse_constant=_refuse_constant,
            object_pairs_hook=_without_duplicates,
        )
    except json.JSONDecodeError as error:
        said = tell(
            "{reason} at line {line}, column {column}",
            reason=tell_marked(error.msg[:1].lower() + error.msg[1:]),
            line=error.lineno,
            column=error.colno,
        )
        raise ValueError(said) from error
    except RecursionError as error:
        raise ValueError(tell("it is nested too deep")) from error


def _exact(text: str) -> Decimal:
    found = Decimal(text)
    if abs(found.adjusted()) > LONGEST_NUMBER:
        raise ValueError(tell("a number is too large or too small"))
    return found


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError(tell("a number is too large"))
    return int(text)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(tell("`{name}` is not a JSON number", name=name))


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(tell("the key `{twice}` is there twice", twice=twice))
    return found


def completed(data: object, pack: Pack, *, state: Mapping[str, Value], today: dt.date) -> Event:
    """Return an event read against a pack, what it leaves out filled in as far as is known.

    Raises:
        EventError: if it does not fit the vocabulary.
    """
    if not isinstance(data, Mapping):
        raise EventError((tell('an event is a JSON object, as in {{"hazard": "flood"}}'),))
    event = parse_event(data, pack.vocabulary)
    return complete_event(event, pack.vocabulary, state={**pack.state, **state}, today=today)


def read_state(assignments: Iterable[str], vocabulary: Vocabulary) -> dict[str, Value]:
    """Return the current state from texts such as `stage=early`.

    Raises:
        UsageError: if one is malformed or names no state dimension.
        EventError: if a value does not belong to its dimension.
    """
    known = [name for name, dimension in vocabulary.dimensions.items() if dimension.state]
    found: dict[str, Value] = {}
    for text in assignments:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(
                tell("`--state {text}` has no `=`", text=text),
                tell("write it as `--state stage=early`"),
            )
        if name not in known:
            raise UsageError(
                tell("`{name}` is no state dimension", name=name), did_you_mean(name, known)
            )
        raw = typed_value(value, vocabulary.dimensions[name])
        found[name] = parse_event({name: raw}, vocabulary).values[name]
    return found


def typed_value(text: str, dimension: Dimension) -> object:
    """Return what an event would say for a value typed on the command line."""
    return _number(text) if dimension.kind in {"integer", "decimal"} else text


def _number(text: str) -> object:
    try:
        found = parse_json(text)
    except ValueError:
        return text
    return found if isinstance(found, int | Decimal) else text


def known_activity(name: str, pack: Pack) -> str:
    """Return the name of an activity if the vocabulary has it.

    Raises:
        UsageError: if it has not.
    """
    activities = pack.vocabulary.activities
    if name not in activities:
        raise UsageError(
            tell("there is no activity `{name}`", name=name), did_you_mean(name, activities)
        )
    return name


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """Return "did you mean `x`?", or the names there are, where none is near."""
    names = list(names)
    meant = closest(word, names)
    if meant:
        return tell("did you mean `{meant}`?", meant=meant)
    told = listed(f"`{name}`" for name in sorted(names))
    return tell("known: {names}", names=told) if names else ""
