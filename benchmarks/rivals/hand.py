"""Yardsticks: what a Python programmer writes by hand in an afternoon, with no library at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial

from rivals.peer import Peer
from rivals.workload import (
    HAZARDS,
    MOST_CASES,
    PHASES,
    PLACES,
    SEVERITIES,
    STAGES,
    TREES,
    Event,
    Rule,
    Tree,
    by_activity,
    path_of,
)

__all__ = ["Bitmap", "Indexed", "Linear"]

Test = Callable[[Event], bool]


def _nodes(tree: Tree) -> dict[str, frozenset[str]]:
    """Return the leaves of every node."""
    found: dict[str, set[str]] = defaultdict(set)
    for nodes in tree.values():
        for leaves in nodes.values():
            for leaf in leaves:
                for node in path_of(leaf):
                    found[node].add(leaf)
    return {node: frozenset(leaves) for node, leaves in found.items()}


LEAVES = {"hazard": _nodes(HAZARDS), "place": _nodes(PLACES)}


def _test(rule: Rule, leave_out: Sequence[str] = ()) -> Test:
    """Return a compiled test of an event against a rule's box."""
    parts, names = [], {}
    for number, (name, wanted) in enumerate(rule.conditions.items()):
        if name in leave_out:
            continue
        known = f"v{number}"
        if name == "severity":
            names[known] = frozenset(SEVERITIES[int(wanted[0]) : int(wanted[1]) + 1])
            parts.append(f"e['severity'] in {known}")
        elif name in TREES:
            names[known] = LEAVES[name][str(wanted)]
            parts.append(f"e[{name!r}] in {known}")
        elif isinstance(wanted, tuple):
            parts.append(f"{wanted[0]} <= e[{name!r}] <= {wanted[1]}")
        else:
            parts.append(f"e[{name!r}] == {wanted!r}")
    found: Test = eval(f"lambda e: {' and '.join(parts) or True}", names)  # noqa: S307 -- our text
    return found


class Linear(Peer):
    """Each rule a compiled lambda; the first of the activity that holds decides."""

    title = "hand: linear"

    def load(self, rules: Sequence[Rule]) -> None:
        """Compile every rule."""
        own = by_activity(rules).items()
        self.tests = {a: [(_test(rule), rule.id) for rule in mine] for a, mine in own}

    def decide(self, event: Event, activity: str) -> str:
        """Look at rules until one holds."""
        for test, found in self.tests[activity]:
            if test(event):
                return found
        raise LookupError(activity)


class Indexed(Peer):
    """Rules by hazard node and place node, each list by rank; sixteen look-ups an event."""

    title = "hand: indexed"

    def load(self, rules: Sequence[Rule]) -> None:
        """Put every rule under its hazard and place."""
        self.above = {
            name: {leaf: (None, *path_of(leaf)) for leaf in _leaves(tree)}
            for name, tree in (("hazard", HAZARDS), ("place", PLACES))
        }
        self.lists: dict[object, list[tuple[int, Test, str]]] = defaultdict(list)
        for rule in sorted(rules, key=lambda rule: rule.rank):
            key = (rule.activity, rule.conditions.get("hazard"), rule.conditions.get("place"))
            self.lists[key].append((rule.rank, _test(rule, TREES), rule.id))
        self.lists = dict(self.lists)

    def decide(self, event: Event, activity: str) -> str:
        """Look at the lists of the nodes above the event, each until one holds."""
        best, found = 1 << 60, ""
        get = self.lists.get
        places = self.above["place"][event["place"]]
        for hazard in self.above["hazard"][event["hazard"]]:
            for place in places:
                for rank, test, rule in get((activity, hazard, place), ()):
                    if rank >= best:
                        break
                    if test(event):
                        best, found = rank, rule
                        break
        return found


class Bitmap(Peer):
    """One big integer a value, a bit a rule by rank; six ANDs, and the lowest bit decides."""

    title = "hand: bitmap"

    def load(self, rules: Sequence[Rule]) -> None:
        """Build the masks."""
        self.ids: dict[str, list[str]] = {}
        self.decider: dict[str, Callable[[Event], str]] = {}
        for activity, mine in by_activity(rules).items():
            masks = self._masks(mine)
            self.decider[activity] = partial(_lowest, *masks, [rule.id for rule in mine])

    def decide(self, event: Event, activity: str) -> str:
        """AND six masks, and name the lowest bit."""
        return self.decider[activity](event)

    @staticmethod
    def _masks(rules: Sequence[Rule]) -> list[object]:
        free: dict[str, int] = defaultdict(int)
        said: dict[str, dict[object, int]] = defaultdict(lambda: defaultdict(int))
        for bit, rule in enumerate(rules):
            for name in ("hazard", "place", "phase", "stage", "severity", "cases"):
                if name in rule.conditions:
                    said[name][rule.conditions[name]] |= 1 << bit
                else:
                    free[name] |= 1 << bit
        trees = [
            {leaf: free[name] | _any(said[name], path_of(leaf)) for leaf in _leaves(tree)}
            for name, tree in (("hazard", HAZARDS), ("place", PLACES))
        ]
        flat = [
            {value: free[name] | said[name][value] for value in values}
            for name, values in (("phase", PHASES), ("stage", STAGES))
        ]
        levels = {
            value: free["severity"] | _within(said["severity"], n)
            for n, value in enumerate(SEVERITIES)
        }
        return [*trees, *flat, levels, _by_number(said["cases"], free["cases"])]


def _lowest(
    hazards: dict[object, int],
    places: dict[object, int],
    phases: dict[object, int],
    stages: dict[object, int],
    levels: dict[object, int],
    numbers: list[int],
    ids: list[str],
    event: Event,
) -> str:
    mask = (
        hazards[event["hazard"]]
        & places[event["place"]]
        & phases[event["phase"]]
        & stages[event["stage"]]
        & levels[event["severity"]]
        & numbers[event["cases"]]
    )
    return ids[(mask & -mask).bit_length() - 1]


def _by_number(said: dict[object, int], free: int) -> list[int]:
    """Return a mask for every number, the numbers of one stretch sharing theirs."""
    bounds = sorted({0, *(w[0] for w in said), *(w[1] + 1 for w in said)})
    found: list[int] = []
    for low, high in zip(bounds, [*bounds[1:], MOST_CASES + 1], strict=True):
        found += [free | _within(said, low)] * (high - low)
    return found


def _any(said: dict[object, int], keys: Sequence[object]) -> int:
    mask = 0
    for key in keys:
        mask |= said.get(key, 0)
    return mask


def _within(said: dict[object, int], number: int) -> int:
    return _any(said, [key for key in said if key[0] <= number <= key[1]])


def _leaves(tree: Tree) -> list[str]:
    return [leaf for nodes in tree.values() for leaves in nodes.values() for leaf in leaves]
