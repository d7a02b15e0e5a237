"""A file of settings read from TOML, each value with its line, and every mistake at its own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping

from remit.cli.exits import UsageError
from remit.cli.inputs import did_you_mean
from remit.cli.options import FAIL_LEVELS, OPTIONS, TABLE, expected
from remit.engine.wording import tell

__all__ = ["read_settings"]

OTHER_TABLES = ("channels", "links")
"""Tables that the commands of the response read, and those of policies leave alone."""
_HEADER = re.compile(r"^\s*\[\s*(?P<name>[^\[\]]+?)\s*\]\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*(?P<name>["']?[\w-]+["']?(?:\s*\.\s*["']?[\w-]+["']?)*)\s*=""")


def read_settings(
    shown: str, content: bytes, *, is_ours: bool
) -> tuple[tuple[str, object, int], ...] | None:
    """Return what a file sets: option, value and line (0 where it cannot be told).

    Args:
        shown: its path, for errors.
        is_ours: whether it is about nothing else; else only its table `tool.remit` is looked at.

    Returns:
        `None` if it is not ours and says nothing of us.

    Raises:
        UsageError: if it cannot be read, for a key that is none, and for a value that is none.
    """
    text, document = _document(shown, content)
    prefix: tuple[str, ...] = ()
    if not is_ours:
        prefix = ("tool", "remit")
        tools = document.get("tool")
        ours = tools.get("remit") if isinstance(tools, Mapping) else None
        if ours is None:
            return None
        document = ours if isinstance(ours, Mapping) else {"": ours}
    lines = _lines_of(text)

    def place(*key: str) -> str:
        line = lines.get((*prefix, *key), 0)
        return f"{shown}:{line}" if line else shown

    for name in document:
        if name != TABLE and name not in OTHER_TABLES:
            raise UsageError(
                tell("{place}: there is no table `{name}`", place=place(name), name=name),
                did_you_mean(name, [TABLE, *OTHER_TABLES]),
            )
    table = document.get(TABLE, {})
    if not isinstance(table, Mapping):
        raise UsageError(tell("{place}: `{name}` is a table", place=place(TABLE), name=TABLE))
    found = []
    for name, value in table.items():
        if name not in OPTIONS:
            raise UsageError(
                tell("{place}: there is no setting `{name}`", place=place(TABLE, name), name=name),
                did_you_mean(name, OPTIONS),
            )
        taken = _taken(name, value)
        if taken is None:
            raise UsageError(
                tell(
                    "{place}: the value of `{name}` cannot be used",
                    place=place(TABLE, name),
                    name=name,
                ),
                tell("expected {what}", what=expected(name)),
            )
        found.append((name, taken, lines.get((*prefix, TABLE, name), 0)))
    return tuple(found)


def _document(shown: str, content: bytes) -> tuple[str, Mapping[str, object]]:
    try:
        text = content.decode("utf-8-sig")
        return text, tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise UsageError(tell("`{path}` is not UTF-8", path=shown)) from error
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        place = re.search(r" \(at line (\d+), column (\d+)\)$", said)
        where = f"{shown}:{place[1]}:{place[2]}" if place else shown
        why = said[: place.start()] if place else said
        raise UsageError(
            tell("{place}: this is not TOML: {why}", place=where, why=why[:1].lower() + why[1:])
        ) from error


def _taken(name: str, value: object) -> object | None:
    """Return a value as the option has it; `None` if it is none."""
    kind = type(OPTIONS[name])
    if kind is tuple:
        words = [value] if isinstance(value, str) else value
        if isinstance(words, list) and all(isinstance(word, str) and word for word in words):
            return tuple(words)
    elif kind is bool and isinstance(value, bool):
        return value
    elif kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if 0 < value < float("inf") else None
    elif kind is str and value in FAIL_LEVELS:
        return value
    return None


def _lines_of(text: str) -> dict[tuple[str, ...], int]:
    """Return the line of each table and key, the first where there are several.

    Read line by line: a key written in the middle of an inline table has the line of that table.
    """
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        key = _KEY.match(line)
        if header is not None:
            table = _parts(header["name"])
            _note(found, table, number)
        elif key is not None:
            _note(found, (*table, *_parts(key["name"])), number)
    return found


def _note(found: dict[tuple[str, ...], int], path: Iterable[str], number: int) -> None:
    whole = tuple(path)
    for length in range(1, len(whole) + 1):
        found.setdefault(whole[:length], number)


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
