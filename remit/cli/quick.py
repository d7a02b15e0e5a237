"""`remit check` of a pack that has not changed: told again, without loading what would tell it.

Only the plainest calls are understood here; of everything else, and of every mistake, nothing is
said, and the whole command line looks at it.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator, Sequence

from remit.cli.cache_folder import open_cache
from remit.cli.clock import current_day
from remit.cli.colors import Color, choose_color, wants_color
from remit.cli.kept_reports import KeptReports, Outcome, Variant

__all__ = ["quick_check"]

_LEVELS = ("error", "warning", "note")
_FORMATS = ("text", "json")
_COLORS: dict[str, Color] = {"auto": "auto", "always": "always", "never": "never"}
_VALUED = ("--output", "--fail-level", "--today", "--color")


class _Call:
    """What a plain call of `remit check` asks for."""

    def __init__(self) -> None:
        self.pack = "."
        self.format = "text"
        self.fail_level = "error"
        self.today = ""
        self.color: Color = "auto"
        self.with_accepted = False


def quick_check(arguments: Sequence[str]) -> int | None:
    """Print the kept report a call asks for and return the exit code; `None` if there is none."""
    if not arguments or arguments[0] != "check":
        return None
    call = _understood(arguments[1:])
    cache = None if call is None else open_cache()
    if call is None or cache is None:
        return None
    try:
        reports = KeptReports(cache, call.pack, call.today or current_day().isoformat())
        folders = reports.unchanged()
    except (OSError, ValueError):
        return None
    if folders is None:
        return None
    choose_color(call.color)
    is_colored = call.format == "text" and wants_color(sys.stdout)
    accepted = call.with_accepted and call.format == "text"
    outcome = reports.get(folders, Variant(call.format, is_colored, accepted))
    if outcome is None:
        return None
    sys.stdout.write(outcome.text)
    sys.stdout.flush()
    return 0 if _is_clean(outcome, call.fail_level) else 1


def _is_clean(outcome: Outcome, fail_level: str) -> bool:
    serious = _LEVELS[: _LEVELS.index(fail_level) + 1]
    return outcome.proved and not any(count for level, count in outcome.levels if level in serious)


def _understood(arguments: Sequence[str]) -> _Call | None:
    call = _Call()
    seen: set[str] = set()
    for name, value in _options(arguments):
        if name in seen or not _take(call, name, value):
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
        name, equals, value = argument.partition("=")
        if name == "--show-accepted" and not equals:
            yield name, ""
        elif name in _VALUED:
            yield name, value if equals else next(rest, "")
        else:
            yield "?", argument


def _take(call: _Call, name: str, value: str) -> bool:
    """Take one option into account; return whether it is understood."""
    if name == "":
        call.pack = value
        return bool(value)
    if name == "--show-accepted":
        call.with_accepted = True
        return True
    if name == "--output" and value in _FORMATS:
        call.format = value
    elif name == "--fail-level" and value in _LEVELS:
        call.fail_level = value
    elif name == "--today" and _is_day(value):
        call.today = value
    elif name == "--color" and value in _COLORS:
        call.color = _COLORS[value]
    else:
        return False
    return True


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
