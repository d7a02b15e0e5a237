"""JSON text to values with places, strictly: no duplicate keys, no NaN, bounded nesting."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from remit.engine.wording import mark, tell, tell_marked
from remit.workflows.intake.errors import Problems

__all__ = ["MAX_DEPTH", "Json", "Number", "Path", "Place", "read_json"]

Json: TypeAlias = "str | Number | bool | list[Json] | dict[str, Json] | None"
Path = tuple[str | int, ...]
"""Keys and list indexes from the outermost value inwards."""
Place = tuple[int, int]

MAX_DEPTH = 20
"""Nesting of a file. A report nests 3 deep; deeper files are refused."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_OPENING = {"{": "}", "[": "]"}


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written, so that no digit is lost."""

    text: str


class _DuplicateKeyError(Exception):
    """A key is there twice in one object."""


class _NoNumberError(Exception):
    """A word like NaN stands where JSON has a number."""


def read_json(text: str, source: str) -> tuple[Json, Mapping[Path, Place]]:
    """Return a JSON value, and where each value in it starts.

    Raises:
        IntakeErrors: if the text is no JSON, has a key twice, a number that is none, or nests past
            the bound.
    """
    problems = Problems(source)
    _check_depth(text, problems)
    problems.raise_if_any()
    try:
        value: Json = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=Number,
            parse_float=Number,
            parse_constant=_refuse_constant,
        )
    except json.JSONDecodeError as error:
        found = text[error.pos : error.pos + 20] or tell("the end of the file")
        problems.add(
            (error.lineno, error.colno),
            "not-json",
            tell("not JSON"),
            expected=_expected(error.msg),
            found=found,
        )
        raise problems.errors() from None
    except _DuplicateKeyError as error:
        key = str(error)
        place = _second_place(text, key)
        problems.add(
            place,
            "duplicate-key",
            tell("`{key}` is there twice", key=key),
            expected=tell("it once"),
            found=tell("another one"),
        )
        raise problems.errors() from None
    except _NoNumberError as error:
        place = next(_place(text, t.start()) for t in _TOKEN.finditer(text) if t[0] == str(error))
        problems.add(
            place, "not-json", tell("not JSON"), expected=tell("a number"), found=f"`{error}`"
        )
        raise problems.errors() from None
    return value, _places(text)


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for key, value in pairs:
        if key in found:
            raise _DuplicateKeyError(key)
        found[key] = value
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise _NoNumberError(name)


# SOURCE: what `json.JSONDecodeError` expects, by the decoder of CPython 3.11 to 3.13.
_EXPECTATIONS = (
    mark("value"),
    mark("property name enclosed in double quotes"),
    mark("':' delimiter"),
    mark("',' delimiter"),
)


def _expected(message: str) -> str:
    return tell_marked(f"{message[:1].lower()}{message[1:]}".removeprefix("expecting "))


def _check_depth(text: str, problems: Problems) -> None:
    depth = 0
    for token in _TOKEN.finditer(text):
        if token[0] in _OPENING:
            depth += 1
        elif token[0] in _OPENING.values():
            depth -= 1
        if depth > MAX_DEPTH:
            place = _place(text, token.start())
            problems.add(
                place,
                "too-deep",
                tell("values nest too deep"),
                expected=tell("at most {max_depth} deep", max_depth=MAX_DEPTH),
                found=tell("deeper"),
            )
            return


def _second_place(text: str, key: str) -> Place:
    """Return where the first repeated `key` of one object is written."""
    seen: set[tuple[Path, str]] = set()
    for path, start, written in _keys(text):
        if written == key and (path, key) in seen:
            return _place(text, start)
        seen.add((path, written))
    return (1, 1)


def _keys(text: str) -> list[tuple[Path, int, str]]:
    """Return each key with the path of its object and where it starts."""
    return [(path, start, key) for path, start, key in _walk(text) if key is not None]


def _places(text: str) -> Mapping[Path, Place]:
    lines = _Lines(text)
    return {path: lines.place(start) for path, start, key in _walk(text) if key is None}


def _walk(text: str) -> list[tuple[Path, int, str | None]]:
    """Return every value and key of correct JSON in order.

    A value is its path, its start and `None`; a key is its object's path, its start and itself.
    """
    found: list[tuple[Path, int, str | None]] = []
    path: list[str | int] = []
    kinds: list[str] = []
    expects_key = False
    for token in _TOKEN.finditer(text):
        written = token[0]
        if written == ":":
            expects_key = False
        elif written == ",":
            expects_key = kinds[-1] == "{"
            path[-1] = int(path[-1]) + 1 if kinds[-1] == "[" else path[-1]
        elif written in "}]":
            kinds.pop()
            path.pop()
        elif expects_key:
            key = str(json.loads(written))
            path[-1] = key
            found.append((tuple(path[:-1]), token.start(), key))
        else:
            found.append((tuple(path), token.start(), None))
            if written in _OPENING:
                kinds.append(written)
                path.append(0 if written == "[" else "")
                expects_key = written == "{"
    return found


class _Lines:
    """Finds lines and columns of a text in logarithmic time."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(self, index: int) -> Place:
        low, high = 0, len(self._starts)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._starts[middle] <= index else (low, middle)
        return (low + 1, index - self._starts[low] + 1)


def _place(text: str, index: int) -> Place:
    return (text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))
