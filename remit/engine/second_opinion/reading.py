"""Rulesets read back from JSON: whatever is not in the closed grammar is refused, never passed on.

The worker reads what it is sent through this, so that not even a mistake in our own compiler
reaches the library.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NoReturn

from remit.engine.second_opinion.grammar import (
    AllOf,
    AnyOf,
    Operator,
    Part,
    Rule,
    Ruleset,
    Term,
    operators_json,
)
from remit.engine.second_opinion.refusals import Refusal, RefusedError
from remit.engine.wording import tell

__all__ = ["read_ruleset"]

OPERATORS: Mapping[str, Operator] = {written: name for name, written in operators_json.items()}
GROUPS = ("$and", "$or")


def read_ruleset(text: str) -> Ruleset:
    """Return the ruleset a JSON text says.

    Raises:
        RefusedError: if it is no JSON, or has anything but single patterns of tests.
    """
    try:
        data = json.loads(text, object_pairs_hook=_map, parse_float=_no_fraction)
        return Ruleset(tuple(_rule(name, body) for name, body in _mapping(data).items()))
    except RecursionError as error:
        raise _refused("S01", tell("the rules are nested too deep")) from error
    except json.JSONDecodeError as error:
        raise _refused("S01", tell("the rules are not JSON: {error}", error=error)) from error


def _rule(name: str, body: object) -> Rule:
    keys = _mapping(body)
    for key in keys.keys() - {"all", "pri"}:
        raise _refused(
            "S03", tell("`{key}` in the rule `{name}` is not in the grammar", key=key, name=name)
        )
    patterns = keys.get("all")
    if not isinstance(patterns, list) or not patterns:
        raise _refused("S04", tell("the rule `{name}` has no pattern", name=name))
    if len(patterns) > 1:
        raise _refused(
            "S02",
            tell(
                "the rule `{name}` joins {number} patterns, at most 1",
                name=name,
                number=len(patterns),
            ),
        )
    pattern = _only(_mapping(patterns[0]))
    if pattern[0] != "m":
        raise _refused(
            "S02",
            tell(
                "the pattern `{pattern}` of `{name}` is no plain pattern `m`",
                pattern=pattern[0],
                name=name,
            ),
        )
    priority = keys.get("pri", 0)
    if isinstance(priority, bool) or not isinstance(priority, int):
        raise _refused("S16", tell("the priority of `{name}` is no whole number", name=name))
    return Rule(name, _part(pattern[1]), priority)


def _part(data: object) -> Part:
    key, value = _only(_mapping(data))
    if key in GROUPS:
        if not isinstance(value, list) or not value:
            raise _refused("S04", tell("`{key}` without tests", key=key))
        parts = tuple(_part(one) for one in value)
        return AllOf(parts) if key == "$and" else AnyOf(parts)
    if key in OPERATORS:
        attribute, limit = _only(_mapping(value))
        return _test(attribute, OPERATORS[key], limit)
    if key.startswith("$"):
        raise _refused("S03", tell("`{key}` is not in the grammar", key=key))
    return _test(key, "eq", value)


def _test(attribute: str, operator: Operator, value: object) -> Term:
    if isinstance(value, bool) or not isinstance(value, int | str):
        kind = type(value).__name__
        raise _refused(
            "S05",
            tell(
                "`{attribute}` is held against {kind}, no whole number or text",
                attribute=attribute,
                kind=kind,
            ),
        )
    return Term(attribute, operator, value)


def _only(found: Mapping[str, object]) -> tuple[str, object]:
    if len(found) != 1:
        # WHY: the library reads the first key and says nothing of the others.
        raise _refused(
            "S04",
            tell(
                "a map of {number} keys where there is one: {found}",
                number=len(found),
                found=sorted(found),
            ),
        )
    return next(iter(found.items()))


def _mapping(data: object) -> Mapping[str, object]:
    if not isinstance(data, dict):
        raise _refused("S03", tell("{kind} in the place of a map", kind=type(data).__name__))
    return data


def _map(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _refused("S08", tell("a name is there twice in one map"))
    return found


def _no_fraction(text: str) -> NoReturn:
    raise _refused("S05", tell("the number {text} is not whole", text=text[:40]))


def _refused(code: str, message: str) -> RefusedError:
    return RefusedError((Refusal(code, message),))
