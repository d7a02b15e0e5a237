"""The fewest events that touch every accountable region, hand-over and boundary between owners.

Set cover by a greedy choice (Chvatal 1979), where a choice is built up and not picked from a list:
from a region nobody touched yet, narrowed to meet one untouched region of each other activity.
Targets of which no two share a cell need an event each: their number is the proven bound that is
told beside the result. Where the two differ, an exact search within a budget closes the gap from
either side (`fewest`).
Cost: events times regions times one intersection of diagrams.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from remit.engine.map.boundaries import boundaries
from remit.engine.map.cells import CellSet
from remit.engine.map.counting import full_mask, pick
from remit.engine.map.coverage import coverage
from remit.engine.map.diagram import Diagram
from remit.engine.map.fewest import fewest
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.vocabulary import Value

__all__ = ["Chosen", "Rehearsal", "Target", "rehearsal"]

MOST_CELLS = 50
"""Cells beside one boundary that are tried for an event that is needed anyway."""
MOST_COMPARED = 300
"""Targets of which each two are compared for the bound; past it a simpler one is told."""

Owners = frozenset[str]
Cell = tuple[int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """Something to touch.

    Args:
        kind: `region` of an activity, `hand-over` of a plan, `boundary` between two owners.
        about: the activity, the plan's step, the dimension along which the owner changes.
        which: the duties that decide, the receiving activity, the owners on both sides.
    """

    kind: str
    about: str
    which: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """One event, with what it touches that no event before it touched."""

    event: dict[str, Value]
    touches: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Events that together touch every target.

    Args:
        least: no fewer events can do it; proven.
        targets: all there are.
    """

    chosen: tuple[Chosen, ...]
    least: int
    targets: tuple[Target, ...]

    @property
    def is_least(self) -> bool:
        """Whether it is proven that there is no smaller set."""
        return len(self.chosen) == self.least


def rehearsal(map_: ResponsibilityMap) -> Rehearsal:
    """Return few events that touch every target of a pack.

    Raises:
        BudgetExceeded: if a diagram would cost more than its budget.
    """
    groups = dict(_groups(map_))
    owners = _owners(map_)
    edges = _edges(map_, owners)
    targets = (*(target for group in groups.values() for target in group), *edges)
    greedy = _greedy(groups)
    exact, least = _exact(groups, len(greedy))
    both = [_whole(one, owners, map_, edges) for one in (greedy, exact) if one]
    found = min(both, key=len, default=_whole([], owners, map_, edges))
    space, vocabulary = map_.ground.space, map_.ground.vocabulary
    chosen = (
        Chosen(space.cell_values(cell, vocabulary), tuple(sorted(touched)))
        for cell, touched in found
    )
    return Rehearsal(tuple(chosen), least, tuple(sorted(targets)))


_Shared = list[tuple[CellSet, list[Target]]]
"""Cells with the targets that each of them touches."""


def _greedy(groups: dict[str, dict[Target, CellSet]]) -> _Shared:
    found: _Shared = []
    left = {name: dict(group) for name, group in groups.items()}
    while any(left.values()):
        found.append(_narrowed(left))
    return found


def _exact(groups: dict[str, dict[Target, CellSet]], known: int) -> tuple[_Shared, int]:
    """Return fewer cells than are known, if that is possible, and how many it takes at least.

    The regions of one activity have no cell in common. Larger sets of such are looked for greedily,
    from each target on: a clique of the graph that joins what lies apart; each is a proof.
    """
    targets = [target for group in groups.values() for target in group]
    cells = [one for group in groups.values() for one in group.values()]
    if len(cells) > MOST_COMPARED:
        return [], max(len(group) for group in groups.values())
    apart: list[set[int]] = [set() for _ in cells]
    for number, one in enumerate(cells):
        for other in range(number):
            if not one & cells[other]:
                apart[number].add(other)
                apart[other].add(number)
    clique = max((_clique(start, apart) for start in range(len(cells))), key=len, default=[])
    found = fewest(cells, apart, clique, known)
    shared = [(both, [targets[one] for one in sorted(members)]) for members, both in found.groups]
    return shared, found.least


def _clique(start: int, apart: list[set[int]]) -> list[int]:
    found, room = [start], set(apart[start])
    while room:
        best = max(room, key=lambda one: (len(apart[one] & room), -one))
        room &= apart[best]
        found.append(best)
    return found


def _whole(
    shared: _Shared,
    owners: Diagram[Owners | None] | None,
    map_: ResponsibilityMap,
    edges: dict[Target, list[Cell]],
) -> list[tuple[Cell, list[Target]]]:
    """Return one cell for each of some, and those that the boundaries need beside them."""
    found: list[tuple[Cell, list[Target]]] = []
    left = set(edges)
    for cells, touched in shared:
        cell = pick(cells.diagram, full_mask(map_.ground.space))
        if cell is None:
            raise LookupError
        near = (one for target in sorted(left) for one in edges[target] if cells.diagram(one))
        beside = {one: left.intersection(_beside(one, owners, map_)) for one in (cell, *near)}
        best = max(beside, key=lambda one: len(beside[one]))
        left -= beside[best]
        found.append((best, [*touched]))
    return [*found, *_beside_too(found, owners, map_, edges)]


def _beside_too(
    found: list[tuple[Cell, list[Target]]],
    owners: Diagram[Owners | None] | None,
    map_: ResponsibilityMap,
    edges: dict[Target, list[Cell]],
) -> list[tuple[Cell, list[Target]]]:
    """Note which boundaries the cells lie beside, and return cells for the others."""
    left = dict(edges)
    more: list[tuple[Cell, list[Target]]] = []
    for cell, touched in found:
        for target in _beside(cell, owners, map_):
            if left.pop(target, None) is not None:
                touched.append(target)
    while left:
        target = min(left)
        cell = left.pop(target)[0]
        touched = [target]
        for other in _beside(cell, owners, map_):
            if left.pop(other, None) is not None:
                touched.append(other)
        more.append((cell, touched))
    return more


def _groups(map_: ResponsibilityMap) -> Iterator[tuple[str, dict[Target, CellSet]]]:
    """Yield the targets of which one event touches at most one: the regions of an activity."""
    regions: dict[str, dict[Target, CellSet]] = {}
    for one in coverage(map_, ()).untested:
        if "accountable" in one.letters and one.subjects:
            target = Target("region", one.activity, one.duties)
            regions.setdefault(one.activity, {})[target] = one.cells(map_.ground)
    yield from regions.items()
    for plan in map_.pack.plans.values():
        here = map_.cells_of(plan.when)
        for step in plan.steps:
            for receiving in step.hand_over_to:
                cells = here & map_.needed(step.activity) & map_.needed(receiving)
                target = Target("hand-over", f"{plan.name}/{step.id}", (receiving,))
                if cells:
                    yield f"{plan.name}/{step.id}/{receiving}", {target: cells}


def _narrowed(left: dict[str, dict[Target, CellSet]]) -> tuple[CellSet, list[Target]]:
    """Return cells that touch an untouched target of as many groups as fit; these are taken out."""
    order = sorted((name for name in left if left[name]), key=lambda name: (-len(left[name]), name))
    cells: CellSet | None = None
    touched: list[Target] = []
    for name in order:
        for target in sorted(left[name]):
            both = left[name][target] if cells is None else cells & left[name][target]
            if both:
                cells = both
                touched.append(target)
                del left[name][target]
                break
    if cells is None:
        raise LookupError
    return cells, touched


def _owners(map_: ResponsibilityMap) -> Diagram[Owners | None] | None:
    lead = map_.pack.lead
    if lead is None:
        return None
    part = map_.compiled.parts[lead]
    answers = map_.compiled.answers(lead, "accountable")
    return answers.mapped(lambda share: None if share is None else frozenset(part.subjects(share)))


def _edges(
    map_: ResponsibilityMap, owners: Diagram[Owners | None] | None
) -> dict[Target, list[Cell]]:
    """Return each boundary between owners, with the first cells right beside it."""
    found: dict[Target, list[Cell]] = {}
    if owners is None:
        return found
    for edge in boundaries(owners):
        if edge.below and edge.above:
            name = map_.ground.space.axes[edge.axis].name
            cells = found.setdefault(_edge(name, edge.below, edge.above), [])
            if len(cells) < MOST_CELLS:
                cells.append(edge.cell)
    return found


def _edge(dimension: str, one: Owners, other: Owners) -> Target:
    sides = sorted((" + ".join(sorted(one)), " + ".join(sorted(other))))
    return Target("boundary", dimension, tuple(sides))


def _beside(
    cell: Cell, owners: Diagram[Owners | None] | None, map_: ResponsibilityMap
) -> Iterator[Target]:
    """Yield the boundaries that a cell lies right beside: one step along one dimension."""
    here = None if owners is None else owners(cell)
    if owners is None or not here:
        return
    for number, axis in enumerate(map_.ground.space.axes):
        for atom in (cell[number] - 1, cell[number] + 1):
            if 0 <= atom < axis.width:
                there = owners((*cell[:number], atom, *cell[number + 1 :]))
                if there and there != here:
                    yield _edge(axis.name, here, there)
