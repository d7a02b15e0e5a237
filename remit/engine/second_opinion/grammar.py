"""The closed grammar of rules the second engine may be given: typed, and as the JSON it reads.

One pattern a rule, over facts: tests of one attribute against one value, joined by "all of" and
"any of". What durable-rules can also be told (joins, `none`, arithmetic, existence, texts by
pattern, timers) has no value here, because it corrupts memory, never ends, or answers wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "AllOf",
    "AnyOf",
    "Operator",
    "Part",
    "Rule",
    "Ruleset",
    "Scalar",
    "Term",
    "operators_json",
    "ruleset_json",
    "terms_of",
]

Operator = Literal["eq", "lt", "le", "gt", "ge"]
Scalar = int | str

operators_json: Mapping[Operator, str] = {"lt": "$lt", "le": "$lte", "gt": "$gt", "ge": "$gte"}
"""How the library spells each comparison; equality is a map of attribute to value."""


@dataclass(frozen=True, slots=True)
class Term:
    """One attribute against one value."""

    attribute: str
    operator: Operator
    value: Scalar


@dataclass(frozen=True, slots=True)
class AllOf:
    """A conjunction; at least one part."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A disjunction; at least one part."""

    parts: tuple[Part, ...]


Part = Term | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Rule:
    """One named pattern; the lower `priority` fires first."""

    name: str
    when: Part
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Rules that are asked together."""

    rules: tuple[Rule, ...]

    def attributes(self) -> Mapping[str, type[Scalar]]:
        """Return the attributes the rules test, all of which a fact must have, with their types."""
        return {
            test.attribute: type(test.value) for rule in self.rules for test in terms_of(rule.when)
        }


def terms_of(part: Part) -> Iterator[Term]:
    """Yield the tests of a pattern, in order."""
    if isinstance(part, Term):
        yield part
        return
    for inner in part.parts:
        yield from terms_of(inner)


def ruleset_json(ruleset: Ruleset) -> str:
    """Return a ruleset as the library reads it."""
    return json.dumps(
        {
            rule.name: {
                "all": [{"m": _part_json(rule.when)}],
                **({"pri": rule.priority} if rule.priority else {}),
            }
            for rule in ruleset.rules
        }
    )


def _part_json(part: Part) -> dict[str, object]:
    if isinstance(part, Term):
        plain: dict[str, object] = {part.attribute: part.value}
        return plain if part.operator == "eq" else {operators_json[part.operator]: plain}
    return {"$and" if isinstance(part, AllOf) else "$or": [_part_json(one) for one in part.parts]}
