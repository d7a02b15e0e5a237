"""What may pass to the second engine: rulesets within every limit, facts that fit a ruleset.

INVARIANT: the library sees no ruleset and no fact that has not passed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from remit.engine.second_opinion.grammar import (
    AllOf,
    AnyOf,
    Part,
    Rule,
    Ruleset,
    Scalar,
    Term,
    terms_of,
)
from remit.engine.second_opinion.network import branches, network_of, nodes_of
from remit.engine.second_opinion.refusals import (
    MOST_ALTERNATIVES,
    MOST_ATTRIBUTES,
    MOST_BRANCHES,
    MOST_CHOICES,
    MOST_GROUPS,
    MOST_PRIORITY,
    MOST_RULES,
    MOST_SAME,
    MOST_TESTS,
    MOST_TEXT,
    MOST_WHOLE,
    Refusal,
    RefusedError,
)
from remit.engine.wording import tell

__all__ = ["RESERVED", "admit", "admit_fact", "fnv_1a", "ruleset_refusals"]

RESERVED = (
    "$and",
    "$baseTime",
    "$eq",
    "$ex",
    "$forward",
    "$gt",
    "$gte",
    "$iall",
    "$iany",
    "$imt",
    "$lt",
    "$lte",
    "$m",
    "$mt",
    "$neq",
    "$nex",
    "$or",
    "$s",
    "$time",
    "$timerName",
    "all",
    "any",
    "base",
    "cap",
    "chart",
    "chart_context",
    "count",
    "dist",
    "id",
    "label",
    "m",
    "name",
    "pri",
    "run",
    "s",
    "sid",
    "timeout",
)
"""Names the library reads as its own; it tells names apart by 32 bits alone."""
NAME = re.compile(r"[a-z][a-z0-9-]{0,199}\Z")
DEEPEST = 4
"""Conjunctions and disjunctions inside each other; duties need two."""


def admit(ruleset: Ruleset) -> Ruleset:
    """Return a ruleset that is within every limit.

    Raises:
        RefusedError: with every reason why it is not.
    """
    refusals = tuple(ruleset_refusals(ruleset))
    if refusals:
        raise RefusedError(refusals)
    return ruleset


def ruleset_refusals(ruleset: Ruleset) -> Iterator[Refusal]:
    """Yield every reason why a ruleset may not pass."""
    rules = ruleset.rules
    if not rules:
        yield Refusal("S04", tell("a ruleset without rules"))
    if len(rules) > MOST_RULES:
        yield Refusal(
            "S09",
            tell(
                "{number:,} rules in one ruleset, at most {most_rules:,}",
                number=len(rules),
                most_rules=MOST_RULES,
            ),
        )
    for rule in rules:
        yield from _rule_refusals(rule)
    attributes = sorted(ruleset.attributes())
    if len(attributes) > MOST_ATTRIBUTES:
        yield Refusal(
            "S15",
            tell(
                "{number:,} attributes, at most {most_attributes:,}",
                number=len(attributes),
                most_attributes=MOST_ATTRIBUTES,
            ),
        )
    yield from _mixed_kinds(ruleset)
    yield from _name_refusals([rule.name for rule in rules], attributes)
    yield from _network_refusals(ruleset)


def admit_fact(
    fact: Mapping[str, object], attributes: Mapping[str, type[Scalar]]
) -> dict[str, Scalar]:
    """Return a fact that has just the attributes of a ruleset, each of its type.

    Raises:
        RefusedError: with every reason why it may not pass.
    """
    refusals = tuple(_fact_refusals(fact, attributes))
    if refusals:
        raise RefusedError(refusals)
    return {name: value for name, value in fact.items() if isinstance(value, int | str)}


def fnv_1a(name: str) -> int:
    """Return the 32-bit FNV-1a hash by which the library knows a name.

    SOURCE: Fowler, Noll, Vo; RFC 9923, section 2.
    """
    found = 0x811C9DC5
    for byte in name.encode():
        found = (found ^ byte) * 16777619 & 0xFFFFFFFF
    return found


def _rule_refusals(rule: Rule) -> Iterator[Refusal]:
    if not 0 <= rule.priority <= MOST_PRIORITY:
        yield Refusal(
            "S16",
            tell(
                "the priority {priority} of `{rule}`, 0 to {most_priority:,}",
                priority=rule.priority,
                rule=rule.name,
                most_priority=MOST_PRIORITY,
            ),
        )
    groups = sum(1 for _ in _groups(rule.when))
    if groups > MOST_GROUPS:
        yield Refusal(
            "S13",
            tell(
                "{groups:,} groups of tests in `{rule}`, at most {most_groups}",
                groups=groups,
                rule=rule.name,
                most_groups=MOST_GROUPS,
            ),
        )
    for group in _groups(rule.when):
        if not group.parts:
            yield Refusal("S04", tell("an empty group of tests in `{rule}`", rule=rule.name))
        if isinstance(group, AnyOf) and len(group.parts) > MOST_ALTERNATIVES:
            width = tell(
                "{number:,} alternatives in `{rule}`", number=len(group.parts), rule=rule.name
            )
            yield Refusal(
                "S12",
                tell(
                    "{width}, at most {most_alternatives}",
                    width=width,
                    most_alternatives=MOST_ALTERNATIVES,
                ),
            )
    if _depth(rule.when) > DEEPEST:
        yield Refusal(
            "S01",
            tell("tests nested deeper than {deepest} in `{rule}`", deepest=DEEPEST, rule=rule.name),
        )
    for test in terms_of(rule.when):
        yield from _value_refusals(test.attribute, test.value)
        if isinstance(test.value, str) and test.operator != "eq":
            yield Refusal(
                "S05", tell("`{attribute}` compares a text by order", attribute=test.attribute)
            )


def _value_refusals(attribute: str, value: object) -> Iterator[Refusal]:
    if isinstance(value, bool) or not isinstance(value, int | str):
        kind = type(value).__name__
        yield Refusal(
            "S05",
            tell(
                "`{attribute}` is {kind}, neither a whole number nor a text",
                attribute=attribute,
                kind=kind,
            ),
        )
    elif isinstance(value, int) and not -MOST_WHOLE <= value <= MOST_WHOLE:
        yield Refusal("S05", tell("`{attribute}` is a number past 63 bits", attribute=attribute))
    elif isinstance(value, str) and len(value.encode("utf-8", "surrogatepass")) > MOST_TEXT:
        yield Refusal(
            "S06",
            tell(
                "`{attribute}` is a text of more than {most_text:,} bytes",
                attribute=attribute,
                most_text=MOST_TEXT,
            ),
        )


def _mixed_kinds(ruleset: Ruleset) -> Iterator[Refusal]:
    kinds: dict[str, set[type]] = {}
    for rule in ruleset.rules:
        for test in terms_of(rule.when):
            kinds.setdefault(test.attribute, set()).add(type(test.value))
    for attribute, found in sorted(kinds.items()):
        if len(found) > 1:
            yield Refusal(
                "S05",
                tell(
                    "`{attribute}` is held against numbers and against texts", attribute=attribute
                ),
            )


def _name_refusals(rules: Iterable[str], attributes: Iterable[str]) -> Iterator[Refusal]:
    names = [*rules, *attributes]
    for name in names:
        if name in RESERVED or not NAME.match(name):
            yield Refusal(
                "S07", tell("`{name}` is no name for a rule or an attribute", name=name[:60])
            )
    # A rule and an attribute of one name are two names to the library, and never meet.
    known: dict[int, str] = {fnv_1a(name): name for name in RESERVED}
    for name in dict.fromkeys(names):
        other = known.setdefault(fnv_1a(name), name)
        if other != name:
            yield Refusal(
                "S08",
                tell("`{name}` and `{other}` are one name to the library", name=name, other=other),
            )
    listed = list(rules)
    if len(set(listed)) < len(listed):
        yield Refusal("S08", tell("two rules have one name"))


def _network_refusals(ruleset: Ruleset) -> Iterator[Refusal]:
    root = network_of(ruleset)
    for node in nodes_of(root):
        if len(node.tests) > MOST_TESTS:
            count = tell(
                "{number:,} distinct tests after {path}", number=len(node.tests), path=node.path
            )
            yield Refusal(
                "S10", tell("{count}, at most {most_tests}", count=count, most_tests=MOST_TESTS)
            )
        if len(node.rules) > MOST_SAME:
            count = tell(
                "{number:,} rules with one condition, as `{rule}`",
                number=len(node.rules),
                rule=node.rules[0],
            )
            yield Refusal(
                "S11", tell("{count}, at most {most_same}", count=count, most_same=MOST_SAME)
            )
        if len(node.choices) > MOST_CHOICES:
            count = tell(
                "{number:,} disjunctions after {path}", number=len(node.choices), path=node.path
            )
            yield Refusal(
                "S13",
                tell("{count}, at most {most_choices}", count=count, most_choices=MOST_CHOICES),
            )
    together = branches(root)
    if together > MOST_BRANCHES:
        count = tell("{together:,} branches that one fact may make true", together=together)
        yield Refusal(
            "S14",
            tell("{count}, at most {most_branches}", count=count, most_branches=MOST_BRANCHES),
        )


def _fact_refusals(
    fact: Mapping[str, object], attributes: Mapping[str, type[Scalar]]
) -> Iterator[Refusal]:
    for name in sorted(fact.keys() - attributes.keys()):
        yield Refusal("S17", tell("the fact has `{name}`, which no rule tests", name=name[:60]))
    for name in sorted(attributes.keys() - fact.keys()):
        yield Refusal("S17", tell("the fact has no `{name}`", name=name))
    for name, value in fact.items():
        yield from _value_refusals(name, value)
        if isinstance(value, int | str) and type(value) is not attributes.get(name, type(value)):
            # WHY: the library compares a text with a number through memory it never wrote.
            yield Refusal(
                "S05", tell("`{name}` is not of the type the rules hold it against", name=name)
            )


def _groups(part: Part) -> Iterator[AllOf | AnyOf]:
    if not isinstance(part, Term):
        yield part
        for inner in part.parts:
            yield from _groups(inner)


def _depth(part: Part) -> int:
    return 0 if isinstance(part, Term) else 1 + max(map(_depth, part.parts), default=0)
