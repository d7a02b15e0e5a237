"""Exact sets of cells, shown as few readable regions with share and witness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from remit.engine.language.constraints import format_constraint
from remit.engine.map.counting import count, full_mask, pick, ranges_of
from remit.engine.map.diagram import Diagram, combine
from remit.engine.map.hulls import Hull, hulls
from remit.engine.map.space import Space
from remit.engine.vocabulary import Value, Vocabulary

__all__ = ["CellSet", "Ground", "Region"]


@dataclass(frozen=True, eq=False)
class Ground:
    """What all cell sets of one map stand on: space, vocabulary, and what can happen."""

    space: Space
    vocabulary: Vocabulary
    possible: Diagram[bool]

    @cached_property
    def nothing(self) -> Diagram[bool]:
        """The empty set."""
        return self.possible.mapped(lambda _: False)

    @cached_property
    def size(self) -> int:
        """How many cells can happen."""
        return count(self.possible, self.space)


@dataclass(frozen=True, slots=True)
class Region:
    """A box of the event space that holds cells of a set.

    Args:
        constraints: what the region allows, by dimension, as LANGUAGE writes it; a dimension that
            is not there may be anything. Ready to paste under `when`.
        cells: the cells of the set in the region.
        share: these cells over all possible ones.
        density: these cells over all possible ones of the region; 1 where the region is full.
        witness: one of the cells, as a full event.
    """

    constraints: Mapping[str, object]
    cells: CellSet
    share: Fraction
    density: Fraction
    witness: Mapping[str, Value]


@dataclass(frozen=True, eq=False)
class CellSet:
    """A set of cells. INVARIANT: only cells that can happen."""

    ground: Ground
    diagram: Diagram[bool]

    def __bool__(self) -> bool:
        """Return whether there is any cell."""
        return True in self.diagram.terminals

    def __and__(self, other: CellSet) -> CellSet:
        """Return the cells in both."""
        return CellSet(self.ground, combine(self.diagram, other.diagram, lambda a, b: a and b))

    def __or__(self, other: CellSet) -> CellSet:
        """Return the cells in either."""
        return CellSet(self.ground, combine(self.diagram, other.diagram, lambda a, b: a or b))

    def __sub__(self, other: CellSet) -> CellSet:
        """Return the cells of this set that `other` lacks."""
        return CellSet(self.ground, combine(self.diagram, other.diagram, lambda a, b: a and not b))

    def __le__(self, other: CellSet) -> bool:
        """Return whether all cells are in `other`."""
        return not self - other

    def same_as(self, other: CellSet) -> bool:
        """Return whether both have the same cells."""
        return self.diagram.same(other.diagram)

    def count(self) -> int:
        """Return how many cells there are; see `Axis.weights` for what counts as one."""
        return count(self.diagram, self.ground.space)

    def share(self) -> Fraction:
        """Return the cells over all possible ones; 0 if nothing can happen."""
        return Fraction(self.count(), self.ground.size) if self.ground.size else Fraction(0)

    def witness(self) -> dict[str, Value]:
        """Return one cell as a full event.

        Raises:
            LookupError: if the set is empty.
        """
        cell = pick(self.diagram, full_mask(self.ground.space))
        if cell is None:
            raise LookupError
        return self.ground.space.cell_values(cell, self.ground.vocabulary)

    def regions(self) -> tuple[Region, ...]:
        """Return few regions that together hold every cell, the largest first."""
        found = hulls(self.diagram, self.ground.possible, self.ground.space)
        regions = [self._region(hull) for hull in found]
        return tuple(sorted(regions, key=lambda region: -region.share))

    def _region(self, hull: Hull) -> Region:
        space = self.ground.space
        inside = CellSet(self.ground, hull.cells)
        constraints = {}
        for name in (*self.ground.vocabulary.dimensions, "date"):
            index = next(i for i, axis in enumerate(space.axes) if axis.name == name)
            if not hull.box[index].all():
                axis = space.axes[index]
                allowed = axis.allowed(ranges_of(hull.box[index]))
                constraints[name] = format_constraint(axis.dimension, allowed)
        share = Fraction(hull.count, self.ground.size)
        density = Fraction(hull.count, hull.possible)
        witness = space.cell_values(hull.witness, self.ground.vocabulary)
        return Region(constraints, inside, share, density, witness)
