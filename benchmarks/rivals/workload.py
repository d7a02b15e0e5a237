"""The workload: boxes over trees, levels and numbers, and events that the narrowest box decides.

Eight activities; a hazard tree of 4 x 8 x 4; four phases; three stages; four levels of severity; a
place tree of 5 x 12 x 20; case numbers from 0 to 10,000. A rule gives one party an activity in a
box of 4.6 conditions on average, its activity among them. The more specific rule decides: the
boxes are compared dimension by dimension in the order of `PRECEDENCE`, and the first that differs
decides for the smaller one. Values of one dimension are nested or do not meet, so among the
rules that hold an event this is a total order, and every rival may have it as a number, `rank`.
Each activity has one rule without conditions, which comes last.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = [
    "ACTIVITIES",
    "HAZARDS",
    "MOST_CASES",
    "PHASES",
    "PLACES",
    "PRECEDENCE",
    "SEVERITIES",
    "STAGES",
    "Event",
    "Rule",
    "Tree",
    "Workload",
    "by_activity",
    "holds",
    "make",
    "path_of",
    "read",
    "winner",
    "write",
]

Event = dict[str, str | int]
"""One value a dimension; trees by their leaf."""
Tree = Mapping[str, Mapping[str, Sequence[str]]]
"""Groups, their nodes, and the leaves of these."""

ACTIVITIES = tuple(f"task-{n}" for n in range(8))
PHASES = ("prevention", "monitoring", "response", "recovery")
STAGES = ("early", "mid-term", "normalised")
SEVERITIES = ("iv", "iii", "ii", "i")
MOST_CASES = 10_000
PARTIES = 40
TREES = ("hazard", "place")
WIDTHS = {
    "hazard": 128,
    "place": 1_200,
    "cases": MOST_CASES + 1,
    "severity": 4,
    "phase": 4,
    "stage": 3,
}
"""How many values each dimension has."""
PRECEDENCE = ("hazard", "place", "cases", "severity", "phase", "stage")
DEPTHS = (0, 0, 0, 0, 1, 1, 2)
"""How deep in a tree, or in the bands of case numbers, a condition is; drawn evenly."""
CHANCE = 0.6
"""Chance that a rule speaks of a dimension: 3.6 of six, and its activity."""
INSIDE = 0.8
"""Part of the events drawn from some rule's box; the others are drawn from anywhere."""


def _tree(letter: str, groups: int, nodes: int, leaves: int) -> Tree:
    return {
        f"{letter}{a}": {
            f"{letter}{a}-{b}": [f"{letter}{a}-{b}-{c}" for c in range(leaves)]
            for b in range(nodes)
        }
        for a in range(groups)
    }


HAZARDS = _tree("h", 4, 8, 4)
PLACES = _tree("p", 5, 12, 20)
HAZARD_LEAVES = [leaf for nodes in HAZARDS.values() for leaves in nodes.values() for leaf in leaves]
PLACE_LEAVES = [leaf for nodes in PLACES.values() for leaves in nodes.values() for leaf in leaves]
BANDS = [
    [(low, low + size - 1 + (low + size == MOST_CASES)) for low in range(0, MOST_CASES, size)]
    for size in (5_000, 1_000, 200)
]
"""Case numbers by three depths of bands, both ends in; the last band of each ends at the most."""
LEVELS = [*((low, 3) for low in (1, 2, 3)), *((level, level) for level in (0, 1, 2))]
"""Levels as ranges, both ends in: `iii..` and so on, and single ones; nested, or apart."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Args:
        id: `party/name`, which is the answer asked for.
        rank: 0 decides first, within an activity and over all.
        conditions: by dimension: a node of a tree; a phase or stage; for severity and cases the
            lowest and the highest, both in. A dimension not named may be anything.
    """

    id: str
    rank: int
    party: str
    activity: str
    conditions: Mapping[str, str | tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Workload:
    """Rules by rank, events with the activity asked for, and the rule that is right for each."""

    rules: tuple[Rule, ...]
    events: tuple[Event, ...]
    asked: tuple[str, ...]
    right: tuple[str, ...]


def make(boxes: int, events: int, seed: int = 1) -> Workload:
    """Return the workload of so many boxes and one default an activity; the same for a seed."""
    draw = random.Random(seed)  # noqa: S311 -- the same workload every time, nothing secret
    found: dict[tuple[object, ...], dict[str, str | tuple[int, int]]] = {}
    while len(found) < boxes:
        activity = draw.choice(ACTIVITIES)
        conditions = _box(draw)
        if conditions:
            found.setdefault((activity, *sorted(conditions.items(), key=str)), conditions)
    drawn = [(str(key[0]), conditions) for key, conditions in found.items()]
    drawn += [(activity, {}) for activity in ACTIVITIES]
    drawn.sort(key=lambda item: [size_of(item[1], name) for name in PRECEDENCE])
    rules = []
    for rank, (activity, conditions) in enumerate(drawn):
        party = f"party-{draw.randrange(PARTIES)}"
        rules.append(Rule(f"{party}/rule-{rank}", rank, party, activity, conditions))
    return _with_events(tuple(rules), events, draw)


def size_of(conditions: Mapping[str, str | tuple[int, int]], name: str) -> int:
    """Return how many values of a dimension conditions leave."""
    if name not in conditions:
        return WIDTHS[name]
    wanted = conditions[name]
    if isinstance(wanted, tuple):
        return wanted[1] - wanted[0] + 1
    depth = wanted.count("-")
    return {"hazard": (32, 4, 1), "place": (240, 20, 1)}[name][depth] if name in TREES else 1


def path_of(leaf: str) -> tuple[str, str, str]:
    """Return the three nodes of a tree above and at a leaf, the widest first."""
    group, _, rest = leaf.partition("-")
    return group, f"{group}-{rest.partition('-')[0]}", leaf


def holds(rule: Rule, event: Event) -> bool:
    """Return whether an event is in a rule's box; the activity is not looked at."""
    for name, wanted in rule.conditions.items():
        value = event[name]
        if name == "severity":
            value = SEVERITIES.index(str(value))
        if isinstance(wanted, tuple):
            if not wanted[0] <= int(value) <= wanted[1]:
                return False
        elif value != wanted and not (name in TREES and str(value).startswith(f"{wanted}-")):
            return False
    return True


def winner(rules: Iterable[Rule], event: Event, activity: str) -> Rule:
    """Return the rule that decides, by looking at every rule of the activity."""
    matching = (rule for rule in rules if rule.activity == activity and holds(rule, event))
    return min(matching, key=lambda rule: rule.rank)


def by_activity(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """Return the rules of each activity, the first to decide first."""
    found: dict[str, list[Rule]] = {activity: [] for activity in ACTIVITIES}
    for rule in sorted(rules, key=lambda rule: rule.rank):
        found[rule.activity].append(rule)
    return found


def write(workload: Workload, path: Path) -> None:
    """Write a workload as JSON."""
    path.write_text(json.dumps(asdict(workload)), encoding="utf-8")


def read(path: Path) -> Workload:
    """Return a workload that was written."""
    data = json.loads(path.read_text(encoding="utf-8"))
    rules = tuple(
        Rule(**{**rule, "conditions": {k: _value(v) for k, v in rule["conditions"].items()}})
        for rule in data["rules"]
    )
    return Workload(rules, tuple(data["events"]), tuple(data["asked"]), tuple(data["right"]))


def _value(value: str | list[int]) -> str | tuple[int, int]:
    return value if isinstance(value, str) else (value[0], value[1])


def _box(draw: random.Random) -> dict[str, str | tuple[int, int]]:
    choices = {
        "hazard": lambda: path_of(draw.choice(HAZARD_LEAVES))[draw.choice(DEPTHS)],
        "phase": lambda: draw.choice(PHASES),
        "stage": lambda: draw.choice(STAGES),
        "severity": lambda: draw.choice(LEVELS),
        "place": lambda: path_of(draw.choice(PLACE_LEAVES))[draw.choice(DEPTHS)],
        "cases": lambda: draw.choice(BANDS[draw.choice(DEPTHS)]),
    }
    return {name: choose() for name, choose in choices.items() if draw.random() < CHANCE}


def _with_events(rules: tuple[Rule, ...], count: int, draw: random.Random) -> Workload:
    own = by_activity(rules)
    events, asked, right = [], [], []
    for _ in range(count):
        rule = draw.choice(rules)
        event = _event(rule.conditions if draw.random() < INSIDE else {}, draw)
        events.append(event)
        asked.append(rule.activity)
        right.append(winner(own[rule.activity], event, rule.activity).id)
    return Workload(rules, tuple(events), tuple(asked), tuple(right))


def _event(inside: Mapping[str, str | tuple[int, int]], draw: random.Random) -> Event:
    low, high = inside.get("severity", (0, 3))
    least, most = inside.get("cases", (0, MOST_CASES))
    return {
        "hazard": _leaf(HAZARD_LEAVES, inside.get("hazard"), draw),
        "phase": str(inside.get("phase") or draw.choice(PHASES)),
        "stage": str(inside.get("stage") or draw.choice(STAGES)),
        "severity": SEVERITIES[draw.randint(int(low), int(high))],
        "place": _leaf(PLACE_LEAVES, inside.get("place"), draw),
        "cases": draw.randint(int(least), int(most)),
    }


def _leaf(leaves: Sequence[str], node: object, draw: random.Random) -> str:
    return draw.choice([leaf for leaf in leaves if node is None or node in path_of(leaf)])
