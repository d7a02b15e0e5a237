"""The fewest cells that lie in all of some sets: exactly, as far as a budget of work goes.

Each cell stands for a class of sets that all have it in common. Classes are filled set by set,
the one with the fewest ways to go first, for one number of classes after the other (iterative
deepening, Korf 1985); a number that does not do is proven to be too small.
INVARIANT: the budget counts intersections and reads no clock, so the answer is always the same.
Cost: one intersection of diagrams a step, exponential without the budget.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from remit.engine.map.cells import CellSet

__all__ = ["MOST_STEPS", "Fewest", "fewest"]

MOST_STEPS = 4_000
"""Intersections that are tried; with large packs each takes a millisecond."""
Group = frozenset[int]


@dataclass(frozen=True, slots=True)
class Fewest:
    """What was found.

    Args:
        groups: sets by their place that share a cell, and the cells they share; empty where nothing
            better than what was known was found.
        least: no fewer cells do; proven.
    """

    groups: tuple[tuple[Group, CellSet], ...]
    least: int


def fewest(
    cells: Sequence[CellSet],
    apart: Sequence[set[int]],
    clique: Sequence[int],
    known: int,
    steps: int = MOST_STEPS,
) -> Fewest:
    """Return the fewest cells that lie in all sets, where that is fewer than is known.

    Args:
        apart: of each set, those with which it has no cell in common.
        clique: sets of which no two have a cell in common.
        known: how many cells do for certain.
        steps: intersections that may be tried.
    """
    search = _Search(cells, apart, steps)
    first = tuple((frozenset({one}), cells[one]) for one in clique)
    rest = frozenset(range(len(cells))) - set(clique)
    for count in range(len(clique), known):
        found = search.placed(first, rest, count)
        if found is not None:
            return Fewest(found, count)
        if search.steps <= 0:
            return Fewest((), count)
    return Fewest((), known)


_Groups = tuple[tuple[Group, CellSet], ...]


@dataclass(slots=True)
class _Search:
    """One search under way; `steps` is what is left of its budget."""

    cells: Sequence[CellSet]
    apart: Sequence[set[int]]
    steps: int
    common: dict[Group, CellSet] = field(default_factory=dict)

    def placed(self, groups: _Groups, rest: Group, count: int) -> _Groups | None:
        """Return all sets in at most `count` groups, or `None` where none is found."""
        if not rest:
            return groups
        ways = {one: self._ways(one, groups, count) for one in rest}
        one = min(rest, key=lambda each: (len(ways[each]), each))
        for at in ways[one]:
            members, shared = groups[at] if at < len(groups) else (frozenset[int](), None)
            both = self._both(members, one, shared)
            if not both:
                continue
            after = (*groups[:at], (members | {one}, both), *groups[at + 1 :])
            found = self.placed(after, rest - {one}, count)
            if found is not None:
                return found
            if self.steps <= 0:
                return None
        return None

    def _ways(self, one: int, groups: _Groups, count: int) -> list[int]:
        """Return the groups that a set may go into; the last may be a new one."""
        found = [at for at, (members, _) in enumerate(groups) if not members & self.apart[one]]
        return [*found, len(groups)] if len(groups) < count else found

    def _both(self, members: Group, one: int, shared: CellSet | None) -> CellSet | None:
        """Return the cells of a group that lie in one more set; `None` when the budget is used."""
        if shared is None:
            return self.cells[one]
        name = members | {one}
        if name not in self.common:
            if self.steps <= 0:
                return None
            self.steps -= 1
            self.common[name] = shared & self.cells[one]
        return self.common[name]
