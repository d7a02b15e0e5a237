"""Exact sets of cells, shown as few readable regions with share and witness."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property

from remit.engine.language.constraints import format_constraint
from remit.engine.map.counting import Mask, count, full_mask, pick, ranges_of
from remit.engine.map.diagram import Diagram, box_diagram, combine
from remit.engine.map.examples import liked_value
from remit.engine.map.hulls import Frame, Hull, hull_around, hulls
from remit.engine.map.space import Space
from remit.engine.vocabulary import DATE, Value, Vocabulary

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
    def frame(self) -> Frame:
        """What regions are shown within."""
        return Frame.of(self.possible, self.space)

    @cached_property
    def written(self) -> Callable[[int, tuple[tuple[int, int], ...]], object]:
        """Some atoms of an axis as LANGUAGE writes them; the same few are asked for often."""
        return cache(self._written)

    def _written(self, axis: int, ranges: tuple[tuple[int, int], ...]) -> object:
        found = self.space.axes[axis]
        return format_constraint(found.dimension, found.allowed(ranges))

    @cached_property
    def size(self) -> int:
        """How many cells can happen."""
        return count(self.possible, self.space)


@dataclass(frozen=True, eq=False)
class Region:
    """A box of the event space that holds cells of a set.

    Args:
        constraints: what the region allows, by dimension, as LANGUAGE writes it; a dimension that
            is not there may be anything. Ready to paste under `when`.
        count: the cells of the set in the region; see `Axis.weights` for what counts as one.
        share: these cells over all possible ones.
        density: these cells over all possible ones of the region; 1 where the region is full.
        full: constraints of a box in the region all of whose cells belong to the set, and which
            cannot be widened; those of the region itself where that is full.
        full_count: the cells of that box.
        witness: one of its cells, as a full event, the easiest to read.
        box: the region as atoms by axis.
        full_box: the box of `full` likewise.
    """

    constraints: Mapping[str, object]
    count: int
    share: Fraction
    density: Fraction
    full: Mapping[str, object]
    full_count: int
    witness: Mapping[str, Value]
    box: tuple[Mask, ...]
    full_box: tuple[Mask, ...]
    whole: CellSet

    @cached_property
    def cells(self) -> CellSet:
        """The cells of the set in the region."""
        return self.whole & self._cells_in(self.box)

    @cached_property
    def full_cells(self) -> CellSet:
        """The cells of the box that is full."""
        return self.whole & self._cells_in(self.full_box)

    def _cells_in(self, box: tuple[Mask, ...]) -> CellSet:
        ground = self.whole.ground
        shape = box_diagram(ground.space.widths, [ranges_of(mask) for mask in box])
        return CellSet(ground, shape)


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
        if not self:
            return ()
        found = hulls(self.diagram, self.ground.frame)
        regions = [self._region(hull) for hull in found]
        return tuple(sorted(regions, key=lambda region: -region.share))

    def region(self) -> Region:
        """Return the one region around every cell; the set must not be empty."""
        return self._region(hull_around(self.diagram, self.ground.frame))

    def _region(self, hull: Hull) -> Region:
        return Region(
            self._constraints(hull.box),
            hull.count,
            Fraction(hull.count, self.ground.size),
            Fraction(hull.count, hull.possible),
            self._constraints(hull.full),
            hull.full_count,
            self._event(hull.witness),
            hull.box,
            hull.full,
            self,
        )

    def _constraints(self, box: Sequence[Mask]) -> dict[str, object]:
        found = {}
        position = {axis.name: index for index, axis in enumerate(self.ground.space.axes)}
        for name in (*self.ground.vocabulary.dimensions, DATE):
            mask = box[position[name]]
            if not mask.all():
                found[name] = self.ground.written(position[name], ranges_of(mask))
        return found

    def _event(self, cell: Sequence[int]) -> dict[str, Value]:
        values = self.ground.space.cell_values(tuple(cell), self.ground.vocabulary)
        liked = {
            axis.name: liked_value(axis, atom)
            for axis, atom in zip(self.ground.space.axes, cell, strict=True)
        }
        return {name: liked[name] for name in values}
