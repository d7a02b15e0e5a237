"""Hierarchical policies of any size, in memory or as YAML: the packs of the figures to be reached.

Forty-two activities; a tree of 80 hazards; a tree of places that grows with the policies; and up to
eight more dimensions. Each activity has one duty that holds everywhere; the others narrow some
dimensions down, and the more specific one wins by `precedence`. Who answers follows from the place
and the hazard, but for one duty in two hundred, which repeats what another says for a subject that
is drawn: these make the overlaps. Up to twenty regions are cut out of every duty that meets them:
these are the gaps.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from memory_packs import condition, names, numbers, pack_of, tree

import remit
from remit.engine.conditions import Condition
from remit.engine.intervals import IntervalSet
from remit.engine.language.constraints import format_constraint
from remit.engine.pack import Duty
from remit.engine.spans import Span
from remit.engine.vocabulary import Dimension

__all__ = ["ACTIVITIES", "Policies", "edited", "make", "random_events", "write_pack"]

ACTIVITIES = tuple(f"activity-{n}" for n in range(42))
MOST_HOLES = 20
ODD = 0.005
"""Part of the duties that repeat another for a subject that is drawn."""
CHANCE = 0.35
"""Chance that a duty speaks of a dimension that is no tree."""
DEPTHS = (0, 1, 1, 2, 2, 2, 2, 3, 3, 3)
"""How deep in a tree a duty's constraint is, 0 for none; drawn evenly."""
DUTIES_PER_FILE = 50
SHAPES = ((10, (1, 3, 4)), (100, (3, 4, 4)), (1_000, (4, 4, 6)), (10_000, (5, 8, 12)))
"""Branching of the tree of places up to so many duties."""
LARGEST = (8, 12, 20)

Range = tuple[int, int]
Box = dict[str, Range]


@dataclass(frozen=True, slots=True)
class Policies:
    """Policies as drawn: each duty as activity, subject and box, and what is cut out of them."""

    dimensions: tuple[Dimension, ...]
    boxes: tuple[tuple[str, str, Box], ...]
    holes: tuple[tuple[str, Box], ...]

    def pack(self) -> remit.Pack:
        """Return them as a pack; duties are numbered in order."""
        known: dict[tuple[tuple[str, Range], ...], Condition] = {}
        return pack_of(
            self.dimensions,
            ACTIVITIES,
            (self._duty(number, *one, known) for number, one in enumerate(self.boxes)),
            [dimension.name for dimension in self.dimensions],
        )

    def _duty(
        self,
        number: int,
        activity: str,
        subject: str,
        box: Box,
        known: dict[tuple[tuple[str, Range], ...], Condition],
    ) -> Duty:
        key = tuple(box.items())
        when = known.get(key)
        if when is None:
            when = known[key] = condition(box)
        cut = [hole for where, hole in self.holes if where == activity and _meet(hole, box)]
        boxes = [box for hole in cut for box in condition(hole).boxes]
        return Duty(
            f"duty-{number}",
            subject,
            activity,
            ("accountable",),
            when,
            Span(_file(subject), number + 1, 1, number + 1, 2),
            unless=Condition(tuple(boxes), boxes[0].span) if boxes else None,
        )


def make(duties: int, dimensions: int, seed: int = 1, *, nested: bool = False) -> Policies:
    """Return so many duties over so many dimensions, 2 to 10, activities aside.

    Args:
        nested: whether single levels and numbers take the place of ranges, which cross.
    """
    draw = random.Random(seed)  # noqa: S311 -- the same policies every time, nothing secret
    space = _space(duties)[:dimensions]
    subjects = [f"office-{n}" for n in range(max(3, duties // DUTIES_PER_FILE))]
    boxes: list[tuple[str, str, Box]] = []
    for number in range(duties):
        activity = ACTIVITIES[number % len(ACTIVITIES)]
        box = {} if number < len(ACTIVITIES) else _box(space, draw, nested=nested)
        owner = _owner(activity, box, subjects)
        if number >= len(ACTIVITIES) and draw.random() < ODD:
            back = draw.randint(1, number // len(ACTIVITIES)) * len(ACTIVITIES)
            owner, box = draw.choice(subjects), boxes[number - back][2]
        boxes.append((activity, owner, box))
    holes = [_hole(space, draw) for _ in range(min(MOST_HOLES, duties // 50))]
    return Policies(tuple(space), tuple(boxes), tuple(holes))


def edited(policies: Policies, number: int = 50) -> Policies:
    """Return the policies with one duty given to another subject."""
    boxes = list(policies.boxes)
    activity, subject, box = boxes[number]
    other = next(one for _, one, _ in boxes if one != subject)
    boxes[number] = (activity, other, box)
    return Policies(policies.dimensions, tuple(boxes), policies.holes)


def random_events(policies: Policies, count: int, seed: int = 2) -> list[dict[str, object]]:
    """Return full events, as they come from outside."""
    draw = random.Random(seed)  # noqa: S311 -- the same events every time, nothing secret
    choices = [
        (d.name, d.values if d.is_named else range(int(d.maximum) + 1)) for d in policies.dimensions
    ]
    return [{name: draw.choice(values) for name, values in choices} for _ in range(count)]


def write_pack(policies: Policies, folder: Path) -> None:
    """Write them as YAML, fifty duties a file on average."""
    pack = policies.pack()

    @cache
    def known(name: str, allowed: IntervalSet) -> str:
        return _flow(format_constraint(pack.vocabulary.dimensions[name], allowed))

    (folder / "subjects").mkdir(parents=True)
    (folder / "pack.yaml").write_text(
        "remit: 1\npack: generated\nversion: '1'\n"
        f"lead: {ACTIVITIES[0]}\nprecedence: [{', '.join(pack.precedence)}]\n",
        encoding="utf-8",
    )
    lines = ["dimensions:"]
    lines += [f"  {d.name}: {_written(d)}" for d in policies.dimensions]
    lines += ["activities:", *(f"  {activity}: {{}}" for activity in ACTIVITIES)]
    (folder / "vocabulary.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for subject in pack.subjects.values():
        lines = [f"subject: {subject.name}", "duties:"]
        for duty in subject.duties:
            lines += [
                f"  - id: {duty.id}",
                f"    activity: {duty.activity}",
                "    role: accountable",
                f"    when: {_maps(duty.when, known)}",
            ]
            if duty.unless is not None:
                lines.append(f"    unless: {_maps(duty.unless, known)}")
        path = folder / "subjects" / f"{subject.name}.yaml"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@cache
def _file(subject: str) -> str:
    return f"subjects/{subject}.yaml"


def _space(duties: int) -> list[Dimension]:
    shape = next((shape for most, shape in SHAPES if duties <= most), LARGEST)
    return [
        tree("hazard", _nested("h", (4, 5, 4))),
        tree("place", _nested("p", shape)),
        names("stage", ["early", "mid-term", "normalised"], "values"),
        names("severity", ["v", "iv", "iii", "ii", "i"]),
        names("phase", ["prevention", "monitoring", "response", "recovery"], "values"),
        names("population", ["children", "adults", "elders", "patients", "staff", "visitors"]),
        numbers("cases", 20),
        numbers("hour", 23),
        numbers("confidence", 10),
        numbers("distance", 100),
    ]


def _nested(letter: str, shape: tuple[int, int, int]) -> dict[str, dict[str, list[str]]]:
    groups, nodes, leaves = shape
    return {
        f"{letter}{a}": {
            f"{letter}{a}-{b}": [f"{letter}{a}-{b}-{c}" for c in range(leaves)]
            for b in range(nodes)
        }
        for a in range(groups)
    }


def _box(space: Sequence[Dimension], draw: random.Random, *, nested: bool) -> Box:
    box: Box = {}
    for dimension in space:
        if dimension.kind == "tree":
            depth = draw.choice(DEPTHS)
            if depth:
                leaf = draw.choice(dimension.values)
                node = "-".join(leaf.split("-")[:depth])
                box[dimension.name] = dimension.nodes[node]
        elif draw.random() < CHANCE:
            box[dimension.name] = _range(dimension, draw, nested=nested)
    return box


def _range(dimension: Dimension, draw: random.Random, *, nested: bool) -> Range:
    size = len(dimension.values) if dimension.is_named else int(dimension.maximum) + 1
    if nested or dimension.kind == "values":
        value = draw.randrange(size)
        return value, value + 1
    # From a bound up, or down to one: ranges that overlap without one being in the other.
    bound = draw.randrange(1, size)
    return (bound, size) if draw.random() < 1 / 2 else (0, bound)


def _owner(activity: str, box: Box, subjects: Sequence[str]) -> str:
    place, hazard = box.get("place", (0, 0)), box.get("hazard", (0, 0))
    number = sum(ord(letter) for letter in activity) + 7 * sum(place) + 13 * sum(hazard)
    return subjects[number % len(subjects)]


def _hole(space: Sequence[Dimension], draw: random.Random) -> tuple[str, Box]:
    box = {}
    for dimension in space[:3]:
        value = draw.randrange(len(dimension.values))
        box[dimension.name] = (value, value + 1)
    return draw.choice(ACTIVITIES), box


def _meet(one: Box, other: Box) -> bool:
    return all(
        one[name][0] < other[name][1] and other[name][0] < one[name][1]
        for name in one.keys() & other.keys()
    )


def _written(dimension: Dimension) -> str:
    if dimension.kind == "integer":
        return f"{{integer: {{min: 0, max: {dimension.maximum}}}}}"
    if dimension.kind != "tree":
        return f"{{{dimension.kind}: [{', '.join(dimension.values)}]}}"
    inner: dict[str, dict[str, list[str]]] = {}
    for leaf in dimension.values:
        group, node, _ = leaf.split("-")
        inner.setdefault(group, {}).setdefault(f"{group}-{node}", []).append(leaf)
    groups = []
    for group, nodes in inner.items():
        lists = [f"{node}: [{', '.join(leaves)}]" for node, leaves in nodes.items()]
        groups.append(f"{group}: {{{', '.join(lists)}}}")
    return f"{{tree: {{{', '.join(groups)}}}}}"


def _maps(when: Condition, known: Callable[[str, IntervalSet], str]) -> str:
    maps = []
    for box in when.boxes:
        parts = []
        for name, constraint in box.constraints.items():
            parts.append(f"{name}: {known(name, constraint.allowed)}")
        maps.append(f"{{{', '.join(parts)}}}")
    return maps[0] if len(maps) == 1 else f"[{', '.join(maps)}]"


def _flow(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_flow(item) for item in value)}]"
    return f'"{value}"' if isinstance(value, str) else str(value)
