"""The joint event space of two packs, or of two states of one: what both read, each in its words.

An event of the joint space gives a value to every dimension of either pack.

- A dimension that one pack lacks is one it never asks for: it reads the event without it.
- A value, leaf or level that one pack lacks makes events that exist in the other alone; so do
  numbers outside narrower bounds. A leaf that one pack has split further is read by the other as
  that leaf; a leaf under another node is the same leaf.
- A whole-number dimension that became a decimal one, or the other way round, is compared at the
  whole numbers.
- A dimension that is fixed (`--at stage=early`) is no axis: every event has that value.

Atoms are cut by the conditions of both packs, the axes stand in one order, so the diagrams of both
are of one shape and can be combined. What each pack says stays in its own vocabulary; only sets of
atoms are translated, and so precedence, which compares constraints, is never asked of translated
ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from remit.engine.conditions import Condition
from remit.engine.diff.joint_dimensions import Reading, joint_axis
from remit.engine.intervals import IntervalSet
from remit.engine.map.compiled import CompiledPack
from remit.engine.map.outline import Outline
from remit.engine.map.space import Atoms, Space, valid_days
from remit.engine.pack import Duty, Pack
from remit.engine.vocabulary import DATE, Dimension, Value, Vocabulary

__all__ = ["Boxes", "Joint", "Reader", "Side", "join"]

Boxes = frozenset[tuple[Atoms, ...]]
"""A union of boxes, each with atoms by axis; equal ones are equal sets of cells."""


@dataclass(frozen=True)
class Side:
    """One of the two that are compared: a pack, and the values of dimensions that are fixed.

    Args:
        fixed: by dimension, `date` too; leaves, levels, values, numbers or days, no inner nodes.
        compiled: the pack compiled, if it is; then what it holds is not worked out again.
    """

    pack: Pack
    fixed: Mapping[str, Value] = field(default_factory=dict)
    compiled: CompiledPack | None = None

    @cached_property
    def outline(self) -> Outline:
        """The pack as it is written; the map's, if there is one."""
        return Outline(self.pack) if self.compiled is None else self.compiled.outline

    def duties_of(self, activity: str) -> tuple[Duty, ...]:
        """Return the duties in force of an activity, by full name; none if there is no such."""
        if self.compiled is not None:
            part = self.compiled.parts.get(activity)
            return () if part is None else part.duties
        found = self.outline.by_activity.get(activity, ())
        return tuple(sorted(found, key=lambda duty: duty.name))


@dataclass(frozen=True, eq=False)
class Reader:
    """One side, reading the joint space."""

    side: Side
    readings: tuple[Reading, ...]

    @property
    def known(self) -> tuple[Atoms, ...]:
        """The box of events that this side can tell of."""
        return tuple(reading.known for reading in self.readings)

    def faithful(self, dimension: str) -> Reading | None:
        """Return the reading of a dimension whose sets of atoms are the pack's own sets of values.

        `None` if the dimension is fixed, or two sets of its values are one here, or the other way.
        """
        for reading in self.readings:
            if reading.axis.name == dimension and dimension not in self.side.fixed:
                return reading if reading.is_faithful else None
        return None

    def boxes(self, condition: Condition, days: IntervalSet | None = None) -> Boxes:
        """Return where a condition of the side's pack holds, within some days if given."""
        return frozenset(self._boxes(condition, days))

    def adds(self, duty: Duty) -> Boxes:
        """Return where a duty's `when` and `valid` hold."""
        valid = duty.valid
        return self.boxes(duty.when, None if valid is None else valid_days(valid.start, valid.end))

    def removes(self, duty: Duty) -> Boxes:
        """Return where a duty's `unless` holds."""
        return frozenset() if duty.unless is None else self.boxes(duty.unless)

    def event(self, shown: Mapping[str, Value]) -> dict[str, Value]:
        """Return a joint event as the side's pack would be asked about it."""
        found: dict[str, Value] = {}
        for reading in self.readings:
            name = reading.axis.name
            if name in shown and reading.own is not None:
                found[name] = reading.value(shown[name])
        return {**found, **self.side.fixed}

    @cached_property
    def _by_name(self) -> dict[str, tuple[int, Reading]]:
        """The place and the reading of each dimension that is not fixed."""
        fixed = self.side.fixed
        return {
            one.axis.name: (place, one)
            for place, one in enumerate(self.readings)
            if one.axis.name not in fixed
        }

    @cached_property
    def _everything(self) -> list[Atoms]:
        return [reading.axis.everything() for reading in self.readings]

    def _boxes(self, condition: Condition, days: IntervalSet | None) -> Iterator[tuple[Atoms, ...]]:
        vocabulary, fixed = self.side.pack.vocabulary, self.side.fixed
        readings, everything = self._by_name, self._everything
        for box in condition.boxes:
            allowed = {name: one.allowed for name, one in box.constraints.items()}
            if days is not None:
                allowed[DATE] = allowed[DATE] & days if DATE in allowed else days
            if any(
                not vocabulary.dimension(name).only(value) <= allowed[name]
                for name, value in fixed.items()
                if name in allowed
            ):
                continue
            atoms = everything.copy()
            for name, one in allowed.items():
                if name in readings:
                    place, reading = readings[name]
                    atoms[place] = reading.atoms(one)
            if all(atoms):
                yield tuple(atoms)


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """Two sides over one event space.

    Args:
        vocabulary: the dimensions of the joint space, to show regions and events with.
    """

    space: Space
    vocabulary: Vocabulary
    old: Reader
    new: Reader


def join(old: Side, new: Side) -> Joint:
    """Return the joint event space of two sides. Cost: linear in their conditions.

    Raises:
        IncomparableError: if a dimension is a number in one pack and a name in the other.
    """
    bounds = old.outline.bounds, new.outline.bounds
    fixed = {*old.fixed, *new.fixed}
    names = [
        name
        for name in dict.fromkeys(
            (*new.pack.vocabulary.dimensions, *old.pack.vocabulary.dimensions)
        )
        if name not in fixed
    ]
    # WHY `date` even where it is fixed: every space has it, here then with a single atom.
    axes = [*names, DATE]
    used = [{n: cuts for n, cuts in one.used.items() if n not in fixed} for one in bounds]
    spoken = bounds[0].spoken + bounds[1].spoken
    axes.sort(key=lambda name: -spoken[name])
    readings = [
        joint_axis(
            _dimension(old.pack, name),
            _dimension(new.pack, name),
            (used[0].get(name, ()), used[1].get(name, ())),
        )
        for name in axes
    ]
    by_name = {one.axis.name: one.axis for one, _ in readings}
    return Joint(
        Space(tuple(one.axis for one, _ in readings)),
        Vocabulary({name: by_name[name].dimension for name in names}, {}, {}),
        Reader(old, tuple(one for one, _ in readings)),
        Reader(new, tuple(other for _, other in readings)),
    )


def _dimension(pack: Pack, name: str) -> Dimension | None:
    if name == DATE or name in pack.vocabulary.dimensions:
        return pack.vocabulary.dimension(name)
    return None
