"""Rulesets of just a given size in one respect, and a fact for each with the rules it matches."""

from __future__ import annotations

from collections.abc import Callable

from remit.engine.second_opinion.grammar import AllOf, AnyOf, Part, Rule, Ruleset, Term
from remit.engine.second_opinion.refusals import (
    MOST_ALTERNATIVES,
    MOST_ATTRIBUTES,
    MOST_BRANCHES,
    MOST_GROUPS,
    MOST_RULES,
    MOST_SAME,
    MOST_TESTS,
)

__all__ = ["LIMITS", "equal", "fact_at", "matching_at", "ruleset_at"]

Build = Callable[[int], tuple[Part, ...]]


def equal(attribute: str, value: int) -> Term:
    return Term(attribute, "eq", value)


def _rules(size: int) -> tuple[Part, ...]:
    return tuple(AllOf((equal("x", i // 100), equal("y", i % 100))) for i in range(size))


def _tests(size: int) -> tuple[Part, ...]:
    return tuple(equal("x", i) for i in range(size))


def _same(size: int) -> tuple[Part, ...]:
    return tuple(equal("x", 0) for _ in range(size))


def _alternatives(size: int) -> tuple[Part, ...]:
    return (AnyOf(tuple(equal("x", i) for i in range(size))),)


def _groups(size: int) -> tuple[Part, ...]:
    inner = tuple(AnyOf((equal(f"a{i}", 0), equal(f"a{i}", 1))) for i in range(size - 1))
    return (AllOf(inner),)


def _branches(size: int) -> tuple[Part, ...]:
    return tuple(Term("x", "ge", -i) for i in range(size))


def _attributes(size: int) -> tuple[Part, ...]:
    return (AllOf(tuple(equal(f"a{i}", 0) for i in range(size))),)


LIMITS: dict[str, tuple[str, int, Build]] = {
    "rules": ("S09", MOST_RULES, _rules),
    "tests after one prefix": ("S10", MOST_TESTS, _tests),
    "rules of one condition": ("S11", MOST_SAME, _same),
    "alternatives": ("S12", MOST_ALTERNATIVES, _alternatives),
    "groups of a rule": ("S13", MOST_GROUPS, _groups),
    "branches true together": ("S14", MOST_BRANCHES, _branches),
    "attributes": ("S15", MOST_ATTRIBUTES, _attributes),
}
"""By respect: the code past the limit, the limit, and the patterns of a given size."""


def ruleset_at(name: str, size: int) -> Ruleset:
    """Return a ruleset of `size` in one respect, small in all others."""
    parts = LIMITS[name][2](size)
    return Ruleset(tuple(Rule(f"r{i}", part) for i, part in enumerate(parts)))


def fact_at(ruleset: Ruleset) -> dict[str, int]:
    """Return the fact with 0 everywhere."""
    return dict.fromkeys(ruleset.attributes(), 0)


def matching_at(ruleset: Ruleset) -> list[str]:
    """Return the rules that the fact with 0 everywhere matches, read off the patterns."""
    return sorted(rule.name for rule in ruleset.rules if _holds(rule.when))


def _holds(part: Part) -> bool:
    if isinstance(part, Term):
        limit = int(part.value)
        return {"eq": limit == 0, "ge": limit <= 0}[part.operator]
    return (all if isinstance(part, AllOf) else any)(_holds(one) for one in part.parts)
