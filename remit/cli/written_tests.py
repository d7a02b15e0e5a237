"""Tests of a pack as YAML, the way `tests/*.yaml` has them."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence

from remit.engine.pack import Letter
from remit.engine.vocabulary import Value
from remit.validators.words import value_words

__all__ = ["test_yaml"]

_PLAIN = re.compile(r"[a-z][a-z0-9-]*")
_KEYWORDS = {"on", "off", "yes", "no", "true", "false", "null", "y", "n"}
"""Words that some YAML readers take for something else; they are written in quotes."""


def test_yaml(
    name: str,
    given: Mapping[str, Value],
    activity: str,
    expected: Mapping[Letter, Sequence[str]],
) -> str:
    """Return one test as an entry of a list, three lines and a line end."""
    event = ", ".join(f"{key}: {_scalar(value)}" for key, value in given.items())
    answer = ", ".join(f"{letter}: {_subjects(found)}" for letter, found in expected.items())
    return (
        f"- name: {json.dumps(name, ensure_ascii=False)}\n"
        f"  given: {{{event}}}\n"
        f"  expect: {{{activity}: {{{answer}}}}}\n"
    )


def _subjects(found: Sequence[str]) -> str:
    return _scalar(found[0]) if len(found) == 1 else f"[{', '.join(map(_scalar, found))}]"


def _scalar(value: Value) -> str:
    if isinstance(value, str):
        is_plain = _PLAIN.fullmatch(value) and value not in _KEYWORDS
        return value if is_plain else json.dumps(value, ensure_ascii=False)
    return f'"{value}"' if isinstance(value, dt.date) else value_words(value)
