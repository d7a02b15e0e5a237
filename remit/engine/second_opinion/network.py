"""The test network the library makes of a ruleset, rebuilt here to count in it before it does.

SOURCE: `createAlpha` and `handleAlpha` of durable-rules 2.0.28. Rules share the nodes of a common
prefix; a disjunction ends in a node of its own, to which each alternative leads; a fact is followed
depth first on a stack of 64 places. Cost: linear in tests, with one sort a node.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from remit.engine.second_opinion.grammar import AllOf, Part, Ruleset, Term

__all__ = ["Node", "branches", "network_of", "nodes_of"]


@dataclass(slots=True, eq=False)
class Node:
    """What may be asked next once a prefix of tests holds.

    Args:
        tests: the next tests, each with where it leads.
        choices: ends of disjunctions, which follow without a test.
        rules: names of the rules that match here.
        path: the prefix in words, for messages.
    """

    path: str
    tests: dict[Term, Node] = field(default_factory=dict)
    choices: list[Node] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)


def network_of(ruleset: Ruleset) -> Node:
    """Return the root of the network of a ruleset."""
    root = Node("the start")
    for rule in ruleset.rules:
        _linked(root, rule.when).rules.append(rule.name)
    return root


def nodes_of(root: Node) -> Iterator[Node]:
    """Yield every node once."""
    seen = {id(root)}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        for following in (*node.tests.values(), *node.choices):
            if id(following) not in seen:
                seen.add(id(following))
                waiting.append(following)


def branches(root: Node) -> int:
    """Return a bound on how many nodes can wait on the stack for any one fact, at least 1.

    Exact for one node, where attributes vary freely; along a path it may count what no one fact
    can make true together, never less than what one can.
    """
    needed: dict[int, int] = {}
    waiting = [(root, False)]
    while waiting:
        node, is_ready = waiting.pop()
        following = [*node.tests.values(), *node.choices]
        if is_ready:
            together = _together(node.tests) + len(node.choices)
            deepest = max((needed[id(one)] for one in following), default=1)
            needed[id(node)] = max(1, together - 1 + deepest)
        elif id(node) not in needed:
            waiting.append((node, True))
            waiting += [(one, False) for one in following if id(one) not in needed]
    return needed[id(root)]


def _linked(node: Node, part: Part) -> Node:
    """Return the node behind a pattern that begins at `node`."""
    if isinstance(part, Term):
        return node.tests.setdefault(part, Node(f"`{part.attribute} {part.operator} {part.value}`"))
    if isinstance(part, AllOf):
        for inner in part.parts:
            node = _linked(node, inner)
        return node
    end = Node("a choice")
    for inner in part.parts:
        _linked(node, inner).choices.append(end)
    return end


def _together(tests: Iterable[Term]) -> int:
    """Return how many of some tests one fact can meet at most."""
    by_attribute: dict[str, list[Term]] = {}
    for test in tests:
        by_attribute.setdefault(test.attribute, []).append(test)
    return sum(_overlapping(found) for found in by_attribute.values())


def _overlapping(tests: list[Term]) -> int:
    """Return how many tests of one attribute one value can meet, by a sweep over their ends."""
    lowest, highest = float("-inf"), float("inf")
    steps: list[tuple[float, int, int]] = []
    texts = 0
    for test in tests:
        if isinstance(test.value, str):
            texts = 1
            continue
        value = test.value
        low, high = {
            "eq": (value, value),
            "lt": (lowest, value - 1),
            "le": (lowest, value),
            "gt": (value + 1, highest),
            "ge": (value, highest),
        }[test.operator]
        # WHY -1 before 1: what begins where another ends is met together with it.
        steps += [(low, -1, 1), (high, 1, -1)]
    return max(texts, *accumulate(step for _, _, step in sorted(steps)), 0)
