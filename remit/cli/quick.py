"""`remit check` of a pack that has not changed: told again, without loading what would tell it.

Only the plainest calls are understood here; of everything else, and of every mistake, nothing is
said, and the whole command line looks at it.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import NamedTuple

from remit.cli.cache_folder import CacheFolder, open_cache
from remit.cli.clock import current_day
from remit.cli.colors import Color, choose_color, wants_color
from remit.cli.configuration import Settings, settle
from remit.cli.exits import UsageError
from remit.cli.kept_reports import KeptReports, Outcome, Place, Variant
from remit.cli.languages import OPTION
from remit.cli.options import FAIL_LEVELS
from remit.cli.roots import source_root
from remit.engine.wording import LANGUAGES

__all__ = ["quick_check"]

_COLORS: dict[str, Color] = {"auto": "auto", "always": "always", "never": "never"}
_FLAGS = ("show-accepted", "statistics", "exit-zero")
_MANY = ("output", "select", "ignore")
_LANG = OPTION.removeprefix("--")
_VALUED = (*_MANY, "fail-level", "seconds", "today", "color", _LANG)


class _Call:
    """What a plain call of `remit check` asks for.

    Args:
        given: what the command line sets, by option.
    """

    def __init__(self) -> None:
        self.pack = "."
        self.today = ""
        self.color: Color = "auto"
        self.given: dict[str, object] = {}


class _Told(NamedTuple):
    """A kept report, and the file it goes to; standard output where there is none."""

    outcome: Outcome
    file: str


def quick_check(arguments: Sequence[str]) -> int | None:
    """Print the kept report a call asks for and return the exit code; `None` if there is none."""
    if not arguments or arguments[0] != "check":
        return None
    call = _understood(arguments[1:])
    cache = None if call is None else open_cache()
    if call is None or cache is None:
        return None
    try:
        settings = settle(call.pack, call.given, environment=os.environ, cache=cache)
        choose_color(call.color)
        told = _told(call, settings, cache)
        if told is None:
            return None
        _write(told)
    # WHY: the whole command line meets it again, and tells it with all there is to say.
    except (OSError, ValueError, UsageError):
        return None
    is_clean = all(_is_clean(one.outcome, settings.fail_level) for one in told)
    return 0 if is_clean or settings.exit_zero else 1


def _told(call: _Call, settings: Settings, cache: CacheFolder) -> list[_Told] | None:
    """Return the kept reports in every format asked for; `None` if one is not there."""
    reports = KeptReports(cache, call.pack, call.today or current_day().isoformat())
    folders = reports.unchanged()
    if folders is None:
        return None
    folder = os.getcwd()  # noqa: PTH109 - as in the cache
    place = Place(folder, source_root(folder, os.environ))
    found = []
    for text in settings.output or ("text",):
        name, _, file = text.partition(":")
        file = "" if file == "-" else file
        is_colored = wants_color(StringIO() if file else sys.stdout)
        outcome = reports.get(folders, Variant.of(name, settings, place, is_colored=is_colored))
        if outcome is None:
            return None
        found.append(_Told(outcome, file))
    # WHY: two on standard output are a mistake, which is not told here.
    return found if sum(not one.file for one in found) < 2 else None  # noqa: PLR2004 -- two


def _write(told: Sequence[_Told]) -> None:
    for one in told:
        if one.file:
            with open(  # noqa: PTH123 - as above
                one.file, "w", encoding="utf-8", errors="backslashreplace"
            ) as stream:
                stream.write(one.outcome.text)
    for one in told:
        if not one.file:
            sys.stdout.write(one.outcome.text)
            sys.stdout.flush()


def _is_clean(outcome: Outcome, fail_level: str) -> bool:
    serious = FAIL_LEVELS[: FAIL_LEVELS.index(fail_level) + 1]
    return outcome.proved and not any(count for level, count in outcome.levels if level in serious)


def _understood(arguments: Sequence[str]) -> _Call | None:
    call = _Call()
    seen: set[str] = set()
    for name, value in _options(arguments):
        if (name in seen and name not in _MANY) or not _take(call, name, value):
            return None
        seen.add(name)
    return call


def _options(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield options with their values; a positional has no name, and what is odd the name `?`."""
    rest = iter(arguments)
    for argument in rest:
        if not argument.startswith("-"):
            yield "", argument
            continue
        option, equals, value = argument.partition("=")
        name = option.removeprefix("--")
        if name.removeprefix("no-") in _FLAGS and option != name and not equals:
            yield name, ""
        elif name in _VALUED and option != name:
            yield name, value if equals else next(rest, "")
        else:
            yield "?", argument


def _take(call: _Call, name: str, value: str) -> bool:
    """Take one option into account; return whether it is understood."""
    if name in {"", "today", "color", _LANG}:
        return _take_apart(call, name, value)
    flag = name.removeprefix("no-")
    given: Mapping[str, object | None] = {flag: None}
    if flag in _FLAGS:
        if flag in call.given:
            return False
        given = {flag: flag == name}
    elif name in _MANY and value and not value.startswith("-"):
        earlier = call.given.get(name, ())
        given = {name: (*earlier, value) if isinstance(earlier, tuple) else (value,)}
    elif name == "fail-level" and value in FAIL_LEVELS:
        given = {name: value}
    elif name == "seconds" and value.isdigit() and int(value) > 0:
        given = {name: float(value)}
    call.given.update(given)
    return given[next(iter(given))] is not None


def _take_apart(call: _Call, name: str, value: str) -> bool:
    """Take what is no setting into account."""
    if name == "":
        call.pack = value
        return bool(value)
    if name == "color" and value in _COLORS:
        call.color = _COLORS[value]
        return True
    if name == "today" and _is_day(value):
        call.today = value
        return True
    # It is spoken already.
    return name == _LANG and value in LANGUAGES


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
