"""Random dimensions and conditions as plain data, in every spelling of LANGUAGE.md, section 2."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Any

from tests.plain_packs import maps_of
from tests.reference_conditions import DATE, allows, representatives

__all__ = [
    "DAYS",
    "dimension_size",
    "narrow_condition",
    "nodes_of",
    "random_condition",
    "random_dimension",
    "random_valid",
    "random_value",
]

DAYS = ("2026-01-01", "2026-02-28", "2026-03-01", "2026-07-15")
"""Few, so that the days of different duties often meet."""
AMOUNTS = ("-2.5", "-0.1", "0", "0.1", "0.30", "2.5", "7.25", "10")
"""Bounds used on decimal dimensions."""
WORDS = ("off", "on", "yes", "no", "day", "night", "null-like", "x", "y1")
"""Values of different dimensions may share a name, and may look like other things in YAML."""
KINDS = ("tree", "tree", "scale", "values", "values", "integer", "decimal")


def random_dimension(rng: Random, name: str) -> dict[str, Any]:
    """Return a dimension as `vocabulary.yaml` writes it."""
    kind = rng.choice(KINDS)
    if kind == "tree":
        return {"tree": _random_tree(rng, name, 1)}
    if kind == "scale":
        return {
            "scale": [
                f"{name}-{level}" for level in ("low", "mid", "high", "top")[: rng.randint(2, 4)]
            ]
        }
    if kind == "values":
        return {"values": rng.sample(WORDS, rng.randint(2, 3))}
    if kind == "integer":
        low = rng.choice((0, 0, 1, -3))
        return {"integer": {"min": low, "max": low + rng.randint(2, 6)}, "unit": "persons"}
    low, high = rng.choice((("0", "10"), ("-2.5", "7.25"), ("0.1", "2.5")))
    return {"decimal": {"min": Decimal(low), "max": Decimal(high)}, "unit": "mm"}


def _random_tree(rng: Random, name: str, depth: int) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for child in range(rng.randint(2 if depth == 1 else 1, 3)):
        node = f"{name}{child}"
        below = rng.random()
        if depth < 3 and below < 0.25:
            tree[node] = _random_tree(rng, node, depth + 1)
        elif depth < 3 and below < 0.5:
            tree[node] = [f"{node}-{leaf}" for leaf in range(rng.randint(1, 3))]
        else:
            tree[node] = None
    return tree


def nodes_of(tree: object) -> list[str]:
    """Return every node of a tree, leaves too."""
    if not isinstance(tree, Mapping):
        return list(tree or ())  # type: ignore[call-overload, no-any-return]
    return [node for name, below in tree.items() for node in (name, *nodes_of(below))]


def dimension_size(spec: Mapping[str, Any]) -> int:
    """Return how many values of a dimension cells may need, at most."""
    return 2 * len(AMOUNTS) if "decimal" in spec else len(representatives(spec, ()))


def random_value(rng: Random, spec: Mapping[str, Any]) -> Any:
    """Return one value that an event may give: any node, any number or day in bounds."""
    if "tree" in spec:
        return rng.choice(nodes_of(spec["tree"]))
    if "decimal" in spec:
        near = [Decimal("-0.05"), Decimal("0.2"), Decimal("2.4999")]
        return rng.choice([*_line(spec), *(one for one in near if allows(spec, _whole(spec), one))])
    if "date" in spec:
        day = dt.date.fromisoformat(rng.choice(DAYS)) + dt.timedelta(days=rng.randint(-1, 1))
        return day.isoformat()
    return rng.choice(representatives(spec, ()))


def random_condition(rng: Random, dimensions: Mapping[str, Any], chance: float = 0.35) -> Any:
    """Return a condition: a map, or a list of maps; each dimension is constrained with `chance`."""
    if rng.random() < 0.2:
        return [_random_map(rng, dimensions, chance + 0.15) for _ in range(rng.randint(1, 3))]
    return _random_map(rng, dimensions, chance)


def narrow_condition(rng: Random, dimensions: Mapping[str, Any]) -> Any:
    """Return a condition in which every map names a dimension, so that it is seldom everything."""
    while True:
        condition = random_condition(rng, dimensions, 0.6)
        if all(maps_of(condition)):
            return condition


def _random_map(rng: Random, dimensions: Mapping[str, Any], chance: float) -> dict[str, Any]:
    named = {name: spec for name, spec in dimensions.items() if rng.random() < chance}
    if rng.random() < 0.05:
        named["date"] = DATE
    return {name: _random_constraint(rng, spec) for name, spec in named.items()}


def _random_constraint(rng: Random, spec: Mapping[str, Any]) -> Any:
    written = _positive(rng, spec)
    negated = {"not": written}
    # WHY: a constraint that never holds is an error, also inside another one.
    holds = any(allows(spec, negated, value) for value in representatives(spec, [written]))
    if not holds or rng.random() < 0.8:
        return written
    return negated if rng.random() < 0.8 else {"not": negated}


def _positive(rng: Random, spec: Mapping[str, Any]) -> Any:
    if "tree" in spec:
        return _some(rng, nodes_of(spec["tree"]))
    if "values" in spec:
        return _some(rng, spec["values"])
    line = _line(spec)
    form = rng.random()
    if form < 0.1:
        return [_random_range(rng, line), rng.choice(line)]
    return _some(rng, line) if form < 0.4 else _random_range(rng, line)


def _line(spec: Mapping[str, Any]) -> Sequence[Any]:
    """Return the levels, numbers or days that constraints use, lowest first."""
    if "date" in spec:
        return DAYS
    if "decimal" in spec:
        return [one for one in map(Decimal, AMOUNTS) if allows(spec, _whole(spec), one)]
    return representatives(spec, ())


def _whole(spec: Mapping[str, Any]) -> str:
    return f"{spec['decimal']['min']}..{spec['decimal']['max']}"


def _some(rng: Random, names: Sequence[Any]) -> Any:
    found = rng.sample(names, min(len(names), rng.randint(1, 3)))
    return found if len(found) > 1 or rng.random() < 0.2 else found[0]


def _random_range(rng: Random, line: Sequence[Any]) -> str:
    low, high = sorted(rng.choices(range(len(line)), k=2))
    a, b = line[low], line[high]
    spellings = [f"{a}..", f"..{b}", f"{a}..{b}", f">= {a}", f"<= {b}"]
    if high > low:
        spellings += [f"{a}..<{b}", f"< {b}", f"..<{b}", f"> {a}"]
    return rng.choice(spellings)


def random_valid(rng: Random) -> dict[str, str]:
    """Return the days of a duty, one end or both."""
    low, high = sorted(rng.choices(range(len(DAYS)), k=2))
    both = {"from": DAYS[low], "until": DAYS[high]}
    return rng.choice([both, both, {"from": DAYS[low]}, {"until": DAYS[high]}])
